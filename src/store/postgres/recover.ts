import { eq } from "drizzle-orm";

import { lanes, outbox, timers } from "../schema-postgres.ts";
import type { Tx } from "./transaction.ts";

/** Takes everything out of hands that are gone. Only when nobody else has anything in theirs. */
export async function recoverIn(tx: Tx, now: number): Promise<void> {
  await tx.update(lanes).set({ leaseUntil: 0, leaseOwner: null });
  await tx.update(timers).set({ leaseUntil: 0 });
  await tx.update(outbox).set({ leaseUntil: now, maybeSent: true }).where(eq(outbox.state, "sending"));
}
