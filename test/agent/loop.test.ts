import { beforeEach, describe, expect, it } from "vitest";

import { type LoopInput, runLoop } from "../../src/agent/loop.ts";
import { routeFor } from "../../src/agent/route.ts";
import type { Meter } from "../../src/costs/meter.ts";
import type { Order } from "../../src/customers/orders.ts";
import { DeskhandError } from "../../src/errors.ts";
import type { Model, ModelMessage } from "../../src/models/model.ts";
import { ticketNumber, turnTickets } from "../../src/tickets/tickets.ts";
import {
  ANY_WORDS,
  customerOf,
  modelCalls,
  modelEnds,
  modelSays,
  passageOf,
  scriptedModel,
  shelfWith,
  shopConfig,
} from "../servers/shop.ts";

const ORDER: Order = {
  id: "ORD-1",
  kind: "order",
  customerEmail: "ann@example.com",
  status: "shipped",
  description: "Room Display",
  lastUpdated: "2026-11-01",
  details: {},
};
const never = new AbortController().signal;
const email = { customer_email: "ann@example.com" };

describe("the loop of model and tools", () => {
  let input: LoopInput;
  let shares: number[];

  beforeEach(() => {
    shares = [];
    input = {
      route: routeFor(1, shopConfig().models),
      system: "You are Aria.",
      userRef: "ref",
      messages: (share) => {
        shares.push(share);
        return [{ role: "user", content: [{ type: "text", text: "Where is my order?" }] }];
      },
      passages: [passageOf("Refunds take 5 days.")],
      tools: {
        customer: customerOf({ email: "ann@example.com" }),
        question: "Where is my order?",
        words: ANY_WORDS,
        knowledge: shelfWith(passageOf("Exports are under Settings.", { articleId: "exports" })),
        orders: { ordersOf: async () => [ORDER] },
        tickets: turnTickets(null, ticketNumber(1)),
        ownTicket: async () => null,
        isPublic: false,
        signal: never,
        verifyHint: "Use /verify.",
      },
      deadline: never,
    };
  });

  const meterOf = (model: Model): Meter => ({
    call: (request, signal) => model.complete(request, signal),
    spent: () => ({ calls: 0, costMicros: 0 }),
  });
  const run = (model: Model, signal = never) => runLoop(input, meterOf(model), signal);
  /** The results of the last round that the model was shown. */
  const results = (messages: readonly ModelMessage[]) =>
    (messages.at(-1)?.content ?? []).filter((block) => block.type === "tool_result");

  it("comes back with the first answer, and with what it was shown", async () => {
    const model = scriptedModel(modelSays("Refunds take 5 days."));
    expect(await run(model)).toMatchObject({
      kind: "answer",
      text: "Refunds take 5 days.",
      tier: 1,
      model: "scripted",
      account: false,
      usedTools: [],
      passages: [{ articleId: "refunds" }],
    });
    expect(model.requests[0]).toMatchObject({
      purpose: "answer",
      tier: 1,
      system: "You are Aria.",
      userRef: "ref",
    });
  });

  it("answers calls at once in their order, each by its id, a failed one among them", async () => {
    const model = scriptedModel(
      modelCalls(
        { name: "search_knowledge_base", input: { query: "export" } },
        { name: "no_such_tool", input: {} },
        { name: "get_order_status", input: email },
      ),
      modelSays("Done."),
    );
    const draft = await run(model);
    const given = results(model.requests[1]?.messages ?? []);
    expect(given.map((block) => [block.callId, block.isError])).toEqual([
      ["call-0", false],
      ["call-1", true],
      ["call-2", false],
    ]);
    expect(JSON.stringify(given[1])).toContain("There is no tool no_such_tool");
    expect(draft.usedTools.map(({ name, ok }) => [name, ok])).toEqual([
      ["search_knowledge_base", true],
      ["no_such_tool", false],
      ["get_order_status", true],
    ]);
    expect(draft.passages.map(({ articleId }) => articleId)).toEqual(["refunds", "exports"]);
  });

  it("tells the model what is wrong with an input and how it should be", async () => {
    const model = scriptedModel(
      modelCalls({ name: "search_knowledge_base", input: { query: "", limit: 3 } }),
      modelSays("Done."),
    );
    await run(model);
    const [result] = results(model.requests[1]?.messages ?? []);
    expect(result).toMatchObject({ isError: true });
    expect(JSON.stringify(result)).toMatch(/query.*limit|limit.*query/);
  });

  it("tells the model nothing of what broke inside", async () => {
    const orders = { ordersOf: () => Promise.reject(new Error("connect ECONNREFUSED 10.0.0.7:5432")) };
    input = { ...input, tools: { ...input.tools, orders } };
    const model = scriptedModel(modelCalls({ name: "get_order_status", input: email }), modelSays("Sorry."));
    const draft = await run(model);
    expect(JSON.stringify(model.requests[1])).not.toContain("10.0.0.7");
    expect(draft.usedTools).toEqual([
      { name: "get_order_status", ok: false, problem: expect.stringContaining("10.0.0.7") },
    ]);
  });

  it("marks an answer that has seen account data", async () => {
    const model = scriptedModel(
      modelCalls({ name: "get_order_status", input: email }),
      modelSays("Shipped."),
    );
    expect(await run(model)).toMatchObject({ kind: "answer", account: true });
  });

  it("ends at once when the model asks for a person, and runs nothing that stood after it", async () => {
    const model = scriptedModel(
      modelCalls(
        { name: "escalate_to_human", input: { reason: "low_confidence", summary: "Wants a unicorn." } },
        {
          name: "create_support_ticket",
          input: { subject: "s", description: "d", priority: "low", ...email },
        },
      ),
    );
    expect(await run(model)).toMatchObject({
      kind: "escalate",
      reason: "low_confidence",
      summary: "Wants a unicorn.",
      rule: "the model asked for a person",
    });
    expect(input.tools.tickets.changes()).toEqual([]);
    expect(model.requests).toHaveLength(1);
  });

  it("records a call with somebody else's e-mail as an incident", async () => {
    const other = { customer_email: "ben@example.com" };
    const model = scriptedModel(
      modelCalls({ name: "get_order_status", input: other }),
      modelSays("I can't."),
    );
    expect(await run(model)).toMatchObject({
      account: false,
      security: [expect.stringContaining("not the verified")],
    });
  });

  it("never runs a tool call that was cut off: the model gets one more try, with more room", async () => {
    const cut = modelEnds({ kind: "truncated", text: "", insideToolCall: true });
    const model = scriptedModel(cut, modelSays("Fits."));
    expect(await run(model)).toMatchObject({ kind: "answer", text: "Fits.", usedTools: [] });
    expect(model.requests.map(({ maxOutputTokens }) => maxOutputTokens)).toEqual([1_024, 2_048]);
    expect(model.requests[1]?.messages).toEqual(model.requests[0]?.messages);
    expect(input.tools.tickets.changes()).toEqual([]);
  });

  it("calls a person when the answer does not fit a second time", async () => {
    const model = scriptedModel(modelEnds({ kind: "truncated", text: "half a sen", insideToolCall: false }));
    expect(await run(model)).toMatchObject({ kind: "escalate", reason: "complex_technical" });
    expect(model.requests).toHaveLength(2);
  });

  it("shortens the conversation once when it is too long for the model, then calls a person", async () => {
    const tooLong = modelEnds({ kind: "context_exceeded" });
    expect(await run(scriptedModel(tooLong, modelSays("Now it fits.")))).toMatchObject({ kind: "answer" });
    expect(shares).toEqual([1, 0.25]);
    const hopeless = scriptedModel(tooLong);
    expect(await run(hopeless)).toMatchObject({
      kind: "escalate",
      rule: expect.stringContaining("too long"),
    });
    expect(hopeless.requests).toHaveLength(2);
  });

  it("calls a person when the model refuses, and runs nothing", async () => {
    const model = scriptedModel(modelEnds({ kind: "refused", detail: "cyber" }));
    expect(await run(model)).toMatchObject({ kind: "escalate", rule: "the model refused: cyber" });
    expect(model.requests).toHaveLength(1);
  });

  it("calls a person when the rounds are used up", async () => {
    const model = scriptedModel(modelCalls({ name: "search_knowledge_base", input: { query: "again" } }));
    expect(await run(model)).toMatchObject({ kind: "escalate", rule: expect.stringContaining("6 rounds") });
    expect(model.requests).toHaveLength(6);
  });

  it("calls a person when tools keep failing", async () => {
    const model = scriptedModel(modelCalls({ name: "no_such_tool", input: {} }));
    expect(await run(model)).toMatchObject({ kind: "escalate", rule: "tools kept failing" });
    expect(model.requests).toHaveLength(3);
  });

  it.each([
    [
      "over budget",
      async () => ({ kind: "over_budget", budget: "day" }) as const,
      "the day budget is used up",
    ],
    [
      "unreachable",
      () => Promise.reject(new DeskhandError("model_unreachable", "503", { retryable: true })),
      "the model could not be used: model_unreachable",
    ],
  ])("calls a person when the model is %s", async (_why, call, rule) => {
    const meter: Meter = { call, spent: () => ({ calls: 0, costMicros: 0 }) };
    expect(await runLoop(input, meter, never)).toMatchObject({ kind: "escalate", rule, modelEnded: false });
  });

  it("calls a person when the deadline passes, also in the middle of a call", async () => {
    const deadline = new AbortController();
    input = { ...input, deadline: deadline.signal };
    const model = scriptedModel((_request, signal) => {
      queueMicrotask(() => deadline.abort());
      return new Promise((_resolve, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason as Error)),
      );
    });
    expect(await run(model)).toMatchObject({ kind: "escalate", rule: "the answer took too long" });
  });

  it("throws when the turn is interrupted: nobody is called for that", async () => {
    const interrupt = new AbortController();
    const model = scriptedModel(() => {
      interrupt.abort(new Error("a person took over"));
      return Promise.reject(new Error("aborted"));
    });
    await expect(run(model, interrupt.signal)).rejects.toThrow("aborted");
  });
});
