import { ANSWERABLE_FROM } from "../knowledge/confidence.ts";
import type { Found, Knowledge, Passage } from "../knowledge/knowledge.ts";
import type { Message } from "../store/store.ts";
import { questionsIn } from "../knowledge/questions.ts";
import type { BurstReading } from "./read.ts";

/** Three articles answer most questions. */
const PASSAGES = 3;
/** The best one is shown with its surroundings (some 600 tokens), the others as the passages they are. */
const BEST_CHARS = 2_400;
/** A follow-up this short means nothing without what was said before it. */
const SHORT_WORDS = 5;

/**
 * Searches the knowledge base before any model is called, so that a plain question costs one call and the search
 * cannot be skipped. A short follow-up is searched together with the question that it follows; several questions in one
 * breath, which no article answers together, each by itself.
 */
export async function searchFor(
  question: string,
  transcript: readonly Message[],
  reading: BurstReading,
  knowledge: Knowledge,
): Promise<Found> {
  // "E-1042" looks like talk to a classifier; what holds a number is looked up.
  const talk = reading.intent === "small_talk" && !/\d/.test(question);
  if (talk) return { passages: [], answerable: false, confidence: 0 };
  const separate = await searchEach(questionsIn(question), knowledge);
  if (separate) return separate;
  const options = { limit: PASSAGES, audience: "customer" } as const;
  const found = await knowledge.search(question, options);
  if (found.answerable) return withSurroundings(found, knowledge);
  const before = transcript.findLast((message) => message.role === "customer");
  if (before && leansOnWhatCameBefore(question)) {
    const together = await knowledge.search(`${before.text}\n${question}`, options);
    if (together.answerable) return withSurroundings(together, knowledge);
  }
  return found;
}

/**
 * What answers at least one of the questions, the best for each of them first; null when nothing does. Where one of them
 * stays open the whole is as little sure as can be.
 */
async function searchEach(questions: readonly string[], knowledge: Knowledge): Promise<Found | null> {
  const founds = await Promise.all(
    questions.map((one) => knowledge.search(one, { limit: PASSAGES, audience: "customer" })),
  );
  const answering = founds.filter(({ answerable }) => answerable);
  if (answering.length === 0) return null;
  const whole = await Promise.all(
    answering.map((one) => withSurroundings(one, knowledge, BEST_CHARS / answering.length)),
  );
  const passages: Passage[] = [];
  for (let rank = 0; rank < PASSAGES; rank += 1) {
    for (const found of whole) {
      const passage = found.passages[rank];
      if (passage && !passages.some((shown) => holds(shown, passage))) passages.push(passage);
    }
  }
  const isWhole = answering.length === questions.length;
  return {
    passages: passages.slice(0, Math.max(PASSAGES, answering.length)),
    answerable: true,
    confidence: isWhole ? Math.min(...answering.map(({ confidence }) => confidence)) : ANSWERABLE_FROM,
  };
}

/** One article may answer two questions, in two places. */
function holds(shown: Passage, other: Passage): boolean {
  return shown.articleId === other.articleId && shown.text.includes(other.text);
}

const POINTS_BACK =
  /\b(it|that|this|those|them|there|and|also|instead|still|again|das|auch|es|eso|también|ça|aussi)\b/i;

function leansOnWhatCameBefore(question: string): boolean {
  const words = question.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.length <= SHORT_WORDS || POINTS_BACK.test(question);
}

/** An answer needs the steps around the sentence that was found. */
async function withSurroundings(found: Found, knowledge: Knowledge, chars = BEST_CHARS): Promise<Found> {
  const [best, ...others] = found.passages;
  if (!found.answerable || !best) return found;
  return { ...found, passages: [await knowledge.expand(best, chars), ...others] };
}
