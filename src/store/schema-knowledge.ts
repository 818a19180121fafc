import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * The knowledge base's tables. Full text lives in the FTS5 table `passages_fts` (external content over `passages`),
 * which drizzle-kit does not model: it is made by a hand-written migration, kept in step by triggers.
 */
export const articles = sqliteTable(
  "articles",
  {
    /** The article's own id: the `id` of a JSON list, otherwise the path below its source without the ending. */
    id: text("id").primaryKey(),
    /** What it was ingested from (folder, file, site): deletions are followed within one source. */
    source: text("source").notNull(),
    title: text("title").notNull(),
    url: text("url"),
    audience: text("audience", { enum: ["customer", "internal"] }).notNull(),
    /** SHA-256 of everything that was read, so that an unchanged article costs nothing. */
    contentHash: text("content_hash").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [index("articles_by_source").on(table.source)],
);

export const passages = sqliteTable(
  "passages",
  {
    rowid: integer("rowid").primaryKey({ autoIncrement: true }),
    articleId: text("article_id")
      .notNull()
      .references(() => articles.id, { onDelete: "cascade" }),
    position: integer("position").notNull(),
    title: text("title").notNull(),
    heading: text("heading").notNull(),
    text: text("text").notNull(),
    audience: text("audience", { enum: ["customer", "internal"] }).notNull(),
  },
  (table) => [index("passages_by_article").on(table.articleId)],
);
