/// <reference lib="es2025.float16" />
import { readFileSync } from "node:fs";
import { INTENTS } from "../../domain.ts";
import { BUCKETS } from "./features.ts";
import { createScorer, layoutOf } from "./network.ts";
import type { Network, NetworkShape } from "./network.ts";
import { numbersFromHalves } from "./halves.ts";
import { scoreNGrams } from "./ngrams.ts";
import type { NGrams } from "./ngrams.ts";
import { OUTPUTS, scoresOf, SIGNALS } from "./outputs.ts";
import type { Scores, Signal } from "./outputs.ts";
import type { Prepared } from "./prepare.ts";
import { parseVocabulary, tokensOf } from "./vocabulary.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** How the points of the rules and both models' scores become one probability; learnt on held-out parts. */
export interface Blend {
  readonly ngrams: number;
  readonly network: number;
  /** Of the rules' points when they speak for it, and when they speak against it. */
  readonly rulesFor: number;
  readonly rulesAgainst: number;
  readonly offset: number;
  /** At or above this probability the answer is yes. */
  readonly threshold: number;
}

/** What is learnt once n-grams and network are there, from messages that they have not seen. */
export interface Fitted {
  readonly blends: Readonly<Record<Signal, Blend>>;
  /** How much each one's scores of the intents count before they become probabilities. */
  readonly intents: { readonly ngrams: number; readonly network: number };
  /** Weights of `confidenceInputs`, in their order, the constant last. */
  readonly confidence: readonly number[];
}

export interface TrainedModel {
  /** Digest of the training data, so that a test sees when the file is older than they are. */
  readonly madeFrom: string;
  readonly fitted: Fitted;
  readonly ngrams: NGrams;
  readonly vocabulary: Vocabulary;
  readonly network: Network;
}

/**
 * First line of the model file, as JSON. Four parts follow without anything between them: the n-grams' weights (signed
 * bytes), the vocabulary (UTF-8, one word a line, `wordBytes` long), the words' vectors (signed bytes, side by side) and the
 * network's parameters (16-bit floats, little-endian, as every processor that Node runs on keeps them).
 */
interface ModelHeader {
  readonly format: 2;
  readonly madeFrom: string;
  readonly outputs: readonly string[];
  readonly fitted: Fitted;
  readonly ngrams: Pick<NGrams, "steps" | "offsets">;
  readonly vocabulary: {
    readonly words: number;
    readonly wordBytes: number;
    readonly steps: readonly number[];
  };
  readonly network: NetworkShape;
}

/** The model as the bytes of its file. */
export function modelBytes({ madeFrom, fitted, ngrams, vocabulary, network }: TrainedModel): Uint8Array {
  const words = Buffer.from([...vocabulary.numbers.keys()].join("\n"));
  const header: ModelHeader = {
    format: 2,
    madeFrom,
    outputs: [...INTENTS, ...SIGNALS],
    fitted,
    ngrams: { steps: ngrams.steps, offsets: ngrams.offsets },
    vocabulary: { words: vocabulary.numbers.size, wordBytes: words.length, steps: vocabulary.steps },
    network: network.shape,
  };
  const params = new Uint8Array(Float16Array.from(network.params).buffer);
  const first = Buffer.from(`${JSON.stringify(header)}\n`);
  return Buffer.concat([first, bytesOf(ngrams.weights), words, bytesOf(vocabulary.vectors), params]);
}

/** Reads a model file's bytes. Throws when it was made for other features than this code computes. */
export function parseModel(bytes: Uint8Array): TrainedModel {
  let from = bytes.indexOf(10) + 1;
  const header = JSON.parse(Buffer.from(bytes.subarray(0, from)).toString()) as ModelHeader;
  const take = (length: number) => new Uint8Array(bytes.subarray(from, (from += length)));
  if (header.format !== 2 || header.outputs.join() !== [...INTENTS, ...SIGNALS].join()) throw mismatch();
  const { vocabulary, network: shape } = header;
  const weights = new Int8Array(take(BUCKETS * OUTPUTS).buffer);
  const text = Buffer.from(take(vocabulary.wordBytes)).toString();
  const vectors = new Int8Array(take(vocabulary.words * vocabulary.steps.length).buffer);
  const params = take(layoutOf(shape).size * 2);
  if (from !== bytes.length || params.length !== layoutOf(shape).size * 2) throw mismatch();
  return {
    madeFrom: header.madeFrom,
    fitted: header.fitted,
    ngrams: { weights, ...header.ngrams },
    vocabulary: parseVocabulary(text, vectors, vocabulary.steps),
    network: { shape, params: numbersFromHalves(params) },
  };
}

function mismatch(): Error {
  return new Error("The classifier's model does not match its code: run `node bench/signals/train.ts`.");
}

function bytesOf({ buffer, byteOffset, byteLength }: Int8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

let loaded: TrainedModel | undefined;

/** The model that ships with Deskhand, read from disk once. */
export function shippedModel(): TrainedModel {
  loaded ??= parseModel(readFileSync(new URL("./model.bin", import.meta.url)));
  return loaded;
}

/** What n-grams and network say of a message, each by itself. */
export interface PairOfScores {
  readonly ngrams: Scores;
  readonly network: Scores;
}

/** Scores messages with both; `ruleNames` are what the rules found, which tells the n-grams the intent. */
export function scorerOf(
  model: Pick<TrainedModel, "ngrams" | "vocabulary" | "network">,
): (message: Prepared, ruleNames: readonly string[]) => PairOfScores {
  const { ngrams, vocabulary, network } = model;
  const scoreWords = createScorer(network, vocabulary);
  return (message, ruleNames) => ({
    ngrams: scoreNGrams(ngrams, message, ruleNames),
    network: scoresOf(scoreWords(tokensOf(message, vocabulary), message.style)),
  });
}
