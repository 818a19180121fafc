import { termsOf } from "../knowledge/terms.ts";

/** More than anybody asks in one breath; each costs a search. */
const MOST = 4;
/** "And the price?" leans on what stands before it; two words of its own make a question that can be searched. */
const TERMS_OF_ITS_OWN = 2;

/**
 * The separate questions of a text, in order: the messages of a burst, and sentences that end with a question mark. Empty
 * when there is only one, and where it cannot be told what belongs together.
 */
export function questionsIn(text: string): readonly string[] {
  const parts = text
    .split(/\n+|(?<=[?？])\s+/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const questions = parts.filter((part) => /[?？]$/.test(part));
  const stands = questions.every((part) => termsOf(part).length >= TERMS_OF_ITS_OWN);
  return questions.length > 1 && questions.length <= MOST && stands ? questions : [];
}
