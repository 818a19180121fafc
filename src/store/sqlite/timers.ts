import { and, asc, eq, lte, min } from "drizzle-orm";

import type { SqliteDb } from "../open.ts";
import { timers } from "../schema.ts";
import type { Store, Timer } from "../store.ts";

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
      db.delete(timers).where(isStill(timer)).run();
    },

    async retryTimer(timer, at) {
      db.update(timers)
        .set({ dueAt: at, attempts: timer.attempts + 1 })
        .where(isStill(timer))
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

/** Nobody has set it anew since it was taken. */
function isStill({ key, dueAt }: Timer) {
  return and(eq(timers.key, key), eq(timers.dueAt, dueAt));
}
