import { and, asc, eq, inArray, lt, lte, or, sql, type SQL } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";

import { conversations, escalations, messages, outbox } from "../schema-postgres.ts";
import type { Store, TakenDelivery } from "../store.ts";
import { enqueue } from "./changes.ts";
import type { PostgresDb } from "./open.ts";
import { first, inTransaction, leasing, type Tx } from "./transaction.ts";

type OutboxStore = Pick<
  Store,
  "takeDelivery" | "nextDeliveryAt" | "markSent" | "retryDelivery" | "failDelivery" | "findDelivery" | "post"
>;

const earlier = alias(outbox, "earlier");

/** What goes out: in order by place, by whichever process is free, retried until it is sent or refused for good. */
export function postgresOutbox(db: PostgresDb): OutboxStore {
  return {
    async takeDelivery(now, leaseMs, adapters) {
      return leasing(db, now, (tx, at) => take(tx, at, leaseMs, adapters));
    },

    async nextDeliveryAt(adapters) {
      const at = sql<string | null>`min(greatest(${outbox.notBefore}, ${outbox.leaseUntil}))`;
      const row = await first(
        db
          .select({ at })
          .from(outbox)
          .where(and(inArray(outbox.state, ["pending", "sending"]), goesTo(adapters), isFirstOfLane(db))),
      );
      return row?.at == null ? null : Number(row.at);
    },

    async markSent(id, sent, now, then = null) {
      await inTransaction(db, async (tx) => {
        const row = await first(
          tx
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
            .returning(),
        );
        if (then) await enqueue(tx, then, row?.conversationId ?? null, 0, now);
        if (row?.content.kind !== "card" || !row.escalationId) return;
        await tx
          .update(escalations)
          .set({ cardMessageId: sent.messageId, ...(sent.thread && { bridgeKey: sent.thread.key }) })
          .where(eq(escalations.id, row.escalationId));
      });
    },

    async retryDelivery(id, { at, error, attempted, maybeSent, attempt }) {
      await db
        .update(outbox)
        .set({
          state: "pending",
          notBefore: at,
          leaseUntil: 0,
          maybeSent,
          error,
          ...(!attempted && { attempts: sql`${outbox.attempts} - 1` }),
        })
        .where(and(eq(outbox.id, id), isInHand(attempt)));
    },

    async post(delivery, now) {
      await inTransaction(db, (tx) => enqueue(tx, delivery, null, 0, now));
    },

    async failDelivery(id, error, now, then = null, attempt) {
      await inTransaction(db, async (tx) => {
        const failed = await tx
          .update(outbox)
          .set({ state: "failed", leaseUntil: 0, error })
          .where(and(eq(outbox.id, id), isInHand(attempt)))
          .returning({ id: outbox.id });
        if (then && failed.length > 0) await enqueue(tx, then, null, 0, now);
      });
    },

    async findDelivery(id) {
      const row = await first(db.select().from(outbox).where(eq(outbox.id, id)));
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

async function take(
  tx: Tx,
  now: number,
  leaseMs: number,
  adapters?: readonly string[],
): Promise<TakenDelivery | null> {
  for (;;) {
    const row = await nextReady(tx, now, adapters);
    if (!row) return null;
    if (row.epoch !== null && !(await stillHolds(tx, row))) {
      await cancel(tx, row.id, row.conversationId);
      continue;
    }
    await tx
      .update(outbox)
      .set({ state: "sending", attempts: row.attempts + 1, leaseUntil: now + leaseMs })
      .where(eq(outbox.id, row.id));
    const replaces = await messageToChange(tx, row);
    return {
      attempts: row.attempts + 1,
      // A lease that ran out, here or in a process that is gone, ended nobody knows how.
      maybeSent: row.maybeSent || row.state === "sending",
      conversationId: row.conversationId,
      delivery: {
        id: row.id,
        to: { adapter: row.toAdapter, key: (await threadOfCard(tx, row)) ?? row.toKey },
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
async function threadOfCard(tx: Tx, { content, escalationId, toKey }: Row): Promise<string | null> {
  if (escalationId === null || (content.kind !== "relay" && content.kind !== "notice")) return null;
  const row = await first(
    tx
      .select({ deskKey: escalations.deskKey, bridgeKey: escalations.bridgeKey })
      .from(escalations)
      .where(eq(escalations.id, escalationId)),
  );
  return row?.deskKey === toKey ? row.bridgeKey : null;
}

/**
 * The oldest row that may leave and has nothing unsent before it in its lane, locked. One that another process has
 * locked is theirs; what comes after it in its lane is not first there, and waits.
 */
async function nextReady(tx: Tx, now: number, adapters?: readonly string[]): Promise<Row | undefined> {
  return first(
    tx
      .select()
      .from(outbox)
      .where(
        and(
          or(eq(outbox.state, "pending"), and(eq(outbox.state, "sending"), lte(outbox.leaseUntil, now))),
          inArray(outbox.state, ["pending", "sending"]),
          lte(outbox.notBefore, now),
          goesTo(adapters),
          isFirstOfLane(tx),
        ),
      )
      .orderBy(asc(outbox.seq))
      .limit(1)
      .for("update", { skipLocked: true }),
  );
}

/** Whether this try is still the one that counts: its lease may have run out, and another have begun. */
function isInHand(attempt: number | undefined) {
  return attempt === undefined ? undefined : and(eq(outbox.state, "sending"), eq(outbox.attempts, attempt));
}

function goesTo(adapters: readonly string[] | undefined) {
  return adapters && inArray(outbox.toAdapter, [...adapters]);
}

/** What is unsent before it in its place must leave first. */
function isFirstOfLane(tx: Tx | PostgresDb): SQL {
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

/**
 * Locked against a change until the delivery is marked as on its way: a claim comes to its end before, and this is
 * cancelled, or it comes after and finds an AI message on the wire.
 */
async function stillHolds(tx: Tx, row: Row): Promise<boolean> {
  const found = await first(
    tx
      .select({ epoch: conversations.epoch })
      .from(conversations)
      .where(eq(conversations.id, row.conversationId ?? -1))
      .for("share"),
  );
  return found?.epoch === row.epoch;
}

async function cancel(tx: Tx, id: string, conversationId: number | null): Promise<void> {
  await tx.update(outbox).set({ state: "cancelled", leaseUntil: 0 }).where(eq(outbox.id, id));
  // What the customer never saw must not stand in the transcript.
  await tx
    .update(messages)
    .set({ deletedAt: sql`${messages.createdAt}` })
    .where(and(eq(messages.messageId, id), eq(messages.conversationId, conversationId ?? -1)));
}

/** The platform's id of what this is a change of; null when it is something new, or what it changes was never sent. */
async function messageToChange(tx: Tx, { content, escalationId }: Row): Promise<string | null> {
  // Only a new message pings; what comes later changes it in place.
  if (content.kind === "card") return content.card.ping ? null : cardMessage(tx, escalationId);
  if (content.kind !== "reply" || content.changes === undefined) return null;
  const changed = await first(
    tx.select({ messageId: outbox.messageId }).from(outbox).where(eq(outbox.id, content.changes)),
  );
  return changed?.messageId ?? null;
}

async function cardMessage(tx: Tx, escalationId: string | null): Promise<string | null> {
  if (escalationId === null) return null;
  const row = await first(
    tx.select({ card: escalations.cardMessageId }).from(escalations).where(eq(escalations.id, escalationId)),
  );
  return row?.card ?? null;
}
