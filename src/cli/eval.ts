import { existsSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { buildPrompt } from "../agent/prompt.ts";
import { loadConfig, type LoadedConfig } from "../config/load.ts";
import { readConversations, type ScriptedConversation } from "../eval/conversation-file.ts";
import { startCore } from "../eval/core.ts";
import { estimator } from "../eval/estimate.ts";
import { dollars, evalText } from "../eval/eval-text.ts";
import { differenceOf, keepRun, keptOf, lastRun } from "../eval/last-run.ts";
import { planFor } from "../eval/plan.ts";
import { type Played, play } from "../eval/play.ts";
import { summaryOf } from "../eval/summary.ts";
import { createKnowledge } from "../knowledge/search.ts";
import { estimateTokens } from "../models/tokens.ts";
import { createLog } from "../ops/log.ts";
import { openTemporary, type Temporary } from "./temporary.ts";

/**
 * `deskhand eval [FILE…]`: replays files of conversations through the real core and checks what they expect. Exit code 1 when
 * an expectation failed, 2 when it would cost money and `--yes` is missing.
 */
export async function runEval(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: "string" },
      json: { type: "boolean", default: false },
      yes: { type: "boolean", default: false },
      offline: { type: "boolean", default: false },
      baseline: { type: "string" },
      "no-save": { type: "boolean", default: false },
    },
  });
  const loaded = loadedFor(values);
  const files = positionals.length > 0 ? positionals.map((path) => resolve(path)) : shippedWith(loaded);
  if (files.length === 0) {
    process.stderr.write(
      `There is no file of conversations. Name one, or put it into ${join(loaded.baseDir, "eval")}.\n`,
    );
    return 2;
  }
  const scripts = files.flatMap(readConversations);
  const temporary = await openTemporary(loaded);
  try {
    const isPaid =
      loaded.config.models.provider !== "offline" && Boolean(process.env["ANTHROPIC_API_KEY"]?.trim());
    if (isPaid) {
      const price = await priceOf(scripts, loaded, temporary);
      process.stderr.write(
        `${scripts.length} conversations with Claude: about ${dollars(price)}, never more than budgets.per_day ($${loaded.config.budgets.per_day}).\n`,
      );
      if (!values.yes) {
        process.stderr.write("Add --yes to spend it, or --offline to use the offline model.\n");
        return 2;
      }
    }
    const { played, model } = await replay(scripts, loaded, temporary);
    const summary = summaryOf(played, model);
    const path = values.baseline ? resolve(values.baseline) : join(dirname(files[0] ?? ""), ".last-run.json");
    const before = lastRun(path, model);
    const now = keptOf(summary, played, Date.now());
    const difference = before && differenceOf(before, now);
    if (!values["no-save"]) keepRun(path, model, now);
    process.stdout.write(
      values.json
        ? `${JSON.stringify({ summary, difference, conversations: played }, null, 2)}\n`
        : evalText(played, summary, difference),
    );
    return summary.passed === summary.conversations ? 0 : 1;
  } finally {
    await temporary.remove();
  }
}

function loadedFor(values: {
  readonly config?: string | undefined;
  readonly offline: boolean;
}): LoadedConfig {
  const loaded = loadConfig(values.config, process.env, process.cwd());
  if (!values.offline) return loaded;
  const { config } = loaded;
  return { ...loaded, config: { ...config, models: { ...config.models, provider: "offline" } } };
}

/** The folder `eval` beside the configuration. */
function shippedWith({ baseDir }: LoadedConfig): string[] {
  const folder = join(baseDir, "eval");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .toSorted()
    .map((name) => join(folder, name));
}

async function replay(
  scripts: readonly ScriptedConversation[],
  loaded: LoadedConfig,
  { store, reports, index }: Temporary,
): Promise<{ readonly played: readonly Played[]; readonly model: string }> {
  const log = createLog(process.env["LOG_LEVEL"] ?? "error");
  const core = await startCore({ loaded, env: process.env, store, reports, index, log });
  try {
    const played: Played[] = [];
    for (const [at, script] of scripts.entries()) played.push(await play(core, script, `eval-${at + 1}`));
    return { played, model: core.app.model.description.split(" (")[0] ?? "" };
  } finally {
    await core.stop();
  }
}

async function priceOf(
  scripts: readonly ScriptedConversation[],
  { config }: LoadedConfig,
  { index }: Temporary,
): Promise<number> {
  const price = estimator(config, buildPrompt(config, estimateTokens), Date.now());
  const knowledge = createKnowledge(index);
  let micros = 0;
  for (const { steps } of scripts) {
    for (const step of steps) {
      if ("customer" in step) micros += price(await planFor(step.customer, config, knowledge));
    }
  }
  return micros;
}
