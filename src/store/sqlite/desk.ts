import { and, desc, eq, isNotNull, sql } from "drizzle-orm";

import type { SqliteDb } from "../open.ts";
import { conversations, escalations, outbox } from "../schema.ts";
import type { Changes, Store, Work } from "../store.ts";
import { applyChanges } from "./changes.ts";
import { finishWork, holds } from "./inbox.ts";
import { toConversation, toEscalation, type Tx } from "./rows.ts";
import { escalationOf, ticketOf, transcriptOf } from "./turns.ts";

type DeskStore = Pick<
  Store,
  "findEscalation" | "findConversation" | "transcriptOf" | "ticketOf" | "commitDesk" | "claimTimes"
>;

/** What the desk reads, and its commit. */
export function sqliteDesk(db: SqliteDb): DeskStore {
  return {
    async findEscalation(by) {
      if ("id" in by) return escalationOf(db, by.id);
      const row = db
        .select()
        .from(escalations)
        .where(
          "lastOf" in by
            ? eq(escalations.conversationId, by.lastOf)
            : and(eq(escalations.deskAdapter, by.bridge.adapter), eq(escalations.bridgeKey, by.bridge.key)),
        )
        .orderBy(desc(escalations.createdAt))
        .limit(1)
        .get();
      return row ? toEscalation(row) : null;
    },

    async findConversation(by) {
      const which =
        "id" in by
          ? eq(conversations.id, by.id)
          : and(eq(conversations.adapter, by.address.adapter), eq(conversations.key, by.address.key));
      const row = db.select().from(conversations).where(which).get();
      return row ? toConversation(row) : null;
    },

    async transcriptOf(conversationId) {
      return transcriptOf(db, conversationId);
    },

    async ticketOf(ticket) {
      return ticketOf(db, ticket);
    },

    async commitDesk(work, changes, now) {
      return db.transaction((tx) => commit(tx, work, changes, now), { behavior: "immediate" });
    },

    async claimTimes(limit) {
      return db
        .select({ waited: sql<number>`${escalations.claimedAt} - ${escalations.createdAt}` })
        .from(escalations)
        .where(isNotNull(escalations.claimedAt))
        .orderBy(desc(escalations.claimedAt))
        .limit(limit)
        .all()
        .map((row) => row.waited);
    },
  };
}

function commit(
  tx: Tx,
  work: Work | null,
  changes: Changes | null,
  now: number,
): "committed" | "conflict" | "busy" | "lost" {
  if (work && !holds(tx, work)) return "lost";
  if (changes) {
    const { changeEscalation, raiseEpoch, conversationId } = changes;
    if (changeEscalation) {
      const found = escalationOf(tx, changeEscalation.id);
      if (found?.version !== changeEscalation.version) return "conflict";
    }
    // An AI message that is on the wire cannot be called back: the claim is committed after it, never before.
    if (raiseEpoch && aiMessageOnTheWire(tx, conversationId, now)) return "busy";
    applyChanges(tx, changes, now);
  }
  if (work) finishWork(tx, work, now);
  return "committed";
}

function aiMessageOnTheWire(tx: Tx, conversationId: number, now: number): boolean {
  const row = tx
    .select({ id: outbox.id })
    .from(outbox)
    .where(
      and(
        eq(outbox.conversationId, conversationId),
        eq(outbox.state, "sending"),
        isNotNull(outbox.epoch),
        sql`${outbox.leaseUntil} > ${now}`,
      ),
    )
    .limit(1)
    .get();
  return row !== undefined;
}
