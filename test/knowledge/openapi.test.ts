import { expect, it } from "vitest";

import { isOpenApi, readOpenApi } from "../../src/knowledge/openapi.ts";
import { ORDERS_API } from "./orders-api.ts";
import { newShelf } from "./shelf.ts";

it("an OpenAPI description is an article for each operation and one about the whole", () => {
  const parts = readOpenApi(JSON.stringify(ORDERS_API));
  expect(parts.map(({ key, title }) => [key, title])).toEqual([
    ["listOrders", "List orders (GET /orders)"],
    ["post-orders", "Place an order (POST /orders)"],
    ["about", "Orders API 1.2.0"],
  ]);
  expect(parts[0]?.markdown).toBe(
    "`GET /orders`\n\nReturns the newest first.\n\n## Parameters\n\n- `limit` (query, integer to 100): How many, 20 by default.\n\n## Answers\n\n- 200: A page of orders\n- 429: Slow down",
  );
  expect(parts[1]?.markdown).toContain("- `sku` (string, required): Which mug\n- `partOf` (object)");
  expect(parts[2]?.markdown).toContain("https://api.mugs.example/v1");
  expect(parts[2]?.markdown).toContain("apiKey, header, X-Api-Key");
});

it("reads Swagger 2 in YAML too", () => {
  const yaml =
    'swagger: "2.0"\ninfo: {title: Old}\nhost: old.example\nbasePath: /v1\npaths:\n  /pets:\n    post:\n      parameters:\n        - {in: body, name: pet, schema: {$ref: "#/definitions/Pet"}}\ndefinitions:\n  Pet: {properties: {name: {type: string}}}\n';
  expect(isOpenApi(yaml)).toBe(true);
  const [post, about] = readOpenApi(yaml);
  expect(post).toMatchObject({ title: "POST /pets" });
  expect(post?.markdown).toContain("## Body\n\n- `name` (string)");
  expect(about?.markdown).toContain("https://old.example/v1");
});

it("a folder's description is found by what an operation does; any other YAML or JSON is somebody else's", async () => {
  const shelf = await newShelf({
    "api/openapi.json": JSON.stringify(ORDERS_API),
    "compose.yaml": "services: {}\n",
    "package.json": '{"name": "x"}',
    "broken/openapi.yaml": "openapi: 3.1.0\n\tinfo",
  });
  const summary = await shelf.ingest();
  expect(summary).toMatchObject({ added: 3 });
  expect(summary.errors.map(({ file }) => file)).toEqual([expect.stringContaining("broken")]);
  expect(await shelf.finds("place order")).toContain("api/openapi#post-orders");
  expect(await shelf.ingest()).toMatchObject({ added: 0, changed: 0, unchanged: 3 });
});
