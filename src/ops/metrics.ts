import type { EscalationReason, Tier } from "../domain.ts";
import type { ModelPurpose, Usage } from "../models/model.ts";
import type { Reservation } from "../store/store.ts";

/** Who answered a turn; `none` where no model was needed. */
export type AnsweredBy = "1" | "2" | "offline" | "none";

/**
 * What is counted where it happens. Whoever implements it makes time series of these, so no argument may be something
 * that customers choose: no ids, no names, no texts.
 */
export interface Metrics {
  messageIn(adapter: string, how: "accepted" | "duplicate"): void;
  eventsSetAside(count: number): void;
  /** `answered`, `escalated`, `relayed` …: the outcomes that `turns` records. */
  turnEnded(outcome: string, by: AnsweredBy): void;
  escalated(reason: EscalationReason): void;
  /** From a customer's first unanswered words until an answer to them was there. */
  firstAnswer(by: "ai" | "staff", waitedMs: number): void;
  claimed(waitedMs: number): void;
  delivery(how: "sent" | "retried" | "failed"): void;
  /** A call was paid for in advance, and is about to be made. */
  modelCalled(purpose: ModelPurpose, tier: Tier): void;
  /** It was answered, by the primary or by the model behind it. */
  modelAnswered(model: string, usage: Usage, micros: number): void;
  /** It certainly never reached a model. */
  modelRefused(): void;
  budgetUsedUp(budget: Extract<Reservation, { kind: "over_budget" }>["budget"]): void;
}
