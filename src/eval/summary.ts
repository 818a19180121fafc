import type { Played } from "./play.ts";

/**
 * The figures of a run; `deskhand eval --json` prints them with the conversations. Fields are added, never changed. Money
 * is micro-dollars, shares are 0 to 1; a share or an average of nothing is null.
 */
export interface Summary {
  readonly model: string;
  readonly conversations: number;
  readonly passed: number;
  /** Of the conversations in which no person was expected: those the AI settled without one. */
  readonly resolution: number | null;
  readonly escalation: {
    readonly expected: number;
    readonly called: number;
    /** Of the calls for a person, those that were expected. */
    readonly precision: number | null;
    /** Of the expected calls for a person, those that were made. */
    readonly recall: number | null;
    /** Of the calls that were expected and made, those with the expected reason. */
    readonly rightReason: number | null;
  };
  /** In how many conversations each tool was used. */
  readonly tools: Readonly<Record<string, number>>;
  readonly turns: number;
  readonly tier1: number;
  readonly tier2: number;
  readonly calls: number;
  readonly costMicros: number;
  readonly costPerConversation: number | null;
  /** All cost over the tickets that were opened. */
  readonly costPerTicket: number | null;
  readonly tickets: number;
  readonly ms: number;
}

export function summaryOf(played: readonly Played[], model: string): Summary {
  const calm = played.filter(({ expected }) => expected === "none");
  const counted = played.filter((one) => one.expected !== "either");
  const expected = counted.filter((one) => one.expected !== "none");
  const called = counted.filter(({ escalated }) => escalated !== null);
  const right = called.filter((one) => one.expected !== "none");
  const reasoned = right.filter((one) => one.expected !== "any");
  const sum = (part: (one: Played) => number) => played.reduce((all, one) => all + part(one), 0);
  const costMicros = sum((one) => one.costMicros);
  const tickets = sum((one) => one.tickets.length);
  const tools: Record<string, number> = {};
  for (const tool of played.flatMap((one) => one.tools)) tools[tool] = (tools[tool] ?? 0) + 1;
  return {
    model,
    conversations: played.length,
    passed: played.filter(({ failures }) => failures.length === 0).length,
    resolution: share(calm.filter(({ resolved }) => resolved).length, calm.length),
    escalation: {
      expected: expected.length,
      called: called.length,
      precision: share(right.length, called.length),
      recall: share(right.length, expected.length),
      rightReason: share(reasoned.filter((one) => one.expected === one.escalated).length, reasoned.length),
    },
    tools,
    turns: sum((one) => one.turns),
    tier1: sum((one) => one.tiers.filter((tier) => tier === 1).length),
    tier2: sum((one) => one.tiers.filter((tier) => tier === 2).length),
    calls: sum((one) => one.calls),
    costMicros,
    costPerConversation: played.length === 0 ? null : Math.round(costMicros / played.length),
    costPerTicket: tickets === 0 ? null : Math.round(costMicros / tickets),
    tickets,
    ms: sum((one) => one.ms),
  };
}

/** To four decimals; null of nothing. */
export function share(count: number, of: number): number | null {
  return of === 0 ? null : Math.round((count / of) * 10_000) / 10_000;
}
