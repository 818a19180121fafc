import { describe, expect, it } from "vitest";

import {
  callTools,
  exceedContext,
  inOrder,
  pause,
  refuse,
  say,
  stopAtLimit,
  type Scripted,
} from "../servers/claude.ts";
import {
  ask,
  connect,
  expectKind,
  EXPORTS,
  modelSettings,
  never,
  REFUNDS,
  user,
  withClaude,
} from "./fixtures.ts";

const scripted = (...steps: Scripted[]) => ({ reply: inOrder(...steps) });

describe("Claude over a socket: answers", () => {
  it("answers with the citations of what it was given", async () => {
    await withClaude({}, async ({ server, claude }) => {
      const question = ask("How long do refunds take?", {
        messages: [user(REFUNDS, { type: "text", text: "How long do refunds take?" })],
      });
      const reply = expectKind(await claude.complete(question, never), "answer");
      expect(reply.text).toBe("Refunds arrive within 5 days.");
      expect(reply.citations).toEqual([
        { source: REFUNDS.source, title: "Refunds", citedText: REFUNDS.text },
      ]);
      expect(reply.model).toBe("claude-haiku-5-5");
      expect(server.violations).toEqual([]);
    });
  });

  it("drops citations of sources that were not in the request", async () => {
    const location = {
      type: "search_result_location",
      title: "Refunds",
      cited_text: "made up",
      start_block_index: 0,
      end_block_index: 1,
    };
    const citations = [
      { ...location, source: "https://evil.example", search_result_index: 0 },
      { ...location, source: REFUNDS.source, search_result_index: 7 },
      { ...location, source: EXPORTS.source, search_result_index: 0 },
      { ...location, source: EXPORTS.source, search_result_index: 1 },
      { ...location, source: EXPORTS.source, search_result_index: 1 },
      { type: "char_location", cited_text: "x", document_index: 0, document_title: null },
    ];
    const turn: Scripted = {
      kind: "turn",
      content: [{ type: "text", text: "Under Settings.", citations }],
      stop: "end_turn",
    };
    await withClaude(scripted(turn), async ({ claude }) => {
      const request = ask("?", { messages: [user(REFUNDS, EXPORTS, { type: "text", text: "Where?" })] });
      const reply = expectKind(await claude.complete(request, never), "answer");
      // Once, and with the words of the passage itself, not those that the reply claims.
      expect(reply.citations).toEqual([
        { source: EXPORTS.source, title: "Exports", citedText: EXPORTS.text },
      ]);
    });
  });

  it("reads the answer by block type when thinking comes first", async () => {
    await withClaude(scripted(say("Done.", { thinking: "Let me see." })), async ({ claude }) => {
      const reply = expectKind(await claude.complete(ask("Hi", { tier: 2 }), never), "answer");
      expect(reply.text).toBe("Done.");
      expect(reply.model).toBe("claude-sonnet-5-5");
    });
  });

  it("asks for JSON of a schema without citations, which the API refuses together", async () => {
    const outputSchema = {
      type: "object",
      properties: {
        intent: { enum: ["billing", "other"] },
        confidence: { type: "number", minimum: 0, maximum: 1 },
      },
      required: ["intent", "confidence"],
      additionalProperties: false,
    };
    await withClaude({}, async ({ server, claude }) => {
      const messages = [user(REFUNDS, { type: "text", text: "Where is my money?" })];
      const request = ask("", { purpose: "read", tools: [], messages, outputSchema });
      const reply = expectKind(await claude.complete(request, never), "answer");
      expect(JSON.parse(reply.text)).toEqual({ intent: "billing", confidence: 0 });
      expect(server.violations).toEqual([]);
    });
  });
});

describe("Claude over a socket: the tool loop", () => {
  it("stays well-formed over several rounds with parallel calls, thinking and a failed tool", async () => {
    const steps = [
      callTools(
        [
          { name: "search_knowledge_base", input: { query: "refund", max_results: 3 } },
          { name: "get_order_status", input: { customer_email: "ann@example.com" } },
        ],
        { text: "Let me look.", thinking: "Two look-ups at once." },
      ),
      callTools([{ name: "search_knowledge_base", input: { query: "refund time" } }], {
        thinking: "One more.",
      }),
      say("Within 5 days.", { cite: [1] }),
    ];
    await withClaude(scripted(...steps), async ({ server, claude }) => {
      const first = ask("Refund?", { tier: 2 });
      const one = expectKind(await claude.complete(first, never), "tool_calls");
      expect(one.calls.map((call) => call.name)).toEqual(["search_knowledge_base", "get_order_status"]);
      const [search, order] = one.calls;

      // Text before the results, and the results the wrong way round: the mapping puts results first.
      const answers = user(
        { type: "text", text: "Be brief." },
        { type: "tool_result", callId: order?.id ?? "", isError: true, content: [EXPORTS] },
        { type: "tool_result", callId: search?.id ?? "", isError: false, content: [REFUNDS] },
      );
      const second = { ...first, messages: [...first.messages, one.turn, answers] };
      const two = expectKind(await claude.complete(second, never), "tool_calls");
      const result = user({
        type: "tool_result",
        callId: two.calls[0]?.id ?? "",
        isError: false,
        content: [EXPORTS, { type: "text", text: "" }],
      });
      const third = { ...second, messages: [...second.messages, two.turn, result] };
      const three = expectKind(await claude.complete(third, never), "answer");

      expect(three.citations.map((citation) => citation.source)).toEqual([EXPORTS.source]);
      expect(server.violations).toEqual([]);
      expect(server.requests).toHaveLength(3);
    });
  });

  it("keeps thinking for its own model and drops it for another", async () => {
    const step = callTools([{ name: "search_knowledge_base", input: { query: "x" } }], { thinking: "Hm." });
    await withClaude(scripted(step, say("ok"), say("ok")), async ({ server, claude }) => {
      const start = ask("x", { tier: 2 });
      const called = expectKind(await claude.complete(start, never), "tool_calls");
      const result = user({
        type: "tool_result",
        callId: called.calls[0]?.id ?? "",
        isError: false,
        content: [],
      });
      const messages = [...start.messages, called.turn, result];
      await claude.complete({ ...start, messages }, never);
      await claude.complete({ ...start, tier: 1, messages }, never);
      const kinds = server.requests.slice(1).map(({ body }) => {
        const sent = body["messages"] as { content: { type: string }[] }[];
        return sent[1]?.content.map((block) => block.type);
      });
      expect(kinds).toEqual([["thinking", "tool_use"], ["tool_use"]]);
      expect(server.violations).toEqual([]);
    });
  });

  it("goes on from a loop that the offline model began, whatever its ids look like", async () => {
    await withClaude(scripted(say("ok")), async ({ server, claude }) => {
      const call = {
        type: "tool_call",
        id: "offline/1:a",
        name: "search_knowledge_base",
        input: { query: "x" },
      } as const;
      const messages = [
        ...ask("x").messages,
        { role: "assistant", content: [{ type: "opaque", model: "offline", value: {} }, call] } as const,
        user({ type: "tool_result", callId: call.id, isError: false, content: [REFUNDS] }),
      ];
      await claude.complete(ask("x", { messages }), never);
      expect(server.violations).toEqual([]);
    });
  });

  it("sends half an emoji and blank blocks in a form that the API takes", async () => {
    await withClaude(scripted(say("ok")), async ({ server, claude }) => {
      const messages = [
        user(
          { type: "text", text: "broken \ud83d" },
          { type: "text", text: "  \n" },
          { ...REFUNDS, text: " " },
        ),
        { role: "assistant", content: [{ type: "text", text: "" }] } as const,
        user({ type: "text", text: "again" }),
      ];
      await claude.complete(ask("x", { messages }), never);
      expect(server.violations).toEqual([]);
    });
  });
});

describe("Claude over a socket: why it stopped", () => {
  const stops: readonly (readonly [string, Scripted, Readonly<Record<string, unknown>>])[] = [
    ["end_turn", say("ok"), { kind: "answer", text: "ok" }],
    [
      "stop_sequence",
      { kind: "turn", content: [{ type: "text", text: "ok" }], stop: "stop_sequence" },
      { kind: "answer", text: "ok" },
    ],
    ["a refusal", refuse("cyber"), { kind: "refused", detail: "cyber: The request was declined." }],
    ["a refusal without a category", refuse(), { kind: "refused", detail: "no reason given" }],
    [
      "a refusal in the middle of a tool call",
      refuse("bio", [{ type: "tool_use", name: "get_order_status", input: { customer_email: "a@b.co" } }]),
      { kind: "refused" },
    ],
    [
      "max_tokens",
      stopAtLimit("Half an ans"),
      { kind: "truncated", text: "Half an ans", insideToolCall: false },
    ],
    [
      "max_tokens inside a tool call",
      stopAtLimit("Let me", { name: "get_order_status", input: { customer_email: "a@" } }),
      { kind: "truncated", text: "Let me", insideToolCall: true },
    ],
    ["a full context", exceedContext(), { kind: "context_exceeded" }],
    [
      "a stop reason of a later API",
      { kind: "turn", content: [{ type: "text", text: "ok" }], stop: "meditation" },
      { kind: "truncated", text: "ok" },
    ],
  ];
  it.each(stops)("%s", async (_name, step, expected) => {
    await withClaude(scripted(step), async ({ claude, server }) => {
      const reply = await claude.complete(ask("x"), never);
      expect(reply).toMatchObject(expected);
      expect(reply.costMicros).toBeGreaterThan(0);
      expect(reply).not.toHaveProperty("calls");
      expect(server.violations).toEqual([]);
    });
  });

  it("sends a paused turn back and joins what was written before and after", async () => {
    await withClaude(scripted(pause("One, "), pause("two, "), say("three.")), async ({ claude, server }) => {
      const request = ask("Count", { tier: 2 });
      const reply = expectKind(await claude.complete(request, never), "answer");
      expect(reply.text).toBe("One, two, three.");
      const outputs = server.usages.map((usage) => usage["output_tokens"] as number);
      expect(outputs).toHaveLength(3);
      expect(reply.usage.outputTokens).toBe(outputs.reduce((a, b) => a + b));
      expect(reply.costMicros).toBeLessThanOrEqual(claude.worstCost(request));
      expect(server.violations).toEqual([]);
    });
  });

  it("does not go on with a paused turn when that could cost more than was reserved", async () => {
    await withClaude(scripted(pause("word ".repeat(15_000)), say("the end")), async ({ claude, server }) => {
      const request = ask("x", { tier: 2, maxOutputTokens: 16_000 });
      const reply = await claude.complete(request, never);
      expect(reply.kind).toBe("truncated");
      expect(reply.costMicros).toBeLessThanOrEqual(claude.worstCost(request));
      expect(server.requests).toHaveLength(1);
    });
  });

  it("stops going on after two pauses", async () => {
    await withClaude(scripted(pause("um ")), async ({ claude, server }) => {
      const reply = await claude.complete(ask("x"), never);
      expect(reply).toMatchObject({ kind: "truncated", text: "um um um ", insideToolCall: false });
      expect(server.requests).toHaveLength(3);
    });
  });
});

describe("Claude over a socket: what is sent", () => {
  it("disables thinking on Haiku and never on Sonnet, with low and medium effort", async () => {
    await withClaude(scripted(say("ok")), async ({ claude, server }) => {
      await claude.complete(ask("x"), never);
      await claude.complete(ask("x", { tier: 2 }), never);
      await claude.complete(ask("x", { tier: 2, purpose: "summary", tools: [] }), never);
      expect(server.requests.map(({ body }) => [body["thinking"], body["output_config"]])).toEqual([
        [{ type: "disabled" }, { effort: "low" }],
        [{ type: "between_tools" }, { effort: "medium" }],
        [{ type: "between_tools" }, { effort: "low" }],
      ]);
    });
  });

  it("leaves room for thinking on a model that always thinks, and asks nothing of one that never does", async () => {
    const settings = { tier1: "claude-haiku-4-5", tier2: "claude-opus-5-5" };
    await withClaude(
      scripted(say("ok")),
      async ({ claude, server }) => {
        await claude.complete(ask("x"), never);
        await claude.complete(ask("x", { tier: 2 }), never);
        expect(server.requests[0]?.body).not.toHaveProperty("thinking");
        expect(server.requests[0]?.body).not.toHaveProperty("output_config");
        expect(server.requests[1]?.body).toMatchObject({
          max_tokens: 1_024 + 2_048,
          thinking: { type: "adaptive" },
        });
        expect(server.violations).toEqual([]);
      },
      settings,
    );
  });

  it("sends tools as strict ones in an order that does not depend on the caller's", async () => {
    await withClaude(scripted(say("ok")), async ({ claude, server }) => {
      const request = ask("x");
      await claude.complete(request, never);
      await claude.complete({ ...request, tools: request.tools.toReversed() }, never);
      const [one, two] = server.requests.map(({ body }) => JSON.stringify(body["tools"]));
      expect(one).toBe(two);
      expect(JSON.parse(one ?? "")).toMatchObject([
        { name: "get_order_status", strict: true, input_schema: { additionalProperties: false } },
        { name: "search_knowledge_base", strict: true, input_schema: { additionalProperties: false } },
      ]);
    });
  });

  it("reads tools and system from the cache for the second customer", async () => {
    const system = "Acme sells project boards to teams. ".repeat(60);
    await withClaude(scripted(say("ok")), async ({ claude, server }) => {
      const first = await claude.complete(ask("How do I export?", { system }), never);
      const second = await claude.complete(ask("And import?", { system, userRef: "u_2" }), never);
      expect(first.usage.cacheWrite5mTokens).toBeGreaterThan(512);
      expect(second.usage.cacheReadTokens).toBe(first.usage.cacheWrite5mTokens);
      expect(second.usage.cacheWrite5mTokens).toBe(0);
      expect(second.costMicros).toBeLessThan(first.costMicros);
      expect(server.violations).toEqual([]);
    });
  });

  it("sets no cache mark on a prefix that is too short for it", async () => {
    await withClaude(scripted(say("ok")), async ({ claude, server }) => {
      await claude.complete(ask("x", { tools: [] }), never);
      expect(JSON.stringify(server.requests[0]?.body)).not.toContain("cache_control");
    });
  });

  it("sends the key as a bearer token and refuses one with a stray quote before any call", async () => {
    await withClaude({ apiKey: "sk-right", reply: inOrder(say("ok")) }, async ({ server }) => {
      await connect(server.url, {}, "  sk-right\n").complete(ask("x"), never);
      expect(server.requests[0]?.headers.authorization).toBe("Bearer sk-right");
      expect(() => connect(server.url, {}, "“sk-right”")).toThrow(/ANTHROPIC_API_KEY/);
    });
  });

  it("names the model of each tier", () => {
    const claude = connect("http://127.0.0.1:1", modelSettings({ tier2: "claude-opus-5" }));
    expect([claude.nameFor(1), claude.nameFor(2)]).toEqual(["claude-haiku-5-5", "claude-opus-5"]);
  });
});
