import { DeskhandError } from "../../errors.ts";
import type { OpenedSqlite } from "../open.ts";
import type { OpenedPostgres } from "../postgres/open.ts";
import { inTransaction } from "../postgres/transaction.ts";
import { type Checksum, newChecksum } from "./checksum.ts";
import { finishMove } from "./finish.ts";
import { beginMove, type Move, moveInto, noteMove } from "./moves.ts";
import { countRows, readBatch } from "./source.ts";
import { type MovedTable, TABLES } from "./tables.ts";
import { emptyTables, readBack, tablesInUse, writeBatch } from "./target.ts";

export interface MoveStep {
  readonly kind: "copied" | "compared";
  readonly table: string;
  readonly rows: number;
  readonly of: number;
}

export interface MovedRows extends Checksum {
  readonly table: string;
}

export interface MoveOptions {
  /** Where the source is, absolute: a move goes on only from the file that it began with. */
  readonly source: string;
  /** Where the target is, for people. */
  readonly target: string;
  readonly now: () => number;
  readonly onStep?: (step: MoveStep) => void;
  readonly batch?: number;
}

const BATCH = 500;

/**
 * Moves everything from SQLite to PostgreSQL and compares it there, row by row. The caller sees to it that nobody works
 * either of them. It may end at any point: run again it goes on, and the target counts as moved only when every table is
 * the same. The source is only read.
 *
 * Throws `database_unusable` when the target holds other data, or when it is not the same in the end.
 */
export async function moveStore(
  from: OpenedSqlite,
  to: OpenedPostgres,
  options: MoveOptions,
): Promise<readonly MovedRows[]> {
  const isResumed = await begin(to, options);
  await copy(from, to, options);
  let moved = await compare(from, to, options);
  if (isResumed && moved.different.length > 0) {
    // The source was worked again after the move had begun.
    await inTransaction(to.db, async (tx) => {
      await emptyTables(tx);
      await beginMove(tx, options.source, options.now());
    });
    await copy(from, to, options);
    moved = await compare(from, to, options);
  }
  if (moved.different.length > 0) throw notTheSame(moved.different, options);
  await inTransaction(to.db, (tx) => finishMove(tx, from.connection, options.now()));
  return moved.tables;
}

/** True when it goes on with an earlier one. */
async function begin(to: OpenedPostgres, { source, target, now }: MoveOptions): Promise<boolean> {
  return inTransaction(to.db, async (tx) => {
    const move = await moveInto(tx);
    if (move && move.finishedAt === null && move.source === source) return true;
    const used = await tablesInUse(tx);
    if (move || used.length > 0) throw refused(move, used, target);
    await beginMove(tx, source, now());
    return false;
  });
}

function refused(move: Move | undefined, used: readonly string[], target: string): DeskhandError {
  const unfinished = move?.finishedAt === null;
  const what = unfinished
    ? `The move of ${move.source} into ${target} has not finished. Go on with that one, or name an empty database.`
    : move
      ? `${move.source} was moved into ${target} on ${new Date(move.finishedAt ?? 0).toISOString().slice(0, 16)}Z. Point DATABASE_URL at it, or name an empty database.`
      : `${target} holds data already (${used.join(", ")}). Name an empty database.`;
  return new DeskhandError("database_unusable", `${what} Nothing was changed.`);
}

async function copy(from: OpenedSqlite, to: OpenedPostgres, options: MoveOptions): Promise<void> {
  const { batch = BATCH, onStep } = options;
  let progress = (await moveInto(to.db))?.progress ?? {};
  for (const table of TABLES) {
    const of = countRows(from.db, table);
    let rows = 0;
    for (;;) {
      const next = readBatch(from.db, table, progress[table.name] ?? 0, batch);
      if (!next) break;
      const reached = { ...progress, [table.name]: next.next };
      // In one transaction, so that no row is written twice and none is left out, however this process ends.
      await inTransaction(to.db, async (tx) => {
        await writeBatch(tx, table, next.rows);
        await noteMove(tx, { progress: reached });
      });
      progress = reached;
      rows += next.rows.length;
      onStep?.({ kind: "copied", table: table.name, rows, of });
    }
  }
}

async function compare(from: OpenedSqlite, to: OpenedPostgres, options: MoveOptions) {
  const tables: MovedRows[] = [];
  const different: string[] = [];
  for (const table of TABLES) {
    const there = sumOfSource(from, table, options.batch ?? BATCH);
    const here = newChecksum();
    for await (const rows of readBack(to.db, table)) here.add(rows);
    const { rows, sum } = here.result();
    if (rows !== there.rows || sum !== there.sum) {
      different.push(
        `${table.name}: ${there.rows} rows (${there.sum.slice(0, 8)}) there, ${rows} (${sum.slice(0, 8)}) here`,
      );
    }
    tables.push({ table: table.name, ...there });
    options.onStep?.({ kind: "compared", table: table.name, rows, of: there.rows });
  }
  return { tables, different };
}

function sumOfSource({ db }: OpenedSqlite, table: MovedTable, most: number): Checksum {
  const sum = newChecksum();
  for (let after = 0; ;) {
    const batch = readBatch(db, table, after, most);
    if (!batch) return sum.result();
    sum.add(batch.rows);
    after = batch.next;
  }
}

function notTheSame(different: readonly string[], { source, target }: MoveOptions): DeskhandError {
  return new DeskhandError(
    "database_unusable",
    `What was written to ${target} is not what ${source} holds (${different.join("; ")}). Nothing was changed in the file; empty the database and report this.`,
  );
}
