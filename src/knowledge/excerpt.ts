import { stemOf } from "./stem.ts";
import { termsOf } from "./terms.ts";

/** Two or three lines on a screen. */
const EXCERPT_CHARS = 280;

/**
 * The lines of a passage that speak most to the question, as plain text, at most 280 characters. The beginning when the
 * passage was found by its title alone.
 */
export function excerptOf(passage: { readonly text: string }, query: string, limit = EXCERPT_CHARS): string {
  const sentences = sentencesOf(passage.text);
  const wanted = new Set(termsOf(query).map(stemOf));
  const held = sentences.map(
    (sentence) =>
      new Set(
        termsOf(sentence)
          .map(stemOf)
          .filter((stem) => wanted.has(stem)),
      ).size,
  );
  let best = 0;
  let bestScore = -1;
  for (let at = 0; at < sentences.length; at += 1) {
    // The sentence after counts half: an answer often follows the line that names its subject.
    const score = (held[at] ?? 0) + (held[at + 1] ?? 0) / 2;
    if (score > bestScore) [best, bestScore] = [at, score];
  }
  let excerpt = sentences[best] ?? "";
  for (let at = best + 1; at < sentences.length; at += 1) {
    const longer = `${excerpt} ${sentences[at]}`;
    if (longer.length > limit) break;
    excerpt = longer;
  }
  const whole = best === 0 || excerpt === "" ? excerpt : `… ${excerpt}`;
  return whole.length <= limit ? whole : `${whole.slice(0, limit - 1).trimEnd()}…`;
}

function sentencesOf(markdown: string): string[] {
  return markdown
    .split("\n")
    .filter((line) => !/^\s*(?:```|~~~|\|?[\s:|-]+\|?\s*$)/.test(line))
    .map(plain)
    .flatMap((line) => line.split(/(?<=[.!?。！？])\s+/))
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== "");
}

function plain(line: string): string {
  return line
    .replace(/^\s*(?:#{1,6}\s+|>\s?|[-*+]\s+|\d+[.)]\s+)+/, "")
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/(\*\*|__|`)(.*?)\1/g, "$2")
    .replaceAll(/^\s*\||\|\s*$/g, "")
    .replaceAll(/\s*\|\s*/g, " · ")
    .replaceAll(/\s+/g, " ");
}
