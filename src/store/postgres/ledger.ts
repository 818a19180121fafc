import { and, eq, gte, ne, sql, type SQL } from "drizzle-orm";

import { dayOf } from "../derived.ts";
import { calls, spending } from "../schema-postgres.ts";
import type { BudgetLimits, CallPlan, Reservation, Store } from "../store.ts";
import type { PostgresDb } from "./open.ts";
import { first, inTransaction, type Tx } from "./transaction.ts";

const MONTH_MS = 30 * 24 * 3_600_000;

/** The ledger of model calls: reserved before, booked after; one for all processes. */
export function postgresLedger(db: PostgresDb): Pick<Store, "reserveCall" | "bookCall" | "voidCall"> {
  return {
    async reserveCall(plan, limits, now) {
      return inTransaction(db, (tx) => reserve(tx, plan, limits, now));
    },

    async bookCall(callId, model, usage, micros) {
      await inTransaction(db, (tx) => settle(tx, callId, { ...usage, model, micros, state: "booked" }));
    },

    async voidCall(callId) {
      await inTransaction(db, (tx) => settle(tx, callId, { state: "void", micros: 0 }));
    },
  };
}

/** The day's row is locked from the sums to the commit, so that no two calls are let through by the same sums. */
async function reserve(tx: Tx, plan: CallPlan, limits: BudgetLimits, now: number): Promise<Reservation> {
  const day = dayOf(now);
  const { worstMicros, ...row } = plan;
  if (worstMicros > 0) {
    const over = (spent: number, limit: number) => spent + worstMicros > limit;
    if (over(await lockDay(tx, day), limits.perDay)) return { kind: "over_budget", budget: "day" };
    const customerToday = and(eq(calls.day, day), eq(calls.customerId, plan.customerId));
    if (over(await spentWhere(tx, customerToday), limits.perCustomerDay)) {
      return { kind: "over_budget", budget: "customer_day" };
    }
    // A DM is one conversation for years; its budget is that of a month.
    const conversation = and(eq(calls.conversationId, plan.conversationId), gte(calls.at, now - MONTH_MS));
    if (over(await spentWhere(tx, conversation), limits.perConversation)) {
      return { kind: "over_budget", budget: "conversation" };
    }
    await addToDay(tx, day, worstMicros);
  }
  const made = await first(
    tx
      .insert(calls)
      .values({ ...row, micros: worstMicros, state: "reserved", at: now, day })
      .returning({ id: calls.id }),
  );
  if (!made) throw new Error("the call that was just reserved has no number");
  return { kind: "reserved", callId: made.id };
}

type Settled = Partial<typeof calls.$inferInsert> & { readonly micros: number };

/** What a call is booked with takes the place of what was kept for it. */
async function settle(tx: Tx, callId: number, booked: Settled): Promise<void> {
  const isCall = eq(calls.id, callId);
  const before = await first(
    tx.select({ day: calls.day, micros: calls.micros }).from(calls).where(isCall).for("update"),
  );
  if (!before) return;
  await tx.update(calls).set(booked).where(isCall);
  await addToDay(tx, before.day, booked.micros - before.micros);
}

async function lockDay(tx: Tx, day: string): Promise<number> {
  const isDay = eq(spending.day, day);
  const known = await first(tx.select().from(spending).where(isDay).for("update"));
  if (known) return known.micros;
  await tx.insert(spending).values({ day }).onConflictDoNothing();
  const made = await first(tx.select().from(spending).where(isDay).for("update"));
  return made?.micros ?? 0;
}

async function addToDay(tx: Tx, day: string, micros: number): Promise<void> {
  if (micros === 0) return;
  await tx
    .insert(spending)
    .values({ day, micros })
    .onConflictDoUpdate({ target: spending.day, set: { micros: sql`${spending.micros} + ${micros}` } });
}

async function spentWhere(tx: Tx, which: SQL | undefined): Promise<number> {
  const row = await first(
    tx
      .select({ micros: sql`coalesce(sum(${calls.micros}), 0)`.mapWith(Number) })
      .from(calls)
      .where(and(which, ne(calls.state, "void"))),
  );
  return row?.micros ?? 0;
}
