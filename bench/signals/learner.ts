import { INTENTS } from "../../src/domain.ts";
import { BUCKETS, featuresOf, ruleFeature, styleFeatures } from "../../src/agent/signals/features.ts";
import { findRules } from "../../src/agent/signals/index.ts";
import { RULE_WEIGHT, sentencesToRead, STYLE_SCALE } from "../../src/agent/signals/ngrams.ts";
import { OUTPUTS, SIGNALS } from "../../src/agent/signals/outputs.ts";
import type { NGrams } from "../../src/agent/signals/ngrams.ts";
import { prepare } from "../../src/agent/signals/prepare.ts";
import type { Example } from "./corpus.ts";
import { seeded } from "../../test/servers/random.ts";

/** What each output should say of an example. */
export interface Targets {
  readonly intent: number;
  /** 1 yes, 0 no, -1 not known. */
  readonly signals: Int8Array;
  readonly weight: number;
}

/** An example as the learner of n-grams sees it: features with their final values. */
export interface Sample extends Targets {
  readonly buckets: Int32Array;
  readonly values: Float32Array;
  /** From here on the features are findings of the rules, which speak of the intent only. */
  readonly rulesFrom: number;
}

export interface Weighted {
  readonly example: Example;
  readonly weight: number;
}

const ROUNDS = 9;
/** The weights are the mean of what stood after each of the last rounds: less depends on which message came last. */
const AVERAGED = 4;
const RATE = 0.35;
const SHRINK = 2e-6;

/**
 * Logistic regression by AdaGrad: a softmax over the intents and an independent yes-or-no per signal, on shared
 * features. Seeded.
 */
export function learn(samples: readonly Sample[], seed: number): NGrams {
  const weights = new Float32Array(BUCKETS * OUTPUTS);
  const seen = new Float32Array(BUCKETS * OUTPUTS).fill(1e-3);
  const offsets = new Float64Array(OUTPUTS);
  const mean = new Float32Array(BUCKETS * OUTPUTS);
  const meanOffsets = new Float64Array(OUTPUTS);
  const random = seeded(seed);
  for (let round = 0; round < ROUNDS; round += 1) {
    const rate = RATE / (1 + round * 0.15);
    for (const sample of random.shuffled(samples)) step(sample, weights, seen, offsets, rate);
    if (round < ROUNDS - AVERAGED) continue;
    for (let at = 0; at < weights.length; at += 1) mean[at]! += weights[at]! / AVERAGED;
    for (let at = 0; at < OUTPUTS; at += 1) meanOffsets[at]! += offsets[at]! / AVERAGED;
  }
  return quantised(mean, meanOffsets);
}

function step(
  sample: Sample,
  weights: Float32Array,
  seen: Float32Array,
  offsets: Float64Array,
  rate: number,
): void {
  const errors = errorsOf(outputsOf(sample, weights, offsets), sample);
  for (let output = 0; output < OUTPUTS; output += 1) offsets[output]! -= 0.02 * rate * errors[output]!;
  const { buckets, values } = sample;
  for (let index = 0; index < buckets.length; index += 1) {
    const row = buckets[index]! * OUTPUTS;
    const last = index < sample.rulesFrom ? OUTPUTS : INTENTS.length;
    for (let output = 0; output < last; output += 1) {
      const error = errors[output]!;
      if (error === 0) continue;
      const at = row + output;
      const slope = error * values[index]! + SHRINK * weights[at]!;
      seen[at]! += slope * slope;
      weights[at]! -= (rate * slope) / Math.sqrt(seen[at]!);
    }
  }
}

function outputsOf(sample: Sample, weights: Float32Array, offsets: Float64Array): Float64Array {
  const scores = Float64Array.from(offsets);
  const { buckets, values } = sample;
  for (let index = 0; index < buckets.length; index += 1) {
    const row = buckets[index]! * OUTPUTS;
    const last = index < sample.rulesFrom ? OUTPUTS : INTENTS.length;
    for (let output = 0; output < last; output += 1)
      scores[output]! += values[index]! * weights[row + output]!;
  }
  return scores;
}

/** How far each output is from its target: the slope of the loss, with the example's weight; 0 where nothing is known. */
export function errorsOf(scores: Float64Array, sample: Targets): Float64Array {
  const errors = new Float64Array(OUTPUTS);
  if (sample.intent >= 0) {
    const highest = Math.max(...scores.subarray(0, INTENTS.length));
    let sum = 0;
    for (let output = 0; output < INTENTS.length; output += 1) sum += Math.exp(scores[output]! - highest);
    for (let output = 0; output < INTENTS.length; output += 1) {
      const chance = Math.exp(scores[output]! - highest) / sum;
      errors[output] = sample.weight * (chance - (output === sample.intent ? 1 : 0));
    }
  }
  for (let signal = 0; signal < SIGNALS.length; signal += 1) {
    const wanted = sample.signals[signal]!;
    if (wanted < 0) continue;
    const output = INTENTS.length + signal;
    errors[output] = sample.weight * (1 / (1 + Math.exp(-scores[output]!)) - wanted);
  }
  return errors;
}

/** Reads an example once; the same sample serves every fold. */
export function sampleOf({ example, weight }: Weighted): Sample {
  const message = prepare(example.text);
  const buckets: number[] = [];
  const values: number[] = [];
  let energy = 0;
  for (const sentence of sentencesToRead(message)) {
    const features = featuresOf(sentence);
    energy += features.energy;
    for (const bucket of features.buckets) buckets.push(bucket);
    for (const value of features.weights) values.push(value);
  }
  const scale = energy === 0 ? 0 : 1 / Math.sqrt(energy);
  for (let index = 0; index < values.length; index += 1) values[index]! *= scale;
  const style = styleFeatures(message.style);
  for (const bucket of style.buckets) buckets.push(bucket);
  for (const value of style.weights) values.push(value * STYLE_SCALE);
  const rulesFrom = buckets.length;
  for (const name of findRules(message).names) {
    buckets.push(ruleFeature(name));
    values.push(RULE_WEIGHT);
  }
  return {
    ...targetsOf(example, weight),
    buckets: Int32Array.from(buckets),
    values: Float32Array.from(values),
    rulesFrom,
  };
}

export function targetsOf(example: Example, weight: number): Targets {
  const [intent] = example.intents;
  return {
    intent: intent === undefined ? -1 : INTENTS.indexOf(intent),
    signals: Int8Array.from(SIGNALS, (name) => {
      const known = example.signals[name];
      return known === undefined ? -1 : Number(known);
    }),
    weight,
  };
}

/** To one byte a weight; the few largest are cut, which costs less than coarse steps for all the others. */
function quantised(weights: Float32Array, offsets: Float64Array): NGrams {
  const steps = Array.from({ length: OUTPUTS }, (_, output) => {
    const sizes = new Float32Array(BUCKETS);
    for (let bucket = 0; bucket < BUCKETS; bucket += 1)
      sizes[bucket] = Math.abs(weights[bucket * OUTPUTS + output]!);
    sizes.sort();
    return Math.max(sizes[Math.floor(BUCKETS * 0.9997)]! / 127, 1e-6);
  });
  const bytes = new Int8Array(BUCKETS * OUTPUTS);
  for (let at = 0; at < bytes.length; at += 1) {
    bytes[at] = Math.max(-127, Math.min(127, Math.round(weights[at]! / steps[at % OUTPUTS]!)));
  }
  return { weights: bytes, steps: steps.map(short), offsets: Array.from(offsets, short) };
}

function short(value: number): number {
  return Number(value.toPrecision(6));
}
