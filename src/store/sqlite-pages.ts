import { and, eq } from "drizzle-orm";

import type { PageStore } from "../knowledge/index-port.ts";
import type { OpenedSqlite } from "./open.ts";
import { pages } from "./schema-knowledge.ts";

/** What sites said about their pages, in SQLite. */
export function openSqlitePages({ db }: OpenedSqlite): PageStore {
  return {
    pagesOf: async (source, rules) => {
      const rows = db
        .select()
        .from(pages)
        .where(and(eq(pages.source, source), eq(pages.rules, rules)))
        .all();
      return new Map(
        rows.map(({ url, articleId, etag, lastModified }) => [url, { articleId, etag, lastModified }]),
      );
    },
    savePage: async (page, now) => {
      const row = { ...page, checkedAt: now };
      db.insert(pages).values(row).onConflictDoUpdate({ target: pages.url, set: row }).run();
    },
    keepPages: async (source, urls) => {
      // One statement a page would be slow, one with all of them may be too long for SQLite.
      const known = db.select({ url: pages.url }).from(pages).where(eq(pages.source, source)).all();
      const kept = new Set(urls);
      db.transaction((tx) => {
        for (const { url } of known) if (!kept.has(url)) tx.delete(pages).where(eq(pages.url, url)).run();
      });
    },
  };
}
