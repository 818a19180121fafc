import { beforeEach, describe, expect, it } from "vitest";

import type { BudgetLimits, CallPlan, Store } from "../../src/store/store.ts";
import { DAY, T0 } from "../servers/shop.ts";

const TOKENS = {
  inputTokens: 10,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  cacheReadTokens: 0,
  outputTokens: 5,
};
const WIDE: BudgetLimits = { perConversation: 1e9, perCustomerDay: 1e9, perDay: 1e9 };

export function describeLedger(open: () => Promise<Store>): void {
  let store: Store;
  beforeEach(async () => {
    store = await open();
  });

  const reserve = (
    worstMicros: number,
    limits: Partial<BudgetLimits>,
    more: Partial<CallPlan> = {},
    at = T0,
  ) => {
    const who = { conversationId: 1, customerId: 1, turnId: "turn-1", ticket: null, ...more };
    const what = { purpose: "answer", tier: 1, model: "m", worstMicros } as const;
    return store.reserveCall({ ...what, ...who }, { ...WIDE, ...limits }, at);
  };
  const reserved = async (...given: Parameters<typeof reserve>) => {
    const reservation = await reserve(...given);
    if (reservation.kind !== "reserved") throw new Error(`over the budget of the ${reservation.budget}`);
    return reservation.callId;
  };

  describe("the ledger", () => {
    it("refuses a call that could pass the budget of its conversation, to the micro-dollar", async () => {
      await reserved(60, { perConversation: 100 });
      expect(await reserve(41, { perConversation: 100 })).toEqual({
        kind: "over_budget",
        budget: "conversation",
      });
      await reserved(40, { perConversation: 100 });
      await reserved(100, { perConversation: 100 }, { conversationId: 2 });
    });

    it("refuses a call that could pass the customer's budget of the day, over all conversations", async () => {
      const limits = { perCustomerDay: 100 };
      await reserved(60, limits, { conversationId: 1 });
      const over = { kind: "over_budget", budget: "customer_day" };
      expect(await reserve(60, limits, { conversationId: 2 })).toEqual(over);
      await reserved(60, limits, { conversationId: 2, customerId: 2 });
      await reserved(60, limits, { conversationId: 2 }, T0 + DAY);
    });

    it("refuses a call that could pass the budget of the day, over all customers", async () => {
      const limits = { perDay: 100 };
      await reserved(60, limits);
      const other = { conversationId: 2, customerId: 2 };
      expect(await reserve(60, limits, other)).toEqual({ kind: "over_budget", budget: "day" });
      await reserved(60, limits, other, T0 + DAY);
    });

    it("counts a conversation's spending beyond the day", async () => {
      await reserved(60, { perConversation: 100 });
      expect(await reserve(60, { perConversation: 100 }, {}, T0 + DAY)).toMatchObject({
        budget: "conversation",
      });
    });

    it("counts what a call did cost once it is booked, its worst until then, and nothing when it is void", async () => {
      const limits = { perConversation: 100 };
      const first = await reserved(90, limits);
      expect(await reserve(20, limits)).toMatchObject({ kind: "over_budget" });
      await store.bookCall(first, "m", TOKENS, 30);
      const second = await reserved(70, limits);
      expect(await reserve(1, limits)).toMatchObject({ kind: "over_budget" });
      await store.voidCall(second);
      await reserved(70, limits);
    });

    it("never lets calls at once pass a budget together", async () => {
      const all = await Promise.all(Array.from({ length: 10 }, () => reserve(30, { perDay: 100 })));
      expect(all.filter(({ kind }) => kind === "reserved")).toHaveLength(3);
    });

    it("keeps the sum of the day right through bookings, voids, midnights and days long gone", async () => {
      const limits = { perDay: 100 };
      const of = (customerId: number) => ({ conversationId: customerId, customerId });
      const first = await reserved(90, limits, of(1));
      expect(await reserve(11, limits, of(2))).toMatchObject({ budget: "day" });
      await store.bookCall(first, "m", TOKENS, 30);
      const second = await reserved(70, limits, of(2));
      expect(await reserve(1, limits, of(3))).toMatchObject({ budget: "day" });
      await store.voidCall(second);
      const third = await reserved(70, limits, of(3));
      await reserved(100, limits, of(4), T0 + DAY);
      await store.bookCall(third, "m", TOKENS, 10);
      expect(await reserve(1, limits, of(5), T0 + DAY)).toMatchObject({ budget: "day" });
      await reserved(60, limits, of(5));
      expect(await reserve(1, limits, of(6))).toMatchObject({ budget: "day" });
    });

    it("lets what costs nothing through when every budget is used up", async () => {
      await reserved(100, { perDay: 100 });
      const free = await reserve(0, { perDay: 100, perConversation: 1, perCustomerDay: 1 });
      expect(free).toMatchObject({ kind: "reserved" });
    });
  });
}
