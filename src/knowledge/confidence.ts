import { TRANSLATION_WEIGHT, type Concept } from "./concepts.ts";
import type { Matches } from "./index-port.ts";
import type { Fused } from "./fuse.ts";
import { fieldsOf, occurrences, rarestOf, rarityOf, type Fields, type Ranked, type Rarity } from "./rank.ts";
import { isWeak } from "./stop-words.ts";

/** From here on a search counts as having found an answer. */
export const ANSWERABLE_FROM = 0.5;

/**
 * Where the two kinds of question part best, set so that about one answerable question in forty is turned away
 * (`bench/retrieval/lexical.ts`). Turning one away costs a customer a wait; letting one through costs a look of the
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
 * How sure we are that the best passages carry an answer, 0 to 1. Two things are weighed: how much information the best
 * passage shares with the question, and which share of the question that is. Both are measured against the rarest a
 * word can be in this knowledge base, so that the figure means the same for 45 articles and for 700.
 */
export function confidenceOf(
  concepts: readonly Concept[],
  terms: readonly string[],
  matches: Matches,
  ranked: readonly Ranked[],
  fused: readonly Fused[],
  foreign: boolean,
): number {
  const best = ranked[0];
  if (!best) return 0;
  const rarity = rarityOf(terms, matches);
  const rarest = rarestOf(matches);
  const weighed = concepts.flatMap((concept) => weigh(concept, rarity, rarest, foreign));
  const covered = Math.max(...ranked.slice(0, LOOKED_AT).map((one) => coverage(one, weighed)));
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

/** Which share of the question's information a passage holds. */
function coverage({ hit }: Ranked, weighed: readonly Weighed[]): number {
  const fields = fieldsOf(hit);
  let held = 0;
  let all = 0;
  for (const { concept, worth } of weighed) {
    const own = concept[0]?.weight ?? 1;
    const shares = concept.map(({ stems, weight }) => (occurrences(fields, stems) > 0 ? weight / own : 0));
    held += worth * Math.min(1, Math.max(...shares));
    all += worth;
  }
  return all === 0 ? 0 : held / all;
}

/** True when the words of a concept itself stand there, in any language, not only related ones. */
function says(fields: Fields, concept: Concept): boolean {
  return concept.some(({ stems, weight }) => weight >= TRANSLATION_WEIGHT && occurrences(fields, stems) > 0);
}
