import type { Style } from "./prepare.ts";
import { correctWord } from "./typos.ts";
import { classOf } from "./word-classes.ts";

/** Number of hashed features; a power of two. Changing it, or anything below, needs `node bench/signals/train.ts`. */
export const BUCKETS = 1 << 16;

/** Features of one piece of text: bucket numbers with their weights, and the sum of the squared weights. */
export interface Features {
  readonly buckets: number[];
  readonly weights: number[];
  energy: number;
}

/** A sentence is read up to this many words; what is longer is a log or a paste. */
const MAX_WORDS = 160;

/** Words, neighbours, words one apart, and the letter groups of each word, which is what survives a typo. */
export function featuresOf(sentence: string): Features {
  const into: Features = { buckets: [], weights: [], energy: 0 };
  const words = sentence.split(" ", MAX_WORDS);
  let previous = hash("^");
  let beforeThat = previous;
  for (const word of words) {
    const here = hash(word);
    add(into, here, 1);
    add(into, mix(previous, here, 2), 1);
    add(into, mix(beforeThat, here, 3), 0.7);
    addLetterGroups(into, word);
    beforeThat = previous;
    previous = here;
  }
  add(into, mix(previous, hash("$"), 2), 1);
  addClasses(into, words);
  // A whole message of one to four words has a meaning that its words alone have not.
  if (words.length <= 4) add(into, mix(hash(sentence), words.length, 7), 1.5);
  return into;
}

/** What the way of writing tells: shouting, rows of marks, length, code. */
export function styleFeatures(style: Style): Features {
  const into: Features = { buckets: [], weights: [], energy: 0 };
  const mark = (name: string): void => add(into, hash(`#${name}`), 1);
  if (style.capitals > 0.6) mark("capitals");
  if (style.shoutedWords >= 2) mark("shouted");
  if (style.exclamations > 0) mark(style.exclamations > 2 ? "exclaims a lot" : "exclaims");
  if (style.questions > 0) mark(style.questions > 2 ? "asks a lot" : "asks");
  if (style.codeBlock) mark("code");
  mark(`length ${Math.min(8, Math.floor(Math.log2(style.length + 1)))}`);
  return into;
}

/** What a rule found, as a feature of the intent. */
export function ruleFeature(name: string): number {
  return hash(`!${name}`) & (BUCKETS - 1);
}

/**
 * The sentence once more in word groups: each pair, pair with one between, and three in a row that hold a group; then how
 * it begins, and which group comes before which, however far apart: who asks whom for what.
 */
function addClasses(into: Features, words: readonly string[]): void {
  let left = hash("^");
  let middle = left;
  let since = 9;
  const groups: { readonly code: number; readonly at: number }[] = [];
  const first: number[] = [];
  for (const [at, word] of words.entries()) {
    const mended = correctWord(word);
    const group = classOf(mended);
    const here = hash(group ?? mended);
    if (group !== undefined) groups.push({ code: here, at });
    if (first.length < 3) first.push(here);
    since = group === undefined ? since + 1 : 0;
    if (group !== undefined || mended !== word) add(into, mix(here, 1, 11), 0.8);
    if (since < 2) add(into, mix(middle, here, 12), 0.8);
    if (since < 3) {
      add(into, mix(left, here, 13), 0.6);
      add(into, mix(mix(left, middle, 14), here, 15), 0.8);
    }
    left = middle;
    middle = here;
  }
  if (since < 2) add(into, mix(middle, hash("$"), 12), 0.8);
  addOrder(into, groups);
  const [one = 0, two = 0, three] = first;
  add(into, mix(one, two, 16), 0.8);
  if (three !== undefined) add(into, mix(mix(one, two, 16), three, 17), 0.8);
}

/** Each pair of groups once, at most seven words apart, and the first six in a row. */
function addOrder(into: Features, groups: readonly { readonly code: number; readonly at: number }[]): void {
  const seen = new Set<number>();
  let row = 0;
  for (const [index, { code, at }] of groups.entries()) {
    if (index < 6) row = mix(row, code, 18);
    for (let next = index + 1; next < groups.length && (groups[next]?.at ?? 0) < at + 8; next += 1) {
      const pair = mix(code, groups[next]?.code ?? 0, 19);
      if (!seen.has(pair)) add(into, pair, 0.7);
      seen.add(pair);
    }
  }
  add(into, mix(row, 6, 20), 0.8);
}

function addLetterGroups(into: Features, word: string): void {
  const letters = `<${word.length > 24 ? word.slice(0, 24) : word}>`;
  const last = letters.length;
  for (let from = 0; from < last; from += 1) {
    let code = 0x9e3779b9;
    for (let to = from; to < last && to < from + 5; to += 1) {
      code = Math.imul(code ^ letters.charCodeAt(to), 0x01000193);
      const size = to - from + 1;
      if (size >= 3) add(into, mix(code, size, 5), 0.45);
    }
  }
}

function add(into: Features, code: number, weight: number): void {
  into.buckets.push(code & (BUCKETS - 1));
  into.weights.push(weight);
  into.energy += weight * weight;
}

/** FNV-1a, then scrambled so that the low bits are good. */
function hash(text: string): number {
  let code = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) code = Math.imul(code ^ text.charCodeAt(at), 0x01000193);
  return scramble(code);
}

function mix(left: number, right: number, kind: number): number {
  return scramble(Math.imul(left, 0x85ebca6b) ^ Math.imul(right + kind, 0xc2b2ae35) ^ kind);
}

function scramble(code: number): number {
  let value = code ^ (code >>> 16);
  value = Math.imul(value, 0x7feb352d);
  value ^= value >>> 15;
  value = Math.imul(value, 0x846ca68b);
  return (value ^ (value >>> 16)) >>> 0;
}
