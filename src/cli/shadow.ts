import { existsSync } from "node:fs";
import { parseArgs } from "node:util";

import { buildPrompt } from "../agent/prompt.ts";
import { loadConfig, type LoadedConfig } from "../config/load.ts";
import { startCore } from "../eval/core.ts";
import { estimator } from "../eval/estimate.ts";
import { dollars } from "../eval/eval-text.ts";
import { planFor } from "../eval/plan.ts";
import { type Asked, type ExportOptions, nothingLeftOut, plainName } from "../eval/shadow/asked.ts";
import { discordFiles, readDiscordExport } from "../eval/shadow/discord-export.ts";
import { asksSomething, shadow } from "../eval/shadow/shadow.ts";
import { shadowText } from "../eval/shadow/shadow-text.ts";
import { isSlackExport, readSlackExport } from "../eval/shadow/slack-export.ts";
import { createKnowledge } from "../knowledge/search.ts";
import { estimateTokens } from "../models/tokens.ts";
import { createLog } from "../ops/log.ts";
import { openTemporary } from "./temporary.ts";

/**
 * `deskhand shadow EXPORT`: what would have become of the questions in a Slack or Discord export. Nothing is posted. Exit code 2
 * when it would cost money and `--yes` is missing.
 */
export async function runShadow(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: "string" },
      json: { type: "boolean", default: false },
      claude: { type: "boolean", default: false },
      yes: { type: "boolean", default: false },
      staff: { type: "string", default: "" },
      channels: { type: "string", default: "" },
      limit: { type: "string", default: "1000000" },
    },
  });
  const [path] = positionals;
  const limit = Number(values.limit);
  if (path === undefined || !existsSync(path) || !Number.isInteger(limit) || limit < 1) {
    process.stderr.write(usage(path));
    return 2;
  }
  const isPaid = values.claude || values.yes;
  if (isPaid && !process.env["ANTHROPIC_API_KEY"]?.trim()) {
    process.stderr.write("ANTHROPIC_API_KEY is not set; without --claude the replay is offline and free.\n");
    return 2;
  }
  const loaded = withProvider(loadConfig(values.config, process.env, process.cwd()), isPaid);
  const { config } = loaded;
  const options = { staff: listOf(values.staff), channels: listOf(values.channels) };
  const leftOut = nothingLeftOut();
  const temporary = await openTemporary(loaded);
  try {
    const price = estimator(config, buildPrompt(config, estimateTokens), Date.now());
    const knowledge = createKnowledge(temporary.index);
    if (isPaid) {
      let [micros, count] = [0, 0];
      for await (const { text } of questionsOf(path, { ...options, leftOut: nothingLeftOut() })) {
        if (!asksSomething(text) || count >= limit) continue;
        count += 1;
        micros += price(await planFor(text, config, knowledge));
      }
      process.stderr.write(
        `${count} questions with Claude: about ${dollars(micros)}, never more than budgets.per_day ($${config.budgets.per_day}).\n`,
      );
      if (!values.yes) {
        process.stderr.write("Add --yes to spend it.\n");
        return 2;
      }
    }
    const log = createLog(process.env["LOG_LEVEL"] ?? "error");
    const { store, reports, index } = temporary;
    const core = await startCore({ loaded, env: process.env, store, reports, index, log });
    try {
      const projection = await shadow(questionsOf(path, { ...options, leftOut }), core, {
        limit,
        onTalk: () => (leftOut.talk += 1),
        priced: isPaid
          ? null
          : async ({ text }, tier, escalated) =>
              price({ ...(await planFor(text, config, knowledge)), tier, escalated }),
        ...(process.stderr.isTTY && {
          onProgress: (done: number) => process.stderr.write(`\r${done} questions`),
        }),
      });
      if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
      process.stdout.write(
        values.json
          ? `${JSON.stringify({ ...projection, leftOut }, null, 2)}\n`
          : shadowText(projection, leftOut),
      );
      return 0;
    } finally {
      await core.stop();
    }
  } finally {
    await temporary.remove();
  }
}

function questionsOf(path: string, options: ExportOptions): AsyncIterable<Asked> | Iterable<Asked> {
  return isSlackExport(path)
    ? readSlackExport(path, options)
    : readDiscordExport(discordFiles(path), options);
}

function withProvider(loaded: LoadedConfig, isPaid: boolean): LoadedConfig {
  if (isPaid) return loaded;
  const { config } = loaded;
  return { ...loaded, config: { ...config, models: { ...config.models, provider: "offline" } } };
}

function listOf(text: string): ReadonlySet<string> {
  return new Set(text.split(",").map(plainName).filter(Boolean));
}

function usage(path: string | undefined): string {
  const missing = path !== undefined && !existsSync(path) ? `There is no ${path}.\n` : "";
  return (
    `${missing}deskhand shadow EXPORT [--staff NAMES] [--channels NAMES] [--limit N] [--json] [--claude --yes]\n` +
    "EXPORT: an unpacked Slack export, or a JSON file of DiscordChatExporter or a folder of them.\n"
  );
}
