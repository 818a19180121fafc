import { create, insertMultiple, search as searchOrama } from "@orama/orama";
import Database from "better-sqlite3";
import MiniSearch from "minisearch";

import { STOP_WORDS } from "../../src/knowledge/stop-words.ts";

/** An article as a rival gets it: whole, and only those that customers may read. */
export interface Doc {
  readonly id: string;
  readonly title: string;
  readonly content: string;
}

/** Ids of articles, best first. */
export type Search = (query: string) => Promise<readonly string[]>;

const LIMIT = 10;

/** SQLite's full-text search over title and text, the question's words joined by OR. */
export function fts5(docs: readonly Doc[], options: { readonly stopWords: boolean }): Search {
  const db = new Database(":memory:");
  db.exec("create virtual table docs using fts5(id unindexed, title, content, tokenize='porter unicode61')");
  const insert = db.prepare("insert into docs values (@id, @title, @content)");
  db.transaction(() => {
    for (const { id, title, content } of docs) insert.run({ id, title, content });
  })();
  const best = db.prepare<[string], { id: string }>(
    `select id from docs where docs match ? order by bm25(docs) limit ${LIMIT}`,
  );
  return async (query) => {
    const terms = wordsIn(query).filter((word) => options.stopWords || !STOP_WORDS.has(word));
    if (terms.length === 0) return [];
    return best.all(terms.map((term) => `"${term}"`).join(" OR ")).map((one) => one.id);
  };
}

export function wordsIn(query: string): string[] {
  return query.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** MiniSearch, title first; `loose` is what its documentation shows for a search box: prefixes and small typos. */
export function miniSearch(docs: readonly Doc[], { loose }: { readonly loose: boolean }): Search {
  const index = new MiniSearch<Doc>({
    fields: ["title", "content"],
    searchOptions: { boost: { title: 2 }, ...(loose && { prefix: true, fuzzy: 0.2 }) },
  });
  index.addAll(docs);
  return async (query) =>
    index
      .search(query)
      .slice(0, LIMIT)
      .map((one) => String(one.id));
}

/** Orama's full-text search, English stemming, title first. */
export async function orama(docs: readonly Doc[]): Promise<Search> {
  const db = create({
    schema: { id: "string", title: "string", content: "string" } as const,
    components: { tokenizer: { language: "english", stemming: true } },
  });
  await insertMultiple(db, [...docs]);
  return async (query) => {
    const { hits } = await searchOrama(db, {
      term: query,
      properties: ["title", "content"],
      boost: { title: 2 },
      limit: LIMIT,
      threshold: 1,
    });
    return hits.map((hit) => hit.document.id);
  };
}
