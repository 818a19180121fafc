import { INTENTS } from "../../domain.ts";
import { featuresOf, ruleFeature, styleFeatures } from "./features.ts";
import type { Features } from "./features.ts";
import type { Prepared } from "./prepare.ts";
import { OUTPUTS, SIGNALS, scoresOf } from "./outputs.ts";
import type { Scores } from "./outputs.ts";

/** Logistic regression on hashed features: one signed byte a weight, all outputs of a bucket side by side. */
export interface NGrams {
  readonly weights: Int8Array;
  /** What one step of the byte is worth, and the constant term, per output. */
  readonly steps: readonly number[];
  readonly offsets: readonly number[];
}

/**
 * The intents' scores are of the whole message, each signal's of the sentence that shows it most; `ruleNames` are what the
 * rules found, which tells the intent.
 */
export function scoreNGrams(model: NGrams, message: Prepared, ruleNames: readonly string[]): Scores {
  const style = styleFeatures(message.style);
  const pieces = sentencesToRead(message).map((sentence) => summed(model, featuresOf(sentence)));
  const styled = summed(model, style);
  const whole = pieces.length === 1 ? pieces : [...pieces, joined(pieces)];
  const best = SIGNALS.map((_, signal) => {
    const output = INTENTS.length + signal;
    const values = whole.map((piece) => normalised(piece, styled, output) + at(model.offsets, output));
    return values.length === 0 ? at(model.offsets, output) : Math.max(...values);
  });
  const last = whole.at(-1) ?? { sums: new Float64Array(OUTPUTS), energy: 0 };
  const intents = INTENTS.map((_, output) => {
    let value = normalised(last, styled, output) + at(model.offsets, output);
    for (const name of ruleNames) {
      value +=
        RULE_WEIGHT * at(model.weights, ruleFeature(name) * OUTPUTS + output) * at(model.steps, output);
    }
    return value;
  });
  return scoresOf([...intents, ...best]);
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

interface Summed {
  readonly sums: Float64Array;
  readonly energy: number;
}

function summed(model: NGrams, features: Features): Summed {
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
    sums[output] = (sums[output] ?? 0) * at(model.steps, output);
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
