import { type Column, type SQL, sql } from "drizzle-orm";
import { boolean, index, integer, pgTable, primaryKey, uniqueIndex } from "drizzle-orm/pg-core";

import type {
  EscalationReason,
  EscalationStatus,
  InboundEvent,
  Intent,
  OutboundContent,
  Tier,
  TicketPriority,
  TicketStatus,
  Visibility,
} from "../domain.ts";
import type { ModelPurpose } from "../models/model.ts";
import { json, serial, text, whole } from "./postgres/columns.ts";

export * from "./schema-postgres-people.ts";

/**
 * The tables of `schema.ts` on PostgreSQL, by the same names; what a column means is said there. Beside them: leases of
 * timers and a sum of each day's spending, which one process alone does not need.
 */

export const inbox = pgTable(
  "inbox",
  {
    seq: serial("seq"),
    adapter: text("adapter").notNull(),
    eventId: text("event_id").notNull(),
    senderId: text("sender_id").notNull(),
    lane: text("lane").notNull(),
    urgent: boolean("urgent").notNull(),
    event: json("event").$type<InboundEvent>().notNull(),
    receivedAt: whole("received_at").notNull(),
    state: text("state").$type<"pending" | "done" | "set_aside">().notNull(),
    attempts: integer("attempts").notNull().default(0),
    error: text("error"),
    doneAt: whole("done_at"),
  },
  (table) => [
    uniqueIndex("inbox_once").on(table.adapter, table.eventId),
    index("inbox_by_lane")
      .on(table.lane, table.seq)
      .where(sql`state = 'pending'`),
    index("inbox_set_aside")
      .on(table.seq)
      .where(sql`state = 'set_aside'`),
    // A row comes in once, when it is done: for `trace`.
    index("inbox_done")
      .on(table.lane, table.doneAt)
      .where(sql`state = 'done'`),
    index("inbox_by_sender").on(table.adapter, table.senderId, table.receivedAt),
  ],
);

export const lanes = pgTable(
  "lanes",
  {
    lane: text("lane").primaryKey(),
    readyAt: whole("ready_at"),
    firstAt: whole("first_at"),
    leaseOwner: text("lease_owner"),
    leaseUntil: whole("lease_until").notNull().default(0),
    fence: integer("fence").notNull().default(0),
  },
  (table) => [index("lanes_ready").on(table.readyAt)],
);

export const conversations = pgTable(
  "conversations",
  {
    id: serial("id"),
    adapter: text("adapter").notNull(),
    key: text("key").notNull(),
    visibility: text("visibility").$type<Visibility>().notNull(),
    link: text("link"),
    ownerId: text("owner_id").notNull(),
    customerId: whole("customer_id").notNull(),
    holder: text("holder").$type<"ai" | "waiting" | "staff">().notNull(),
    epoch: integer("epoch").notNull().default(0),
    frustration: integer("frustration").notNull().default(0),
    language: text("language").notNull().default("en"),
    problemTurns: integer("problem_turns").notNull().default(0),
    ticket: text("ticket"),
    escalationId: text("escalation_id"),
    staffSpokeAt: whole("staff_spoke_at"),
    toldWaiting: boolean("told_waiting").notNull().default(false),
    limitedAt: whole("limited_at"),
    createdAt: whole("created_at").notNull(),
    updatedAt: whole("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("conversations_by_address").on(table.adapter, table.key),
    index("conversations_by_key").on(table.key),
    index("conversations_by_customer").on(table.customerId),
  ],
);

export const messages = pgTable(
  "messages",
  {
    id: serial("id"),
    conversationId: whole("conversation_id").notNull(),
    role: text("role").$type<"customer" | "member" | "ai" | "system" | "staff" | "note">().notNull(),
    authorId: text("author_id").notNull(),
    authorName: text("author_name").notNull(),
    text: text("text").notNull(),
    messageId: text("message_id").notNull(),
    account: boolean("account").notNull().default(false),
    recipientId: text("recipient_id"),
    turnId: text("turn_id"),
    createdAt: whole("created_at").notNull(),
    editedAt: whole("edited_at"),
    deletedAt: whole("deleted_at"),
  },
  (table) => [
    index("messages_by_conversation").on(table.conversationId, table.id),
    uniqueIndex("messages_once").on(table.conversationId, table.messageId),
  ],
);

export const turns = pgTable(
  "turns",
  {
    id: text("id").primaryKey(),
    conversationId: whole("conversation_id").notNull(),
    customerId: whole("customer_id").notNull(),
    startedAt: whole("started_at").notNull(),
    finishedAt: whole("finished_at").notNull(),
    intent: text("intent").$type<Intent>().notNull(),
    tier: integer("tier").$type<Tier>(),
    model: text("model"),
    calls: integer("calls").notNull(),
    costMicros: whole("cost_micros").notNull(),
    outcome: text("outcome").notNull(),
    detail: text("detail"),
    question: text("question").notNull(),
    story: json("story").$type<Readonly<Record<string, unknown>>>().notNull(),
    answerable: boolean("answerable"),
    articleIds: json("article_ids").$type<readonly string[]>().notNull(),
    ticket: text("ticket"),
    escalationId: text("escalation_id"),
  },
  (table) => [
    index("turns_by_time").on(table.finishedAt),
    index("turns_by_conversation").on(table.conversationId),
    index("turns_by_customer").on(table.customerId),
  ],
);

export const tickets = pgTable(
  "tickets",
  {
    ticket: text("ticket").primaryKey(),
    conversationId: whole("conversation_id").notNull(),
    customerId: whole("customer_id").notNull(),
    email: text("email"),
    subject: text("subject").notNull(),
    description: text("description").notNull(),
    priority: text("priority").$type<TicketPriority>().notNull(),
    status: text("status").$type<TicketStatus>().notNull(),
    createdBy: text("created_by").$type<"ai" | "code" | "staff">().notNull(),
    createdAt: whole("created_at").notNull(),
    updatedAt: whole("updated_at").notNull(),
    resolvedAt: whole("resolved_at"),
    resolvedBy: text("resolved_by").$type<"ai" | "staff">(),
    resolvedTier: integer("resolved_tier").$type<Tier>(),
    reopenedAt: whole("reopened_at"),
  },
  (table) => [
    index("tickets_by_conversation").on(table.conversationId),
    index("tickets_by_customer").on(table.customerId),
    index("tickets_by_email").on(table.email),
    index("tickets_by_status").on(table.status, table.updatedAt),
  ],
);

export const ticketEvents = pgTable(
  "ticket_events",
  {
    id: serial("id"),
    ticket: text("ticket").notNull(),
    at: whole("at").notNull(),
    actor: text("actor").notNull(),
    kind: text("kind").notNull(),
    detail: text("detail").notNull(),
  },
  (table) => [index("ticket_events_by_ticket").on(table.ticket)],
);

export const escalations = pgTable(
  "escalations",
  {
    id: text("id").primaryKey(),
    conversationId: whole("conversation_id").notNull(),
    customerId: whole("customer_id").notNull(),
    ticket: text("ticket").notNull(),
    customerName: text("customer_name").notNull(),
    reason: text("reason").$type<EscalationReason>().notNull(),
    priority: text("priority").$type<TicketPriority>().notNull(),
    summary: text("summary").notNull(),
    tried: json("tried").$type<readonly string[]>().notNull(),
    nextStep: text("next_step").notNull(),
    evidence: json("evidence").$type<Readonly<Record<string, unknown>>>().notNull(),
    status: text("status").$type<EscalationStatus>().notNull(),
    claimedById: text("claimed_by_id"),
    claimedByName: text("claimed_by_name"),
    createdAt: whole("created_at").notNull(),
    claimedAt: whole("claimed_at"),
    closedAt: whole("closed_at"),
    closedNote: text("closed_note"),
    reminders: integer("reminders").notNull().default(0),
    version: integer("version").notNull().default(0),
    deskAdapter: text("desk_adapter").notNull(),
    deskKey: text("desk_key").notNull(),
    cardMessageId: text("card_message_id"),
    bridgeKey: text("bridge_key"),
  },
  (table) => [
    index("escalations_by_status").on(table.status, table.createdAt),
    index("escalations_by_bridge").on(table.deskAdapter, table.bridgeKey),
    index("escalations_by_conversation").on(table.conversationId),
    index("escalations_by_customer").on(table.customerId),
  ],
);

/** Only what waits is looked for; what was sent stays out of these indexes. */
export const isUnsent = sql`state in ('pending', 'sending')`;

/** What was sent or never will be: a row comes into an index of these once, however often it was tried before. */
export const isOver = sql`state in ('sent', 'cancelled', 'failed')`;

/** The number of the event that a delivery followed from, as text; see `isAboutPerson`. */
export function deliveryCause(id: Column): SQL {
  return sql`substring(${id} from '^(?:notice-)?[a-z]+-([0-9]+)')`;
}

export const outbox = pgTable(
  "outbox",
  {
    seq: serial("seq"),
    id: text("id").notNull().unique(),
    lane: text("lane").notNull(),
    toAdapter: text("to_adapter").notNull(),
    toKey: text("to_key").notNull(),
    visibility: text("visibility").$type<Visibility>().notNull(),
    recipient: text("recipient"),
    content: json("content").$type<OutboundContent>().notNull(),
    conversationId: whole("conversation_id"),
    escalationId: text("escalation_id"),
    epoch: integer("epoch"),
    state: text("state").$type<"pending" | "sending" | "sent" | "cancelled" | "failed">().notNull(),
    attempts: integer("attempts").notNull().default(0),
    notBefore: whole("not_before").notNull().default(0),
    leaseUntil: whole("lease_until").notNull().default(0),
    maybeSent: boolean("maybe_sent").notNull().default(false),
    messageId: text("message_id"),
    error: text("error"),
    createdAt: whole("created_at").notNull(),
    sentAt: whole("sent_at"),
  },
  (table) => [
    index("outbox_unsent").on(table.seq).where(isUnsent),
    index("outbox_failed")
      .on(table.seq)
      .where(sql`state = 'failed'`),
    index("outbox_by_lane").on(table.lane, table.seq).where(isUnsent),
    index("outbox_by_conversation").on(table.conversationId, table.state),
    // Whom what was sent went to and what it followed from, for `customer export` and `erase`.
    index("outbox_by_recipient")
      .on(table.recipient)
      .where(sql`recipient is not null`),
    index("outbox_by_escalation")
      .on(table.escalationId)
      .where(sql`escalation_id is not null`),
    index("outbox_by_cause").on(deliveryCause(table.id)).where(isOver),
  ],
);

export const calls = pgTable(
  "calls",
  {
    id: serial("id"),
    at: whole("at").notNull(),
    day: text("day").notNull(),
    conversationId: whole("conversation_id").notNull(),
    customerId: whole("customer_id").notNull(),
    turnId: text("turn_id").notNull(),
    ticket: text("ticket"),
    purpose: text("purpose").$type<ModelPurpose>().notNull(),
    tier: integer("tier").$type<Tier>().notNull(),
    model: text("model").notNull(),
    state: text("state").$type<"reserved" | "booked" | "void">().notNull(),
    micros: whole("micros").notNull(),
    inputTokens: whole("input_tokens").notNull().default(0),
    cacheWrite5mTokens: whole("cache_write_5m_tokens").notNull().default(0),
    cacheWrite1hTokens: whole("cache_write_1h_tokens").notNull().default(0),
    cacheReadTokens: whole("cache_read_tokens").notNull().default(0),
    outputTokens: whole("output_tokens").notNull().default(0),
  },
  (table) => [
    index("calls_by_customer").on(table.customerId, table.day),
    index("calls_by_conversation").on(table.conversationId),
    index("calls_by_turn").on(table.turnId),
  ],
);

/**
 * What each UTC day has cost: the sum over `calls`. Whoever reserves locks the day's row, so that calls at once, from
 * whatever process, never pass a budget together.
 */
export const spending = pgTable("spending", {
  day: text("day").primaryKey(),
  micros: whole("micros").notNull().default(0),
});

export const timers = pgTable(
  "timers",
  {
    key: text("key").primaryKey(),
    kind: text("kind").$type<"remind" | "resolve_quiet">().notNull(),
    ref: text("ref").notNull(),
    dueAt: whole("due_at").notNull(),
    attempts: integer("attempts").notNull().default(0),
    /** While one process carries it out, no other takes it. */
    leaseUntil: whole("lease_until").notNull().default(0),
  },
  (table) => [index("timers_due").on(table.dueAt)],
);

export const memory = pgTable(
  "memory",
  {
    owner: text("owner").notNull(),
    key: text("key").notNull(),
    value: text("value").notNull(),
    updatedAt: whole("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.owner, table.key] })],
);
