import type { NamedDatabase } from "../database-url.ts";
import { refuseHalfMoved } from "../migrate/moves.ts";
import type { Storage } from "../storage.ts";
import { postgresStore } from "./index.ts";
import { postgresKnowledge } from "./knowledge.ts";
import { postgresLaneQueue } from "./lane-queue.ts";
import { postgresLock } from "./lock.ts";
import { openPostgres, type PoolOptions } from "./open.ts";
import { postgresPeople } from "./people.ts";
import { replaySetAside } from "./replay.ts";
import { postgresReports } from "./reports.ts";
import { postgresTrace } from "./trace.ts";
import { postgresWatch } from "./watch.ts";

/** Every port on one PostgreSQL database. */
export async function openPostgresStorage(
  { url, name }: Extract<NamedDatabase, { engine: "postgres" }>,
  options: PoolOptions = {},
): Promise<Storage> {
  const opened = await openPostgres(url, options);
  const { pool, db } = opened;
  try {
    await refuseHalfMoved(db, name);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    place: name,
    queue: postgresLaneQueue(pool),
    store: postgresStore(opened),
    index: postgresKnowledge(db),
    reports: postgresReports(db),
    people: postgresPeople(db),
    trace: postgresTrace(db),
    watch: postgresWatch(db),
    replaySetAside: (which, now) => replaySetAside(db, which, now),
    lock: (how) => postgresLock(url, name, how),
    async close() {
      if (!pool.ended) await pool.end();
    },
  };
}
