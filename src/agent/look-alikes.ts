/** Letters of other scripts that look like Latin ones, which would hide a word from rules that compare words. */
const LOOK_ALIKES = "аеорсухіѕјԁһԛԝѵոαειυνορτκ";
const LATIN = "aeopcyxisjdhqwvnaeiuvoptk";

/** The words as a reader sees them, in plain letters: full-width, mathematical and look-alike ones are replaced. */
export function plainLetters(text: string): string {
  return text
    .normalize("NFKC")
    .replaceAll(/[\u0370-\u058F]/g, (letter) => LATIN[LOOK_ALIKES.indexOf(letter)] ?? letter);
}

/** Nobody spells a sentence letter by letter, unless to slip it past somebody. */
const SPELLED = /(?<!\p{L})\p{L}(?:[^\p{L}\p{N}]{1,3}\p{L}(?!\p{L})){11,}/u;

export function isSpelledOut(text: string): boolean {
  return SPELLED.test(text);
}
