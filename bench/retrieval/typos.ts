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
