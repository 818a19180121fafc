import type { Concept } from "./concepts.ts";
import type { Hit, Matches } from "./index-port.ts";
import { stemOf } from "./stem.ts";

/** A candidate with what the ranking saw in it. */
export interface Ranked {
  readonly hit: Hit;
  /** Higher is better; comparable within one search only. */
  readonly score: number;
}

/**
 * BM25 over title, heading and text with synonyms, in our own code so that every store ranks alike. Measured with
 * `bench/retrieval/bench.ts`: on these figures the ranking is flat around each value, none is a peak.
 */
const K1 = 1.2;
const B = 0.5;
const AVERAGE_WORDS = 75;
const WEIGHTS = { title: 2, heading: 1.25, text: 1 };
/** Two words of the question side by side, as a part of what they are worth alone. */
const ADJACENT = 0.3;
/** What an article's next three passages add to its best one. */
const OTHER_PASSAGES = 0.1;

/** Every passage with what the words say for it, best first. */
export function scored(concepts: readonly Concept[], terms: readonly string[], matches: Matches): Ranked[] {
  const rarity = rarityOf(terms, matches);
  return matches.hits
    .map((hit) => ({ hit, score: scoreOf(fieldsOf(hit), concepts, rarity) }))
    .sort((a, b) => b.score - a.score);
}

/** Articles, best first, each with its best passage. Those that no word speaks for are left out. */
export function rank(passages: readonly Ranked[]): Ranked[] {
  const articles = Map.groupBy(
    passages.filter(({ score }) => score > 0),
    ({ hit }) => hit.articleId,
  );
  return [...articles.values()]
    .map(([best, ...others]) => ({
      hit: best!.hit,
      score: best!.score + OTHER_PASSAGES * others.slice(0, 3).reduce((sum, one) => sum + one.score, 0),
    }))
    .sort((a, b) => b.score - a.score);
}

/** What a word that one passage holds would tell: the most there is. */
export function rarestOf({ passages }: Matches): number {
  return Math.log(1 + (passages + 0.5) / 0.5);
}

/** How telling a term is: high when few passages hold it, 0 when none does (nothing can be found by it). */
export type Rarity = (term: string) => number;

export function rarityOf(terms: readonly string[], matches: Matches): Rarity {
  const rarity = new Map(
    terms.map((term, at) => [term, inverseFrequency(matches.passagesWith[at] ?? 0, matches.passages)]),
  );
  return (term) => rarity.get(term) ?? 0;
}

function inverseFrequency(holding: number, passages: number): number {
  return holding === 0 ? 0 : Math.log(1 + (passages - holding + 0.5) / (holding + 0.5));
}

export interface Fields {
  readonly title: readonly string[];
  readonly heading: readonly string[];
  readonly text: readonly string[];
}

/** The words of a passage, stemmed. Remembered by its text, because the same passages come up again and again. */
export function fieldsOf({ title, heading, text }: Pick<Hit, keyof Fields>): Fields {
  const key = `${title}\n${heading}\n${text}`;
  const known = remembered.get(key);
  if (known) return known;
  const fields = { title: stemsOf(title), heading: stemsOf(heading), text: stemsOf(text) };
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(key, fields);
  return fields;
}

/** Some 3 KB each. */
const REMEMBERED = 3_000;
const remembered = new Map<string, Fields>();

/** Every word of a text by its stem, in order. */
export function stemsOf(text: string): string[] {
  const words = /^[\x20-\x7e\s]*$/.test(text)
    ? text.match(/[a-z0-9]+/gi)
    : text.normalize("NFC").match(/[\p{L}\p{N}\p{M}]+/gu);
  return (words ?? []).map(stemOf);
}

function scoreOf(fields: Fields, concepts: readonly Concept[], rarity: Rarity): number {
  const length = fields.title.length + fields.heading.length + fields.text.length;
  const norm = K1 * (1 - B + (B * length) / AVERAGE_WORDS);
  let score = 0;
  for (const concept of concepts) {
    let best = 0;
    for (const { term, stems, weight } of concept) {
      const worth = weight * rarity(term);
      if (worth === 0) continue;
      const times = occurrences(fields, stems);
      best = Math.max(best, (worth * times * (K1 + 1)) / (times + norm));
    }
    score += best;
  }
  return score + adjacency(fields, concepts, rarity);
}

function adjacency(fields: Fields, concepts: readonly Concept[], rarity: Rarity): number {
  let score = 0;
  for (let at = 0; at + 1 < concepts.length; at += 1) {
    const [first, second] = [concepts[at]?.[0], concepts[at + 1]?.[0]];
    if (!first || !second || first.stems.length > 1 || second.stems.length > 1) continue;
    const worth = (rarity(first.term) + rarity(second.term)) / 2;
    if (worth > 0 && occurrences(fields, [...first.stems, ...second.stems]) > 0) score += ADJACENT * worth;
  }
  return score;
}

/** How often the words stand side by side, weighted by field. */
export function occurrences(fields: Fields, stems: readonly string[]): number {
  return (
    WEIGHTS.title * count(fields.title, stems) +
    WEIGHTS.heading * count(fields.heading, stems) +
    WEIGHTS.text * count(fields.text, stems)
  );
}

function count(words: readonly string[], stems: readonly string[]): number {
  const [first = "", second] = stems;
  let found = 0;
  for (let at = words.indexOf(first); at !== -1; at = words.indexOf(first, at + 1)) {
    const follows = second === undefined || stems.every((stem, offset) => words[at + offset] === stem);
    if (follows) found += 1;
  }
  return found;
}
