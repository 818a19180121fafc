import { pino } from "pino";
import { describe, expect, it, onTestFinished } from "vitest";

import { createSlack } from "../../adapters/slack/index.ts";
import type { Adapter, Host } from "../../src/adapter.ts";
import { startSlack } from "../servers/slack/index.ts";
import { until } from "../servers/shop.ts";
import { startRig } from "./discord/incoming-rig.ts";
import { ACME, createMemory } from "./slack/live.ts";
import { slackConfig } from "./slack/payloads.ts";

/** What `/readyz` asks: whether the platform can reach us now, not whether it once could. */

const connected = (adapter: Adapter) => adapter.isConnected?.();

describe("an adapter is connected", () => {
  it("while Slack's socket stands, and no longer when it is stopped", async () => {
    const slack = await startSlack(ACME);
    onTestFinished(() => slack.close());
    const adapter = createSlack({
      config: slackConfig(),
      env: {
        SLACK_BOT_TOKEN: slack.botToken(),
        SLACK_APP_TOKEN: slack.appToken,
        SLACK_API_URL: slack.apiUrl,
      },
      log: pino({ level: "silent" }),
      now: Date.now,
    });
    const host: Host = {
      memory: createMemory(),
      activePlaces: async () => [],
      lost: () => undefined,
      intake: async () => "accepted",
    };
    expect(connected(adapter)).toBe(false);
    await adapter.start(host);
    expect(connected(adapter)).toBe(true);
    slack.socket.drop();
    await until(async () => connected(adapter) === false);
    await until(async () => connected(adapter) === true);
    await adapter.stop();
    expect(connected(adapter)).toBe(false);
  });

  it("while Discord's gateway stands, and no longer when it is stopped", async () => {
    const rig = await startRig();
    expect(connected(rig.adapter)).toBe(true);
    rig.discord.gateway.drop();
    await until(async () => connected(rig.adapter) === false);
    await until(async () => connected(rig.adapter) === true);
    await rig.stop();
    expect(connected(rig.adapter)).toBe(false);
  });
});
