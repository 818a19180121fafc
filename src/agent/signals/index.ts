import { INTENTS } from "../../domain.ts";
import type { Intent } from "../../domain.ts";
import type { LocalReader, PolicyTopic, Reading } from "../reading.ts";
import { findComplexity } from "./complexity.ts";
import { findCues } from "./cues.ts";
import { findFrustration } from "./frustration.ts";
import { findHumanRequest } from "./human.ts";
import { detectLanguage } from "./language.ts";
import { score, shippedModel, SIGNALS } from "./model.ts";
import type { ModelHeader, Scores, Signal, TrainedModel } from "./model.ts";
import { findOtherCustomer } from "./other-customer.ts";
import { findPlanChange, findRefund } from "./policy.ts";
import { refundAmount } from "./refund-amount.ts";
import type { TopicFinding } from "./topic-rules.ts";
import { prepare } from "./prepare.ts";
import type { Prepared } from "./prepare.ts";

export { matchTopics } from "./topics.ts";

/**
 * Reads one message with the rules and the shipped model together: no network, no state, never throws. A message
 * without a single word (empty, only emoji) is read as `other`, with full confidence.
 */
export const readLocally: LocalReader = (text) => createReader(shippedModel())(text);

/** Which halves of the reader take part; the benchmark switches one off to see what it adds. */
export interface Parts {
  readonly rules: boolean;
  readonly model: boolean;
}

/** A reader over any model: the trainer and the benchmark measure the very code that runs. */
export function createReader(model: TrainedModel, parts: Parts = { rules: true, model: true }): LocalReader {
  return (text) => {
    const message = prepare(text);
    if (message.sentences.length === 0) return nothingToRead(message);
    const found = findRules(message);
    const scores = score(model, message, parts.rules ? found.names : []);
    return judge(message, found, scores, model, parts);
  };
}

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

/** Probability of each signal, from the rules' points and the model's score as training found best. */
export function blend(
  model: { readonly header: Pick<ModelHeader, "blends"> },
  points: Readonly<Record<Signal, number>>,
  scores: Readonly<Record<Signal, number>>,
  parts: Parts,
): Readonly<Record<Signal, number>> {
  return each((name) => {
    if (!parts.rules) return sigmoid(scores[name]);
    if (!parts.model) return points[name] >= RULES_ALONE[name] ? 1 : 0;
    const { model: byModel, rule, offset } = model.header.blends[name];
    return sigmoid(byModel * scores[name] + rule * points[name] + offset);
  });
}

/** What the calibration of the confidence looks at; the constant comes last. */
export function confidenceInputs(
  intents: readonly number[],
  chances: Readonly<Record<Signal, number>>,
  language: string,
  words: number,
): readonly number[] {
  const [best = 0, second = 0] = [...intents].sort((left, right) => right - left);
  const doubts = SIGNALS.map((name) => 1 - Math.abs(2 * chances[name] - 1));
  return [best, best - second, Math.max(...doubts), language === "en" ? 0 : 1, Math.min(1, words / 40), 1];
}

/** Probabilities of the intents. */
export function softmax(values: readonly number[], temperature: number): readonly number[] {
  const highest = Math.max(...values);
  const raised = values.map((value) => Math.exp((value - highest) / temperature));
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
  scores: Scores,
  model: TrainedModel,
  parts: Parts,
): Reading {
  const { header } = model;
  const chances = blend(model, found.points, scores.signals, parts);
  const yes = each(
    (name) => chances[name] >= (parts.rules && parts.model ? header.blends[name].threshold : 0.5),
  );
  const chancesOfIntents = softmax(scores.intents, header.temperature);
  const bestAt = chancesOfIntents.indexOf(Math.max(...chancesOfIntents));
  const intent = INTENTS[bestAt] ?? "other";
  const language = detectLanguage(message.sentences, message.plain);
  const complexity = findComplexity(message);
  const words = message.sentences.join(" ").split(" ").length;
  const inputs = confidenceInputs(chancesOfIntents, chances, language, words);
  const calibrated = sigmoid(
    inputs.reduce((sum, input, index) => sum + input * (header.confidence[index] ?? 0), 0),
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
    confidence: rounded(yes.human && found.points.human === 2 ? Math.max(calibrated, 0.95) : calibrated),
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

function each<T>(value: (name: Signal) => T): Record<Signal, T> {
  return Object.fromEntries(SIGNALS.map((name) => [name, value(name)])) as Record<Signal, T>;
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
