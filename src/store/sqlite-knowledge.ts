import { and, count, eq, isNull } from "drizzle-orm";

import type {
  Hit,
  IndexCounts,
  KnowledgeIndex,
  Matches,
  NewPassage,
  StoredArticle,
} from "../knowledge/index-port.ts";
import type { Audience } from "../knowledge/knowledge.ts";
import type { OpenedSqlite } from "./open.ts";
import { articles, passages } from "./schema-knowledge.ts";

/**
 * Weights of a term in the title, in the heading path and in the text; measured with `bench/retrieval/lexical.ts`.
 */
const WEIGHTS = { title: 2, heading: 1.5, text: 1 };

/** The knowledge index in SQLite: FTS5 over `passages`, kept in step by triggers. */
export function openSqliteKnowledge({ connection, db }: OpenedSqlite): KnowledgeIndex {
  const passagesWithTerm = connection.prepare<[string, string], { rowid: number }>(
    `select p.rowid from passages_fts f join passages p on p.rowid = f.rowid
     where passages_fts match ? and ? in ('all', p.audience)`,
  );
  const bestPassages = connection.prepare<[string, string, number], HitRow>(
    `select p.rowid, p.article_id as articleId, p.title, p.heading, p.text, p.audience, a.url,
       -bm25(passages_fts, ${WEIGHTS.title}, ${WEIGHTS.heading}, ${WEIGHTS.text}) as score
     from passages_fts f join passages p on p.rowid = f.rowid join articles a on a.id = p.article_id
     where passages_fts match ? and ? in ('all', p.audience) order by score desc, p.rowid limit ?`,
  );
  const passageCount = connection.prepare<[string], { n: number }>(
    "select count(*) as n from passages where ? in ('all', audience)",
  );

  function match(terms: readonly string[], options: MatchOptions): Matches {
    const { audience } = options;
    const total = passageCount.get(audience)?.n ?? 0;
    const queries = terms.map(quoted);
    const holding = queries.map(
      (query) => new Set(query === null ? [] : passagesWithTerm.all(query, audience).map((row) => row.rowid)),
    );
    const usable = queries.filter((query) => query !== null);
    const rows = usable.length === 0 ? [] : bestPassages.all(usable.join(" OR "), audience, options.limit);
    return {
      hits: rows.map((row) => hitOf(row, holding)),
      passagesWith: holding.map((rowids) => rowids.size),
      passages: total,
    };
  }

  function replaceArticle(article: StoredArticle, pieces: readonly NewPassage[], now: number): void {
    db.transaction((tx) => {
      // Deleting the passages by hand fires the triggers that keep the full-text table in step.
      tx.delete(passages).where(eq(passages.articleId, article.id)).run();
      const row = { ...article, updatedAt: now };
      tx.insert(articles).values(row).onConflictDoUpdate({ target: articles.id, set: row }).run();
      pieces.forEach((piece, position) => {
        tx.insert(passages)
          .values({ articleId: article.id, position, title: article.title, ...piece })
          .run();
      });
    });
  }

  function removeArticles(ids: readonly string[]): void {
    db.transaction((tx) => {
      for (const id of ids) {
        tx.delete(passages).where(eq(passages.articleId, id)).run();
        tx.delete(articles).where(eq(articles.id, id)).run();
      }
    });
  }

  return {
    hashesOf: async (source) => {
      const rows = db
        .select({ id: articles.id, hash: articles.contentHash })
        .from(articles)
        .where(eq(articles.source, source))
        .all();
      return new Map(rows.map((row) => [row.id, row.hash]));
    },
    sources: async () =>
      db
        .selectDistinct({ source: articles.source })
        .from(articles)
        .orderBy(articles.source)
        .all()
        .map((row) => row.source),
    replaceArticle: async (article, pieces, now) => replaceArticle(article, pieces, now),
    removeArticles: async (ids) => removeArticles(ids),
    match: async (terms, options) => match(terms, options),
    passagesOf: async (articleId, audience) =>
      db
        .select({ rowid: passages.rowid, heading: passages.heading, text: passages.text })
        .from(passages)
        .where(and(eq(passages.articleId, articleId), eq(passages.audience, audience)))
        .orderBy(passages.position)
        .all()
        .map(({ rowid, ...piece }) => ({ ...piece, passageId: idOf(articleId, rowid) })),
    counts: async () => countAll(db),
  };
}

interface MatchOptions {
  readonly audience: Audience | "all";
  readonly limit: number;
}

interface HitRow {
  readonly rowid: number;
  readonly articleId: string;
  readonly title: string;
  readonly heading: string;
  readonly text: string;
  readonly audience: Audience;
  readonly url: string | null;
  readonly score: number;
}

function hitOf({ rowid, ...row }: HitRow, holding: readonly ReadonlySet<number>[]): Hit {
  const terms = holding.flatMap((rowids, term) => (rowids.has(rowid) ? [term] : []));
  return { ...row, passageId: idOf(row.articleId, rowid), terms };
}

function idOf(articleId: string, rowid: number): string {
  return `${articleId}#${rowid}`;
}

/** A term as an FTS5 string: inside double quotes nothing is syntax. Null when no word would be left. */
function quoted(term: string): string | null {
  const words = term.replaceAll(/[^\p{L}\p{N}\p{M}]+/gu, " ").trim();
  return words === "" ? null : `"${words}"`;
}

function countAll(db: OpenedSqlite["db"]): IndexCounts {
  const of = (table: typeof articles | typeof passages): number =>
    db.select({ n: count() }).from(table).get()?.n ?? 0;
  const internal = (table: typeof articles | typeof passages): number =>
    db.select({ n: count() }).from(table).where(eq(table.audience, "internal")).get()?.n ?? 0;
  const linkless = db
    .select({ n: count() })
    .from(articles)
    .where(and(isNull(articles.url), eq(articles.audience, "customer")))
    .get();
  return {
    articles: of(articles),
    internalArticles: internal(articles),
    passages: of(passages),
    internalPassages: internal(passages),
    articlesWithoutLink: linkless?.n ?? 0,
  };
}
