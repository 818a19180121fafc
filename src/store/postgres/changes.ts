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
} from "../schema-postgres.ts";
import type { Changes, NewDelivery, NewEscalation, TicketChange, TurnRecord, Work } from "../store.ts";
import { accept, lockLanes } from "./inbox.ts";
import { first, type Tx } from "./transaction.ts";

/** Locks every lane that the commit of a step writes into: the one it worked, and those it puts events back into. */
export async function lockLanesOf(tx: Tx, work: Work | null, changes: Changes | null): Promise<void> {
  const again = changes?.again?.map(({ lane }) => lane) ?? [];
  await lockLanes(tx, work ? [work.lane, ...again] : again);
}

/** Writes everything one step does to one conversation, inside the caller's transaction, its lanes locked. */
export async function applyChanges(tx: Tx, changes: Changes, now: number): Promise<void> {
  const conversation = await first(
    tx
      .update(conversations)
      .set({
        ...changes.conversation,
        ...(changes.raiseEpoch && { epoch: sql`${conversations.epoch} + 1` }),
        updatedAt: now,
      })
      .where(eq(conversations.id, changes.conversationId))
      .returning({ epoch: conversations.epoch, customerId: conversations.customerId }),
  );
  if (!conversation) throw new Error(`conversation ${changes.conversationId} is not in the store`);
  const { conversationId, customerId = conversation.customerId } = changes;
  if (changes.messages?.length) {
    const turnId = changes.turn?.id ?? null;
    const rows = changes.messages.map((message) => ({ ...message, conversationId, turnId }));
    // A message that a replayed turn has recorded already keeps its first record.
    await tx.insert(messages).values(rows).onConflictDoNothing();
  }
  for (const edit of changes.edits ?? []) {
    await tx
      .update(messages)
      .set(edit.text === null ? { deletedAt: now } : { text: edit.text, editedAt: now })
      .where(
        and(
          eq(messages.conversationId, conversationId),
          eq(messages.messageId, edit.messageId),
          // Whoever writes an edit changes their own words, never what another or the AI has said.
          edit.authorId === undefined ? undefined : eq(messages.authorId, edit.authorId),
        ),
      );
  }
  for (const change of changes.tickets ?? []) await applyTicket(tx, change, conversationId, customerId, now);
  if (changes.openEscalation) {
    await openEscalation(tx, changes.openEscalation, conversationId, customerId, now);
  }
  const { changeEscalation } = changes;
  if (changeEscalation) {
    const set = escalationColumns(changeEscalation, now);
    await tx.update(escalations).set(set).where(eq(escalations.id, changeEscalation.id));
  }
  for (const delivery of changes.deliveries ?? []) {
    await enqueue(tx, delivery, conversationId, conversation.epoch, now);
  }
  await setTimers(tx, changes);
  if (changes.rating) await rate(tx, changes.rating, conversationId, now);
  if (changes.feedback) await giveFeedback(tx, changes.feedback, conversationId, now);
  if (changes.audit?.length) {
    const rows = changes.audit.map((entry) => ({ ...entry, at: now, conversationId, customerId }));
    await tx.insert(audit).values(rows);
  }
  for (const { lane, event } of changes.again ?? []) {
    await accept(tx, event, { lane, urgent: false, quietMs: 0, now });
  }
  if (changes.turn) await recordTurn(tx, changes.turn, conversationId, now);
}

async function applyTicket(
  tx: Tx,
  change: TicketChange,
  conversationId: number,
  customerId: number,
  now: number,
): Promise<void> {
  if (change.kind === "create") {
    const { kind: _kind, by, ...row } = change;
    const made = await tx
      .insert(tickets)
      .values({ ...row, createdBy: by, conversationId, customerId, createdAt: now, updatedAt: now })
      .onConflictDoNothing()
      .returning({ ticket: tickets.ticket });
    if (made.length > 0) await logTicket(tx, change.ticket, change.by, "created", change.subject, now);
    return;
  }
  const isTicket = eq(tickets.ticket, change.ticket);
  const before = await first(tx.select().from(tickets).where(isTicket).for("update"));
  if (!before) throw new Error(`ticket ${change.ticket} is not in the store`);
  const { status, priority, note, by, resolvedBy } = change;
  await tx
    .update(tickets)
    .set({
      updatedAt: now,
      ...(priority && { priority }),
      ...(status && { status, ...resolution(before.status, status, now) }),
      ...(status === "resolved" && (await resolver(tx, conversationId, resolvedBy ?? "staff"))),
    })
    .where(isTicket);
  if (status && status !== before.status) {
    await logTicket(tx, change.ticket, by, "status", `${before.status} → ${status}`, now);
  }
  if (priority && priority !== before.priority) {
    await logTicket(tx, change.ticket, by, "priority", `${before.priority} → ${priority}`, now);
  }
  if (note) await logTicket(tx, change.ticket, by, "note", note, now);
}

async function resolver(tx: Tx, conversationId: number, by: "ai" | "staff") {
  if (by === "staff") return { resolvedBy: by, resolvedTier: null };
  return { resolvedBy: by, resolvedTier: (await lastAnswerOf(tx, conversationId))?.tier ?? null };
}

/** The last turn of a conversation in which a tier was used. */
export async function lastAnswerOf(tx: Tx, conversationId: number) {
  return first(
    tx
      .select({ tier: turns.tier, articleIds: turns.articleIds })
      .from(turns)
      .where(and(eq(turns.conversationId, conversationId), isNotNull(turns.tier)))
      .orderBy(desc(turns.finishedAt))
      .limit(1),
  );
}

async function logTicket(
  tx: Tx,
  ticket: string,
  actor: string,
  kind: string,
  detail: string,
  at: number,
): Promise<void> {
  await tx.insert(ticketEvents).values({ ticket, at, actor, kind, detail });
}

async function openEscalation(
  tx: Tx,
  opened: NewEscalation,
  conversationId: number,
  customerId: number,
  now: number,
): Promise<void> {
  const { desk, ...row } = opened;
  await tx
    .insert(escalations)
    .values({
      ...row,
      conversationId,
      customerId,
      status: "open",
      createdAt: now,
      deskAdapter: desk.adapter,
      deskKey: desk.key,
    })
    .onConflictDoNothing();
}

/** Puts a delivery in line; one whose id was used already is the same delivery of a step that ran again. */
export async function enqueue(
  tx: Tx,
  delivery: NewDelivery,
  conversationId: number | null,
  epoch: number,
  now: number,
): Promise<void> {
  await tx
    .insert(outbox)
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
    .onConflictDoNothing();
}

async function setTimers(tx: Tx, changes: Changes): Promise<void> {
  for (const timer of changes.timers ?? []) {
    const set = { dueAt: timer.dueAt, ref: timer.ref, attempts: 0, leaseUntil: 0 };
    await tx.insert(timers).values(timer).onConflictDoUpdate({ target: timers.key, set });
  }
  if (changes.cancelTimers?.length) {
    await tx.delete(timers).where(inArray(timers.key, [...changes.cancelTimers]));
  }
}

/** One rating a problem: a later one takes the place of the one before. */
async function rate(
  tx: Tx,
  rating: NonNullable<Changes["rating"]>,
  conversationId: number,
  now: number,
): Promise<void> {
  const lastOf = (by: typeof escalations.createdAt | typeof escalations.closedAt) =>
    first(
      tx
        .select({ id: escalations.id, ticket: escalations.ticket })
        .from(escalations)
        .where(and(eq(escalations.conversationId, conversationId), isNotNull(by)))
        .orderBy(desc(by))
        .limit(1),
    );
  // Resolving takes the ticket off the conversation, and asks for the rating only then.
  const ticket = rating.ticket ?? (await lastOf(escalations.closedAt))?.ticket ?? null;
  const escalationId = (await lastOf(escalations.createdAt))?.id ?? null;
  await tx
    .delete(ratings)
    .where(
      and(
        eq(ratings.conversationId, conversationId),
        ticket === null ? isNull(ratings.ticket) : eq(ratings.ticket, ticket),
      ),
    );
  await tx.insert(ratings).values({ ...rating, ticket, conversationId, escalationId, at: now });
}

/** Who changes their mind is heard: the last thumb counts. */
async function giveFeedback(
  tx: Tx,
  { answer, from, helpful }: NonNullable<Changes["feedback"]>,
  conversationId: number,
  at: number,
): Promise<void> {
  await tx
    .insert(feedback)
    .values({ answer, adapter: from.adapter, userId: from.userId, conversationId, helpful, at })
    .onConflictDoUpdate({
      target: [feedback.answer, feedback.adapter, feedback.userId],
      set: { helpful, at },
    });
}

async function recordTurn(tx: Tx, turn: TurnRecord, conversationId: number, now: number): Promise<void> {
  await tx
    .insert(turns)
    .values({ ...turn, conversationId, finishedAt: now })
    .onConflictDoNothing();
  if (turn.ticket) {
    await tx
      .update(calls)
      .set({ ticket: turn.ticket })
      .where(and(eq(calls.turnId, turn.id), isNull(calls.ticket)));
  }
}
