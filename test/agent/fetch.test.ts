import { join } from "node:path";

import { beforeAll, describe, expect, it } from "vitest";

import { searchFor } from "../../src/agent/fetch.ts";
import { questionsIn } from "../../src/knowledge/questions.ts";
import { ingest } from "../../src/knowledge/ingest.ts";
import type { Knowledge } from "../../src/knowledge/knowledge.ts";
import { createKnowledge } from "../../src/knowledge/search.ts";
import { openSqlite } from "../../src/store/open.ts";
import { openSqliteKnowledge } from "../../src/store/sqlite-knowledge.ts";
import { put } from "../contracts/knowledge-articles.ts";
import { QUESTIONS } from "../soak/questions.ts";
import { readingOf } from "../servers/shop.ts";

const ARTICLES = join(import.meta.dirname, "..", "..", "examples", "acme", "articles");

describe("what is searched for a customer's words", () => {
  let knowledge: Knowledge;

  beforeAll(async () => {
    const index = openSqliteKnowledge(openSqlite(":memory:"));
    const config = { internal_titles: ["internal"], internal_ids: [], customer_ids: [] };
    await ingest({ sources: [ARTICLES], index, config, now: Date.now });
    knowledge = createKnowledge(index);
  });

  const titlesFor = async (text: string) => {
    const found = await searchFor(text, [], readingOf(), knowledge);
    return { answerable: found.answerable, titles: found.passages.map(({ title }) => title).join("\n") };
  };

  it("finds what answers each of two questions in one breath, whichever they are", async () => {
    for (const [first, firstTitle] of QUESTIONS) {
      for (const [second, secondTitle] of QUESTIONS) {
        if (first === second) continue;
        const { answerable, titles } = await titlesFor(`${first}\n${second}`);
        expect({ first, second, answerable }).toMatchObject({ answerable: true });
        expect(titles).toContain(firstTitle);
        expect(titles).toContain(secondTitle);
      }
    }
  });

  it("answers the one question that can be answered", async () => {
    const { answerable, titles } = await titlesFor(
      "Do you sell saxophone lessons for children? How do I reset my password?",
    );
    expect(answerable).toBe(true);
    expect(titles.split("\n")[0]).toContain("Reset your password");
  });

  it("has nothing where none of them can be answered", async () => {
    const { answerable } = await titlesFor(
      "Do you sell saxophone lessons for children?\nWhich trains go to Lisbon tomorrow?",
    );
    expect(answerable).toBe(false);
  });

  it("finds both where one long article answers both", async () => {
    const index = openSqliteKnowledge(openSqlite(":memory:"));
    const filler = "This is explained to you step by step on the page. ".repeat(40);
    await put(index, "faq", [
      `Reset your password: open Settings and press Reset password. ${filler}`,
      ...Array.from({ length: 4 }, () => filler),
      `Export your data as CSV: open Settings and press Export data. ${filler}`,
    ]);
    const question = "How do I reset my password?\nHow do I export my data?";
    const { passages } = await searchFor(question, [], readingOf(), createKnowledge(index));
    const shown = passages.map(({ text }) => text).join("\n");
    expect(shown).toContain("press Reset password");
    expect(shown).toContain("press Export data");
  });

  it("is barely sure where one of two questions stays open", async () => {
    const text = "How do I reset my password?\nWhich trains go to Lisbon tomorrow?";
    const found = await searchFor(text, [], readingOf(), knowledge);
    expect(found).toMatchObject({ answerable: true, confidence: 0.5 });
  });

  it("shows no more than three articles for two questions, and each once", async () => {
    const { titles } = await titlesFor("How do I reset my password?\nHow do I create an API key?");
    expect(titles.split("\n")).toHaveLength(3);
    expect(new Set(titles.split("\n")).size).toBe(3);
  });
});

describe("the questions of a text", () => {
  it.each([
    ["How do I reset my password? And how do I export my data?", 2],
    ["how do I reset my password?\nhow do I export my data?", 2],
    ["パスワードを 忘れました どうしますか？\nデータを 書き出す には？", 2],
    ["How do I reset my password and where can I download my invoices?", 2],
    ["Hello! how long does delivery take, and can I send a mug back?", 2],
    ["Is it safe to use and does it work?", 0],
    ["I tried the reset and how long does the mail take?", 0],
    ["How do I search and replace?", 0],
    ["How do I reset my password?", 0],
    ["I forgot my password. How do I reset it?", 0],
    ["How do I reset my password?\nthanks!", 0],
    ["How do refunds work? And how long?", 0],
    ["Hi!\nHow do I reset my password?\nHow do I export my data?", 2],
    ["Can I change the payment method? Who can help? The invoice PDF shows a wrong VAT number.", 0],
    ["", 0],
  ])("%j: %i", (text, count) => {
    expect(questionsIn(text)).toHaveLength(count);
  });

  it("are not taken apart where there are very many: that is a letter", () => {
    const letter = Array.from({ length: 9 }, (_, at) => `Where do I find setting number ${at}?`).join("\n");
    expect(questionsIn(letter)).toEqual([]);
  });
});
