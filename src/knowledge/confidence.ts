import { TRANSLATION_WEIGHT, type Concept } from "./concepts.ts";
import type { Hit, Matches } from "./index-port.ts";
import type { Fused } from "./fuse.ts";
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
 * With vectors: what the words of the best article tell (at most three times the rarest word), which share of the
 * question it covers, and how near the nearest unit is. Fitted by logistic regression on half of the benchmark's
 * questions, rounded; the floor lets 2 to 5 of 100 answerable questions be turned away.
 */
const TOGETHER = { words: 0.5, wordsMost: 3, covered: 3, near: 15, floor: 8.35 };
/** The articles whose cover counts are those that will be shown. */
const SHOWN = 3;

export interface Searched {
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

/**
 * How sure we are that the best passages carry an answer, 0 to 1. By words two things are weighed: how much information
 * the best passage shares with the question, and which share of the question that is. Both are measured against the
 * rarest a word can be in this knowledge base, so that the figure means the same for 45 articles and for 700. With
 * vectors, nearness is weighed too, except for a foreign question, of which the model understands too little.
 */
export function confidenceOf(searched: Searched): number {
  const { concepts, terms, matches, fused, foreign } = searched;
  const rarity = rarityOf(terms, matches);
  const rarest = rarestOf(matches);
  const weighed = concepts.flatMap((concept) => weigh(concept, rarity, rarest, foreign));
  const nearest = Math.max(...fused.map(({ similarity }) => similarity ?? -1));
  if (foreign || nearest === -1) return byWords(searched, weighed, rarest);
  const together = byBoth(searched, weighed, rarest, nearest);
  const isShort = weighed.filter((one) => !one.weak).length <= SHORT.topics;
  return isShort ? Math.max(together, byWords(searched, weighed, rarest)) : together;
}

function byBoth(
  { matches, ranked, fused }: Searched,
  weighed: readonly Weighed[],
  rarest: number,
  nearest: number,
): number {
  const words = Math.min(TOGETHER.wordsMost, (ranked[0]?.score ?? 0) / rarest);
  const shown = fused.slice(0, SHOWN).map(({ hit }) => hit.articleId);
  const covers = shown.map((id) =>
    coverage(
      matches.hits.filter((hit) => hit.articleId === id),
      weighed,
    ),
  );
  const evidence =
    TOGETHER.words * words + TOGETHER.covered * Math.max(0, ...covers) + TOGETHER.near * nearest;
  return 1 / (1 + Math.exp(-(evidence - TOGETHER.floor)));
}

function byWords({ ranked }: Searched, weighed: readonly Weighed[], rarest: number): number {
  const best = ranked[0];
  if (!best) return 0;
  const covered = Math.max(...ranked.slice(0, LOOKED_AT).map(({ hit }) => coverage([hit], weighed)));
  const topics = weighed.filter((one) => !one.weak);
  const whole = topics.length > 0 && covered >= ALL_FOUND.from ? ALL_FOUND.worth : 0;
  const title = { ...fieldsOf(best.hit), heading: [], text: [] };
  const named = topics.length <= SHORT.topics && topics.some(({ concept }) => says(title, concept));
  const evidence = best.score / rarest + COVERAGE_WORTH * covered + whole + (named ? SHORT.worth : 0);
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
    const own = concept[0]?.weight ?? 1;
    const shares = concept.map(({ stems, weight }) =>
      fields.some((one) => occurrences(one, stems) > 0) ? weight / own : 0,
    );
    held += worth * Math.min(1, Math.max(...shares));
    all += worth;
  }
  return all === 0 ? 0 : held / all;
}

/** True when the words of a concept itself stand there, in any language, not only related ones. */
function says(fields: Fields, concept: Concept): boolean {
  return concept.some(({ stems, weight }) => weight >= TRANSLATION_WEIGHT && occurrences(fields, stems) > 0);
}
