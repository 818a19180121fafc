import type { types } from "@slack/bolt";

import { blocksOf } from "./blocks.ts";
import { cutPiece } from "./cut.ts";
import { type Piece, pieceSize, plainOf } from "./pieces.ts";

/** What Slack shows as one message; `text` is for notifications and not yet escaped. */
export interface Packed {
  readonly text: string;
  readonly blocks: readonly types.KnownBlock[];
}

/**
 * Slack refuses a message somewhat above 13,200 characters over all its blocks (undocumented, bolt-js#2509); we stay
 * near 11,000, of which what stands under the last message (sources, buttons) may take the rest.
 */
const TEXT_ROOM = 9_000;
export const MESSAGE_ROOM = 11_000;
export const MOST_BLOCKS = 50;
/** Of the blocks, this many may stand under the text. */
const ROOM_BELOW = 6;

/**
 * Pieces as messages under Slack's limits, no word lost. A message holds one table at most; a heading goes with what it
 * heads; `below` stands under the last.
 */
export function pack(pieces: readonly Piece[], below: readonly types.KnownBlock[] = []): Packed[] {
  const messages: Piece[][] = [];
  let current: Piece[] = [];
  let room = TEXT_ROOM;
  let blocks = 0;
  const open = (carried: Piece[]) => {
    if (current.length > 0) messages.push(current);
    current = carried;
    room = TEXT_ROOM - total(carried);
    blocks = carried.length > 0 ? 1 : 0;
  };
  for (const piece of pieces.flatMap((piece) => cutPiece(piece, TEXT_ROOM - HEADING_ROOM))) {
    const isSecondTable = piece.kind === "table" && current.some(({ kind }) => kind === "table");
    // A table or a line across ends a block of words, and another may have to begin after it.
    const needed = piece.kind === "table" || piece.kind === "rule" ? 2 : 1;
    if (isSecondTable || pieceSize(piece) > room || blocks + needed > MOST_BLOCKS - ROOM_BELOW) {
      open(takeHeading(current));
    }
    current.push(piece);
    room -= pieceSize(piece);
    if (needed === 2 || current.length === 1) blocks += needed;
  }
  open([]);
  const packed = messages.map((message) => ({ text: plainOf(message), blocks: blocksOf(message) }));
  return withBelow(packed, below);
}

/** Longer ones than this may be parted from what they head. */
const HEADING_ROOM = 300;

function takeHeading(current: Piece[]): Piece[] {
  const last = current.at(-1);
  const isHeading = last?.kind === "text" && last.tight && pieceSize(last) <= HEADING_ROOM;
  return isHeading && current.length > 1 ? current.splice(-1) : [];
}

function total(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + pieceSize(piece), 0);
}

function withBelow(packed: readonly Packed[], below: readonly types.KnownBlock[]): Packed[] {
  const last = packed.at(-1);
  if (below.length === 0) return [...packed];
  const together = [...(last?.blocks ?? []), ...below];
  if (last && together.length <= MOST_BLOCKS && charactersIn(together) <= MESSAGE_ROOM) {
    return [...packed.slice(0, -1), { ...last, blocks: together }];
  }
  return [...packed, { text: "", blocks: below }];
}

/** Every string that a reader sees or follows. */
export function charactersIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + charactersIn(item), 0);
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce((sum, [key, held]) => {
    if (typeof held !== "string") return sum + charactersIn(held);
    return sum + (key === "text" || key === "url" ? held.length : 0);
  }, 0);
}
