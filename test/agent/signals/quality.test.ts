import { statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  fingerprintOfTraining,
  readHeldOut,
  readOwn,
  readUnseen,
  SPLITS,
} from "../../../bench/signals/corpus.ts";
import { calibrationError, measure, signalCalibrationError } from "../../../bench/signals/measure.ts";
import { readLocally } from "../../../src/agent/signals/index.ts";
import { shippedModel } from "../../../src/agent/signals/model.ts";

/** Floors a little below what `node bench/signals/bench.ts` prints: they catch a fall, they are not the aim. */
const FLOORS = {
  human: { precision: 0.93, recall: 0.95 },
  angry: { precision: 0.83, recall: 0.83 },
  refund: { precision: 0.93, recall: 0.95 },
  plan: { precision: 0.93, recall: 0.95 },
  other: { precision: 0.8, recall: 0.9 },
} as const;

describe("the classifier on the blind set", () => {
  const blind = readUnseen("blind");
  const { signals, policy, outOfScope } = measure(blind, readLocally);

  it("keeps its quality", () => {
    expect(signals.human.recall).toBeGreaterThanOrEqual(0.94);
    expect(signals.human.precision).toBeGreaterThanOrEqual(0.94);
    expect(signals.angry.f1).toBeGreaterThanOrEqual(0.85);
    expect(policy.recall).toBeGreaterThanOrEqual(0.95);
    expect(policy.precision).toBeGreaterThanOrEqual(0.93);
    expect(outOfScope.recall).toBeGreaterThanOrEqual(0.85);
  });

  it("says a confidence that is near the truth", () => {
    expect(calibrationError(readUnseen("test"), readLocally)).toBeLessThan(0.12);
    expect(signalCalibrationError(blind, readLocally, "human")).toBeLessThan(0.06);
    expect(signalCalibrationError(blind, readLocally, "angry")).toBeLessThan(0.08);
  });
});

describe.each([
  { split: "fresh", human: 0.97, angry: 0.86, policy: [0.89, 0.9], outOfScope: 0.55, intent: 0.79 },
  { split: "exam", human: 0.96, angry: 0.86, policy: [0.91, 0.86], outOfScope: 0.86, intent: 0.72 },
] as const)("the classifier on the split $split, whose writer had not seen it", ({ split, ...floors }) => {
  const unseen = readUnseen(split);
  const { signals, policy, outOfScope, intents } = measure(unseen, readLocally);

  it("keeps its quality", () => {
    expect(signals.human.recall).toBeGreaterThanOrEqual(floors.human);
    expect(signals.human.precision).toBeGreaterThanOrEqual(0.85);
    expect(signals.angry.f1).toBeGreaterThanOrEqual(floors.angry);
    expect(policy.precision).toBeGreaterThanOrEqual(floors.policy[0]);
    expect(policy.recall).toBeGreaterThanOrEqual(floors.policy[1]);
    expect(outOfScope.recall).toBeGreaterThanOrEqual(floors.outOfScope);
    expect(intents.right).toBeGreaterThanOrEqual(floors.intent);
  });

  it("says a confidence that is near the truth", () => {
    expect(calibrationError(unseen, readLocally)).toBeLessThan(0.1);
  });
});

describe("the classifier on public sets' parts for measuring", () => {
  it.each(["banking77", "clinc150", "abcd"] as const)("hears almost no call for a person in %s", (name) => {
    const { alarms, no } = measure(readHeldOut(name), readLocally).signals.human;
    expect(no).toBeGreaterThanOrEqual(30);
    expect(alarms).toBeLessThanOrEqual(Math.max(1, 0.02 * no));
  });

  it("hears those of bitext, and its intents", () => {
    const { signals, intents } = measure(readHeldOut("bitext"), readLocally);
    expect(signals.human.f1).toBeGreaterThanOrEqual(0.9);
    expect(intents.right).toBeGreaterThanOrEqual(0.95);
  });

  it("knows what is out of scope in clinc150", () => {
    const { outOfScope } = measure(readHeldOut("clinc150"), readLocally);
    expect(outOfScope.recall).toBeGreaterThanOrEqual(0.85);
    expect(outOfScope.precision).toBeGreaterThanOrEqual(0.85);
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
    expect(figures.intents.right).toBeGreaterThanOrEqual(0.82);
  });

  it.each(SPLITS)("counts no message of %s that was learnt", (split) => {
    const learnt = new Set(readOwn("train").map(({ text }) => text.toLowerCase()));
    expect(readUnseen(split).filter(({ text }) => learnt.has(text.toLowerCase()))).toEqual([]);
    expect(readUnseen(split).length).toBeGreaterThan(300);
  });

  it("ships the model that was made from the training data as they are", () => {
    expect(shippedModel().madeFrom).toBe(fingerprintOfTraining());
  });

  it("ships a model of less than two megabytes", () => {
    const { size } = statSync(new URL("../../../src/agent/signals/model.bin", import.meta.url));
    expect(size).toBeLessThan(2_000_000);
  });
});
