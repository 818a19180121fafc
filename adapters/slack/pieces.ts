import { Lexer, type MarkedToken, type Token, type Tokens } from "marked";

import { type Inline, inlineOf, joined, sizeOf, textInline, wordsOf } from "./inline.ts";

/** A part of a text that can stand in a message of its own: where long texts are taken apart. */
export type Piece =
  /** `tight`: what follows belongs to it and stands on the next line (a heading). */
  | { readonly kind: "text"; readonly elements: readonly Inline[]; readonly tight: boolean }
  | {
      readonly kind: "item";
      readonly elements: readonly Inline[];
      readonly style: "bullet" | "ordered";
      readonly indent: number;
      readonly number: number;
    }
  | { readonly kind: "quote"; readonly elements: readonly Inline[] }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "table"; readonly rows: readonly TableRow[]; readonly align: readonly Align[] }
  | { readonly kind: "rule" };

/** The first row of a table is its heading. */
export type TableRow = readonly (readonly Inline[])[];
export type Align = "left" | "center" | "right";

/** Slack shows no deeper lists. */
const DEEPEST = 8;
const TABLE_COLUMNS = 20;

/** Markdown as a list of pieces, in reading order. Takes any text. */
export function piecesOf(markdown: string): Piece[] {
  const lexer = new Lexer({ gfm: true, breaks: true });
  return lexer.lex(markdown.replaceAll("\0", "")).flatMap((token) => pieceOf(token as MarkedToken, 0));
}

export function pieceSize(piece: Piece): number {
  switch (piece.kind) {
    case "text":
    case "item":
    case "quote":
      return sizeOf(piece.elements) + 2;
    case "code":
      return piece.text.length + 2;
    case "table":
      return piece.rows.reduce((sum, row) => sum + rowSize(row), 0);
    case "rule":
      return 1;
  }
}

export function rowSize(row: TableRow): number {
  return row.reduce((sum, cell) => sum + sizeOf(cell) + 1, 0);
}

/** The words alone, a line each, for places that show no formatting. */
export function plainOf(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => {
      switch (piece.kind) {
        case "text":
        case "quote":
          return wordsOf(piece.elements);
        case "item":
          return `${piece.style === "bullet" ? "•" : `${piece.number}.`} ${wordsOf(piece.elements)}`;
        case "code":
          return piece.text;
        case "table":
          return piece.rows.map((row) => row.map(wordsOf).join(" | ")).join("\n");
        case "rule":
          return "";
      }
    })
    .join("\n")
    .trim();
}

export function textPiece(text: string): Piece {
  return { kind: "text", elements: textInline(text), tight: false };
}

function pieceOf(token: MarkedToken, depth: number): Piece[] {
  switch (token.type) {
    case "space":
    case "def":
      return [];
    case "heading":
      return words(inlineOf(token.tokens, { bold: true }), true);
    case "paragraph":
      return words(inlineOf(token.tokens), false);
    case "list":
      return listOf(token, depth);
    case "blockquote": {
      const elements = trimmed(flat(token.tokens));
      return elements.length > 0 ? [{ kind: "quote", elements }] : [];
    }
    case "code":
      return token.text.trim() === "" ? [] : [{ kind: "code", text: token.text }];
    case "table":
      return tableOf(token);
    case "hr":
      return [{ kind: "rule" }];
    case "html":
    case "text":
    case "list_item":
    case "checkbox":
    case "br":
    case "codespan":
    case "del":
    case "em":
    case "escape":
    case "image":
    case "link":
    case "strong":
      return words(inlineOf([token]), false);
  }
}

function words(elements: readonly Inline[], tight: boolean): Piece[] {
  const kept = trimmed(elements);
  return kept.length > 0 ? [{ kind: "text", elements: kept, tight }] : [];
}

/** Lists inside lists become items with more indent; code, quotes and tables inside an item follow it. */
function listOf(list: Tokens.List, depth: number): Piece[] {
  const first = typeof list.start === "number" ? list.start : 1;
  return list.items.flatMap((item, at) => {
    const isInline = (token: Token) => token.type === "text" || token.type === "paragraph";
    const lead = item.tokens.findIndex((token) => !isInline(token) && !isQuiet(token));
    const own = lead === -1 ? item.tokens : item.tokens.slice(0, lead);
    const rest = lead === -1 ? [] : item.tokens.slice(lead);
    const elements = trimmed(flat(own));
    return [
      {
        kind: "item" as const,
        elements: elements.length > 0 ? elements : textInline(" "),
        style: list.ordered ? ("ordered" as const) : ("bullet" as const),
        indent: Math.min(depth, DEEPEST),
        number: first + at,
      },
      ...rest.flatMap((token) => pieceOf(token as MarkedToken, depth + 1)),
    ];
  });
}

/** A checkbox stands beside the words of its item. */
function isQuiet(token: Token): boolean {
  return token.type === "space" || token.type === "checkbox";
}

/** Any blocks as one run of words, for places where Slack allows no blocks. */
function flat(tokens: readonly Token[]): Inline[] {
  const parts = tokens.map((token) => flatOne(token as MarkedToken)).filter((part) => part.length > 0);
  return parts.flatMap((part, at) => {
    const previous = parts[at - 1];
    const isBeside = previous !== undefined && wordsOf(previous).endsWith(" ");
    return [...(at > 0 && !isBeside ? textInline("\n") : []), ...part];
  });
}

function flatOne(token: MarkedToken): Inline[] {
  switch (token.type) {
    case "space":
    case "def":
      return [];
    case "hr":
      return textInline("---");
    case "code":
      return textInline(token.text, { code: true });
    case "heading":
      return inlineOf(token.tokens, { bold: true });
    case "paragraph":
      return inlineOf(token.tokens);
    case "blockquote":
      return [...textInline("> "), ...flat(token.tokens)];
    case "list": {
      const list = token;
      const first = typeof list.start === "number" ? list.start : 1;
      return list.items.flatMap((item, at) => [
        ...textInline(`${at > 0 ? "\n" : ""}${list.ordered ? `${first + at}.` : "•"} `),
        ...flat(item.tokens),
      ]);
    }
    case "table": {
      const { header, rows } = token;
      return [header, ...rows].flatMap((row, at) => [
        ...textInline(at > 0 ? "\n" : ""),
        ...row.flatMap((cell, column) => [...textInline(column > 0 ? " | " : ""), ...inlineOf(cell.tokens)]),
      ]);
    }
    case "html":
    case "text":
    case "list_item":
    case "checkbox":
    case "br":
    case "codespan":
    case "del":
    case "em":
    case "escape":
    case "image":
    case "link":
    case "strong":
      return inlineOf([token]);
  }
}

/** A table too wide for Slack becomes a list: a row an item, each cell after its heading. */
function tableOf({ header, rows, align }: Tokens.Table): Piece[] {
  const cells = (row: Tokens.TableCell[], isHead: boolean) =>
    row.map((cell) => trimmed(inlineOf(cell.tokens, isHead ? { bold: true } : {})));
  const all = [cells(header, true), ...rows.map((row) => cells(row, false))];
  if (header.length <= TABLE_COLUMNS) {
    return [{ kind: "table", rows: all, align: align.map((side) => side ?? "left") }];
  }
  return asItems(all);
}

export function asItems([head = [], ...rows]: readonly TableRow[]): Piece[] {
  const listed = rows.length > 0 ? rows : [head];
  return listed.map((row, at) => ({
    kind: "item",
    style: "bullet",
    indent: 0,
    number: at + 1,
    elements: row.flatMap((cell, column) => [
      ...textInline(column > 0 ? "; " : ""),
      ...(rows.length > 0 ? [...(head[column] ?? []), ...textInline(": ")] : []),
      ...cell,
    ]),
  }));
}

/** Without blank lines and spaces at both ends. */
function trimmed(elements: readonly Inline[]): Inline[] {
  const kept = joined(elements);
  for (let first = kept[0]; first?.type === "text"; first = kept[0]) {
    const text = first.text.replace(/^\s+/, "");
    if (text !== "") {
      kept[0] = { ...first, text };
      break;
    }
    kept.shift();
  }
  for (let last = kept.at(-1); last?.type === "text"; last = kept.at(-1)) {
    const text = last.text.trimEnd();
    if (text !== "") {
      kept[kept.length - 1] = { ...last, text };
      break;
    }
    kept.pop();
  }
  return kept;
}
