import { readFileSync } from "node:fs";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";

import Database from "better-sqlite3";
import { drizzle, type BetterSQLite3Database } from "drizzle-orm/better-sqlite3";
import { migrate } from "drizzle-orm/better-sqlite3/migrator";

import { DeskhandError, messageOf } from "../errors.ts";
import { type SqliteConnection, withStatementsKept } from "./prepared.ts";

export type SqliteDb = BetterSQLite3Database;

const MIGRATIONS = join(import.meta.dirname, "..", "..", "drizzle");

export interface OpenedSqlite {
  readonly connection: SqliteConnection;
  readonly db: SqliteDb;
}

/**
 * Opens the database file (or `:memory:`), brings it up to date and returns both handles.
 *
 * Throws `database_newer` when a later Deskhand has migrated it, `database_unusable` when it cannot be opened, is
 * locked by another process or is read-only. Safe to call twice on the same file.
 */
export function openSqlite(path: string): OpenedSqlite {
  let connection: SqliteConnection | undefined;
  try {
    if (path !== ":memory:") mkdirSync(dirname(path), { recursive: true });
    connection = new Database(path, { timeout: 5_000 });
    connection.pragma("journal_mode = WAL");
    // An acknowledged event must survive a power cut, and WAL with NORMAL may lose the last commits then.
    connection.pragma("synchronous = FULL");
    connection.pragma("foreign_keys = ON");
    refuseNewer(connection, path);
    refuseReadOnly(connection);
    migrate(drizzle(connection), { migrationsFolder: MIGRATIONS });
    return { connection, db: drizzle(withStatementsKept(connection)) };
  } catch (error) {
    connection?.close();
    if (error instanceof DeskhandError) throw error;
    throw new DeskhandError("database_unusable", explain(path, messageOf(error)), { cause: error });
  }
}

/** SQLite opens a file that may not be written without a word, and even begins a transaction; only a write tells. */
function refuseReadOnly(connection: SqliteConnection): void {
  connection.exec("begin immediate; create table write_probe (one integer); rollback");
}

/** drizzle keeps the time of each migration it ran; one later than our newest comes from a later Deskhand. */
function refuseNewer(connection: SqliteConnection, path: string): void {
  const known = connection.prepare("select 1 from sqlite_master where name = '__drizzle_migrations'").get();
  if (!known) return;
  const row = connection.prepare("select max(created_at) as newest from __drizzle_migrations").get() as {
    newest: number | null;
  };
  const newest = newestMigration();
  if ((row.newest ?? 0) <= newest) return;
  throw new DeskhandError(
    "database_newer",
    `The database ${path} was last used by a newer Deskhand than this one. Update Deskhand (git pull && npm ci), ` +
      `or point DATABASE_URL at another file. Nothing was changed.`,
  );
}

function newestMigration(): number {
  const journal = JSON.parse(readFileSync(join(MIGRATIONS, "meta", "_journal.json"), "utf8")) as {
    entries: { when: number }[];
  };
  return Math.max(0, ...journal.entries.map((entry) => entry.when));
}

function explain(path: string, reason: string): string {
  if (/locked|busy/i.test(reason)) {
    return `The database ${path} is in use by another process (${reason}). Stop the other Deskhand, or give this one its own DATABASE_URL.`;
  }
  if (/readonly|read-only|EACCES|permission|EROFS/i.test(reason)) {
    return `The database ${path} cannot be written (${reason}). Give this user write access to the file and its folder.`;
  }
  if (/not a database|malformed/i.test(reason)) {
    return `${path} is not a Deskhand database (${reason}). Point DATABASE_URL at another file, or restore a backup.`;
  }
  return `The database ${path} cannot be opened: ${reason}.`;
}
