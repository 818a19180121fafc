import { readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { readQuestions } from "../retrieval/corpus.ts";
import { seeded } from "../../test/servers/random.ts";

const SEED = 7;

const line = z.object({ q: z.string(), category: z.string() });

/** 500 questions of BANKING77 and the 101 answerable ones written for this bank, mixed the same way each time. */
export function readCostQuestions(): string[] {
  const lines = readFileSync(join(import.meta.dirname, "data", "banking77.jsonl"), "utf8")
    .trim()
    .split("\n");
  const banking = lines.map((text) => line.parse(JSON.parse(text)).q);
  const own = readQuestions().filter(({ kind }) => kind === "answerable");
  return seeded(SEED).shuffled([...banking, ...own.map(({ q }) => q)]);
}
