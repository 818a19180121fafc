/**
 * A light English stem, only for comparing words on our side (excerpts): the index has its own, the Porter stemmer.
 */
export function stemOf(word: string): string {
  return word
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .replace(/(?:ies)$/, "y")
    .replace(/(?<=..)(?:ings?|edly|ed|ly|es|s)$/, "")
    .replace(/(?<=...)e$/, "");
}
