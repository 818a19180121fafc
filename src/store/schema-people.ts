import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** Who customers are, what they proved and what they thought, and what somebody may have to answer for. */

export const customers = sqliteTable(
  "customers",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    /** Verified, lower case; null until the customer has proved one. */
    email: text("email"),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [uniqueIndex("customers_by_email").on(table.email)],
);

/** A platform account. Two accounts that proved the same e-mail are one customer. */
export const identities = sqliteTable(
  "identities",
  {
    adapter: text("adapter").notNull(),
    userId: text("user_id").notNull(),
    customerId: integer("customer_id")
      .notNull()
      .references(() => customers.id),
    name: text("name").notNull(),
    method: text("method"),
    verifiedAt: integer("verified_at"),
  },
  (table) => [
    primaryKey({ columns: [table.adapter, table.userId] }),
    index("identities_by_customer").on(table.customerId),
  ],
);

/** Codes that were mailed to prove an e-mail. Only a hash of the code is kept. */
export const verifications = sqliteTable(
  "verifications",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    adapter: text("adapter").notNull(),
    userId: text("user_id").notNull(),
    email: text("email").notNull(),
    codeHash: text("code_hash").notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
    triesLeft: integer("tries_left").notNull(),
    /** The event that used it up. */
    usedBy: text("used_by"),
  },
  (table) => [
    index("verifications_by_account").on(table.adapter, table.userId, table.createdAt),
    index("verifications_by_email").on(table.email, table.createdAt),
  ],
);

export const ratings = sqliteTable("ratings", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  conversationId: integer("conversation_id").notNull(),
  escalationId: text("escalation_id"),
  ticket: text("ticket"),
  score: integer("score").notNull(),
  comment: text("comment"),
  at: integer("at").notNull(),
});

/** Thumbs under AI answers: one a person and answer, the last one counts. */
export const feedback = sqliteTable(
  "feedback",
  {
    answer: text("answer").notNull(),
    adapter: text("adapter").notNull(),
    userId: text("user_id").notNull(),
    conversationId: integer("conversation_id").notNull(),
    helpful: integer("helpful", { mode: "boolean" }).notNull(),
    at: integer("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.answer, table.adapter, table.userId] })],
);

/** Refused reads of other customers' data, verified e-mails, leaks that the guard stopped. */
export const audit = sqliteTable(
  "audit",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    at: integer("at").notNull(),
    kind: text("kind").notNull(),
    conversationId: integer("conversation_id"),
    customerId: integer("customer_id"),
    detail: text("detail").notNull(),
  },
  (table) => [
    index("audit_by_conversation").on(table.conversationId),
    index("audit_by_customer").on(table.customerId),
  ],
);
