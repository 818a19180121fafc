import type { TurnContext } from "../store/store.ts";
import { CAN_BE_OUTDONE, guard, type Verdict } from "./guard.ts";
import { clean } from "./guard-clean.ts";
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

/** The guard over whatever the loop came to: a draft is checked, a wish for a person is weighed. */
export async function guardDraft(
  draft: Draft,
  turn: {
    readonly context: TurnContext;
    readonly reading: BurstReading;
    readonly question: string;
    readonly foundConfidence: number;
    readonly system: string;
  },
  facts: GuardFacts,
): Promise<Verdict> {
  if (draft.kind === "escalate") {
    const { reason, rule } = draft;
    const retryStronger = CAN_BE_OUTDONE.has(reason) && draft.modelEnded;
    return { kind: "reject", reason, rule, security: false, retryStronger };
  }
  const { context, reading, question, foundConfidence, system } = turn;
  const input = {
    text: draft.text,
    citations: draft.citations,
    passages: draft.passages,
    foundConfidence,
    reading,
    usedTools: draft.usedTools,
    visibility: context.conversation.visibility === "public" && !draft.account ? "public" : "private",
    customerEmail: context.customer.email,
    question,
    linkHosts: facts.linkHosts,
    refundLimit: facts.refundLimit,
    leaksInternal: false,
    systemPrompt: system,
  } as const;
  return guard({ ...input, leaksInternal: await facts.leaksInternal(clean(input, [])) });
}
