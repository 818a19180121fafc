import { TRANSLATION_WEIGHT, type Concept } from "./concepts.ts";
import type { Hit, Matches } from "./index-port.ts";
import type { Fused } from "./fuse.ts";
import { thingsIn } from "./named-things.ts";
import { fieldsOf, occurrences, rarestOf, rarityOf, type Fields, type Ranked, type Rarity } from "./rank.ts";
import { isWeak } from "./stop-words.ts";

/** From here on a search counts as having found an answer. */
export const ANSWERABLE_FROM = 0.5;

/**
 * Where the two kinds of question part best, set so that about one answerable question in forty is turned away
 * (`bench/retrieval/bench.ts`). Turning one away costs a customer a wait; letting one through costs a look of the
 * model at passages that do not answer, which the guard sees.
 */
const FLOOR = 1.7;
const STEEPNESS = 3;
const COVERAGE_WORTH = 0.75;
/** A short question whose every word is in one passage is answered, however common its words. */
const ALL_FOUND = { from: 0.9, worth: 0.6 };
/** A question of one or two topic words that names an article's subject is answered by it. */
const SHORT = { topics: 2, worth: 0.5 };
/** The answer may stand in a passage that ranked second to a longer one. */
const LOOKED_AT = 5;
/** What a word of conversation counts of a topic word: found somewhere, and found nowhere. */
const WEAK_SHARE = { known: 0.3, unknown: 0.1 };

/**
 * With vectors: how near the nearest unit is, what the words of the best article tell (at most three times the rarest
 * word), how much of what the question is about the best of the shown articles lacks, and whether it lacks a thing that
 * the question names (`named-things.ts`). Fitted by logistic regression on questions that the shared ones are not among
 * (`bench/retrieval/README.md`); the floor lets 2 to 4 of 100 answerable shared questions be turned away.
 */
const TOGETHER = { near: 6.4, words: 0.9, wordsMost: 3, lacking: 4.5, thing: 3.5, floor: 2.5 };
/** How near a word is to its question when nobody could say in time. */
const USUAL_CLOSENESS = 0.35;
/** By words alone, a thing that no shown article names counts more against an answer than a rare word for it. */
const THING_BY_WORDS = 1.5;
/** The articles whose cover counts are those that will be shown. */
const SHOWN = 3;

export interface Searched {
  /** Every word of the question, in order. */
  readonly words: readonly string[];
  readonly concepts: readonly Concept[];
  readonly terms: readonly string[];
  readonly matches: Matches;
  /** Articles by their words. */
  readonly ranked: readonly Ranked[];
  /** Articles in the order that is shown. */
  readonly fused: readonly Fused[];
  /** The question is in a language that the articles, and the local model, may not know. */
  readonly foreign: boolean;
}

/** How near a word of the question is to the question as a whole: what it is about, or what only comes along with it. */
export type Closeness = (word: string) => number | undefined;

/**
 * How sure we are that the best passages carry an answer, 0 to 1. By words two things are weighed: how much information
 * the best passage shares with the question, and which share of the question that is. Both are measured against the
 * rarest a word can be in this knowledge base, so that the figure means the same for 45 articles and for 700. With
 * vectors, nearness is weighed too, except for a foreign question, of which the model understands too little.
 *
 * @param closeness asked for the words that `lackedWords` names.
 */
export function confidenceOf(searched: Searched, closeness: Closeness = () => undefined): number {
  const weighed = weighedOf(searched);
  const nearest = nearestOf(searched);
  const lacksThing = !searched.foreign && lacksNamed(searched);
  const wordsSay = byWords(searched, weighed, lacksThing);
  if (searched.foreign || nearest === null) return wordsSay;
  const words = Math.min(TOGETHER.wordsMost, (searched.ranked[0]?.score ?? 0) / rarestOf(searched.matches));
  const evidence =
    TOGETHER.near * nearest +
    TOGETHER.words * words -
    TOGETHER.lacking * lacking(searched, weighed, closeness) -
    (lacksThing ? TOGETHER.thing : 0);
  const together = 1 / (1 + Math.exp(-(evidence - TOGETHER.floor)));
  const isShort = weighed.filter((one) => !one.weak).length <= SHORT.topics;
  return isShort ? Math.max(together, wordsSay) : together;
}

/** The topic words that not every shown article holds; none when nothing is made of them. */
export function lackedWords(searched: Searched): string[] {
  if (searched.foreign || nearestOf(searched) === null) return [];
  const shown = shownFields(searched);
  return weighedOf(searched)
    .filter(({ concept, weak }) => !weak && shown.some((fields) => heldShare(fields, concept) < 1))
    .flatMap(({ concept }) => concept[0]?.term ?? []);
}

function weighedOf({ concepts, terms, matches, foreign }: Searched): Weighed[] {
  const rarity = rarityOf(terms, matches);
  return concepts.flatMap((concept) => weigh(concept, rarity, rarestOf(matches), foreign));
}

/** Null when nobody looked for meaning, or nothing that was found has a vector. */
function nearestOf({ fused }: Searched): number | null {
  const known = fused.flatMap(({ similarity }) => similarity ?? []);
  return known.length === 0 ? null : Math.max(...known);
}

/** Per shown article, the fields of its passages. */
function shownFields({ matches, fused }: Searched): Fields[][] {
  return fused
    .slice(0, SHOWN)
    .map(({ hit }) => matches.hits.filter((one) => one.articleId === hit.articleId).map(fieldsOf));
}

/** Of the shown articles' worst gaps the smallest: the word nearest to the question that an article does not hold. */
function lacking(searched: Searched, weighed: readonly Weighed[], closeness: Closeness): number {
  const gaps = shownFields(searched).map((fields) =>
    weighed
      .filter(({ weak }) => !weak)
      .map(({ concept }) => {
        const close = Math.max(0, closeness(concept[0]?.term ?? "") ?? USUAL_CLOSENESS);
        return close * (1 - heldShare(fields, concept));
      }),
  );
  return gaps.length === 0 ? 1 : Math.min(...gaps.map((gap) => Math.max(0, ...gap)));
}

/** True when the question names a thing, and each of the shown articles is silent about one that it names. */
function lacksNamed(searched: Searched): boolean {
  const things = thingsIn(searched.words);
  if (things.length === 0) return false;
  return shownFields(searched).every((fields) =>
    things.some(({ names }) => !names.some((name) => fields.some((one) => occurrences(one, name) > 0))),
  );
}

function byWords({ ranked, matches }: Searched, weighed: readonly Weighed[], lacksThing: boolean): number {
  const best = ranked[0];
  if (!best) return 0;
  const rarest = rarestOf(matches);
  const covered = Math.max(...ranked.slice(0, LOOKED_AT).map(({ hit }) => coverage([hit], weighed)));
  const topics = weighed.filter((one) => !one.weak);
  const whole = topics.length > 0 && covered >= ALL_FOUND.from ? ALL_FOUND.worth : 0;
  const title = { ...fieldsOf(best.hit), heading: [], text: [] };
  const named = topics.length <= SHORT.topics && topics.some(({ concept }) => says(title, concept));
  const evidence =
    best.score / rarest +
    COVERAGE_WORTH * covered +
    whole +
    (named ? SHORT.worth : 0) -
    (lacksThing ? THING_BY_WORDS : 0);
  return 1 / (1 + Math.exp(-STEEPNESS * (evidence - FLOOR)));
}

/** A concept with what it counts of the question. A word that no passage knows is the most telling. */
interface Weighed {
  readonly concept: Concept;
  readonly worth: number;
  readonly weak: boolean;
}

function weigh(concept: Concept, rarity: Rarity, rarest: number, foreign: boolean): Weighed[] {
  const [own, ...others] = concept;
  if (!own || own.stems.length > 1) return [];
  const known = rarity(own.term);
  // A foreign word that we cannot translate tells nothing about what an English article lacks.
  const unread = foreign && known === 0 && !others.some((one) => one.weight >= TRANSLATION_WEIGHT);
  const weak = isWeak(own.term) || unread;
  const share = weak ? (known > 0 ? WEAK_SHARE.known : WEAK_SHARE.unknown) : 1;
  return [{ concept, worth: (known > 0 ? known : rarest) * share, weak }];
}

/** Which share of the question's information passages hold together. */
function coverage(hits: readonly Hit[], weighed: readonly Weighed[]): number {
  const fields = hits.map(fieldsOf);
  let held = 0;
  let all = 0;
  for (const { concept, worth } of weighed) {
    held += worth * heldShare(fields, concept);
    all += worth;
  }
  return all === 0 ? 0 : held / all;
}

/** 1 when the customer's own word stands there, less when only a related one does, 0 when none does. */
function heldShare(fields: readonly Fields[], concept: Concept): number {
  const own = concept[0]?.weight ?? 1;
  const shares = concept.map(({ stems, weight }) =>
    fields.some((one) => occurrences(one, stems) > 0) ? weight / own : 0,
  );
  return Math.min(1, Math.max(...shares));
}

/** True when the words of a concept itself stand there, in any language, not only related ones. */
function says(fields: Fields, concept: Concept): boolean {
  return concept.some(({ stems, weight }) => weight >= TRANSLATION_WEIGHT && occurrences(fields, stems) > 0);
}
