/**
 * How well the knowledge base finds articles by words: `node bench/retrieval/lexical.ts` (`--failures` lists what it missed).
 */
import { readFileSync } from "node:fs";

import Database from "better-sqlite3";

import { createKnowledge } from "../../src/knowledge/search.ts";
import { STOP_WORDS } from "../../src/knowledge/stop-words.ts";
import { DOCS, ingestDocs, readLabels, readQuestions, type Question } from "./corpus.ts";
import { figuresOf, mean, type Figures } from "./metrics.ts";

interface Answer {
  readonly ids: readonly string[];
  /** Left out by a search that does not say. */
  readonly answerable?: boolean;
}
type Search = (query: string) => Promise<Answer>;

const questions = readQuestions();
const labels = readLabels();
const internal = new Set(labels.internal);
const { index, summary } = await ingestDocs();
const knowledge = createKnowledge(index);
const ours: Search = async (query) => {
  const found = await knowledge.search(query, { limit: 10, audience: "customer" });
  return { ids: found.passages.map((passage) => passage.articleId), answerable: found.answerable };
};

console.log(
  `${summary.added} articles, ${summary.passages} passages, ingested in ${summary.ms} ms; ` +
    `${summary.internal} for staff only, ${summary.treatedAsInternal.length} hidden in whole or part by the check`,
);
const wronglyHidden = summary.treatedAsInternal.filter(
  (one) => !internal.has(one.articleId) && !labels.mixed.includes(one.articleId),
);
console.log(
  `customer articles wrongly hidden: ${wronglyHidden.map((one) => one.articleId).join(", ") || "none"}\n`,
);
console.log(
  "| search | hit@1 | hit@3 | MRR@10 | nDCG@10 | unanswerable recognised | answerable turned away |",
);
console.log("|---|---|---|---|---|---|---|");
await row("FTS5 as it comes, whole articles", fts5(false));
await row("FTS5 without stop words, whole articles", fts5(true));
await row("Deskhand", ours);
await halves();
await leaks();
if (process.argv.includes("--failures")) await failures();

/** The floor: SQLite's full-text search over title and text, terms joined by OR, internal articles left out by label. */
function fts5(withoutStopWords: boolean): Search {
  const db = new Database(":memory:");
  db.exec("create virtual table docs using fts5(id unindexed, title, content, tokenize='porter unicode61')");
  const insert = db.prepare("insert into docs values (@id, @title, @content)");
  const docs = JSON.parse(readFileSync(DOCS, "utf8")) as { id: string; title: string; content: string }[];
  for (const doc of docs) if (!internal.has(doc.id)) insert.run(doc);
  const search = db.prepare<[string], { id: string }>(
    "select id from docs where docs match ? order by bm25(docs) limit 10",
  );
  return async (query) => {
    const words = query.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    const terms = words.filter((word) => !withoutStopWords || !STOP_WORDS.has(word));
    if (terms.length === 0) return { ids: [] };
    return { ids: search.all(terms.map((term) => `"${term}"`).join(" OR ")).map((one) => one.id) };
  };
}

async function row(name: string, search: Search): Promise<void> {
  const { figures, recognised, turnedAway } = await measure(search, questions);
  const shares = [recognised, turnedAway].map((share) => (share === null ? "–" : share.toFixed(2)));
  console.log(`| ${name} | ${line(figures)} | ${shares.join(" | ")} |`);
}

interface Measured {
  readonly figures: Figures;
  readonly recognised: number | null;
  readonly turnedAway: number | null;
}

async function measure(search: Search, asked: readonly Question[]): Promise<Measured> {
  const outcomes = await Promise.all(
    asked.map(async (question) => ({ question, ...(await search(question.q)) })),
  );
  const of = (kind: Question["kind"]) => outcomes.filter((one) => one.question.kind === kind);
  const refused = (kind: Question["kind"]): number | null =>
    of(kind).every((one) => one.answerable === undefined)
      ? null
      : mean(of(kind).map((one) => (one.answerable === true ? 0 : 1)));
  return {
    figures: figuresOf(
      of("answerable").map(({ question, ids }) => ({ relevant: question.rel, ranking: ids })),
    ),
    recognised: refused("unanswerable"),
    turnedAway: refused("answerable"),
  };
}

/** Words and weights were chosen with the misses of the first half in view; the second half says how much that flatters. */
async function halves(): Promise<void> {
  for (const [name, rest] of [
    ["looked at while tuning", 0],
    ["not looked at", 1],
  ] as const) {
    const answerable = questions
      .filter((one) => one.kind === "answerable")
      .filter((_, at) => at % 2 === rest);
    const { figures, turnedAway } = await measure(ours, answerable);
    console.log(`| – the half ${name} | ${line(figures)} | – | ${(turnedAway ?? 0).toFixed(2)} |`);
  }
}

async function leaks(): Promise<void> {
  const found = await Promise.all(questions.map(({ q }) => ours(q)));
  const shown = found.flatMap(({ ids }) => ids.filter((id) => internal.has(id)));
  console.log(`\nInternal articles shown to a customer over ${questions.length} questions: ${shown.length}`);
}

async function failures(): Promise<void> {
  for (const question of questions.filter((one) => one.kind !== "internal")) {
    const { ids, answerable } = await ours(question.q);
    const at = ids.findIndex((id) => question.rel.includes(id));
    if (question.kind === "unanswerable" && answerable) console.log(`taken for answerable: ${question.q}`);
    if (question.kind === "answerable" && !answerable) console.log(`turned away: ${question.q}`);
    if (question.kind === "answerable" && at !== 0)
      console.log(`${at < 0 ? "not in ten" : `at ${at + 1}`}: ${question.q}`);
  }
}

function line(figures: Figures): string {
  return [figures.hit1, figures.hit3, figures.mrr10, figures.ndcg10].map((one) => one.toFixed(2)).join(" | ");
}
