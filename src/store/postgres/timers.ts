import { and, asc, eq, lte, sql } from "drizzle-orm";

import { timers } from "../schema-postgres.ts";
import type { Store, Timer } from "../store.ts";
import type { PostgresDb } from "./open.ts";
import { first, leasing } from "./transaction.ts";

/** What a timer does is a commit or two; whoever has not finished it after this long is gone. */
const LEASE_MS = 60_000;

/** Things to do later, by one process at a time; they survive a restart. */
export function postgresTimers(
  db: PostgresDb,
): Pick<Store, "takeTimer" | "finishTimer" | "retryTimer" | "nextTimerAt"> {
  return {
    async takeTimer(asked) {
      return leasing(db, asked, async (tx, now) => {
        const due = await first(
          tx
            .select()
            .from(timers)
            .where(and(lte(timers.dueAt, now), lte(timers.leaseUntil, now)))
            .orderBy(asc(timers.dueAt))
            .limit(1)
            .for("update", { skipLocked: true }),
        );
        if (!due) return null;
        await tx
          .update(timers)
          .set({ leaseUntil: now + LEASE_MS })
          .where(eq(timers.key, due.key));
        const { leaseUntil: _leaseUntil, ...timer } = due;
        return timer;
      });
    },

    async finishTimer(timer) {
      await db.delete(timers).where(isStill(timer));
    },

    async retryTimer(timer, at) {
      await db
        .update(timers)
        .set({ dueAt: at, attempts: timer.attempts + 1, leaseUntil: 0 })
        .where(isStill(timer));
    },

    async nextTimerAt() {
      const at = sql<string | null>`min(greatest(${timers.dueAt}, ${timers.leaseUntil}))`;
      const row = await first(db.select({ at }).from(timers));
      return row?.at == null ? null : Number(row.at);
    },
  };
}

/** Nobody has set it anew since it was taken. */
function isStill({ key, dueAt }: Timer) {
  return and(eq(timers.key, key), eq(timers.dueAt, dueAt));
}
