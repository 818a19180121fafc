import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { ModelMessage, ToolCall, ToolResult } from "../../src/models/model.ts";
import { callTools, inOrder, say, startClaude } from "../servers/claude.ts";
import { ask, connect, EXPORTS, never, REFUNDS } from "./fixtures.ts";

interface Round {
  readonly tier: 1 | 2;
  readonly calls: number;
  readonly text: string;
  readonly thinking: string | undefined;
  readonly failed: boolean;
  readonly reversed: boolean;
  readonly remark: string;
}

const words = fc.oneof(
  fc.constantFrom("", "  ", "Be brief.", "@everyone"),
  fc.string({ unit: "binary", maxLength: 30 }),
);

const round: fc.Arbitrary<Round> = fc.record({
  tier: fc.constantFrom(1 as const, 2 as const),
  calls: fc.integer({ min: 1, max: 4 }),
  // What Claude writes is never blank and always valid; what customers and tools write may be anything.
  text: fc.constantFrom("Let me look.", "One more look."),
  thinking: fc.option(fc.constantFrom("Hm.", "The second article fits better."), { nil: undefined }),
  failed: fc.boolean(),
  reversed: fc.boolean(),
  remark: words,
});

describe("a tool loop over the real SDK", () => {
  it("is well-formed however many calls, failures, remarks and changes of model it has", async () => {
    const server = await startClaude();
    const claude = connect(server.url);
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 5 }), words, async (rounds, question) => {
          server.behave(inOrder(...rounds.map(scriptOf), say("Done.")));
          const messages: ModelMessage[] = [
            { role: "user", content: [REFUNDS, { type: "text", text: `Q ${question}` }] },
          ];
          for (const one of rounds) {
            const reply = await claude.complete(ask("", { tier: one.tier, messages: [...messages] }), never);
            if (reply.kind !== "tool_calls") throw new Error(`expected tool calls, got ${reply.kind}`);
            expect(reply.calls).toHaveLength(one.calls);
            messages.push(reply.turn, answerTo(reply.calls, one));
          }
          const last = await claude.complete(ask("", { messages }), never);
          expect(last).toMatchObject({ kind: "answer", text: "Done." });
        }),
        { numRuns: 60 },
      );
      expect(server.violations).toEqual([]);
    } finally {
      await server.close();
    }
  });
});

function scriptOf({ calls, text, thinking }: Round) {
  const call = { name: "search_knowledge_base", input: { query: "refunds" } };
  return callTools(
    Array.from({ length: calls }, () => call),
    { text, ...(thinking !== undefined && { thinking }) },
  );
}

function answerTo(calls: readonly ToolCall[], { failed, reversed, remark }: Round): ModelMessage {
  const results = calls.map((call): ToolResult => ({
    type: "tool_result",
    callId: call.id,
    isError: failed,
    content: [EXPORTS, { type: "text", text: remark }],
  }));
  const text = { type: "text", text: remark } as const;
  return { role: "user", content: reversed ? [text, ...results.toReversed()] : [...results, text] };
}
