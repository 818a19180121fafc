import { and, desc, eq, inArray, isNotNull, isNull, sql } from "drizzle-orm";

import { escalationColumns, outboxLaneOf, resolution } from "../derived.ts";
import {
  audit,
  calls,
  conversations,
  escalations,
  feedback,
  messages,
  outbox,
  ratings,
  ticketEvents,
  tickets,
  timers,
  turns,
} from "../schema.ts";
import type {
  Changes,
  EscalationChange,
  NewDelivery,
  NewEscalation,
  TicketChange,
  TurnRecord,
} from "../store.ts";
import { accept } from "./inbox.ts";
import type { Tx } from "./rows.ts";

/** Writes everything one step does to one conversation, inside the caller's transaction. */
export function applyChanges(tx: Tx, changes: Changes, now: number): void {
  const conversation = tx
    .update(conversations)
    .set({
      ...changes.conversation,
      ...(changes.raiseEpoch && { epoch: sql`${conversations.epoch} + 1` }),
      updatedAt: now,
    })
    .where(eq(conversations.id, changes.conversationId))
    .returning({ epoch: conversations.epoch, customerId: conversations.customerId })
    .get();
  if (!conversation) throw new Error(`conversation ${changes.conversationId} is not in the store`);
  const { conversationId, customerId = conversation.customerId } = changes;
  for (const message of changes.messages ?? []) {
    // A message that a replayed turn has recorded already keeps its first record.
    tx.insert(messages)
      .values({ ...message, conversationId, turnId: changes.turn?.id ?? null })
      .onConflictDoNothing()
      .run();
  }
  for (const edit of changes.edits ?? []) {
    tx.update(messages)
      .set(edit.text === null ? { deletedAt: now } : { text: edit.text, editedAt: now })
      .where(
        and(
          eq(messages.conversationId, conversationId),
          eq(messages.messageId, edit.messageId),
          // Whoever writes an edit changes their own words, never what another or the AI has said.
          edit.authorId === undefined ? undefined : eq(messages.authorId, edit.authorId),
        ),
      )
      .run();
  }
  for (const change of changes.tickets ?? []) applyTicket(tx, change, conversationId, customerId, now);
  if (changes.openEscalation) {
    openEscalation(tx, changes.openEscalation, conversationId, customerId, now);
  }
  if (changes.changeEscalation) changeEscalation(tx, changes.changeEscalation, now);
  for (const delivery of changes.deliveries ?? [])
    enqueue(tx, delivery, conversationId, conversation.epoch, now);
  for (const timer of changes.timers ?? []) {
    tx.insert(timers)
      .values(timer)
      .onConflictDoUpdate({ target: timers.key, set: { dueAt: timer.dueAt, ref: timer.ref, attempts: 0 } })
      .run();
  }
  if (changes.cancelTimers?.length)
    tx.delete(timers)
      .where(inArray(timers.key, [...changes.cancelTimers]))
      .run();
  if (changes.rating) rate(tx, changes.rating, conversationId, now);
  if (changes.feedback) giveFeedback(tx, changes.feedback, conversationId, now);
  for (const entry of changes.audit ?? []) {
    tx.insert(audit)
      .values({ ...entry, at: now, conversationId, customerId })
      .run();
  }
  for (const { lane, event } of changes.again ?? [])
    accept(tx, event, { lane, urgent: false, quietMs: 0, now });
  if (changes.turn) recordTurn(tx, changes.turn, conversationId, now);
}

function applyTicket(
  tx: Tx,
  change: TicketChange,
  conversationId: number,
  customerId: number,
  now: number,
): void {
  if (change.kind === "create") {
    const { kind: _kind, by, ...row } = change;
    const made = tx
      .insert(tickets)
      .values({ ...row, createdBy: by, conversationId, customerId, createdAt: now, updatedAt: now })
      .onConflictDoNothing()
      .run();
    if (made.changes > 0) logTicket(tx, change.ticket, change.by, "created", change.subject, now);
    return;
  }
  const before = tx.select().from(tickets).where(eq(tickets.ticket, change.ticket)).get();
  if (!before) throw new Error(`ticket ${change.ticket} is not in the store`);
  const { status, priority, note, by, resolvedBy } = change;
  tx.update(tickets)
    .set({
      updatedAt: now,
      ...(priority && { priority }),
      ...(status && { status, ...resolution(before.status, status, now) }),
      ...(status === "resolved" && resolver(tx, conversationId, resolvedBy ?? "staff")),
    })
    .where(eq(tickets.ticket, change.ticket))
    .run();
  if (status && status !== before.status)
    logTicket(tx, change.ticket, by, "status", `${before.status} → ${status}`, now);
  if (priority && priority !== before.priority) {
    logTicket(tx, change.ticket, by, "priority", `${before.priority} → ${priority}`, now);
  }
  if (note) logTicket(tx, change.ticket, by, "note", note, now);
}

function resolver(tx: Tx, conversationId: number, by: "ai" | "staff") {
  if (by === "staff") return { resolvedBy: by, resolvedTier: null };
  return { resolvedBy: by, resolvedTier: lastAnswerOf(tx, conversationId)?.tier ?? null };
}

/** The last turn of a conversation in which a tier was used. */
export function lastAnswerOf(tx: Tx, conversationId: number) {
  return tx
    .select({ tier: turns.tier, articleIds: turns.articleIds })
    .from(turns)
    .where(and(eq(turns.conversationId, conversationId), isNotNull(turns.tier)))
    .orderBy(desc(turns.finishedAt))
    .limit(1)
    .get();
}

function logTicket(tx: Tx, ticket: string, actor: string, kind: string, detail: string, at: number): void {
  tx.insert(ticketEvents).values({ ticket, at, actor, kind, detail }).run();
}

function openEscalation(
  tx: Tx,
  opened: NewEscalation,
  conversationId: number,
  customerId: number,
  now: number,
): void {
  const { desk, ...row } = opened;
  tx.insert(escalations)
    .values({
      ...row,
      conversationId,
      customerId,
      status: "open",
      createdAt: now,
      deskAdapter: desk.adapter,
      deskKey: desk.key,
    })
    .onConflictDoNothing()
    .run();
}

function changeEscalation(tx: Tx, change: EscalationChange, now: number): void {
  tx.update(escalations).set(escalationColumns(change, now)).where(eq(escalations.id, change.id)).run();
}

/** Puts a delivery in line; one whose id was used already is the same delivery of a step that ran again. */
export function enqueue(
  tx: Tx,
  delivery: NewDelivery,
  conversationId: number | null,
  epoch: number,
  now: number,
): void {
  tx.insert(outbox)
    .values({
      id: delivery.id,
      lane: outboxLaneOf(delivery),
      toAdapter: delivery.to.adapter,
      toKey: delivery.to.key,
      visibility: delivery.visibility,
      recipient: delivery.recipient ?? null,
      content: delivery.content,
      conversationId,
      escalationId: delivery.escalationId ?? null,
      epoch: delivery.fenced ? epoch : null,
      state: "pending",
      createdAt: now,
    })
    .onConflictDoNothing()
    .run();
}

/** One rating a problem: a later one takes the place of the one before. */
function rate(tx: Tx, rating: NonNullable<Changes["rating"]>, conversationId: number, now: number): void {
  const lastOf = (by: typeof escalations.createdAt | typeof escalations.closedAt) =>
    tx
      .select({ id: escalations.id, ticket: escalations.ticket })
      .from(escalations)
      .where(and(eq(escalations.conversationId, conversationId), isNotNull(by)))
      .orderBy(desc(by))
      .limit(1)
      .get();
  // Resolving takes the ticket off the conversation, and asks for the rating only then.
  const ticket = rating.ticket ?? lastOf(escalations.closedAt)?.ticket ?? null;
  const escalationId = lastOf(escalations.createdAt)?.id ?? null;
  tx.delete(ratings)
    .where(
      and(
        eq(ratings.conversationId, conversationId),
        ticket === null ? isNull(ratings.ticket) : eq(ratings.ticket, ticket),
      ),
    )
    .run();
  tx.insert(ratings)
    .values({ ...rating, ticket, conversationId, escalationId, at: now })
    .run();
}

/** Who changes their mind is heard: the last thumb counts. */
function giveFeedback(
  tx: Tx,
  { answer, from, helpful }: NonNullable<Changes["feedback"]>,
  conversationId: number,
  at: number,
): void {
  tx.insert(feedback)
    .values({ answer, adapter: from.adapter, userId: from.userId, conversationId, helpful, at })
    .onConflictDoUpdate({
      target: [feedback.answer, feedback.adapter, feedback.userId],
      set: { helpful, at },
    })
    .run();
}

function recordTurn(tx: Tx, turn: TurnRecord, conversationId: number, now: number): void {
  tx.insert(turns)
    .values({ ...turn, conversationId, finishedAt: now })
    .onConflictDoNothing()
    .run();
  if (turn.ticket) {
    tx.update(calls)
      .set({ ticket: turn.ticket })
      .where(and(eq(calls.turnId, turn.id), isNull(calls.ticket)))
      .run();
  }
}
