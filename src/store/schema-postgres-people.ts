import { index, integer, boolean, pgTable, primaryKey, uniqueIndex } from "drizzle-orm/pg-core";

import { serial, text, whole } from "./postgres/columns.ts";

/** Who customers are on PostgreSQL, what they proved and what they thought: the tables of `schema-people.ts`. */

export const customers = pgTable(
  "customers",
  {
    id: serial("id"),
    email: text("email"),
    createdAt: whole("created_at").notNull(),
  },
  (table) => [uniqueIndex("customers_by_email").on(table.email)],
);

export const identities = pgTable(
  "identities",
  {
    adapter: text("adapter").notNull(),
    userId: text("user_id").notNull(),
    customerId: whole("customer_id")
      .notNull()
      .references(() => customers.id),
    name: text("name").notNull(),
    method: text("method"),
    verifiedAt: whole("verified_at"),
  },
  (table) => [
    primaryKey({ columns: [table.adapter, table.userId] }),
    index("identities_by_customer").on(table.customerId),
  ],
);

export const verifications = pgTable(
  "verifications",
  {
    id: serial("id"),
    adapter: text("adapter").notNull(),
    userId: text("user_id").notNull(),
    email: text("email").notNull(),
    codeHash: text("code_hash").notNull(),
    createdAt: whole("created_at").notNull(),
    expiresAt: whole("expires_at").notNull(),
    triesLeft: integer("tries_left").notNull(),
    usedBy: text("used_by"),
  },
  (table) => [
    index("verifications_by_account").on(table.adapter, table.userId, table.createdAt),
    index("verifications_by_email").on(table.email, table.createdAt),
  ],
);

export const ratings = pgTable(
  "ratings",
  {
    id: serial("id"),
    conversationId: whole("conversation_id").notNull(),
    escalationId: text("escalation_id"),
    ticket: text("ticket"),
    score: integer("score").notNull(),
    comment: text("comment"),
    at: whole("at").notNull(),
  },
  (table) => [index("ratings_by_conversation").on(table.conversationId)],
);

export const feedback = pgTable(
  "feedback",
  {
    answer: text("answer").notNull(),
    adapter: text("adapter").notNull(),
    userId: text("user_id").notNull(),
    conversationId: whole("conversation_id").notNull(),
    helpful: boolean("helpful").notNull(),
    at: whole("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.answer, table.adapter, table.userId] }),
    index("feedback_by_user").on(table.userId),
  ],
);

export const audit = pgTable(
  "audit",
  {
    id: serial("id"),
    at: whole("at").notNull(),
    kind: text("kind").notNull(),
    conversationId: whole("conversation_id"),
    customerId: whole("customer_id"),
    detail: text("detail").notNull(),
  },
  (table) => [
    index("audit_by_conversation").on(table.conversationId),
    index("audit_by_customer").on(table.customerId),
  ],
);
