import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

import { excerptOf } from "../knowledge/excerpt.ts";
import type { Found, Knowledge } from "../knowledge/knowledge.ts";
import { ensureKnowledge, open, openKnowledge } from "./open.ts";

const DEFAULT_RESULTS = 10;
/** Here the model starts with the first question, and what is shown should be what a running Deskhand finds. */
const DEADLINE_MS = 60_000;

/** `deskhand search QUERY`, for people; `--json` and `--stdin` for programs. Finds only what customers may read. */
export async function runSearch(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: "string" },
      json: { type: "boolean", default: false },
      stdin: { type: "boolean", default: false },
      n: { type: "string", short: "n", default: String(DEFAULT_RESULTS) },
    },
  });
  const limit = Number(values.n);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    process.stderr.write(`-n: "${values.n}" was given. Allowed: a whole number from 1 to 100.\n`);
    return 2;
  }
  const query = positionals.join(" ").trim();
  if (!values.stdin && query === "") {
    process.stderr.write("Give a query: deskhand search how do I reset my password\n");
    return 2;
  }
  const opened = await open(values.config);
  await ensureKnowledge(opened);
  const { knowledge, embedder } = openKnowledge(opened, {
    deadlineMs: DEADLINE_MS,
    onTrouble: (problem) => process.stderr.write(`Searched by words alone for now: ${problem}\n`),
  });
  try {
    if (values.stdin) await answerLines(knowledge, limit);
    else {
      const found = await knowledge.search(query, { limit, audience: "customer" });
      const results = resultsOf(found, query);
      process.stdout.write(values.json ? `${JSON.stringify(results)}\n` : forPeople(found, results));
    }
    return 0;
  } finally {
    await embedder?.close();
    await opened.storage.close();
  }
}

/** A query a line in, an object a line out. */
async function answerLines(knowledge: Knowledge, limit: number): Promise<void> {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line.trim() === "") continue;
    const found = await knowledge.search(line, { limit, audience: "customer" });
    const answer = { query: line, answerable: found.answerable, results: resultsOf(found, line) };
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

interface SearchResult {
  readonly id: string;
  readonly title: string;
  readonly url: string | null;
  readonly score: number;
  readonly excerpt: string;
}

function resultsOf(found: Found, query: string): SearchResult[] {
  return found.passages.map((passage) => ({
    id: passage.articleId,
    title: passage.title,
    url: passage.url,
    score: Math.round(passage.score * 10_000) / 10_000,
    excerpt: excerptOf(passage, query),
  }));
}

function forPeople(found: Found, results: readonly SearchResult[]): string {
  if (results.length === 0) return "Nothing found.\n";
  const verdict = found.answerable
    ? ""
    : "None of these would be used: too little of the question stands in them.\n\n";
  const lines = results.map(
    ({ id, title, url, score, excerpt }, at) =>
      `${at + 1}. ${title}  (${score})\n   ${url ?? id}\n   ${excerpt.replaceAll("\n", " ")}\n`,
  );
  return verdict + lines.join("\n");
}
