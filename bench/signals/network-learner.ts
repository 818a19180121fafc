/// <reference lib="es2025.float16" />
/**
 * Trains the words network by gradient descent (AdamW in small batches), seeded. Kernels and hidden units start from chance,
 * the words from their vectors, which move with what is learnt.
 */
import {
  answerWord,
  decide,
  fillVector,
  layoutOf,
  pool,
  styleInputs,
} from "../../src/agent/signals/network.ts";
import type { Layout, Network, NetworkShape } from "../../src/agent/signals/network.ts";
import { OUTPUTS } from "../../src/agent/signals/outputs.ts";
import { prepare } from "../../src/agent/signals/prepare.ts";
import { GAP, MAX_TOKENS, tokensOf, UNKNOWN } from "../../src/agent/signals/vocabulary.ts";
import type { Tokens, Vocabulary } from "../../src/agent/signals/vocabulary.ts";
import { GROUP_COUNT } from "../../src/agent/signals/word-classes.ts";
import { seeded } from "../../test/servers/random.ts";
import type { Random } from "../../test/servers/random.ts";
import { errorsOf, targetsOf } from "./learner.ts";
import { NEIGHBOURS, toBytes } from "./word-vectors.ts";
import type { Targets, Weighted } from "./learner.ts";

/** An example as the network sees it. */
export interface WordSample extends Targets {
  readonly tokens: Tokens;
  readonly style: readonly number[];
}

export interface WordsModel {
  readonly network: Network;
  /** The vocabulary with the words' vectors as they are after the training. */
  readonly vocabulary: Vocabulary;
}

const SHAPE = {
  kernels: [
    [1, 32],
    [2, 64],
    [3, 64],
    [4, 32],
  ],
  hidden: 64,
  outputs: OUTPUTS,
} as const;
const ROUNDS = 16;
const BATCH = 16;
const RATE = 2e-3;
const DECAY = 5e-4;
/** How fast the words' vectors move, and how much they are drawn back to where they began. */
const WORD_RATE = 0.05;
const WORD_DECAY = 0.01;
/** Shares of the kernels that are silent, of the words that are hidden, and of those replaced by one of like meaning. */
const SILENT = 0.3;
const HIDDEN = 0.1;
const REPLACED = 0.1;
const VARIANT_WEIGHT = 0.8;

export function wordSampleOf({ example, weight }: Weighted, vocabulary: Vocabulary): WordSample {
  const message = prepare(example.text);
  const tokens = tokensOf(message, vocabulary);
  return { ...targetsOf(example, weight), tokens, style: styleInputs(message.style, tokens.words.length) };
}

/**
 * Learns each message once a round, as it stands or as one of its variants, which follow it in its group. `neighbours` are
 * the numbers of like words, `NEIGHBOURS` for each word.
 */
export function learnNetwork(
  groups: readonly (readonly WordSample[])[],
  vocabulary: Vocabulary,
  neighbours: Int32Array,
  seed: number,
): WordsModel {
  const random = seeded(seed);
  const learner = new Learner({ ...SHAPE, dims: vocabulary.dims }, vocabulary, random);
  const steps = ROUNDS * Math.ceil(groups.length / BATCH);
  let step = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = random.shuffled(groups).flatMap((group) => oneOf(group, random));
    for (let from = 0; from < order.length; from += BATCH) {
      const batch = order.slice(from, from + BATCH);
      for (const sample of batch) {
        learner.silence(random);
        learner.study({ ...sample, tokens: disguised(sample.tokens, neighbours, random) });
      }
      step += 1;
      const warm = Math.min(1, step / 200);
      const cooled = 0.02 + 0.49 * (1 + Math.cos((Math.PI * step) / steps));
      learner.move(RATE * warm * cooled, batch.length, step);
    }
  }
  return learner.result();
}

/** A variant counts a little less than the message itself. */
function oneOf([message, ...variants]: readonly WordSample[], random: Random): readonly WordSample[] {
  if (message === undefined) return [];
  if (variants.length === 0 || random.chance(0.5)) return [message];
  return [{ ...random.pick(variants), weight: VARIANT_WEIGHT * message.weight }];
}

/** The message with a few words hidden or replaced: it should be understood all the same. */
function disguised({ words, groups }: Tokens, neighbours: Int32Array, random: Random): Tokens {
  const other = { words: words.slice(), groups: groups.slice() };
  for (const [at, word] of words.entries()) {
    if (word === GAP) continue;
    const chance = random.next();
    if (chance < HIDDEN) [other.words[at], other.groups[at]] = [UNKNOWN, 0];
    else if (chance < HIDDEN + REPLACED && word >= 0)
      other.words[at] = neighbours[word * NEIGHBOURS + random.int(NEIGHBOURS)]!;
  }
  return other;
}

interface Row {
  readonly vector: Float64Array;
  readonly answers: Float32Array;
}

class Learner {
  readonly #shape: NetworkShape;
  readonly #layout: Layout;
  readonly #vocabulary: Vocabulary;
  readonly #params: Float64Array;
  readonly #slopes: Float64Array;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;
  /** How far each word has moved from its vector, and how much it was pulled so far. */
  readonly #moved: Float64Array;
  readonly #pulled: Float64Array;
  /** Words read since the last move by word and group; until then what the kernels say to them stays the same. */
  readonly #known = new Map<number, Row>();
  /** The words of the message, and the slopes of their vectors. */
  readonly #rows: Row[] = [];
  readonly #vectorSlopes: readonly Float64Array[];
  readonly #inputs: Float64Array;
  readonly #inputSlopes: Float64Array;
  readonly #places: Int32Array;
  readonly #loudness: Float64Array;
  readonly #hidden: Float64Array;
  readonly #hiddenSlopes: Float64Array;
  readonly #outputs: Float64Array;

  constructor(shape: NetworkShape, vocabulary: Vocabulary, random: Random) {
    const layout = layoutOf(shape);
    this.#shape = shape;
    this.#layout = layout;
    this.#vocabulary = vocabulary;
    this.#params = startingParams(shape, layout, random);
    this.#slopes = new Float64Array(layout.size);
    this.#means = new Float64Array(layout.size);
    this.#squares = new Float64Array(layout.size);
    this.#moved = new Float64Array(vocabulary.vectors.length);
    this.#pulled = new Float64Array(vocabulary.numbers.size).fill(0.01);
    this.#vectorSlopes = Array.from({ length: MAX_TOKENS }, () => new Float64Array(shape.dims));
    this.#inputs = new Float64Array(layout.inputs);
    this.#inputSlopes = new Float64Array(layout.inputs);
    this.#places = new Int32Array(layout.pooled);
    this.#loudness = new Float64Array(layout.pooled);
    this.#hidden = new Float64Array(shape.hidden);
    this.#hiddenSlopes = new Float64Array(shape.hidden);
    this.#outputs = new Float64Array(shape.outputs);
  }

  /** Chooses the kernels that are silent for the next message; the others are louder for it. */
  silence(random: Random): void {
    for (let kernel = 0; kernel < this.#loudness.length; kernel += 1)
      this.#loudness[kernel] = random.next() < SILENT ? 0 : 1 / (1 - SILENT);
  }

  /** Reads one message and adds to the slopes what would have made the answer better. */
  study(sample: WordSample): void {
    this.#read(sample);
    const errors = errorsOf(this.#outputs, sample);
    this.#blameOutputs(errors);
    this.#blameHidden();
    this.#blameKernels(sample.tokens.words.length);
    this.#blameWords(sample.tokens);
  }

  #read({ tokens: { words, groups }, style }: WordSample): void {
    this.#rows.length = 0;
    for (let at = 0; at < words.length; at += 1) this.#rows.push(this.#rowOf(words[at]!, groups[at]!));
    const answers = this.#rows.map((row) => row.answers);
    pool(answers, this.#shape, this.#params, this.#layout, this.#inputs, this.#places);
    for (let kernel = 0; kernel < this.#layout.pooled; kernel += 1)
      this.#inputs[kernel] = Math.max(0, this.#inputs[kernel]!) * this.#loudness[kernel]!;
    this.#inputs.set(style, this.#layout.pooled);
    decide(this.#inputs, this.#params, this.#shape, this.#layout, this.#hidden, this.#outputs);
  }

  #rowOf(word: number, group: number): Row {
    const key = (word - GAP) * (GROUP_COUNT + 1) + group;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { dims } = this.#shape;
    const vector = new Float64Array(dims);
    fillVector(vector, word, group, this.#vocabulary, this.#params, this.#layout);
    if (word >= 0) for (let d = 0; d < dims; d += 1) vector[d]! += this.#moved[word * dims + d]!;
    const row = { vector, answers: new Float32Array(this.#layout.answers) };
    answerWord(vector, this.#params, this.#layout, row.answers);
    this.#known.set(key, row);
    return row;
  }

  #blameOutputs(errors: Float64Array): void {
    const { hidden, outputs } = this.#shape;
    this.#hiddenSlopes.fill(0);
    for (let output = 0; output < outputs; output += 1) {
      const error = errors[output]!;
      if (error === 0) continue;
      this.#slopes[this.#layout.outputOffsets + output]! += error;
      const row = this.#layout.outputs + output * hidden;
      for (let unit = 0; unit < hidden; unit += 1) {
        this.#slopes[row + unit]! += error * this.#hidden[unit]!;
        this.#hiddenSlopes[unit]! += error * this.#params[row + unit]!;
      }
    }
  }

  #blameHidden(): void {
    const { inputs, hidden, hiddenOffsets } = this.#layout;
    this.#inputSlopes.fill(0);
    for (let unit = 0; unit < this.#shape.hidden; unit += 1) {
      if (this.#hidden[unit]! <= 0) continue;
      const slope = this.#hiddenSlopes[unit]!;
      this.#slopes[hiddenOffsets + unit]! += slope;
      const row = hidden + unit * inputs;
      for (let at = 0; at < inputs; at += 1) {
        this.#slopes[row + at]! += slope * this.#inputs[at]!;
        this.#inputSlopes[at]! += slope * this.#params[row + at]!;
      }
    }
  }

  /** Only the words at which a kernel answered most have a part in its answer. */
  #blameKernels(length: number): void {
    const { dims } = this.#shape;
    for (let at = 0; at < length; at += 1) this.#vectorSlopes[at]!.fill(0);
    let first = 0;
    let from = this.#layout.kernels;
    for (const [width, count] of this.#shape.kernels) {
      for (let kernel = 0; kernel < count; kernel += 1) {
        if (this.#inputs[first + kernel]! <= 0) continue;
        const slope = this.#inputSlopes[first + kernel]! * this.#loudness[first + kernel]!;
        this.#slopes[this.#layout.kernelOffsets + first + kernel]! += slope;
        const start = this.#places[first + kernel]!;
        for (let offset = 0; offset < width && start + offset < length; offset += 1) {
          const row = from + (offset * count + kernel) * dims;
          const { vector } = this.#rows[start + offset]!;
          const vectorSlope = this.#vectorSlopes[start + offset]!;
          for (let d = 0; d < dims; d += 1) {
            this.#slopes[row + d]! += slope * vector[d]!;
            vectorSlope[d]! += slope * this.#params[row + d]!;
          }
        }
      }
      first += count;
      from += width * count * dims;
    }
  }

  /** Groups, gaps and unknown words move with the other parameters; a known word by itself and at once (AdaGrad). */
  #blameWords({ words, groups }: Tokens): void {
    const { dims } = this.#shape;
    for (const [at, word] of words.entries()) {
      const slope = this.#vectorSlopes[at]!;
      if (groups[at]! > 0) this.#add(this.#layout.groups + groups[at]! * dims, slope);
      if (word === UNKNOWN) this.#add(this.#layout.unknown, slope);
      if (word === GAP) this.#add(this.#layout.gap, slope);
      if (word < 0) continue;
      let square = 0;
      for (let d = 0; d < dims; d += 1) square += slope[d]! * slope[d]!;
      if (square === 0) continue;
      this.#pulled[word]! += square / dims;
      const rate = WORD_RATE / Math.sqrt(this.#pulled[word]!);
      const row = word * dims;
      for (let d = 0; d < dims; d += 1)
        this.#moved[row + d]! -= rate * (slope[d]! + WORD_DECAY * this.#moved[row + d]!);
    }
  }

  #add(row: number, slope: Float64Array): void {
    for (let d = 0; d < slope.length; d += 1) this.#slopes[row + d]! += slope[d]!;
  }

  /** One step down the mean slope of a batch. */
  move(rate: number, batch: number, step: number): void {
    const [slopes, means, squares, params] = [this.#slopes, this.#means, this.#squares, this.#params];
    const meanScale = 1 / (1 - 0.9 ** step);
    const squareScale = 1 / (1 - 0.999 ** step);
    for (let at = 0; at < params.length; at += 1) {
      const slope = slopes[at]! / batch;
      means[at] = 0.9 * means[at]! + 0.1 * slope;
      squares[at] = 0.999 * squares[at]! + 0.001 * slope * slope;
      const direction = (means[at]! * meanScale) / (Math.sqrt(squares[at]! * squareScale) + 1e-8);
      params[at]! -= rate * (direction + DECAY * params[at]!);
      slopes[at] = 0;
    }
    this.#known.clear();
  }

  /** Parameters rounded as the model file holds them, vectors to one byte a dimension again. */
  result(): WordsModel {
    const { dims } = this.#shape;
    const params = Float64Array.from(Float16Array.from(this.#params));
    const moved = this.#moved.map(
      (value, at) => value + this.#vocabulary.vectors[at]! * this.#vocabulary.steps[at % dims]!,
    );
    const { vectors, steps } = toBytes(moved, dims);
    return { network: { shape: this.#shape, params }, vocabulary: { ...this.#vocabulary, vectors, steps } };
  }
}

function startingParams(shape: NetworkShape, layout: Layout, random: Random): Float64Array {
  const { dims, hidden, outputs } = shape;
  const params = new Float64Array(layout.size);
  const fill = (from: number, length: number, spread: number): void => {
    for (let at = from; at < from + length; at += 1) params[at] = spread * bell(random);
  };
  fill(layout.unknown, 2 * dims, 0.3);
  let from = layout.kernels;
  for (const [width, count] of shape.kernels) {
    fill(from, width * count * dims, Math.sqrt(1.5 / (width * dims)));
    from += width * count * dims;
  }
  fill(layout.hidden, hidden * layout.inputs, Math.sqrt(2 / layout.inputs));
  fill(layout.outputs, outputs * hidden, Math.sqrt(1 / hidden));
  return params;
}

/** Chance of mean 0 and spread 1, near enough to the bell curve. */
function bell(random: Random): number {
  let sum = -3;
  for (let part = 0; part < 6; part += 1) sum += random.next();
  return sum * Math.SQRT2;
}
