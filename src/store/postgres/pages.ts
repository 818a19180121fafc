import { and, eq, notInArray } from "drizzle-orm";

import type { PageStore } from "../../knowledge/index-port.ts";
import { pages } from "../schema-postgres-knowledge.ts";
import type { PostgresDb } from "./open.ts";

/** What sites said about their pages, in PostgreSQL. */
export function postgresPages(db: PostgresDb): PageStore {
  return {
    async pagesOf(source, rules) {
      const rows = await db
        .select()
        .from(pages)
        .where(and(eq(pages.source, source), eq(pages.rules, rules)));
      return new Map(
        rows.map(({ url, articleId, etag, lastModified }) => [url, { articleId, etag, lastModified }]),
      );
    },

    async savePage(page, now) {
      const row = { ...page, checkedAt: now };
      await db.insert(pages).values(row).onConflictDoUpdate({ target: pages.url, set: row });
    },

    async keepPages(source, urls) {
      await db.delete(pages).where(and(eq(pages.source, source), notInArray(pages.url, [...urls])));
    },
  };
}
