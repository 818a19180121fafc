import { parseArgs } from "node:util";

import { type ConsoleOptions, createConsole } from "../../adapters/console/index.ts";
import { open, type Opened } from "./open.ts";
import { prepare, signalled } from "./running.ts";

/** Asked first by whoever tries the sample shop. */
const SAMPLE_QUESTIONS = ["How do I reset my password?", "Where is my invoice?", "I want a refund of $450"];

/** `deskhand chat`: the console, whatever else is configured. */
export async function runChat(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { config: { type: "string" }, json: { type: "boolean", default: false } },
  });
  return converse(await open(values.config), values.json ? "json" : face());
}

/** The screen where a person sits in front of a terminal that can draw it, lines of text elsewhere. */
export function face(): "screen" | "plain" {
  const drawable = process.stdin.isTTY && process.stdout.isTTY && process.env["TERM"] !== "dumb";
  return drawable ? "screen" : "plain";
}

export async function converse(opened: Opened, mode: ConsoleOptions["mode"]): Promise<number> {
  const { app, lines, lock } = await prepare(opened, {
    platforms: ["console"],
    ...(mode === "screen" && { logLevel: "warn" }),
  });
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
  await lock.release();
  return 0;
}
