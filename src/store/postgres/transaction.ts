import { setTimeout as sleep } from "node:timers/promises";

import { sql } from "drizzle-orm";

import type { PostgresDb } from "./open.ts";

/** A transaction: what the steps inside a store method work with. */
export type Tx = Parameters<Parameters<PostgresDb["transaction"]>[0]>[0];

const MOST_TRIES = 5;
const RETRY_MS = 20;

/**
 * Runs `steps` in one transaction. Statements see what was committed before each of them (read committed), and a step
 * that decides by what it reads locks it first. Locks are taken in this order, so that nothing deadlocks:
 *
 *     lanes (by name) -> accounts -> deliveries -> conversation -> escalation -> everything else
 *
 * Should two transactions get in each other's way all the same, the one that PostgreSQL ends has written nothing and
 * runs again: `steps` may run more than once.
 */
export async function inTransaction<T>(db: PostgresDb, steps: (tx: Tx) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await db.transaction(steps, { isolationLevel: "read committed" });
    } catch (error) {
      if (tries === MOST_TRIES || !isConflict(error)) throw error;
      await sleep(RETRY_MS * tries * Math.random());
    }
  }
}

/** A wait that no clock need know of. */
const UNNOTICED_MS = 1_000;

/**
 * For steps that lease something: `now` was read before the connection was waited for, which may have taken long, and a
 * lease has to last from when it is written. The steps get the time by then.
 */
export async function leasing<T>(
  db: PostgresDb,
  now: number,
  steps: (tx: Tx, now: number) => Promise<T>,
): Promise<T> {
  const asked = performance.now();
  return inTransaction(db, (tx) => {
    const waited = Math.round(performance.now() - asked);
    return steps(tx, waited < UNNOTICED_MS ? now : now + waited);
  });
}

/** Reads all of it as it was at one moment. Waits for nobody, and nobody waits for it. */
export async function readAtOnce<T>(db: PostgresDb, steps: (tx: Tx) => Promise<T>): Promise<T> {
  return db.transaction(steps, { isolationLevel: "repeatable read", accessMode: "read only" });
}

/**
 * Held until the transaction ends by whoever makes customers, binds e-mails or hands out codes: seldom, and never two
 * at once. A customer who is known and unchanged is read without it.
 */
export async function lockAccounts(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${ACCOUNTS_LOCK})`);
}

const ACCOUNTS_LOCK = 1_684_368_235;

/** Serialisation failure and deadlock. drizzle wraps what the driver threw. */
function isConflict(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as { readonly code?: unknown };
    if (code === "40001" || code === "40P01") return true;
  }
  return false;
}

/** The first row of a query that gives at most one. */
export async function first<T>(query: PromiseLike<readonly T[]>): Promise<T | undefined> {
  const [row] = await query;
  return row;
}
