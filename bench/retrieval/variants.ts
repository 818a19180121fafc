import { conceptsOf } from "../../src/knowledge/concepts.ts";
import type { Embedder } from "../../src/knowledge/dense/embedder.ts";
import type { Look, Semantic } from "../../src/knowledge/dense/semantic.ts";
import { unitText } from "../../src/knowledge/dense/units.ts";
import { createVectorIndex } from "../../src/knowledge/dense/vector-index.ts";
import { toBytes } from "../../src/knowledge/dense/quantise.ts";
import { fuse, type Fused } from "../../src/knowledge/fuse.ts";
import type { Hit, KnowledgeIndex, VectorStore } from "../../src/knowledge/index-port.ts";
import { rank, rarestOf, scored } from "../../src/knowledge/rank.ts";
import { spelledRight } from "../../src/knowledge/spelling.ts";
import { seeded } from "../../test/servers/random.ts";
import { figuresOf, type Outcome } from "./metrics.ts";
import { learnedOrder } from "./re-rank.ts";
import { bank, openSet, semanticOf, xquad, type Asked, type QuestionSet } from "./sets.ts";
import { misspelt } from "./typos.ts";

const CANDIDATES = { own: 100, all: 150, near: 40 };
const SEED = 5;

/** A question with the candidates that its words and its meaning bring, in our order. */
export interface Candidates {
  readonly question: Asked;
  readonly fused: readonly Fused[];
  readonly rarest: number;
  readonly hits: readonly Hit[];
}

/**
 * What was weighed beside what the product does, on the same questions in one run: units that overlap, spelling not put
 * right, an order learnt from the questions.
 */
export async function variants(embedder: Embedder): Promise<void> {
  const main = await hold(bank(), embedder);
  const other = await hold(xquad(), embedder);
  console.log("\n## Variants\n");
  console.log("| | bank: hit@1 / hit@3 / MRR@10 | encyclopaedia, English |");
  console.log("|---|---|---|");
  const line = async (name: string, order: (held: Held) => Promise<readonly Candidates[]>) => {
    const cells = [await order(main), await order(other)].map((all) => say(all.map(ours)));
    console.log(`| ${name} | ${cells.join(" | ")} |`);
  };

  await line("Deskhand", async (held) => look(held.questions, held, held.semantic));
  await line("units that begin with the last passage of the one before", async (held) =>
    look(held.questions, held, held.overlapping),
  );
  await line("two slips of the finger a question", async (held) => look(held.slips, held, held.semantic));
  await line("the same, not put right", async (held) => look(held.slips, held, held.semantic, false));
  await line("by words alone", async (held) => look(held.slips, held, null));
  await line("the same, not put right", async (held) => look(held.slips, held, null, false));
  await line("questions as they came, not put right", async (held) =>
    look(held.questions, held, held.semantic, false),
  );

  const learnt = await look(main.questions, main, main.semantic);
  const ofPart = (part: string) => learnt.filter(({ question }) => question.part === part);
  const crossed = [
    ...ofPart("A").map(learnedOrder(ofPart("B"))),
    ...ofPart("B").map(learnedOrder(ofPart("A"))),
  ];
  const carried = (await look(other.questions, other, other.semantic)).map(learnedOrder(learnt));
  console.log(
    `| order learnt on the bank's other part, all of the bank | ${say(crossed)} | ${say(carried)} |`,
  );
}

interface Held {
  readonly questions: readonly Asked[];
  /** The questions with two slips of the finger each. */
  readonly slips: readonly Asked[];
  readonly index: KnowledgeIndex & VectorStore;
  readonly semantic: Semantic;
  readonly overlapping: Semantic;
}

async function hold(set: QuestionSet, embedder: Embedder): Promise<Held> {
  const index = await openSet(set, embedder);
  const semantic = semanticOf(index, embedder);
  const { ids } = (await index.unitIds(null))!;
  const passages = await index.passagesOfUnits(ids, "customer");
  const random = seeded(SEED);
  const questions = set.questions.filter(
    ({ kind, part }) => kind === "answerable" && !/^(de|es)$/.test(part),
  );
  return {
    questions,
    slips: questions.map((one) => ({ ...one, q: misspelt(one.q, random) })),
    index,
    semantic,
    overlapping: await withOverlap(index, passages, embedder),
  };
}

/** The search as `search.ts` does it, with the meaning of one's choice. */
async function look(
  questions: readonly Asked[],
  { index }: Held,
  semantic: Semantic | null,
  spelled = true,
): Promise<readonly Candidates[]> {
  const all: Candidates[] = [];
  for (const question of questions) {
    const query = spelled ? await spelledRight(question.q, index) : question.q;
    const concepts = conceptsOf(query);
    const own = concepts.flatMap((concept) => concept[0]?.term ?? []);
    const terms = [...new Set(concepts.flatMap((concept) => concept.map((variant) => variant.term)))];
    const limits = { audience: "customer", ownLimit: CANDIDATES.own, limit: CANDIDATES.all } as const;
    const found = await index.candidates(own, terms, limits);
    const seen = (await semantic?.look(query, CANDIDATES.near)) ?? null;
    const near = await index.passagesOfUnits(seen?.nearest.map(({ unitId }) => unitId) ?? [], "customer");
    const hits = [...new Map([...found.hits, ...near].map((hit) => [hit.passageId, hit])).values()];
    const matches = { ...found, hits };
    const passages = scored(concepts, terms, matches);
    const fused = fuse(rank(passages), passages, seen, rarestOf(matches));
    all.push({ question, fused, rarest: rarestOf(matches), hits });
  }
  return all;
}

/** The order of the search itself. */
function ours({ question, fused }: Candidates): Outcome {
  return { relevant: question.rel, ranking: fused.slice(0, 10).map(({ hit }) => hit.articleId) };
}

/** The units of the product, each grown by the passage before it. */
async function withOverlap(
  index: VectorStore,
  passages: readonly Hit[],
  embedder: Embedder,
): Promise<Semantic> {
  const vectors = createVectorIndex();
  const { vectors: known } = await index.vectorsSince(embedder.model, { unit: 0, vector: 0 });
  const articles = Map.groupBy(passages, ({ articleId }) => articleId);
  for (const unit of known) {
    const own = (articles.get(unit.articleId) ?? []).toSorted((a, b) => a.position - b.position);
    const before = own.find(({ position }) => position === unit.first - 1);
    const grown = own.filter(({ position }) => position >= unit.first - 1 && position <= unit.last);
    const [vector] = before ? await embedder.embed([unitText(before.title, grown)]) : [];
    vectors.add([vector ? { ...unit, bytes: toBytes(vector) } : unit]);
  }
  return {
    async look(query): Promise<Look | null> {
      const [vector] = await embedder.embed([query], { urgent: true });
      return {
        nearest: vectors.nearest(vector!, CANDIDATES.near),
        ofArticle: (articleId) => vectors.ofArticle(vector!, articleId),
        closeness: async () => null,
      };
    },
  };
}

function say(all: readonly Outcome[]): string {
  const { hit1, hit3, mrr10 } = figuresOf(all);
  return [hit1, hit3, mrr10].map((one) => one.toFixed(2)).join(" / ");
}
