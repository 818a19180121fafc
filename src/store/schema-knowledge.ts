import { blob, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

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

/**
 * What is embedded as one: some customer passages of one article that follow one another. Its text is made of the passages
 * again when it is needed.
 */
export const units = sqliteTable(
  "units",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    articleId: text("article_id")
      .notNull()
      .references(() => articles.id, { onDelete: "cascade" }),
    /** Positions of its first and last passage. */
    first: integer("first").notNull(),
    last: integer("last").notNull(),
    /** SHA-256 of its text: the same text is embedded once, whatever article it stands in and however often it returns. */
    hash: text("hash").notNull(),
  },
  (table) => [index("units_by_article").on(table.articleId), index("units_by_hash").on(table.hash)],
);

/** Vectors by model and text, kept after their article is gone, so that what comes back costs nothing. */
export const embeddings = sqliteTable(
  "embeddings",
  {
    /** Grows, so that a process that has read up to one can ask for what came later. */
    seq: integer("seq").primaryKey({ autoIncrement: true }),
    model: text("model").notNull(),
    hash: text("hash").notNull(),
    /** Quantised to a byte a dimension; `src/knowledge/dense/quantise.ts` knows how. */
    vector: blob("vector", { mode: "buffer" }).notNull(),
  },
  (table) => [uniqueIndex("embeddings_by_text").on(table.model, table.hash)],
);

/** What a web site said about a page the last time, so that it can say "not changed" the next time. */
export const pages = sqliteTable(
  "pages",
  {
    url: text("url").primaryKey(),
    source: text("source").notNull(),
    articleId: text("article_id").notNull(),
    etag: text("etag"),
    lastModified: text("last_modified"),
    /** Under which rules it was read; under others it is read anew, changed or not. */
    rules: text("rules").notNull().default(""),
    checkedAt: integer("checked_at").notNull(),
  },
  (table) => [index("pages_by_source").on(table.source)],
);
