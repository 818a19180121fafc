import { describe, expect, it } from "vitest";

import { NO_USAGE } from "../../src/models/prices.ts";
import { countedStore } from "../../src/ops/counted-store.ts";
import type { Metrics } from "../../src/ops/metrics.ts";
import type { CallPlan, NewDelivery } from "../../src/store/store.ts";
import { eventOf, messageBody, storeOnFile, T0 } from "../servers/shop.ts";

/** The store over a real file, and what was counted, in words. */
async function counted() {
  const seen: string[] = [];
  const note =
    (name: string) =>
    (...args: readonly unknown[]) =>
      void seen.push([name, ...args].join(" "));
  const metrics: Metrics = {
    messageIn: note("in"),
    eventsSetAside: note("aside"),
    turnEnded: note("turn"),
    escalated: note("escalated"),
    firstAnswer: note("answer"),
    claimed: note("claimed"),
    delivery: note("delivery"),
    modelCalled: note("called"),
    modelAnswered: (model, usage, micros) => note("replied")(model, usage.outputTokens, micros),
    modelRefused: note("refused"),
    budgetUsedUp: note("budget"),
  };
  const watch = { waitingSince: async () => null, escalationOpenedAt: async () => null };
  const store = countedStore(await storeOnFile(), { metrics, watch, now: () => T0 });
  return { store, seen };
}

const PLAN: CallPlan = {
  conversationId: 1,
  customerId: 1,
  turnId: "turn-1",
  ticket: null,
  purpose: "answer",
  tier: 2,
  model: "claude-sonnet-5-5",
  worstMicros: 900,
};
const LIMITS = { perConversation: 1_000, perCustomerDay: 1_000, perDay: 1_000 };

describe("the store counts", () => {
  it("tries to deliver that failed, but not what only waited its turn, and what was given up", async () => {
    const { store, seen } = await counted();
    const notice: NewDelivery = {
      id: "d1",
      to: { adapter: "chat", key: "c1" },
      visibility: "private",
      content: { kind: "notice", text: "hello" },
      fenced: false,
    };
    await store.post(notice, T0);
    await store.takeDelivery(T0, 1_000);
    await store.retryDelivery("d1", { at: T0, error: "x", attempted: false, maybeSent: false });
    expect(seen).toEqual([]);
    await store.retryDelivery("d1", { at: T0, error: "x", attempted: true, maybeSent: false });
    await store.failDelivery("d1", "refused", T0);
    expect(seen).toEqual(["delivery retried", "delivery failed"]);
  });

  it("calls as they are paid for, their replies as they are booked, and those that a budget prevented", async () => {
    const { store, seen } = await counted();
    const first = await store.reserveCall(PLAN, LIMITS, T0);
    expect(await store.reserveCall(PLAN, LIMITS, T0)).toMatchObject({ kind: "over_budget" });
    if (first.kind !== "reserved") throw new Error("not reserved");
    await store.bookCall(first.callId, "claude-sonnet-5-5", { ...NO_USAGE, outputTokens: 12 }, 70);
    const second = await store.reserveCall(PLAN, LIMITS, T0);
    if (second.kind !== "reserved") throw new Error("not reserved");
    await store.voidCall(second.callId);
    expect(seen).toEqual([
      "called answer 2",
      "budget day",
      "replied claude-sonnet-5-5 12 70",
      "called answer 2",
      "refused",
    ]);
  });

  it("messages once, however often they come, and events that were put aside; a click is no message", async () => {
    const { store, seen } = await counted();
    const options = { lane: "talk:chat:c1", urgent: false, quietMs: 0, now: T0 };
    await store.acceptEvent(eventOf("e1", messageBody("m1", "hi")), options);
    await store.acceptEvent(eventOf("e1", messageBody("m1", "hi")), options);
    await store.acceptEvent(eventOf("e2", { kind: "tickets" }), { ...options, lane: "talk:chat:c2" });
    const work = await store.claimWork("me", T0, 1_000);
    if (!work) throw new Error("nothing to do");
    await store.setAside(work, "broken", T0);
    expect(seen).toEqual(["in chat accepted", "in chat duplicate", "aside 1"]);
  });
});
