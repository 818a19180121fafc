import { and, count, eq, isNull } from "drizzle-orm";

import { CANDIDATE_WEIGHTS, type Counted, telling } from "../knowledge/candidates.ts";
import { unitsOf } from "../knowledge/dense/units.ts";
import type {
  Hit,
  IndexCounts,
  KnowledgeIndex,
  Matches,
  NewPassage,
  StoredArticle,
  VectorStore,
} from "../knowledge/index-port.ts";
import type { Audience } from "../knowledge/knowledge.ts";
import { stemOf } from "../knowledge/stem.ts";
import type { OpenedSqlite } from "./open.ts";
import { articles, passages, units } from "./schema-knowledge.ts";
import { openSqlitePages } from "./sqlite-pages.ts";
import { openSqliteVectors } from "./sqlite-vectors.ts";

const { title, heading, text } = CANDIDATE_WEIGHTS;
const RANKED = `${title}, ${heading}, ${text}`;
const HIT_COLUMNS = `p.rowid, p.article_id as articleId, p.position, p.title, p.heading, p.text, p.audience, a.url`;

/** Up to this many passages a term's are counted one by one; above, the index's own count of all audiences is as good. */
const COUNTED_EXACTLY = 10_000;
/** Candidates are taken from the best of any audience, and these more in case some are for somebody else. */
const SPARE = 40;

/** The knowledge index in SQLite: FTS5 over `passages`, kept in step by triggers; vectors beside it. */
export function openSqliteKnowledge(opened: OpenedSqlite): KnowledgeIndex & VectorStore {
  const { connection, db } = opened;
  const vectors = openSqliteVectors(opened);
  const passagesWithTerm = connection.prepare<[string, string], { rowid: number }>(
    `select p.rowid from passages_fts f join passages p on p.rowid = f.rowid
     where passages_fts match ? and ? in ('all', p.audience)`,
  );
  const bestPassages = connection.prepare<[string, string, number], HitRow>(
    `select ${HIT_COLUMNS}, -bm25(passages_fts, ${RANKED}) as score
     from passages_fts f join passages p on p.rowid = f.rowid join articles a on a.id = p.article_id
     where passages_fts match ? and ? in ('all', p.audience) order by score desc, p.rowid limit ?`,
  );
  // Without the join before the limit, which would look up each of many thousand passages: see `candidates`.
  const bestOfAll = connection.prepare<[string, number, string], HitRow>(
    `select ${HIT_COLUMNS}, f.score
     from (select rowid, -rank as score from passages_fts
           where passages_fts match ? and rank match 'bm25(${RANKED})' order by rank limit ?) f
       join passages p on p.rowid = f.rowid join articles a on a.id = p.article_id
     where ? in ('all', p.audience) order by f.score desc, p.rowid`,
  );
  const ofUnit = connection.prepare<[number, string], HitRow>(
    `select ${HIT_COLUMNS}, 0 as score
     from units u join passages p on p.article_id = u.article_id and p.position between u.first and u.last
       join articles a on a.id = p.article_id
     where u.id = ? and ? in ('all', p.audience) order by p.position`,
  );
  const holdingWord = connection.prepare<[string], { n: number }>(
    "select doc as n from passages_terms where term = ?",
  );
  const holdingFor = connection.prepare<[string, string], { n: number }>(
    `select count(*) as n from passages_fts f join passages p on p.rowid = f.rowid
     where passages_fts match ? and ? in ('all', p.audience)`,
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
      hits: rows.map(hitOf),
      passagesWith: holding.map((rowids) => rowids.size),
      passages: total,
    };
  }

  let counted = { version: "", passages: new Map<string, number>() };
  async function countPassages(audience: Audience | "all"): Promise<number> {
    const version = await vectors.version();
    if (counted.version !== version) counted = { version, passages: new Map() };
    const known = counted.passages.get(audience) ?? passageCount.get(audience)?.n ?? 0;
    counted.passages.set(audience, known);
    return known;
  }

  function holding(term: string, audience: Audience | "all", passages: number): number {
    const query = quoted(term);
    if (query === null) return 0;
    const isWord = /^"[\p{L}\p{N}\p{M}]+"$/u.test(query);
    if (passages <= COUNTED_EXACTLY || !isWord) return holdingFor.get(query, audience)?.n ?? 0;
    return Math.min(passages, holdingWord.get(stemOf(term))?.n ?? 0);
  }

  function best(terms: readonly Counted[], audience: Audience | "all", limit: number, all: number): HitRow[] {
    const query = queryOf(terms, all);
    if (query === null) return [];
    const rows = bestOfAll.all(query, limit + SPARE, audience);
    // Fewer may mean that what is for somebody else took the places.
    return rows.length >= limit ? rows.slice(0, limit) : bestPassages.all(query, audience, limit);
  }

  function replaceArticle(article: StoredArticle, pieces: readonly NewPassage[], now: number): void {
    db.transaction((tx) => {
      // Deleting the passages by hand fires the triggers that keep the full-text table in step.
      tx.delete(passages).where(eq(passages.articleId, article.id)).run();
      tx.delete(units).where(eq(units.articleId, article.id)).run();
      const row = { ...article, updatedAt: now };
      tx.insert(articles).values(row).onConflictDoUpdate({ target: articles.id, set: row }).run();
      pieces.forEach((piece, position) => {
        tx.insert(passages)
          .values({ articleId: article.id, position, title: article.title, ...piece })
          .run();
      });
      for (const unit of unitsOf(article.title, pieces)) {
        tx.insert(units)
          .values({ articleId: article.id, ...unit })
          .run();
      }
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
    candidates: async (own, terms, { audience, ownLimit, limit }) => {
      const passages = await countPassages(audience);
      const counts = new Map([...own, ...terms].map((term) => [term, holding(term, audience, passages)]));
      const withCount = (list: readonly string[]) => list.map((term) => ({ term, n: counts.get(term) ?? 0 }));
      const rows = [
        ...best(withCount(own), audience, ownLimit, passages),
        ...best(withCount(terms), audience, limit, passages),
      ];
      return {
        hits: [...new Map(rows.map((row) => [row.rowid, hitOf(row)])).values()],
        passagesWith: terms.map((term) => counts.get(term) ?? 0),
        passages,
      };
    },
    holding: async (stems) => stems.map((stem) => holdingWord.get(stem)?.n ?? 0),
    passagesOfUnits: async (unitIds, audience) =>
      unitIds.flatMap((unitId) => ofUnit.all(unitId, audience).map(hitOf)),
    passagesOf: async (articleId, audience) =>
      db
        .select({ rowid: passages.rowid, heading: passages.heading, text: passages.text })
        .from(passages)
        .where(and(eq(passages.articleId, articleId), eq(passages.audience, audience)))
        .orderBy(passages.position)
        .all()
        .map(({ rowid, ...piece }) => ({ ...piece, passageId: idOf(articleId, rowid) })),
    counts: async () => countAll(db),
    ...vectors,
    ...openSqlitePages(opened),
  };
}

interface MatchOptions {
  readonly audience: Audience | "all";
  readonly limit: number;
}

interface HitRow {
  readonly rowid: number;
  readonly articleId: string;
  readonly position: number;
  readonly title: string;
  readonly heading: string;
  readonly text: string;
  readonly audience: Audience;
  readonly url: string | null;
  readonly score: number;
}

function hitOf({ rowid, ...row }: HitRow): Hit {
  return { ...row, passageId: idOf(row.articleId, rowid) };
}

/** The terms that tell most as a query; null when no passage holds any. */
function queryOf(terms: readonly Counted[], all: number): string | null {
  const queries = telling(terms, all).flatMap(({ term }) => quoted(term) ?? []);
  return queries.length === 0 ? null : queries.join(" OR ");
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
