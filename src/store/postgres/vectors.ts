import { and, asc, between, count, eq, gt, isNull, max, sql } from "drizzle-orm";

import { unitText } from "../../knowledge/dense/units.ts";
import type { PendingUnit, VectorStore } from "../../knowledge/index-port.ts";
import { embeddings, passages, units } from "../schema-postgres-knowledge.ts";
import { changeKnowledge, knowledgeVersion } from "./knowledge-state.ts";
import { inTurn } from "./in-turn.ts";
import type { PostgresDb } from "./open.ts";
import { first, readAtOnce, type Tx } from "./transaction.ts";

/** Vectors in PostgreSQL: kept as bytes, joined to units by model and text. */
export function postgresVectors(db: PostgresDb): VectorStore {
  return {
    inTurn: async (work) => inTurn(db.$client, work),

    pending: async (model, limit) => readAtOnce(db, async (tx) => pending(tx, model, limit)),

    async saveVectors(model, vectors) {
      if (vectors.length === 0) return;
      await changeKnowledge(db, async (tx) => {
        const rows = vectors.map(({ hash, bytes }) => ({ model, hash, vector: bytes }));
        await tx.insert(embeddings).values(rows).onConflictDoNothing();
      });
    },

    async progress(model) {
      const row = await first(
        db
          .select({ done: count(embeddings.seq), total: count() })
          .from(units)
          .leftJoin(embeddings, isVectorOf(model)),
      );
      return row ?? { done: 0, total: 0 };
    },

    version: async () => String(await knowledgeVersion(db)),

    unitIds: async (known) =>
      readAtOnce(db, async (tx) => {
        const state = await first(tx.select({ n: count(), last: max(units.id) }).from(units));
        const now = `${state?.n}.${state?.last}`;
        if (now === known) return null;
        const rows = await tx.select({ id: units.id }).from(units);
        return { ids: rows.map((row) => row.id), known: now };
      }),

    vectorsSince: async (model, mark) =>
      readAtOnce(db, async (tx) => {
        const ofNewUnits = await vectors(tx, model).where(gt(units.id, mark.unit));
        const newVectors =
          mark.unit === 0 ? [] : await vectors(tx, model).where(gt(embeddings.seq, mark.vector));
        const unit = await first(tx.select({ last: max(units.id) }).from(units));
        const vector = await first(tx.select({ last: max(embeddings.seq) }).from(embeddings));
        return {
          vectors: [...ofNewUnits, ...newVectors],
          mark: { unit: unit?.last ?? 0, vector: vector?.last ?? 0 },
        };
      }),
  };
}

function isVectorOf(model: string) {
  return and(eq(embeddings.model, model), eq(embeddings.hash, units.hash));
}

function vectors(tx: Tx, model: string) {
  return tx
    .select({
      unitId: units.id,
      articleId: units.articleId,
      first: units.first,
      last: units.last,
      bytes: embeddings.vector,
    })
    .from(units)
    .innerJoin(embeddings, isVectorOf(model));
}

async function pending(tx: Tx, model: string, limit: number): Promise<PendingUnit[]> {
  const rows = await tx
    .select({ hash: units.hash, articleId: units.articleId, first: units.first, last: units.last })
    .from(units)
    .leftJoin(embeddings, isVectorOf(model))
    .where(isNull(embeddings.seq))
    // Beginnings of articles first: with them alone most of what vectors can find is found.
    .orderBy(sql`${units.first} > 0`, units.id)
    .limit(limit);
  const texts = new Map<string, string>();
  for (const row of rows) if (!texts.has(row.hash)) texts.set(row.hash, await textOf(tx, row));
  return [...texts].map(([hash, text]) => ({ hash, text }));
}

type PendingRow = Pick<typeof units.$inferSelect, "articleId" | "first" | "last">;

async function textOf(tx: Tx, { articleId, first: from, last }: PendingRow): Promise<string> {
  const rows = await tx
    .select({ title: passages.title, heading: passages.heading, text: passages.text })
    .from(passages)
    .where(and(eq(passages.articleId, articleId), between(passages.position, from, last)))
    .orderBy(asc(passages.position));
  return unitText(rows[0]?.title ?? "", rows);
}
