import { readFileSync } from "node:fs";
import { join } from "node:path";

import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import { Pool, type PoolClient } from "pg";

import { DeskhandError, messageOf } from "../../errors.ts";
import { nameOf } from "../database-url.ts";
import { migrateQueue } from "./lane-queue.ts";

export type PostgresDb = NodePgDatabase;

export interface OpenedPostgres {
  readonly pool: Pool;
  readonly db: PostgresDb;
}

const MIGRATIONS = join(import.meta.dirname, "..", "..", "..", "drizzle-postgres");

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
    if (error instanceof DeskhandError) throw error;
    throw new DeskhandError("database_unusable", explain(url, error), { cause: error });
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

/** drizzle keeps the time of each migration it ran; one later than our newest comes from a later Deskhand. */
async function refuseNewer(client: PoolClient, url: string): Promise<void> {
  const known = await client.query("select to_regclass('drizzle.__drizzle_migrations') as name");
  if (known.rows[0]?.name === null) return;
  const { rows } = await client.query<{ readonly newest: string | null }>(
    "select max(created_at) as newest from drizzle.__drizzle_migrations",
  );
  if (Number(rows[0]?.newest ?? 0) <= newestMigration()) return;
  throw new DeskhandError(
    "database_newer",
    `The database ${nameOf(url)} was last used by a newer Deskhand than this one. Update Deskhand (git pull && npm ci), ` +
      `or point DATABASE_URL at another database. Nothing was changed.`,
  );
}

function newestMigration(): number {
  const journal = JSON.parse(readFileSync(join(MIGRATIONS, "meta", "_journal.json"), "utf8")) as {
    entries: { when: number }[];
  };
  return Math.max(0, ...journal.entries.map((entry) => entry.when));
}

function explain(url: string, error: unknown): string {
  const name = nameOf(url);
  const { code } = error as { readonly code?: string };
  const reason = messageOf(error) || String(code);
  if (code === "28P01" || code === "28000") {
    return `PostgreSQL refused the user or the password for ${name}. Check both in DATABASE_URL.`;
  }
  if (code === "3D000") {
    return `There is no database ${name}. Make it (createdb), or name another in DATABASE_URL.`;
  }
  if (code === "42501") {
    return `The user of DATABASE_URL may not make tables in ${name} (${reason}). Make it the database's owner.`;
  }
  return `The database ${name} cannot be used: ${reason}. Check that PostgreSQL runs and that DATABASE_URL leads to it.`;
}
