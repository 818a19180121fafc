import { termsOf } from "./terms.ts";

/** More than anybody asks in one breath; each costs a search. */
const MOST = 4;
/** "And the price?" leans on what stands before it; two words of its own make a question that can be searched. */
const TERMS_OF_ITS_OWN = 2;

/** "How do I … and where is …?" is two. */
const ASKING = "(?:how|where|what|when|why|who|which|can|could|do|does|is|are)";
const JOINED = new RegExp(`((?:^|[.!?]\\s+|\\n)${ASKING}\\b[^.!?\\n]*?),?\\s+and\\s+(?=${ASKING}\\b)`, "gi");

/**
 * The separate questions of a text, in order: the messages of a burst, and sentences that end with a question mark. Empty
 * when there is only one, and where it cannot be told what belongs together.
 */
export function questionsIn(text: string): readonly string[] {
  const parts = text
    .replace(JOINED, "$1?\n")
    .split(/\n+|(?<=[?？])\s+/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const questions = parts.filter((part) => /[?？]$/.test(part));
  if (questions.length < 2 || questions.length > MOST) return [];
  // What else is said may be what it is all about.
  const isClear = parts.every(
    (part) => questions.includes(part) === termsOf(part).length >= TERMS_OF_ITS_OWN,
  );
  return isClear ? questions : [];
}
