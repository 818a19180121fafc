import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { onTestFinished } from "vitest";

import type { KnowledgeIndex, VectorStore } from "../../src/knowledge/index-port.ts";
import { ingest, type IngestConfig, type IngestSummary } from "../../src/knowledge/ingest.ts";
import { createKnowledge } from "../../src/knowledge/search.ts";
import { openSqlite } from "../../src/store/open.ts";
import { openSqliteKnowledge } from "../../src/store/sqlite-knowledge.ts";

/** A temporary folder with articles, a real index beside it, and what an operator and a customer do with them. */
export interface Shelf {
  readonly folder: string;
  readonly index: KnowledgeIndex & VectorStore;
  write(name: string, text: string | Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
  ingest(
    config?: Partial<IngestConfig>,
    sources?: readonly string[],
    wait?: (ms: number) => Promise<void>,
  ): Promise<IngestSummary>;
  /** Ids that a customer's question finds. */
  finds(query: string, audience?: "customer" | "internal" | "all"): Promise<readonly string[]>;
  /** All text that a customer can reach by any word of `words`. */
  reachable(words: string): Promise<string>;
}

const UNTOUCHED: IngestConfig = { internal_titles: ["internal"], internal_ids: [], customer_ids: [] };

export async function newShelf(files: Readonly<Record<string, string>> = {}): Promise<Shelf> {
  const folder = await mkdtemp(join(tmpdir(), "deskhand-knowledge-"));
  const opened = openSqlite(":memory:");
  onTestFinished(async () => {
    opened.connection.close();
    await rm(folder, { recursive: true, force: true });
  });
  const index = openSqliteKnowledge(opened);
  const knowledge = createKnowledge(index);
  const shelf: Shelf = {
    folder,
    index,
    async write(name, text) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    },
    remove: async (name) => rm(join(folder, name)),
    ingest: async (config = {}, sources = [folder], wait = async () => {}) =>
      ingest({ sources, index, config: { ...UNTOUCHED, ...config }, wait, now: () => 1_000 }),
    async finds(query, audience = "customer") {
      const found = await knowledge.search(query, { limit: 10, audience });
      return found.passages.map((passage) => passage.articleId);
    },
    async reachable(words) {
      const { hits } = await index.match(words.split(" "), { audience: "customer", limit: 10_000 });
      return hits.map((hit) => [hit.title, hit.heading, hit.text].join("\n")).join("\n");
    },
  };
  for (const [name, text] of Object.entries(files)) await shelf.write(name, text);
  return shelf;
}
