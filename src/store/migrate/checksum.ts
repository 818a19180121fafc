import { createHash } from "node:crypto";

import { storable } from "../postgres/columns.ts";
import type { Row } from "./source.ts";

/** What rows come to, in whatever order they are read. Equal sums mean equal rows. */
export interface Checksum {
  readonly rows: number;
  readonly sum: string;
  /** How many of them hold characters that PostgreSQL does not take. */
  readonly changed: number;
}

const MODULUS = 1n << 128n;

export function newChecksum(): { add(rows: readonly Row[]): void; result(): Checksum } {
  let count = 0;
  let sum = 0n;
  let changed = 0;
  return {
    add(rows) {
      for (const row of rows) {
        const text = canonical(row);
        if (text.includes(REPLACED) && text !== canonical(row, (value) => value)) changed += 1;
        sum = (sum + hashOf(text)) % MODULUS;
        count += 1;
      }
    },
    result: () => ({ rows: count, sum: sum.toString(16).padStart(32, "0"), changed }),
  };
}

const REPLACED = "\u{FFFD}";

function hashOf(text: string): bigint {
  return BigInt(`0x${createHash("sha256").update(text).digest("hex").slice(0, 32)}`);
}

/** A row as text, the same from both engines: names in order, bytes as hexadecimal, strings as PostgreSQL takes them. */
function canonical(row: Row, ofText: (text: string) => string = storable): string {
  return JSON.stringify(inOrder(row, ofText));
}

function inOrder(value: unknown, ofText: (text: string) => string): unknown {
  if (typeof value === "string") return ofText(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (Array.isArray(value)) return value.map((one) => inOrder(one, ofText));
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, held]) => [name, inOrder(held, ofText)]);
}
