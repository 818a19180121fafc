import { INTENTS } from "../../domain.ts";
import type { Intent } from "../../domain.ts";
import type { LocalReader, PolicyTopic, Reading } from "../reading.ts";
import { findComplexity } from "./complexity.ts";
import { findCues } from "./cues.ts";
import { findFrustration } from "./frustration.ts";
import { findHumanRequest } from "./human.ts";
import { detectLanguage } from "./language.ts";
import { scorerOf, shippedModel } from "./model.ts";
import type { Fitted, PairOfScores, TrainedModel } from "./model.ts";
import { each, SIGNALS } from "./outputs.ts";
import type { Signal } from "./outputs.ts";
import { findOtherCustomer } from "./other-customer.ts";
import { findPlanChange, findRefund } from "./policy.ts";
import { refundAmount } from "./refund-amount.ts";
import type { TopicFinding } from "./topic-rules.ts";
import { prepare } from "./prepare.ts";
import type { Prepared } from "./prepare.ts";

export { matchTopics } from "./topics.ts";

/**
 * Reads one message with rules, n-grams and words network together: nothing leaves the machine, no state that shows, never
 * throws. A message without a single word (empty, only emoji) is read as `other`, with full confidence.
 */
export const readLocally: LocalReader = (text) => {
  shipped ??= createReader(shippedModel());
  return shipped(text);
};

let shipped: LocalReader | undefined;

/** Who answers: all together, or one alone, by which the benchmark shows what each adds. */
export type Part = "all" | "rules" | "ngrams" | "network";

/** A reader over any model: the trainer and the benchmark measure the very code that runs. */
export function createReader(model: TrainedModel, part: Part = "all"): LocalReader {
  const score = scorerOf(model);
  return (text) => {
    const message = prepare(text);
    if (message.sentences.length === 0) return nothingToRead(message);
    const found = findRules(message);
    const scores = score(message, part === "all" || part === "rules" ? found.names : []);
    return judge(message, found, scores, model.fitted, part);
  };
}

/**
 * Rules that say no are right unless everything else is very sure: a person is only asked about ("are you a real person").
 * Who says in so many words that they want none gets none, however much the words look like it.
 */
function isDeclined({ plain }: Prepared, points: number, chance: number): boolean {
  if (points <= DECLINED) return true;
  return chance < VERY_SURE && (points <= ASKED_ABOUT || (points <= 0 && OWN_PERSON.test(plain)));
}

/** Somebody of the customer's own, and none of the operator's. */
const OWN_PERSON = /\b(?:my|our) (?:lawyer|solicitor|attorney|accountant|bank)\b/i;

const DECLINED = -3;
const ASKED_ABOUT = -2;
const VERY_SURE = 0.75;

/** All that the rules say about a message. */
export interface RuleFindings {
  readonly points: Readonly<Record<Signal, number>>;
  readonly evidence: Readonly<Record<Signal, string>>;
  readonly topics: Readonly<Record<"refund" | "plan" | "other", TopicFinding>>;
  /** What tells the intent, as features for the model. */
  readonly names: readonly string[];
}

export function findRules(message: Prepared): RuleFindings {
  const human = findHumanRequest(message.clauses);
  const angry = findFrustration(message);
  const topics = {
    refund: findRefund(message.clauses),
    plan: findPlanChange(message.clauses),
    other: findOtherCustomer(message.clauses),
  };
  const findings = { human, angry, ...topics };
  const names = [...findCues(message)];
  for (const name of SIGNALS) {
    if (findings[name].points >= 1) names.push(`${name} yes`);
    if (findings[name].points <= -1) names.push(`${name} no`);
  }
  if (topics.refund.mentioned) names.push("refund named");
  if (topics.plan.mentioned) names.push("plan named");
  return {
    points: each((name) => findings[name].points),
    evidence: each((name) => findings[name].evidence),
    topics,
    names,
  };
}

/** Probability of each signal, from the rules' points and the scores of both models as training found best. */
export function blend(
  blends: Fitted["blends"],
  points: Readonly<Record<Signal, number>>,
  { ngrams, network }: PairOfScores,
  part: Part = "all",
): Readonly<Record<Signal, number>> {
  return each((name) => {
    if (part === "rules") return points[name] >= RULES_ALONE[name] ? 1 : 0;
    if (part === "ngrams") return sigmoid(ngrams.signals[name]);
    if (part === "network") return sigmoid(network.signals[name]);
    const inputs = blendInputs(points[name], ngrams.signals[name], network.signals[name]);
    const { rulesFor, rulesAgainst, offset, ...models } = blends[name];
    const weights = [models.ngrams, models.network, rulesFor, rulesAgainst, offset];
    return sigmoid(inputs.reduce((sum, input, at) => sum + input * (weights[at] ?? 0), 0));
  });
}

/** What a signal's probability is made of, in the order of the blend's weights; the constant comes last. */
export function blendInputs(points: number, ngrams: number, network: number): readonly number[] {
  return [ngrams, network, Math.max(0, points), Math.min(0, points), 1];
}

/** Probabilities of the intents; the rules have none of their own. */
export function intentChances(
  weights: Fitted["intents"],
  { ngrams, network }: PairOfScores,
  part: Part = "all",
): readonly number[] {
  const byNGrams = part === "network" ? 0 : weights.ngrams;
  const byNetwork = part === "ngrams" ? 0 : weights.network;
  return softmax(
    ngrams.intents.map((value, at) => byNGrams * value + byNetwork * (network.intents[at] ?? 0)),
  );
}

/**
 * What the calibration of the confidence looks at; the constant comes last. Where
 * n-grams and network disagree, neither is to be trusted.
 */
export function confidenceInputs(
  scores: PairOfScores,
  fitted: Pick<Fitted, "intents">,
  chances: Readonly<Record<Signal, number>>,
  language: string,
  words: number,
): readonly number[] {
  const intents = intentChances(fitted.intents, scores);
  const [best = 0, second = 0] = [...intents].sort((left, right) => right - left);
  const guess = intents.indexOf(best);
  const alone = (["ngrams", "network"] as const).map(
    (part) => intentChances(fitted.intents, scores, part)[guess] ?? 0,
  );
  const doubts = SIGNALS.map((name) => 1 - Math.abs(2 * chances[name] - 1));
  const disputes = SIGNALS.map((name) =>
    Math.abs(sigmoid(scores.ngrams.signals[name]) - sigmoid(scores.network.signals[name])),
  );
  return [
    best,
    best - second,
    Math.min(...alone),
    Math.max(...doubts),
    Math.max(...disputes),
    language === "en" ? 0 : 1,
    Math.min(1, words / 40),
    1,
  ];
}

function softmax(values: readonly number[]): readonly number[] {
  const highest = Math.max(...values);
  const raised = values.map((value) => Math.exp(value - highest));
  const sum = raised.reduce((left, right) => left + right, 0);
  return raised.map((value) => value / sum);
}

export function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

/** Points from which the rules say yes when nobody else is asked. */
const RULES_ALONE: Readonly<Record<Signal, number>> = { human: 1, angry: 0.8, refund: 1, plan: 1, other: 1 };

function judge(
  message: Prepared,
  found: RuleFindings,
  scores: PairOfScores,
  fitted: Fitted,
  part: Part,
): Reading {
  const chances = blend(fitted.blends, found.points, scores, part);
  const yes = each(
    (name) =>
      chances[name] >= (part === "all" ? fitted.blends[name].threshold : 0.5) &&
      !(part === "all" && name === "human" && isDeclined(message, found.points.human, chances.human)),
  );
  const chancesOfIntents = intentChances(fitted.intents, scores, part);
  const bestAt = chancesOfIntents.indexOf(Math.max(...chancesOfIntents));
  const intent = INTENTS[bestAt] ?? "other";
  const language = detectLanguage(message.sentences, message.plain);
  const complexity = findComplexity(message);
  const words = message.sentences.join(" ").split(" ").length;
  const inputs = confidenceInputs(scores, fitted, chances, language, words);
  const calibrated = sigmoid(
    inputs.reduce((sum, input, index) => sum + input * (fitted.confidence[index] ?? 0), 0),
  );
  const evidence: Record<string, string | number> = { intent_score: rounded(chancesOfIntents[bestAt] ?? 0) };
  for (const name of SIGNALS) {
    if (chances[name] < 0.1 && found.points[name] === 0) continue;
    evidence[`${name}_score`] = rounded(chances[name]);
    if (found.evidence[name] !== "") evidence[`${name}_words`] = found.evidence[name].slice(0, 120);
  }
  if (complexity.words !== "") evidence["complexity"] = complexity.words;
  return {
    intent,
    complexity: complexity.points >= 2 ? "complex" : "simple",
    frustrated: yes.angry,
    wantsHuman: yes.human,
    policy: policyOf(message, found, yes, intent),
    language,
    // A sure call for a person settles what happens next, whatever the rest of the message is about.
    confidence: rounded(
      yes.human && found.points.human === 2 ? Math.max(calibrated, chances.human) : calibrated,
    ),
    by: "local",
    evidence,
  };
}

function policyOf(
  message: Prepared,
  found: RuleFindings,
  yes: Readonly<Record<Signal, boolean>>,
  intent: Intent,
): readonly PolicyTopic[] {
  const topics: PolicyTopic[] = [];
  const { refund, plan, other } = found.topics;
  if (yes.refund || refund.mentioned || intent === "refund") {
    const amount = refundAmount(message);
    topics.push({
      kind: "refund",
      requested: yes.refund,
      ...(amount === undefined ? {} : { amountCents: amount.cents }),
      ...(amount?.currency === undefined ? {} : { currency: amount.currency }),
      evidence: wordsFor(refund, message, amount?.text),
    });
  }
  if (yes.plan || plan.mentioned || intent === "plan_change") {
    topics.push({ kind: "plan_change", requested: yes.plan, evidence: wordsFor(plan, message) });
  }
  // A question whether others can see one's data touches nobody else's; only a request does.
  if (yes.other) topics.push({ kind: "other_customer", requested: true, evidence: wordsFor(other, message) });
  return topics;
}

function wordsFor(finding: TopicFinding, message: Prepared, amount?: string): string {
  const words = finding.evidence === "" ? (message.sentences[0] ?? "") : finding.evidence;
  return (amount === undefined || words.includes(amount) ? words : `${words} · ${amount}`).slice(0, 160);
}

function nothingToRead(message: Prepared): Reading {
  const angry = findFrustration(message).points >= 0.8;
  return {
    intent: message.style.emoji.length > 0 ? "small_talk" : "other",
    complexity: "simple",
    frustrated: angry,
    wantsHuman: false,
    policy: [],
    language: "en",
    confidence: 1,
    by: "local",
    evidence: angry ? { angry_words: message.style.emoji.join("") } : {},
  };
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
