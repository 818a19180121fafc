import { customType, index, integer, pgTable, uniqueIndex } from "drizzle-orm/pg-core";

import type { Audience } from "../knowledge/knowledge.ts";
import { serial, storable, text, whole } from "./postgres/columns.ts";

/**
 * The knowledge base's tables on PostgreSQL; what a column of `schema-knowledge.ts` means is said there. Instead of
 * SQLite's full-text table there are the stems of every passage, and a row that counts what was changed.
 */

const words = customType<{ data: readonly string[]; driverData: string[] }>({
  dataType: () => "text[]",
  toDriver: (value) => value.map(storable),
});

const bytes = customType<{ data: Uint8Array; driverData: Buffer }>({
  dataType: () => "bytea",
  toDriver: (value) => Buffer.from(value),
});

export const articles = pgTable(
  "articles",
  {
    id: text("id").primaryKey(),
    source: text("source").notNull(),
    title: text("title").notNull(),
    url: text("url"),
    audience: text("audience").$type<Audience>().notNull(),
    contentHash: text("content_hash").notNull(),
    updatedAt: whole("updated_at").notNull(),
  },
  (table) => [index("articles_by_source").on(table.source)],
);

export const passages = pgTable(
  "passages",
  {
    rowid: serial("rowid"),
    articleId: text("article_id")
      .notNull()
      .references(() => articles.id, { onDelete: "cascade" }),
    position: integer("position").notNull(),
    title: text("title").notNull(),
    heading: text("heading").notNull(),
    text: text("text").notNull(),
    audience: text("audience").$type<Audience>().notNull(),
  },
  (table) => [index("passages_by_article").on(table.articleId)],
);

/**
 * What a passage is found by: its words as our own stemmer leaves them, each between two blanks (" log  in "), so that a
 * word, or several side by side, is counted by looking for it as text. A change of the stemmer must empty this table and
 * the articles' hashes.
 */
export const passageWords = pgTable(
  "passage_words",
  {
    passage: whole("passage")
      .primaryKey()
      .references(() => passages.rowid, { onDelete: "cascade" }),
    audience: text("audience").$type<Audience>().notNull(),
    title: text("title").notNull(),
    heading: text("heading").notNull(),
    text: text("text").notNull(),
    /** How many words there are in all three. */
    length: integer("length").notNull(),
    /** Each of them once. */
    words: words("words").notNull(),
  },
  // What waits in a list to be put into the index would be read from end to end by every search.
  (table) => [index("passage_words_held").using("gin", table.words).with({ fastupdate: false })],
);

/**
 * One row. Whoever changes the knowledge base or its vectors changes it first and so keeps all others waiting: readers
 * see that something changed, and the numbers of units and vectors become visible in their order.
 */
export const knowledgeState = pgTable("knowledge_state", {
  id: integer("id").primaryKey(),
  version: whole("version").notNull(),
});

export const units = pgTable(
  "units",
  {
    id: serial("id"),
    articleId: text("article_id")
      .notNull()
      .references(() => articles.id, { onDelete: "cascade" }),
    first: integer("first").notNull(),
    last: integer("last").notNull(),
    hash: text("hash").notNull(),
  },
  (table) => [index("units_by_article").on(table.articleId), index("units_by_hash").on(table.hash)],
);

export const embeddings = pgTable(
  "embeddings",
  {
    seq: serial("seq"),
    model: text("model").notNull(),
    hash: text("hash").notNull(),
    vector: bytes("vector").notNull(),
  },
  (table) => [uniqueIndex("embeddings_by_text").on(table.model, table.hash)],
);

export const pages = pgTable(
  "pages",
  {
    url: text("url").primaryKey(),
    source: text("source").notNull(),
    articleId: text("article_id").notNull(),
    etag: text("etag"),
    lastModified: text("last_modified"),
    rules: text("rules").notNull().default(""),
    checkedAt: whole("checked_at").notNull(),
  },
  (table) => [index("pages_by_source").on(table.source)],
);
