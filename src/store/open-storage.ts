import { databaseOf } from "./database-url.ts";
import type { Storage } from "./storage.ts";

/**
 * Opens what `DATABASE_URL` names and brings it up to date. An engine's driver is loaded only when it is used.
 * `connections` are PostgreSQL's, see `connectionsOf`.
 *
 * Throws `config_invalid` for an address of another kind, `database_newer` when a later Deskhand has migrated the
 * database, `database_unusable` when it cannot be opened.
 */
export async function openStorage(
  url: string | undefined,
  options: { readonly connections?: number } = {},
): Promise<Storage> {
  const database = databaseOf(url);
  if (database.engine === "sqlite") {
    return (await import("./sqlite/storage.ts")).openSqliteStorage(database.path);
  }
  return (await import("./postgres/storage.ts")).openPostgresStorage(database, options);
}
