import { integer, pgTable } from "drizzle-orm/pg-core";

import { json, text, whole } from "./postgres/columns.ts";

/** What `deskhand migrate-store` brings into this database; one row at most. */
export const moves = pgTable("moves", {
  id: integer("id").primaryKey(),
  /** The SQLite file. */
  source: text("source").notNull(),
  startedAt: whole("started_at").notNull(),
  finishedAt: whole("finished_at"),
  /** By table: up to which row of the source it was written. */
  progress: json("progress").$type<Readonly<Record<string, number>>>().notNull(),
});
