import type { ModelPurpose, Usage } from "../models/model.ts";
import { addUsage, NO_USAGE } from "../models/prices.ts";
import type { CallFact } from "../store/reports-port.ts";
import type { Problem } from "./report-problems.ts";

/**
 * The strongest model that a turn or a problem called: `none` when code alone dealt with it, `offline` when only the
 * offline model was asked.
 */
export type Handler = "tier1" | "tier2" | "offline" | "none";

export interface CostOf {
  /** How many were resolved so. */
  readonly count: number;
  readonly micros: number;
  /** Null when there are none. */
  readonly averageMicros: number | null;
}

export interface LedgerLine {
  readonly purpose: ModelPurpose;
  readonly model: string;
  readonly calls: number;
  readonly micros: number;
  readonly tokens: Usage;
}

export interface Cost {
  /** Every call of the period, whatever came of it. */
  readonly totalMicros: number;
  /** All of it, shared among the problems that were resolved: what failed is paid by what worked. */
  readonly allInPerResolvedMicros: number | null;
  /** Tickets resolved, by the strongest model they needed; `person` when staff had a part in it. */
  readonly perResolvedTicket: Readonly<Record<Handler | "person" | "all", CostOf>>;
  /** Questions settled in one turn without a ticket. */
  readonly perSettledQuestion: Readonly<Record<Handler | "all", CostOf>>;
  /** Dearest first. */
  readonly ledger: readonly LedgerLine[];
  /** Calls that were cut off; they stand in every figure with the most that they can have cost. */
  readonly cutOff: { readonly calls: number; readonly micros: number };
}

/**
 * @param calls those of the period's problems too, even when they were made shortly before it.
 */
export function costOf(problems: readonly Problem[], calls: readonly CallFact[], since: number): Cost {
  const inPeriod = calls.filter(({ at }) => at >= since);
  const callsOf = Map.groupBy(calls, ({ turnId }) => turnId);
  const resolved = problems
    .filter(({ state }) => state === "resolved")
    .map((problem) => {
      const own = problem.turns.flatMap(({ id }) => callsOf.get(id) ?? []);
      return { problem, micros: sum(own), handler: handlerOf(own) };
    });
  const tickets = resolved.filter(({ problem }) => problem.ticket !== null);
  const alone = tickets.filter(({ problem }) => !problem.person);
  const questions = resolved.filter(({ problem }) => problem.ticket === null);
  const cutOff = inPeriod.filter(({ booked }) => !booked);
  const totalMicros = sum(inPeriod);
  return {
    totalMicros,
    allInPerResolvedMicros: resolved.length === 0 ? null : Math.round(totalMicros / resolved.length),
    perResolvedTicket: {
      ...byHandler(alone),
      person: costOfAll(tickets.filter(({ problem }) => problem.person)),
      all: costOfAll(tickets),
    },
    perSettledQuestion: { ...byHandler(questions), all: costOfAll(questions) },
    ledger: ledgerOf(inPeriod),
    cutOff: { calls: cutOff.length, micros: sum(cutOff) },
  };
}

export function handlerOf(calls: readonly Pick<CallFact, "model" | "tier">[]): Handler {
  const claude = calls.filter(({ model }) => model !== OFFLINE);
  if (claude.length === 0) return calls.length === 0 ? "none" : "offline";
  return claude.some(({ tier }) => tier === 2) ? "tier2" : "tier1";
}

/** The name that the offline model books under. */
const OFFLINE = "offline";

interface Costed {
  readonly micros: number;
  readonly handler: Handler;
}

function byHandler(costed: readonly Costed[]): Record<Handler, CostOf> {
  const of = (handler: Handler) => costOfAll(costed.filter((one) => one.handler === handler));
  return { tier1: of("tier1"), tier2: of("tier2"), offline: of("offline"), none: of("none") };
}

function costOfAll(costed: readonly Costed[]): CostOf {
  const micros = sum(costed);
  return {
    count: costed.length,
    micros,
    averageMicros: costed.length === 0 ? null : Math.round(micros / costed.length),
  };
}

function ledgerOf(calls: readonly CallFact[]): LedgerLine[] {
  const groups = Map.groupBy(calls, ({ purpose, model }) => `${purpose} ${model}`);
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      if (!first) return [];
      const tokens = group.reduce<Usage>(addUsage, NO_USAGE);
      return [
        { purpose: first.purpose, model: first.model, calls: group.length, micros: sum(group), tokens },
      ];
    })
    .sort((a, b) => b.micros - a.micros || b.calls - a.calls);
}

function sum(items: readonly { readonly micros: number }[]): number {
  return items.reduce((total, { micros }) => total + micros, 0);
}
