import { safeEnd } from "./text.ts";

/** What Discord takes as the content of one message. */
export const MOST_CHARACTERS = 2_000;

const FENCE = /^\s*(`{3,}|~{3,})\s*(.*)$/;
/** What Discord takes for a language. Anything else behind a fence is shown as the first line of the code. */
const LANGUAGE = /^[\w+#.-]{1,30}$/;
/** A masked link is one word, whatever blanks its label has. */
const WORD = /\s*(?:\[[^[\]\n]{1,300}\]\([^()\s]{1,1000}\)|\S)+/g;
const QUOTE = /^\s*(?:>\s?){1,8}/;

/** Lines that belong together: a paragraph or a fenced block. */
interface Block {
  readonly language: string | null;
  readonly isCode: boolean;
  readonly lines: readonly string[];
  /** Whether an empty line stood before it. */
  readonly isApart: boolean;
}

/**
 * The text in parts that Discord takes, cut between paragraphs where that is possible, then between lines, sentences
 * of words, and only inside a word that is longer than a message. A fenced block that is cut is closed, and opened
 * again with its language. No word is lost; empty lines beyond one are.
 */
export function split(text: string, most: number = MOST_CHARACTERS): string[] {
  const parts: string[] = [];
  for (const { piece, isApart } of blocksOf(text).flatMap((block) => piecesOf(block, most))) {
    const last = parts.at(-1);
    const joined = last === undefined ? piece : `${last}${isApart ? "\n\n" : "\n"}${piece}`;
    if (last !== undefined && joined.length <= most) parts[parts.length - 1] = joined;
    else parts.push(piece);
  }
  return parts;
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let isApart = false;
  let open: { readonly mark: string; readonly language: string | null; readonly lines: string[] } | null =
    null;
  let lines: string[] = [];
  const endParagraph = () => {
    if (lines.length > 0) blocks.push({ isCode: false, language: null, lines, isApart });
    if (lines.length > 0) isApart = false;
    lines = [];
  };
  const endCode = () => {
    if (open) blocks.push({ isCode: true, language: open.language, lines: open.lines, isApart });
    isApart = false;
    open = null;
  };
  for (const line of text.split(/\r\n|\r|\n/)) {
    const [, mark = "", rest = ""] = FENCE.exec(line) ?? [];
    if (open) {
      const closes = mark.startsWith(open.mark) && rest.trim() === "";
      if (closes) endCode();
      else open.lines.push(line.replaceAll("```", "`\u200B`\u200B`"));
    } else if (mark !== "" && !(mark.startsWith("`") && rest.includes("`"))) {
      endParagraph();
      const info = rest.trim();
      const language = LANGUAGE.test(info) ? info : null;
      open = { mark, language, lines: language === null && info !== "" ? [info] : [] };
    } else if (line.trim() === "") {
      endParagraph();
      isApart = true;
    } else {
      lines.push(line.trimEnd());
    }
  }
  if (open) endCode();
  endParagraph();
  return blocks;
}

function piecesOf(block: Block, most: number): { readonly piece: string; readonly isApart: boolean }[] {
  const pieces = block.isCode ? codePieces(block, most) : linePieces(block.lines, most);
  return pieces.map((piece, index) => ({ piece, isApart: index === 0 && block.isApart }));
}

function codePieces({ language, lines }: Block, most: number): string[] {
  const [head, foot] = [`\`\`\`${language ?? ""}\n`, "\n```"];
  const bodies = linePieces(lines, most - head.length - foot.length);
  return (bodies.length > 0 ? bodies : [" "]).map((body) => `${head}${body}${foot}`);
}

function linePieces(lines: readonly string[], most: number): string[] {
  const pieces: string[] = [];
  for (const line of lines.flatMap((line) => fitLine(line, most))) {
    const last = pieces.at(-1);
    if (last !== undefined && last.length + 1 + line.length <= most)
      pieces[pieces.length - 1] = `${last}\n${line}`;
    else pieces.push(line);
  }
  return pieces;
}

/** A quoted line stays quoted in every piece. */
function fitLine(line: string, most: number): string[] {
  if (line.length <= most) return [line];
  const quote = QUOTE.exec(line)?.[0] ?? "";
  const prefix = quote.length < most / 2 ? quote : "";
  const room = most - prefix.length;
  const pieces: string[] = [];
  for (const word of line.slice(prefix.length).match(WORD) ?? []) {
    const last = pieces.at(-1);
    if (last !== undefined && last.length + word.length <= room) pieces[pieces.length - 1] = last + word;
    else pieces.push(...cutWord(word.trimStart(), room));
  }
  return pieces.map((piece) => prefix + piece);
}

function cutWord(word: string, most: number): string[] {
  const pieces: string[] = [];
  let rest = word;
  while (rest.length > most) {
    const end = safeEnd(rest, most);
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return rest === "" ? pieces : [...pieces, rest];
}
