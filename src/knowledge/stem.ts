/**
 * The Porter stemmer (M. F. Porter, "An algorithm for suffix stripping", 1980), as the index uses it too, so that ranking
 * and excerpts compare words the way the search found them. Words of other scripts come back as they are.
 */
export function stemOf(word: string): string {
  const known = cache.get(word);
  if (known !== undefined) return known;
  const plain = word.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
  const stem = /^[a-z]{3,}$/.test(plain) ? porter(plain) : plain;
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(word, stem);
  return stem;
}

/** A support corpus has some thousand words; the limit only bounds what hostile input could fill. */
const CACHE_LIMIT = 20_000;
const cache = new Map<string, string>();

const CONSONANT = "[^aeiou]";
const VOWEL = "[aeiouy]";
const C = `${CONSONANT}[^aeiouy]*`;
const V = `${VOWEL}[aeiou]*`;
const ONE_MEASURE = new RegExp(`^(?:${C})?${V}${C}`);
const EXACTLY_ONE_MEASURE = new RegExp(`^(?:${C})?${V}${C}(?:${V})?$`);
const TWO_MEASURES = new RegExp(`^(?:${C})?${V}${C}${V}${C}`);
const HAS_VOWEL = new RegExp(`^(?:${C})?${VOWEL}`);
const SHORT_END = new RegExp(`^${C}${VOWEL}[^aeiouwxy]$`);

const STEP_2: readonly (readonly [string, string])[] = [
  ["ational", "ate"],
  ["tional", "tion"],
  ["enci", "ence"],
  ["anci", "ance"],
  ["izer", "ize"],
  ["bli", "ble"],
  ["alli", "al"],
  ["entli", "ent"],
  ["eli", "e"],
  ["ousli", "ous"],
  ["ization", "ize"],
  ["ation", "ate"],
  ["ator", "ate"],
  ["alism", "al"],
  ["iveness", "ive"],
  ["fulness", "ful"],
  ["ousness", "ous"],
  ["aliti", "al"],
  ["iviti", "ive"],
  ["biliti", "ble"],
  ["logi", "log"],
];
const STEP_3: readonly (readonly [string, string])[] = [
  ["icate", "ic"],
  ["ative", ""],
  ["alize", "al"],
  ["iciti", "ic"],
  ["ical", "ic"],
  ["ful", ""],
  ["ness", ""],
];
const STEP_4 =
  /^(.+?)(?:al|ance|ence|er|ic|able|ible|ant|ement|ment|ent|ou|ism|ate|iti|ous|ive|ize|(?<=[st])ion)$/;

function porter(original: string): string {
  let word = original;
  word = word.replace(/^(.+?)(ss|i)es$/, "$1$2").replace(/^(.+?[^s])s$/, "$1");
  word = past(word);
  if (word.endsWith("y") && HAS_VOWEL.test(word.slice(0, -1))) word = `${word.slice(0, -1)}i`;
  word = replaceEnding(word, STEP_2);
  word = replaceEnding(word, STEP_3);
  const fourth = STEP_4.exec(word)?.[1];
  if (fourth !== undefined && TWO_MEASURES.test(fourth)) word = fourth;
  return lastLetters(word);
}

function past(word: string): string {
  if (word.endsWith("eed")) return ONE_MEASURE.test(word.slice(0, -3)) ? word.slice(0, -1) : word;
  const stem = /^(.+?)(?:ed|ing)$/.exec(word)?.[1];
  if (stem === undefined || !HAS_VOWEL.test(stem)) return word;
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (/([^aeiouylsz])\1$/.test(stem)) return stem.slice(0, -1);
  return SHORT_END.test(stem) ? `${stem}e` : stem;
}

function replaceEnding(word: string, endings: readonly (readonly [string, string])[]): string {
  // The longest ending that fits decides, even when what is left is too short to lose it.
  let longest: readonly [string, string] | undefined;
  for (const pair of endings) {
    if (word.endsWith(pair[0]) && pair[0].length > (longest?.[0].length ?? 0)) longest = pair;
  }
  if (!longest) return word;
  const stem = word.slice(0, -longest[0].length);
  return ONE_MEASURE.test(stem) ? stem + longest[1] : word;
}

function lastLetters(word: string): string {
  let result = word;
  if (result.endsWith("e")) {
    const stem = result.slice(0, -1);
    if (TWO_MEASURES.test(stem) || (EXACTLY_ONE_MEASURE.test(stem) && !SHORT_END.test(stem))) result = stem;
  }
  return result.endsWith("ll") && TWO_MEASURES.test(result) ? result.slice(0, -1) : result;
}
