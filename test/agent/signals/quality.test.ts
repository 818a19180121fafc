import { statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readOwn, readUnseen } from "../../../bench/signals/corpus.ts";
import { calibrationError, measure, signalCalibrationError } from "../../../bench/signals/measure.ts";
import { readLocally } from "../../../src/agent/signals/index.ts";

/** Floors a little below what `node bench/signals/bench.ts` prints: they catch a fall, they are not the aim. */
const FLOORS = {
  human: { precision: 0.92, recall: 0.92 },
  angry: { precision: 0.79, recall: 0.79 },
  refund: { precision: 0.93, recall: 0.9 },
  plan: { precision: 0.93, recall: 0.9 },
  other: { precision: 0.8, recall: 0.8 },
} as const;

describe("the classifier on the blind set", () => {
  const blind = readUnseen("blind");
  const { signals, policy, outOfScope } = measure(blind, readLocally);

  it("keeps its quality", () => {
    expect(signals.human.recall).toBeGreaterThanOrEqual(0.91);
    expect(signals.human.precision).toBeGreaterThanOrEqual(0.91);
    expect(signals.angry.f1).toBeGreaterThanOrEqual(0.85);
    expect(policy.recall).toBeGreaterThanOrEqual(0.93);
    expect(policy.precision).toBeGreaterThanOrEqual(0.93);
    expect(outOfScope.recall).toBeGreaterThanOrEqual(0.8);
  });

  it("says a confidence that is near the truth", () => {
    expect(calibrationError(readUnseen("test"), readLocally)).toBeLessThan(0.12);
    expect(signalCalibrationError(blind, readLocally, "human")).toBeLessThan(0.06);
    expect(signalCalibrationError(blind, readLocally, "angry")).toBeLessThan(0.08);
  });
});

describe("the classifier on communities it has not learnt from", () => {
  const figures = measure(readUnseen("test"), readLocally);

  it.each(Object.entries(FLOORS))("keeps its quality for %s", (name, floor) => {
    const { precision, recall } = figures.signals[name as keyof typeof FLOORS];
    expect(precision).toBeGreaterThanOrEqual(floor.precision);
    expect(recall).toBeGreaterThanOrEqual(floor.recall);
  });

  it("keeps its quality for the intent", () => {
    expect(figures.intents.right).toBeGreaterThanOrEqual(0.8);
  });

  it.each(["test", "blind"] as const)("counts no message of %s that was learnt", (split) => {
    const learnt = new Set(readOwn("train").map(({ text }) => text.toLowerCase()));
    expect(readUnseen(split).filter(({ text }) => learnt.has(text.toLowerCase()))).toEqual([]);
    expect(readUnseen(split).length).toBeGreaterThan(300);
  });

  it("ships a model of less than two megabytes", () => {
    const { size } = statSync(new URL("../../../src/agent/signals/model.bin", import.meta.url));
    expect(size).toBeLessThan(2_000_000);
  });
});
