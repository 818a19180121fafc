import { pino } from "pino";
import { expect, it } from "vitest";

import { createDiscord } from "../../adapters/discord/index.ts";
import { createSlack } from "../../adapters/slack/index.ts";
import { sendContext, shopConfig } from "../servers/shop.ts";

it.each([
  ["slack", createSlack, "T1/C1"],
  ["discord", createDiscord, "100000000000000001/100000000000000002"],
] as const)(
  "what waits for %s to connect is tried again in a second, however often it failed before",
  async (name, create, key) => {
    const env = { SLACK_BOT_TOKEN: "xoxb-test", SLACK_APP_TOKEN: "xapp-test", DISCORD_TOKEN: "test" };
    const adapter = create({ config: shopConfig(), env, log: pino({ level: "silent" }), now: Date.now });
    const content = { kind: "reply", text: "hi", by: "ai", citations: [], inReplyTo: [] } as const;
    const delivery = {
      id: "turn-1.1",
      to: { adapter: name, key },
      visibility: "public",
      content,
      createdAt: 0,
    } as const;
    await expect(adapter.send(delivery, sendContext())).rejects.toMatchObject({
      code: "delivery_unreached",
      retryAfterMs: 1_000,
    });
  },
);
