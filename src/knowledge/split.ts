import { marked, type Token, type Tokens } from "marked";

import { htmlToMarkdown } from "./html.ts";

/** What stands under one heading, up to the next heading of any level. `path` ends with its own heading. */
export interface Section {
  readonly path: readonly string[];
  /** 1 to 6; 0 for what stands before the first heading. */
  readonly level: number;
  /** Markdown of each paragraph, list, table, fence. A block is never cut when it is a fence or a table. */
  readonly blocks: readonly Block[];
}

export interface Block {
  readonly text: string;
  readonly kind: "prose" | "list" | "whole";
  /** Items of a list, for cutting one that is too long. */
  readonly items?: readonly string[];
}

/**
 * A passage should fit a chat answer's attention: about 200 words, so that three of them cost the model less than a
 * thousand tokens.
 */
export const PASSAGE_TARGET_CHARS = 1_200;
/** A single table or fence longer than this is given in parts, each a whole table or fence of its own. */
const WHOLE_LIMIT_CHARS = 8_000;

/** The article as sections in reading order. */
export function sectionsOf(markdown: string): Section[] {
  const sections: { path: string[]; level: number; blocks: Block[] }[] = [];
  const open: { level: number; text: string }[] = [];
  let current = { path: [] as string[], level: 0, blocks: [] as Block[] };
  for (const token of tokensOf(markdown)) {
    if (token.type === "heading") {
      const heading = token as Tokens.Heading;
      sections.push(current);
      while (open.length > 0 && open[open.length - 1]!.level >= heading.depth) open.pop();
      open.push({ level: heading.depth, text: plainText(heading) });
      current = { path: open.map((one) => one.text), level: heading.depth, blocks: [] };
    } else {
      current.blocks.push(...blocksOf(token));
    }
  }
  sections.push(current);
  return sections.filter((section) => section.level > 0 || section.blocks.length > 0);
}

/** A section's blocks packed into texts of a sensible size. */
export function pack(blocks: readonly Block[], target = PASSAGE_TARGET_CHARS): string[] {
  const texts: string[] = [];
  let text = "";
  for (const piece of blocks.flatMap((block) => pieces(block, target))) {
    if (text !== "" && text.length + piece.length + 2 > target) {
      texts.push(text);
      text = "";
    }
    text = text === "" ? piece : `${text}\n\n${piece}`;
  }
  if (text !== "") texts.push(text);
  return texts;
}

/** HTML inside Markdown (and help desks export whole articles so) has headings and lists of its own. */
function tokensOf(markdown: string): Token[] {
  return marked
    .lexer(markdown)
    .flatMap((token) => (token.type === "html" ? marked.lexer(htmlToMarkdown(clean(token.raw))) : [token]));
}

function blocksOf(token: Token): Block[] {
  switch (token.type) {
    case "space":
    case "hr":
    case "def":
      return [];
    case "code":
      return splitFence(token as Tokens.Code).map((text) => ({ text, kind: "whole" }));
    case "table":
      return splitTable(token as Tokens.Table).map((text) => ({ text, kind: "whole" }));
    case "list":
      return [
        {
          text: clean(token.raw),
          kind: "list",
          items: (token as Tokens.List).items.map((item) => clean(item.raw)),
        },
      ];
    default:
      return prose(token.raw);
  }
}

function prose(raw: string): Block[] {
  const text = clean(raw);
  return text === "" ? [] : [{ text, kind: "prose" }];
}

/** HTML comments are the author's own notes and no part of the article. */
function clean(raw: string): string {
  return raw
    .replaceAll(/<!--[\s\S]*?(?:-->|$)/g, "")
    .trimEnd()
    .replace(/^\n+/, "");
}

function pieces(block: Block, target: number): string[] {
  if (block.text.length <= target || block.kind === "whole") return [block.text];
  if (block.items && block.items.length > 1)
    return join(
      block.items.flatMap((item) => cutProse(item, target)),
      "\n",
      target,
    );
  return cutProse(block.text, target);
}

function cutProse(text: string, target: number): string[] {
  // A list item or quotation that holds a fence or a table stays whole.
  if (text.length <= target || /^\s*(?:```|~~~)|^\s*\|.*\|\s*$/m.test(text)) return [text];
  const sentences = text.split(/(?<=[.!?。！？])\s+/);
  return join(
    sentences.flatMap((sentence) => cutWords(sentence, target)),
    " ",
    target,
  );
}

/** Only for text without sentence ends: cut at a space, or anywhere when there is none. */
function cutWords(text: string, target: number): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > target) {
    const space = rest.lastIndexOf(" ", target);
    const at = space > target / 2 ? space : target;
    parts.push(rest.slice(0, at));
    rest = rest.slice(at).trimStart();
  }
  if (rest !== "") parts.push(rest);
  return parts;
}

function join(parts: readonly string[], between: string, target: number): string[] {
  const joined: string[] = [];
  for (const part of parts) {
    const last = joined[joined.length - 1];
    if (last !== undefined && last.length + part.length + between.length <= target) {
      joined[joined.length - 1] = last + between + part;
    } else joined.push(part);
  }
  return joined;
}

function splitFence(code: Tokens.Code): string[] {
  const raw = code.raw.trimEnd();
  if (raw.length <= WHOLE_LIMIT_CHARS) return [raw];
  const fence = "`".repeat(Math.max(3, ...[...code.text.matchAll(/`{3,}/g)].map((run) => run[0].length + 1)));
  return inGroups(code.text.split("\n")).map(
    (lines) => `${fence}${code.lang ?? ""}\n${lines.join("\n")}\n${fence}`,
  );
}

function splitTable(table: Tokens.Table): string[] {
  const raw = table.raw.trimEnd();
  if (raw.length <= WHOLE_LIMIT_CHARS) return [raw];
  const [header = "", rule = "", ...rows] = raw.split("\n");
  return inGroups(rows).map((group) => [header, rule, ...group].join("\n"));
}

function inGroups(lines: readonly string[]): string[][] {
  const groups: string[][] = [];
  let size = 0;
  for (const line of lines) {
    if (groups.length === 0 || size + line.length > WHOLE_LIMIT_CHARS) {
      groups.push([]);
      size = 0;
    }
    groups[groups.length - 1]!.push(line);
    size += line.length + 1;
  }
  return groups;
}

/** A heading's words without its markup. */
function plainText(token: Token): string {
  if (token.type === "html") return "";
  if ("tokens" in token && token.tokens)
    return token.tokens.map(plainText).join("").replaceAll(/\s+/g, " ").trim();
  return "text" in token ? String(token.text) : "";
}
