import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { INTENTS } from "../../src/domain.ts";
import type { Intent } from "../../src/domain.ts";
import { SIGNALS } from "../../src/agent/signals/outputs.ts";
import type { Signal } from "../../src/agent/signals/outputs.ts";
import { parseVocabulary } from "../../src/agent/signals/vocabulary.ts";
import type { Vocabulary } from "../../src/agent/signals/vocabulary.ts";

/** One labelled message. What is not labelled is not known, and neither learnt from nor counted. */
export interface Example {
  readonly text: string;
  /** Where it comes from: a theme of our own, or a public set. Splits and folds never cut through one. */
  readonly theme: string;
  /** Any of these is right; the first one is learnt. */
  readonly intents: readonly Intent[];
  readonly signals: Readonly<Partial<Record<Signal, boolean>>>;
  readonly complexity?: "simple" | "complex";
  readonly language?: string;
  readonly cents?: number;
  readonly currency?: string;
}

const HERE = new URL("./data/", import.meta.url);
export const WORDS = new URL("words.bin", HERE);

/** Our own messages that the training never reads; see data/README.md for what each is worth. */
export const SPLITS = ["test", "blind", "fresh", "exam"] as const;

export function readOwn(split: "train" | (typeof SPLITS)[number]): readonly Example[] {
  const folder = new URL(`own/${split}/`, HERE);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".txt"))
    .sort()
    .flatMap((name) => parseExamples(readFileSync(new URL(name, folder), "utf8"), name.replace(".txt", "")));
}

/** A split without the messages that stand in the training word for word: "human", "talk to agent". */
export function readUnseen(split: (typeof SPLITS)[number]): readonly Example[] {
  const learnt = new Set(readOwn("train").map(({ text }) => bare(text)));
  return readOwn(split).filter(({ text }) => bare(text) === "" || !learnt.has(bare(text)));
}

function bare(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N} ]/gu, "")
    .trim();
}

/** A digest of all that the training reads, kept in the model's header: data and model cannot part unnoticed. */
export function fingerprintOfTraining(): string {
  const hash = createHash("sha256");
  const own = new URL("own/train/", HERE);
  const files = [
    ...PUBLIC.map((name) => new URL(`${name}.txt`, HERE)),
    WORDS,
    ...readdirSync(own)
      .sort()
      .map((name) => new URL(name, own)),
  ];
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex");
}

/** Vectors of the usual words, made by `derive-words.ts`: a line of JSON, the words (one a line), then signed bytes. */
export function readVocabulary(): Vocabulary {
  const bytes = readFileSync(WORDS);
  const end = bytes.indexOf(10);
  const { wordBytes, steps } = JSON.parse(bytes.subarray(0, end).toString()) as WordsHeader;
  const vectorsFrom = end + 1 + wordBytes;
  return parseVocabulary(
    bytes.subarray(end + 1, vectorsFrom).toString(),
    Int8Array.from(new Int8Array(bytes.buffer, bytes.byteOffset + vectorsFrom, bytes.length - vectorsFrom)),
    steps,
  );
}

export interface WordsHeader {
  readonly wordBytes: number;
  /** What one step of a byte is worth, per dimension. */
  readonly steps: readonly number[];
}

const PUBLIC = ["bitext", "banking77", "clinc150", "goemotions"] as const;

export const HELD_OUT = [...PUBLIC, "abcd"] as const;

/** Samples of public sets that no training reads, from the parts that their authors keep for measuring. */
export function readHeldOut(name: (typeof HELD_OUT)[number]): readonly Example[] {
  return parseExamples(readFileSync(new URL(`held-out/${name}.txt`, HERE), "utf8"), name);
}

/** Samples of public sets with their labels mapped to ours, by `derive.ts`. */
export function readPublic(name: (typeof PUBLIC)[number]): readonly Example[] {
  return parseExamples(readFileSync(new URL(`${name}.txt`, HERE), "utf8"), name);
}

/**
 * The format of the data files. `@ theme | tags` opens a theme whose tags hold for the lines below it; a line may begin
 * with tags of its own in brackets; `\n` in a line is a line break. A tag is an intent (several: any is right), a signal
 * (`human`, `angry`, `refund!`, `plan!`, `other!`; with `-` before it: known to be absent), `none` (all signals absent
 * unless named), `refund?` and `plan?` (named, not asked for), `simple`, `complex`, `lang=de`, `=45000USD` (hundredths).
 */
export function parseExamples(source: string, file: string): readonly Example[] {
  const examples: Example[] = [];
  let theme = file;
  let shared: readonly string[] = [];
  for (const line of source.split("\n")) {
    if (line.trim() === "" || line.startsWith("# ")) continue;
    const header = /^@ ([^|]+)\|(.*)$/.exec(line);
    if (header !== null) {
      theme = `${file}/${header[1]?.trim()}`;
      shared = tagsIn(header[2] ?? "");
      continue;
    }
    const own = /^\[([^\]]*)\] ?(.*)$/.exec(line);
    const text = (own?.[2] ?? line).replaceAll("\\n", "\n");
    const tags = tagsIn(own?.[1] ?? "");
    // A line that names an intent has only that one.
    const inherited = tags.some(isIntent) ? shared.filter((tag) => !isIntent(tag)) : shared;
    examples.push(exampleOf(text, theme, [...inherited, ...tags]));
  }
  return examples;
}

function tagsIn(text: string): readonly string[] {
  return text.split(" ").filter((tag) => tag !== "");
}

function exampleOf(text: string, theme: string, tags: readonly string[]): Example {
  const intents: Intent[] = [];
  const signals: Partial<Record<Signal, boolean>> = {};
  let rest: Partial<Example> = {};
  if (tags.includes("none")) for (const name of SIGNALS) signals[name] = false;
  for (const tag of tags) {
    const name = tag.replace(/^-|[!?]$/g, "");
    const amount = /^=(\d+)([A-Z]{3})?$/.exec(tag);
    if (tag === "none") continue;
    if (
      isSignal(name) &&
      (tag.startsWith("-") || /[!?]$/.test(tag) || name === "human" || name === "angry")
    ) {
      signals[name] = !tag.startsWith("-") && !tag.endsWith("?");
    } else if (isIntent(tag)) intents.push(tag);
    else if (tag === "simple" || tag === "complex") rest = { ...rest, complexity: tag };
    else if (tag.startsWith("lang=")) rest = { ...rest, language: tag.slice(5) };
    else if (amount !== null) {
      rest = {
        ...rest,
        cents: Number(amount[1]),
        ...(amount[2] === undefined ? {} : { currency: amount[2] }),
      };
    } else throw new Error(`${theme}: unknown tag "${tag}"`);
  }
  return { text, theme, intents, signals, ...rest };
}

function isSignal(name: string): name is Signal {
  return (SIGNALS as readonly string[]).includes(name);
}

function isIntent(name: string): name is Intent {
  return (INTENTS as readonly string[]).includes(name);
}
