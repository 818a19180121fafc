import { and, desc, eq, gte, inArray, sql } from "drizzle-orm";

import type { Address } from "../../domain.ts";
import type { SqliteDb } from "../open.ts";
import { conversations, escalations, memory } from "../schema.ts";
import type { Store } from "../store.ts";

type MemoryStore = Pick<Store, "recall" | "recallAll" | "remember" | "activePlaces">;

/** More places than this are not worth a look after an absence: it would take longer than people wait. */
const MOST_PLACES = 2_000;

/** What must outlive a restart beside the conversations themselves. */
export function sqliteMemory(db: SqliteDb): MemoryStore {
  return {
    async recall(owner, key) {
      const row = db.select().from(memory).where(isEntry(owner, key)).get();
      return row?.value ?? null;
    },

    async recallAll(owner, prefix) {
      return (
        db
          .select({ key: memory.key, value: memory.value })
          .from(memory)
          // Not LIKE, which takes A for a.
          .where(and(eq(memory.owner, owner), sql`substr(${memory.key}, 1, length(${prefix})) = ${prefix}`))
          .orderBy(memory.key)
          .all()
      );
    },

    async remember(owner, key, value, now) {
      if (value === null) {
        db.delete(memory).where(isEntry(owner, key)).run();
        return;
      }
      db.insert(memory)
        .values({ owner, key, value, updatedAt: now })
        .onConflictDoUpdate({ target: [memory.owner, memory.key], set: { value, updatedAt: now } })
        .run();
    },

    async activePlaces(adapter, since) {
      const talks: Address[] = db
        .select({ adapter: conversations.adapter, key: conversations.key })
        .from(conversations)
        .where(and(eq(conversations.adapter, adapter), gte(conversations.updatedAt, since)))
        .orderBy(desc(conversations.updatedAt))
        .limit(MOST_PLACES)
        .all();
      const threads = db
        .select({ key: escalations.bridgeKey })
        .from(escalations)
        .where(and(eq(escalations.deskAdapter, adapter), inArray(escalations.status, ["open", "claimed"])))
        .orderBy(desc(escalations.createdAt))
        .all()
        .flatMap(({ key }) => (key === null ? [] : [{ adapter, key }]));
      return [...threads, ...talks];
    },
  };
}

function isEntry(owner: string, key: string) {
  return and(eq(memory.owner, owner), eq(memory.key, key));
}
