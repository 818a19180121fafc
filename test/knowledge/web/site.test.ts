import { describe, expect, it } from "vitest";

import { newShelf, type Shelf } from "../shelf.ts";
import { html, newWebsite, type Website } from "./website.ts";

async function shop(): Promise<{
  site: Website;
  shelf: Shelf;
  waits: number[];
  run: (source?: string) => ReturnType<Shelf["ingest"]>;
}> {
  const site = await newWebsite();
  const shelf = await newShelf();
  const waits: number[] = [];
  site.pages.set("/", {
    body: html("Mugs", "Everything about mugs and how we help you with them every day."),
  });
  site.pages.set("/refunds", {
    body: html("Refunds", "You get a refund within thirty days of the purchase."),
    etag: '"1"',
  });
  site.pages.set("/delivery.html", {
    body: html("Delivery", "A parcel takes five days and you can follow it."),
    etag: '"1"',
  });
  site.sitemap(["/refunds", "/delivery.html"]);
  const wait = async (ms: number) => void waits.push(ms);
  return { site, shelf, waits, run: async (source = site.url) => shelf.ingest({}, [source], wait) };
}

const host = (site: Website): string => new URL(site.url).host;

describe("a web site", () => {
  it("is read by its sitemap: main text, titles and links, no navigation", async () => {
    const { site, shelf, run } = await shop();
    expect(await run()).toMatchObject({ added: 2, errors: [] });
    expect(await shelf.finds("refund")).toEqual([`${host(site)}/refunds`]);
    expect(await shelf.finds("parcel")).toEqual([`${host(site)}/delivery`]);
    expect(await shelf.reachable("wonders imprint cookies")).toBe("");
    const { hits } = await shelf.index.match(["refund"], { audience: "customer", limit: 1 });
    expect(hits[0]).toMatchObject({ title: "Refunds", url: `${site.url}/refunds` });
    expect(site.requests.every(({ agent }) => agent.startsWith("Deskhand/"))).toBe(true);
  });

  it("may be named by a sitemap's own address, or by an index of sitemaps", async () => {
    const { site, run } = await shop();
    site.pages.set("/index.xml", {
      body: `<sitemapindex><sitemap><loc>${site.url}/sitemap.xml</loc></sitemap></sitemapindex>`,
    });
    expect(await run(`${site.url}/index.xml`)).toMatchObject({ added: 2, errors: [] });
  });

  it("without a sitemap is the page that was named", async () => {
    const { site, shelf, run } = await shop();
    site.pages.delete("/sitemap.xml");
    expect(await run(`${site.url}/refunds`)).toMatchObject({ added: 1 });
    expect(await shelf.finds("refund")).toHaveLength(1);
  });

  it("is asked only for what changed, and unchanged pages cost nothing", async () => {
    const { site, shelf, run } = await shop();
    await run();
    site.pages.set("/refunds", {
      body: html("Refunds", "You get a refund within sixty days of the purchase."),
      etag: '"2"',
    });
    site.requests.length = 0;
    expect(await run()).toMatchObject({ added: 0, changed: 1, unchanged: 1, removed: 0 });
    const asked = site.requests.filter(({ path }) => path === "/refunds" || path === "/delivery.html");
    expect(asked.map(({ conditional }) => conditional)).toEqual([true, true]);
    expect(await shelf.reachable("sixty")).toContain("sixty days");
  });

  it("whose rules changed is read anew, though its pages did not change", async () => {
    const { site, shelf, run } = await shop();
    await run();
    const again = await shelf.ingest({ internal_titles: ["refunds"] }, [site.url], async () => {});
    expect(again).toMatchObject({ changed: 2, internal: 1 });
    expect(await shelf.finds("refund")).toEqual([]);
  });

  it("loses the pages that its sitemap no longer has, and those that are gone", async () => {
    const { site, shelf, run } = await shop();
    await run();
    site.pages.delete("/delivery.html");
    expect(await run()).toMatchObject({ removed: 1, errors: [] });
    site.sitemap(["/delivery.html"]);
    site.pages.set("/delivery.html", { body: html("Delivery", "A parcel takes six days now.") });
    expect(await run()).toMatchObject({ added: 1, removed: 1 });
    expect(await shelf.finds("refund")).toEqual([]);
  });

  it("keeps what is known of a page that fails today, and reads on", async () => {
    const { site, shelf, run } = await shop();
    await run();
    site.pages.set("/refunds", { body: "broken", status: 500 });
    const summary = await run();
    expect(summary).toMatchObject({ removed: 0, unchanged: 1 });
    expect(summary.errors).toEqual([{ file: `${site.url}/refunds`, reason: "the site answered 500" }]);
    expect(await shelf.finds("refund")).toHaveLength(1);
  });

  it("whose sitemap is not there today loses nothing", async () => {
    const { site, shelf, run } = await shop();
    await run();
    site.pages.delete("/sitemap.xml");
    await expect(run()).rejects.toMatchObject({ code: "knowledge_source_missing" });
    expect(await shelf.finds("refund")).toHaveLength(1);
  });

  it("that is down as a whole loses nothing", async () => {
    const { site, shelf, run } = await shop();
    await run();
    site.pages.set("/robots.txt", { body: "", status: 500 });
    await expect(run()).rejects.toMatchObject({ code: "knowledge_source_missing" });
    expect(await shelf.finds("refund")).toHaveLength(1);
  });
});

describe("manners and caution", () => {
  it("robots.txt is obeyed: what it forbids is not asked for, and its pause is kept", async () => {
    const { site, shelf, waits, run } = await shop();
    site.pages.set("/robots.txt", {
      body: `User-agent: *\nDisallow: /refunds\nCrawl-delay: 3\nSitemap: ${site.url}/sitemap.xml\n`,
      type: "text/plain",
    });
    await run();
    expect(site.requests.map(({ path }) => path)).not.toContain("/refunds");
    expect(await shelf.finds("parcel")).toHaveLength(1);
    expect(new Set(waits)).toEqual(new Set([3_000]));
  });

  it("a site that asks to slow down is waited for as long as it says", async () => {
    const { site, waits, run } = await shop();
    site.pages.set("/refunds", { body: "later", status: 429, headers: { "retry-after": "7" } });
    expect((await run()).errors).toHaveLength(1);
    expect(waits.filter((ms) => ms === 7_000)).toHaveLength(2);
  });

  it("no other host is ever asked, whether the sitemap or a redirect names it", async () => {
    const { site, run } = await shop();
    const other = await newWebsite();
    other.pages.set("/secret", { body: html("Secret", "The metadata of another machine in the inner net.") });
    site.pages.set("/away", { body: "", status: 302, headers: { location: `${other.url}/secret` } });
    site.sitemap(["/refunds", "/away", `${other.url}/secret`, "file:///etc/passwd"]);
    const summary = await run();
    expect(summary.added).toBe(1);
    expect(summary.errors.map(({ reason }) => reason)).toEqual([expect.stringContaining("another site")]);
    expect(other.requests).toEqual([]);
  });

  it("a redirect on the same site is followed, an endless one is not", async () => {
    const { site, shelf, run } = await shop();
    site.pages.set("/old", { body: "", status: 301, headers: { location: "/refunds" } });
    site.pages.set("/round", { body: "", status: 302, headers: { location: "/round" } });
    site.sitemap(["/old", "/round"]);
    const summary = await run();
    expect(summary.errors.map(({ reason }) => reason)).toEqual([expect.stringContaining("redirects")]);
    expect(await shelf.finds("refund")).toEqual([`${host(site)}/old`]);
  });

  it("what is too large or no text is an error of that page alone", async () => {
    const { site, run } = await shop();
    site.pages.set("/huge", { body: Buffer.alloc(10_500_000, "a") });
    site.pages.set("/data", { body: "1,2,3", type: "text/csv" });
    site.sitemap(["/huge", "/data", "/refunds"]);
    const summary = await run();
    expect(summary.added).toBe(1);
    expect(summary.errors.map(({ reason }) => reason)).toEqual([
      "more than 10 MB",
      "text/csv is neither HTML nor Markdown",
    ]);
  });
});
