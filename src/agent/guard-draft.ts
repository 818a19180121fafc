import type { Passage } from "../knowledge/knowledge.ts";
import type { TurnContext } from "../store/store.ts";
import type { WrittenWords } from "../tools/tool.ts";
import { CAN_BE_OUTDONE, guard, guardLine, type Verdict } from "./guard.ts";
import { clean } from "./guard-clean.ts";
import { plainLetters } from "./look-alikes.ts";
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
  return guard({ ...input, leaksInternal: await leaks(clean(input, []), facts) });
}

/** In the letters that were written, in those a reader sees, and backwards. */
async function leaks(text: string, { leaksInternal }: GuardFacts): Promise<boolean> {
  const plain = plainLetters(text);
  for (const form of new Set([text, plain, Array.from(plain).toReversed().join("")])) {
    if (await leaksInternal(form)) return true;
  }
  return false;
}

/** The guard over what does not go into an answer. */
export function guardWords(
  { context, reading, question, system }: Omit<Parameters<typeof guardDraft>[1], "foundConfidence">,
  passages: readonly Passage[],
  facts: GuardFacts,
): WrittenWords {
  const input = (text: string) => ({
    text,
    citations: [],
    passages,
    reading,
    usedTools: [],
    visibility: "private" as const,
    customerEmail: context.customer.email,
    question,
    linkHosts: facts.linkHosts,
    refundLimit: facts.refundLimit,
    leaksInternal: false,
    systemPrompt: system,
  });
  return {
    forStaff: (text) => clean(input(text), []),
    forCustomer: async (text) => {
      const given = input(text);
      return guardLine({ ...given, leaksInternal: await leaks(clean(given, []), facts) });
    },
  };
}
