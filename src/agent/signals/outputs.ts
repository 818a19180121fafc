import { INTENTS } from "../../domain.ts";

/** Yes-or-no questions that the model answers beside the intent, in the order of its outputs. */
export const SIGNALS = ["human", "angry", "refund", "plan", "other"] as const;
export type Signal = (typeof SIGNALS)[number];

/** Outputs that n-grams and network have: the intents first, then the signals. */
export const OUTPUTS = INTENTS.length + SIGNALS.length;

/** Raw scores of a message. */
export interface Scores {
  readonly intents: readonly number[];
  readonly signals: Readonly<Record<Signal, number>>;
}

export function scoresOf(outputs: ArrayLike<number>): Scores {
  const values = Array.from(outputs);
  return {
    intents: values.slice(0, INTENTS.length),
    signals: each((name) => values[INTENTS.length + SIGNALS.indexOf(name)] ?? 0),
  };
}

/** One value a signal. */
export function each<T>(value: (name: Signal) => T): Record<Signal, T> {
  return Object.fromEntries(SIGNALS.map((name) => [name, value(name)])) as Record<Signal, T>;
}
