import { expect, it } from "vitest";

import { withoutRelativeLinks } from "../../src/knowledge/links.ts";
import { newShelf } from "./shelf.ts";

const URL = "https://help.example/{id}";

it.each([
  ["[fees](../billing/fees.md#late)", "[fees](https://help.example/billing/fees)"],
  ['[fees](fees.md "All fees")', "[fees](https://help.example/guide/fees)"],
  ["![a picture](img/a.png) and [a file](data.csv)", "a picture and a file"],
  ["[out of it](../../../etc/passwd.md)", "out of it"],
  [
    "[web](https://x.example/a.md) [part](#part) [root](/a.md)",
    "[web](https://x.example/a.md) [part](#part) [root](/a.md)",
  ],
  ["```\n[x](y.md)\n```", "```\n[x](y.md)\n```"],
])("%s becomes %s", (given, wanted) => {
  expect(withoutRelativeLinks(given, "guide/start", URL)).toBe(wanted);
});

it("without addresses of articles a link is its words", () => {
  expect(withoutRelativeLinks("see [fees](fees.md)", "guide/start", undefined)).toBe("see fees");
});

it("a README without a heading is called like its folder", async () => {
  const shelf = await newShelf({ "late-fees/README.md": "You pay five euros.\n" });
  await shelf.ingest();
  const { hits } = await shelf.index.match(["euros"], { audience: "customer", limit: 1 });
  expect(hits[0]).toMatchObject({ articleId: "late-fees/README", title: "late fees" });
});
