import Database from "better-sqlite3";

import { DeskhandError } from "../errors.ts";

export interface Lock {
  /** Keep the lock until this is called: one that nobody refers to any more is collected, and is gone. */
  release(): Promise<void>;
}

/**
 * Makes sure that one process works this database: the leases of SQLite's store are this process's own, and a second
 * one would take them over. Reading commands (search, report) need no lock. It is gone with the process, however that
 * ends.
 *
 * Throws `database_unusable` when another process has it.
 */
export function lockForWork(databasePath: string): Lock {
  if (databasePath === ":memory:") return { release: async () => undefined };
  const lock = new Database(`${databasePath}.lock`, { timeout: 0 });
  try {
    lock.exec("begin exclusive");
  } catch (error) {
    lock.close();
    throw new DeskhandError(
      "database_unusable",
      `Another Deskhand is running on ${databasePath}. Stop it first, or give this one its own DATABASE_URL.`,
      { cause: error },
    );
  }
  return {
    async release() {
      lock.close();
    },
  };
}
