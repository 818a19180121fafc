import { performance } from "node:perf_hooks";
import type { LocalReader, Reading } from "../../src/agent/reading.ts";
import { readLocally } from "../../src/agent/signals/index.ts";
import { SIGNALS } from "../../src/agent/signals/outputs.ts";
import type { Signal } from "../../src/agent/signals/outputs.ts";
import type { Example } from "./corpus.ts";

export interface YesOrNo {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly yes: number;
  readonly no: number;
  /** How many of the messages without the signal were read as having it. */
  readonly alarms: number;
}

export interface Share {
  readonly right: number;
  readonly count: number;
}

export interface Figures {
  readonly signals: Readonly<Record<Signal, YesOrNo>>;
  /** Refund, plan and other people's data taken together: what may be an exception of policy. */
  readonly policy: YesOrNo;
  /** Messages about nothing of ours, read as `other`, and those read so that are something else. */
  readonly outOfScope: YesOrNo;
  readonly intents: Share;
  /** Complexity, language, amount, and policy exceptions of any kind taken together. */
  readonly others: Readonly<Record<string, Share>>;
  /** Messages whose confidence reaches the default floor: their share, and how many of them are right. */
  readonly confident: { readonly share: number; readonly right: number };
  readonly mistakes: readonly string[];
}

export const FLOOR = 0.45;

/** Reads every example and compares; what an example does not label is not counted. */
export function measure(examples: readonly Example[], read: LocalReader): Figures {
  const mistakes: string[] = [];
  const readings = examples.map((example) => ({ example, reading: read(example.text) }));
  const signals = Object.fromEntries(
    SIGNALS.map((name) => [name, yesOrNo(readings, name, mistakes)]),
  ) as Record<Signal, YesOrNo>;
  const share = (
    name: string,
    known: (example: Example) => boolean,
    right: (pair: Pair) => boolean,
  ): Share => {
    const pairs = readings.filter(({ example }) => known(example));
    const good = pairs.filter((pair) => {
      const isRight = right(pair);
      if (!isRight) mistakes.push(`${name}: ${shown(pair)}`);
      return isRight;
    });
    return { right: good.length / Math.max(1, pairs.length), count: pairs.length };
  };
  const intents = share("intent", ({ intents }) => intents.length > 0, intentRight);
  const others = {
    complexity: share(
      "complexity",
      ({ complexity }) => complexity !== undefined,
      ({ example, reading }) => reading.complexity === example.complexity,
    ),
    language: share(
      "language",
      ({ language }) => language !== undefined,
      ({ example, reading }) => reading.language === example.language,
    ),
    amount: share("amount", ({ cents }) => cents !== undefined, amountRight),
  };
  const sure = readings.filter(({ reading }) => reading.confidence >= FLOOR);
  const confident = {
    share: sure.length / Math.max(1, readings.length),
    right: sure.filter(allRight).length / Math.max(1, sure.length),
  };
  const topics = POLICY.map((name) => signals[name]);
  const policy = together(topics.map(countsOf));
  const outOfScope = together([
    countWhere(
      readings.filter(({ example }) => example.intents.length > 0),
      ({ example }) => example.intents[0] === "other",
      ({ example, reading }) =>
        reading.intent === "other" && (example.intents[0] === "other" || !intentRight({ example, reading })),
    ),
  ]);
  return { signals, policy, outOfScope, intents, others, confident, mistakes };
}

const POLICY: readonly Signal[] = ["refund", "plan", "other"];

interface Counts {
  readonly hits: number;
  readonly misses: number;
  readonly alarms: number;
  readonly quiet: number;
}

function countWhere(
  pairs: readonly Pair[],
  wanted: (pair: Pair) => boolean,
  given: (pair: Pair) => boolean,
): Counts {
  const count = (yes: boolean, said: boolean) =>
    pairs.filter((pair) => wanted(pair) === yes && given(pair) === said).length;
  return {
    hits: count(true, true),
    misses: count(true, false),
    alarms: count(false, true),
    quiet: count(false, false),
  };
}

function countsOf({ recall, yes, no, alarms }: YesOrNo): Counts {
  const hits = Math.round(recall * yes);
  return { hits, misses: yes - hits, alarms, quiet: no - alarms };
}

function together(parts: readonly Counts[]): YesOrNo {
  const sum = (part: (counts: Counts) => number) => parts.reduce((all, one) => all + part(one), 0);
  const [hits, misses] = [sum((one) => one.hits), sum((one) => one.misses)];
  const alarms = sum((one) => one.alarms);
  const precision = hits / Math.max(1, hits + alarms);
  const recall = hits / Math.max(1, hits + misses);
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { precision, recall, f1, yes: hits + misses, no: alarms + sum((one) => one.quiet), alarms };
}

/** Ten bins of confidence: how many messages fall in each, and how many of those are wholly right. */
export function calibrationBins(
  examples: readonly Example[],
  read: LocalReader,
): readonly { from: number; to: number; count: number; share: number; right: number }[] {
  const pairs = examples
    .filter(({ intents }) => intents.length > 0)
    .map((example) => ({ example, reading: read(example.text) }));
  return Array.from({ length: 10 }, (_, bin) => {
    const inside = pairs.filter(({ reading }) => Math.min(9, Math.floor(reading.confidence * 10)) === bin);
    return {
      from: bin / 10,
      to: (bin + 1) / 10,
      count: inside.length,
      share: inside.length / pairs.length,
      right: inside.filter(allRight).length / Math.max(1, inside.length),
    };
  });
}

/** Mean distance between what the confidence says and how often it is right, over the bins, weighted by their size. */
export function calibrationError(examples: readonly Example[], read: LocalReader): number {
  const pairs = examples
    .filter(({ intents }) => intents.length > 0)
    .map((example) => ({ example, reading: read(example.text) }));
  const bins = Map.groupBy(pairs, ({ reading }) => Math.min(9, Math.floor(reading.confidence * 10)));
  let error = 0;
  for (const inside of bins.values()) {
    const said = inside.reduce((sum, { reading }) => sum + reading.confidence, 0);
    error += Math.abs(said - inside.filter(allRight).length) / pairs.length;
  }
  return error;
}

/**
 * The probability of each signal, against the truth: how far it is off on average over ten bins. Signals that no evidence
 * speaks of count as 0.
 */
export function signalCalibrationError(
  examples: readonly Example[],
  read: LocalReader,
  name: Signal,
): number {
  const known = examples.flatMap((example) => {
    const wanted = example.signals[name];
    if (wanted === undefined) return [];
    const chance = Number(read(example.text).evidence[`${name}_score`] ?? 0);
    return [{ wanted: Number(wanted), chance }];
  });
  const bins = Map.groupBy(known, ({ chance }) => Math.min(9, Math.floor(chance * 10)));
  let error = 0;
  for (const inside of bins.values()) {
    const gap = inside.reduce((sum, { wanted, chance }) => sum + chance - wanted, 0);
    error += Math.abs(gap) / Math.max(1, known.length);
  }
  return error;
}

/** Microseconds a message after a warm-up: the least of five readings, since what others on the machine take is not ours. */
export function speedOf(texts: readonly string[]): { readonly median: number; readonly worst: number } {
  for (const text of texts) readLocally(text);
  const times = texts.map((text) => {
    let least = Infinity;
    for (let again = 0; again < 5; again += 1) {
      const start = performance.now();
      readLocally(text);
      least = Math.min(least, (performance.now() - start) * 1_000);
    }
    return least;
  });
  times.sort((left, right) => left - right);
  return { median: times[times.length >> 1] ?? 0, worst: times[Math.floor(times.length * 0.99)] ?? 0 };
}

interface Pair {
  readonly example: Example;
  readonly reading: Reading;
}

function yesOrNo(readings: readonly Pair[], name: Signal, mistakes: string[]): YesOrNo {
  let hits = 0;
  let misses = 0;
  let alarms = 0;
  let quiet = 0;
  for (const pair of readings) {
    const wanted = pair.example.signals[name];
    if (wanted === undefined) continue;
    const given = saidYes(pair.reading, name);
    if (wanted && given) hits += 1;
    else if (wanted) misses += 1;
    else if (given) alarms += 1;
    else quiet += 1;
    if (wanted !== given) mistakes.push(`${name} ${wanted ? "missed" : "false alarm"}: ${shown(pair)}`);
  }
  const precision = hits / Math.max(1, hits + alarms);
  const recall = hits / Math.max(1, hits + misses);
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { precision, recall, f1, yes: hits + misses, no: alarms + quiet, alarms };
}

function saidYes(reading: Reading, name: Signal): boolean {
  if (name === "human") return reading.wantsHuman;
  if (name === "angry") return reading.frustrated;
  const kind = ({ refund: "refund", plan: "plan_change", other: "other_customer" } as const)[name];
  return reading.policy.some((topic) => topic.kind === kind && topic.requested);
}

function intentRight({ example, reading }: Pair): boolean {
  return example.intents.includes(reading.intent);
}

function amountRight({ example, reading }: Pair): boolean {
  const topic = reading.policy.find(({ kind }) => kind === "refund");
  return topic?.amountCents === example.cents && topic?.currency === example.currency;
}

function allRight(pair: Pair): boolean {
  const { example, reading } = pair;
  const signalsRight = SIGNALS.every((name) => {
    const wanted = example.signals[name];
    return wanted === undefined || wanted === saidYes(reading, name);
  });
  return signalsRight && (example.intents.length === 0 || intentRight(pair));
}

function shown({ example, reading }: Pair): string {
  return `[${example.theme}; wanted ${example.intents.join("/")}; read ${reading.intent} ${reading.confidence}] ${example.text}`;
}
