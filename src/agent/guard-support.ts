import type { Citation } from "../domain.ts";
import type { Passage } from "../knowledge/knowledge.ts";
import { sourceOf } from "../tools/search-knowledge-base.ts";
import type { GuardInput } from "./guard-input.ts";

/** Talk states no facts; all else needs an article or a tool behind it. */
const TALK: ReadonlySet<string> = new Set(["small_talk", "feedback"]);

/** What an answer rests on: the articles it cites, or a tool, or nothing. */

/** The articles that an answer rests on: those it cites, else the one that holds most of its words. */
export function citationsOf(input: GuardInput): Citation[] {
  const named = cited(input);
  if (named.length > 0 || asksToVerify(input)) return named;
  const byWords = supportedByWords(input);
  return byWords.length > 0 ? byWords : surelyFound(input);
}

/** From here on the best passage is what the question was about, so an answer that cites nothing is held to it. */
const SURELY_FOUND = 0.8;

function surelyFound({ passages, foundConfidence = 0, usedTools, reading }: GuardInput): Citation[] {
  if (foundConfidence < SURELY_FOUND || usedTools.length > 0 || TALK.has(reading.intent)) return [];
  const best = passages.find((passage) => passage.audience === "customer");
  return best ? [citationOf(best)] : [];
}

/** Citations of what the model was really shown, one an article, in the order of the answer. */
function cited({ citations, passages }: GuardInput): Citation[] {
  const found = new Map<string, Citation>();
  for (const { source } of citations) {
    const passage = passages.find(
      (candidate) => sourceOf(candidate) === source && candidate.audience === "customer",
    );
    if (!passage) continue;
    found.set(passage.articleId, citationOf(passage));
  }
  return [...found.values()];
}

/** So many of the draft's longer words must stand in one passage for it to count as its source. */
const SUPPORTING_SHARE = 0.6;

/** A model may answer from a passage without citing it: then the passage that holds most of its words is named. */
function supportedByWords({ text, passages }: GuardInput): Citation[] {
  const words = new Set((text.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? []).map(stem));
  if (words.size < 3) return [];
  let best: { passage: Passage; share: number } | null = null;
  for (const passage of passages) {
    if (passage.audience !== "customer") continue;
    const held = new Set(
      (`${passage.title} ${passage.text}`.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? []).map(stem),
    );
    const share = [...words].filter((word) => held.has(word)).length / words.size;
    if (share >= SUPPORTING_SHARE && share > (best?.share ?? 0)) best = { passage, share };
  }
  return best ? [citationOf(best.passage)] : [];
}

/** Enough of a stem for this: endings of up to three letters make no difference. */
function stem(word: string): string {
  return word.length > 6 ? word.slice(0, 6) : word;
}

function citationOf({ articleId, title, url }: Passage): Citation {
  return { id: articleId, title, ...(url !== null && { url }) };
}

export function isSupported(input: GuardInput, citations: readonly Citation[]): boolean {
  if (citations.length > 0) return true;
  if (input.usedTools.some(({ name, ok }) => ok && name !== "search_knowledge_base")) return true;
  if (TALK.has(input.reading.intent)) return true;
  if (asksToVerify(input)) return true;
  // A question back to the customer states nothing.
  return input.text.trim().endsWith("?") && input.text.length < 400;
}

/** Without a proved e-mail the answer to "where is my order" is how to prove one; the context says how. */
function asksToVerify({ customerEmail, text }: GuardInput): boolean {
  return customerEmail === null && text.length < 500 && /verif|vérif|bestätig/i.test(text);
}
