import { existsSync } from "node:fs";
import { parseArgs } from "node:util";

import { DeskhandError } from "../errors.ts";
import { databaseOf, type NamedDatabase } from "../store/database-url.ts";
import { lockForWork } from "../store/lock.ts";
import { type MovedRows, moveStore, type MoveStep } from "../store/migrate/index.ts";
import { openSqlite } from "../store/open.ts";
import { postgresLock } from "../store/postgres/lock.ts";
import { openPostgres } from "../store/postgres/open.ts";

const USAGE =
  "deskhand migrate-store FROM TO\n\n" +
  "FROM is file:PATH, the database of a Deskhand that is stopped; TO is postgres://USER:PASSWORD@HOST/DATABASE, which must be empty.\n";

/**
 * `deskhand migrate-store file:PATH postgres://…` moves an installation from SQLite to PostgreSQL. It refuses while
 * Deskhand runs on either. Ended at whatever point, it goes on when it is run again. 0: everything is there and was
 * compared; 1: not yet, or refused; 2: asked for wrongly.
 */
export async function runMigrateStore(args: readonly string[]): Promise<number> {
  const { positionals } = parseArgs({
    args: [...args],
    options: { config: { type: "string" } },
    allowPositionals: true,
  });
  const [from, to] = positionals.map(databaseOf);
  if (positionals.length !== 2 || from?.engine !== "sqlite" || to?.engine !== "postgres") {
    process.stderr.write(USAGE);
    return 2;
  }
  const moved = await move(from.path, to);
  process.stdout.write(summaryOf(moved));
  process.stdout.write(
    `\nAll of ${from.path} is in ${to.name}, compared row by row. Set DATABASE_URL to it and start Deskhand. ` +
      `The file is as it was: keep it as a backup, and start no Deskhand on it any more.\n`,
  );
  return 0;
}

async function move(
  source: string,
  { url, name }: Extract<NamedDatabase, { engine: "postgres" }>,
): Promise<readonly MovedRows[]> {
  if (!existsSync(source)) {
    throw new DeskhandError("database_unusable", `There is no database at ${source}. Nothing was changed.`);
  }
  const sourceLock = lockForWork(source);
  const opened = await openPostgres(url);
  try {
    const targetLock = await postgresLock(url, name, "alone");
    const from = openSqlite(source);
    try {
      return await moveStore(from, opened, { source, target: name, now: Date.now, onStep: progress() });
    } finally {
      from.connection.close();
      await targetLock.release();
    }
  } finally {
    await opened.pool.end();
    await sourceLock.release();
  }
}

/** On a terminal one line that changes; elsewhere a line whenever a table is done. */
function progress(): (step: MoveStep) => void {
  const isTerminal = process.stderr.isTTY;
  return ({ kind, table, rows, of }) => {
    const isDone = rows >= of || kind === "compared";
    if (!isTerminal && !isDone) return;
    const line = `${kind.padEnd(8)} ${table.padEnd(14)} ${counted(rows)} of ${counted(of)}`;
    process.stderr.write(isTerminal ? `\r\u001b[K${line}${isDone ? "\n" : ""}` : `${line}\n`);
  };
}

function summaryOf(moved: readonly MovedRows[]): string {
  const lines = moved.map(
    ({ table, rows, sum }) => `  ${table.padEnd(14)} ${counted(rows).padStart(12)}  ${sum.slice(0, 16)}`,
  );
  const changed = moved.reduce((all, one) => all + one.changed, 0);
  const note =
    changed === 0
      ? ""
      : `\n${counted(changed)} rows held characters that PostgreSQL does not take (NUL, halves of a pair); each is U+FFFD there.\n`;
  return `  ${"table".padEnd(14)} ${"rows".padStart(12)}  checksum, the same on both\n${lines.join("\n")}\n${note}`;
}

function counted(n: number): string {
  return n.toLocaleString("en");
}
