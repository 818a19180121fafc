import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

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

export * from "./schema-people.ts";

/**
 * Everything but the knowledge base. Times are milliseconds since the epoch, money is micro-dollars.
 *
 * What a turn makes is named after the sequence number of the first event it answers (`turn-17`, `E-17`, `T-1017`,
 * delivery `turn-17.1`), so that a replay after a crash makes the same things and not a second set.
 */

/** Events as they came, unique for ever by platform and event id. */
export const inbox = sqliteTable(
  "inbox",
  {
    seq: integer("seq").primaryKey({ autoIncrement: true }),
    adapter: text("adapter").notNull(),
    eventId: text("event_id").notNull(),
    senderId: text("sender_id").notNull(),
    lane: text("lane").notNull(),
    /** Changes what a running turn may say: an edit, a deletion, a call for a person. */
    urgent: integer("urgent", { mode: "boolean" }).notNull(),
    event: text("event", { mode: "json" }).$type<InboundEvent>().notNull(),
    receivedAt: integer("received_at").notNull(),
    state: text("state", { enum: ["pending", "done", "set_aside"] }).notNull(),
    attempts: integer("attempts").notNull().default(0),
    error: text("error"),
    doneAt: integer("done_at"),
  },
  (table) => [
    uniqueIndex("inbox_once").on(table.adapter, table.eventId),
    index("inbox_by_lane").on(table.lane, table.state, table.seq),
    index("inbox_by_sender").on(table.adapter, table.senderId, table.receivedAt),
  ],
);

/** A lane is worked by one worker at a time, in order. `readyAt` is null while nothing waits. */
export const lanes = sqliteTable(
  "lanes",
  {
    lane: text("lane").primaryKey(),
    readyAt: integer("ready_at"),
    /** When the oldest waiting event came; bounds how long a burst can hold up a turn. */
    firstAt: integer("first_at"),
    leaseOwner: text("lease_owner"),
    leaseUntil: integer("lease_until").notNull().default(0),
    /** Raised with each claim; a worker whose lease ran out finds another number and cannot commit. */
    fence: integer("fence").notNull().default(0),
  },
  (table) => [index("lanes_ready").on(table.readyAt)],
);

export const conversations = sqliteTable(
  "conversations",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    adapter: text("adapter").notNull(),
    key: text("key").notNull(),
    visibility: text("visibility").$type<Visibility>().notNull(),
    /** Opens it in a person's own client. */
    link: text("link"),
    /** Whose thread it is: the platform account that opened it. */
    ownerId: text("owner_id").notNull(),
    customerId: integer("customer_id").notNull(),
    holder: text("holder", { enum: ["ai", "waiting", "staff"] }).notNull(),
    /** Raised whenever a person takes or gives back the conversation; fences what the AI was writing. */
    epoch: integer("epoch").notNull().default(0),
    /** Expressions of frustration about the problem at hand. */
    frustration: integer("frustration").notNull().default(0),
    language: text("language").notNull().default("en"),
    /** Customer turns spent on the problem at hand. */
    problemTurns: integer("problem_turns").notNull().default(0),
    ticket: text("ticket"),
    escalationId: text("escalation_id"),
    staffSpokeAt: integer("staff_spoke_at"),
    /** True once the customer has been told that their further messages reach the team. */
    toldWaiting: integer("told_waiting", { mode: "boolean" }).notNull().default(false),
    limitedAt: integer("limited_at"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("conversations_by_address").on(table.adapter, table.key),
    index("conversations_by_customer").on(table.customerId),
  ],
);

export const messages = sqliteTable(
  "messages",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    conversationId: integer("conversation_id").notNull(),
    role: text("role", { enum: ["customer", "member", "ai", "system", "staff", "note"] }).notNull(),
    authorId: text("author_id").notNull(),
    authorName: text("author_name").notNull(),
    text: text("text").notNull(),
    /** The platform's id of what came in; the delivery's id of what went out. */
    messageId: text("message_id").notNull(),
    /** True for an answer that holds account data: it is left out of what the model sees in public. */
    account: integer("account", { mode: "boolean" }).notNull().default(false),
    /** The platform account that an answer with account data was for; nobody else's turn shows it to a model. */
    recipientId: text("recipient_id"),
    turnId: text("turn_id"),
    createdAt: integer("created_at").notNull(),
    editedAt: integer("edited_at"),
    deletedAt: integer("deleted_at"),
  },
  (table) => [
    index("messages_by_conversation").on(table.conversationId, table.id),
    uniqueIndex("messages_once").on(table.conversationId, table.messageId),
  ],
);

export const turns = sqliteTable(
  "turns",
  {
    id: text("id").primaryKey(),
    conversationId: integer("conversation_id").notNull(),
    customerId: integer("customer_id").notNull(),
    startedAt: integer("started_at").notNull(),
    finishedAt: integer("finished_at").notNull(),
    intent: text("intent").$type<Intent>().notNull(),
    tier: integer("tier").$type<Tier>(),
    model: text("model"),
    calls: integer("calls").notNull(),
    costMicros: integer("cost_micros").notNull(),
    outcome: text("outcome").notNull(),
    detail: text("detail"),
    question: text("question").notNull(),
    /** What was read, found and decided: the turn's story. */
    story: text("story", { mode: "json" }).$type<Readonly<Record<string, unknown>>>().notNull(),
    /** False when the knowledge base had nothing for a question that needed it: a gap. */
    answerable: integer("answerable", { mode: "boolean" }),
    articleIds: text("article_ids", { mode: "json" }).$type<readonly string[]>().notNull(),
    ticket: text("ticket"),
    escalationId: text("escalation_id"),
  },
  (table) => [
    index("turns_by_time").on(table.finishedAt),
    index("turns_by_conversation").on(table.conversationId),
    index("turns_by_customer").on(table.customerId),
  ],
);

export const tickets = sqliteTable(
  "tickets",
  {
    ticket: text("ticket").primaryKey(),
    conversationId: integer("conversation_id").notNull(),
    customerId: integer("customer_id").notNull(),
    email: text("email"),
    subject: text("subject").notNull(),
    description: text("description").notNull(),
    priority: text("priority").$type<TicketPriority>().notNull(),
    status: text("status").$type<TicketStatus>().notNull(),
    createdBy: text("created_by", { enum: ["ai", "code", "staff"] }).notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    resolvedAt: integer("resolved_at"),
    resolvedBy: text("resolved_by", { enum: ["ai", "staff"] }),
    resolvedTier: integer("resolved_tier").$type<Tier>(),
    reopenedAt: integer("reopened_at"),
  },
  (table) => [
    index("tickets_by_conversation").on(table.conversationId),
    index("tickets_by_customer").on(table.customerId),
    index("tickets_by_email").on(table.email),
    index("tickets_by_status").on(table.status, table.updatedAt),
  ],
);

export const ticketEvents = sqliteTable(
  "ticket_events",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    ticket: text("ticket").notNull(),
    at: integer("at").notNull(),
    actor: text("actor").notNull(),
    kind: text("kind").notNull(),
    detail: text("detail").notNull(),
  },
  (table) => [index("ticket_events_by_ticket").on(table.ticket)],
);

export const escalations = sqliteTable(
  "escalations",
  {
    id: text("id").primaryKey(),
    conversationId: integer("conversation_id").notNull(),
    customerId: integer("customer_id").notNull(),
    ticket: text("ticket").notNull(),
    customerName: text("customer_name").notNull(),
    reason: text("reason").$type<EscalationReason>().notNull(),
    priority: text("priority").$type<TicketPriority>().notNull(),
    summary: text("summary").notNull(),
    tried: text("tried", { mode: "json" }).$type<readonly string[]>().notNull(),
    nextStep: text("next_step").notNull(),
    /** Which rule, which messages, which scores. */
    evidence: text("evidence", { mode: "json" }).$type<Readonly<Record<string, unknown>>>().notNull(),
    status: text("status").$type<EscalationStatus>().notNull(),
    claimedById: text("claimed_by_id"),
    claimedByName: text("claimed_by_name"),
    createdAt: integer("created_at").notNull(),
    claimedAt: integer("claimed_at"),
    closedAt: integer("closed_at"),
    closedNote: text("closed_note"),
    reminders: integer("reminders").notNull().default(0),
    /** Raised with each change; of two clicks one finds another number and loses. */
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

export const outbox = sqliteTable(
  "outbox",
  {
    seq: integer("seq").primaryKey({ autoIncrement: true }),
    id: text("id").notNull().unique(),
    /** Deliveries to one place go out in order. */
    lane: text("lane").notNull(),
    toAdapter: text("to_adapter").notNull(),
    toKey: text("to_key").notNull(),
    visibility: text("visibility").$type<Visibility>().notNull(),
    recipient: text("recipient"),
    content: text("content", { mode: "json" }).$type<OutboundContent>().notNull(),
    conversationId: integer("conversation_id"),
    escalationId: text("escalation_id"),
    /** Set on what the AI wrote: it leaves only while the conversation still has this epoch. */
    epoch: integer("epoch"),
    state: text("state", { enum: ["pending", "sending", "sent", "cancelled", "failed"] }).notNull(),
    attempts: integer("attempts").notNull().default(0),
    notBefore: integer("not_before").notNull().default(0),
    leaseUntil: integer("lease_until").notNull().default(0),
    /** True while an earlier try may have reached the platform without our learning of it. */
    maybeSent: integer("maybe_sent", { mode: "boolean" }).notNull().default(false),
    messageId: text("message_id"),
    error: text("error"),
    createdAt: integer("created_at").notNull(),
    sentAt: integer("sent_at"),
  },
  (table) => [
    index("outbox_by_state").on(table.state, table.seq),
    index("outbox_by_lane").on(table.lane, table.state, table.seq),
    index("outbox_by_conversation").on(table.conversationId, table.state),
  ],
);

/** The ledger: one row a model call, written before the call with its worst cost and booked after it. */
export const calls = sqliteTable(
  "calls",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    at: integer("at").notNull(),
    /** UTC day of `at`, for the daily budgets. */
    day: text("day").notNull(),
    conversationId: integer("conversation_id").notNull(),
    customerId: integer("customer_id").notNull(),
    turnId: text("turn_id").notNull(),
    ticket: text("ticket"),
    purpose: text("purpose").$type<ModelPurpose>().notNull(),
    tier: integer("tier").$type<Tier>().notNull(),
    model: text("model").notNull(),
    /** `reserved` counts with its worst cost until it is booked: a call cut by a crash is never forgotten. */
    state: text("state", { enum: ["reserved", "booked", "void"] }).notNull(),
    micros: integer("micros").notNull(),
    inputTokens: integer("input_tokens").notNull().default(0),
    cacheWrite5mTokens: integer("cache_write_5m_tokens").notNull().default(0),
    cacheWrite1hTokens: integer("cache_write_1h_tokens").notNull().default(0),
    cacheReadTokens: integer("cache_read_tokens").notNull().default(0),
    outputTokens: integer("output_tokens").notNull().default(0),
  },
  (table) => [
    index("calls_by_day").on(table.day, table.customerId),
    index("calls_by_conversation").on(table.conversationId),
    index("calls_by_turn").on(table.turnId),
  ],
);

export const timers = sqliteTable(
  "timers",
  {
    key: text("key").primaryKey(),
    kind: text("kind", { enum: ["remind", "resolve_quiet"] }).notNull(),
    ref: text("ref").notNull(),
    dueAt: integer("due_at").notNull(),
    attempts: integer("attempts").notNull().default(0),
  },
  (table) => [index("timers_due").on(table.dueAt)],
);

/** Small values that outlive a restart: what an adapter must remember, whether the AI is paused. */
export const memory = sqliteTable(
  "memory",
  {
    owner: text("owner").notNull(),
    key: text("key").notNull(),
    value: text("value").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.owner, table.key] })],
);
