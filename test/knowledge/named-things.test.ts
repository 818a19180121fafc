import { expect, it } from "vitest";

import { embedPending } from "../../src/knowledge/dense/embed-pending.ts";
import { createSemantic } from "../../src/knowledge/dense/semantic.ts";
import { thingsIn } from "../../src/knowledge/named-things.ts";
import { createKnowledge } from "../../src/knowledge/search.ts";
import { wordsOf } from "../../src/knowledge/terms.ts";
import { standIn } from "./dense/stand-in.ts";
import { newShelf } from "./shelf.ts";

const named = (question: string): string[] =>
  thingsIn(wordsOf(question)).map(({ names }) => names[0]!.join(" "));

it("sees the things that a question names, in any of their forms", () => {
  expect(named("Do you do Mortgages, or a home-equity loan?")).toEqual(["mortgag", "home equiti"]);
  expect(named("my cashier's check")).toEqual(["cashier s check"]);
});

it("takes the longest name, and no everyday word for a thing", () => {
  expect(named("is a travel insurance included")).toHaveLength(1);
  expect(named("as a frequent customer I hired two people and redeemed my coins")).toEqual([]);
});

it.each(["by words", "by meaning too"] as const)(
  "a question about a thing that no article names has no answer, one about a thing that is there has (%s)",
  async (how) => {
    const shelf = await newShelf({
      "loans.md":
        "# Loans for a house\n\nOur bank gives loans to buy a house or a flat, first time buyers too.\n",
      "fees.md": "# Fees\n\nOur bank takes no fee for a loan.\n",
      "card.md":
        "# Contactless payments with the card\n\nContactless payments with the card work up to 50 dollars.\n",
    });
    await shelf.ingest();
    const embedder = standIn();
    await embedPending({ store: shelf.index, embedder });
    const semantic = createSemantic({ store: shelf.index, embedder, now: () => 0 });
    const knowledge = createKnowledge(shelf.index, how === "by words" ? null : semantic);
    const answers = async (q: string) =>
      (await knowledge.search(q, { limit: 3, audience: "customer" })).answerable;
    expect(await answers("does your bank do a mortgage to buy a house")).toBe(false);
    expect(await answers("does your bank do a loan to buy a house")).toBe(true);
    expect(await answers("do apple pay payments work with the card")).toBe(false);
    expect(await answers("do contactless payments work with the card")).toBe(true);
  },
);
