import { readFileSync } from "node:fs";
import { INTENTS } from "../../domain.ts";
import { BUCKETS, featuresOf, ruleFeature, styleFeatures } from "./features.ts";
import type { Features } from "./features.ts";
import type { Prepared } from "./prepare.ts";

/** Yes-or-no questions that the model answers beside the intent, in the order of its outputs. */
export const SIGNALS = ["human", "angry", "refund", "plan", "other"] as const;
export type Signal = (typeof SIGNALS)[number];

/** Outputs a bucket has: the intents first, then the signals. */
export const OUTPUTS = INTENTS.length + SIGNALS.length;

/** How the points of the rules and the model's score become one probability; learnt on held-out parts. */
export interface Blend {
  readonly model: number;
  readonly rule: number;
  readonly offset: number;
  /** At or above this probability the answer is yes. */
  readonly threshold: number;
}

/** First line of the model file; the weights follow as signed bytes, all outputs of a bucket side by side. */
export interface ModelHeader {
  readonly format: 1;
  /** Digest of the training data, so that a test sees when the file is older than they are. */
  readonly madeFrom: string;
  readonly buckets: number;
  readonly outputs: readonly string[];
  /** What one step of the signed byte is worth, and the constant term, per output. */
  readonly steps: readonly number[];
  readonly offsets: readonly number[];
  readonly blends: Readonly<Record<Signal, Blend>>;
  /** Divides the intents' scores before they become probabilities. */
  readonly temperature: number;
  /** Weights of `confidenceInputs`, in their order, the constant last. */
  readonly confidence: readonly number[];
}

export interface TrainedModel {
  readonly header: ModelHeader;
  readonly weights: Int8Array;
}

/** Raw scores: of the intents for the whole message, of each signal for the sentence that shows it most. */
export interface Scores {
  readonly intents: readonly number[];
  readonly signals: Readonly<Record<Signal, number>>;
}

/** Scores one message; `ruleNames` are what the rules found, which tells the intent. */
export function score(model: TrainedModel, message: Prepared, ruleNames: readonly string[]): Scores {
  const { header } = model;
  const style = styleFeatures(message.style);
  const pieces = sentencesToRead(message).map((sentence) => summed(model, featuresOf(sentence)));
  const styled = summed(model, style);
  const whole = pieces.length === 1 ? pieces : [...pieces, joined(pieces)];
  const best = SIGNALS.map((_, signal) => {
    const output = INTENTS.length + signal;
    const values = whole.map((piece) => normalised(piece, styled, output) + at(header.offsets, output));
    return values.length === 0 ? at(header.offsets, output) : Math.max(...values);
  });
  const last = whole.at(-1) ?? { sums: new Float64Array(OUTPUTS), energy: 0 };
  const intents = INTENTS.map((_, output) => {
    let value = normalised(last, styled, output) + at(header.offsets, output);
    for (const name of ruleNames) {
      value +=
        RULE_WEIGHT * at(model.weights, ruleFeature(name) * OUTPUTS + output) * at(header.steps, output);
    }
    return value;
  });
  return {
    intents,
    signals: Object.fromEntries(SIGNALS.map((name, index) => [name, at(best, index)])) as Record<
      Signal,
      number
    >,
  };
}

/** Sentences that are scored; the first ones and the last ones of a long text. */
export function sentencesToRead(message: Prepared): readonly string[] {
  const { sentences } = message;
  return sentences.length <= MAX_SENTENCES
    ? sentences
    : [...sentences.slice(0, MAX_SENTENCES - 6), ...sentences.slice(-6)];
}

const MAX_SENTENCES = 24;

/** A rule's finding counts as this much of a message's features. */
export const RULE_WEIGHT = 0.5;

/** Reads a model file's bytes. Throws when it was made for other features than this code computes. */
export function parseModel(bytes: Uint8Array): TrainedModel {
  const end = bytes.indexOf(10);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as ModelHeader;
  const weights = new Int8Array(bytes.subarray(end + 1));
  const expected = [...INTENTS, ...SIGNALS].join();
  if (header.outputs.join() !== expected || weights.length !== BUCKETS * OUTPUTS) {
    throw new Error("The classifier's model does not match its code: run `node bench/signals/train.ts`.");
  }
  return { header, weights };
}

let loaded: TrainedModel | undefined;

/** The model that ships with Deskhand, read from disk once. */
export function shippedModel(): TrainedModel {
  loaded ??= parseModel(readFileSync(new URL("./model.bin", import.meta.url)));
  return loaded;
}

interface Summed {
  readonly sums: Float64Array;
  readonly energy: number;
}

function summed(model: TrainedModel, features: Features): Summed {
  const sums = new Float64Array(OUTPUTS);
  const { weights } = model;
  for (let index = 0; index < features.buckets.length; index += 1) {
    const row = (features.buckets[index] ?? 0) * OUTPUTS;
    const value = features.weights[index] ?? 0;
    for (let output = 0; output < OUTPUTS; output += 1) {
      sums[output] = (sums[output] ?? 0) + value * (weights[row + output] ?? 0);
    }
  }
  for (let output = 0; output < OUTPUTS; output += 1) {
    sums[output] = (sums[output] ?? 0) * at(model.header.steps, output);
  }
  return { sums, energy: features.energy };
}

function joined(pieces: readonly Summed[]): Summed {
  const sums = new Float64Array(OUTPUTS);
  let energy = 0;
  for (const piece of pieces) {
    for (let output = 0; output < OUTPUTS; output += 1) {
      sums[output] = (sums[output] ?? 0) + (piece.sums[output] ?? 0);
    }
    energy += piece.energy;
  }
  return { sums, energy };
}

function normalised(piece: Summed, style: Summed, output: number): number {
  const scale = piece.energy === 0 ? 0 : 1 / Math.sqrt(piece.energy);
  return at(piece.sums, output) * scale + STYLE_SCALE * at(style.sums, output);
}

/** Style features are few; each counts this much beside a message of length one. */
export const STYLE_SCALE = 0.2;

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? 0;
}
