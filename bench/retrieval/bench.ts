/**
 * How well the knowledge base finds articles, beside what one would take instead, in one run:
 * `node bench/retrieval/bench.ts`. `--failures` lists what was missed. Alone and instead: `--growth` measures 1,000 to
 * 100,000 passages, `--vectors` ways to compare as many vectors, `--variants` what was weighed and is not in the product,
 * `--answerability` how well it knows that it has nothing. The first run embeds both sets (about five minutes); the
 * vectors are kept in `.cache`.
 */
import { localEmbedder } from "../../src/knowledge/dense/local.ts";
import type { Semantic } from "../../src/knowledge/dense/semantic.ts";
import type { Found } from "../../src/knowledge/knowledge.ts";
import { createKnowledge } from "../../src/knowledge/search.ts";
import { answerability } from "./answerability.ts";
import { growth } from "./growth.ts";
import { figuresOf, mean, quantile } from "./metrics.ts";
import { fts5, miniSearch, orama, type Search } from "./rivals.ts";
import { bank, openSet, semanticOf, xquad, type Asked, type QuestionSet } from "./sets.ts";
import { variants } from "./variants.ts";
import { vectors } from "./vectors.ts";

interface Answer {
  readonly question: Asked;
  readonly ids: readonly string[];
  /** Null for a search that does not say. */
  readonly answerable: boolean | null;
  readonly ms: number;
}

const embedder = localEmbedder({ threads: 2 });
if (process.argv.includes("--growth")) await growth(embedder);
else if (process.argv.includes("--vectors")) vectors();
else if (process.argv.includes("--variants")) await variants(embedder);
else {
  const alone = process.argv.includes("--answerability");
  for (const set of [bank(), xquad()]) if (!alone && wanted(set.name)) await compare(set);
  if (alone || !process.argv.includes("--set")) await answerability(embedder);
}
await embedder.close();

/** `--set bank` or `--set xquad` measures one alone. */
function wanted(name: string): boolean {
  const at = process.argv.indexOf("--set");
  return at === -1 || process.argv[at + 1] === name;
}

async function compare(set: QuestionSet): Promise<void> {
  const index = await openSet(set, embedder);
  const semantic = semanticOf(index, embedder);
  // Every question's vector beforehand: the engine is the same for all, and measured on its own.
  const engineMs: number[] = [];
  for (const { q } of set.questions) {
    const started = performance.now();
    await semantic.look(q, 1);
    engineMs.push(performance.now() - started);
  }
  const words = createKnowledge(index);
  const both = createKnowledge(index, semantic);
  const ours = (knowledge: typeof words) => async (q: string) =>
    knowledge.search(q, { limit: 10, audience: "customer" });

  process.stderr.write("\n");
  console.log(`\n## ${set.name}: ${set.docs.length} articles, ${set.questions.length} questions\n`);
  console.log(
    "| search | hit@1 | hit@3 | MRR@10 | nDCG@10 | nothing there: said so | there: turned away | p50 ms | p99 ms |",
  );
  console.log("|---|---|---|---|---|---|---|---|---|");
  const rivals: readonly (readonly [string, Search])[] = [
    ["FTS5 as it comes", fts5(set.docs, { stopWords: true })],
    ["FTS5 without stop words", fts5(set.docs, { stopWords: false })],
    ["MiniSearch", miniSearch(set.docs, { loose: false })],
    ["MiniSearch with prefixes and typos", miniSearch(set.docs, { loose: true })],
    ["Orama", await orama(set.docs)],
    ["Deskhand, meaning alone", nearest(semantic)],
  ];
  for (const [name, search] of rivals) {
    print(name, await ask(set.questions, async (q) => ({ ids: await search(q), answerable: null })));
  }
  const byWords = await ask(set.questions, told(ours(words)));
  print("Deskhand, words alone", byWords);
  print("both by rank (k 20)", await ask(set.questions, byRank(ours(words), nearest(semantic, 100))));
  const answers = await ask(set.questions, told(ours(both)));
  print("**Deskhand**", answers);
  for (const part of [...new Set(set.questions.map((one) => one.part))].sort()) {
    print(
      `– part ${part}`,
      answers.filter(({ question }) => question.part === part),
    );
  }
  console.log(
    `\nThe vector of a question: p50 ${quantile(engineMs, 0.5).toFixed(0)} ms, p99 ${quantile(engineMs, 0.99).toFixed(0)} ms.`,
  );
  const leaked = answers.flatMap(({ ids }) => ids.filter((id) => set.internal.has(id)));
  if (set.internal.size > 0) console.log(`Internal articles shown to a customer: ${leaked.length}.`);
  if (process.argv.includes("--failures")) failures(answers);
}

type Asking = (
  query: string,
) => Promise<{ readonly ids: readonly string[]; readonly answerable: boolean | null }>;

async function ask(questions: readonly Asked[], search: Asking): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const question of questions) {
    const started = performance.now();
    const found = await search(question.q);
    answers.push({ question, ...found, ms: performance.now() - started });
  }
  return answers;
}

function told(search: (query: string) => Promise<Found>): Asking {
  return async (query) => {
    const { passages, answerable } = await search(query);
    return { ids: passages.map((passage) => passage.articleId), answerable };
  };
}

function nearest(semantic: Semantic, limit = 10): Search {
  return async (query) => {
    const look = await semantic.look(query, limit * 5);
    return [...new Set(look?.nearest.map((unit) => unit.articleId))].slice(0, limit);
  };
}

/** The usual way of putting two rankings together, for comparison. */
function byRank(words: (query: string) => Promise<Found>, meaning: Search): Asking {
  return async (query) => {
    const scores = new Map<string, number>();
    const rankings = [(await words(query)).passages.map((one) => one.articleId), await meaning(query)];
    for (const ids of rankings) {
      ids.forEach((id, at) => scores.set(id, (scores.get(id) ?? 0) + 1 / (20 + at + 1)));
    }
    const ids = [...scores].sort((a, b) => b[1] - a[1]).map(([id]) => id);
    return { ids: ids.slice(0, 10), answerable: null };
  };
}

function print(name: string, answers: readonly Answer[]): void {
  const of = (kind: Asked["kind"]) => answers.filter(({ question }) => question.kind === kind);
  const { hit1, hit3, mrr10, ndcg10 } = figuresOf(
    of("answerable").map(({ question, ids }) => ({ relevant: question.rel, ranking: ids })),
  );
  const refused = (kind: Asked["kind"]): string =>
    of(kind).length === 0 || answers.every(({ answerable }) => answerable === null)
      ? "–"
      : mean(of(kind).map(({ answerable }) => (answerable === true ? 0 : 1))).toFixed(2);
  const times = answers.map(({ ms }) => ms);
  const cells = [
    ...[hit1, hit3, mrr10, ndcg10].map((one) => one.toFixed(2)),
    refused("unanswerable"),
    refused("answerable"),
    ...[quantile(times, 0.5), quantile(times, 0.99)].map((one) => one.toFixed(1)),
  ];
  console.log(`| ${name} | ${cells.join(" | ")} |`);
}

function failures(answers: readonly Answer[]): void {
  for (const { question, ids, answerable } of answers) {
    const at = ids.findIndex((id) => question.rel.includes(id));
    if (question.kind === "unanswerable" && answerable) console.log(`taken for answerable: ${question.q}`);
    if (question.kind !== "answerable") continue;
    if (!answerable) console.log(`turned away: ${question.q}`);
    if (at !== 0) console.log(`${at < 0 ? "not in ten" : `at ${at + 1}`}: ${question.q}`);
  }
}
