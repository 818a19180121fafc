import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

import Database from "better-sqlite3";
import { readMigrationFiles } from "drizzle-orm/migrator";

import type { Finding } from "../adapter.ts";
import { messageOf } from "../errors.ts";
import { openSqlite } from "../store/open.ts";
import { openSqliteStorage } from "../store/sqlite/storage.ts";
import type { Storage } from "../store/storage.ts";

export interface CheckedDatabase {
  readonly findings: readonly Finding[];
  /** `none_yet`: the first start makes it; `unknown`: it is there and must not be opened as it is. */
  readonly database: Storage | "none_yet" | "unknown";
}

/** So little room left on the disk deserves a word. */
const LOW_DISK_BYTES = 200_000_000;

/**
 * Looks at the database file without changing it: one that is missing is not made, one that waits for migrations is not
 * migrated. Throws `database_newer` and `database_unusable` with the reason and the fix.
 */
export function checkDatabase(path: string): CheckedDatabase {
  if (!existsSync(path)) return { findings: [missing(path)], database: "none_yet" };
  const looked = look(path);
  if (looked.damage.length > 0) {
    return { findings: [damaged(path, looked.damage)], database: "unknown" };
  }
  if (looked.pending > 0) {
    const what = `${path} is older than this version (migrations to run: ${looked.pending}); the next start brings it up to date. The checks that need it are left out.`;
    return {
      findings: [{ level: "warning", what, fix: "Keep a copy of the file, then start Deskhand once." }],
      database: "unknown",
    };
  }
  const database = openSqliteStorage(path);
  return { findings: [sound(path), ...room(path)], database };
}

function missing(path: string): Finding {
  let folder = dirname(path);
  while (!existsSync(folder)) folder = dirname(folder);
  try {
    if (!statSync(folder).isDirectory()) throw new Error(`${folder} is not a folder`);
    accessSync(folder, constants.W_OK);
    return { level: "ok", what: `${path} is not there yet; the first start makes it.` };
  } catch (error) {
    return {
      level: "problem",
      what: `${path} cannot be made (${messageOf(error)}).`,
      fix: `Give this user write access to ${folder}, or point DATABASE_URL elsewhere.`,
    };
  }
}

interface Look {
  /** Migrations of ours that it does not have yet. */
  readonly pending: number;
  readonly damage: readonly string[];
}

function look(path: string): Look {
  let connection: Database.Database | undefined;
  try {
    connection = new Database(path, { readonly: true, fileMustExist: true });
    const rows = connection.pragma("integrity_check(5)") as { integrity_check: string }[];
    const damage = rows.map((row) => row.integrity_check).filter((line) => line !== "ok");
    return { pending: pendingIn(connection), damage };
  } catch (error) {
    const reason = messageOf(error);
    // What is wrong may be plain from opening it in earnest, in better words; if that works, this reading still failed.
    if (!/malformed|corrupt/i.test(reason)) openSqlite(path).connection.close();
    return { pending: 0, damage: [reason] };
  } finally {
    connection?.close();
  }
}

const MIGRATIONS = join(import.meta.dirname, "..", "..", "drizzle");

function pendingIn(connection: Database.Database): number {
  const ours = readMigrationFiles({ migrationsFolder: MIGRATIONS }).map(({ folderMillis }) => folderMillis);
  const known = connection.prepare("select 1 from sqlite_master where name = '__drizzle_migrations'").get();
  if (!known) return ours.length;
  const row = connection.prepare("select max(created_at) as newest from __drizzle_migrations").get();
  const { newest } = row as { newest: number | null };
  return ours.filter((at) => at > (newest ?? 0)).length;
}

function damaged(path: string, damage: readonly string[]): Finding {
  return {
    level: "problem",
    what: `${path} is damaged: ${damage.join("; ")}`,
    fix: "Stop Deskhand, keep a copy of the file, and restore your last backup (or try the .recover command of sqlite3).",
  };
}

function sound(path: string): Finding {
  const megabytes = (statSync(path).size / 1e6).toFixed(1);
  return { level: "ok", what: `${path} (${megabytes} MB) is sound, up to date and writable.` };
}

function room(path: string): Finding[] {
  const { bavail, bsize } = statfsSync(dirname(path));
  const free = bavail * bsize;
  if (free > LOW_DISK_BYTES) return [];
  return [
    {
      level: "warning",
      what: `Only ${Math.round(free / 1e6)} MB are left on the disk of ${path}.`,
      fix: "Make room: a message that cannot be stored is not acknowledged.",
    },
  ];
}
