import { isNotNull, sql } from "drizzle-orm";

import type { SqliteConnection } from "../prepared.ts";
import { recoverIn } from "../postgres/recover.ts";
import type { Tx } from "../postgres/transaction.ts";
import { wakeLane } from "../postgres/wake-lane.ts";
import { knowledgeState } from "../schema-postgres-knowledge.ts";
import { lanes, spending } from "../schema-postgres.ts";
import { noteMove } from "./moves.ts";
import { TABLES } from "./tables.ts";

/** What is not copied but follows: numbers go on after the last, sums are summed, what waits is woken. */
export async function finishMove(tx: Tx, source: SqliteConnection, now: number): Promise<void> {
  await setNumbers(tx, source);
  await tx.delete(spending);
  await tx.execute(sql`
    insert into spending (day, micros) select day, sum(micros) from calls where state <> 'void' group by day`);
  await tx.delete(knowledgeState);
  await tx.insert(knowledgeState).values({ id: 1, version: 1 });
  // Whoever held something there is gone: the move has the source to itself.
  await recoverIn(tx, now);
  const waiting = await tx.select({ lane: lanes.lane }).from(lanes).where(isNotNull(lanes.readyAt));
  for (const { lane } of waiting) await wakeLane(tx, lane);
  await noteMove(tx, { finishedAt: now });
}

/** Also after numbers whose rows are gone: what is named after a number must not be named so again. */
async function setNumbers(tx: Tx, source: SqliteConnection): Promise<void> {
  const given = source.prepare<[string], { seq: number }>("select seq from sqlite_sequence where name = ?");
  for (const { name, numbered } of TABLES) {
    const last = numbered === null ? 0 : (given.get(name)?.seq ?? 0);
    if (last > 0) await tx.execute(sql`select setval(pg_get_serial_sequence(${name}, ${numbered}), ${last})`);
  }
}
