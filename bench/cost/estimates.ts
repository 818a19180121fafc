import { estimateTokens } from "../../src/models/tokens.ts";
import { countTokens } from "../../test/servers/claude.ts";
import type { Asked } from "./asked.ts";

export interface Spread {
  readonly mean: number;
  readonly least: number;
  readonly most: number;
  readonly count: number;
}

/** Booked as a share of what was reserved for it, call by call. Above 1 a budget could have been passed. */
export function bookedOfReserved(asked: readonly Asked[]): Spread {
  return spreadOf(asked.flatMap(({ calls }) => calls.map((call) => call.micros / call.reservedMicros)));
}

/** Shorter texts say nothing about a ratio. */
const SHORTEST = 20;

/** Our estimate as a multiple of the local server's count, over each different text that was sent. */
export function estimatedOfCounted(requests: readonly Readonly<Record<string, unknown>>[]): Spread {
  const texts = new Set<string>();
  for (const { system, messages } of requests) collectTexts([system, messages], texts);
  const ratios: number[] = [];
  for (const text of texts) {
    const counted = countTokens(text);
    if (counted >= SHORTEST) ratios.push(estimateTokens(text) / counted);
  }
  return spreadOf(ratios);
}

function collectTexts(value: unknown, texts: Set<string>): void {
  if (Array.isArray(value)) for (const inner of value) collectTexts(inner, texts);
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === "text" && typeof inner === "string") texts.add(inner);
    else collectTexts(inner, texts);
  }
}

function spreadOf(values: readonly number[]): Spread {
  const sum = values.reduce((total, value) => total + value, 0);
  return {
    mean: values.length === 0 ? 0 : sum / values.length,
    least: values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    most: values.reduce((a, b) => Math.max(a, b), 0),
    count: values.length,
  };
}
