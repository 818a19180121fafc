import { describe, expect, it } from "vitest";

import type { KnowledgeIndex } from "../../src/knowledge/index-port.ts";
import type { Audience } from "../../src/knowledge/knowledge.ts";
import { put } from "./knowledge-articles.ts";
import type { OpenKnowledge } from "./knowledge.ts";

/** What every knowledge index owes: what is kept, what is found and by whom. */
export function describeKnowledgeIndex(open: OpenKnowledge): void {
  describe("articles", () => {
    it("are known by their source and hash, and forgotten when they are removed", async () => {
      const index = await open();
      await put(index, "refunds", ["Money back."], { contentHash: "one" });
      await put(index, "seats", ["Add seats."], { source: "site", contentHash: "two" });
      expect(await index.sources()).toEqual(["docs", "site"]);
      expect([...(await index.hashesOf("docs"))]).toEqual([["refunds", "one"]]);
      await index.removeArticles(["refunds", "never there"]);
      expect(await index.sources()).toEqual(["site"]);
      expect(await found(index, "money")).toEqual([]);
      expect(await found(index, "seats")).toEqual(["seats"]);
    });

    it("take the place of the one with the same id, whatever source that came from", async () => {
      const index = await open();
      await put(index, "refunds", ["Within thirty days.", "By card."]);
      await put(index, "refunds", ["Within six fortnights."], { source: "site", contentHash: "new" });
      expect(await found(index, "days card")).toEqual([]);
      expect(await found(index, "fortnights")).toEqual(["refunds"]);
      expect([...(await index.hashesOf("docs"))]).toEqual([]);
      expect([...(await index.hashesOf("site"))]).toEqual([["refunds", "new"]]);
      expect(await index.counts()).toMatchObject({ articles: 1, passages: 1 });
    });

    it("may be empty or very long", async () => {
      const index = await open();
      await put(index, "empty", []);
      const texts = Array.from({ length: 2_500 }, (_, at) => `line${at} of the manual`);
      await put(index, "manual", texts);
      expect(await index.counts()).toMatchObject({ articles: 2, passages: 2_500 });
      const pieces = await index.passagesOf("manual", "customer");
      expect(pieces.map((piece) => piece.text)).toEqual(texts);
      expect(await found(index, "line2499")).toEqual(["manual"]);
    });

    it("are read piece by piece, each audience its own", async () => {
      const index = await open();
      await put(index, "a", ["first", "internal: second", "third"], { heading: "Top > Sub" });
      const pieces = await index.passagesOf("a", "customer");
      expect(pieces.map(({ heading, text }) => [heading, text])).toEqual([
        ["Top > Sub", "first"],
        ["Top > Sub", "third"],
      ]);
      const ids = pieces.map((piece) => piece.passageId);
      const { hits } = await index.match(["first", "third"], { audience: "all", limit: 9 });
      expect(hits.map((hit) => hit.passageId).sort()).toEqual([...ids].sort());
      expect(await index.passagesOf("a", "internal")).toMatchObject([{ text: "internal: second" }]);
    });

    it("are counted, those for staff and those without a link apart", async () => {
      const index = await open();
      await put(index, "a", ["one", "internal: two"], { url: "https://x.example/a" });
      await put(index, "b", ["three"], { audience: "internal" });
      await put(index, "c", ["four"]);
      expect(await index.counts()).toEqual({
        articles: 3,
        internalArticles: 1,
        passages: 4,
        internalPassages: 2,
        articlesWithoutLink: 1,
      });
    });
  });

  describe("what a term finds", () => {
    it("is compared by its stem, without case and accents, as whole words", async () => {
      const index = await open();
      await put(index, "a", ["Refunding CUSTOMERS in Zürich"]);
      const finding = async (terms: readonly string[]) => {
        const all = await Promise.all(terms.map(async (term) => [term, await found(index, term)] as const));
        return all.filter(([, ids]) => ids.length > 0).map(([term]) => term);
      };
      const same = ["refunds", "refunded", "Customer", "zurich", "ZÜRICH"];
      expect(await finding(same)).toEqual(same);
      expect(await finding(["fund", "stomers", "zur", "ich"])).toEqual([]);
    });

    it("is counted by its stem over everybody's passages", async () => {
      const index = await open();
      await put(index, "a", ["Refunds are quick.", "A refund takes a day."]);
      await put(index, "b", ["Refunded by staff."], { audience: "internal" });
      expect(await index.holding(["refund", "quick", "refund", "nowhere", ""])).toEqual([3, 1, 3, 0, 0]);
      expect(await index.holding([])).toEqual([]);
    });

    it("of several words is where they stand side by side, in one field", async () => {
      const index = await open();
      await put(index, "a", ["Log in with your e-mail."]);
      await put(index, "b", ["In the log you see who wrote."]);
      await put(index, "c", ["in the end"], { title: "The log" });
      await put(index, "d", ["catalog in print"]);
      expect(await found(index, "log in")).toEqual(["a"]);
      expect(await found(index, "e mail")).toEqual(["a"]);
      const { passagesWith } = await index.match(["log in", "log", "in"], { audience: "all", limit: 9 });
      expect(passagesWith).toEqual([1, 3, 4]);
    });

    it.each([
      '"',
      "*",
      "a* OR b",
      "NEAR(a b)",
      "title:seats",
      "%",
      "_",
      "'; drop table passages; --",
      "\u0301",
      "",
    ])("%j is text, never syntax", async (term) => {
      const index = await open();
      await put(index, "seats", ["Seats cost nine."]);
      await index.match([term, "x"], { audience: "all", limit: 9 });
      expect(
        await index.candidates([term], [term], { audience: "all", ownLimit: 9, limit: 9 }),
      ).toMatchObject({
        hits: [],
      });
      expect(await found(index, "seats")).toEqual(["seats"]);
    });

    it("comes back whole", async () => {
      const index = await open();
      await put(index, "a", ["none", "Seats cost 9 €."], {
        title: "Prices",
        url: "https://x.example/a",
        heading: "Plans",
      });
      const { hits, passages, passagesWith } = await index.match(["cost"], {
        audience: "customer",
        limit: 9,
      });
      expect({ passages, passagesWith }).toEqual({ passages: 2, passagesWith: [1] });
      expect(hits).toHaveLength(1);
      expect(hits[0]).toMatchObject({
        articleId: "a",
        title: "Prices",
        position: 1,
        heading: "Plans",
        url: "https://x.example/a",
        text: "Seats cost 9 €.",
        audience: "customer",
      });
      expect(hits[0]!.score).toBeGreaterThan(0);
    });
  });

  describe("the order", () => {
    it("puts a title before a heading, a heading before a text, short before long", async () => {
      const index = await open();
      await put(index, "long", [`a boiler and ${"many other things ".repeat(20)}`]);
      await put(index, "text", ["a boiler too"]);
      await put(index, "heading", ["of what else"], { heading: "boiler" });
      await put(index, "title", ["of what else"], { title: "boiler" });
      for (let at = 0; at < 9; at += 1) await put(index, `other ${at}`, ["something else here"]);
      expect(await found(index, "boiler")).toEqual(["title", "heading", "text", "long"]);
    });

    it("puts a rare word before a common one, and more of them before fewer", async () => {
      const index = await open();
      for (let at = 0; at < 20; at += 1) await put(index, `card ${at}`, ["your card here"], { title: "x" });
      await put(index, "rare", ["your kettle here"], { title: "x" });
      await put(index, "both", ["your kettle card"], { title: "x" });
      expect((await found(index, "card kettle")).slice(0, 2)).toEqual(["both", "rare"]);
      const { hits } = await index.match(["card", "kettle"], { audience: "all", limit: 5 });
      expect(hits).toHaveLength(5);
      expect(hits.map((hit) => hit.score)).toEqual(hits.map((hit) => hit.score).sort((a, b) => b - a));
    });
  });

  describe("candidates", () => {
    it("are the best by the own words and the best by all, each once", async () => {
      const index = await open();
      for (let at = 0; at < 6; at += 1) await put(index, `own ${at}`, ["refund"], { title: "x" });
      for (let at = 0; at < 4; at += 1) await put(index, `other ${at}`, ["money back"], { title: "x" });
      const options = { audience: "customer", ownLimit: 4, limit: 3 } as const;
      const { hits, passagesWith, passages } = await index.candidates(
        ["refund"],
        ["money back", "refund", "unknown"],
        options,
      );
      expect(hits.map((hit) => hit.articleId)).toEqual([
        "own 0",
        "own 1",
        "own 2",
        "own 3",
        "other 0",
        "other 1",
        "other 2",
      ]);
      expect({ passagesWith, passages }).toEqual({ passagesWith: [4, 6, 0], passages: 10 });
    });

    it("see at once what was changed since the last search", async () => {
      const index = await open();
      const ask = async () => {
        const options = { audience: "customer", ownLimit: 9, limit: 9 } as const;
        const { hits, passagesWith, passages } = await index.candidates(["kettle"], ["kettle"], options);
        return [hits.map((hit) => hit.articleId), passagesWith[0], passages];
      };
      await put(index, "a", ["a kettle"]);
      expect(await ask()).toEqual([["a"], 1, 1]);
      await put(index, "b", ["another kettle"]);
      expect(await ask()).toEqual([expect.arrayContaining(["a", "b"]), 2, 2]);
      await index.removeArticles(["a"]);
      expect(await ask()).toEqual([["b"], 1, 1]);
    });
  });

  describe("who reads", () => {
    const asked: readonly (readonly [Audience | "all", readonly string[], number])[] = [
      ["customer", ["open"], 2],
      ["internal", ["open", "staff"], 2],
      ["all", ["open", "staff"], 4],
    ];

    it.each(asked)("%s finds %j", async (audience, ids, passages) => {
      const index = await open();
      await put(index, "open", ["the vault is for all", "internal: the vault opens at nine", "no"]);
      await put(index, "staff", ["the vault's word is sesame"], { audience: "internal" });
      const byMatch = await index.match(["vault", "sesame"], { audience, limit: 9 });
      const byCandidates = await index.candidates(["vault"], ["vault", "sesame"], {
        audience,
        ownLimit: 9,
        limit: 9,
      });
      for (const { hits, ...counts } of [byMatch, byCandidates]) {
        expect([...new Set(hits.map((hit) => hit.articleId))].sort()).toEqual(ids);
        expect(hits.every((hit) => audience === "all" || hit.audience === audience)).toBe(true);
        expect(counts.passages).toBe(passages);
      }
      const { ids: unitIds } = (await index.unitIds(null))!;
      const near = await index.passagesOfUnits(unitIds, audience);
      expect(near.map((hit) => hit.text)).toEqual(
        audience === "internal" ? [] : ["the vault is for all", "no"],
      );
    });
  });
}

/** Articles by any of the words, best first. */
async function found(index: KnowledgeIndex, words: string): Promise<string[]> {
  const terms = /^(log in|e mail)$/.test(words) ? [words] : words.split(" ");
  const { hits } = await index.match(terms, { audience: "all", limit: 50 });
  return [...new Set(hits.map((hit) => hit.articleId))];
}
