import { describe, expect, it, onTestFinished } from "vitest";

import { embedPending, startEmbedding } from "../../../src/knowledge/dense/embed-pending.ts";
import { createSemantic } from "../../../src/knowledge/dense/semantic.ts";
import type { VectorStore } from "../../../src/knowledge/index-port.ts";
import { createKnowledge } from "../../../src/knowledge/search.ts";
import { newShelf, type Shelf } from "../shelf.ts";
import { standIn, type StandIn } from "./stand-in.ts";

async function shop(): Promise<{ shelf: Shelf; store: VectorStore; embedder: StandIn }> {
  const shelf = await newShelf({
    "refunds.md": "# Refund\n\nA refund is paid within a week.\n",
    "boiler.md": "# Boiler\n\nThe boiler must be descaled every month.\n",
    "hours.md": "# Opening hours\n\nWe are open from nine to five.\n",
    "staff/secret.md":
      "---\naudience: internal\n---\n# Kettle secrets\n\nGoodwill for a kettle is forty euros.\n",
  });
  await shelf.ingest();
  return { shelf, store: shelf.index, embedder: standIn() };
}

function search(shelf: Shelf, store: VectorStore, embedder: StandIn, deadlineMs = 10_000) {
  const troubles: string[] = [];
  const semantic = createSemantic({
    store,
    embedder,
    now: () => 0,
    deadlineMs,
    onTrouble: (one) => void troubles.push(one),
  });
  const knowledge = createKnowledge(shelf.index, semantic);
  const finds = async (query: string) => {
    const { passages } = await knowledge.search(query, { limit: 3, audience: "customer" });
    return passages.map((passage) => passage.articleId);
  };
  return { finds, troubles, knowledge };
}

describe("search by meaning", () => {
  it("finds what no word of the question names, once the vectors are there", async () => {
    const { shelf, store, embedder } = await shop();
    const { finds } = search(shelf, store, embedder);
    expect(await finds("descaling a kettle")).toEqual(["boiler"]);
    expect(await finds("my kettle")).toEqual([]);
    expect(embedder.asked).toEqual([]);
    await embedPending({ store, embedder });
    expect((await finds("my kettle"))[0]).toBe("boiler");
  });

  it("never embeds or finds what is for staff", async () => {
    const { shelf, store, embedder } = await shop();
    await embedPending({ store, embedder });
    expect(embedder.asked.join("\n")).not.toMatch(/goodwill|secrets/i);
    expect(await search(shelf, store, embedder).finds("goodwill for a kettle")).not.toContain("staff/secret");
  });

  it("asks for a question's vector once, and once for each word that the articles found do not hold", async () => {
    const { shelf, store, embedder } = await shop();
    await embedPending({ store, embedder });
    embedder.asked.length = 0;
    const { finds } = search(shelf, store, embedder);
    await finds("my kettle");
    await finds("my kettle");
    expect(embedder.asked).toEqual(["my kettle", "kettle"]);
  });

  it.each(["fails", "hangs"] as const)(
    "answers by words alone when the engine %s, and says so once",
    async (trouble) => {
      const { shelf, store, embedder } = await shop();
      await embedPending({ store, embedder });
      embedder.trouble = trouble;
      const { finds, troubles } = search(shelf, store, embedder, 20);
      expect(await finds("when is the boiler descaled")).toEqual(["boiler"]);
      expect(await finds("how is a refund paid")).toEqual(["refunds"]);
      expect(troubles).toHaveLength(1);
    },
  );

  it("sees what another process ingests and embeds, and what it removes", async () => {
    const { shelf, store, embedder } = await shop();
    await embedPending({ store, embedder });
    const { finds } = search(shelf, store, embedder);
    await finds("my kettle");
    await shelf.write("delivery.md", "# Delivery\n\nIt comes on Monday.\n");
    await shelf.remove("boiler.md");
    await shelf.ingest();
    await embedPending({ store, embedder });
    expect((await finds("where is my parcel"))[0]).toBe("delivery");
    expect(await finds("my kettle")).not.toContain("boiler");
  });
});

describe("vectors", () => {
  it("are kept by text: what was embedded once, in whichever article, is not embedded again", async () => {
    const { shelf, store, embedder } = await shop();
    await embedPending({ store, embedder });
    expect(embedder.asked).toHaveLength(3);
    await shelf.remove("hours.md");
    await shelf.ingest();
    await shelf.write("times.md", "# Opening hours\n\nWe are open from nine to five.\n");
    await shelf.ingest();
    await embedPending({ store, embedder });
    expect(embedder.asked).toHaveLength(3);
    expect(await store.progress(embedder.model)).toEqual({ done: 3, total: 3 });
    expect(await store.progress("another model")).toEqual({ done: 0, total: 3 });
  });

  it("come in the background, go on after a failure, and stop when told to", async () => {
    const { store, embedder } = await shop();
    embedder.trouble = "fails";
    const troubles: string[] = [];
    const background = startEmbedding({
      store,
      embedder,
      firstMs: 0,
      lookMs: 1,
      onTrouble: (problem) => {
        troubles.push(problem);
        embedder.trouble = "none";
      },
    });
    onTestFinished(async () => background.stop());
    await expect.poll(async () => (await store.progress(embedder.model)).done, { timeout: 30_000 }).toBe(3);
    expect(troubles).toEqual(["the engine is broken"]);
    await background.stop();
  });

  it("that are cut short go on where they stopped", async () => {
    const { store, embedder } = await shop();
    const stop = new AbortController();
    stop.abort();
    await embedPending({ store, embedder, signal: stop.signal });
    expect((await store.progress(embedder.model)).done).toBe(0);
    await embedPending({ store, embedder });
    expect((await store.progress(embedder.model)).done).toBe(3);
  });
});
