import { readFileSync } from "node:fs";

/** A dispatch of Discord's gateway in its documented shape, names removed. `more` replaces fields of it. */
export function payloadFile(name: string, more: Readonly<Record<string, unknown>> = {}): unknown {
  const file = new URL(`../../data/discord/${name}.json`, import.meta.url);
  const { d } = JSON.parse(readFileSync(file, "utf8")) as { readonly d: object };
  return { ...d, ...more };
}
