import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import { configSchema } from "../../src/config/schema.ts";
import { CATALOGUE, resolveModel, type CatalogueRow } from "../../src/models/catalogue.ts";
import { NO_USAGE, priceOf, worstPrice } from "../../src/models/prices.ts";
import { modelSettings } from "./fixtures.ts";

const TODAY = Date.parse("2026-11-24");

function row(id: string): CatalogueRow {
  return resolveModel(id, modelSettings(), TODAY).row;
}

describe("prices", () => {
  // Worked out by hand from the table in dollars per million tokens.
  it.each([
    // 1,000 x 0.10 + 200 x 0.50 = 200
    ["claude-haiku-5-5", { inputTokens: 1_000, outputTokens: 200 }, 200],
    // 300 x 0.10 + 1,500 x 0.01 + 120 x 0.50 = 30 + 15 + 60
    ["claude-haiku-5-5", { inputTokens: 300, cacheReadTokens: 1_500, outputTokens: 120 }, 105],
    // 300 x 0.10 + 1,500 x 0.125 + 120 x 0.50 = 30 + 187.5 + 60 = 277.5
    ["claude-haiku-5-5", { inputTokens: 300, cacheWrite5mTokens: 1_500, outputTokens: 120 }, 278],
    // 1,000 x 0.20 for an hour
    ["claude-haiku-5-5", { cacheWrite1hTokens: 1_000 }, 200],
    // exactly 100,000 is still a short prompt: 100,000 x 0.10
    ["claude-haiku-5-5", { inputTokens: 100_000 }, 10_000],
    // one more and the whole request costs five times as much: 100,001 x 0.50 + 10 x 2.50
    ["claude-haiku-5-5", { inputTokens: 100_001, outputTokens: 10 }, 50_026],
    // cache reads and writes count towards the length: 60,000 x 0.05 + 30,000 x 0.50 + 10,001 x 0.625 + 100 x 2.50
    [
      "claude-haiku-5-5",
      { inputTokens: 30_000, cacheReadTokens: 60_000, cacheWrite5mTokens: 10_001, outputTokens: 100 },
      24_501,
    ],
    // 1,200 x 2 + 1,500 x 0.10 + 300 x 10 = 2,400 + 150 + 3,000
    ["claude-sonnet-5-5", { inputTokens: 1_200, cacheReadTokens: 1_500, outputTokens: 300 }, 5_550],
    // no long-prompt rule: 200,000 x 2
    ["claude-sonnet-5-5", { inputTokens: 200_000 }, 400_000],
    // a fortieth, not a tenth, for reads: 1,000 x 0.25
    ["claude-fable-5-1", { cacheReadTokens: 1_000 }, 250],
  ])("%s: %o costs %i micro-dollars", (id, usage, micros) => {
    expect(priceOf(row(id), { ...NO_USAGE, ...usage })).toBe(micros);
  });

  it("rounds up once, and not because a tenth has no binary form", () => {
    expect(priceOf(row("claude-haiku-5-5"), { ...NO_USAGE, inputTokens: 1 })).toBe(1);
    expect(
      priceOf(row("claude-haiku-5-5"), { ...NO_USAGE, inputTokens: 3, cacheReadTokens: 10, outputTokens: 1 }),
    ).toBe(1);
    // 2 x 0.10 + 280 x 0.01 is 3.0000000000000004 in floating point.
    expect(priceOf(row("claude-haiku-5-5"), { ...NO_USAGE, inputTokens: 2, cacheReadTokens: 280 })).toBe(3);
  });

  it("bounds a call with the dearest kind of each token", () => {
    const bound = { cachedTokens: 2_000, plainTokens: 1_000, outputTokens: 500 };
    // 2,000 x 0.125 + 1,000 x 0.10 + 500 x 0.50
    expect(worstPrice(row("claude-haiku-5-5"), bound)).toBe(600);
    expect(worstPrice(row("claude-haiku-5-5"), { ...bound, plainTokens: 99_000 })).toBe(
      5 * (250 + 9_900 + 250),
    );
  });
});

describe("the catalogue", () => {
  it("knows both tiers' defaults", () => {
    const { tier1, tier2 } = modelSettings();
    expect(resolveModel(tier1, modelSettings(), TODAY).warning).toBeUndefined();
    expect(resolveModel(tier2, modelSettings(), TODAY).warning).toBeUndefined();
  });

  it("warns of a model that is about to go, and of one that has gone", () => {
    expect(warningOn("2026-11-24")).toMatch(/deprecated and will be retired on 2026-11-30/);
    expect(warningOn("2026-12-01")).toMatch(/was retired on 2026-11-30/);
  });

  it("refuses a model without a price and shows the row to write, which the configuration accepts", () => {
    const refused = () => resolveModel("claude-fable-5-2", modelSettings(), TODAY);
    expect(refused).toThrow(expect.objectContaining({ code: "config_invalid" }));
    const message = messageFrom(refused);
    const row = parse(message.slice(message.indexOf("models:\n  catalogue"))) as object;
    const { models } = configSchema.parse({ shop: { name: "Acme" }, ...row });
    expect(resolveModel("claude-fable-5-2", models, TODAY).row.price.input).toBe(2);
  });

  it("lets the operator's row replace ours", () => {
    const own = { ...CATALOGUE["claude-haiku-5-5"], price: { ...row("claude-haiku-5-5").price, input: 9 } };
    const { models } = configSchema.parse({
      shop: { name: "Acme" },
      models: { catalogue: { "claude-haiku-5-5": own } },
    });
    expect(resolveModel("claude-haiku-5-5", models, TODAY).row.price.input).toBe(9);
  });

  it("takes every row of ours, without its retirement, as an operator's own", () => {
    for (const [id, { retires: _retires, ...own }] of Object.entries(CATALOGUE)) {
      const { models } = configSchema.parse({ shop: { name: "Acme" }, models: { catalogue: { [id]: own } } });
      expect(resolveModel(id, models, TODAY).row).toEqual(own);
    }
  });

  it("keeps the vendor's ratios: writes at 1.25 and 2 times the input price, reads never above it", () => {
    for (const { price } of Object.values(CATALOGUE)) {
      expect(price.cache_write_5m).toBeCloseTo(price.input * 1.25, 6);
      expect(price.cache_write_1h).toBeCloseTo(price.input * 2, 6);
      expect(price.output).toBeCloseTo(price.input * 5, 6);
      expect(price.cache_read).toBeLessThanOrEqual(price.input / 10 + 1e-9);
    }
  });
});

function warningOn(day: string): string | undefined {
  return resolveModel("claude-sonnet-4-5", modelSettings(), Date.parse(day)).warning;
}

function messageFrom(thrower: () => unknown): string {
  try {
    return String(thrower());
  } catch (error) {
    return (error as Error).message;
  }
}
