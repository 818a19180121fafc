import type { Finding } from "../adapter.ts";
import { connectionsOf, type NamedDatabase } from "../store/database-url.ts";
import { openStorage } from "../store/open-storage.ts";
import { type Look, lookAtPostgres } from "../store/postgres/look.ts";
import type { CheckedDatabase } from "./check-database.ts";

/** The oldest that its makers still look after. */
const OLDEST_MAJOR = 14;
/**
 * Looks at the PostgreSQL database without changing it: one that has no tables gets none, one that waits for migrations
 * is not migrated. Throws `database_newer` and `database_unusable` with the reason and the fix, and `config_invalid` for a
 * number of connections that cannot be.
 */
export async function checkPostgres(
  named: Extract<NamedDatabase, { engine: "postgres" }>,
  env: NodeJS.ProcessEnv,
): Promise<CheckedDatabase> {
  // What one process of Deskhand holds at most: its pool, and one for the lock.
  const each = connectionsOf(env) + 1;
  const look = await lookAtPostgres(named);
  const others = [...age(look), ...connections(look, each)];
  if (look.pending === null)
    return { findings: [notThere(named.name, look), ...others], database: "none_yet" };
  if (look.pending > 0) {
    const what = `${named.name} is older than this version (migrations to run: ${look.pending}); the next start brings it up to date. The checks that need it are left out.`;
    const fix = "Keep a dump (pg_dump), then start Deskhand once.";
    return { findings: [{ level: "warning", what, fix }, ...others], database: "unknown" };
  }
  const megabytes = (look.bytes / 1e6).toFixed(1);
  const what = `${named.name} (PostgreSQL ${look.version}, ${megabytes} MB) answers and is up to date.`;
  return { findings: [{ level: "ok", what }, ...others], database: await openStorage(named.url) };
}

function notThere(name: string, { version, mayCreate }: Look): Finding {
  if (mayCreate) {
    return {
      level: "ok",
      what: `${name} (PostgreSQL ${version}) is empty yet; the first start makes its tables.`,
    };
  }
  return {
    level: "problem",
    what: `The user of DATABASE_URL may not make tables and schemas in ${name}.`,
    fix: "Make it the database's owner: alter database NAME owner to USER.",
  };
}

function age({ version, major }: Look): Finding[] {
  if (major >= OLDEST_MAJOR) return [];
  const what = `PostgreSQL ${version} is no longer looked after by its makers; Deskhand is tested with 18.`;
  return [{ level: "warning", what, fix: `Move to ${OLDEST_MAJOR} or newer.` }];
}

function connections({ connections: { used, ours, most } }: Look, each: number): Finding[] {
  const what = `${used} of ${most} connections are in use, ${ours} of them by Deskhand; each of its processes takes up to ${each}.`;
  if (most - used >= each) return [{ level: "ok", what }];
  return [
    {
      level: "warning",
      what,
      fix: "Raise max_connections, run fewer processes, or set DATABASE_CONNECTIONS lower: one more would not find enough.",
    },
  ];
}
