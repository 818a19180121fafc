import type { Prepared } from "./prepare.ts";
import { correctWord } from "./typos.ts";
import { groupNumber } from "./word-classes.ts";

/** Vectors of the usual words, one signed byte a dimension; words of like meaning have like vectors. */
export interface Vocabulary {
  readonly dims: number;
  readonly numbers: ReadonlyMap<string, number>;
  /** Side by side, in the order of the words' numbers. */
  readonly vectors: Int8Array;
  /** What one step of the byte is worth, per dimension. */
  readonly steps: readonly number[];
}

/** A message as the network reads it: a number for each word and one for its group (0: none), of equal length. */
export interface Tokens {
  readonly words: Int32Array;
  readonly groups: Int32Array;
}

/** Instead of a word's number: a word that the vocabulary has not, and the gap before, between and after sentences. */
export const UNKNOWN = -1;
export const GAP = -2;

/** Words that are read; of a longer message the beginning and the end, where people say what they want. */
const READ_HEAD = 60;
const READ_TAIL = 30;
export const MAX_TOKENS = 2 * (READ_HEAD + READ_TAIL) + 1;

/** The words of a message by their numbers. One that is not known is looked up once more with its spelling mended. */
export function tokensOf(message: Prepared, vocabulary: Vocabulary): Tokens {
  const words: number[] = [GAP];
  const groups: number[] = [0];
  const add = (word: string): void => {
    words.push(vocabulary.numbers.get(word) ?? UNKNOWN);
    groups.push(groupNumber(word));
  };
  for (const word of wordsToRead(message)) {
    if (word === "\n") {
      words.push(GAP);
      groups.push(0);
    } else if (vocabulary.numbers.has(word)) add(word);
    else for (const part of correctWord(word).split(" ")) add(part);
  }
  return {
    words: Int32Array.from(words.slice(0, MAX_TOKENS)),
    groups: Int32Array.from(groups.slice(0, MAX_TOKENS)),
  };
}

function wordsToRead({ sentences }: Prepared): readonly string[] {
  const words = sentences.flatMap((sentence) => [...sentence.split(" "), "\n"]);
  if (words.length <= READ_HEAD + READ_TAIL) return words;
  return [...words.slice(0, READ_HEAD), ...words.slice(-READ_TAIL)];
}

/** The words as they stand in a file, one a line, with their vectors. Throws when words and vectors do not match. */
export function parseVocabulary(text: string, vectors: Int8Array, steps: readonly number[]): Vocabulary {
  const words = text.split("\n");
  if (words.length * steps.length !== vectors.length) throw new Error("The word vectors are damaged.");
  return { dims: steps.length, numbers: new Map(words.map((word, at) => [word, at])), vectors, steps };
}
