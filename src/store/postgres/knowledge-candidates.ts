import { type SQL, sql } from "drizzle-orm";

import { CANDIDATE_WEIGHTS, telling } from "../../knowledge/candidates.ts";
import type { Hit, KnowledgeIndex, Matches, NewPassage } from "../../knowledge/index-port.ts";
import type { Audience } from "../../knowledge/knowledge.ts";
import { stemsOf } from "../../knowledge/rank.ts";
import { knowledgeVersion } from "./knowledge-state.ts";
import type { PostgresDb } from "./open.ts";
import { readAtOnce, type Tx } from "./transaction.ts";

/** What SQLite's full-text search ranks with. */
const K1 = 1.2;
const B = 0.75;
/** What a word tells that more than half of all passages hold: next to nothing, but it counts as found. */
const LEAST_RARITY = 1e-6;
/** Of so many different terms the counts are kept until the knowledge base changes. */
const KEPT_COUNTS = 20_000;

type Readers = Audience | "all";

/**
 * Finds candidates as SQLite's FTS5 does, by the same BM25 over the same fields: the GIN index over a passage's words
 * gives those that hold a term, the formula is ours. So both engines hand the same passages to the ranking.
 */
export function postgresCandidates(db: PostgresDb): Pick<KnowledgeIndex, "match" | "candidates" | "holding"> {
  let held: Held = { version: -1, all: null, terms: new Map() };

  /** The counts of all these terms, read only where they are not known for this version. */
  async function count(tx: Tx, terms: readonly string[]): Promise<Counts> {
    const version = await knowledgeVersion(tx);
    const isKnown = held.version === version && held.terms.size < KEPT_COUNTS;
    const all = (isKnown ? held.all : null) ?? (await countPassages(tx));
    const known = isKnown ? held.terms : new Map<string, Holding>();
    const missing = [...new Set(terms)].filter((term) => term !== "" && !known.has(term));
    const found = missing.length === 0 ? [] : await countHolding(tx, missing);
    for (const term of missing) known.set(term, NOBODY);
    for (const { term, ...holding } of found) known.set(term, holding);
    held = { version, all, terms: known };
    return { all, of: (term) => known.get(term) ?? NOBODY };
  }

  return {
    match: async (given, { audience, limit }) =>
      readAtOnce(db, async (tx) => {
        const terms = given.map(normal);
        const counts = await count(tx, terms);
        const hits = await best(tx, terms, counts, audience, limit);
        return matches(hits, terms, counts, audience);
      }),

    async holding(stems) {
      const { rows } = await db.execute<{ readonly stem: string; readonly n: number }>(sql`
        select t.stem, count(*)::int as n
        from unnest(${sql.param([...new Set(stems)])}::text[]) as t(stem)
        join passage_words w on w.words @> array[t.stem]
        group by t.stem`);
      const passages = new Map(rows.map(({ stem, n }) => [stem, n]));
      return stems.map((stem) => passages.get(stem) ?? 0);
    },

    candidates: async (own, given, { audience, ownLimit, limit }) =>
      readAtOnce(db, async (tx) => {
        const terms = given.map(normal);
        const ownTerms = own.map(normal);
        const counts = await count(tx, [...ownTerms, ...terms]);
        const passages = holdingFor(counts.all, audience);
        const rarest = (list: readonly string[]) =>
          telling(
            list.map((term) => ({ term, n: holdingFor(counts.of(term), audience) })),
            passages,
          ).map(({ term }) => term);
        const hits = [
          ...(await best(tx, rarest(ownTerms), counts, audience, ownLimit)),
          ...(await best(tx, rarest(terms), counts, audience, limit)),
        ];
        const each = [...new Map(hits.map((hit) => [hit.passageId, hit])).values()];
        return matches(each, terms, counts, audience);
      }),
  };
}

/** What a passage is found by: its row of `passageWords` but for its number. */
export function wordsOfPassage({ audience, ...fields }: NewPassage & { readonly title: string }) {
  const [title, heading, text] = [stemsIn(fields.title), stemsIn(fields.heading), stemsIn(fields.text)];
  const all = [...title, ...heading, ...text];
  return {
    audience,
    title: spaced(title),
    heading: spaced(heading),
    text: spaced(text),
    length: all.length,
    words: [...new Set(all)],
  };
}

/** Each word between two blanks of its own, so that words side by side can be looked for as text. */
function spaced(stems: readonly string[]): string {
  return stems.map((stem) => ` ${stem} `).join("");
}

/** The stems of a text; a word of marks alone leaves none. */
function stemsIn(text: string): string[] {
  return stemsOf(text).filter((stem) => stem !== "");
}

/** A term by its stems. Nothing of a query language is left in it, and nothing at all of one without words. */
function normal(term: string): string {
  return stemsIn(term).join(" ");
}

/** How many passages there are of all audiences, and how many for customers. */
type Holding = { readonly everywhere: number; readonly customer: number };
type Totals = Holding & { readonly averageLength: number };

interface Held {
  readonly version: number;
  readonly all: Totals | null;
  readonly terms: Map<string, Holding>;
}

interface Counts {
  readonly all: Totals;
  of(term: string): Holding;
}

const NOBODY: Holding = { everywhere: 0, customer: 0 };

function holdingFor({ everywhere, customer }: Holding, audience: Readers): number {
  if (audience === "all") return everywhere;
  return audience === "customer" ? customer : everywhere - customer;
}

function matches(hits: readonly Hit[], terms: readonly string[], counts: Counts, audience: Readers): Matches {
  return {
    hits,
    passagesWith: terms.map((term) => holdingFor(counts.of(term), audience)),
    passages: holdingFor(counts.all, audience),
  };
}

const COUNTED = sql`count(*)::int as everywhere, count(*) filter (where w.audience = 'customer')::int as customer`;

async function countPassages(tx: Tx): Promise<Totals> {
  const { rows } = await tx.execute<Totals>(
    sql`select ${COUNTED}, coalesce(avg(w.length), 1)::float8 as "averageLength" from passage_words w`,
  );
  return rows[0] ?? { ...NOBODY, averageLength: 1 };
}

async function countHolding(
  tx: Tx,
  terms: readonly string[],
): Promise<readonly (Holding & { readonly term: string })[]> {
  const { rows } = await tx.execute<Holding & { readonly term: string }>(sql`
    select t.term, ${COUNTED}
    from unnest(${sql.param(terms)}::text[]) as t(term)
    cross join lateral (select ${NEEDLE} as needle) n
    join passage_words w on w.words @> string_to_array(t.term, ' ')
    where strpos(t.term, ' ') = 0 or strpos(w.title, n.needle) > 0 or strpos(w.heading, n.needle) > 0
      or strpos(w.text, n.needle) > 0
    group by t.term`);
  return rows;
}

/** The best passages that this audience may read by any of the terms. */
async function best(
  tx: Tx,
  terms: readonly string[],
  counts: Counts,
  audience: Readers,
  limit: number,
): Promise<Hit[]> {
  const wanted = terms.filter((term) => counts.of(term).everywhere > 0);
  if (wanted.length === 0) return [];
  const rarity = wanted.map((term) => rarityOf(counts.of(term).everywhere, counts.all.everywhere));
  const { title, heading, text } = CANDIDATE_WEIGHTS;
  const { rows } = await tx.execute<HitRow>(sql`
    with found as (
      select f.passage, sum(
        t.rarity * f.times * ${K1 + 1}::float8
          / (f.times + ${K1}::float8 * (${1 - B}::float8 + ${B}::float8 * f.length / ${counts.all.averageLength}::float8))
        order by t.place) as score
      from unnest(${sql.param(wanted)}::text[], ${sql.param(rarity)}::float8[])
        with ordinality as t(term, rarity, place)
      cross join lateral (select ${NEEDLE} as needle) n
      cross join lateral (
        select w.passage, w.audience, w.length, ${title}::float8 * ${timesIn(sql`w.title`)}
          + ${heading}::float8 * ${timesIn(sql`w.heading`)} + ${text}::float8 * ${timesIn(sql`w.text`)} as times
        from passage_words w where w.words @> string_to_array(t.term, ' ')
        -- Planned on its own, so that each term is looked up in the index and counted once.
        offset 0
      ) f
      where f.times > 0 and ${audience} in ('all', f.audience)
      group by f.passage order by score desc, f.passage limit ${limit}
    )
    select ${HIT_COLUMNS}, f.score
    from found f join passages p on p.rowid = f.passage join articles a on a.id = p.article_id
    order by f.score desc, p.rowid`);
  return rows.map(hitOf);
}

/** A term as it stands in a field's text. */
const NEEDLE = sql`' ' || replace(t.term, ' ', '  ') || ' '`;

function timesIn(field: SQL): SQL {
  return sql`((octet_length(${field}) - octet_length(replace(${field}, n.needle, ''))) / octet_length(n.needle))`;
}

function rarityOf(holding: number, passages: number): number {
  return Math.max(LEAST_RARITY, Math.log((passages - holding + 0.5) / (holding + 0.5)));
}

/** Of `passages p` and `articles a`. */
export const HIT_COLUMNS = sql`p.rowid, p.article_id as "articleId", p.position, p.title, p.heading, p.text, p.audience, a.url`;

export interface HitRow extends Record<string, unknown> {
  /** A number that the driver gives as text. */
  readonly rowid: string;
  readonly articleId: string;
  readonly position: number;
  readonly title: string;
  readonly heading: string;
  readonly text: string;
  readonly audience: Audience;
  readonly url: string | null;
  readonly score: number;
}

export function hitOf({ rowid, ...row }: HitRow): Hit {
  return { ...row, passageId: passageIdOf(row.articleId, rowid) };
}

export function passageIdOf(articleId: string, rowid: string | number): string {
  return `${articleId}#${rowid}`;
}
