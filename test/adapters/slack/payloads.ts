import { readFileSync } from "node:fs";
import { join } from "node:path";

import { type Config, configSchema } from "../../../src/config/schema.ts";
import type { Surroundings } from "../../../adapters/slack/normalise.ts";
import { settingsOf } from "../../../adapters/slack/settings.ts";

const FOLDER = join(import.meta.dirname, "..", "..", "data", "slack");

/** A payload file of `test/data/slack`, by its name without the ending. */
export function payload(name: string): unknown {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8"));
}

/** The settings of a shop whose staff sit in #desk of the workspace T1. */
export function slackConfig(slack: Record<string, unknown> = {}): Config {
  return configSchema.parse({
    shop: { name: "Acme SaaS" },
    agent: { name: "Aria" },
    desk: { adapter: "slack", channel: "CDESK" },
    slack,
  });
}

/** The workspace T1 as the payload files know it. */
export function acme(
  options: { slack?: Record<string, unknown>; names?: Record<string, string> } = {},
): Surroundings {
  const { names = {} } = options;
  return {
    team: "T1",
    botUserId: "UBOT",
    url: "https://acme.slack.com/",
    settings: settingsOf(slackConfig(options.slack), "T1"),
    nameOf: (user) => names[user] ?? user,
  };
}
