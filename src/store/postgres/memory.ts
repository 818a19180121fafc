import { and, desc, eq, gte, inArray, sql } from "drizzle-orm";

import { conversations, escalations, memory } from "../schema-postgres.ts";
import type { Store } from "../store.ts";
import type { PostgresDb } from "./open.ts";
import { first } from "./transaction.ts";

type MemoryStore = Pick<Store, "recall" | "recallAll" | "remember" | "activePlaces">;

/** More places than this are not worth a look after an absence: it would take longer than people wait. */
const MOST_PLACES = 2_000;

/** What must outlive a restart beside the conversations themselves. */
export function postgresMemory(db: PostgresDb): MemoryStore {
  return {
    async recall(owner, key) {
      const row = await first(db.select().from(memory).where(isEntry(owner, key)));
      return row?.value ?? null;
    },

    async recallAll(owner, prefix) {
      return (
        db
          .select({ key: memory.key, value: memory.value })
          .from(memory)
          .where(
            and(eq(memory.owner, owner), sql`starts_with(${memory.key}, ${sql.param(prefix, memory.key)})`),
          )
          // By the characters and not by the database's language, as on SQLite.
          .orderBy(sql`${memory.key} collate "C"`)
      );
    },

    async remember(owner, key, value, now) {
      if (value === null) {
        await db.delete(memory).where(isEntry(owner, key));
        return;
      }
      await db
        .insert(memory)
        .values({ owner, key, value, updatedAt: now })
        .onConflictDoUpdate({ target: [memory.owner, memory.key], set: { value, updatedAt: now } });
    },

    async activePlaces(adapter, since) {
      const talks = await db
        .select({ adapter: conversations.adapter, key: conversations.key })
        .from(conversations)
        .where(and(eq(conversations.adapter, adapter), gte(conversations.updatedAt, since)))
        .orderBy(desc(conversations.updatedAt))
        .limit(MOST_PLACES);
      const cards = await db
        .select({ key: escalations.bridgeKey })
        .from(escalations)
        .where(and(eq(escalations.deskAdapter, adapter), inArray(escalations.status, ["open", "claimed"])))
        .orderBy(desc(escalations.createdAt));
      const threads = cards.flatMap(({ key }) => (key === null ? [] : [{ adapter, key }]));
      return [...threads, ...talks];
    },
  };
}

function isEntry(owner: string, key: string) {
  return and(eq(memory.owner, owner), eq(memory.key, key));
}
