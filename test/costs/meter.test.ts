import { beforeEach, describe, expect, it } from "vitest";

import { createMeter, type Meter } from "../../src/costs/meter.ts";
import { DeskhandError } from "../../src/errors.ts";
import type { Model, ModelRequest } from "../../src/models/model.ts";
import type { Store } from "../../src/store/store.ts";
import { modelSays, scriptedModel, storeOnFile, T0 } from "../servers/shop.ts";

const REQUEST: ModelRequest = {
  purpose: "answer",
  tier: 1,
  system: "",
  tools: [],
  messages: [],
  maxOutputTokens: 100,
  userRef: "r",
};
const never = new AbortController().signal;

/** Over the real ledger; the scripted model may cost 100 and does cost 7 micro-dollars. */
describe("the meter of a turn", () => {
  let store: Store;
  beforeEach(async () => {
    store = await storeOnFile();
  });
  const meterFor = (model: Model, perConversation = 1_000): Meter =>
    createMeter(
      { store, model, limits: { perConversation, perCustomerDay: 1e9, perDay: 1e9 }, now: () => T0 },
      { conversationId: 1, customerId: 1, turnId: "turn-1", ticket: null },
    );
  /** What is left of a budget, found by the largest call that still goes through. */
  const spent = async (): Promise<number> => {
    for (let micros = 0; ; micros += 1) {
      const plan = { conversationId: 1, customerId: 1, turnId: "probe", ticket: null } as const;
      const what = { purpose: "answer", tier: 1, model: "m", worstMicros: 1_000 - micros } as const;
      const limits = { perConversation: 1_000, perCustomerDay: 1e9, perDay: 1e9 };
      const probe = await store.reserveCall({ ...plan, ...what }, limits, T0);
      if (probe.kind !== "reserved") continue;
      await store.voidCall(probe.callId);
      return micros;
    }
  };

  it("books what a call did cost, and counts the calls", async () => {
    const meter = meterFor(scriptedModel(modelSays("Hi.")));
    expect(await meter.call(REQUEST, never)).toMatchObject({ kind: "answer", text: "Hi." });
    await meter.call(REQUEST, never);
    expect(meter.spent()).toEqual({ calls: 2, costMicros: 14 });
    expect(await spent()).toBe(14);
  });

  it("makes no call that could pass the budget", async () => {
    const model = scriptedModel(modelSays("Hi."));
    expect(await meterFor(model, 99).call(REQUEST, never)).toEqual({
      kind: "over_budget",
      budget: "conversation",
    });
    expect(model.requests).toEqual([]);
    expect(await spent()).toBe(0);
  });

  it("has the worst cost reserved while the model is writing", async () => {
    let during = -1;
    const model = scriptedModel(async () => {
      during = await spent();
      return modelSays("Hi.");
    });
    await meterFor(model).call(REQUEST, never);
    expect(during).toBe(100);
  });

  it.each([
    ["model_rejected", 0],
    ["model_not_allowed", 0],
    ["model_rate_limited", 0],
    ["model_unreachable", 100],
  ] as const)(
    "after %s counts %d of 100: what the model's server refused was not charged for",
    async (code, counted) => {
      const meter = meterFor(scriptedModel(new DeskhandError(code, "no")));
      await expect(meter.call(REQUEST, never)).rejects.toMatchObject({ code });
      expect(await spent()).toBe(counted);
      expect(meter.spent()).toEqual({ calls: 0, costMicros: 0 });
    },
  );

  it("counts a call that was interrupted at its worst: it may have been charged for", async () => {
    const meter = meterFor(scriptedModel(new DOMException("a person took over", "AbortError")));
    await expect(meter.call(REQUEST, never)).rejects.toThrow("a person took over");
    expect(await spent()).toBe(100);
  });
});
