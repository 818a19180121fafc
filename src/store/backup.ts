import { chmodSync, existsSync, linkSync, mkdirSync, realpathSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";

import Database from "better-sqlite3";

import { DeskhandError, messageOf } from "../errors.ts";

export interface BackedUp {
  readonly bytes: number;
  /** How much of the customers' side is in it, so that an empty copy is noticed. */
  readonly conversations: number;
  readonly articles: number;
}

export interface BackupOptions {
  /** Take the place of a file that is there. */
  readonly force?: boolean;
}

/**
 * As many as there are: between two steps a write of the running process would make the copy begin anew, and on a busy
 * day it would never end. In one step it reads one moment, and in WAL mode a reader holds up no writer.
 */
const ALL_PAGES = 0x7f_ff_ff_ff;

/**
 * Copies the database of a Deskhand that may be running, as it is at one moment, and proves the
 * copy sound. The file appears under its name only when it is whole and sound; only its owner may read it.
 *
 * Throws `database_unusable` when there is nothing to copy, the file is there already, or the copy is not sound.
 */
export async function backUp(from: string, to: string, options: BackupOptions = {}): Promise<BackedUp> {
  const { force = false } = options;
  if (!existsSync(from)) throw unusable(`There is no database at ${from}. DATABASE_URL says where it is.`);
  if (existsSync(to) && !force) throw there(to);
  if (existsSync(to) && realpathSync(to) === realpathSync(from)) {
    throw unusable(`${to} is the database itself. Name another file.`);
  }
  mkdirSync(dirname(to), { recursive: true });
  const partial = `${to}.partial`;
  removeWith(partial);
  const source = new Database(from, { readonly: true, fileMustExist: true, timeout: 5_000 });
  try {
    await source.backup(partial, { progress: () => ALL_PAGES });
    chmodSync(partial, 0o600);
    const made = examined(partial);
    putInPlace(partial, to, force);
    return made;
  } catch (error) {
    if (error instanceof DeskhandError) throw error;
    throw unusable(`${from} could not be copied to ${to}: ${messageOf(error)}`, error);
  } finally {
    source.close();
    removeWith(partial);
  }
}

/** Throws `database_unusable` unless every page, index and reference of the copy is sound. */
function examined(path: string): BackedUp {
  const copy = new Database(path, { fileMustExist: true });
  try {
    // A copy of a database in WAL mode would need a second file beside it as soon as it is opened.
    copy.pragma("journal_mode = DELETE");
    const problems = [
      ...(copy.pragma("integrity_check") as { integrity_check: string }[])
        .map((row) => row.integrity_check)
        .filter((text) => text !== "ok"),
      ...(copy.pragma("foreign_key_check") as unknown[]).map(() => "a reference leads nowhere"),
    ];
    if (problems.length > 0) {
      throw unusable(`The copy is not sound (${problems.slice(0, 3).join("; ")}), so it was not kept.`);
    }
    const count = (table: string) =>
      copy.prepare<[], { n: number }>(`select count(*) as n from ${table}`).get()?.n ?? 0;
    const pages = Number(copy.pragma("page_count", { simple: true }));
    const size = Number(copy.pragma("page_size", { simple: true }));
    return { bytes: pages * size, conversations: count("conversations"), articles: count("articles") };
  } finally {
    copy.close();
  }
}

/** Without `force` a file that appeared meanwhile is not overwritten either: a link fails where a name is taken. */
function putInPlace(partial: string, to: string, force: boolean): void {
  if (force) return renameSync(partial, to);
  try {
    linkSync(partial, to);
  } catch (error) {
    if (existsSync(to)) throw there(to);
    // Some network file systems have no links.
    if (error instanceof Error) renameSync(partial, to);
  }
}

function removeWith(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`, `${path}-journal`]) rmSync(file, { force: true });
}

function there(to: string): DeskhandError {
  return unusable(`${to} is there already and was left as it is. Name another file, or say --force.`);
}

function unusable(message: string, cause?: unknown): DeskhandError {
  return new DeskhandError("database_unusable", message, { cause });
}
