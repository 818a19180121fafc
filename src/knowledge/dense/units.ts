import { createHash } from "node:crypto";

import type { Audience } from "../knowledge.ts";

/** A passage, as far as it matters for what is embedded. */
export interface Piece {
  readonly heading: string;
  readonly text: string;
  readonly audience: Audience;
}

export interface Unit {
  /** Positions of its first and last passage in the article. */
  readonly first: number;
  readonly last: number;
  readonly hash: string;
}

/**
 * Some 120 words: what follows the title is still told apart by a small model, and an ordinary article has one or two.
 * Whole articles, single passages and titles alone found less (`bench/retrieval/README.md`).
 */
const UNIT_CHARS = 700;

/**
 * An article's passages put together into what is embedded as one. Passages for staff are left out: what is for staff is
 * found by its words alone, so nothing of it is ever near to a customer's question or sent to an endpoint.
 */
export function unitsOf(title: string, pieces: readonly Piece[]): Unit[] {
  const groups: { first: number; last: number; chars: number }[] = [];
  pieces.forEach((piece, position) => {
    if (piece.audience !== "customer") return;
    const chars = lineOf(piece).length;
    const last = groups.at(-1);
    if (last && last.last === position - 1 && last.chars + chars <= UNIT_CHARS) {
      last.last = position;
      last.chars += chars + 1;
    } else groups.push({ first: position, last: position, chars });
  });
  return groups.map(({ first, last }) => {
    const hash = hashOf(unitText(title, pieces.slice(first, last + 1)));
    return { first, last, hash };
  });
}

/** The text of a unit: the title, then each passage with its heading path. */
export function unitText(title: string, pieces: readonly Pick<Piece, "heading" | "text">[]): string {
  return [title, ...pieces.map(lineOf)].join("\n");
}

function lineOf({ heading, text }: Pick<Piece, "heading" | "text">): string {
  return heading === "" ? text : `${heading}: ${text}`;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
