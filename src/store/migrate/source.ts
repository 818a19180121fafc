import { getTableColumns, sql } from "drizzle-orm";

import type { SqliteDb } from "../open.ts";
import type { MovedTable } from "./tables.ts";

export type Row = Readonly<Record<string, unknown>>;

export interface Batch {
  readonly rows: readonly Row[];
  /** Where the next batch begins. */
  readonly next: number;
}

/** The rows of a SQLite table that follow `after`, in the order in which SQLite keeps them; null when there are none. */
export function readBatch(db: SqliteDb, { from }: MovedTable, after: number, most: number): Batch | null {
  const rows = db
    .select({ ...getTableColumns(from), [PLACE]: sql<number>`rowid` })
    .from(from)
    .where(sql`rowid > ${after}`)
    .orderBy(sql`rowid`)
    .limit(most)
    .all() as (Row & { readonly [PLACE]: number })[];
  const last = rows.at(-1);
  if (!last) return null;
  return { rows: rows.map(({ [PLACE]: _place, ...row }) => row), next: last[PLACE] };
}

/** No column is called so. */
const PLACE = "place in the table";

export function countRows(db: SqliteDb, { from }: MovedTable): number {
  return (
    db
      .select({ n: sql<number>`count(*)` })
      .from(from)
      .get()?.n ?? 0
  );
}
