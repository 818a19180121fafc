import {
  Anthropic,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  type ClientOptions,
} from "@anthropic-ai/sdk";
import type {
  MessageCreateParamsNonStreaming,
  MessageParam,
  Tool,
} from "@anthropic-ai/sdk/resources/messages";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { TOOLS } from "../../src/tools/index.ts";
import { ask, connect, never } from "../models/fixtures.ts";
import { adversary, MISCHIEFS, mischief } from "./adversary.ts";
import { callTools, cut, inOrder, say, startClaude, type ClaudeServer } from "./claude.ts";

/** The server itself: a test double that lets something pass which the API refuses would make every other test blind. */

let server: ClaudeServer;
let now = 0;
beforeEach(async () => {
  now = 1_000_000;
  server = await startClaude({ reply: inOrder(say("ok")), now: () => now });
});
afterEach(() => server.close());

function sdk(options: ClientOptions = {}): Anthropic {
  return new Anthropic({
    apiKey: "sk-test",
    baseURL: server.url,
    maxRetries: 0,
    timeout: 20_000,
    logLevel: "off",
    ...options,
  });
}

const TOOL: Tool = {
  name: "look_up",
  input_schema: {
    type: "object",
    properties: { q: { type: "string" } },
    required: ["q"],
    additionalProperties: false,
  },
};
const HI: MessageParam = { role: "user", content: "Hi" };
const CALL: MessageParam = {
  role: "assistant",
  content: [{ type: "tool_use", id: "t1", name: "look_up", input: {} }],
};
const RESULT = { type: "tool_result", tool_use_id: "t1", content: "x" } as const;
const text = (words: string) => ({ type: "text", text: words }) as const;
const found = (enabled: boolean) =>
  ({ type: "search_result", source: "s", title: "t", content: [text("x")], citations: { enabled } }) as const;
const mark = { cache_control: { type: "ephemeral" } } as const;
const schema = { type: "object", properties: {}, additionalProperties: false };
const HAIKU = "claude-haiku-5-5";
const SONNET = "claude-sonnet-5-5";

function raw(body: Record<string, unknown>): MessageCreateParamsNonStreaming {
  const whole: object = { model: HAIKU, max_tokens: 100, messages: [HI], ...body };
  // What is set to undefined is left out, which is how a field goes missing.
  return whole as MessageCreateParamsNonStreaming;
}

describe("the local Claude refuses what the API refuses", () => {
  const withTool = { tools: [TOOL] };
  it.each<[string, Record<string, unknown>, RegExp]>([
    ["no max_tokens", { max_tokens: undefined }, /max_tokens: Field required/],
    ["max_tokens over the model's maximum", { max_tokens: 200_000 }, /max_tokens/],
    ["no messages", { messages: [] }, /at least one message/],
    ["an assistant turn first", { messages: [{ role: "assistant", content: "x" }, HI] }, /first message/],
    ["an empty turn", { messages: [{ role: "user", content: [] }] }, /non-empty content/],
    ["empty text", { messages: [{ role: "user", content: [text("")] }] }, /non-empty/],
    ["blank text", { messages: [{ role: "user", content: [text(" \n")] }] }, /non-whitespace/],
    ["half an emoji", { messages: [{ role: "user", content: "\ud83d" }] }, /UTF-8/],
    ["temperature", { temperature: 1 }, /temperature: Extra inputs/],
    ["top_p", { top_p: 1 }, /top_p/],
    ["top_k", { top_k: 5 }, /top_k/],
    ["a field that is not there", { colour: "red" }, /colour/],
    ["a dangling tool_use", { ...withTool, messages: [HI, CALL, HI] }, /without `tool_result`/],
    [
      "a tool_use at the very end",
      { ...withTool, model: "claude-haiku-4-5", messages: [HI, CALL] },
      /without/,
    ],
    [
      "a result without its call",
      { ...withTool, messages: [{ role: "user", content: [RESULT] }] },
      /unexpected/,
    ],
    [
      "two results for a call",
      { ...withTool, messages: [HI, CALL, { role: "user", content: [RESULT, RESULT] }] },
      /single/,
    ],
    [
      "text before a result",
      { ...withTool, messages: [HI, CALL, { role: "user", content: [text("so"), RESULT] }] },
      /must come first/,
    ],
    [
      "the same call id twice",
      {
        ...withTool,
        messages: [HI, CALL, { role: "user", content: [RESULT] }, CALL, { role: "user", content: [RESULT] }],
      },
      /unique/,
    ],
    [
      "tool blocks without tools",
      { messages: [HI, CALL, { role: "user", content: [RESULT] }] },
      /must define tools/,
    ],
    [
      "a failed result that is not text",
      {
        ...withTool,
        messages: [
          HI,
          CALL,
          { role: "user", content: [{ ...RESULT, is_error: true, content: [found(true)] }] },
        ],
      },
      /is_error/,
    ],
    [
      "a call id with a slash",
      {
        ...withTool,
        messages: [
          HI,
          { role: "assistant", content: [{ type: "tool_use", id: "a/b", name: "look_up", input: {} }] },
        ],
      },
      /match pattern/,
    ],
    [
      "citations on a customer's text",
      { messages: [{ role: "user", content: [{ ...text("x"), citations: [{}] }] }] },
      /citations/,
    ],
    [
      "citations on some results only",
      { messages: [{ role: "user", content: [found(true), found(false)] }] },
      /all or none/,
    ],
    [
      "citations with a fixed format",
      {
        messages: [{ role: "user", content: [found(true)] }],
        output_config: { format: { type: "json_schema", schema } },
      },
      /cannot be combined/,
    ],
    [
      "a format whose objects are open",
      { output_config: { format: { type: "json_schema", schema: { type: "object" } } } },
      /additionalProperties/,
    ],
    [
      "a strict tool whose input is open",
      { tools: [{ ...TOOL, strict: true, input_schema: { type: "object" } }] },
      /additionalProperties/,
    ],
    [
      "a strict tool with a maximum",
      {
        tools: [
          {
            ...TOOL,
            strict: true,
            input_schema: { ...schema, properties: { n: { type: "integer", maximum: 3 } } },
          },
        ],
      },
      /maximum/,
    ],
    ["a tool name with a space", { tools: [{ ...TOOL, name: "look up" }] }, /match pattern/],
    ["two tools of one name", { tools: [TOOL, TOOL] }, /unique/],
    [
      "a budget for thinking on Haiku 5.5",
      { thinking: { type: "enabled", budget_tokens: 1_024 } },
      /thinking/,
    ],
    [
      "a budget for thinking on Sonnet 5.5",
      { model: SONNET, thinking: { type: "enabled", budget_tokens: 1_024 } },
      /thinking/,
    ],
    ["thinking disabled on Sonnet 5.5", { model: SONNET, thinking: { type: "disabled" } }, /between_tools/],
    ["thinking between tools on Haiku 5.5", { thinking: { type: "between_tools" } }, /thinking/],
    [
      "thinking between tools at the highest effort",
      { model: SONNET, thinking: { type: "between_tools" }, output_config: { effort: "max" } },
      /effort/,
    ],
    [
      "a forced tool on Sonnet 5.5",
      { model: SONNET, ...withTool, tool_choice: { type: "any" } },
      /tool_choice/,
    ],
    [
      "a prefill on Sonnet 5.5",
      { model: SONNET, messages: [HI, { role: "assistant", content: "Well" }] },
      /prefill/,
    ],
    ["a prefill on Haiku 5.5", { messages: [HI, { role: "assistant", content: "Well" }] }, /prefill/],
    ["effort on Haiku 4.5", { model: "claude-haiku-4-5", output_config: { effort: "low" } }, /effort/],
    [
      "thinking that was changed",
      {
        messages: [
          HI,
          { role: "assistant", content: [{ type: "thinking", thinking: "a", signature: "b" }] },
          HI,
        ],
      },
      /signature/,
    ],
    [
      "five cache marks",
      { system: Array.from({ length: 5 }, () => ({ ...text("x"), ...mark })) },
      /maximum of 4/,
    ],
    ["an e-mail as user_id", { metadata: { user_id: "ann@example.com" } }, /opaque/],
    [
      "a prompt longer than the context",
      { messages: [{ role: "user", content: "1".repeat(1_000_001) }] },
      /too long/,
    ],
  ])("%s", async (_name, body, words) => {
    const refused = await sdk()
      .messages.create(raw(body))
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(BadRequestError);
    expect((refused as BadRequestError).apiMessage).toMatch(words);
    expect(server.violations).toHaveLength(1);
  });

  it("an unknown model with 404, a missing or wrong key with 401", async () => {
    await expect(sdk().messages.create(raw({ model: "claude-2" }))).rejects.toThrow(NotFoundError);
    const plain = await fetch(`${server.url}/v1/messages`, {
      method: "POST",
      body: "{}",
      headers: { "x-api-key": "sk" },
    });
    expect(plain.status).toBe(401);
    expect(await plain.json()).toMatchObject({ type: "error", error: { type: "authentication_error" } });
    const strict = await startClaude({ apiKey: "sk-other" });
    await expect(sdk({ baseURL: strict.url }).messages.create(raw({}))).rejects.toThrow(AuthenticationError);
    await strict.close();
  });

  it("nothing of a well-made request, marks and results in any allowed place included", async () => {
    const messages = [
      { role: "user", content: [found(true), { ...text("Hi"), ...mark }] },
      CALL,
      { role: "user", content: [{ ...RESULT, content: [found(true)] }, text("Go on.")] },
      { role: "user", content: "And be quick." },
    ];
    await sdk().messages.create(
      raw({ messages, tools: [{ ...TOOL, strict: true, ...mark }], tool_choice: { type: "auto" } }),
    );
    expect(server.violations).toEqual([]);
  });
});

describe("the local Claude counts as the API does", () => {
  const long = { system: [{ ...text("Acme sells boards to teams. ".repeat(120)), ...mark }] };

  it("writes a prefix once and reads it until it expires", async () => {
    const once = async (body: Record<string, unknown>) => (await sdk().messages.create(raw(body))).usage;
    const first = await once(long);
    expect(first.cache_read_input_tokens).toBe(0);
    expect(first.cache_creation_input_tokens).toBeGreaterThan(512);
    now += 299_000;
    const second = await once({ ...long, messages: [{ role: "user", content: "Another" }] });
    expect(second.cache_read_input_tokens).toBe(first.cache_creation_input_tokens);
    expect(second.cache_creation_input_tokens).toBe(0);
    // Reading has renewed it, so it lives for five minutes from there and not longer.
    now += 299_000;
    expect((await once(long)).cache_read_input_tokens).toBeGreaterThan(0);
    now += 300_001;
    expect((await once(long)).cache_read_input_tokens).toBe(0);
    expect((await once({ ...long, model: SONNET })).cache_read_input_tokens).toBe(0);
  });

  it("ignores a mark on a prefix below the minimum", async () => {
    const { usage } = await sdk().messages.create(raw({ system: [{ ...text("Short."), ...mark }] }));
    expect([usage.cache_creation_input_tokens, usage.cache_read_input_tokens]).toEqual([0, 0]);
  });

  it("misses when a tool changes, which comes before the system prompt", async () => {
    await sdk().messages.create(raw({ ...long, tools: [TOOL] }));
    const changed = await sdk().messages.create(raw({ ...long, tools: [{ ...TOOL, description: "New" }] }));
    expect(changed.usage.cache_read_input_tokens).toBe(0);
  });

  it("keeps an hour's entry for an hour and books it apart", async () => {
    const hour = {
      system: [
        { ...text("Acme sells boards. ".repeat(200)), cache_control: { type: "ephemeral", ttl: "1h" } },
      ],
    };
    const { usage } = await sdk().messages.create(raw(hour));
    expect(usage.cache_creation?.ephemeral_1h_input_tokens).toBe(usage.cache_creation_input_tokens);
    now += 3_599_000;
    expect((await sdk().messages.create(raw(hour))).usage.cache_read_input_tokens).toBeGreaterThan(0);
  });

  it("counts a prompt the same way beforehand", async () => {
    const body = raw({ ...long, tools: [TOOL] });
    const { max_tokens: _limit, ...counted } = body;
    const { input_tokens } = await sdk().messages.countTokens(counted);
    const { usage } = await sdk().messages.create(body);
    expect(usage.input_tokens + (usage.cache_creation_input_tokens ?? 0)).toBe(input_tokens);
  });
});

describe("the local Claude and its script", () => {
  it("streams the same message that it sends whole", async () => {
    server.behave(() =>
      callTools([{ name: "look_up", input: { q: "größe" }, id: "t9" }], {
        text: "One moment.",
        thinking: "Hm.",
      }),
    );
    const body = raw({ tools: [{ ...TOOL, strict: true }] });
    const whole = await sdk().messages.create(body);
    const streamed = await sdk().messages.stream(body).finalMessage();
    expect(streamed.content).toMatchObject(whole.content);
    expect([streamed.stop_reason, streamed.usage.output_tokens]).toEqual([
      whole.stop_reason,
      whole.usage.output_tokens,
    ]);
  });

  it("cuts a stream in the middle", async () => {
    server.behave(() => cut(400));
    await expect(sdk().messages.stream(raw({})).finalMessage()).rejects.toThrow(
      /terminated|abort|premature|connection/i,
    );
  });

  it("tells on a script that does what a strict tool never does", async () => {
    const strict = raw({ tools: [{ ...TOOL, strict: true }] });
    server.behave(() => callTools([{ name: "look_up", input: { q: 7 } }]));
    await expect(sdk().messages.create(strict)).rejects.toThrow(InternalServerError);
    server.behave(() => callTools([{ name: "look_down", input: {} }]));
    await expect(sdk().messages.create(strict)).rejects.toThrow(InternalServerError);
    expect(server.violations).toEqual([
      expect.stringMatching(/^script: .*not strict/s),
      expect.stringMatching(/^script: .*does not offer/),
    ]);
  });

  it("knows its models, for a doctor that asks", async () => {
    expect((await sdk().models.retrieve(HAIKU)).id).toBe(HAIKU);
    await expect(sdk().models.retrieve("claude-2")).rejects.toThrow(NotFoundError);
  });
});

describe("the product's own tools", () => {
  it("pass as strict tools on both tiers", async () => {
    const claude = connect(server.url);
    const tools = TOOLS.map((tool) => tool.spec);
    for (const tier of [1, 2] as const) await claude.complete(ask("Hi", { tools, tier }), never);
    expect(server.violations).toEqual([]);
    expect(server.requests[0]?.body["tools"]).toHaveLength(TOOLS.length);
  });
});

describe("the adversary", () => {
  it("does each mischief over the real SDK without breaking the port", async () => {
    const claude = connect(server.url);
    const tools = TOOLS.map((tool) => tool.spec);
    for (const name of MISCHIEFS) {
      server.behave(mischief(name));
      const reply = await claude.complete(ask("Hi", { tools }), never);
      expect(["answer", "tool_calls", "refused", "truncated"]).toContain(reply.kind);
    }
    expect(server.violations).toEqual([]);
  });

  it("does the same with the same seed and something else with another", async () => {
    const run = async (seed: number) => {
      const behaviour = adversary({ seed });
      const steps = [];
      for (let n = 0; n < 30; n++)
        steps.push(await behaviour(raw({}) as unknown as Record<string, unknown>, n));
      return JSON.stringify(steps);
    };
    expect(await run(7)).toBe(await run(7));
    expect(await run(7)).not.toBe(await run(8));
  });

  it("sends a reading that is not of the schema", async () => {
    server.behave(adversary({ seed: 3 }));
    const outputSchema = { type: "object", properties: {}, required: [], additionalProperties: false };
    const reply = await connect(server.url).complete(
      ask("Hi", { tools: [], purpose: "read", outputSchema }),
      never,
    );
    expect(reply.kind).toBe("answer");
  });
});
