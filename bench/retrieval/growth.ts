import Database from "better-sqlite3";

import type { Embedder } from "../../src/knowledge/dense/embedder.ts";
import { fromBytes, toBytes } from "../../src/knowledge/dense/quantise.ts";
import { createVectorIndex, type StoredVector } from "../../src/knowledge/dense/vector-index.ts";
import type { NewPassage } from "../../src/knowledge/index-port.ts";
import { createKnowledge } from "../../src/knowledge/search.ts";
import { openSqlite } from "../../src/store/open.ts";
import { openSqliteKnowledge } from "../../src/store/sqlite-knowledge.ts";
import { type Random, seeded } from "../../test/servers/random.ts";
import { mean, quantile } from "./metrics.ts";
import { wordsIn } from "./rivals.ts";
import { bank, openSet, semanticOf } from "./sets.ts";

const SIZES = [1_000, 10_000, 100_000];
const PASSAGES_AN_ARTICLE = 4;

/**
 * Copies of the bank's passages, every copy with a seventh of its words taken from others, and vectors moved by as much
 * as neighbours are apart. The questions are the bank's; their vectors are there before the clock starts.
 */
export async function growth(embedder: Embedder): Promise<void> {
  const set = bank();
  const source = await openSet(set, embedder);
  const { hits } = await source.match(["the", "a", "you", "account", "card"], {
    audience: "customer",
    limit: 5_000,
  });
  const { vectors } = await source.vectorsSince(embedder.model, { unit: 0, vector: 0 });
  const random = seeded(7);
  const pool = hits.flatMap(({ text }) => text.split(/\s+/));
  console.log("\n## Growth\n");
  console.log(
    "| passages | index s | memory MB | bare FTS5 p50, p99 ms | words alone | Deskhand | of bare FTS5 | top 40 as exact |",
  );
  console.log("|---|---|---|---|---|---|---|---|");
  for (const size of SIZES) {
    const before = memory();
    const started = performance.now();
    const index = openSqliteKnowledge(openSqlite(":memory:"));
    const bare = bareFts5();
    for (let made = 0; made < size; made += PASSAGES_AN_ARTICLE) {
      const passages = Array.from({ length: PASSAGES_AN_ARTICLE }, (_, at): NewPassage => {
        const { heading, text } = hits[(made + at) % hits.length]!;
        return { heading, text: varied(text, pool, random), audience: "customer" };
      });
      const { title } = hits[made % hits.length]!;
      const article = {
        id: `a${made}`,
        source: "growth",
        title,
        url: null,
        audience: "customer",
        contentHash: "",
      } as const;
      await index.replaceArticle(article, passages, 0);
      for (const { heading, text } of passages) bare.add(title, heading, text);
    }
    for (let left = await index.pending(embedder.model, 20_000); left.length > 0;) {
      const moved = left.map(({ hash }, at) => ({
        hash,
        bytes: shifted(vectors[at % vectors.length]!, random),
      }));
      await index.saveVectors(embedder.model, moved);
      left = await index.pending(embedder.model, 20_000);
    }
    const seconds = (performance.now() - started) / 1_000;
    const semantic = semanticOf(index, embedder);
    for (const { q } of set.questions) await semantic.look(q, 1);
    const questions = set.questions.map(({ q }) => q);
    const words = createKnowledge(index);
    const both = createKnowledge(index, semantic);
    const times = {
      bare: await timed(questions, async (q) => bare.search(q)),
      words: await timed(questions, async (q) => words.search(q, { limit: 3, audience: "customer" })),
      both: await timed(questions, async (q) => both.search(q, { limit: 3, audience: "customer" })),
    };
    const agrees = await agreement(
      await index.vectorsSince(embedder.model, { unit: 0, vector: 0 }),
      embedder,
      questions.slice(0, 30),
    );
    const cells = [
      size.toLocaleString("en"),
      seconds.toFixed(0),
      (memory() - before).toFixed(0),
      ...[times.bare, times.words, times.both].map(
        (ms) => `${quantile(ms, 0.5).toFixed(1)}, ${quantile(ms, 0.99).toFixed(1)}`,
      ),
      `${(quantile(times.both, 0.5) / quantile(times.bare, 0.5)).toFixed(1)} ×`,
      agrees.toFixed(3),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}

/** What somebody would write who takes SQLite's full-text search as it comes, on the same passages. */
function bareFts5(): {
  add(title: string, heading: string, text: string): void;
  search(query: string): unknown;
} {
  const db = new Database(":memory:");
  db.exec("create virtual table docs using fts5(title, heading, text, tokenize='porter unicode61')");
  const insert = db.prepare("insert into docs values (?, ?, ?)");
  const best = db.prepare("select title, heading, text from docs where docs match ? order by rank limit 3");
  return {
    add: (...row) => void insert.run(...row),
    search: (query) =>
      best.all(
        wordsIn(query)
          .map((word) => `"${word}"`)
          .join(" OR "),
      ),
  };
}

/** Which part of the true 40 nearest the search by signs finds. */
async function agreement(
  { vectors }: { readonly vectors: readonly StoredVector[] },
  embedder: Embedder,
  questions: readonly string[],
): Promise<number> {
  const index = createVectorIndex();
  index.add(vectors);
  const parsed = vectors.map(({ unitId, bytes }) => ({ unitId, ...fromBytes(bytes) }));
  const asked = await embedder.embed(questions);
  const shares = asked.map((query) => {
    const exact = parsed
      .map(({ unitId, scale, values }) => ({
        unitId,
        near: scale * values.reduce((sum, value, at) => sum + value * query[at]!, 0),
      }))
      .sort((a, b) => b.near - a.near)
      .slice(0, 40);
    const found = new Set(index.nearest(query, 40).map((unit) => unit.unitId));
    return mean(exact.map(({ unitId }) => (found.has(unitId) ? 1 : 0)));
  });
  return mean(shares);
}

async function timed(
  questions: readonly string[],
  search: (query: string) => Promise<unknown>,
): Promise<number[]> {
  await search(questions[0] ?? "");
  const times: number[] = [];
  for (const question of questions) {
    const started = performance.now();
    await search(question);
    times.push(performance.now() - started);
  }
  return times;
}

function varied(text: string, pool: readonly string[], random: Random): string {
  return text
    .split(/(\s+)/)
    .map((word, at) => (at % 14 === 0 ? random.pick(pool) : word))
    .join("");
}

function shifted({ bytes }: StoredVector, random: Random): Buffer {
  const { scale, values } = fromBytes(bytes);
  const moved = Float32Array.from(values, (value) => value * scale + (random.next() - 0.5) * 0.06);
  const length = Math.hypot(...moved);
  return toBytes(moved.map((value) => value / length));
}

function memory(): number {
  return process.memoryUsage().rss / 1e6;
}
