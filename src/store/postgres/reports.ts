import { and, asc, desc, eq, gte, inArray, isNull, ne, or, sql } from "drizzle-orm";

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
} from "../schema-postgres.ts";
import type { PostgresDb } from "./open.ts";
import { readAtOnce, type Tx } from "./transaction.ts";

/** The numbers' raw material, from PostgreSQL. */
export function postgresReports(db: PostgresDb): ReportStore {
  return {
    async turnsSince(since) {
      return db
        .select({
          id: turns.id,
          conversationId: turns.conversationId,
          receivedAt: sql`coalesce(${inbox.receivedAt}, ${turns.startedAt})`.mapWith(Number),
          finishedAt: turns.finishedAt,
          intent: turns.intent,
          outcome: turns.outcome,
          ticket: turns.ticket,
          replyLost: sql`${lostReply}`.mapWith(Boolean),
        })
        .from(turns)
        .leftJoin(inbox, eq(inbox.seq, firstEventOfTurn))
        .where(gte(turns.finishedAt, since))
        .orderBy(asc(turns.conversationId), asc(turns.finishedAt), asc(firstEventOfTurn));
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
        .orderBy(asc(calls.id));
    },

    async ticketsOpenedSince(since) {
      return readAtOnce(db, (tx) => ticketsOpened(tx, since));
    },

    async escalationsSince(since) {
      return db
        .select(escalationFact)
        .from(escalations)
        .where(gte(escalations.createdAt, since))
        .orderBy(asc(escalations.createdAt));
    },

    async answersSince(since) {
      return db
        .select({
          conversationId: messages.conversationId,
          by: sql<"ai" | "staff">`${messages.role}`,
          at: sql`coalesce(${outbox.sentAt}, ${messages.createdAt})`.mapWith(Number),
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
        .orderBy(asc(messages.conversationId), asc(messages.id));
    },

    async feedbackSince(since) {
      const rows = await db
        .select({ helpful: feedback.helpful })
        .from(feedback)
        .where(gte(feedback.at, since));
      const helpful = rows.filter((row) => row.helpful).length;
      return { helpful, unhelpful: rows.length - helpful };
    },

    async ratingsSince(since) {
      const rows = await db.select({ score: ratings.score }).from(ratings).where(gte(ratings.at, since));
      return rows.map(({ score }) => score);
    },

    async gapsSince(since) {
      return readAtOnce(db, async (tx) => {
        const asked = await unanswerable(tx, since);
        return gapFacts(asked, await solutions(tx, since));
      });
    },

    async openEscalations() {
      return db
        .select(escalationFact)
        .from(escalations)
        .where(inArray(escalations.status, ["open", "claimed"]))
        .orderBy(asc(escalations.createdAt));
    },

    async setAsideEvents() {
      return db
        .select({
          seq: inbox.seq,
          adapter: inbox.adapter,
          kind: sql<string>`${inbox.event} #>> '{body,kind}'`,
          receivedAt: inbox.receivedAt,
          attempts: inbox.attempts,
          error: inbox.error,
        })
        .from(inbox)
        .where(eq(inbox.state, "set_aside"))
        .orderBy(asc(inbox.seq));
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
        .orderBy(asc(outbox.seq));
    },
  };
}

/** `turn-17` answers the event with the sequence number 17 first. */
const firstEventOfTurn = sql`substring(${turns.id} from '^turn-([0-9]+)')::bigint`;

/** Only inside a join: in a select from one table drizzle drops the table names, and this would compare outbox with itself. */
const lostReply = sql`exists (
  select 1 from ${outbox}
  where ${outbox.conversationId} = ${turns.conversationId}
    and starts_with(${outbox.id}, ${turns.id} || '.')
    and ${outbox.state} in ('cancelled', 'failed')
    and ${outbox.content} ->> 'kind' = 'reply')`;

const escalationFact = {
  reason: escalations.reason,
  status: escalations.status,
  createdAt: escalations.createdAt,
  claimedAt: escalations.claimedAt,
  closedAt: escalations.closedAt,
} satisfies Record<keyof EscalationFact, unknown>;

async function ticketsOpened(tx: Tx, since: number): Promise<TicketFact[]> {
  const changes = await tx
    .select({ ticket: ticketEvents.ticket, at: ticketEvents.at, detail: ticketEvents.detail })
    .from(ticketEvents)
    .where(and(gte(ticketEvents.at, since), eq(ticketEvents.kind, "status")))
    .orderBy(asc(ticketEvents.id));
  const handed = await tx
    .selectDistinct({ ticket: escalations.ticket })
    .from(escalations)
    .where(gte(escalations.createdAt, since));
  const opened = await tx
    .select({
      ticket: tickets.ticket,
      conversationId: tickets.conversationId,
      createdAt: tickets.createdAt,
      resolvedBy: tickets.resolvedBy,
    })
    .from(tickets)
    .where(gte(tickets.createdAt, since))
    .orderBy(asc(tickets.createdAt), asc(tickets.ticket));
  return ticketFacts(opened, changes, new Set(handed.map(({ ticket }) => ticket)));
}

async function unanswerable(tx: Tx, since: number) {
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
    .orderBy(desc(turns.finishedAt));
}

async function solutions(tx: Tx, since: number) {
  return tx
    .select({ ticket: escalations.ticket, note: escalations.closedNote })
    .from(escalations)
    .where(and(eq(escalations.status, "resolved"), gte(escalations.closedAt, since)))
    .orderBy(asc(escalations.closedAt));
}
