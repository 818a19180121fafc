import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createKnowledge } from "../../src/knowledge/search.ts";
import { termsOf } from "../../src/knowledge/terms.ts";
import { newShelf, type Shelf } from "./shelf.ts";

async function shop(): Promise<Shelf> {
  const shelf = await newShelf({
    "password.md": "# Reset your password\n\nOpen Settings and press Reset. You get an e-mail with a link.\n",
    "refunds.md":
      "# Refunds\n\n## Who gets one\n\nAsk within 30 days.\n\n## How long it takes\n\nA refund reaches your card in 5 days.\n",
    "cancel.md":
      "# Cancel your subscription\n\nOpen Billing and press Cancel plan. It ends with the month you paid for.\n",
    "seats.md": "# Seats\n\nAdd seats in Billing. Each seat costs 9 euros a month.\n",
    "staff.md":
      "# Internal: goodwill\n\nThe refund budget per customer is 40 euros. Password of the vault: sesame.\n",
    "export.md": "# Export your data\n\nOpen Settings and choose Export. You get a CSV file.\n",
    "hours.md": "# Support hours\n\nWe answer from 9 to 17 on weekdays.\n",
    "zurich.md": "# Zürich office\n\nVisit our Zürich office near the lake.\n",
  });
  await shelf.ingest();
  return shelf;
}

describe("ranking", () => {
  it.each([
    ["how do i reset my password??", "password"],
    ["forgot my passcode", "password"],
    ["i want my money back", "refunds"],
    ["please terminate my subscription", "cancel"],
    ["what does another SEAT cost", "seats"],
    ["Comment exporter mes données ?", "export"],
    ["¿Cómo puedo cancelar mi suscripción?", "cancel"],
    ["Wie kann ich mein Passwort zurücksetzen?", "password"],
    ["zurich", "zurich"],
  ])("%s finds %s first", async (question, id) => {
    expect((await (await shop()).finds(question))[0]).toBe(id);
  });

  it("gives one passage an article, best first, no more than asked for", async () => {
    const shelf = await shop();
    const { passages } = await createKnowledge(shelf.index).search("refund days card settings billing", {
      limit: 3,
      audience: "customer",
    });
    expect(passages).toHaveLength(3);
    expect(new Set(passages.map((passage) => passage.articleId)).size).toBe(3);
    expect(passages.map((passage) => passage.score)).toEqual(
      passages.map((one) => one.score).sort((a, b) => b - a),
    );
    const refund = passages.find((passage) => passage.articleId === "refunds");
    expect(refund).toMatchObject({
      heading: "How long it takes",
      title: "Refunds",
      audience: "customer",
      url: null,
    });
  });
});

describe("who may see what", () => {
  it("a customer never reaches an internal passage, staff do", async () => {
    const shelf = await shop();
    expect(await shelf.finds("goodwill budget vault sesame internal")).toEqual([]);
    expect(await shelf.finds("goodwill budget vault sesame", "internal")).toEqual(["staff"]);
    expect(await shelf.finds("vault refund", "all")).toEqual(expect.arrayContaining(["staff", "refunds"]));
    expect(await shelf.finds("refund", "internal")).toEqual(["staff"]);
  });

  it("what only an internal article answers counts as not answerable", async () => {
    const { index } = await shop();
    const found = await createKnowledge(index).search("what is the goodwill budget", {
      limit: 3,
      audience: "customer",
    });
    expect(found.answerable).toBe(false);
  });
});

describe("nothing here", () => {
  it.each([
    "do you sell mountain bikes",
    "who won the world cup",
    "can i get a mortgage",
    "best pasta recipe",
  ])("%s", async (question) => {
    const found = await createKnowledge((await shop()).index).search(question, {
      limit: 3,
      audience: "customer",
    });
    expect(found).toMatchObject({ answerable: false });
    expect(found.confidence).toBeLessThan(0.5);
  });

  it.each([
    "how do i reset my password",
    "refund",
    "how long does a refund take",
    "cancel plan",
    "support hours",
    "Wie kann ich mein Passwort zurücksetzen?",
    "comment annuler mon abonnement",
  ])("but %s is answered", async (question) => {
    const found = await createKnowledge((await shop()).index).search(question, {
      limit: 3,
      audience: "customer",
    });
    expect(found).toMatchObject({ answerable: true });
  });

  it("and neither is anything in an empty knowledge base", async () => {
    const { index } = await newShelf();
    const found = await createKnowledge(index).search("refund", { limit: 3, audience: "customer" });
    expect(found).toEqual({ passages: [], answerable: false, confidence: 0 });
  });
});

describe("odd questions", () => {
  it.each([
    ["nothing", ""],
    ["emoji alone", "🙂🙂🔥"],
    ["right-to-left", "מה שעות הפעילות שלכם"],
    ["Japanese", "パスワードを忘れました"],
    ["search syntax", 'title:refund AND (NEAR("a" b*) OR NOT ^c) -- "'],
    ["SQL", "'); drop table passages; --"],
    ["quotes and nulls", '"""\u0000\u0000"refund"'],
    ["one endless word", "x".repeat(100_000)],
    ["a pasted log", "error at line 42 refund ".repeat(5_000)],
    ["lone surrogates", "\ud800refund\udc00"],
  ])("%s do no harm", async (_name, question) => {
    const shelf = await shop();
    const found = await createKnowledge(shelf.index).search(question, { limit: 3, audience: "customer" });
    expect(found.confidence).toBeGreaterThanOrEqual(0);
    expect(found.passages.every((passage) => passage.audience === "customer")).toBe(true);
    expect((await shelf.index.counts()).articles).toBe(8);
  });

  it("whatever is typed, the search answers and shows nothing internal", async () => {
    const { index } = await shop();
    const knowledge = createKnowledge(index);
    const piece = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("refund", '"', "*", "(", "NEAR", "vault", " "),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece).map((pieces) => pieces.join("")),
        async (question) => {
          const { passages, confidence } = await knowledge.search(question, {
            limit: 5,
            audience: "customer",
          });
          expect(passages.some((passage) => passage.articleId === "staff")).toBe(false);
          expect(confidence >= 0 && confidence <= 1).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});

it("a question is cleaned to its telling words, and a question of stop words keeps them", () => {
  expect(termsOf("How do I reset the customer's password, please?")).toEqual([
    "reset",
    "customer",
    "password",
  ]);
  expect(termsOf("What is it?")).toEqual(["what", "is", "it"]);
  expect(termsOf("l'argent")).toEqual(["argent"]);
  expect(termsOf(Array.from({ length: 500 }, (_, at) => `word${at}`).join(" ")).length).toBeLessThanOrEqual(
    32,
  );
});
