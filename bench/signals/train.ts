/**
 * Trains the classifier and writes src/agent/signals/model.bin: `node bench/signals/train.ts`. Seeded; the same data and
 * code give the same file. No split for measuring is read here. `--mistakes` lists what was read wrongly
 * while set apart; `--check` writes nothing and says whether the file that ships is the one that comes out.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { modelBytes, scorerOf } from "../../src/agent/signals/model.ts";
import type { TrainedModel } from "../../src/agent/signals/model.ts";
import { fingerprintOfTraining, readOwn, readPublic, readVocabulary } from "./corpus.ts";
import type { Example } from "./corpus.ts";
import { describeUnseen, fitTogether, isVoice, mistakesOf, scoreUnseen } from "./fit.ts";
import type { Unseen } from "./fit.ts";
import { learn, sampleOf } from "./learner.ts";
import type { Weighted } from "./learner.ts";
import { learnNetwork, wordSampleOf } from "./network-learner.ts";
import { seeded } from "../../test/servers/random.ts";
import { varied } from "./vary.ts";
import { neighboursOf } from "./word-vectors.ts";

const SEED = 20_261_124;
const FOLDS = 4;
const OUT = new URL("../../src/agent/signals/model.bin", import.meta.url);

const vocabulary = readVocabulary();
const neighbours = neighboursOf(vocabulary);
const own = readOwn("train");
const folds = foldsOf(own);
const ownLessons = own.map((example) => weigh(example).map(lessonOf));
const others = [
  ...readPublic("bitext").map((example) => ({ example, weight: 0.35 })),
  ...readPublic("banking77").map((example) => ({ example, weight: 0.35 })),
  ...readPublic("clinc150").map((example) => ({ example, weight: 0.5 })),
  ...readPublic("goemotions").map((example) => ({ example, weight: 0.15 })),
].map((weighted) => [lessonOf(weighted)]);

const unseen: Unseen[] = [];
for (let fold = 0; fold < FOLDS; fold += 1) {
  const inside = ownLessons.filter((_, index) => folds[index] !== fold);
  const score = scorerOf(learnBoth([...inside, ...others], SEED + fold));
  for (const [index, example] of own.entries()) {
    if (folds[index] !== fold) continue;
    const scored = scoreUnseen(score, example);
    if (scored !== undefined) unseen.push(scored);
  }
  console.log(
    `fold ${fold + 1} of ${FOLDS}: ${inside.length} own messages learnt, ${own.length - inside.length} set apart`,
  );
}
const fitted = fitTogether(unseen);
write({
  madeFrom: fingerprintOfTraining(),
  fitted,
  ...learnBoth([...ownLessons, ...others], SEED),
});
console.log("own messages, each read by a model that has not learnt it:");
for (const line of describeUnseen(unseen, fitted)) console.log(line);
const voices = unseen.filter(({ example }) => isVoice(example));
console.log("of these the communities that no rule was written for, each left out as a whole:");
for (const line of describeUnseen(voices, fitted)) console.log(line);
if (process.argv.includes("--mistakes")) for (const line of mistakesOf(voices, fitted)) console.log(line);

/** One example, read once for each of the two learners; every fold uses it again. */
function lessonOf(weighted: Weighted) {
  return { letters: sampleOf(weighted), words: wordSampleOf(weighted, vocabulary) };
}

/** `lessons`: a message with its variants each. */
function learnBoth(
  lessons: readonly (readonly ReturnType<typeof lessonOf>[])[],
  seed: number,
): Pick<TrainedModel, "ngrams" | "vocabulary" | "network"> {
  const letters = lessons.flatMap((group) => group.map((lesson) => lesson.letters));
  const words = lessons.map((group) => group.map((lesson) => lesson.words));
  return { ngrams: learn(letters, seed), ...learnNetwork(words, vocabulary, neighbours, seed) };
}

/**
 * A community of the files `voices-*` is set apart as a whole. Of the older messages every fifth group of four neighbours
 * is: likely variants of one wording stay together.
 */
function foldsOf(examples: readonly Example[]): readonly number[] {
  const communities = [...new Set(examples.filter(isVoice).map(communityOf))];
  return examples.map((example, index) =>
    isVoice(example) ? communities.indexOf(communityOf(example)) % FOLDS : Math.floor(index / 4) % FOLDS,
  );
}

function communityOf({ theme }: Example): string {
  return theme.split(":")[0] ?? theme;
}

/** The example and its variants, which depend on its text alone: adding a message changes no other's. */
function weigh(example: Example): readonly Weighted[] {
  const seed = Array.from(example.text).reduce(
    (sum, letter) => (Math.imul(sum, 31) + (letter.codePointAt(0) ?? 0)) | 0,
    SEED,
  );
  const variants = varied(example, seeded(seed));
  return [{ example, weight: 1 }, ...variants.map((variant) => ({ example: variant, weight: 0.5 }))];
}

function write(model: TrainedModel): void {
  const bytes = modelBytes(model);
  const name = OUT.pathname.split("/").slice(-4).join("/");
  if (process.argv.includes("--check")) {
    const same = Buffer.compare(bytes, readFileSync(OUT)) === 0;
    console.log(
      `${name} ${same ? "is what this training makes, byte for byte" : "differs from what this training makes"}`,
    );
    process.exitCode = same ? 0 : 1;
    return;
  }
  writeFileSync(OUT, bytes);
  console.log(`wrote ${name}, ${bytes.length} bytes`);
}
