import type { PgTable } from "drizzle-orm/pg-core";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";

import * as knowledgeFrom from "../schema-knowledge.ts";
import * as knowledgeTo from "../schema-postgres-knowledge.ts";
import * as to from "../schema-postgres.ts";
import * as from from "../schema.ts";

/** A table on both engines, with the same columns by the same names. */
export interface MovedTable {
  readonly name: string;
  readonly from: SQLiteTable;
  readonly to: PgTable;
  /** The column whose numbers the database gives; null where there is none. */
  readonly numbered: "seq" | "id" | "rowid" | null;
}

function moved(
  name: string,
  numbered: MovedTable["numbered"],
  tables: Pick<MovedTable, "from" | "to">,
): MovedTable {
  return { name, numbered, ...tables };
}

/** All that is moved, each after what it refers to. What follows from others (see `finish.ts`) is made anew. */
export const TABLES: readonly MovedTable[] = [
  moved("inbox", "seq", { from: from.inbox, to: to.inbox }),
  moved("lanes", null, { from: from.lanes, to: to.lanes }),
  moved("customers", "id", { from: from.customers, to: to.customers }),
  moved("identities", null, { from: from.identities, to: to.identities }),
  moved("conversations", "id", { from: from.conversations, to: to.conversations }),
  moved("messages", "id", { from: from.messages, to: to.messages }),
  moved("turns", null, { from: from.turns, to: to.turns }),
  moved("tickets", null, { from: from.tickets, to: to.tickets }),
  moved("ticket_events", "id", { from: from.ticketEvents, to: to.ticketEvents }),
  moved("escalations", null, { from: from.escalations, to: to.escalations }),
  moved("outbox", "seq", { from: from.outbox, to: to.outbox }),
  moved("calls", "id", { from: from.calls, to: to.calls }),
  moved("timers", null, { from: from.timers, to: to.timers }),
  moved("ratings", "id", { from: from.ratings, to: to.ratings }),
  moved("audit", "id", { from: from.audit, to: to.audit }),
  moved("feedback", null, { from: from.feedback, to: to.feedback }),
  moved("memory", null, { from: from.memory, to: to.memory }),
  moved("verifications", "id", { from: from.verifications, to: to.verifications }),
  moved("articles", null, { from: knowledgeFrom.articles, to: knowledgeTo.articles }),
  moved("passages", "rowid", { from: knowledgeFrom.passages, to: knowledgeTo.passages }),
  moved("units", "id", { from: knowledgeFrom.units, to: knowledgeTo.units }),
  moved("embeddings", "seq", { from: knowledgeFrom.embeddings, to: knowledgeTo.embeddings }),
  moved("pages", null, { from: knowledgeFrom.pages, to: knowledgeTo.pages }),
];
