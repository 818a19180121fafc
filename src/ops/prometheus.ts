import { collectDefaultMetrics, Counter, Histogram, Registry } from "prom-client";

import { ESCALATION_REASONS } from "../domain.ts";
import type { Metrics } from "./metrics.ts";
import { addGauges, type GaugeSources } from "./prometheus-gauges.ts";

export interface Prometheus {
  readonly metrics: Metrics;
  readonly contentType: string;
  /** The page that Prometheus reads. It answers also while the database does not: its numbers are missing then. */
  page(): Promise<string>;
}

/** An answer takes seconds, a person minutes to hours. */
const ANSWER_SECONDS = [0.5, 1, 2, 3, 5, 10, 20, 30, 60, 300, 1_800, 7_200, 28_800];
const CLAIM_SECONDS = [10, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 28_800, 86_400];
const MICROS = 1_000_000;

/** Every number in a registry of its own: counts since the start of this process, and what waits when it is asked. */
export function createPrometheus(sources: GaugeSources): Prometheus {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter({ name: `deskhand_${name}`, help, labelNames: [...labelNames], registers });
  const seconds = <L extends string>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: readonly L[] = [],
  ) => new Histogram({ name: `deskhand_${name}`, help, buckets, labelNames: [...labelNames], registers });

  const messages = counter("messages_received_total", "Messages that platforms handed over.", [
    "adapter",
    "result",
  ]);
  const aside = counter("events_set_aside_total", "Events that could not be worked and were put aside.");
  const turns = counter("turns_total", "Turns that ended, by outcome and by who answered.", [
    "outcome",
    "tier",
  ]);
  const answers = counter("answers_total", "Answers that were committed, by who wrote them.", ["tier"]);
  const escalations = counter("escalations_total", "Conversations handed to a person.", ["reason"]);
  const firstAnswers = seconds(
    "first_answer_seconds",
    "From a customer's first unanswered words until an answer was delivered.",
    ANSWER_SECONDS,
    ["by"],
  );
  const claims = seconds("claim_seconds", "From an escalation until somebody claimed it.", CLAIM_SECONDS);
  const sent = counter("deliveries_total", "Deliveries that a platform took, or refused for good.", [
    "result",
  ]);
  const retries = counter("outbox_retries_total", "Tries to deliver that failed and were tried again.");
  const calls = counter("model_calls_total", "Calls to a model that were paid for in advance.", [
    "purpose",
    "tier",
  ]);
  const replies = counter("model_replies_total", "Replies, by the model that gave them.", ["model"]);
  const refused = counter("model_calls_refused_total", "Calls that the model's server refused.");
  const tokens = counter("model_tokens_total", "Tokens that were booked.", ["model", "kind"]);
  const cost = counter("model_cost_dollars_total", "Dollars that were booked.", ["model"]);
  const usedUp = counter("budget_refusals_total", "Calls that a used-up budget prevented.", ["budget"]);
  // A counter that is absent until something happens cannot alert on what happens first.
  for (const reason of ESCALATION_REASONS) escalations.inc({ reason }, 0);
  for (const tier of ["1", "2", "offline"]) answers.inc({ tier }, 0);
  for (const result of ["sent", "failed"]) sent.inc({ result }, 0);
  for (const budget of ["conversation", "customer_day", "day"]) usedUp.inc({ budget }, 0);

  addGauges(registry, sources);

  return {
    contentType: registry.contentType,
    page: () => registry.metrics(),
    metrics: {
      messageIn: (adapter, result) => messages.inc({ adapter, result }),
      eventsSetAside: (count) => aside.inc(count),
      turnEnded(outcome, tier) {
        turns.inc({ outcome, tier });
        if (outcome === "answered") answers.inc({ tier });
      },
      escalated: (reason) => escalations.inc({ reason }),
      firstAnswer: (by, ms) => firstAnswers.observe({ by }, ms / 1_000),
      claimed: (ms) => claims.observe(ms / 1_000),
      delivery: (how) => (how === "retried" ? retries.inc() : sent.inc({ result: how })),
      modelCalled: (purpose, tier) => calls.inc({ purpose, tier }),
      modelAnswered(model, usage, micros) {
        replies.inc({ model });
        tokens.inc({ model, kind: "input" }, usage.inputTokens);
        tokens.inc({ model, kind: "cache_write" }, usage.cacheWrite5mTokens + usage.cacheWrite1hTokens);
        tokens.inc({ model, kind: "cache_read" }, usage.cacheReadTokens);
        tokens.inc({ model, kind: "output" }, usage.outputTokens);
        cost.inc({ model }, micros / MICROS);
      },
      modelRefused: () => refused.inc(),
      budgetUsedUp: (budget) => usedUp.inc({ budget }),
    },
  };
}
