import { describe, expect, it } from "vitest";

import { topicOf } from "../../../adapters/discord/topic.ts";

describe("the name of a question's thread", () => {
  it.each([
    ["How do I reset my password?", "How do I reset my password?"],
    ["Hi there! how do I reset my password?", "How do I reset my password?"],
    ["Hello team, my card was charged twice", "My card was charged twice"],
    ["Good morning 👋 where is my order?", "Where is my order?"],
    ["Guten Tag, wo ist meine Rechnung?", "Wo ist meine Rechnung?"],
    ["¿Dónde está mi pedido?", "¿Dónde está mi pedido?"],
    ["Hola a todos, ¿dónde está mi pedido?", "¿Dónde está mi pedido?"],
    ["Bonjour, été 2026 : ma facture", "Été 2026 : ma facture"],
    ["<@123> **Broken** <:sad:456> since `v2`", "Broken since v2"],
    ["History of my invoices", "History of my invoices"],
    ["highlighting does not work", "highlighting does not work"],
  ])("says what %j is about", (content, topic) => {
    expect(topicOf(content)).toBe(topic);
  });

  it.each([["hello"], ["Hi!"], ["Bonjour"]])("is the greeting %j where there is nothing else", (content) => {
    expect(topicOf(content)).toBe(content);
  });

  it.each([[""], ["<@123>"], ["**"]])("is left to the caller when there are no words in %j", (content) => {
    expect(topicOf(content)).toBeNull();
  });

  it("is cut between words, and only inside a word that is longer than a name", () => {
    const long = topicOf(`${"word ".repeat(30)}end`) ?? "";
    expect(long).toMatch(/^word(?: word)+…$/);
    expect(long.length).toBeLessThanOrEqual(100);
    expect(topicOf("x".repeat(300))).toBe(`${"x".repeat(99)}…`);
    expect(topicOf(`${"x".repeat(98)}😀😀`)?.isWellFormed()).toBe(true);
  });
});
