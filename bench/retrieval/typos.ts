import type { Random } from "../../test/servers/random.ts";

/** The question with a slip of the finger in its two longest words: letters swapped, left out or doubled. */
export function misspelt(question: string, random: Random): string {
  const words = question.split(/(\s+)/);
  const longest = words
    .map((word, at) => ({ at, length: /^[\p{L}']+[?.,!]?$/u.test(word) ? word.length : 0 }))
    .filter(({ length }) => length >= 5)
    .sort((a, b) => b.length - a.length)
    .slice(0, 2);
  for (const { at } of longest) words[at] = slip(words[at]!, random);
  return words.join("");
}

function slip(word: string, random: Random): string {
  const at = random.between(1, word.length - 3);
  switch (random.int(3)) {
    case 0:
      return word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
    case 1:
      return word.slice(0, at) + word.slice(at + 1);
    default:
      return word.slice(0, at) + word[at] + word.slice(at);
  }
}

/** Puts words right that no text holds: the likeliest word one slip away, found by the trigrams that they share. */
export function speller(texts: readonly string[]): (question: string) => string {
  const counts = new Map<string, number>();
  for (const text of texts)
    for (const word of text.toLowerCase().match(/\p{L}{3,}/gu) ?? [])
      counts.set(word, (counts.get(word) ?? 0) + 1);
  const byTrigram = new Map<string, string[]>();
  for (const word of counts.keys())
    for (const trigram of trigramsOf(word)) byTrigram.set(trigram, [...(byTrigram.get(trigram) ?? []), word]);
  const right = (word: string): string => {
    const lower = word.toLowerCase();
    if (lower.length < 5 || counts.has(lower)) return word;
    const near = new Set(trigramsOf(lower).flatMap((trigram) => byTrigram.get(trigram) ?? []));
    const best = [...near]
      .filter((other) => Math.abs(other.length - lower.length) <= 1 && isOneSlip(lower, other))
      .sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0))[0];
    return best ?? word;
  };
  return (question) => question.replaceAll(/\p{L}+/gu, right);
}

function trigramsOf(word: string): string[] {
  const padded = ` ${word} `;
  return Array.from({ length: padded.length - 2 }, (_, at) => padded.slice(at, at + 3));
}

/** One letter swapped with its neighbour, wrong, missing or too many. */
function isOneSlip(one: string, other: string): boolean {
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < Math.min(one.length, other.length) - start && one.at(-1 - end) === other.at(-1 - end))
    end += 1;
  const [a, b] = [one.slice(start, one.length - end), other.slice(start, other.length - end)];
  if (a.length <= 1 && b.length <= 1) return true;
  return a.length === 2 && a === b.split("").toReversed().join("");
}
