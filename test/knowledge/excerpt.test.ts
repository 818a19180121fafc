import { expect, it } from "vitest";

import { excerptOf } from "../../src/knowledge/excerpt.ts";

const TEXT = `Plans come in three sizes. ${"Filler about colours and shapes. ".repeat(20)}

- A **refund** reaches your [card](https://x.example/card) in 5 days.
- Bank transfers take \`9\` days.

| Method | Days |
| --- | --- |
| Card | 5 |`;

it("shows the lines that speak to the question, without markup", () => {
  expect(excerptOf({ text: TEXT }, "how long does a refund to my card take")).toBe(
    "… A refund reaches your card in 5 days. Bank transfers take 9 days. Method · Days Card · 5",
  );
});

it("shows the beginning when no line does", () => {
  expect(excerptOf({ text: TEXT }, "xylophone").startsWith("Plans come in three sizes.")).toBe(true);
});

it("is never longer than asked for", () => {
  expect(excerptOf({ text: TEXT }, "colours", 60).length).toBeLessThanOrEqual(60);
  expect(excerptOf({ text: "x".repeat(900) }, "x").length).toBeLessThanOrEqual(280);
  expect(excerptOf({ text: "" }, "x")).toBe("");
});
