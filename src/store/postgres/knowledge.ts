import { and, count, eq, inArray, isNull, sql } from "drizzle-orm";

import { unitsOf } from "../../knowledge/dense/units.ts";
import type {
  IndexCounts,
  KnowledgeIndex,
  NewPassage,
  StoredArticle,
  VectorStore,
} from "../../knowledge/index-port.ts";
import { articles, passages, passageWords, units } from "../schema-postgres-knowledge.ts";
import {
  HIT_COLUMNS,
  hitOf,
  type HitRow,
  passageIdOf,
  postgresCandidates,
  wordsOfPassage,
} from "./knowledge-candidates.ts";
import { changeKnowledge } from "./knowledge-state.ts";
import type { PostgresDb } from "./open.ts";
import { postgresPages } from "./pages.ts";
import { first, readAtOnce, type Tx } from "./transaction.ts";
import { postgresVectors } from "./vectors.ts";

/** The knowledge index in PostgreSQL: passages and their stems, vectors beside them. */
export function postgresKnowledge(db: PostgresDb): KnowledgeIndex & VectorStore {
  return {
    ...postgresCandidates(db),
    ...postgresVectors(db),
    ...postgresPages(db),

    async hashesOf(source) {
      const rows = await db
        .select({ id: articles.id, hash: articles.contentHash })
        .from(articles)
        .where(eq(articles.source, source));
      return new Map(rows.map((row) => [row.id, row.hash]));
    },

    async sources() {
      const rows = await db.selectDistinct({ source: articles.source }).from(articles);
      return rows.map((row) => row.source).sort();
    },

    async replaceArticle(article, pieces, now) {
      await changeKnowledge(db, (tx) => replaceArticle(tx, article, pieces, now));
    },

    async removeArticles(ids) {
      if (ids.length === 0) return;
      await changeKnowledge(db, async (tx) => {
        await tx.delete(articles).where(inArray(articles.id, [...ids]));
      });
    },

    async passagesOfUnits(unitIds, audience) {
      if (unitIds.length === 0) return [];
      const { rows } = await db.execute<HitRow>(sql`
        select ${HIT_COLUMNS}, 0 as score
        from unnest(${sql.param(unitIds)}::bigint[]) with ordinality as asked(id, place)
        join units u on u.id = asked.id
        join passages p on p.article_id = u.article_id and p.position between u.first and u.last
        join articles a on a.id = p.article_id
        where ${audience} in ('all', p.audience) order by asked.place, p.position`);
      return rows.map(hitOf);
    },

    async passagesOf(articleId, audience) {
      const rows = await db
        .select({ rowid: passages.rowid, heading: passages.heading, text: passages.text })
        .from(passages)
        .where(and(eq(passages.articleId, articleId), eq(passages.audience, audience)))
        .orderBy(passages.position);
      return rows.map(({ rowid, ...piece }) => ({ ...piece, passageId: passageIdOf(articleId, rowid) }));
    },

    counts: async () => readAtOnce(db, countAll),
  };
}

async function replaceArticle(
  tx: Tx,
  article: StoredArticle,
  pieces: readonly NewPassage[],
  now: number,
): Promise<void> {
  await tx.delete(passages).where(eq(passages.articleId, article.id));
  await tx.delete(units).where(eq(units.articleId, article.id));
  const row = { ...article, updatedAt: now };
  await tx.insert(articles).values(row).onConflictDoUpdate({ target: articles.id, set: row });
  const { id: articleId, title } = article;
  const rows = pieces.map((piece, position) => ({ articleId, position, title, ...piece }));
  for (const some of inBatches(rows)) {
    const made = await tx
      .insert(passages)
      .values(some)
      .returning({ passage: passages.rowid, position: passages.position });
    await tx
      .insert(passageWords)
      .values(made.map(({ passage, position }) => ({ passage, ...wordsOfPassage(rows[position]!) })));
  }
  for (const some of inBatches(unitsOf(title, pieces))) {
    await tx.insert(units).values(some.map((unit) => ({ articleId, ...unit })));
  }
}

/** A statement has at most 65,535 values. */
const ROWS_AT_ONCE = 1_000;

function inBatches<T>(rows: readonly T[]): T[][] {
  const count = Math.ceil(rows.length / ROWS_AT_ONCE);
  return Array.from({ length: count }, (_, at) => rows.slice(at * ROWS_AT_ONCE, (at + 1) * ROWS_AT_ONCE));
}

async function countAll(tx: Tx): Promise<IndexCounts> {
  const of = async (table: typeof articles | typeof passages) => {
    const internal = count(sql`case when ${table.audience} = 'internal' then 1 end`);
    return (await first(tx.select({ all: count(), internal }).from(table))) ?? { all: 0, internal: 0 };
  };
  const linkless = await first(
    tx
      .select({ n: count() })
      .from(articles)
      .where(and(isNull(articles.url), eq(articles.audience, "customer"))),
  );
  const [ofArticles, ofPassages] = [await of(articles), await of(passages)];
  return {
    articles: ofArticles.all,
    internalArticles: ofArticles.internal,
    passages: ofPassages.all,
    internalPassages: ofPassages.internal,
    articlesWithoutLink: linkless?.n ?? 0,
  };
}
