/** Rows of text, measured as a terminal measures them: wrapped, boxed, and set side by side. */
import type { Writable } from "node:stream";
import { styleText } from "node:util";

/** What a piece of text is; how that looks is decided in `paint`. */
export type Tone = "plain" | "dim" | "customer" | "agent" | "staff" | "alert" | "link" | "strong";

export interface Span {
  readonly text: string;
  readonly tone: Tone;
  /** Where it leads: a link that had to be cut stays whole for terminals that follow links. */
  readonly href?: string;
}
export type Row = readonly Span[];

export function span(text: string, tone: Tone = "plain"): Span {
  return { text, tone };
}

/** Words kept whole where they fit; what follows a list mark is indented under it. Never wider than `width`. */
export function wrap(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => wrapLine(line, Math.max(width, 1)));
}

function wrapLine(line: string, width: number): string[] {
  const found = /^\s*(?:[•-]\s+|\d{1,3}[.)]\s+)?/.exec(line)?.[0] ?? "";
  const mark = displayWidth(found) <= width / 2 ? found : "";
  const indent = " ".repeat(displayWidth(mark));
  const rows: string[] = [];
  let row = mark;
  let hasWord = false;
  for (const word of line
    .slice(mark.length)
    .split(" ")
    .flatMap((word) => pieces(word, width - indent.length))) {
    const longer = hasWord ? `${row} ${word}` : row + word;
    if (hasWord && displayWidth(longer) > width) {
      rows.push(row);
      row = indent + word;
    } else {
      row = longer;
    }
    hasWord = true;
  }
  return [...rows, row];
}

/** A word too long for a row, cut where rows end. */
function pieces(word: string, width: number): string[] {
  if (displayWidth(word) <= width) return [word];
  const cut: string[] = [];
  let piece = "";
  for (const { segment } of graphemes.segment(word)) {
    if (piece !== "" && displayWidth(piece + segment) > width) {
      cut.push(piece);
      piece = "";
    }
    piece += segment;
  }
  return [...cut, piece];
}

/** A frame around rows, `width` columns wide, with a title in its upper edge; what does not fit there comes first inside. */
export function box(title: string, rows: readonly Row[], width: number, tone: Tone): Row[] {
  const inner = width - 4;
  const [name = "", ...more] = wrap(title, inner - 2);
  const edge = "─".repeat(width - 5 - displayWidth(name));
  return [
    [span("╭─ ", tone), span(name, "strong"), span(` ${edge}╮`, tone)],
    ...[...more.map((row) => [span(row, "strong")]), ...rows].map((row) => [
      span("│ ", tone),
      ...padded(row, inner),
      span(" │", tone),
    ]),
    [span(`╰${"─".repeat(width - 2)}╯`, tone)],
  ];
}

/** Two columns with a line between them; the shorter one is filled up with empty rows. */
export function sideBySide(left: readonly Row[], right: readonly Row[], leftWidth: number): Row[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, at) => [
    ...padded(left[at] ?? [], leftWidth),
    span(" │ ", "dim"),
    ...(right[at] ?? []),
  ]);
}

function padded(row: Row, width: number): Row {
  const missing = width - row.reduce((sum, { text }) => sum + displayWidth(text), 0);
  return missing > 0 ? [...row, span(" ".repeat(missing))] : row;
}

const FORMATS = {
  plain: [],
  dim: ["dim"],
  customer: ["bold", "cyan"],
  agent: ["bold", "green"],
  staff: ["bold", "yellow"],
  alert: ["bold", "red"],
  link: ["underline", "blue"],
  strong: ["bold"],
} as const satisfies Record<Tone, readonly Parameters<typeof styleText>[0][]>;

/** In colour where the stream is a terminal that has them and NO_COLOR does not forbid it. */
export function paint(row: Row, stream: Writable): string {
  return row
    .map(({ text, tone, href }) => {
      const styled = tone === "plain" ? text : styleText([...FORMATS[tone]], text, { stream });
      return href === undefined || styled === text ? styled : `${LINK}${href}${STOP}${styled}${LINK}${STOP}`;
    })
    .join("")
    .trimEnd();
}

/** OSC 8, which terminals that do not know it pass over. */
const LINK = "\u001B]8;;";
const STOP = "\u001B\\";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Columns that a terminal gives to the text: none for marks that combine, two for CJK and emoji. */
export function displayWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    if (/^\p{Emoji_Presentation}|\uFE0F/u.test(segment)) width += 2;
    else if (!/^[\p{M}\p{Cf}\p{Cc}]/u.test(segment)) width += isWide(segment.codePointAt(0) ?? 0) ? 2 : 1;
  }
  return width;
}

/** East Asian Width W and F, in the ranges that people write in. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
];

function isWide(codePoint: number): boolean {
  return WIDE.some(([from, to]) => codePoint >= from && codePoint <= to);
}
