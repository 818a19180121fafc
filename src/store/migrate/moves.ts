import { eq } from "drizzle-orm";

import { DeskhandError } from "../../errors.ts";
import type { PostgresDb } from "../postgres/open.ts";
import { first, type Tx } from "../postgres/transaction.ts";
import { moves } from "../schema-postgres-move.ts";

/** The move into a database, of which there is at most one. `progress`: by table, up to which row it was written. */
export type Move = typeof moves.$inferSelect;

const ONLY_ROW = 1;

export async function moveInto(db: PostgresDb | Tx): Promise<Move | undefined> {
  return first(db.select().from(moves).where(eq(moves.id, ONLY_ROW)));
}

export async function beginMove(tx: Tx, source: string, now: number): Promise<void> {
  const begun = { source, startedAt: now, finishedAt: null, progress: {} };
  await tx
    .insert(moves)
    .values({ id: ONLY_ROW, ...begun })
    .onConflictDoUpdate({ target: moves.id, set: begun });
}

export async function noteMove(
  tx: Tx,
  change: Partial<Pick<Move, "progress" | "finishedAt">>,
): Promise<void> {
  await tx.update(moves).set(change).where(eq(moves.id, ONLY_ROW));
}

/** Throws `database_unusable` while a move into the database has begun and not finished: half of it would be worked. */
export async function refuseHalfMoved(db: PostgresDb, name: string): Promise<void> {
  const move = await moveInto(db);
  if (!move || move.finishedAt !== null) return;
  throw new DeskhandError(
    "database_unusable",
    `The move of ${move.source} into ${name} has not finished. Run it again, it goes on where it was: deskhand migrate-store file:${move.source} postgres://…`,
  );
}
