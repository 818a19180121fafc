import { correctWord } from "./typos.ts";

/** Characters that are read; a longer message is read from both ends, where people say what they want. */
const READ_HEAD = 3_000;
const READ_TAIL = 1_000;

/** A message made ready for the rules and the model. */
export interface Prepared {
  /** Capped, without code blocks, quotes and mentions; case, accents and punctuation as written. */
  readonly plain: string;
  /** One part of a sentence each: lower case, no accents, no punctuation, spelling mended, words one space apart. */
  readonly clauses: readonly string[];
  /** The same words with the spelling left alone, sentence by sentence: what the model sees. */
  readonly sentences: readonly string[];
  readonly style: Style;
}

/** How a message is written rather than what it says. */
export interface Style {
  readonly length: number;
  /** Share of capitals among the letters, 0 when there are fewer than eight letters. */
  readonly capitals: number;
  readonly shoutedWords: number;
  readonly exclamations: number;
  readonly questions: number;
  readonly codeBlock: boolean;
  readonly emoji: readonly string[];
}

/** Never throws, whatever the text; work is bounded by the cap. */
export function prepare(text: string): Prepared {
  const whole = capped(text.toWellFormed());
  const codeBlock = /```[\s\S]*?(?:```|$)/.test(whole);
  const plain = withoutMarkup(whole);
  const folded = fold(plain);
  const sentences: string[] = [];
  const clauses: string[] = [];
  for (const sentence of folded.split(SENTENCE_END)) {
    const words = sentence.match(WORD);
    if (words === null) continue;
    sentences.push(words.filter((word) => word !== ",").join(" "));
    for (const clause of sentence.split(/,(?!\d)| - /)) {
      const inClause = clause.match(WORD);
      if (inClause !== null) clauses.push(inClause.map(correctWord).join(" "));
    }
  }
  return { plain, clauses, sentences, style: styleOf(plain, text.length, codeBlock) };
}

/** Lower case, no accents, English contractions in one piece, other elisions in two, drawn-out letters shortened. */
export function fold(text: string): string {
  return text
    .normalize("NFKC")
    .slice(0, READ_HEAD + READ_TAIL + 1)
    .toLowerCase()
    .normalize("NFD")
    .replace(/[\u0300-\u036f\u200b-\u200f\u2060\ufeff]/g, "")
    .replace(/[ßøłæœđı]/g, (letter) => LETTERS[letter] ?? letter)
    .replace(/[’‘`´]/g, "'")
    .replace(/(?<=[a-z])'(?=(?:t|s|d|m|re|ve|ll)(?![a-z]))/g, "")
    .replace(/'/g, " ")
    .replace(/([a-z])\1{2,}/g, "$1")
    .replace(/\b[a-z](?:[ .\-_*][a-z]){3,}\b/g, (spaced) => spaced.replace(/[ .\-_*]/g, ""))
    .replace(/[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}/g, " emailx ")
    .replace(/https?:\/\/\S+|www\.\S+/g, " urlx ")
    .normalize("NFC");
}

const LETTERS: Readonly<Record<string, string>> = {
  ß: "ss",
  ø: "o",
  ł: "l",
  æ: "ae",
  œ: "oe",
  đ: "d",
  ı: "i",
};

const SENTENCE_END = /[!?;\n\r…。！？؟।|()[\]{}"“”«»<>]+|\.(?![\p{L}\p{N}])|:(?=\s|$)/u;

const WORD = /[\p{L}\p{N}\p{M}]+(?:[.,:@/_-][\p{N}]+)*|[$€£¥₹%]|\p{Extended_Pictographic}/gu;

function capped(text: string): string {
  if (text.length <= READ_HEAD + READ_TAIL) return text;
  return `${text.slice(0, READ_HEAD)}\n${text.slice(-READ_TAIL)}`.toWellFormed();
}

function withoutMarkup(text: string): string {
  const bare = text
    .replace(/```[\s\S]*?(?:```|$)/g, "\n")
    .replace(/<(?:@|#|!)[^<>\n]{1,60}>/g, " ")
    .replace(/<a?:(\w{1,40}):\d{1,25}>/g, " $1 ")
    .replace(/<(https?:[^|<>\n]{1,500})\|([^<>\n]{1,200})>/g, "$2");
  // A quoted line is somebody else's words, unless there is nothing but quotes.
  const own = bare.replace(/^\s{0,8}(?:>|&gt;).*$/gm, "");
  return withoutCitations(own.trim() === "" ? bare : own);
}

/**
 * Words in quotation marks are somebody else's: a button's, an error's, a customer's of the customer. They go when two
 * or more stand together and enough of one's own is left around them; a single word is more often meant ("real" person).
 */
function withoutCitations(text: string): string {
  const bare = text.replace(/["“„«][^"“”„«»\n]{3,200}["”“»]/g, (cited) =>
    /\S\s+\S/.test(cited.slice(1, -1).trim()) ? " cited " : cited,
  );
  const left = bare.match(/[\p{L}\p{N}]+/gu)?.filter((word) => word !== "cited").length ?? 0;
  return bare === text || left < 2 ? text : bare;
}

function styleOf(plain: string, length: number, codeBlock: boolean): Style {
  const letters = plain.match(/\p{L}/gu)?.length ?? 0;
  const capitals = plain.match(/\p{Lu}/gu)?.length ?? 0;
  return {
    length,
    capitals: letters < 8 ? 0 : capitals / letters,
    shoutedWords: plain.match(/(?<![\p{L}\p{N}])\p{Lu}{3,}(?![\p{L}\p{N}])/gu)?.length ?? 0,
    exclamations: plain.match(/[!！¡]/gu)?.length ?? 0,
    questions: plain.match(/[?？؟]/gu)?.length ?? 0,
    codeBlock,
    emoji: plain.match(/\p{Extended_Pictographic}/gu)?.slice(0, 20) ?? [],
  };
}
