import { readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import type { KnowledgeIndex } from "../../src/knowledge/index-port.ts";
import { ingest, type IngestSummary } from "../../src/knowledge/ingest.ts";
import { openSqlite } from "../../src/store/open.ts";
import { openSqliteKnowledge } from "../../src/store/sqlite-knowledge.ts";

const DATA = join(import.meta.dirname, "data");
export const DOCS = join(DATA, "docs.json");

const question = z.object({
  id: z.string(),
  q: z.string(),
  rel: z.array(z.string()),
  rel_internal: z.array(z.string()),
  kind: z.enum(["answerable", "unanswerable", "internal"]),
});
export type Question = z.infer<typeof question>;

export function readQuestions(): Question[] {
  const lines = readFileSync(join(DATA, "questions.jsonl"), "utf8").trim().split("\n");
  return lines.map((line) => question.parse(JSON.parse(line)));
}

/** Ids of the articles that no customer may see, and of those with an agents' part in them. */
export function readLabels(): { readonly internal: readonly string[]; readonly mixed: readonly string[] } {
  return { internal: readIds("internal_ids.json"), mixed: readIds("mixed_ids.json") };
}

function readIds(name: string): string[] {
  return z.array(z.string()).parse(JSON.parse(readFileSync(join(DATA, name), "utf8")));
}

/** The configuration of somebody who configured nothing. */
export const UNTOUCHED = { internal_titles: ["internal"], internal_ids: [], customer_ids: [] };

/** The 698 articles in an index in memory, as `deskhand ingest docs.json` would do it. */
export async function ingestDocs(): Promise<{ index: KnowledgeIndex; summary: IngestSummary }> {
  const index = openSqliteKnowledge(openSqlite(":memory:"));
  const summary = await ingest({ sources: [DOCS], index, config: UNTOUCHED, now: Date.now });
  return { index, summary };
}
