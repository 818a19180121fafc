import { expect, it } from "vitest";

import { configSchema } from "../../src/config/schema.ts";
import { embedPending } from "../../src/knowledge/dense/embed-pending.ts";
import { checkKnowledge } from "../../src/ops/check-knowledge.ts";
import { standIn } from "../knowledge/dense/stand-in.ts";
import { newShelf } from "../knowledge/shelf.ts";

const loaded = {
  config: configSchema.parse({ shop: { name: "Mugs" } }),
  baseDir: "/",
  isSample: false,
  path: "/deskhand.yaml",
};

it("says how many texts are found by meaning, and that words alone answer when the engine does not", async () => {
  const shelf = await newShelf({
    "a.md": "# A\n\nHow a works.\n",
    "b.md": "# B\n\nHow b works.\n",
  });
  const { index } = shelf;
  await shelf.ingest({ article_url: "https://help.example/{id}" });
  const embedder = standIn();
  const found = async () => (await checkKnowledge(loaded, index, embedder)).at(-1);
  expect(await found()).toMatchObject({ level: "ok", what: expect.stringContaining("0 of 2 texts") });
  await embedPending({ store: index, embedder });
  expect(await found()).toMatchObject({ level: "ok", what: "Found by meaning, too: 2 texts with stand-in." });
  embedder.trouble = "fails";
  expect(await found()).toMatchObject({
    level: "warning",
    what: expect.stringContaining("the engine is broken"),
  });
  expect((await checkKnowledge(loaded, index, null)).some(({ what }) => what.includes("meaning"))).toBe(
    false,
  );
});
