import type { types } from "@slack/bolt";
import type { MarkedToken, Token } from "marked";

/**
 * Words as Slack's rich text shows them. Only these two elements are ever made of words that somebody wrote: their text
 * is literal, so that nothing in it can mention or ping.
 */
export type Inline = types.RichTextText | types.RichTextLink;

type Style = NonNullable<types.RichTextText["style"]>;

/** Longer addresses are refused by Slack, and are no addresses that a person would follow. */
const LONGEST_URL = 3_000;

export function inlineOf(tokens: readonly Token[] | undefined, style: Style = {}): Inline[] {
  return joined((tokens ?? []).flatMap((token) => one(token as MarkedToken, style)));
}

export function textInline(text: string, style: Style = {}): Inline[] {
  if (text === "") return [];
  return [{ type: "text", text, ...(Object.keys(style).length > 0 && { style }) }];
}

/** A link where the address can be one in Slack, otherwise its label and the address as words. */
export function linkInline(url: string, label: string, style: Style = {}): Inline[] {
  const styled = Object.keys(style).length > 0 && { style };
  // Slack shows the whole address of a link without words, "mailto:" too.
  const words = label === "" ? url.replace(/^mailto:/i, "") : label;
  if (isAddress(url)) return [{ type: "link", url, ...(words !== url && { text: words }), ...styled }];
  const isBare = words === url || `mailto:${words}` === url;
  return textInline(isBare ? words : `${words} (${url})`, style);
}

export function isAddress(url: string): boolean {
  return url.length <= LONGEST_URL && /^(https?:\/\/|mailto:)[^\s<>|]+$/i.test(url);
}

/** Neighbours of one style as one element. */
export function joined(elements: readonly Inline[]): Inline[] {
  const kept: Inline[] = [];
  for (const element of elements) {
    const last = kept.at(-1);
    const isAlike = JSON.stringify(last?.style) === JSON.stringify(element.style);
    if (last?.type === "text" && element.type === "text" && isAlike) {
      kept[kept.length - 1] = { ...last, text: last.text + element.text };
    } else kept.push(element);
  }
  return kept;
}

/** What a reader sees of it. */
export function wordsOf(elements: readonly Inline[]): string {
  return elements
    .map((element) => (element.type === "text" ? element.text : (element.text ?? element.url)))
    .join("");
}

/** Characters that count towards the limit of a message. */
export function sizeOf(elements: readonly Inline[]): number {
  return elements.reduce(
    (sum, element) => sum + (element.type === "text" ? 0 : element.url.length) + (element.text?.length ?? 0),
    0,
  );
}

function one(token: MarkedToken, style: Style): Inline[] {
  switch (token.type) {
    case "strong":
      return inlineOf(token.tokens, { ...style, bold: true });
    case "em":
      return inlineOf(token.tokens, { ...style, italic: true });
    case "del":
      return inlineOf(token.tokens, { ...style, strike: true });
    case "codespan":
      return textInline(token.text, { ...style, code: true });
    case "br":
      return textInline("\n");
    case "link":
      return linkInline(token.href, wordsOf(inlineOf(token.tokens)), style);
    case "image":
      return linkInline(token.href, unescapeEntities(token.text), style);
    case "escape":
      return textInline(token.text, style);
    case "checkbox":
      return textInline(token.checked ? "☑ " : "☐ ");
    case "html":
      return textInline(/^<br\s*\/?>$/i.test(token.text.trim()) ? "\n" : token.text, style);
    case "text":
      return token.tokens ? inlineOf(token.tokens, style) : textInline(unescapeEntities(token.text), style);
    // Blocks do not come in here; should one, its words are shown.
    case "blockquote":
    case "code":
    case "def":
    case "heading":
    case "hr":
    case "list":
    case "list_item":
    case "paragraph":
    case "space":
    case "table":
      return textInline(token.raw, style);
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00A0",
};

/** The entities that people and models write; others stay as they are. */
function unescapeEntities(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[String(name)] ?? whole;
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
    const isScalar = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return isScalar ? String.fromCodePoint(code) : whole;
  });
}
