import type { Tier } from "../../src/domain.ts";
import type { ModelPurpose, Usage } from "../../src/models/model.ts";
import { addUsage, NO_USAGE } from "../../src/models/prices.ts";

/** One model call as it was booked. */
export interface Call {
  readonly purpose: ModelPurpose;
  readonly tier: Tier;
  readonly model: string;
  /** What was reserved before it, an upper bound. */
  readonly reservedMicros: number;
  readonly micros: number;
  readonly usage: Usage;
}

/** One question as one design dealt with it. */
export interface Asked {
  readonly question: string;
  /** `other`: neither, such as a word of thanks for thanks. */
  readonly ended: "answered" | "handed over" | "other";
  /** Which tier wrote the answer; null when none did. */
  readonly tier: Tier | null;
  readonly calls: readonly Call[];
  /** From the customer's message to the first word back. */
  readonly ms: number;
}

/** A design under measurement. `ask` may be called for several questions at once. */
export interface Design {
  readonly name: string;
  ask(question: string): Promise<Asked>;
  /** What its server refused; a good run ends with none. */
  readonly violations: () => readonly string[];
  readonly requests: () => readonly Readonly<Record<string, unknown>>[];
  close(): Promise<void>;
}

export interface Totals {
  readonly questions: number;
  readonly answered: number;
  /** Answered by the small model without the strong one. */
  readonly onTier1: number;
  readonly handedOver: number;
  readonly calls: number;
  readonly reads: number;
  readonly micros: number;
  /** Of these, for calls of tier 2, and for calls of the classifier. */
  readonly strongMicros: number;
  readonly readMicros: number;
  readonly usage: Usage;
  readonly p50: number;
  readonly p90: number;
}

export function totalsOf(asked: readonly Asked[]): Totals {
  const calls = asked.flatMap((one) => one.calls);
  const times = asked.map((one) => one.ms).toSorted((a, b) => a - b);
  const answered = asked.filter((one) => one.ended === "answered");
  return {
    questions: asked.length,
    answered: answered.length,
    onTier1: answered.filter(isOnTier1).length,
    handedOver: asked.filter(({ ended }) => ended === "handed over").length,
    calls: calls.length,
    reads: calls.filter(({ purpose }) => purpose === "read").length,
    micros: microsOf(calls),
    strongMicros: microsOf(calls.filter(({ tier }) => tier === 2)),
    readMicros: microsOf(calls.filter(({ purpose }) => purpose === "read")),
    usage: calls.reduce((sum, { usage }) => addUsage(sum, usage), NO_USAGE),
    p50: at(times, 0.5),
    p90: at(times, 0.9),
  };
}

export function isOnTier1({ ended, tier, calls }: Asked): boolean {
  return ended === "answered" && tier === 1 && calls.every((call) => call.tier === 1);
}

function microsOf(calls: readonly Call[]): number {
  return calls.reduce((sum, { micros }) => sum + micros, 0);
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
