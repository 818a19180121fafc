import { asc, eq, lte, min, sql } from "drizzle-orm";

import type { SqliteDb } from "../open.ts";
import { timers } from "../schema.ts";
import type { Store } from "../store.ts";

/** Things to do later; they survive a restart. */
export function sqliteTimers(
  db: SqliteDb,
): Pick<Store, "takeTimer" | "finishTimer" | "retryTimer" | "nextTimerAt"> {
  return {
    async takeTimer(now) {
      return (
        db.select().from(timers).where(lte(timers.dueAt, now)).orderBy(asc(timers.dueAt)).limit(1).get() ??
        null
      );
    },

    async finishTimer(timer) {
      // Only if nobody set it anew meanwhile.
      db.delete(timers)
        .where(sql`${timers.key} = ${timer.key} and ${timers.dueAt} = ${timer.dueAt}`)
        .run();
    },

    async retryTimer(timer, at) {
      db.update(timers)
        .set({ dueAt: at, attempts: timer.attempts + 1 })
        .where(eq(timers.key, timer.key))
        .run();
    },

    async nextTimerAt() {
      return (
        db
          .select({ at: min(timers.dueAt) })
          .from(timers)
          .get()?.at ?? null
      );
    },
  };
}
