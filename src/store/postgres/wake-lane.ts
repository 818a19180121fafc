import { type SQL, sql } from "drizzle-orm";

import { lanes } from "../schema-postgres.ts";
import { TASK } from "./lane-queue.ts";
import type { Tx } from "./transaction.ts";

/**
 * Asks for a process that drains the lane, when this transaction is committed and not if it is not. A job that waits
 * for the same lane already is enough; one that is being worked may be past the point where it would see what is new.
 */
export async function wakeLane(tx: Tx, lane: string): Promise<void> {
  const name = sql.param(lane, lanes.lane);
  await tx.execute(sql`
    select graphile_worker.add_job(${TASK}, json_build_object('lane', ${name}::text), job_key => md5(${name}::text))`);
}

/** Takes back what asks for the lane, where `condition` holds: the job says the lane's name. */
export async function forgetWake(tx: Tx, lane: string, condition: SQL): Promise<void> {
  const name = sql.param(lane, lanes.lane);
  await tx.execute(sql`select graphile_worker.remove_job(md5(${name}::text)) where ${condition}`);
}
