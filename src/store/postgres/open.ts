import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import { Client, type ClientConfig, Pool } from "pg";

import { USUAL_CONNECTIONS } from "../database-url.ts";
import { migrateQueue } from "./lane-queue.ts";
import { MIGRATIONS, refuseNewer } from "./migrations.ts";
import { unusable } from "./unusable.ts";

export type PostgresDb = NodePgDatabase & { readonly $client: Pool };

export interface PoolOptions {
  /** How many the pool has at most; one is enough for whatever does not take lanes from the queue. */
  readonly connections?: number | undefined;
  readonly connectMs?: number;
  /** How long a step waits for one of them to be free. */
  readonly waitMs?: number;
}

export interface OpenedPostgres {
  readonly pool: Pool;
  readonly db: PostgresDb;
}

/** "deskhand" read as a number, so that no other program on the same server takes the same lock. */
const MIGRATION_LOCK = "7234315281590480484";
/** A server that does not answer for so long is not there. */
const CONNECT_MS = 10_000;
/**
 * A process has hundreds of steps at once and a few connections, each held for one transaction; so many wait for one, and
 * on a machine with too much to do for long. That is no outage: whoever gives up comes again, and makes it worse.
 */
const WAIT_MS = 60_000;
/** A process that hangs in the middle of a transaction must not keep its locks from the others for ever. */
const IDLE_IN_TRANSACTION_MS = 30_000;

/**
 * Opens the database that `url` names, brings it up to date and returns its connections. Processes that start at once
 * wait for each other: one migrates, the others find it done.
 *
 * Throws `database_newer` when a later Deskhand has migrated it, `database_unusable` when it cannot be reached or
 * changed. The password is in no message.
 */
export async function openPostgres(
  url: string,
  { connections = USUAL_CONNECTIONS, connectMs = CONNECT_MS, waitMs = WAIT_MS }: PoolOptions = {},
): Promise<OpenedPostgres> {
  const settings = { connectionString: url, application_name: "deskhand" };
  const pool = new Pool({
    ...settings,
    Client: connectingWithin(connectMs),
    max: connections,
    connectionTimeoutMillis: waitMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  });
  // A connection that is cut while nobody uses it is replaced when one is needed; unheard, it would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  try {
    await bringUpToDate(new Client({ ...settings, connectionTimeoutMillis: connectMs }), pool, url);
    return { pool, db: drizzle(pool) };
  } catch (error) {
    await pool.end();
    throw unusable(url, error);
  }
}

/** The pool has one time limit, for a connection that is made and for one that is waited for; these are two things. */
function connectingWithin(ms: number) {
  return class extends Client {
    constructor(config?: ClientConfig) {
      super({ ...config, connectionTimeoutMillis: ms });
    }
  };
}

/** The lock has a connection beside the pool's: in a pool of one nobody else would get any. */
async function bringUpToDate(client: Client, pool: Pool, url: string): Promise<void> {
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    await refuseNewer(client, url);
    await migrate(drizzle(client), { migrationsFolder: MIGRATIONS });
    await migrateQueue(pool);
  } finally {
    // The lock is the connection's, and goes with it however this ended.
    await client.end().catch(() => undefined);
  }
}
