import { describe, expect, it } from "vitest";

import type { KnowledgeIndex, VectorMark, VectorStore } from "../../src/knowledge/index-port.ts";
import { put } from "./knowledge-articles.ts";
import type { OpenKnowledge } from "./knowledge.ts";

const START: VectorMark = { unit: 0, vector: 0 };

/** What every store of vectors owes. */
export function describeVectors(open: OpenKnowledge): void {
  describe("vectors", () => {
    it("are asked for by text, beginnings of articles first, and never for staff's passages", async () => {
      const store = await open();
      const long = "words and words ".repeat(40);
      await put(store, "a", [`begin ${long}`, `go on ${long}`], { title: "A" });
      await put(store, "b", ["b", "internal: secret"], { title: "B" });
      await put(store, "b again", ["b"], { title: "B" });
      const pending = await store.pending("m", 9);
      expect(pending.map(({ text }) => text.split("\n").map((line) => line.slice(0, 5)))).toEqual([
        ["A", "begin"],
        ["B", "b"],
        ["A", "go on"],
      ]);
      expect(await store.progress("m")).toEqual({ done: 0, total: 4 });
      expect((await store.pending("m", 1)).map(({ hash }) => hash)).toEqual([pending[0]!.hash]);
    });

    it("are kept by model and text, the first one for good, and outlive their article", async () => {
      const store = await open();
      await put(store, "a", ["text"]);
      const [unit] = await store.pending("m", 9);
      await save(store, "m", unit!.hash, 1);
      await save(store, "m", unit!.hash, 2);
      await save(store, "other", unit!.hash, 3);
      expect(await store.pending("m", 9)).toEqual([]);
      expect(await bytesSince(store, "m")).toEqual([1]);
      expect(await bytesSince(store, "other")).toEqual([3]);
      await store.removeArticles(["a"]);
      expect(await bytesSince(store, "m")).toEqual([]);
      await put(store, "a", ["text"]);
      expect(await store.progress("m")).toEqual({ done: 1, total: 1 });
      expect(await bytesSince(store, "m")).toEqual([1]);
    });

    it("come back byte by byte, with what they stand for", async () => {
      const store = await open();
      await put(store, "a", ["one", "internal: x", "two"], { title: "T" });
      const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
      for (const { hash } of await store.pending("m", 9)) await store.saveVectors("m", [{ hash, bytes }]);
      const { vectors } = await store.vectorsSince("m", START);
      expect(vectors.map((one) => [one.articleId, one.first, one.last])).toEqual([
        ["a", 0, 0],
        ["a", 2, 2],
      ]);
      expect(new Uint8Array(vectors[0]!.bytes)).toEqual(bytes);
      const hits = await store.passagesOfUnits(vectors.map((one) => one.unitId).toReversed(), "customer");
      expect(hits.map((hit) => [hit.text, hit.score])).toEqual([
        ["two", 0],
        ["one", 0],
      ]);
    });

    it("that a reader has not seen are new vectors of old units and old vectors of new units", async () => {
      const store = await open();
      await put(store, "a", ["text a"]);
      await put(store, "b", ["text b"]);
      const [a, b] = await store.pending("m", 9);
      await save(store, "m", a!.hash, 1);
      const first = await store.vectorsSince("m", START);
      expect(first.vectors.map((one) => one.articleId)).toEqual(["a"]);
      await save(store, "m", b!.hash, 2);
      const second = await store.vectorsSince("m", first.mark);
      expect(second.vectors.map((one) => one.articleId)).toEqual(["b"]);
      await put(store, "c", ["text a"], { title: "a" });
      const third = await store.vectorsSince("m", second.mark);
      expect(third.vectors.map((one) => [one.articleId, one.bytes[0]])).toEqual([["c", 1]]);
      expect((await store.vectorsSince("m", third.mark)).vectors).toEqual([]);
    });

    it("of another version are announced, and reading changes none", async () => {
      const store = await open();
      const seen = [await store.version()];
      const changed = async () => {
        const now = await store.version();
        const isNew = !seen.includes(now);
        seen.push(now);
        return isNew;
      };
      await put(store, "a", ["text"]);
      expect(await changed()).toBe(true);
      await save(store, "m", (await store.pending("m", 1))[0]!.hash, 1);
      expect(await changed()).toBe(true);
      await store.vectorsSince("m", START);
      await store.match(["text"], { audience: "all", limit: 1 });
      expect(await changed()).toBe(false);
      await store.removeArticles(["a"]);
      expect(await changed()).toBe(true);
    });

    it("are worked out in turn, and a turn ends with its work, however that ends", async () => {
      const store = await open();
      await put(store, "a", ["text"]);
      const [unit] = await store.pending("m", 9);
      const broken = store.inTurn(async () => {
        throw new Error("the engine is broken");
      });
      await expect(broken).rejects.toThrow("the engine is broken");
      expect(await store.inTurn(async () => save(store, "m", unit!.hash, 1))).toBe("done");
      expect(await bytesSince(store, "m")).toEqual([1]);
    });

    it("have units that are listed again only when there are others", async () => {
      const store = await open();
      await put(store, "a", ["text"]);
      const { ids, known } = (await store.unitIds(null))!;
      expect(ids).toHaveLength(1);
      expect(await store.unitIds(known)).toBeNull();
      await put(store, "a", ["text"]);
      const again = (await store.unitIds(known))!;
      expect(again.ids).not.toEqual(ids);
      await store.removeArticles(["a"]);
      expect((await store.unitIds(again.known))!.ids).toEqual([]);
    });
  });
}

async function save(store: VectorStore, model: string, hash: string, byte: number): Promise<void> {
  await store.saveVectors(model, [{ hash, bytes: Uint8Array.of(byte) }]);
}

async function bytesSince(
  store: KnowledgeIndex & VectorStore,
  model: string,
): Promise<(number | undefined)[]> {
  const { vectors } = await store.vectorsSince(model, START);
  return vectors.map((one) => one.bytes[0]);
}
