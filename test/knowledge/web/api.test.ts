import { expect, it } from "vitest";

import { ORDERS_API } from "../orders-api.ts";
import { newShelf } from "../shelf.ts";
import { newWebsite } from "./website.ts";

async function apiSite(page: string) {
  const site = await newWebsite();
  const shelf = await newShelf();
  const describe = (etag: string, changed: Partial<typeof ORDERS_API> = {}): void => {
    const body = JSON.stringify({ ...ORDERS_API, ...changed });
    site.pages.set("/openapi.json", { body, type: "application/json", etag });
  };
  describe('"1"');
  site.pages.set("/api", { body: page });
  site.sitemap(["/api"]);
  return { site, shelf, describe, run: async (path = "/api") => shelf.ingest({}, [site.url + path]) };
}

const REDOC =
  '<html><body><redoc spec-url="openapi.json"></redoc><script src="redoc.js"></script></body></html>';

it("a page that shows an API by a script is read by its description, with links into the page", async () => {
  const { site, shelf, run } = await apiSite(REDOC);
  expect(await run()).toMatchObject({ added: 3, errors: [] });
  const { hits } = await shelf.index.match(["newest"], { audience: "customer", limit: 1 });
  expect(hits[0]).toMatchObject({
    title: "List orders (GET /orders)",
    url: `${site.url}/api#operation/listOrders`,
  });
});

it("an API's description is not sent again while it is unchanged, and what left it disappears", async () => {
  const { site, run, describe } = await apiSite(REDOC);
  await run();
  site.requests.length = 0;
  expect(await run()).toMatchObject({ unchanged: 3, added: 0, changed: 0, removed: 0, errors: [] });
  expect(site.requests.find(({ path }) => path === "/openapi.json")).toMatchObject({ conditional: true });
  const { get } = ORDERS_API.paths["/orders"];
  describe('"2"', { paths: { "/orders": { get } } as unknown as typeof ORDERS_API.paths });
  expect(await run()).toMatchObject({ unchanged: 2, removed: 1, errors: [] });
});

it("keeps what it knows of an API whose description cannot be had today", async () => {
  const { site, shelf, run } = await apiSite(REDOC);
  await run();
  site.pages.set("/openapi.json", { body: "gone fishing", status: 500 });
  const summary = await run();
  expect(summary).toMatchObject({ removed: 0, unchanged: 3 });
  expect(summary.errors).toHaveLength(1);
  expect(await shelf.finds("newest")).toHaveLength(1);
});

it("robots.txt keeps an API's description too", async () => {
  const { site, run } = await apiSite(REDOC);
  site.pages.set("/robots.txt", { body: "User-agent: *\nDisallow: /openapi.json", type: "text/plain" });
  const summary = await run();
  expect(summary).toMatchObject({ added: 0 });
  expect(summary.errors[0]?.reason).toContain("robots.txt");
  expect(site.requests.map(({ path }) => path)).not.toContain("/openapi.json");
});

it("reads Swagger UI as it is shipped, its address in a script of its own", async () => {
  const page =
    '<html><body><div id="swagger-ui"></div><script src="./swagger-initializer.js"></script></body></html>';
  const { site, shelf, run } = await apiSite(page);
  const script = 'window.ui = SwaggerUIBundle({\n  url: "openapi.json",\n  dom_id: "#swagger-ui" });';
  site.pages.set("/swagger-initializer.js", { body: script, type: "application/javascript" });
  expect(await run()).toMatchObject({ added: 3, errors: [] });
  const { hits } = await shelf.index.match(["newest"], { audience: "customer", limit: 1 });
  expect(hits[0]?.url).toBe(`${site.url}/api#/Orders/listOrders`);
});

it("a description that is named itself is read, and asked for with a condition the next time", async () => {
  const { site, run } = await apiSite(REDOC);
  expect(await run("/openapi.json")).toMatchObject({ added: 3, errors: [] });
  site.requests.length = 0;
  expect(await run("/openapi.json")).toMatchObject({ unchanged: 3, removed: 0 });
  expect(site.requests.at(-1)).toMatchObject({ path: "/openapi.json", conditional: true });
});
