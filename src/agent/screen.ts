import type { Config } from "../config/schema.ts";
import type { EscalationReason } from "../domain.ts";
import type { TurnContext } from "../store/store.ts";
import type { BurstReading } from "./read.ts";
import type { PolicyTopic } from "./reading.ts";

export type Screened =
  | { readonly kind: "limited" }
  | {
      readonly kind: "escalate";
      readonly reason: EscalationReason;
      /** Which rule decided, for the evidence and the report. */
      readonly rule: string;
      readonly evidence: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "proceed" };

type ScreenConfig = Pick<Config, "policy" | "reading" | "conversation">;

/** Whether a person has this conversation. Staff who spoke without a claim hold it for a while only. */
export function isHeld(context: TurnContext, config: Pick<Config, "desk">, now: number): boolean {
  const { holder, escalationId, staffSpokeAt } = context.conversation;
  if (holder === "ai") return false;
  if (escalationId !== null) return true;
  return staffSpokeAt !== null && now - staffSpokeAt < config.desk.silent_after_staff_minutes * 60_000;
}

/** Over all conversations a person may write this many times what one conversation takes. */
const MOST_CONVERSATIONS = 10;

/** The rules, before any model is asked. Pure: the same context and reading give the same decision. */
export function screen(context: TurnContext, reading: BurstReading, config: ScreenConfig): Screened {
  if (reading.wantsHuman) {
    return escalate("customer_request", "the customer asks for a person", reading.evidence);
  }
  const exception = reading.policy.find((topic) => isException(topic, config.policy));
  if (exception) {
    return escalate("policy_exception", nameOfRule(exception, config.policy), {
      ...reading.evidence,
      topic: exception,
    });
  }
  const { here, everywhere } = context.recentMessages;
  const most = config.conversation.messages_per_minute;
  if (here > most || everywhere > most * MOST_CONVERSATIONS) return { kind: "limited" };
  const frustrations = context.conversation.frustration + reading.frustrations;
  if (reading.frustrated && frustrations >= config.reading.frustration_limit) {
    return escalate("repeated_frustration", "frustration expressed again", {
      ...reading.evidence,
      frustrations,
    });
  }
  return { kind: "proceed" };
}

function isException(topic: PolicyTopic, policy: Config["policy"]): boolean {
  switch (topic.kind) {
    case "refund":
      return topic.requested && (topic.amountCents ?? 0) > policy.refund_limit * 100;
    case "plan_change":
      return topic.requested && policy.plan_changes_need_a_person;
    case "other_customer":
    case "custom":
      return topic.requested;
  }
}

function nameOfRule(topic: PolicyTopic, policy: Config["policy"]): string {
  switch (topic.kind) {
    case "refund":
      return `a refund over ${policy.refund_limit} ${policy.currency}`;
    case "plan_change":
      return "a change of plan";
    case "other_customer":
      return "another customer's data";
    case "custom":
      return `the operator's topic "${topic.name ?? topic.evidence}"`;
  }
}

function escalate(
  reason: EscalationReason,
  rule: string,
  evidence: Readonly<Record<string, unknown>>,
): Screened {
  return { kind: "escalate", reason, rule, evidence };
}
