import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { ConversationState } from "../../../src/domain.ts";
import { BOT_PERMISSIONS } from "../../servers/discord/guild.ts";
import { type Bench, delivery, openBench, threadOf } from "./sender-bench.ts";

const PATIENCE = 60_000;

describe("a forum post shows how it stands", { timeout: PATIENCE }, () => {
  let bench: Bench;
  afterEach(() => bench.close(), PATIENCE);

  async function open(options: Parameters<typeof openBench>[0] = {}) {
    bench = await openBench(options);
    const { discord } = bench;
    const { thread } = discord.postInForum({
      forum: "help",
      user: "ann",
      name: "Broken",
      content: "It is",
      tags: ["billing"],
    });
    const show = (state: ConversationState) =>
      bench.send(delivery(threadOf(discord, "help", thread), { kind: "state", state }));
    const tags = () => {
      const names = new Map(discord.channel("help").tags.map(({ id, name }) => [id, name]));
      return discord.channel(thread.id).thread?.appliedTags.map((id) => names.get(id));
    };
    return { discord, thread, show, tags };
  }

  it("with tags that are found in any case and made where they are missing, beside the author's own", async () => {
    const { discord, show, tags } = await open({
      botPermissions: [...BOT_PERMISSIONS, "ManageChannels"],
      channels: [
        { name: "staff", isForStaff: true },
        { name: "help", kind: "forum", tags: ["billing", "With Staff", "Solved"] },
      ],
    });
    await show("open");
    expect(tags()).toEqual(["billing", "open"]);
    await show("with_staff");
    expect(tags()).toEqual(["billing", "With Staff"]);
    await show("solved");
    expect(tags()).toEqual(["billing", "Solved"]);
    expect(discord.channel("help").tags.map(({ name }) => name)).toEqual([
      "billing",
      "With Staff",
      "Solved",
      "open",
      "waiting",
    ]);
  });

  it("also when it was archived, and it is archived again", async () => {
    const { discord, thread, show, tags } = await open({
      botPermissions: [...BOT_PERMISSIONS, "ManageChannels"],
    });
    discord.archive(thread.id);
    await show("solved");
    expect(tags()).toEqual(["billing", "solved"]);
    expect(discord.channel(thread.id).thread?.archived).toBe(true);
    discord.lock(thread.id);
    await show("open");
    expect(tags()).toEqual(["billing", "solved"]);
  });

  it("with the tags that there are, when none may be made", async () => {
    const { show, tags } = await open();
    await show("waiting");
    expect(tags()).toEqual(["billing"]);
    await show("solved");
    expect(tags()).toEqual(["billing", "solved"]);
  });

  it("not at all without the permission, which is said once", async () => {
    const { show, tags } = await open({
      botPermissions: BOT_PERMISSIONS.filter((name) => name !== "ManageThreads"),
    });
    await show("solved");
    await show("solved");
    expect(tags()).toEqual(["billing"]);
    expect(bench.logged.filter((line) => line.includes("Manage Threads"))).toHaveLength(1);
  });

  it("and nothing happens outside forums", async () => {
    bench = await openBench();
    const asked = bench.discord.say({ channel: "support", user: "ann", content: "Hello?" });
    const before = bench.discord.calls.length;
    await bench.send(delivery(threadOf(bench.discord, "support", asked), { kind: "state", state: "open" }));
    expect(bench.discord.threads("support")).toEqual([]);
    expect(bench.discord.calls.length - before).toBe(0);
  });
});

describe("what the outbox keeps apart", { timeout: PATIENCE }, () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  }, PATIENCE);
  afterEach(() => bench.close(), PATIENCE);

  it("is the messages of one channel, its reactions, and nothing for answers to clicks", () => {
    const { sender, discord } = bench;
    const to = threadOf(discord, "support", { id: "100000000000000001" });
    const notice = { kind: "notice", text: "x" } as const;
    const key = "discord:100000000000000001";
    expect(sender.pace(delivery(to, notice))).toEqual({ key, everyMs: 1_100 });
    const mark = { kind: "mark", messageId: "1", mark: "failed" } as const;
    expect(sender.pace(delivery(to, mark))).toEqual({ key: "discord:mark:100000000000000001", everyMs: 300 });
    expect(sender.pace(delivery({ adapter: "discord", key: "G/C/~A/T" }, notice))).toBeNull();
  });
});
