import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { embedPending } from "../../src/knowledge/dense/embed-pending.ts";
import type { Embedder } from "../../src/knowledge/dense/embedder.ts";
import { createSemantic, type Semantic } from "../../src/knowledge/dense/semantic.ts";
import type { KnowledgeIndex, VectorStore } from "../../src/knowledge/index-port.ts";
import { ingest } from "../../src/knowledge/ingest.ts";
import { openSqlite } from "../../src/store/open.ts";
import { openSqliteKnowledge } from "../../src/store/sqlite-knowledge.ts";
import { readLabels, readQuestions, UNTOUCHED } from "./corpus.ts";
import type { Doc } from "./rivals.ts";

export interface Asked {
  readonly q: string;
  readonly rel: readonly string[];
  readonly kind: "answerable" | "unanswerable" | "internal";
  /** Which part of the questions it belongs to; figures are given for each. */
  readonly part: string;
}

export interface QuestionSet {
  readonly name: string;
  /** File that is ingested. */
  readonly file: string;
  /** What the rivals get. */
  readonly docs: readonly Doc[];
  readonly questions: readonly Asked[];
  readonly internal: ReadonlySet<string>;
}

const DATA = join(import.meta.dirname, "data");
const CACHE = join(import.meta.dirname, ".cache");

/** The bank: parts by theme, so that two questions about one product are never in both. */
export function bank(): QuestionSet {
  const internal = new Set(readLabels().internal);
  const file = join(DATA, "docs.json");
  const docs = readDocs(file).filter((doc) => !internal.has(doc.id));
  const questions = readQuestions().map(({ q, rel, kind }): Asked => ({
    q,
    rel,
    kind,
    part: halfOf(rel[0]?.replace(/_\d+$/, "") ?? q),
  }));
  return { name: "bank", file, docs, questions, internal };
}

const xquadQuestion = z.object({ rel: z.array(z.string()), en: z.string(), de: z.string(), es: z.string() });

/** The encyclopaedia: parts by the language of the question. */
export function xquad(): QuestionSet {
  const file = join(DATA, "xquad", "docs.json");
  const lines = readFileSync(join(DATA, "xquad", "questions.jsonl"), "utf8")
    .trim()
    .split("\n");
  const questions = lines.flatMap((line): Asked[] => {
    const { rel, ...texts } = xquadQuestion.parse(JSON.parse(line));
    return (["en", "de", "es"] as const).map((part) => ({ q: texts[part], rel, kind: "answerable", part }));
  });
  return { name: "xquad", file, docs: readDocs(file), questions, internal: new Set() };
}

/** The set's index with all vectors, kept beside the benchmark so that only the first run takes minutes. */
export async function openSet(set: QuestionSet, embedder: Embedder): Promise<KnowledgeIndex & VectorStore> {
  mkdirSync(CACHE, { recursive: true });
  const index = openSqliteKnowledge(openSqlite(databaseOf(set)));
  await ingest({ sources: [set.file], index, config: UNTOUCHED, now: Date.now });
  await embedPending({
    store: index,
    embedder,
    onProgress: ({ done, total }) => process.stderr.write(`\r${set.name}: ${done} of ${total} vectors `),
  });
  return index;
}

/** Search by meaning that waits for the engine, however slow, and keeps the vector of every question of a set. */
export function semanticOf(store: VectorStore, embedder: Embedder): Semantic {
  return createSemantic({ store, embedder, now: Date.now, deadlineMs: 60_000, cached: 4_000 });
}

/** Where the set's index is kept. */
export function databaseOf({ name }: QuestionSet): string {
  return join(CACHE, `${name}.db`);
}

function readDocs(file: string): Doc[] {
  const doc = z.object({ id: z.string(), title: z.string(), content: z.string() });
  return z.array(doc).parse(JSON.parse(readFileSync(file, "utf8")));
}

function halfOf(theme: string): string {
  return createHash("md5").update(theme).digest()[15]! % 2 === 0 ? "A" : "B";
}
