import { type Inline, linkInline, sizeOf, textInline } from "./inline.ts";
import { asItems, type Piece, pieceSize, rowSize, type TableRow } from "./pieces.ts";
import { safeCut } from "./plain.ts";

const TABLE_ROWS = 100;

/**
 * A piece as pieces that each fit into `room` characters, every word kept: cut between paragraphs, lines, sentences or
 * words, in this order; in the middle of a word only when it alone is too long.
 */
export function cutPiece(piece: Piece, room: number): Piece[] {
  if (piece.kind === "table") return cutTable(piece, room);
  if (pieceSize(piece) <= room) return [piece];
  switch (piece.kind) {
    case "text":
    case "quote":
      return cutInlines(piece.elements, room - 2).map((elements) => ({ ...piece, elements }));
    case "item": {
      const [first = [], ...rest] = cutInlines(piece.elements, room - 2);
      // What goes on is no item of its own.
      return [
        { ...piece, elements: first },
        ...rest.map((elements) => ({ kind: "text" as const, elements, tight: false })),
      ];
    }
    case "code":
      return cutText(piece.text, room - 2).map((text) => ({ ...piece, text }));
    case "rule":
      return [piece];
  }
}

export function cutText(text: string, room: number): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > room) {
    const at = breakIn(rest, room);
    parts.push(rest.slice(0, at).trimEnd());
    // Indentation of the next line of code stays; the break itself goes.
    rest = rest.slice(at).replace(/^[ \t]*\n+|^ +(?=\S)/, "");
  }
  return [...parts, rest].filter((part) => part.trim() !== "");
}

/** Where to cut: after the last good break in the second half, after the last space, or hard at `room`. */
function breakIn(text: string, room: number): number {
  const head = text.slice(0, room + 1);
  for (const mark of ["\n\n", "\n", ". ", " "]) {
    const at = head.lastIndexOf(mark);
    if (at > (mark === " " ? 0 : room / 2)) return Math.min(at + (mark === ". " ? 1 : 0), room);
  }
  return safeCut(text, room);
}

function cutInlines(elements: readonly Inline[], room: number): Inline[][] {
  const parts: Inline[][] = [[]];
  let free = room;
  const add = (element: Inline) => {
    parts.at(-1)?.push(element);
    free -= sizeOf([element]);
  };
  const next = () => {
    if (parts.at(-1)?.length !== 0) parts.push([]);
    free = room;
  };
  for (const element of elements.flatMap((element) => fitted(element, room))) {
    if (sizeOf([element]) <= free) add(element);
    else if (element.type === "link") {
      next();
      add(element);
    } else {
      // A few characters are not worth tearing a sentence for.
      if (free < room / 4) next();
      const [first = "", ...rest] = cutWithin(element.text, free, room);
      for (const text of textInline(first, element.style)) add(text);
      for (const text of rest) {
        next();
        for (const inline of textInline(text, element.style)) add(inline);
      }
    }
  }
  return parts.filter((part) => part.length > 0);
}

function cutWithin(text: string, free: number, room: number): string[] {
  if (free >= room) return cutText(text, room);
  const at = breakIn(text, free);
  const rest = text.slice(at).trimStart();
  return [text.slice(0, at).trimEnd(), ...(rest === "" ? [] : cutText(rest, room))];
}

/** A link with a label longer than a message is words and then a link. */
function fitted(element: Inline, room: number): Inline[] {
  if (element.type === "text" || sizeOf([element]) <= room) return [element];
  return [...textInline(`${element.text ?? ""} `, element.style), ...linkInline(element.url, "")];
}

/** Tables of at most 100 rows that fit, each with the heading; as a list when a row alone is too long. */
function cutTable(table: Extract<Piece, { kind: "table" }>, room: number): Piece[] {
  const [head = [], ...rows] = table.rows;
  if (rowSize(head) + Math.max(0, ...rows.map(rowSize)) > room) {
    return asItems(table.rows).flatMap((item) => cutPiece(item, room));
  }
  const parts: TableRow[][] = [[head]];
  let size = rowSize(head);
  for (const row of rows) {
    const last = parts.at(-1) ?? [];
    if (last.length >= TABLE_ROWS || size + rowSize(row) > room) {
      parts.push([head, row]);
      size = rowSize(head) + rowSize(row);
    } else {
      last.push(row);
      size += rowSize(row);
    }
  }
  return parts.map((rows) => ({ ...table, rows }));
}
