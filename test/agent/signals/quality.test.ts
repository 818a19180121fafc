import { statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readOwn } from "../../../bench/signals/corpus.ts";
import { measure } from "../../../bench/signals/measure.ts";
import { readLocally } from "../../../src/agent/signals/index.ts";

/** Floors a little below what `node bench/signals/bench.ts` prints: they catch a fall, they are not the aim. */
const FLOORS = {
  human: { precision: 0.92, recall: 0.92 },
  angry: { precision: 0.79, recall: 0.79 },
  refund: { precision: 0.93, recall: 0.9 },
  plan: { precision: 0.93, recall: 0.9 },
  other: { precision: 0.8, recall: 0.8 },
} as const;

describe("the classifier on communities it has not learnt from", () => {
  const figures = measure(readOwn("test"), readLocally);

  it.each(Object.entries(FLOORS))("keeps its quality for %s", (name, floor) => {
    const { precision, recall } = figures.signals[name as keyof typeof FLOORS];
    expect(precision).toBeGreaterThanOrEqual(floor.precision);
    expect(recall).toBeGreaterThanOrEqual(floor.recall);
  });

  it("keeps its quality for the intent", () => {
    expect(figures.intents.right).toBeGreaterThanOrEqual(0.8);
  });

  it("shares no message between what is learnt and what is tested", () => {
    const learnt = new Set(readOwn("train").map(({ text }) => text.toLowerCase()));
    const shared = readOwn("test").filter(({ text }) => text.length > 25 && learnt.has(text.toLowerCase()));
    expect(shared).toEqual([]);
  });

  it("ships a model of less than two megabytes", () => {
    const { size } = statSync(new URL("../../../src/agent/signals/model.bin", import.meta.url));
    expect(size).toBeLessThan(2_000_000);
  });
});
