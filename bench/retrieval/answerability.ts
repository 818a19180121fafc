import { readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import type { Embedder } from "../../src/knowledge/dense/embedder.ts";
import type { Semantic } from "../../src/knowledge/dense/semantic.ts";
import type { KnowledgeIndex } from "../../src/knowledge/index-port.ts";
import { createKnowledge } from "../../src/knowledge/search.ts";
import { bank, openSet, semanticOf, xquad, type Asked } from "./sets.ts";

const MORE = join(import.meta.dirname, "data", "more");

interface Case {
  readonly q: string;
  readonly answerable: boolean;
  /** Articles that are taken away, so that nothing is left that answers. */
  readonly without?: readonly string[];
}

/**
 * How well a search knows that it has nothing, on the shared questions, on those that the judgement was fitted on, and on
 * questions from elsewhere. For the encyclopaedia each question is asked twice: as it is, and with its article taken away.
 */
export async function answerability(embedder: Embedder): Promise<void> {
  console.log("\n## Answerability\n");
  console.log(
    "| questions | without an answer | said so | by words alone | with one | turned away | by words alone |",
  );
  console.log("|---|---|---|---|---|---|---|");
  const [shared, articles] = [bank(), xquad()];
  const english = articles.questions.filter(({ part }) => part === "en");
  const sets = [
    {
      name: "shared",
      set: shared,
      cases: shared.questions.filter(({ kind }) => kind !== "internal").map(asked),
    },
    { name: "own", set: shared, cases: read("own.jsonl") },
    { name: "public", set: shared, cases: read("public.jsonl") },
    {
      name: "encyclopaedia, article taken away",
      set: articles,
      cases: english.flatMap(({ q, rel }): Case[] => [
        { q, answerable: true },
        { q, answerable: false, without: rel },
      ]),
    },
  ];
  for (const { name, set, cases } of sets) {
    const index = await openSet(set, embedder);
    const semantic = semanticOf(index, embedder);
    const both = await judged(cases, index, semantic);
    const words = await judged(cases, index, null);
    const cells = [
      cases.filter(({ answerable }) => !answerable).length,
      share(both.noAnswer),
      share(words.noAnswer),
      cases.filter(({ answerable }) => answerable).length,
      share(both.answer),
      share(words.answer),
    ];
    console.log(`| ${name} | ${cells.join(" | ")} |`);
  }
}

interface Judged {
  /** For each question without and with an answer: whether it was turned away. */
  readonly noAnswer: readonly boolean[];
  readonly answer: readonly boolean[];
}

async function judged(
  cases: readonly Case[],
  index: KnowledgeIndex,
  semantic: Semantic | null,
): Promise<Judged> {
  const away: boolean[] = [];
  for (const { q, without = [] } of cases) {
    const gone = new Set(without);
    const knowledge = createKnowledge(indexWithout(index, gone), semantic && semanticWithout(semantic, gone));
    away.push(!(await knowledge.search(q, { limit: 3, audience: "customer" })).answerable);
  }
  return {
    noAnswer: away.filter((_, at) => !cases[at]!.answerable),
    answer: away.filter((_, at) => cases[at]!.answerable),
  };
}

function indexWithout(index: KnowledgeIndex, gone: ReadonlySet<string>): KnowledgeIndex {
  return {
    ...index,
    candidates: async (...asked) => {
      const matches = await index.candidates(...asked);
      return { ...matches, hits: matches.hits.filter((hit) => !gone.has(hit.articleId)) };
    },
  };
}

function semanticWithout(semantic: Semantic, gone: ReadonlySet<string>): Semantic {
  return {
    async look(query, limit) {
      const look = await semantic.look(query, limit + 10 * gone.size);
      if (!look) return null;
      return {
        ...look,
        nearest: look.nearest.filter((unit) => !gone.has(unit.articleId)).slice(0, limit),
      };
    },
  };
}

const line = z.object({ q: z.string(), kind: z.enum(["answerable", "unanswerable"]) });

function read(file: string): Case[] {
  const lines = readFileSync(join(MORE, file), "utf8").trim().split("\n");
  return lines.map((one) => asked(line.parse(JSON.parse(one))));
}

function asked({ q, kind }: Pick<Asked, "q" | "kind">): Case {
  return { q, answerable: kind === "answerable" };
}

function share(away: readonly boolean[]): string {
  return (away.filter(Boolean).length / Math.max(1, away.length)).toFixed(2);
}
