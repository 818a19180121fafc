import { describe, expect, it } from "vitest";

import { createApp } from "../src/app.ts";
import { openSqlite } from "../src/store/open.ts";
import { openSqliteKnowledge } from "../src/store/sqlite-knowledge.ts";
import { sqliteReports } from "../src/store/sqlite/reports.ts";
import { sqliteStore } from "../src/store/sqlite/index.ts";
import {
  customerNamed,
  eventOf,
  memoryPlatform,
  messageBody,
  noLog,
  shopConfig,
  until,
} from "./servers/shop.ts";

/** Law 10, over the whole program on a platform whose senders may be bots. */
describe("a bot", () => {
  it("is never answered, whether the AI or a person has the conversation", async () => {
    const opened = openSqlite(":memory:");
    const platform = memoryPlatform("chat");
    const config = shopConfig({
      desk: { adapter: "chat", channel: "desk" },
      conversation: { quiet_window_ms: 0 },
    });
    const store = sqliteStore(opened);
    const app = createApp({
      loaded: { config, path: "deskhand.yaml", baseDir: ".", isSample: false },
      env: {},
      store,
      reports: sqliteReports(opened.db),
      mailer: null,
      index: openSqliteKnowledge(opened),
      log: noLog(),
      now: Date.now,
    });
    await app.start([platform]);
    const bot = { ...customerNamed("gitbot"), role: "bot" } as const;
    const said = (id: string, text: string, sender: typeof bot | ReturnType<typeof customerNamed>) =>
      platform.intake(eventOf(id, messageBody(id, text), { sender }));

    await said("b1", "build failed, please help", bot);
    await until(async () => (await store.pending(["chat"])).events === 0);
    expect(platform.sent).toEqual([]);

    await said("m1", "I want a human", customerNamed("ann"));
    await until(() => platform.sent.some((delivery) => delivery.content.kind === "card"));
    await app.drained();
    const before = platform.sent.length;
    await said("b2", "I want a human too", bot);
    await app.drained();
    expect(platform.sent).toHaveLength(before);
    await app.stop();
  });
});
