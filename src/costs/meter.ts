import type { Model, ModelReply, ModelRequest } from "../models/model.ts";
import type { BudgetLimits, Reservation, Store } from "../store/store.ts";

export type MeteredReply =
  | ModelReply
  | {
      readonly kind: "over_budget";
      readonly budget: Extract<Reservation, { kind: "over_budget" }>["budget"];
    };

/** One turn's way to the model: each call is paid for in advance, booked after, and counted. */
export interface Meter {
  call(request: ModelRequest, signal: AbortSignal): Promise<MeteredReply>;
  spent(): { readonly calls: number; readonly costMicros: number };
}

export interface MeterFor {
  readonly conversationId: number;
  readonly customerId: number;
  readonly turnId: string;
  readonly ticket: string | null;
}

/**
 * Law 7. The worst that a call can cost is reserved before it is made, so that no number of calls at once can pass
 * a budget. A call that fails or is aborted stays reserved at its worst cost unless the model's server refused it:
 * it may have been charged for, and a ledger that errs shall err high.
 */
export function createMeter(
  deps: {
    readonly store: Store;
    readonly model: Model;
    readonly limits: BudgetLimits;
    readonly now: () => number;
  },
  who: MeterFor,
): Meter {
  let calls = 0;
  let costMicros = 0;
  return {
    async call(request, signal) {
      const plan = {
        ...who,
        purpose: request.purpose,
        tier: request.tier,
        model: deps.model.nameFor(request.tier),
        worstMicros: deps.model.worstCost(request),
      };
      const reservation = await deps.store.reserveCall(plan, deps.limits, deps.now());
      if (reservation.kind === "over_budget") return reservation;
      try {
        const reply = await deps.model.complete(request, signal);
        calls += 1;
        costMicros += reply.costMicros;
        await deps.store.bookCall(reservation.callId, reply.model, reply.usage, reply.costMicros);
        return reply;
      } catch (error) {
        if (wasRefused(error)) await deps.store.voidCall(reservation.callId);
        throw error;
      }
    },
    spent: () => ({ calls, costMicros }),
  };
}

function wasRefused(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "model_rejected" || code === "model_not_allowed" || code === "model_rate_limited";
}
