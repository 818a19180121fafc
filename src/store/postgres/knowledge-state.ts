import { sql } from "drizzle-orm";

import { knowledgeState } from "../schema-postgres-knowledge.ts";
import type { PostgresDb } from "./open.ts";
import { first, inTransaction, type Tx } from "./transaction.ts";

const ONLY_ROW = 1;

/**
 * Changes the knowledge base or its vectors in one transaction. Nobody else does until it has ended, so a unit or vector
 * with a lower number is never seen later than one with a higher.
 */
export async function changeKnowledge(db: PostgresDb, steps: (tx: Tx) => Promise<void>): Promise<void> {
  await inTransaction(db, async (tx) => {
    await tx
      .insert(knowledgeState)
      .values({ id: ONLY_ROW, version: 1 })
      .onConflictDoUpdate({
        target: knowledgeState.id,
        set: { version: sql`${knowledgeState.version} + 1` },
      });
    await steps(tx);
  });
}

/** Grows with every change. */
export async function knowledgeVersion(db: PostgresDb | Tx): Promise<number> {
  return (await first(db.select({ version: knowledgeState.version }).from(knowledgeState)))?.version ?? 0;
}
