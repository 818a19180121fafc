import { questionsIn } from "../knowledge/questions.ts";
import { stemsOf } from "../knowledge/rank.ts";
import { termsOf } from "../knowledge/terms.ts";
import type { SearchResultBlock } from "./model.ts";

/** A passage is about a question when it holds this share of its words. */
const ABOUT_FROM = 0.5;

/** What is quoted for a customer's words: the best passage, or one for each of several questions. */
export interface Quotes {
  readonly passages: readonly SearchResultBlock[];
  /** How many of the questions stay open. */
  readonly open: number;
}

/** @param passages best first; none quoted only when there is none. */
export function quotesFor(text: string, passages: readonly SearchResultBlock[]): Quotes {
  const quoted = new Set<SearchResultBlock>();
  let open = 0;
  for (const question of questionsIn(text)) {
    const [best] = passages
      .map((passage) => ({ passage, share: shareHeld(question, passage) }))
      .filter(({ share }) => share >= ABOUT_FROM)
      .sort((a, b) => b.share - a.share);
    if (best) quoted.add(best.passage);
    else open += 1;
  }
  // Where no word tells, the search knew better.
  if (quoted.size === 0) return { passages: passages.slice(0, 1), open: 0 };
  return { passages: passages.filter((passage) => quoted.has(passage)), open };
}

function shareHeld(question: string, { title, text }: SearchResultBlock): number {
  const held = new Set(stemsOf(`${title} ${text}`));
  const stems = termsOf(question).flatMap(stemsOf);
  return stems.filter((stem) => held.has(stem)).length / Math.max(1, stems.length);
}
