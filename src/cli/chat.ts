import { parseArgs } from "node:util";

import { type ConsoleOptions, createConsole } from "../../adapters/console/index.ts";
import { platformsFor } from "../../adapters/index.ts";
import { type App, createApp } from "../app.ts";
import { createLog } from "../ops/log.ts";
import { type Lock, lockForWork } from "../store/lock.ts";
import { sqliteStore } from "../store/sqlite/index.ts";
import { ensureKnowledge, open, type Opened } from "./open.ts";

/** Asked first by whoever tries the sample shop. */
const SAMPLE_QUESTIONS = ["How do I reset my password?", "Where is my invoice?", "I want a refund of $450"];

/** `deskhand start`: every platform that has credentials; with none, the console. */
export async function runStart(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { config: { type: "string" } } });
  const opened = open(values.config);
  const platforms = await platformsFor({ config: opened.loaded.config, env: process.env });
  if (platforms.length === 0) return converse(opened, face());
  return serve(opened, platforms);
}

/** `deskhand chat`: the console, whatever else is configured. */
export async function runChat(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { config: { type: "string" }, json: { type: "boolean", default: false } },
  });
  return converse(open(values.config), values.json ? "json" : face());
}

/** The screen where a person sits in front of a terminal that can draw it, lines of text elsewhere. */
function face(): "screen" | "plain" {
  const drawable = process.stdin.isTTY && process.stdout.isTTY && process.env["TERM"] !== "dumb";
  return drawable ? "screen" : "plain";
}

async function converse(opened: Opened, mode: ConsoleOptions["mode"]): Promise<number> {
  const { app, lines, lock } = await prepare(opened, mode === "screen" ? "warn" : undefined);
  if (mode !== "screen") process.stderr.write(`${lines.join("\n")}\n`);
  const { agent, shop } = opened.loaded.config;
  const terminal = createConsole({
    mode,
    input: process.stdin,
    output: process.stdout,
    agentName: agent.name,
    intro: { title: `${agent.name}, support for ${shop.name}`, lines, questions: SAMPLE_QUESTIONS },
  });
  await app.start([terminal]);
  const end = await Promise.race([terminal.finished, signalled()]);
  if (end === "end_of_input") await app.drained();
  await app.stop();
  lock.release();
  return 0;
}

async function serve(opened: Opened, platforms: Awaited<ReturnType<typeof platformsFor>>): Promise<number> {
  const { app, lines, lock } = await prepare(opened, undefined);
  process.stderr.write(`${lines.join("\n")}\n`);
  await app.start(platforms);
  await signalled();
  await app.stop();
  lock.release();
  return 0;
}

async function signalled(): Promise<"signal"> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve("signal"));
    process.once("SIGINT", () => resolve("signal"));
  });
}

/** Knowledge base, store and app; and what is running, in a few lines. */
async function prepare(
  opened: Opened,
  logLevel: string | undefined,
): Promise<{ readonly app: App; readonly lines: readonly string[]; readonly lock: Lock }> {
  const { loaded, index, database, databasePath } = opened;
  const lock = lockForWork(databasePath);
  await ensureKnowledge(opened);
  const log = createLog(process.env["LOG_LEVEL"] ?? logLevel ?? loaded.config.log_level);
  const app = createApp({
    loaded,
    env: process.env,
    store: sqliteStore(database),
    index,
    log,
    now: Date.now,
  });
  const counts = await index.counts();
  const lines = [
    `Deskhand: ${loaded.config.agent.name} for ${loaded.config.shop.name}${loaded.isSample ? " (the sample shop; put your own deskhand.yaml here)" : ""}`,
    "  platforms       console (Slack and Discord are not in this version yet)",
    `  model           ${app.model.description}${app.model.provider === "offline" ? "; set ANTHROPIC_API_KEY for Claude" : ""}`,
    `  database        ${databasePath}`,
    `  knowledge base  ${counts.articles} articles, ${counts.passages} passages`,
  ];
  return { app, lines, lock };
}
