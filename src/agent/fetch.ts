import type { Found, Knowledge } from "../knowledge/knowledge.ts";
import type { Message } from "../store/store.ts";
import type { BurstReading } from "./read.ts";

/** Three passages answer most questions and cost some 900 tokens. */
const PASSAGES = 3;
/** A follow-up this short means nothing without what was said before it. */
const SHORT_WORDS = 5;

/**
 * Searches the knowledge base before any model is called, so that a plain question costs one call and the search
 * cannot be skipped. A short follow-up is searched together with the question that it follows.
 */
export async function searchFor(
  question: string,
  transcript: readonly Message[],
  reading: BurstReading,
  knowledge: Knowledge,
): Promise<Found> {
  if (reading.intent === "small_talk") return { passages: [], answerable: false, confidence: 0 };
  const options = { limit: PASSAGES, audience: "customer" } as const;
  const found = await knowledge.search(question, options);
  const words = question.match(/[\p{L}\p{N}]+/gu) ?? [];
  const before = transcript.findLast((message) => message.role === "customer");
  if (!before || (found.answerable && words.length > SHORT_WORDS)) return found;
  const together = await knowledge.search(`${before.text}\n${question}`, options);
  return together.answerable ? together : found;
}
