import { describe, expect, it } from "vitest";

import type { OpenKnowledge } from "./knowledge.ts";

/** What every store of web pages owes. */
export function describeKnowledgePages(open: OpenKnowledge): void {
  describe("pages of a site", () => {
    const page = (
      url: string,
      more: { readonly source?: string; readonly etag?: string; readonly rules?: string } = {},
    ) => ({
      url,
      source: "site",
      articleId: `article of ${url}`,
      etag: null,
      lastModified: "Mon",
      rules: "r1",
      ...more,
    });

    it("are known by address, as they were seen last, under the rules they were read by", async () => {
      const store = await open();
      await store.savePage(page("/a", { etag: "1" }), 1);
      await store.savePage(page("/a", { etag: "2" }), 2);
      await store.savePage(page("/b", { rules: "r2" }), 2);
      await store.savePage(page("/c", { source: "other" }), 2);
      expect([...(await store.pagesOf("site", "r1"))]).toEqual([
        ["/a", { articleId: "article of /a", etag: "2", lastModified: "Mon" }],
      ]);
      expect([...(await store.pagesOf("site", "r2")).keys()]).toEqual(["/b"]);
    });

    it("are forgotten when the site has them no more", async () => {
      const store = await open();
      for (const url of ["/a", "/b"]) await store.savePage(page(url), 1);
      await store.savePage(page("/c", { source: "other" }), 1);
      await store.keepPages("site", ["/b"]);
      expect([...(await store.pagesOf("site", "r1")).keys()]).toEqual(["/b"]);
      await store.keepPages("site", []);
      expect([...(await store.pagesOf("site", "r1")).keys()]).toEqual([]);
      expect([...(await store.pagesOf("other", "r1")).keys()]).toEqual(["/c"]);
    });
  });
}
