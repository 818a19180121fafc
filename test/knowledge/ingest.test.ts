import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { ingest } from "../../src/knowledge/ingest.ts";
import { newShelf } from "./shelf.ts";

const REFUNDS = "# Refunds\n\nYou can ask for your money back within 30 days.\n";
const SEATS = "# Seats\n\nOpen Billing and press Add seats.\n";

describe("a second run", () => {
  it("changes nothing when nothing changed", async () => {
    const shelf = await newShelf({ "refunds.md": REFUNDS, "billing/seats.md": SEATS });
    expect(await shelf.ingest()).toMatchObject({
      added: 2,
      changed: 0,
      unchanged: 0,
      removed: 0,
      passages: 2,
    });
    expect(await shelf.ingest()).toMatchObject({
      added: 0,
      changed: 0,
      unchanged: 2,
      removed: 0,
      passages: 2,
    });
  });

  it("replaces an edited article, and the old words no longer find it", async () => {
    const shelf = await newShelf({ "refunds.md": REFUNDS, "billing/seats.md": SEATS });
    await shelf.ingest();
    await shelf.write("refunds.md", REFUNDS.replace("30 days", "six fortnights"));
    expect(await shelf.ingest()).toMatchObject({ added: 0, changed: 1, unchanged: 1, removed: 0 });
    expect(await shelf.finds("fortnights")).toEqual(["refunds"]);
    expect(await shelf.reachable("30 days")).toBe("");
  });

  it("removes an article whose file is gone", async () => {
    const shelf = await newShelf({ "refunds.md": REFUNDS, "billing/seats.md": SEATS });
    await shelf.ingest();
    await shelf.remove("billing/seats.md");
    expect(await shelf.ingest()).toMatchObject({ removed: 1, unchanged: 1, passages: 1 });
    expect(await shelf.finds("seats billing")).toEqual([]);
  });

  it("takes an article anew when the configuration decides otherwise about it", async () => {
    const shelf = await newShelf({ "refunds.md": REFUNDS, "seats.md": SEATS });
    await shelf.ingest();
    expect(await shelf.ingest({ internal_ids: ["ref*"] })).toMatchObject({
      changed: 1,
      unchanged: 1,
      internal: 1,
    });
    expect(await shelf.finds("money back")).toEqual([]);
    expect(await shelf.finds("money back", "all")).toEqual(["refunds"]);
  });

  it("finishes what a run that died half-way began", async () => {
    const shelf = await newShelf({ "a.md": REFUNDS, "b.md": SEATS, "c.md": "# C\n\nThird article." });
    const dying = {
      ...shelf.index,
      replaceArticle: async (...given: Parameters<typeof shelf.index.replaceArticle>) => {
        if (given[0].id === "b") throw new Error("power cut");
        await shelf.index.replaceArticle(...given);
      },
    };
    const config = { internal_titles: [], internal_ids: [], customer_ids: [] };
    const run = ingest({ sources: [shelf.folder], index: dying, config, now: () => 1 });
    await expect(run).rejects.toThrow("power cut");
    expect(await shelf.ingest({ internal_titles: [] })).toMatchObject({ added: 2, unchanged: 1 });
  });
});

describe("ids, titles and links", () => {
  it("come from front matter, else from the path and the first heading", async () => {
    const shelf = await newShelf({
      "a/b/how to.md": "# Do it\n\nLike so, with a wrench.",
      "named.md":
        "---\nid: kb-7\ntitle: The seventh\nurl: https://help.example.com/7\ntags: [x]\n---\nBody about spanners.",
      "bare-note.markdown": "Only a paragraph about hammers.",
    });
    await shelf.ingest({ article_url: "https://help.example.com/a/{id}" });
    const { hits } = await shelf.index.match(["wrench", "spanner", "hammer"], { audience: "all", limit: 10 });
    const found = hits.map((hit) => [hit.articleId, hit.title, hit.url]);
    expect(found).toHaveLength(3);
    expect(new Set(found)).toEqual(
      new Set([
        ["a/b/how to", "Do it", "https://help.example.com/a/a/b/how%20to"],
        ["bare-note", "bare note", "https://help.example.com/a/bare-note"],
        ["kb-7", "The seventh", "https://help.example.com/7"],
      ]),
    );
  });

  it("an article without a link is counted", async () => {
    const shelf = await newShelf({ "refunds.md": REFUNDS });
    expect(await shelf.ingest()).toMatchObject({ withoutLink: 1 });
    expect(await shelf.ingest({ article_url: "https://x.example/{id}" })).toMatchObject({
      withoutLink: 0,
      changed: 1,
    });
  });

  it("an id used twice is reported, and the first one stays", async () => {
    const shelf = await newShelf({
      "refunds.md": REFUNDS,
      "refunds.html": "<h1>Refunds</h1><p>Second about tulips.</p>",
    });
    const summary = await shelf.ingest();
    expect(summary.added).toBe(1);
    expect(summary.errors).toEqual([
      { file: join(shelf.folder, "refunds.md"), reason: expect.stringContaining("refunds.html") as string },
    ]);
    expect(await shelf.finds("tulips")).toEqual(["refunds"]);
    expect(await shelf.ingest()).toMatchObject({ added: 0, changed: 0, unchanged: 1, removed: 0 });
  });

  it("an article that moved to another source keeps its id and is not lost", async () => {
    const shelf = await newShelf({ "old/refunds.md": REFUNDS });
    await shelf.ingest({}, [join(shelf.folder, "old")]);
    await shelf.write("new/refunds.md", REFUNDS);
    await shelf.ingest({}, [join(shelf.folder, "new")]);
    await shelf.remove("old/refunds.md");
    await shelf.ingest({}, [join(shelf.folder, "old"), join(shelf.folder, "new")]);
    expect(await shelf.finds("money back")).toEqual(["refunds"]);
  });

  it("a complete run removes what came from a source that is no longer named", async () => {
    const shelf = await newShelf({ "old/refunds.md": REFUNDS, "new/seats.md": SEATS });
    await shelf.ingest({}, [join(shelf.folder, "old"), join(shelf.folder, "new")]);
    const config = { internal_titles: [], internal_ids: [], customer_ids: [] };
    const sources = [join(shelf.folder, "new")];
    const partial = await ingest({ sources, index: shelf.index, config, now: () => 1 });
    expect(partial.removed).toBe(0);
    const complete = await ingest({ sources, index: shelf.index, config, complete: true, now: () => 1 });
    expect(complete.removed).toBe(1);
    expect(await shelf.finds("money back")).toEqual([]);
  });
});

describe("what cannot be read", () => {
  it("is reported by file and does not stop the run", async () => {
    const shelf = await newShelf({
      "good.md": REFUNDS,
      "matter.md": "---\ntitle: [unclosed\n---\nText",
      "audience.md": "---\naudience: everyone\n---\nText",
      "empty.md": "",
      "list.json": "[{",
    });
    await shelf.write("latin1.md", Uint8Array.from([0x23, 0x20, 0xe9, 0xe8, 0x0a]));
    const summary = await shelf.ingest();
    expect(summary.added).toBe(1);
    const reasons = Object.fromEntries(
      summary.errors.map((one) => [one.file.slice(shelf.folder.length + 1), one.reason]),
    );
    expect(reasons).toEqual({
      "matter.md": expect.stringContaining("not YAML") as string,
      "audience.md": expect.stringContaining("audience") as string,
      "empty.md": "nothing to read in it",
      "list.json": expect.stringContaining("not JSON") as string,
      "latin1.md": "not UTF-8 text",
    });
  });

  it("is not taken for deleted", async () => {
    const shelf = await newShelf({ "refunds.md": REFUNDS, "seats.md": SEATS });
    await shelf.ingest();
    await shelf.write("refunds.md", "---\ntitle: [unclosed\n---\nText");
    expect(await shelf.ingest()).toMatchObject({ removed: 0, unchanged: 1 });
    expect(await shelf.finds("money back")).toEqual(["refunds"]);
  });

  it("a missing source is refused by its path before anything changes", async () => {
    const shelf = await newShelf({ "refunds.md": REFUNDS });
    const missing = join(shelf.folder, "nowhere");
    await expect(shelf.ingest({}, [shelf.folder, missing])).rejects.toMatchObject({
      code: "knowledge_source_missing",
      message: expect.stringContaining(missing) as string,
    });
    expect((await shelf.index.counts()).articles).toBe(0);
  });

  it("files of other kinds and hidden folders are passed over", async () => {
    const shelf = await newShelf({
      "refunds.md": REFUNDS,
      "logo.svg": "<svg/>",
      ".git/notes.md": "# Hidden\n\nnotes",
      "package.json": '{"name":"x"}',
      "ids.json": '["a","b"]',
    });
    expect(await shelf.ingest()).toMatchObject({ added: 1, errors: [] });
  });
});

describe("JSON lists", () => {
  it("are read entry by entry, and a wrong entry is named by its index", async () => {
    const list = [
      { id: "a", title: "Alpha", content: "About apples.", url: "https://x.example/a" },
      { id: "b", title: "Beta" },
      { id: "c", title: "Gamma", content: "Ask about cherries.", audience: "internal" },
      { id: 4, title: "Delta", content: "About dates." },
    ];
    const shelf = await newShelf({ "kb.json": JSON.stringify(list) });
    const summary = await shelf.ingest();
    expect(summary).toMatchObject({ added: 3, internal: 1 });
    expect(summary.errors).toEqual([
      { file: `${join(shelf.folder, "kb.json")}[1]`, reason: expect.stringContaining("content") as string },
    ]);
    expect(await shelf.finds("dates")).toEqual(["4"]);
    expect(await shelf.finds("cherries")).toEqual([]);
  });

  it("named directly, one that is no list of articles is an error", async () => {
    const shelf = await newShelf({ "other.json": '{"a":1}' });
    const { errors } = await shelf.ingest({}, [join(shelf.folder, "other.json")]);
    expect(errors.map((one) => one.reason)).toEqual([expect.stringContaining("not a list of articles")]);
  });
});

it("tells its progress article by article", async () => {
  const shelf = await newShelf({ "a.md": REFUNDS, "b.md": SEATS });
  const seen: string[] = [];
  await ingest({
    sources: [shelf.folder],
    index: shelf.index,
    config: { internal_titles: [], internal_ids: [], customer_ids: [] },
    onProgress: ({ done, total }) => seen.push(`${done}/${total}`),
    now: () => 1,
  });
  expect(seen).toEqual(["1/2", "2/2"]);
});
