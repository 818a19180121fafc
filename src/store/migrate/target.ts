import { getTableColumns, sql } from "drizzle-orm";

import { wordsOfPassage } from "../postgres/knowledge-candidates.ts";
import type { PostgresDb } from "../postgres/open.ts";
import type { Tx } from "../postgres/transaction.ts";
import type { NewPassage } from "../../knowledge/index-port.ts";
import { passageWords } from "../schema-postgres-knowledge.ts";
import type { Row } from "./source.ts";
import { type MovedTable, TABLES } from "./tables.ts";

/** Blocks of 8 kB that are read back at once. */
const BLOCKS = 256;

/** Writes rows as they are, numbers included. */
export async function writeBatch(tx: Tx, table: MovedTable, rows: readonly Row[]): Promise<void> {
  await tx.insert(table.to).values([...rows]);
  if (table.name !== "passages") return;
  const passages = rows as unknown as readonly (NewPassage & {
    readonly rowid: number;
    readonly title: string;
  })[];
  await tx
    .insert(passageWords)
    .values(passages.map((passage) => ({ passage: passage.rowid, ...wordsOfPassage(passage) })));
}

/** All rows of a table, some at a time, with the columns that SQLite has. */
export async function* readBack(
  db: PostgresDb,
  { name, from, to }: MovedTable,
): AsyncGenerator<readonly Row[]> {
  const wanted = Object.keys(getTableColumns(from));
  const columns = Object.fromEntries(
    Object.entries(getTableColumns(to)).filter(([name]) => wanted.includes(name)),
  );
  const { rows } = await db.execute<{ blocks: string }>(
    sql`select pg_relation_size(${name}::regclass) / current_setting('block_size')::int as blocks`,
  );
  for (let block = 0; block < Number(rows[0]?.blocks); block += BLOCKS) {
    const [begin, end] = [`(${block},0)`, `(${block + BLOCKS},0)`];
    yield await db
      .select(columns)
      .from(to)
      .where(sql`ctid >= ${begin}::tid and ctid < ${end}::tid`);
  }
}

/** The tables that have rows in them. */
export async function tablesInUse(tx: Tx | PostgresDb): Promise<string[]> {
  const used: string[] = [];
  for (const { name, to } of TABLES) {
    const { rows } = await tx.execute(sql`select 1 from ${to} limit 1`);
    if (rows.length > 0) used.push(name);
  }
  return used;
}

/** Takes back what was written, children before those they refer to. */
export async function emptyTables(tx: Tx): Promise<void> {
  await tx.delete(passageWords);
  for (const { to } of TABLES.toReversed()) await tx.delete(to);
}
