/**
 * Makes `data/banking77.jsonl` from the set as published: `node bench/cost/sample.ts PATH/TO/train.csv`. Seeded: the
 * same file gives the same sample.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "csv-parse/sync";
import { z } from "zod";

import { seeded } from "../../test/servers/random.ts";

const SAMPLE = 500;
const SEED = 20_261_124;
const HERE = import.meta.dirname;

const path = process.argv[2];
if (path === undefined) throw new Error("Usage: node bench/cost/sample.ts PATH/TO/train.csv");

const rows = z
  .array(z.object({ text: z.string(), category: z.string() }))
  .parse(parse(readFileSync(path, "utf8"), { columns: true }));
// The local classifier has learnt from these; it must not be asked what it knows by heart.
const learnt = new Set(
  readFileSync(join(HERE, "..", "signals", "data", "banking77.txt"), "utf8")
    .split("\n")
    .map(folded),
);
const seen = new Set<string>();
const fresh = rows.filter(({ text }) => {
  const key = folded(text);
  if (learnt.has(key) || seen.has(key)) return false;
  seen.add(key);
  return true;
});
const sample = seeded(SEED).shuffled(fresh).slice(0, SAMPLE);
const lines = sample.map(({ text, category }) =>
  JSON.stringify({ q: text.replaceAll(/\s+/g, " ").trim(), category }),
);
writeFileSync(join(HERE, "data", "banking77.jsonl"), `${lines.join("\n")}\n`);
console.log(`${sample.length} of ${fresh.length} questions that the classifier has not seen`);

function folded(text: string): string {
  return text.toLowerCase().replaceAll(/\s+/g, " ").trim();
}
