import { readFileSync, writeFileSync } from "node:fs";

import { z } from "zod";

import { DeskhandError, messageOf } from "../errors.ts";
import type { Played } from "./play.ts";
import type { Summary } from "./summary.ts";

/** What is kept of a run, to compare the next one with. One file holds the last run of each model. */
const kept = z.object({
  at: z.string(),
  passed: z.number(),
  conversations: z.number(),
  resolution: z.number().nullable(),
  precision: z.number().nullable(),
  recall: z.number().nullable(),
  costMicros: z.number(),
  calls: z.number(),
  failed: z.array(z.string()),
  names: z.array(z.string()),
});
const keptFile = z.record(z.string(), kept);

export type KeptRun = z.infer<typeof kept>;

/** Null when this model has not been run yet. Throws `config_invalid` when the file is something else. */
export function lastRun(path: string, model: string): KeptRun | null {
  return readKept(path)[model] ?? null;
}

export function keepRun(path: string, model: string, run: KeptRun): void {
  const all = { ...readKept(path), [model]: run };
  writeFileSync(path, `${JSON.stringify(all, null, 2)}\n`);
}

export function keptOf(summary: Summary, played: readonly Played[], at: number): KeptRun {
  return {
    at: new Date(at).toISOString(),
    passed: summary.passed,
    conversations: summary.conversations,
    resolution: summary.resolution,
    precision: summary.escalation.precision,
    recall: summary.escalation.recall,
    costMicros: summary.costMicros,
    calls: summary.calls,
    failed: played.filter(({ failures }) => failures.length > 0).map(({ name }) => name),
    names: played.map(({ name }) => name),
  };
}

/** What changed since the last run of the same model. */
export interface Difference {
  readonly since: string;
  readonly nowFailing: readonly string[];
  readonly nowPassing: readonly string[];
  readonly added: readonly string[];
  readonly gone: readonly string[];
  readonly changed: readonly {
    readonly what: string;
    readonly from: number | null;
    readonly to: number | null;
  }[];
}

export function differenceOf(before: KeptRun, after: KeptRun): Difference {
  const failedBefore = new Set(before.failed);
  const failedNow = new Set(after.failed);
  const known = new Set(before.names);
  const there = new Set(after.names);
  const figures = ["passed", "resolution", "precision", "recall", "calls", "costMicros"] as const;
  return {
    since: before.at,
    nowFailing: after.failed.filter((name) => known.has(name) && !failedBefore.has(name)),
    nowPassing: before.failed.filter((name) => there.has(name) && !failedNow.has(name)),
    added: after.names.filter((name) => !known.has(name)),
    gone: before.names.filter((name) => !there.has(name)),
    changed: figures
      .filter((what) => before[what] !== after[what])
      .map((what) => ({ what, from: before[what], to: after[what] })),
  };
}

function readKept(path: string): z.infer<typeof keptFile> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw new DeskhandError("config_invalid", `${path} cannot be read: ${messageOf(error)}`);
  }
  try {
    return keptFile.parse(JSON.parse(text));
  } catch {
    throw new DeskhandError(
      "config_invalid",
      `${path} does not hold the last run of deskhand eval. Name another file with --baseline, or delete it.`,
    );
  }
}
