import { englishFor } from "./glossary.ts";
import { isWeak, languageOf } from "./stop-words.ts";
import { stemOf } from "./stem.ts";
import { termsOf, wordsOf } from "./terms.ts";
import { phraseLength, synonymsOf, SYNONYM_WEIGHT } from "./thesaurus.ts";

/** A way of saying a concept. `weight` is 1 for the customer's own word. */
export interface Variant {
  readonly term: string;
  /** The term's words, stemmed. */
  readonly stems: readonly string[];
  readonly weight: number;
}

/** One thing that a question is about, in the customer's words and in others. The first variant is the customer's. */
export type Concept = readonly Variant[];

const WEAK_WEIGHT = 0.6;
/** From this weight on a variant says the very thing, in another language. */
export const TRANSLATION_WEIGHT = 0.8;
/** Together with their variants; a question of more terms is a letter, and its first words tell. */
const VARIANT_LIMIT = 160;

/** What a question is about, with other words for it. */
export function conceptsOf(query: string): Concept[] {
  const words = wordsOf(query);
  const foreign = isForeign(query);
  const concepts: Concept[] = termsOf(query).map((term) => [
    variant(term, isWeak(term) ? WEAK_WEIGHT : 1),
    ...(foreign ? englishFor(term).map((other) => variant(other, TRANSLATION_WEIGHT)) : []),
    ...synonymsOf(term).map((other) => variant(other, SYNONYM_WEIGHT)),
  ]);
  concepts.push(...phrasesIn(words));
  let variants = 0;
  return concepts.filter((concept) => (variants += concept.length) <= VARIANT_LIMIT || concept.length === 1);
}

/** True for a question in a language that the knowledge base may not be written in. */
export function isForeign(query: string): boolean {
  return languageOf(wordsOf(query)) !== "en";
}

/** "put money", "log in": what the thesaurus knows as one thing, stop words and all. */
function phrasesIn(words: readonly string[]): Concept[] {
  const found: Concept[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const length = phraseLength(words, at);
    if (length === 1) continue;
    const phrase = words.slice(at, at + length).join(" ");
    found.push([variant(phrase, 1), ...synonymsOf(phrase).map((other) => variant(other, SYNONYM_WEIGHT))]);
    at += length - 1;
  }
  return found;
}

function variant(term: string, weight: number): Variant {
  return { term, stems: term.split(/[\s-]+/).map(stemOf), weight };
}
