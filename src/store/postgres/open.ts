import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import { Pool } from "pg";

import { migrateQueue } from "./lane-queue.ts";
import { MIGRATIONS, refuseNewer } from "./migrations.ts";
import { unusable } from "./unusable.ts";

export type PostgresDb = NodePgDatabase & { readonly $client: Pool };

export interface OpenedPostgres {
  readonly pool: Pool;
  readonly db: PostgresDb;
}

/** "deskhand" read as a number, so that no other program on the same server takes the same lock. */
const MIGRATION_LOCK = "7234315281590480484";
const CONNECTIONS = 10;
const CONNECT_MS = 10_000;
/** A process that hangs in the middle of a transaction must not keep its locks from the others for ever. */
const IDLE_IN_TRANSACTION_MS = 30_000;

/**
 * Opens the database that `url` names, brings it up to date and returns its connections. Processes that start at once
 * wait for each other: one migrates, the others find it done.
 *
 * Throws `database_newer` when a later Deskhand has migrated it, `database_unusable` when it cannot be reached or
 * changed. The password is in no message.
 */
export async function openPostgres(url: string, connections = CONNECTIONS): Promise<OpenedPostgres> {
  const pool = new Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: CONNECT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    application_name: "deskhand",
  });
  // A connection that is cut while nobody uses it is replaced when one is needed; unheard, it would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  try {
    await bringUpToDate(pool, url);
    return { pool, db: drizzle(pool) };
  } catch (error) {
    await pool.end();
    throw unusable(url, error);
  }
}

async function bringUpToDate(pool: Pool, url: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    await refuseNewer(client, url);
    await migrate(drizzle(client), { migrationsFolder: MIGRATIONS });
    await migrateQueue(pool);
  } finally {
    // The lock is the connection's, and goes with it however this ended.
    client.release(true);
  }
}
