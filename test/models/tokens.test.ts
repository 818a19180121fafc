import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { resolveModel } from "../../src/models/catalogue.ts";
import { toParams } from "../../src/models/claude-request.ts";
import type { ModelRequest } from "../../src/models/model.ts";
import { estimateTokens, promptBound, tokenBound } from "../../src/models/tokens.ts";
import { countTokens, say, startClaude, inOrder } from "../servers/claude.ts";
import { ask, connect, EXPORTS, modelSettings, never, REFUNDS, user } from "./fixtures.ts";

const SCRIPTS: Readonly<Record<string, readonly [number, number]>> = {
  latin: [0x20, 0x24f],
  greek: [0x370, 0x3ff],
  cyrillic: [0x400, 0x4ff],
  hebrew: [0x5d0, 0x5ea],
  arabic: [0x620, 0x64a],
  "arabic ligatures": [0xfbd3, 0xfdfb],
  devanagari: [0x904, 0x939],
  thai: [0xe01, 0xe3a],
  hangul: [0xac00, 0xd7a3],
  kana: [0x3041, 0x30ff],
  han: [0x4e00, 0x9fff],
  "full-width and compatibility": [0x3300, 0x33ff],
  emoji: [0x1f300, 0x1faff],
};

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  ...Object.values(SCRIPTS).map(([from, to]) =>
    fc.string({
      unit: fc.integer({ min: from, max: to }).map((point) => String.fromCodePoint(point)),
      maxLength: 200,
    }),
  ),
);

describe("the bound of tokens", () => {
  it("is never below the server's count, in any script", () => {
    fc.assert(
      fc.property(text, (one) => {
        expect(tokenBound(one)).toBeGreaterThanOrEqual(countTokens(one));
      }),
      { numRuns: 600 },
    );
  });

  it("counts the longer form where normalising lengthens a text", () => {
    // One code point of three bytes that NFKC turns into eighteen letters.
    expect(tokenBound("\ufdfa")).toBe(Buffer.byteLength("\ufdfa".normalize("NFKC")));
    expect(tokenBound("\ufdfa")).toBeGreaterThan(Buffer.byteLength("\ufdfa"));
    expect(tokenBound("ＡＢ")).toBe(6);
  });

  it("reserves for whole requests no less than they turn out to cost", async () => {
    const server = await startClaude({ reply: inOrder(say("Certainly.")) });
    try {
      const claude = connect(server.url);
      await fc.assert(
        fc.asyncProperty(
          text,
          text,
          fc.constantFrom(1 as const, 2 as const),
          async (system, question, tier) => {
            const request: ModelRequest = ask("x", {
              tier,
              system,
              messages: [user(REFUNDS, EXPORTS, { type: "text", text: `Q: ${question}` })],
            });
            const reply = await claude.complete(request, never);
            const model = resolveModel(claude.nameFor(tier), modelSettings(), Date.now());
            const bound = promptBound(toParams(request, model));
            const { inputTokens, cacheWrite5mTokens, cacheReadTokens } = reply.usage;
            expect(bound.prefix + bound.messages).toBeGreaterThanOrEqual(
              inputTokens + cacheWrite5mTokens + cacheReadTokens,
            );
            expect(claude.worstCost(request)).toBeGreaterThanOrEqual(reply.costMicros);
          },
        ),
        { numRuns: 100 },
      );
      expect(server.violations).toEqual([]);
    } finally {
      await server.close();
    }
  });
});

// Counts by @anthropic-ai/tokenizer 0.0.4 (the last that was published); today's is said to give 1.3 times as many.
const COUNTED: readonly (readonly [string, number])[] = [
  [
    "You are Aria, the support agent of Acme SaaS. You help with account and billing questions, product features, " +
      "bug reports and status checks. You are not authorised to approve refunds over $200, to change subscription " +
      "tiers without a manager's approval, or to access other customers' accounts.",
    64,
  ],
  [
    "Hi, I was charged twice this month for the Team plan (12 seats), invoice INV-2041 from 3 November. Could you " +
      "check what happened and refund the second payment? My e-mail is ann@example.com. Thanks!",
    50,
  ],
  [
    "## Resetting your password\n\n1. Open **Settings > Security**.\n2. Choose *Reset password*; we send a link that " +
      "is valid for 30 minutes.\n3. If no mail arrives, check the spam folder.\n\nSee " +
      "https://help.acme.example/articles/reset-password?lang=en for pictures.",
    70,
  ],
  [
    '{"name":"get_order_status","description":"Returns order or subscription, status, last updated.",' +
      '"input_schema":{"type":"object","properties":{"customer_email":{"type":"string"},' +
      '"order_id":{"type":"string"}},"required":["customer_email"],"additionalProperties":false}}',
    61,
  ],
  ["WHY IS THIS STILL BROKEN??? I have been waiting for THREE WEEKS!!!", 18],
  [
    "¡Hola! Quisiera saber cuándo llegará mi pedido, porque ya han pasado tres semanas y no he recibido ninguna noticia.",
    37,
  ],
  ["您好，我想取消我的订单，因为它已经在路上三个星期了。请帮帮我。", 30],
  ["Здравствуйте, я хочу отменить заказ, потому что он уже три недели в пути. Помогите, пожалуйста.", 53],
];

describe("the estimate of tokens", () => {
  it.each(COUNTED)(
    "is at most a tenth below today's count and not twice as high: %s",
    (sample, published) => {
      const today = published * 1.3;
      expect(estimateTokens(sample)).toBeGreaterThanOrEqual(today * 0.9);
      expect(estimateTokens(sample)).toBeLessThanOrEqual(today * 2);
    },
  );

  it("is far below the bound for prose", () => {
    for (const [prose] of COUNTED.slice(0, 3))
      expect(estimateTokens(prose) * 2).toBeLessThan(tokenBound(prose));
  });

  it("is nothing for nothing", () => {
    expect(estimateTokens("")).toBe(0);
    expect(tokenBound("")).toBe(0);
  });
});
