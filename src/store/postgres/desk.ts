import { and, desc, eq, gt, isNotNull, sql } from "drizzle-orm";

import { toConversation, toEscalation } from "../rows.ts";
import { conversations, escalations, outbox } from "../schema-postgres.ts";
import type { Changes, Store, Work } from "../store.ts";
import { applyChanges, lockLanesOf } from "./changes.ts";
import { finishWork, holds } from "./inbox.ts";
import type { PostgresDb } from "./open.ts";
import { first, inTransaction, type Tx } from "./transaction.ts";
import { escalationOf, lockConversation, ticketOf, transcriptOf } from "./turns.ts";

type DeskStore = Pick<
  Store,
  "findEscalation" | "findConversation" | "transcriptOf" | "ticketOf" | "commitDesk" | "claimTimes"
>;

/** What the desk reads, and its commit. */
export function postgresDesk(db: PostgresDb): DeskStore {
  return {
    async findEscalation(by) {
      if ("id" in by) return escalationOf(db, by.id);
      const which =
        "lastOf" in by
          ? eq(escalations.conversationId, by.lastOf)
          : and(eq(escalations.deskAdapter, by.bridge.adapter), eq(escalations.bridgeKey, by.bridge.key));
      const row = await first(
        db.select().from(escalations).where(which).orderBy(desc(escalations.createdAt)).limit(1),
      );
      return row ? toEscalation(row) : null;
    },

    async findConversation(by) {
      const which =
        "id" in by
          ? eq(conversations.id, by.id)
          : and(eq(conversations.adapter, by.address.adapter), eq(conversations.key, by.address.key));
      const row = await first(db.select().from(conversations).where(which));
      return row ? toConversation(row) : null;
    },

    async transcriptOf(conversationId) {
      return transcriptOf(db, conversationId);
    },

    async ticketOf(ticket) {
      return ticketOf(db, ticket);
    },

    async commitDesk(work, changes, now) {
      return inTransaction(db, (tx) => commit(tx, work, changes, now));
    },

    async claimTimes(limit) {
      const waited = sql`${escalations.claimedAt} - ${escalations.createdAt}`.mapWith(Number);
      const rows = await db
        .select({ waited })
        .from(escalations)
        .where(isNotNull(escalations.claimedAt))
        .orderBy(desc(escalations.claimedAt))
        .limit(limit);
      return rows.map((row) => row.waited);
    },
  };
}

async function commit(
  tx: Tx,
  work: Work | null,
  changes: Changes | null,
  now: number,
): Promise<"committed" | "conflict" | "busy" | "lost"> {
  await lockLanesOf(tx, work, changes);
  if (work && !(await holds(tx, work))) return "lost";
  if (changes) {
    const { changeEscalation, raiseEpoch, conversationId } = changes;
    // Whoever takes a delivery shares this lock: what leaves has left before it is given, or is checked after.
    await lockConversation(tx, conversationId);
    if (changeEscalation) {
      const isChanged = eq(escalations.id, changeEscalation.id);
      const found = await first(
        tx.select({ version: escalations.version }).from(escalations).where(isChanged).for("update"),
      );
      if (found?.version !== changeEscalation.version) return "conflict";
    }
    // An AI message that is on the wire cannot be called back: the claim is committed after it, never before.
    if (raiseEpoch && (await aiMessageOnTheWire(tx, conversationId, now))) return "busy";
    await applyChanges(tx, changes, now);
  }
  if (work) await finishWork(tx, work, now);
  return "committed";
}

async function aiMessageOnTheWire(tx: Tx, conversationId: number, now: number): Promise<boolean> {
  const row = await first(
    tx
      .select({ id: outbox.id })
      .from(outbox)
      .where(
        and(
          eq(outbox.conversationId, conversationId),
          eq(outbox.state, "sending"),
          isNotNull(outbox.epoch),
          gt(outbox.leaseUntil, now),
        ),
      )
      .limit(1),
  );
  return row !== undefined;
}
