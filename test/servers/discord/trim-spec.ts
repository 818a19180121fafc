import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { OPERATIONS } from "./operations.ts";

/** `node trim-spec.ts FILE`: Discord's full description in, the part that the test server uses out. */

type Json = Record<string, unknown>;

const OUT = join(import.meta.dirname, "../../data/discord/openapi.json");
const METHODS = new Set(["get", "put", "post", "patch", "delete"]);

const full = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Json & {
  readonly components: Record<string, Json>;
};
const paths = keepOperations(full["paths"] as Record<string, Json>);
const components = keepReferenced(paths);
const trimmed = { openapi: full["openapi"], info: full["info"], paths, components };
writeFileSync(OUT, `${JSON.stringify(trimmed, null, 1)}\n`);
console.log(
  `${Object.keys(paths).length} paths, ${Object.keys(components["schemas"] ?? {}).length} schemas -> ${OUT}`,
);

function keepOperations(all: Readonly<Record<string, Json>>): Record<string, Json> {
  const left = new Set(OPERATIONS);
  const kept: Record<string, Json> = {};
  for (const [path, item] of Object.entries(all)) {
    const wanted = Object.entries(item).filter(
      ([key, value]) => METHODS.has(key) && left.delete(idOf(value)),
    );
    if (wanted.length === 0) continue;
    const rest = Object.entries(item).filter(([key]) => !METHODS.has(key));
    kept[path] = Object.fromEntries([...rest, ...wanted]);
  }
  if (left.size > 0) throw new Error(`not in the description: ${[...left].join(", ")}`);
  return kept;
}

function idOf(operation: unknown): string {
  return String((operation as Json)["operationId"]);
}

/** Everything that what is kept refers to, and what that refers to. */
function keepReferenced(from: unknown): Record<string, Json> {
  const kept: Record<string, Json> = {};
  const queue = references(from);
  for (const reference of queue) {
    const [, , kind = "", name = ""] = reference.split("/");
    const group = (kept[kind] ??= {});
    if (group[name] !== undefined) continue;
    group[name] = full.components[kind]?.[name];
    queue.push(...references(group[name]));
  }
  return kept;
}

function references(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/"\$ref":"(#[^"]+)"/g)].flatMap((match) => match[1] ?? []);
}
