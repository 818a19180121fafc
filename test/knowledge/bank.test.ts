import { beforeAll, describe, expect, it } from "vitest";

import { DOCS, ingestDocs, readLabels, readQuestions, UNTOUCHED } from "../../bench/retrieval/corpus.ts";
import type { KnowledgeIndex } from "../../src/knowledge/index-port.ts";
import { ingest, type IngestSummary } from "../../src/knowledge/ingest.ts";
import { createLeakCheck } from "../../src/knowledge/leaks.ts";
import { createKnowledge } from "../../src/knowledge/search.ts";

/** 698 articles for customers and agents side by side, no field saying which is which, nothing configured. */
describe("a bank's knowledge base as it comes", () => {
  const { internal, mixed } = readLabels();
  const questions = readQuestions();
  let index: KnowledgeIndex;
  let summary: IngestSummary;

  beforeAll(async () => {
    ({ index, summary } = await ingestDocs());
  });

  it("is taken in whole, and a second run changes nothing", async () => {
    expect(summary).toMatchObject({ added: 698, errors: [] });
    const again = await ingest({ sources: [DOCS], index, config: UNTOUCHED, now: Date.now });
    expect(again).toMatchObject({ added: 0, changed: 0, unchanged: 698, removed: 0 });
  });

  it("shows a customer nothing that is labelled internal, whatever the question", async () => {
    const knowledge = createKnowledge(index);
    for (const { q } of questions) {
      const { passages } = await knowledge.search(q, { limit: 50, audience: "customer" });
      expect(passages.filter((passage) => internal.includes(passage.articleId))).toEqual([]);
    }
    expect(summary.internal).toBe(internal.length);
  });

  it("hides no customer article, and keeps the customer part of each mixed one", async () => {
    const hidden = summary.treatedAsInternal
      .filter((one) => one.what === "article")
      .map((one) => one.articleId);
    expect(hidden.filter((id) => !internal.includes(id))).toEqual([]);
    const partly = summary.treatedAsInternal
      .filter((one) => one.what !== "article")
      .map((one) => one.articleId);
    expect(partly.filter((id) => !mixed.includes(id))).toEqual([]);
    const { hits } = await index.match(["account", "card", "check"], { audience: "customer", limit: 5_000 });
    const reachable = new Set(hits.map((hit) => hit.articleId));
    expect(mixed.filter((id) => !reachable.has(id))).toEqual([]);
  });

  it("keeps every agent's tool, script and decline code out of reach", async () => {
    const terms = ["card", "account", "customer", "code", "tool", "agent", "user", "say", "ask", "explain"];
    const { hits } = await index.match(terms, { audience: "customer", limit: 5_000 });
    const texts = hits.map((hit) => `${hit.heading}\n${hit.text}`);
    expect(texts.length).toBeGreaterThan(500);
    for (const given of [
      /[a-z]_\d{4}\b/,
      /CODE \d\d/,
      /\bExplain: '/,
      /\bask the customer\b/i,
      /9K2X7M4P/,
      /transfer_to_human/,
    ]) {
      expect(texts.filter((text) => given.test(text))).toEqual([]);
    }
  });

  it("is found at least as well as written down", async () => {
    const knowledge = createKnowledge(index);
    const answerable = questions.filter((question) => question.kind === "answerable");
    let first = 0;
    let turnedAway = 0;
    for (const { q, rel } of answerable) {
      const found = await knowledge.search(q, { limit: 1, audience: "customer" });
      if (rel.includes(found.passages[0]?.articleId ?? "")) first += 1;
      if (!found.answerable) turnedAway += 1;
    }
    expect(first / answerable.length).toBeGreaterThanOrEqual(0.5);
    expect(turnedAway / answerable.length).toBeLessThanOrEqual(0.05);
    const none = questions.filter((question) => question.kind === "unanswerable");
    const said = await Promise.all(
      none.map(async ({ q }) => knowledge.search(q, { limit: 1, audience: "customer" })),
    );
    expect(said.filter((found) => !found.answerable).length / none.length).toBeGreaterThanOrEqual(0.75);
  });

  it("lets its own customer articles pass the leak check, and no internal one", async () => {
    const check = createLeakCheck(index);
    const passagesOf = async (audience: "customer" | "internal") =>
      (await index.match(["fee", "customer", "limit"], { audience, limit: 150 })).hits;
    for (const { text } of await passagesOf("customer"))
      expect(await check.check(text)).toEqual({ leaks: false });
    const long = (await passagesOf("internal")).filter(({ text }) => text.split(/\s+/).length > 40);
    expect(long.length).toBeGreaterThan(30);
    for (const { text } of long) expect(await check.check(text)).toMatchObject({ leaks: true });
  });
});
