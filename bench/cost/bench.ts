/**
 * What a plain question costs, side by side in one run: `node bench/cost/bench.ts [--questions 601] [--delay 400]
 * [--at-once 4] [--gap 0]`.
 *
 * Real customers' questions over a bank's knowledge base go to three designs at the same moment: classifier, search
 * through a tool and answer in three calls, on small and strong model as the classifier chooses; the same with Sonnet
 * alone; and Deskhand. All speak through the real SDK to the strict local server, which waits `--delay` ms with each
 * answer, counts tokens by kind and refuses what the API refuses. Each design has a server of its own, because they do
 * not share a prompt cache in life either. `--gap` puts so many seconds of the servers' time between two questions
 * (one at a time then): above 300 each question finds its cache cold.
 *
 * Ends with 1 when a server refused anything, or a call cost more than was reserved for it.
 */
import { parseArgs } from "node:util";

import { createKnowledge } from "../../src/knowledge/search.ts";
import { CATALOGUE } from "../../src/models/catalogue.ts";
import { startClaude } from "../../test/servers/claude.ts";
import { ingestDocs } from "../retrieval/corpus.ts";
import { type Asked, type Design, isOnTier1 } from "./asked.ts";
import { bookedOfReserved, estimatedOfCounted, type Spread } from "./estimates.ts";
import { openOurs } from "./ours.ts";
import { openPlain } from "./plain.ts";
import { readCostQuestions } from "./questions.ts";
import { standIn } from "./stand-in.ts";
import { percent, tableOf } from "./table.ts";

const { values } = parseArgs({
  options: {
    questions: { type: "string", default: "601" },
    delay: { type: "string", default: "400" },
    "at-once": { type: "string", default: "4" },
    gap: { type: "string", default: "0" },
  },
});
const gapSeconds = Number(values.gap);
const atOnce = gapSeconds > 0 ? 1 : Number(values["at-once"]);
const questions = readCostQuestions().slice(0, Number(values.questions));

const PLAIN = "plain";
const SONNET = "plain, Sonnet only";
const OURS = "Deskhand";

const NOTES = [
  "The local model follows the prompt to the letter: answers of 60 to 90 tokens, the same words in each design; it is content with the first article that it is shown. A real one sometimes writes longer, searches again although an article was there, or thinks (Sonnet between tool calls); that would add to every design.",
  "Whether an answer is right is not measured: all designs see the same articles. As a classifier the local model reads what the local reader reads, so the small model's classifier call changes nothing but the price.",
  "Tokens are counted by the local server, about 30 % above the tokenizer before; shares move less than dollars.",
  "Questions follow one another within seconds, so the cache is warm. For a shop with less than one question in five minutes see --gap 600.",
  "The wait is that of one process on this machine plus the simulated delay; Deskhand's includes writing to disk before and after, the plain designs write nothing.",
];

const { index } = await ingestDocs();
const knowledge = createKnowledge(index);
const reply = await standIn(knowledge, questions, Number(values.delay));
let passedMs = 0;
const server = () => startClaude({ reply, now: () => Date.now() + passedMs });
const sonnet = "claude-sonnet-5-5";
const designs: readonly Design[] = [
  openPlain(PLAIN, {}, await server(), knowledge),
  openPlain(SONNET, { tier1: sonnet, tier2: sonnet }, await server(), knowledge),
  await openOurs(await server(), index),
];

const asked = new Map<string, Asked[]>(designs.map(({ name }) => [name, []]));
const waiting = questions.values();
await Promise.all(Array.from({ length: atOnce }, askInTurn));
const problems = report(await foundBySearch());
for (const design of designs) await design.close();
if (problems.length > 0) {
  console.error(`\n${problems.join("\n")}`);
  process.exitCode = 1;
}

/** All designs get a question at the same moment, so that whatever else the machine does hits all alike. */
async function askInTurn(): Promise<void> {
  for (const question of waiting) {
    passedMs += gapSeconds * 1_000;
    await Promise.all(
      designs.map(async (design) => asked.get(design.name)?.push(await design.ask(question))),
    );
  }
}

/** The questions to which the search says that it has an answer. */
async function foundBySearch(): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const question of questions) {
    const { answerable } = await knowledge.search(question, { limit: 1, audience: "customer" });
    if (answerable) found.add(question);
  }
  return found;
}

function report(found: ReadonlySet<string>): string[] {
  const columns = designs.map(({ name }) => ({ name, asked: asked.get(name) ?? [] }));
  const ours = asked.get(OURS) ?? [];
  const settled = new Set(ours.filter(isOnTier1).map(({ question }) => question));
  const onTier1 = columns.map(({ name, asked }) => ({
    name,
    asked: asked.filter(({ question }) => settled.has(question)),
  }));
  const one = onTier1.map((column) => ({
    ...column,
    asked: column.asked.filter(({ question }) => localIsSure(question, ours)),
  }));
  const plain = one.map((column) => ({
    ...column,
    asked: column.asked.filter(({ question }) => found.has(question)),
  }));
  const dated = ["claude-haiku-5-5", sonnet].map((id) => `${id} ${CATALOGUE[id]?.as_of}`).join(", ");
  console.log(`${questions.length} questions, ${values.delay} ms a call, prices of ${dated}\n`);
  console.log(tableOf("All questions", columns, PLAIN));
  console.log(`\n${tableOf("Those that Deskhand settled at tier 1", onTier1, PLAIN)}`);
  console.log(`\n${tableOf("Of these, those that the local classifier was sure of", one, PLAIN)}`);
  console.log(`\n${tableOf("Of these, those that search had an answer to", plain, PLAIN)}`);

  const all = columns.flatMap(({ asked }) => asked);
  const booked = bookedOfReserved(all);
  const estimated = estimatedOfCounted(designs.flatMap((design) => design.requests()));
  console.log(`\nbooked / reserved: ${inWords(booked, percent)} over ${booked.count} calls`);
  console.log(
    `estimateTokens / the local server's count: ${inWords(estimated, (ratio) => ratio.toFixed(2))} over ` +
      `${estimated.count} texts (both stand in for a tokenizer that is not published)`,
  );
  console.log(`\n${NOTES.map((note) => `- ${note}`).join("\n")}`);
  return [
    ...designs.flatMap((design) => design.violations().map((one) => `${design.name}: refused: ${one}`)),
    ...(booked.most > 1 ? [`a call cost ${percent(booked.most)} of what was reserved for it`] : []),
  ];
}

function localIsSure(question: string, ours: readonly Asked[]): boolean {
  const one = ours.find((candidate) => candidate.question === question);
  return one?.calls.every(({ purpose }) => purpose !== "read") ?? false;
}

function inWords({ mean, least, most }: Spread, show: (value: number) => string): string {
  return `mean ${show(mean)}, least ${show(least)}, most ${show(most)}`;
}
