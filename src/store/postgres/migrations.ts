import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { ClientBase } from "pg";

import { DeskhandError } from "../../errors.ts";
import { nameOf } from "../database-url.ts";

export const MIGRATIONS = join(import.meta.dirname, "..", "..", "..", "drizzle-postgres");

/** Throws `database_newer` when a later Deskhand has migrated the database. */
export async function refuseNewer(client: ClientBase, url: string): Promise<void> {
  if (((await newestIn(client)) ?? 0) <= Math.max(0, ...ours())) return;
  throw new DeskhandError(
    "database_newer",
    `The database ${nameOf(url)} was last used by a newer Deskhand than this one. Update Deskhand (git pull && npm ci), ` +
      `or point DATABASE_URL at another database. Nothing was changed.`,
  );
}

/** How many migrations of ours the database does not have yet; null when it has never had any. */
export async function pendingIn(client: ClientBase): Promise<number | null> {
  const newest = await newestIn(client);
  return newest === null ? null : ours().filter((at) => at > newest).length;
}

/** drizzle keeps the time of each migration that it ran. */
async function newestIn(client: ClientBase): Promise<number | null> {
  const known = await client.query("select to_regclass('drizzle.__drizzle_migrations') as name");
  if (known.rows[0]?.name === null) return null;
  const { rows } = await client.query<{ readonly newest: string | null }>(
    "select max(created_at) as newest from drizzle.__drizzle_migrations",
  );
  return Number(rows[0]?.newest ?? 0);
}

function ours(): readonly number[] {
  const journal = JSON.parse(readFileSync(join(MIGRATIONS, "meta", "_journal.json"), "utf8")) as {
    readonly entries: readonly { readonly when: number }[];
  };
  return journal.entries.map(({ when }) => when);
}
