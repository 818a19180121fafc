import { stemOf } from "./stem.ts";

/** Shorter words are one slip from too many others. */
const LEAST_LETTERS = 5;
const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/**
 * The word that was meant by one that no article holds: one slip of the finger away (two letters swapped, one doubled,
 * left out or too many) and the most usual in the articles; null when there is none. A letter that is wrong is left: too
 * many words differ by one.
 *
 * @param passagesWith how many passages hold a word with this stem.
 */
export function meantBy(word: string, passagesWith: (stem: string) => number): string | null {
  if (word.length < LEAST_LETTERS || !/^[a-z]+$/.test(word) || passagesWith(stemOf(word)) > 0) return null;
  let best: string | null = null;
  let most = 0;
  for (const other of slipsOf(word)) {
    const passages = passagesWith(stemOf(other));
    if (passages > most) [best, most] = [other, passages];
  }
  return best;
}

/** What may have been meant, the first letter taken as right: it seldom is the slip. */
function slipsOf(word: string): string[] {
  const slips: string[] = [];
  for (let at = 1; at <= word.length; at += 1) {
    const [before, after] = [word.slice(0, at), word.slice(at)];
    if (at < word.length) slips.push(before + after.slice(1));
    if (at < word.length - 1) slips.push(before + after[1]! + after[0]! + after.slice(2));
    for (const letter of LETTERS) slips.push(before + letter + after);
  }
  return slips;
}
