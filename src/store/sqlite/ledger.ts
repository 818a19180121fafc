import { and, eq, gte, ne, sql, type SQL } from "drizzle-orm";

import { dayOf } from "../derived.ts";
import type { SqliteDb } from "../open.ts";
import { calls } from "../schema.ts";
import type { BudgetLimits, CallPlan, Reservation, Store } from "../store.ts";
import type { Tx } from "./rows.ts";

/** The ledger of model calls: reserved before, booked after. */
export function sqliteLedger(db: SqliteDb): Pick<Store, "reserveCall" | "bookCall" | "voidCall"> {
  const today = createDaySum();

  /** What a call is booked with takes the place of what was kept for it. */
  function settle(callId: number, booked: Partial<typeof calls.$inferInsert> & { readonly micros: number }) {
    const before = db.transaction((tx) => {
      const row = tx
        .select({ day: calls.day, micros: calls.micros })
        .from(calls)
        .where(eq(calls.id, callId))
        .get();
      tx.update(calls).set(booked).where(eq(calls.id, callId)).run();
      return row;
    });
    if (before) today.add(before.day, booked.micros - before.micros);
  }

  return {
    async reserveCall(plan, limits, now) {
      const reservation = db.transaction((tx) => reserve(tx, plan, limits, today, now), {
        behavior: "immediate",
      });
      if (reservation.kind === "reserved") today.add(dayOf(now), plan.worstMicros);
      return reservation;
    },

    async bookCall(callId, model, usage, micros) {
      settle(callId, { ...usage, model, micros, state: "booked" });
    },

    async voidCall(callId) {
      settle(callId, { state: "void", micros: 0 });
    },
  };
}

interface DaySum {
  of(tx: Tx, now: number): number;
  add(day: string, micros: number): void;
}

/** What other processes change (an erased customer's calls) counts after this long. */
const SUM_AGAIN_MS = 60_000;

/**
 * What this day has cost. Summing it for each call would make a busy day dearer with each; so it is summed now and then,
 * and added up in between.
 */
function createDaySum(): DaySum {
  let known: { readonly day: string; readonly summedAt: number; micros: number } | undefined;
  return {
    of(tx, now) {
      const day = dayOf(now);
      const isFresh = known?.day === day && Math.abs(now - known.summedAt) < SUM_AGAIN_MS;
      if (!known || !isFresh) known = { day, summedAt: now, micros: spentWhere(tx, eq(calls.day, day)) };
      return known.micros;
    },
    add(day, micros) {
      if (known?.day === day) known.micros += micros;
    },
  };
}

const MONTH_MS = 30 * 24 * 3_600_000;

function reserve(tx: Tx, plan: CallPlan, limits: BudgetLimits, today: DaySum, now: number): Reservation {
  const day = dayOf(now);
  const { worstMicros, ...row } = plan;
  if (worstMicros > 0) {
    const over = (spent: number, limit: number) => spent + worstMicros > limit;
    if (over(today.of(tx, now), limits.perDay)) return { kind: "over_budget", budget: "day" };
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
