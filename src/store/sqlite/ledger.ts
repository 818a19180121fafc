import { and, eq, gte, ne, sql, type SQL } from "drizzle-orm";

import type { SqliteDb } from "../open.ts";
import { calls } from "../schema.ts";
import type { BudgetLimits, CallPlan, Reservation, Store } from "../store.ts";
import type { Tx } from "./rows.ts";

/** The ledger of model calls: reserved before, booked after. */
export function sqliteLedger(db: SqliteDb): Pick<Store, "reserveCall" | "bookCall" | "voidCall"> {
  return {
    async reserveCall(plan, limits, now) {
      return db.transaction((tx) => reserve(tx, plan, limits, now), { behavior: "immediate" });
    },

    async bookCall(callId, model, usage, micros) {
      db.update(calls)
        .set({ ...usage, model, micros, state: "booked" })
        .where(eq(calls.id, callId))
        .run();
    },

    async voidCall(callId) {
      db.update(calls).set({ state: "void", micros: 0 }).where(eq(calls.id, callId)).run();
    },
  };
}

const MONTH_MS = 30 * 24 * 3_600_000;

function reserve(tx: Tx, plan: CallPlan, limits: BudgetLimits, now: number): Reservation {
  const day = new Date(now).toISOString().slice(0, 10);
  const { worstMicros, ...row } = plan;
  if (worstMicros > 0) {
    const over = (spent: number, limit: number) => spent + worstMicros > limit;
    if (over(spentWhere(tx, eq(calls.day, day)), limits.perDay))
      return { kind: "over_budget", budget: "day" };
    const customerToday = and(eq(calls.day, day), eq(calls.customerId, plan.customerId));
    if (over(spentWhere(tx, customerToday), limits.perCustomerDay)) {
      return { kind: "over_budget", budget: "customer_day" };
    }
    // A DM is one conversation for years; its budget is that of a month.
    const conversation = and(eq(calls.conversationId, plan.conversationId), gte(calls.at, now - MONTH_MS));
    if (over(spentWhere(tx, conversation), limits.perConversation)) {
      return { kind: "over_budget", budget: "conversation" };
    }
  }
  const { id } = tx
    .insert(calls)
    .values({ ...row, micros: worstMicros, state: "reserved", at: now, day })
    .returning({ id: calls.id })
    .get();
  return { kind: "reserved", callId: id };
}

function spentWhere(tx: Tx, which: SQL | undefined): number {
  const row = tx
    .select({ micros: sql<number>`coalesce(sum(${calls.micros}), 0)` })
    .from(calls)
    .where(and(which, ne(calls.state, "void")))
    .get();
  return row?.micros ?? 0;
}
