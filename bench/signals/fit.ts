import { INTENTS } from "../../src/domain.ts";
import {
  blend,
  blendInputs,
  confidenceInputs,
  findRules,
  intentChances,
  sigmoid,
} from "../../src/agent/signals/index.ts";
import type { RuleFindings } from "../../src/agent/signals/index.ts";
import { detectLanguage } from "../../src/agent/signals/language.ts";
import type { scorerOf, Blend, Fitted, PairOfScores } from "../../src/agent/signals/model.ts";
import { each, SIGNALS } from "../../src/agent/signals/outputs.ts";
import type { Signal } from "../../src/agent/signals/outputs.ts";
import { prepare } from "../../src/agent/signals/prepare.ts";
import type { Prepared } from "../../src/agent/signals/prepare.ts";
import type { Example } from "./corpus.ts";

/** A message scored by a model that has not learnt from its theme. */
export interface Unseen {
  readonly example: Example;
  readonly message: Prepared;
  readonly found: RuleFindings;
  readonly scores: PairOfScores;
}

/** Messages written after the rules, for communities that no rule was written for. */
export function isVoice({ theme }: Example): boolean {
  return theme.startsWith("voices-");
}

export function scoreUnseen(score: ReturnType<typeof scorerOf>, example: Example): Unseen | undefined {
  const message = prepare(example.text);
  if (message.sentences.length === 0) return undefined;
  const found = findRules(message);
  return { example, message, found, scores: score(message, found.names) };
}

/** How rules and models go together, how sharp the intents are, and what confidence means: fitted on unseen messages. */
export function fitTogether(unseen: readonly Unseen[]): Fitted {
  const blends = each((name) => fitBlend(unseen, name));
  const intents = fitIntents(unseen);
  return { blends, intents, confidence: fitConfidence(unseen, blends, intents) };
}

/** How the fitted reader does on those messages: one line a signal, and the intent. */
export function describeUnseen(unseen: readonly Unseen[], { blends, intents }: Fitted): readonly string[] {
  const lines = SIGNALS.map((name) => {
    const said = verdicts(unseen, blends, name);
    const hits = said.filter(({ wanted, given }) => wanted && given).length;
    const precision = hits / said.filter(({ given }) => given).length;
    const recall = hits / said.filter(({ wanted }) => wanted).length;
    return `  ${name}: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}, of ${said.length}`;
  });
  const guessed = unseen.filter(({ example }) => example.intents.length > 0);
  const right = guessed.filter(({ example, scores }) => {
    const chances = intentChances(intents, scores);
    const guess = INTENTS[chances.indexOf(Math.max(...chances))];
    return guess !== undefined && example.intents.includes(guess);
  });
  return [...lines, `  intent: ${(right.length / guessed.length).toFixed(3)} right, of ${guessed.length}`];
}

/** What the fitted reader says wrongly of those messages, signal by signal. */
export function mistakesOf(unseen: readonly Unseen[], { blends }: Pick<Fitted, "blends">): readonly string[] {
  return SIGNALS.flatMap((name) =>
    verdicts(unseen, blends, name)
      .filter(({ wanted, given }) => wanted !== given)
      .map(
        ({ text, wanted, chance }) =>
          `${name} ${wanted ? "missed" : "false alarm"} ${chance.toFixed(2)}: ${text}`,
      ),
  );
}

function verdicts(unseen: readonly Unseen[], blends: Fitted["blends"], name: Signal) {
  return unseen.flatMap(({ example, found, scores }) => {
    const wanted = example.signals[name];
    if (wanted === undefined) return [];
    const chance = blend(blends, found.points, scores)[name];
    return [{ text: example.text, wanted, chance, given: chance >= blends[name].threshold }];
  });
}

/**
 * How much a miss weighs against a false alarm: whoever asks for a person must get one; what is taken for an exception of
 * policy costs staff's time.
 */
const RECALL_WEIGHT: Readonly<Record<Signal, number>> = {
  human: 1.3,
  angry: 1.2,
  refund: 0.8,
  plan: 0.8,
  other: 0.8,
};

/** The probability from which yes is best, between bounds that keep a small set from choosing something odd. */
function bestThreshold(
  rows: readonly { chance: number; wanted: boolean; weight: number }[],
  recallWeight: number,
): number {
  const square = recallWeight * recallWeight;
  let best = 0.5;
  let highest = 0;
  for (let threshold = 0.3; threshold <= 0.601; threshold += 0.02) {
    const sum = (which: (row: (typeof rows)[number]) => boolean): number =>
      rows.reduce((total, row) => (which(row) ? total + row.weight : total), 0);
    const hits = sum(({ chance, wanted }) => wanted && chance >= threshold);
    const misses = sum(({ chance, wanted }) => wanted && chance < threshold);
    const alarms = sum(({ chance, wanted }) => !wanted && chance >= threshold);
    const value = ((1 + square) * hits) / ((1 + square) * hits + square * misses + alarms);
    if (value > highest) {
      highest = value;
      best = threshold;
    }
  }
  return short(best);
}

/**
 * The rules were written with the older messages in view, and look better on those than they are. What they are worth is
 * therefore measured above all on communities that they have never seen.
 */
const VOICE_WEIGHT = 5;

function fitBlend(unseen: readonly Unseen[], name: Signal): Blend {
  const rows = unseen.flatMap(({ example, found, scores }) => {
    const known = example.signals[name];
    if (known === undefined) return [];
    const weight = isVoice(example) ? VOICE_WEIGHT : 1;
    const inputs = blendInputs(found.points[name], scores.ngrams.signals[name], scores.network.signals[name]);
    return [{ inputs, wanted: Number(known), weight }];
  });
  const weights = logistic(rows, 0.02);
  const [ngrams = 0, network = 0, rulesFor = 0, rulesAgainst = 0, offset = 0] = weights;
  const chances = rows.map(({ inputs, wanted, weight }) => ({
    chance: sigmoid(inputs.reduce((sum, input, at) => sum + input * (weights[at] ?? 0), 0)),
    wanted: wanted === 1,
    weight,
  }));
  const threshold = bestThreshold(chances, RECALL_WEIGHT[name]);
  return {
    ngrams: short(ngrams),
    network: short(network),
    rulesFor: short(rulesFor),
    rulesAgainst: short(rulesAgainst),
    offset: short(offset),
    threshold,
  };
}

/** The weights of both scores with which the right intents are least of a surprise, on a grid. */
function fitIntents(unseen: readonly Unseen[]): Fitted["intents"] {
  const known = unseen.filter(({ example }) => example.intents.length > 0);
  let best = { ngrams: 1, network: 0 };
  let least = Infinity;
  for (let ngrams = 0.1; ngrams <= 1.501; ngrams += 0.1) {
    for (let network = 0; network <= 1.501; network += 0.1) {
      const loss = known.reduce((sum, { example, scores }) => {
        const chances = intentChances({ ngrams, network }, scores);
        const right = example.intents.reduce(
          (all, intent) => all + (chances[INTENTS.indexOf(intent)] ?? 0),
          0,
        );
        return sum - (isVoice(example) ? VOICE_WEIGHT : 1) * Math.log(Math.max(right, 1e-9));
      }, 0);
      if (loss < least) [least, best] = [loss, { ngrams: short(ngrams), network: short(network) }];
    }
  }
  return best;
}

function fitConfidence(
  unseen: readonly Unseen[],
  blends: Fitted["blends"],
  weights: Fitted["intents"],
): readonly number[] {
  const rows = unseen.flatMap(({ example, message, found, scores }) => {
    if (example.intents.length === 0) return [];
    const chances = blend(blends, found.points, scores);
    const intents = intentChances(weights, scores);
    const guess = INTENTS[intents.indexOf(Math.max(...intents))] ?? "other";
    const signalsRight = SIGNALS.every((name) => {
      const known = example.signals[name];
      return known === undefined || known === chances[name] >= blends[name].threshold;
    });
    const words = message.sentences.join(" ").split(" ").length;
    const language = detectLanguage(message.sentences, message.plain);
    const inputs = confidenceInputs(scores, { intents: weights }, chances, language, words);
    return [
      {
        inputs,
        wanted: Number(example.intents.includes(guess) && signalsRight),
        weight: isVoice(example) ? VOICE_WEIGHT : 1,
      },
    ];
  });
  return logistic(rows, 0.01).map(short);
}

/** Logistic regression of a few inputs, by plain descent with a little shrinkage. */
function logistic(
  rows: readonly { readonly inputs: readonly number[]; readonly wanted: number; readonly weight: number }[],
  shrink: number,
): number[] {
  const size = rows[0]?.inputs.length ?? 0;
  const weights = Array.from({ length: size }, () => 0);
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  for (let round = 0; round < 3_000; round += 1) {
    const slopes = weights.map((weight) => (shrink * weight) / 10);
    for (const { inputs, wanted, weight } of rows) {
      const error =
        weight * (sigmoid(inputs.reduce((sum, input, at) => sum + input * weights[at]!, 0)) - wanted);
      for (let at = 0; at < size; at += 1) slopes[at]! += (error * inputs[at]!) / total;
    }
    for (let at = 0; at < size; at += 1) weights[at]! -= 0.8 * slopes[at]!;
  }
  return weights;
}

function short(value: number): number {
  return Number(value.toPrecision(5));
}
