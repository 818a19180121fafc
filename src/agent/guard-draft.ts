import type { Citation, EscalationReason } from "../domain.ts";
import type { TurnContext } from "../store/store.ts";
import { guard } from "./guard.ts";
import type { Draft } from "./loop.ts";
import type { BurstReading } from "./read.ts";

/** What the guard needs that does not change from turn to turn. */
export interface GuardFacts {
  /** Besides the hosts of the articles that were shown. */
  readonly linkHosts: ReadonlySet<string>;
  readonly refundLimit: number;
  /** True when a text repeats what only internal articles say. */
  readonly leaksInternal: (text: string) => Promise<boolean>;
}

export type Verdict =
  | {
      readonly kind: "pass";
      readonly text: string;
      readonly citations: readonly Citation[];
      readonly mended: readonly string[];
    }
  | {
      readonly kind: "reject";
      readonly reason: EscalationReason;
      readonly rule: string;
      readonly security: boolean;
      /** True when a stronger model may do better: the draft was unsure, not forbidden. */
      readonly retryStronger: boolean;
    };

const CAN_BE_OUTDONE: ReadonlySet<EscalationReason> = new Set(["low_confidence", "complex_technical"]);

/** The guard over whatever the loop came to: a draft is checked, a wish for a person is weighed. */
export async function guardDraft(
  draft: Draft,
  turn: {
    readonly context: TurnContext;
    readonly reading: BurstReading;
    readonly question: string;
    readonly system: string;
  },
  facts: GuardFacts,
): Promise<Verdict> {
  if (draft.kind === "escalate") {
    const { reason, rule, summary } = draft;
    // A model that asked for a person wrote a summary; a stronger one is tried only where it may know more.
    const retryStronger =
      CAN_BE_OUTDONE.has(reason) && (summary !== undefined || /refused|rounds|fit/.test(rule));
    return { kind: "reject", reason, rule, security: false, retryStronger };
  }
  const { context, reading, question, system } = turn;
  const verdict = guard({
    text: draft.text,
    citations: draft.citations,
    passages: draft.passages,
    reading,
    usedTools: draft.usedTools,
    visibility: context.conversation.visibility === "public" && !draft.account ? "public" : "private",
    customerEmail: context.customer.email,
    question,
    linkHosts: facts.linkHosts,
    refundLimit: facts.refundLimit,
    leaksInternal: await facts.leaksInternal(draft.text),
    systemPrompt: system,
  });
  return verdict.kind === "pass"
    ? verdict
    : { ...verdict, retryStronger: CAN_BE_OUTDONE.has(verdict.reason) && !verdict.security };
}
