import { describe, expect, it } from "vitest";
import { bareAmount, findAmounts, parseNumber } from "../../../src/agent/signals/amounts.ts";

function sums(text: string): readonly string[] {
  return findAmounts(text).map(({ cents, currency }) => `${cents} ${currency}`);
}

describe("sums of money in a message", () => {
  it.each([
    ["refund $450", "45000 USD"],
    ["it was 899 dollars", "89900 USD"],
    ["three hundred dollars", "30000 USD"],
    ["twelve hundred dollars", "120000 USD"],
    ["one thousand two hundred and fifty euros", "125000 EUR"],
    ["1.200,50 €", "120050 EUR"],
    ["£1,234.50", "123450 GBP"],
    ["450 bucks", "45000 USD"],
    ["1.5k usd", "150000 USD"],
    ["USD 2,200", "220000 USD"],
    ["dreihundert Euro", "30000 EUR"],
    ["zweihundertfünfzig Euro", "25000 EUR"],
    ["tausendzweihundert Euro", "120000 EUR"],
    ["mil doscientos euros", "120000 EUR"],
    ["quatre-vingt-dix euros", "9000 EUR"],
    ["1 200 €", "120000 EUR"],
    ["1'200 CHF", "120000 CHF"],
    ["A$99.95", "9995 AUD"],
    ["¥12,000", "1200000 JPY"],
    ["₹9,000", "900000 INR"],
    ["75 quid", "7500 GBP"],
    ["99 cents", "99 USD"],
  ])("reads %s", (text, expected) => {
    expect(sums(text)).toEqual([expected]);
  });

  it.each([
    "order #4412",
    "3 items",
    "in 30 days",
    "error 500",
    "version 4.2.1",
    "two questions",
    "call 0171 555 12",
    "",
  ])("sees no money in %j", (text) => {
    expect(sums(text)).toEqual([]);
  });

  it("keeps several sums in the order of the message", () => {
    expect(sums("I paid $450 and got 20 euros back")).toEqual(["45000 USD", "2000 EUR"]);
  });

  it("takes a bare number for money only where it must be money", () => {
    expect(bareAmount("refund me 600")?.cents).toBe(60_000);
    expect(bareAmount("I paid 500, refund it")?.cents).toBe(50_000);
    expect(bareAmount("refund order 4521")).toBeUndefined();
    expect(bareAmount("refund 3 orders")).toBeUndefined();
    expect(bareAmount("refund me within 14 days")).toBeUndefined();
    expect(bareAmount("refund the annual plan, 9,600")?.cents).toBe(960_000);
    expect(bareAmount("refund the annual plan, order 9600")).toBeUndefined();
    expect(bareAmount("refund the plan on invoice 4.521")).toBeUndefined();
    expect(bareAmount("you owe me 450")?.cents).toBe(45_000);
    expect(bareAmount("you owe me 3 answers")).toBeUndefined();
    expect(bareAmount("give me a grand back")?.cents).toBe(100_000);
    expect(bareAmount("refund the grand piano")).toBeUndefined();
  });

  it("reads the last mark with one or two digits as the decimal one", () => {
    expect(parseNumber("1,234.50")).toBe(1234.5);
    expect(parseNumber("1.234,5")).toBe(1234.5);
    expect(parseNumber("1.200")).toBe(1200);
    expect(parseNumber("12,5")).toBe(12.5);
  });
});
