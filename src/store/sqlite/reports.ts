import { and, asc, desc, eq, gte, inArray, isNull, ne, or, sql } from "drizzle-orm";

import type { SqliteDb } from "../open.ts";
import { gapFacts, ticketFacts } from "../report-facts.ts";
import type { EscalationFact, ReportStore, TicketFact } from "../reports-port.ts";
import {
  calls,
  escalations,
  inbox,
  messages,
  outbox,
  feedback,
  ratings,
  ticketEvents,
  tickets,
  turns,
} from "../schema.ts";

/** The numbers' raw material, from SQLite. */
export function sqliteReports(db: SqliteDb): ReportStore {
  return {
    async turnsSince(since) {
      return db
        .select({
          id: turns.id,
          conversationId: turns.conversationId,
          receivedAt: sql<number>`coalesce(${inbox.receivedAt}, ${turns.startedAt})`,
          finishedAt: turns.finishedAt,
          intent: turns.intent,
          outcome: turns.outcome,
          ticket: turns.ticket,
          replyLost: sql`${lostReply}`.mapWith(Boolean),
        })
        .from(turns)
        .leftJoin(inbox, eq(inbox.seq, firstEventOfTurn))
        .where(gte(turns.finishedAt, since))
        .orderBy(asc(turns.conversationId), asc(turns.finishedAt), asc(firstEventOfTurn))
        .all();
    },

    async callsSince(since) {
      return db
        .select({
          turnId: calls.turnId,
          at: calls.at,
          purpose: calls.purpose,
          tier: calls.tier,
          model: calls.model,
          micros: calls.micros,
          booked: sql`${calls.state} = 'booked'`.mapWith(Boolean),
          inputTokens: calls.inputTokens,
          cacheWrite5mTokens: calls.cacheWrite5mTokens,
          cacheWrite1hTokens: calls.cacheWrite1hTokens,
          cacheReadTokens: calls.cacheReadTokens,
          outputTokens: calls.outputTokens,
        })
        .from(calls)
        .where(and(gte(calls.at, since), ne(calls.state, "void")))
        .orderBy(asc(calls.id))
        .all();
    },

    async ticketsOpenedSince(since) {
      return db.transaction((tx) => ticketsOpened(tx, since));
    },

    async escalationsSince(since) {
      return db
        .select(escalationFact)
        .from(escalations)
        .where(gte(escalations.createdAt, since))
        .orderBy(asc(escalations.createdAt))
        .all();
    },

    async answersSince(since) {
      return db
        .select({
          conversationId: messages.conversationId,
          by: sql<"ai" | "staff">`${messages.role}`,
          at: sql<number>`coalesce(${outbox.sentAt}, ${messages.createdAt})`,
        })
        .from(messages)
        .leftJoin(outbox, eq(outbox.id, messages.messageId))
        .where(
          and(
            gte(messages.createdAt, since),
            inArray(messages.role, ["ai", "staff"]),
            isNull(messages.deletedAt),
            or(isNull(outbox.id), eq(outbox.state, "sent")),
          ),
        )
        .orderBy(asc(messages.conversationId), asc(messages.id))
        .all();
    },

    async feedbackSince(since) {
      const rows = db
        .select({ helpful: feedback.helpful })
        .from(feedback)
        .where(gte(feedback.at, since))
        .all();
      const helpful = rows.filter((row) => row.helpful).length;
      return { helpful, unhelpful: rows.length - helpful };
    },

    async ratingsSince(since) {
      const rows = db.select({ score: ratings.score }).from(ratings).where(gte(ratings.at, since)).all();
      return rows.map(({ score }) => score);
    },

    async gapsSince(since) {
      return db.transaction((tx) => gapFacts(unanswerable(tx, since), solutions(tx, since)));
    },

    async openEscalations() {
      return db
        .select(escalationFact)
        .from(escalations)
        .where(inArray(escalations.status, ["open", "claimed"]))
        .orderBy(asc(escalations.createdAt))
        .all();
    },

    async setAsideEvents() {
      return db
        .select({
          seq: inbox.seq,
          adapter: inbox.adapter,
          kind: sql<string>`json_extract(${inbox.event}, '$.body.kind')`,
          receivedAt: inbox.receivedAt,
          attempts: inbox.attempts,
          error: inbox.error,
        })
        .from(inbox)
        .where(eq(inbox.state, "set_aside"))
        .orderBy(asc(inbox.seq))
        .all();
    },

    async failedDeliveries() {
      return db
        .select({
          id: outbox.id,
          adapter: outbox.toAdapter,
          createdAt: outbox.createdAt,
          error: outbox.error,
        })
        .from(outbox)
        .where(eq(outbox.state, "failed"))
        .orderBy(asc(outbox.seq))
        .all();
    },
  };
}

/** `turn-17` answers the event with the sequence number 17 first. */
const firstEventOfTurn = sql<number>`cast(substr(${turns.id}, 6) as integer)`;

/** Only inside a join: in a select from one table drizzle drops the table names, and this would compare outbox with itself. */
const lostReply = sql`exists (
  select 1 from ${outbox}
  where ${outbox.conversationId} = ${turns.conversationId}
    and ${outbox.id} like ${turns.id} || '.%'
    and ${outbox.state} in ('cancelled', 'failed')
    and json_extract(${outbox.content}, '$.kind') = 'reply')`;

const escalationFact = {
  reason: escalations.reason,
  status: escalations.status,
  createdAt: escalations.createdAt,
  claimedAt: escalations.claimedAt,
  closedAt: escalations.closedAt,
} satisfies Record<keyof EscalationFact, unknown>;

type Tx = Parameters<Parameters<SqliteDb["transaction"]>[0]>[0];

function ticketsOpened(tx: Tx, since: number): TicketFact[] {
  const changes = tx
    .select({ ticket: ticketEvents.ticket, at: ticketEvents.at, detail: ticketEvents.detail })
    .from(ticketEvents)
    .where(and(gte(ticketEvents.at, since), eq(ticketEvents.kind, "status")))
    .orderBy(asc(ticketEvents.id))
    .all();
  const handed = tx
    .selectDistinct({ ticket: escalations.ticket })
    .from(escalations)
    .where(gte(escalations.createdAt, since))
    .all();
  const opened = tx
    .select({
      ticket: tickets.ticket,
      conversationId: tickets.conversationId,
      createdAt: tickets.createdAt,
      resolvedBy: tickets.resolvedBy,
    })
    .from(tickets)
    .where(gte(tickets.createdAt, since))
    .orderBy(asc(tickets.createdAt), asc(tickets.ticket))
    .all();
  return ticketFacts(opened, changes, new Set(handed.map(({ ticket }) => ticket)));
}

function unanswerable(tx: Tx, since: number) {
  return tx
    .select({
      question: turns.question,
      at: turns.finishedAt,
      customerId: turns.customerId,
      intent: turns.intent,
      outcome: turns.outcome,
      story: turns.story,
      ticket: turns.ticket,
    })
    .from(turns)
    .where(and(gte(turns.finishedAt, since), eq(turns.answerable, false)))
    .orderBy(desc(turns.finishedAt))
    .all();
}

function solutions(tx: Tx, since: number) {
  return tx
    .select({ ticket: escalations.ticket, note: escalations.closedNote })
    .from(escalations)
    .where(and(eq(escalations.status, "resolved"), gte(escalations.closedAt, since)))
    .orderBy(asc(escalations.closedAt))
    .all();
}
