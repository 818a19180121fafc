import type { Style } from "./prepare.ts";
import { GAP, UNKNOWN } from "./vocabulary.ts";
import type { Tokens, Vocabulary } from "./vocabulary.ts";
import { GROUP_COUNT } from "./word-classes.ts";

/**
 * The words network reads a message as vectors of its words. Kernels of a few widths slide over them; each keeps where it
 * answers most ("a person", "put me through to"). One layer of hidden units and one output per intent and signal follow.
 */
export interface NetworkShape {
  /** Width in words, and how many kernels have it. */
  readonly kernels: readonly (readonly [width: number, count: number])[];
  readonly hidden: number;
  readonly outputs: number;
  /** Dimensions of the words' vectors. */
  readonly dims: number;
}

export interface Network {
  readonly shape: NetworkShape;
  /** All parameters in one row, in the order of `layoutOf`. */
  readonly params: Float64Array;
}

/** Where in the row of parameters each part begins. */
export interface Layout {
  /** A vector for each group of words, added to the word's own; then those of an unknown word and of a gap. */
  readonly groups: number;
  readonly unknown: number;
  readonly gap: number;
  /** For each width and each place in it, one vector per kernel: what that kernel answers to a word there. */
  readonly kernels: number;
  readonly kernelOffsets: number;
  readonly hidden: number;
  readonly hiddenOffsets: number;
  readonly outputs: number;
  readonly outputOffsets: number;
  readonly size: number;
  /** How many kernels there are, how many answers they give to one word, and what the hidden units read. */
  readonly pooled: number;
  readonly answers: number;
  readonly inputs: number;
}

export function layoutOf({ kernels, hidden, outputs, dims }: NetworkShape): Layout {
  const pooled = kernels.reduce((sum, [, count]) => sum + count, 0);
  const answers = kernels.reduce((sum, [width, count]) => sum + width * count, 0);
  const inputs = pooled + STYLE_INPUTS;
  let size = 0;
  const part = (length: number): number => (size += length) - length;
  return {
    groups: part((GROUP_COUNT + 1) * dims),
    unknown: part(dims),
    gap: part(dims),
    kernels: part(answers * dims),
    kernelOffsets: part(pooled),
    hidden: part(hidden * inputs),
    hiddenOffsets: part(hidden),
    outputs: part(outputs * hidden),
    outputOffsets: part(outputs),
    size,
    pooled,
    answers,
    inputs,
  };
}

/** Scores messages with one network. What it answers to the words it meets is kept, up to a bound. */
export function createScorer(
  network: Network,
  vocabulary: Vocabulary,
): (tokens: Tokens, style: Style) => Float64Array {
  const { shape, params } = network;
  const layout = layoutOf(shape);
  const known = new Map<number, Float32Array>();
  const vector = new Float64Array(shape.dims);
  const answersTo = (word: number, group: number): Float32Array => {
    const key = (word - GAP) * (GROUP_COUNT + 1) + group;
    const kept = known.get(key);
    if (kept !== undefined) return kept;
    fillVector(vector, word, group, vocabulary, params, layout);
    const answers = new Float32Array(layout.answers);
    answerWord(vector, params, layout, answers);
    if (known.size < KEPT_WORDS) known.set(key, answers);
    return answers;
  };
  return ({ words, groups }, style) => {
    const answers = Array.from(words, (word, at) => answersTo(word, groups[at] ?? 0));
    const inputs = new Float64Array(layout.inputs);
    pool(answers, shape, params, layout, inputs);
    for (let at = 0; at < layout.pooled; at += 1) inputs[at] = Math.max(0, inputs[at] ?? 0);
    inputs.set(styleInputs(style, words.length), layout.pooled);
    const hidden = new Float64Array(shape.hidden);
    const outputs = new Float64Array(shape.outputs);
    decide(inputs, params, shape, layout, hidden, outputs);
    return outputs;
  };
}

/** Words whose answers are kept, 2 kB each. The usual ones come first, so there is no need to forget. */
const KEPT_WORDS = 4_000;

/** The vector of a word with that of its group. */
export function fillVector(
  into: Float64Array,
  word: number,
  group: number,
  { vectors, steps }: Pick<Vocabulary, "vectors" | "steps">,
  params: Float64Array,
  layout: Layout,
): void {
  const dims = into.length;
  const learnt = word === UNKNOWN ? layout.unknown : layout.gap;
  const ofGroup = layout.groups + group * dims;
  for (let at = 0; at < dims; at += 1) {
    const own = word < 0 ? params[learnt + at]! : vectors[word * dims + at]! * steps[at]!;
    into[at] = group === 0 ? own : own + params[ofGroup + at]!;
  }
}

/** What every kernel says to one word, at each place of its width. */
export function answerWord(
  vector: Float64Array,
  params: Float64Array,
  layout: Layout,
  into: Float32Array,
): void {
  const dims = vector.length;
  for (let answer = 0; answer < layout.answers; answer += 1)
    into[answer] = dot(vector, 0, params, layout.kernels + answer * dims, dims);
}

/** Sum of the products of two stretches, whose length divides by four: four sums at once keep the processor busy. */
export function dot(
  left: Float64Array,
  leftFrom: number,
  right: Float64Array,
  rightFrom: number,
  length: number,
): number {
  let one = 0;
  let two = 0;
  let three = 0;
  let four = 0;
  for (let at = 0; at < length; at += 4) {
    one += left[leftFrom + at]! * right[rightFrom + at]!;
    two += left[leftFrom + at + 1]! * right[rightFrom + at + 1]!;
    three += left[leftFrom + at + 2]! * right[rightFrom + at + 2]!;
    four += left[leftFrom + at + 3]! * right[rightFrom + at + 3]!;
  }
  return one + two + (three + four);
}

/** Each kernel's highest answer over the message; `places`, when given, takes the word at which it begins. */
export function pool(
  answers: readonly Float32Array[],
  { kernels }: NetworkShape,
  params: Float64Array,
  layout: Layout,
  into: Float64Array,
  places?: Int32Array,
): void {
  let first = 0;
  let from = 0;
  for (const [width, count] of kernels) {
    for (let kernel = 0; kernel < count; kernel += 1) {
      let highest = -Infinity;
      let place = 0;
      // A message shorter than the kernel is read as if nothing followed it.
      const last = Math.max(1, answers.length - width + 1);
      for (let start = 0; start < last; start += 1) {
        let sum = 0;
        for (let offset = 0; offset < width && start + offset < answers.length; offset += 1) {
          sum += answers[start + offset]![from + offset * count + kernel]!;
        }
        if (sum <= highest) continue;
        highest = sum;
        place = start;
      }
      into[first + kernel] = highest + params[layout.kernelOffsets + first + kernel]!;
      if (places !== undefined) places[first + kernel] = place;
    }
    first += count;
    from += width * count;
  }
}

/** From what the kernels found and the style to the outputs, by the hidden units. */
export function decide(
  inputs: Float64Array,
  params: Float64Array,
  shape: NetworkShape,
  layout: Layout,
  hidden: Float64Array,
  outputs: Float64Array,
): void {
  for (let unit = 0; unit < shape.hidden; unit += 1) {
    const row = layout.hidden + unit * layout.inputs;
    let sum = params[layout.hiddenOffsets + unit]!;
    for (let at = 0; at < layout.inputs; at += 1) sum += inputs[at]! * params[row + at]!;
    hidden[unit] = Math.max(0, sum);
  }
  for (let output = 0; output < shape.outputs; output += 1) {
    const row = layout.outputs + output * shape.hidden;
    let sum = params[layout.outputOffsets + output]!;
    for (let unit = 0; unit < shape.hidden; unit += 1) sum += hidden[unit]! * params[row + unit]!;
    outputs[output] = sum;
  }
}

/** How a message is written, between 0 and 1. */
export function styleInputs(style: Style, words: number): readonly number[] {
  return [
    style.capitals,
    Number(style.shoutedWords >= 2),
    Number(style.exclamations > 0),
    Number(style.exclamations > 2),
    Number(style.questions > 0),
    Number(style.questions > 2),
    Number(style.codeBlock),
    Math.min(1, Math.log2(style.length + 1) / 10),
    Number(style.emoji.length > 0),
    Number(words <= 6),
  ];
}

const STYLE_INPUTS = 10;
