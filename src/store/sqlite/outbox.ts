import { and, asc, eq, inArray, lt, lte, or, sql, type SQL } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";

import type { SqliteDb } from "../open.ts";
import { conversations, escalations, messages, outbox } from "../schema.ts";
import type { Store, TakenDelivery } from "../store.ts";
import { enqueue } from "./changes.ts";
import type { Tx } from "./rows.ts";

type OutboxStore = Pick<
  Store,
  "takeDelivery" | "nextDeliveryAt" | "markSent" | "retryDelivery" | "failDelivery" | "findDelivery" | "post"
>;

const earlier = alias(outbox, "earlier");

/** What goes out: in order by place, retried until it is sent or refused for good. */
export function sqliteOutbox(db: SqliteDb): OutboxStore {
  return {
    async takeDelivery(now, leaseMs, adapters) {
      return db.transaction((tx) => take(tx, now, leaseMs, adapters), { behavior: "immediate" });
    },

    async nextDeliveryAt(adapters) {
      const row = db
        .select({ at: sql<number | null>`min(max(${outbox.notBefore}, ${outbox.leaseUntil}))` })
        .from(outbox)
        .where(and(inArray(outbox.state, ["pending", "sending"]), goesTo(adapters), isFirstOfLane(db)))
        .get();
      return row?.at ?? null;
    },

    async markSent(id, sent, now, then = null) {
      db.transaction((tx) => {
        const row = tx
          .update(outbox)
          .set({
            state: "sent",
            messageId: sent.messageId,
            sentAt: now,
            leaseUntil: 0,
            maybeSent: false,
            error: null,
          })
          .where(eq(outbox.id, id))
          .returning()
          .get();
        if (then) enqueue(tx, then, row?.conversationId ?? null, 0, now);
        if (row?.content.kind !== "card" || !row.escalationId) return;
        tx.update(escalations)
          .set({
            cardMessageId: sent.messageId,
            ...(sent.thread && { bridgeKey: sent.thread.key }),
          })
          .where(eq(escalations.id, row.escalationId))
          .run();
      });
    },

    async retryDelivery(id, { at, error, attempted, maybeSent, attempt }) {
      db.update(outbox)
        .set({
          state: "pending",
          notBefore: at,
          leaseUntil: 0,
          maybeSent,
          error,
          ...(!attempted && { attempts: sql`${outbox.attempts} - 1` }),
        })
        .where(and(eq(outbox.id, id), isInHand(attempt)))
        .run();
    },

    async post(delivery, now) {
      db.transaction((tx) => enqueue(tx, delivery, null, 0, now));
    },

    async failDelivery(id, error, now, then = null, attempt) {
      db.transaction((tx) => {
        const failed = tx
          .update(outbox)
          .set({ state: "failed", leaseUntil: 0, error })
          .where(and(eq(outbox.id, id), isInHand(attempt)))
          .run();
        if (then && failed.changes > 0) enqueue(tx, then, null, 0, now);
      });
    },

    async findDelivery(id) {
      const row = db.select().from(outbox).where(eq(outbox.id, id)).get();
      if (row?.state !== "sent") return null;
      const { toAdapter, toKey, recipient, content, conversationId } = row;
      return {
        to: { adapter: toAdapter, key: toKey },
        content,
        conversationId,
        ...(recipient !== null && { recipient }),
      };
    },
  };
}

function take(tx: Tx, now: number, leaseMs: number, adapters?: readonly string[]): TakenDelivery | null {
  for (;;) {
    const row = nextReady(tx, now, adapters);
    if (!row) return null;
    if (row.epoch !== null && !stillHolds(tx, row)) {
      cancel(tx, row.id, row.conversationId);
      continue;
    }
    tx.update(outbox)
      .set({ state: "sending", attempts: row.attempts + 1, leaseUntil: now + leaseMs })
      .where(eq(outbox.id, row.id))
      .run();
    const replaces = messageToChange(tx, row);
    return {
      attempts: row.attempts + 1,
      // A lease that ran out, here or in a process that is gone, ended nobody knows how.
      maybeSent: row.maybeSent || row.state === "sending",
      conversationId: row.conversationId,
      delivery: {
        id: row.id,
        to: { adapter: row.toAdapter, key: threadOfCard(tx, row) ?? row.toKey },
        visibility: row.visibility,
        content: row.content,
        createdAt: row.createdAt,
        ...(row.recipient !== null && { recipient: row.recipient }),
        ...(replaces !== null && { replaces }),
      },
    };
  }
}

type Row = typeof outbox.$inferSelect;

/** What was meant for a card's thread before there was one goes there now that the card has been posted. */
function threadOfCard(tx: Tx, { content, escalationId, toKey }: Row): string | null {
  if (escalationId === null || (content.kind !== "relay" && content.kind !== "notice")) return null;
  const row = tx
    .select({ deskKey: escalations.deskKey, bridgeKey: escalations.bridgeKey })
    .from(escalations)
    .where(eq(escalations.id, escalationId))
    .get();
  return row?.deskKey === toKey ? row.bridgeKey : null;
}

/** The oldest row that may leave and has nothing unsent before it in its lane. */
function nextReady(tx: Tx, now: number, adapters?: readonly string[]): Row | undefined {
  return tx
    .select()
    .from(outbox)
    .where(
      and(
        or(eq(outbox.state, "pending"), and(eq(outbox.state, "sending"), lte(outbox.leaseUntil, now))),
        lte(outbox.notBefore, now),
        goesTo(adapters),
        isFirstOfLane(tx),
      ),
    )
    .orderBy(asc(outbox.seq))
    .limit(1)
    .get();
}

/** Whether this try is still the one that counts: its lease may have run out, and another have begun. */
function isInHand(attempt: number | undefined) {
  return attempt === undefined ? undefined : and(eq(outbox.state, "sending"), eq(outbox.attempts, attempt));
}

function goesTo(adapters: readonly string[] | undefined) {
  return adapters && inArray(outbox.toAdapter, [...adapters]);
}

/** What is unsent before it in its place must leave first. */
function isFirstOfLane(tx: Tx | SqliteDb): SQL {
  return sql`not exists ${tx
    .select({ one: sql`1` })
    .from(earlier)
    .where(
      and(
        eq(earlier.lane, outbox.lane),
        inArray(earlier.state, ["pending", "sending"]),
        lt(earlier.seq, outbox.seq),
      ),
    )}`;
}

function stillHolds(tx: Tx, row: Row): boolean {
  const found = tx
    .select({ epoch: conversations.epoch })
    .from(conversations)
    .where(eq(conversations.id, row.conversationId ?? -1))
    .get();
  return found?.epoch === row.epoch;
}

function cancel(tx: Tx, id: string, conversationId: number | null): void {
  tx.update(outbox).set({ state: "cancelled", leaseUntil: 0 }).where(eq(outbox.id, id)).run();
  // What the customer never saw must not stand in the transcript.
  tx.update(messages)
    .set({ deletedAt: sql`${messages.createdAt}` })
    .where(and(eq(messages.messageId, id), eq(messages.conversationId, conversationId ?? -1)))
    .run();
}

/** The platform's id of what this is a change of; null when it is something new, or what it changes was never sent. */
function messageToChange(tx: Tx, { content, escalationId }: Row): string | null {
  // Only a new message pings; what comes later changes it in place.
  if (content.kind === "card") return content.card.ping ? null : cardMessage(tx, escalationId);
  if (content.kind !== "reply" || content.changes === undefined) return null;
  const changed = tx
    .select({ messageId: outbox.messageId })
    .from(outbox)
    .where(eq(outbox.id, content.changes))
    .get();
  return changed?.messageId ?? null;
}

function cardMessage(tx: Tx, escalationId: string | null): string | null {
  if (escalationId === null) return null;
  const row = tx
    .select({ card: escalations.cardMessageId })
    .from(escalations)
    .where(eq(escalations.id, escalationId))
    .get();
  return row?.card ?? null;
}
