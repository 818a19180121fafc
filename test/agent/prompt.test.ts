import { describe, expect, it } from "vitest";

import { buildPrompt, PROMPT_LIMIT_TOKENS } from "../../src/agent/prompt.ts";
import { loadConfig } from "../../src/config/load.ts";
import { estimateTokens } from "../../src/models/tokens.ts";
import { shopConfig } from "../servers/shop.ts";

describe("the system prompt", () => {
  it("of the sample shop says what DESIGN asks of it, in fewer than 800 tokens", () => {
    const { config } = loadConfig("examples/acme/deskhand.yaml", {}, ".");
    const prompt = buildPrompt(config, estimateTokens);
    expect(estimateTokens(prompt)).toBeLessThan(PROMPT_LIMIT_TOKENS);
    for (const said of [
      "Aria",
      "Acme SaaS",
      "account and billing",
      "refunds over $200",
      "subscription tiers",
      "no marketing",
    ]) {
      expect(prompt).toContain(said);
    }
  });

  it("is the same for every customer and every day, so that it can be cached", () => {
    expect(buildPrompt(shopConfig(), estimateTokens)).toBe(buildPrompt(shopConfig(), estimateTokens));
    expect(buildPrompt(shopConfig(), estimateTokens)).not.toMatch(/20\d\d-\d\d/);
  });

  it("names the refund limit when the operator's own words do not", () => {
    const prompt = buildPrompt(shopConfig({ policy: { refund_limit: 75, currency: "EUR" } }), estimateTokens);
    expect(prompt).toContain("approve refunds over 75 EUR");
    const own = shopConfig({ agent: { not_authorized_to: ["give refunds at all"] } });
    expect(buildPrompt(own, estimateTokens)).not.toContain("approve refunds over");
  });

  it("is refused when it is too long, with the count and the longest section named", () => {
    const config = shopConfig({ agent: { persona: "short", tone: "very ".repeat(900) } });
    expect(() => buildPrompt(config, estimateTokens)).toThrow(
      expect.objectContaining({
        code: "config_invalid",
        message: expect.stringMatching(/\d{3,} tokens long, 800 are allowed.*agent\.tone with \d{3,}/),
      }),
    );
  });

  it("may be exactly as long as is allowed", () => {
    expect(() => buildPrompt(shopConfig(), () => PROMPT_LIMIT_TOKENS)).not.toThrow();
    expect(() => buildPrompt(shopConfig(), () => PROMPT_LIMIT_TOKENS + 1)).toThrow("801 tokens");
  });
});
