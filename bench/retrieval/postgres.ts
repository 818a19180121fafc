/**
 * The same questions to the same knowledge base on both engines, by words alone and with vectors:
 * `node bench/retrieval/postgres.ts`. The vectors are those of `bench.ts`, made at the first run. Ends with 1 when one of
 * them finds or scores anything otherwise than the other.
 */
import { ingest } from "../../src/knowledge/ingest.ts";
import { localEmbedder } from "../../src/knowledge/dense/local.ts";
import type { Knowledge } from "../../src/knowledge/knowledge.ts";
import { createKnowledge } from "../../src/knowledge/search.ts";
import { openSqlite } from "../../src/store/open.ts";
import { postgresKnowledge } from "../../src/store/postgres/knowledge.ts";
import { openPostgres } from "../../src/store/postgres/open.ts";
import { openSqliteKnowledge } from "../../src/store/sqlite-knowledge.ts";
import { startPostgres } from "../../test/servers/postgres.ts";
import { UNTOUCHED } from "./corpus.ts";
import { figuresOf, mean, quantile } from "./metrics.ts";
import { type Asked, bank, databaseOf, openSet, semanticOf } from "./sets.ts";

const set = bank();
const server = await startPostgres();
const { pool, db } = await openPostgres(await server.newDatabase());
const engines = { SQLite: openSqliteKnowledge(openSqlite(":memory:")), PostgreSQL: postgresKnowledge(db) };
const embedder = localEmbedder({ threads: 2 });
await openSet(set, embedder);
const vectors = openSqlite(databaseOf(set))
  .connection.prepare<[string], { hash: string; bytes: Buffer }>(
    "select hash, vector as bytes from embeddings where model = ?",
  )
  .all(embedder.model);
console.log("\n| engine | hit@1 | hit@3 | MRR@10 | nDCG@10 | nothing there: said so | p50 ms | p99 ms |");
console.log("|---|---|---|---|---|---|---|---|");
const found: Record<string, unknown> = {};

interface Answer {
  readonly question: Asked;
  readonly ranking: readonly string[];
  readonly scores: readonly number[];
  readonly answerable: boolean;
  readonly confidence: number;
  readonly ms: number;
}

for (const [name, index] of Object.entries(engines)) {
  await ingest({ sources: [set.file], index, config: UNTOUCHED, now: Date.now });
  await index.saveVectors(embedder.model, vectors);
  const semantic = semanticOf(index, embedder);
  for (const { q } of set.questions) await semantic.look(q, 1);
  found[name] = [
    await print(`${name}, words alone`, createKnowledge(index)),
    await print(`${name}, words and vectors`, createKnowledge(index, semantic)),
  ];
}
await embedder.close();
await pool.end();
await server.stop();
if (JSON.stringify(found["SQLite"]) !== JSON.stringify(found["PostgreSQL"])) {
  console.error("The engines differ.");
  process.exitCode = 1;
}

/** A line of figures; returns all that was found, without times. */
async function print(name: string, knowledge: Knowledge): Promise<readonly Omit<Answer, "ms">[]> {
  const answers: Answer[] = [];
  for (const question of set.questions) {
    const started = performance.now();
    const { passages, answerable, confidence } = await knowledge.search(question.q, {
      limit: 10,
      audience: "customer",
    });
    const ranking = passages.map((passage) => passage.articleId);
    const scores = passages.map((passage) => passage.score);
    answers.push({ question, ranking, scores, answerable, confidence, ms: performance.now() - started });
  }
  const of = (kind: string) => answers.filter(({ question }) => question.kind === kind);
  const { hit1, hit3, mrr10, ndcg10 } = figuresOf(
    of("answerable").map(({ question, ranking }) => ({ relevant: question.rel, ranking })),
  );
  const refused = mean(of("unanswerable").map(({ answerable }) => (answerable ? 0 : 1)));
  const times = answers.map(({ ms }) => ms);
  const figures = [hit1, hit3, mrr10, ndcg10, refused].map((one) => one.toFixed(2));
  const waits = [quantile(times, 0.5), quantile(times, 0.99)].map((one) => one.toFixed(1));
  console.log(`| ${name} | ${[...figures, ...waits].join(" | ")} |`);
  return answers.map(({ ms: _ms, ...answer }) => answer);
}
