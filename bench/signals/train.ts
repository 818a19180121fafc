/**
 * Trains the classifier and writes src/agent/signals/model.bin: `node bench/signals/train.ts`. Seeded; the same data and
 * code give the same file. The test split is not read here.
 */
import { writeFileSync } from "node:fs";
import type { ModelHeader, TrainedModel } from "../../src/agent/signals/model.ts";
import { readOwn, readPublic } from "./corpus.ts";
import type { Example } from "./corpus.ts";
import { describeUnseen, fitHeader, scoreUnseen } from "./fit.ts";
import { learn } from "./learner.ts";
import type { Weighted } from "./learner.ts";
import { randomFrom } from "./random.ts";
import { varied } from "./vary.ts";

const SEED = 20_261_124;
const FOLDS = 5;
const OUT = new URL("../../src/agent/signals/model.bin", import.meta.url);

const own = readOwn("train");
const others: readonly Weighted[] = [
  ...readPublic("bitext").map((example) => ({ example, weight: 0.35 })),
  ...readPublic("banking77").map((example) => ({ example, weight: 0.35 })),
  ...readPublic("clinc150").map((example) => ({ example, weight: 0.5 })),
  ...readPublic("goemotions").map((example) => ({ example, weight: 0.15 })),
];

const unseen = [];
for (let fold = 0; fold < FOLDS; fold += 1) {
  const inside = own.filter((_, index) => foldOf(index) !== fold);
  const outside = own.filter((_, index) => foldOf(index) === fold);
  const model = learn([...weigh(inside), ...others], SEED + fold);
  for (const example of outside) {
    const scored = scoreUnseen(model, example);
    if (scored !== undefined) unseen.push(scored);
  }
  console.log(
    `fold ${fold + 1} of ${FOLDS}: ${inside.length} own messages learnt, ${outside.length} set apart`,
  );
}
const fitted = fitHeader(unseen);
const trained = learn([...weigh(own), ...others], SEED);
write({ header: { ...trained.header, ...fitted }, weights: trained.weights });
console.log("own messages, each read by a model that has not learnt it:");
for (const line of describeUnseen(unseen, fitted)) console.log(line);

/** Every fifth group of four neighbours: likely variants of one wording stay together. */
function foldOf(index: number): number {
  return Math.floor(index / 4) % FOLDS;
}

function weigh(examples: readonly Example[]): readonly Weighted[] {
  const random = randomFrom(SEED);
  return examples.flatMap((example) => [
    { example, weight: 1 },
    ...varied(example, random).map((variant) => ({ example: variant, weight: 0.5 })),
  ]);
}

function write(model: TrainedModel): void {
  const header: ModelHeader = model.header;
  const first = new TextEncoder().encode(`${JSON.stringify(header)}\n`);
  const bytes = new Uint8Array(first.length + model.weights.length);
  bytes.set(first);
  bytes.set(new Uint8Array(model.weights.buffer), first.length);
  writeFileSync(OUT, bytes);
  console.log(`wrote ${OUT.pathname.split("/").slice(-4).join("/")}, ${bytes.length} bytes`);
}
