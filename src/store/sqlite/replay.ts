import { and, eq, inArray } from "drizzle-orm";

import type { SqliteDb } from "../open.ts";
import { inbox, lanes } from "../schema.ts";

/**
 * Puts events that were set aside back into line, with all their tries before them; returns their numbers, oldest
 * first. They are worked before what waits in their lane now. The running program finds them by itself. What is not set aside is
 * left as it is.
 */
export function replaySetAside(db: SqliteDb, which: readonly number[] | "all", now: number): number[] {
  return db.transaction(
    (tx) => {
      const isAside = eq(inbox.state, "set_aside");
      const back = tx
        .update(inbox)
        .set({ state: "pending", attempts: 0, error: null, doneAt: null })
        .where(which === "all" ? isAside : and(isAside, inArray(inbox.seq, [...which])))
        .returning({ seq: inbox.seq, lane: inbox.lane })
        .all();
      for (const lane of new Set(back.map((row) => row.lane))) {
        tx.insert(lanes)
          .values({ lane, readyAt: now, firstAt: now })
          .onConflictDoUpdate({ target: lanes.lane, set: { readyAt: now } })
          .run();
      }
      return back.map(({ seq }) => seq).toSorted((a, b) => a - b);
    },
    { behavior: "immediate" },
  );
}
