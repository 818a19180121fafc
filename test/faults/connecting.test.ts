import { pino } from "pino";
import { expect, it, onTestFinished } from "vitest";

import { createDiscord } from "../../adapters/discord/index.ts";
import { createSlack } from "../../adapters/slack/index.ts";
import { DeskhandError } from "../../src/errors.ts";
import { sendContext, shopConfig } from "../servers/shop.ts";
import { openRig } from "./rig.ts";

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

it("waiting for a platform to connect is no failure: what waited for long is not given up when it then stumbles once", async () => {
  const LONGER_THAN_TRIES = 20;
  let tries = 0;
  const rig = await openRig({
    onSend({ to }) {
      if (to.key === "other") return;
      tries += 1;
      const options = { retryable: true, retryAfterMs: 1 };
      if (tries <= LONGER_THAN_TRIES)
        throw new DeskhandError("delivery_unreached", "the platform is not connected yet", options);
      if (tries === LONGER_THAN_TRIES + 1) throw new DeskhandError("delivery_failed", "stumbled", options);
    },
  });
  onTestFinished(() => rig.close());
  await rig.says("m1", "other", "How do I reset my password?");
  await rig.app.drained();
  await rig.says("m2", "c", "How do I reset my password?");
  await rig.app.drained();
  expect(tries).toBe(LONGER_THAN_TRIES + 2);
  expect(rig.seenIn("c")).toHaveLength(1);
  expect(rig.seenByStaff()).toEqual([]);
});
