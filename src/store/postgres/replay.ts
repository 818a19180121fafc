import { and, eq, inArray } from "drizzle-orm";

import { inbox, lanes } from "../schema-postgres.ts";
import { lockLanes } from "./inbox.ts";
import type { PostgresDb } from "./open.ts";
import { inTransaction } from "./transaction.ts";
import { wakeLane } from "./wake-lane.ts";

/** See `Storage.replaySetAside`. */
export async function replaySetAside(
  db: PostgresDb,
  which: readonly number[] | "all",
  now: number,
): Promise<readonly number[]> {
  return inTransaction(db, async (tx) => {
    const isAside = eq(inbox.state, "set_aside");
    const isMeant = which === "all" ? isAside : and(isAside, inArray(inbox.seq, [...which]));
    const concerned = await tx.selectDistinct({ lane: inbox.lane }).from(inbox).where(isMeant);
    const names = concerned.map(({ lane }) => lane);
    await lockLanes(tx, names);
    const back = await tx
      .update(inbox)
      .set({ state: "pending", attempts: 0, error: null, doneAt: null })
      .where(and(isMeant, inArray(inbox.lane, names)))
      .returning({ seq: inbox.seq });
    for (const lane of names) {
      await tx.update(lanes).set({ readyAt: now, firstAt: now }).where(eq(lanes.lane, lane));
      await wakeLane(tx, lane);
    }
    return back.map(({ seq }) => seq).toSorted((a, b) => a - b);
  });
}
