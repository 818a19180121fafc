import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { toAddress } from "../../../adapters/discord/address.ts";
import type { Address, Delivery } from "../../../src/domain.ts";
import { type Bench, contextOver, delivery, file, openBench, reply, threadOf } from "./sender-bench.ts";

const PATIENCE = 60_000;

describe("staff on Discord", { timeout: PATIENCE }, () => {
  let bench: Bench;
  let to: Address;
  let thread: string;
  beforeEach(async () => {
    bench = await openBench();
    const asked = bench.discord.say({
      channel: "support",
      user: "ann",
      content: "My card was charged twice",
    });
    thread = asked.id;
    to = threadOf(bench.discord, "support", asked);
  }, PATIENCE);
  afterEach(() => bench.close(), PATIENCE);

  const said = (text: string, more: Partial<Delivery> = {}, change: Parameters<typeof reply>[1] = {}) =>
    delivery(
      to,
      reply(text, { by: "staff", author: "Sam", authorAvatar: "https://pics.example/sam.png", ...change }),
      more,
    );

  it("speak to the customer under their own name and picture, through one webhook", async () => {
    const { discord } = bench;
    await bench.send(said("I am looking into it."));
    await bench.send(said("Done, @everyone.", { id: "s2" }, { author: "Tia of Discord" }));
    const [first, second] = discord.messages(thread);
    expect(first).toMatchObject({
      author: "Sam",
      avatarUrl: "https://pics.example/sam.png",
      content: "I am looking into it.",
    });
    expect(second?.author).toBe("Tia of");
    expect(second?.webhookId).toBe(first?.webhookId);
    expect(discord.pings).toEqual([]);
    expect(discord.world.webhooks.size).toBe(1);
  });

  it("use the webhook that is there when ours is forgotten, and a new one when it was deleted", async () => {
    const { discord, memory } = bench;
    await bench.send(said("One."));
    memory.clear();
    await bench.send(said("Two.", { id: "s2" }));
    expect(discord.world.webhooks.size).toBe(1);
    discord.world.webhooks.clear();
    await bench.send(said("Three.", { id: "s3" }));
    expect(discord.messages(thread).map(({ content, author }) => `${author}: ${content}`)).toEqual([
      "Sam: One.",
      "Sam: Two.",
      "Sam: Three.",
    ]);
  });

  it("are not heard twice when the answer of Discord is lost, although a webhook knows no nonce", async () => {
    const { discord } = bench;
    await bench.send(said("Ok.", { id: "s0" }));
    const lost = said("Ok.");
    discord.failNext("POST /webhooks/:id/:token", { cut: true, afterApplying: true });
    await expect(bench.send(lost)).rejects.toMatchObject({ code: "delivery_failed" });
    const { messageId } = await bench.send(lost, { maybeSent: true });
    const there = discord.messages(thread);
    expect(there.map(({ content }) => content)).toEqual(["Ok.", "Ok."]);
    expect(messageId).toContain(there[1]?.id);
  });

  it("are not heard twice either when the webhook that said it is gone when it is looked for", async () => {
    const { discord, memory } = bench;
    const lost = said("Ok.");
    discord.failNext("POST /webhooks/:id/:token", { cut: true, afterApplying: true });
    await expect(bench.send(lost)).rejects.toMatchObject({ code: "delivery_failed" });
    discord.world.webhooks.clear();
    memory.clear();
    const { messageId } = await bench.send(lost, { maybeSent: true });
    const there = discord.messages(thread);
    expect(there.map(({ content }) => content)).toEqual(["Ok."]);
    expect(messageId).toContain(there[0]?.id);
  });

  it.each([
    ["see none and make one each at the same moment", true],
    ["see none at the same moment", false],
  ])("speak once each through one webhook when three processes %s", async (_name, makeTogether) => {
    const { discord, memory } = bench;
    const processes = [bench.sender, await bench.another(), await bench.another()];
    discord.together("GET /channels/:id/webhooks", 3);
    if (makeTogether) discord.together("POST /channels/:id/webhooks", 3);
    const words = ["One.", "Two.", "Three."];
    const sent = await Promise.all(
      processes.map((process, at) =>
        process.send(said(words[at]!, { id: `s${at}` }), contextOver(bench.files)),
      ),
    );
    const there = discord.messages(thread);
    expect(there.map(({ content }) => content).toSorted()).toEqual(words.toSorted());
    expect(new Set(there.map(({ webhookId }) => webhookId)).size).toBe(1);
    const made = discord.calls.filter(({ operation }) => operation === "create_webhook");
    expect(made).toHaveLength(3);
    expect([...discord.world.webhooks.keys()]).toEqual([there[0]?.webhookId]);
    expect(memory.get(`webhook:${discord.channel("support").id}`)).toContain(there[0]?.webhookId);
    // Whoever changes it later is any of them.
    const edit = said("Right.", { id: "e1", replaces: sent[2]!.messageId }, { change: "edited" });
    await bench.send(edit);
    expect(discord.messages(thread).map(({ content }) => content)).toContain("Right.");
  });

  it("edit and take back what they said", async () => {
    const { discord } = bench;
    const { messageId } = await bench.send(said("Wrong."));
    await bench.send(said("Right.", { id: "e1", replaces: messageId }, { change: "edited" }));
    expect(discord.messages(thread).map(({ content, author }) => `${author}: ${content}`)).toEqual([
      "Sam: Right.",
    ]);
    discord.archive(thread);
    await bench.send(said("", { id: "e2", replaces: messageId }, { change: "deleted" }));
    expect(discord.messages(thread)).toEqual([]);
  });

  it("learn that a message can no longer be changed when its webhook is gone", async () => {
    const { discord, memory } = bench;
    const { messageId } = await bench.send(said("Wrong."));
    discord.world.webhooks.clear();
    memory.clear();
    const edit = said("Right.", { id: "e1", replaces: messageId }, { change: "edited" });
    await expect(bench.send(edit)).rejects.toMatchObject({
      code: "delivery_refused",
      message: expect.stringContaining("by hand") as string,
    });
  });

  it("are named in bold where there can be no webhook", async () => {
    const { discord } = bench;
    discord.permit("support", "deskhand", "ManageWebhooks", false);
    const { messageId } = await bench.send(said("Hello."));
    await bench.send(said("Hello, Ann.", { id: "e1", replaces: messageId }, { change: "edited" }));
    expect(discord.messages(thread)).toMatchObject([
      { author: "deskhand", content: "**Sam:** Hello, Ann.", webhookId: null },
    ]);
    expect(bench.logged.join()).toContain("Manage Webhooks");
    const dm = toAddress({ kind: "channel", guild: "dm", channel: discord.dm("bea").id });
    await bench.send({ ...said("Hello.", { id: "s2" }), to: dm, visibility: "private", recipient: "x" });
    expect(discord.messages("@bea").map(({ content }) => content)).toEqual(["**Sam:** Hello."]);
  });

  it("answer in a forum's post and with files", async () => {
    const { discord, files } = bench;
    const { thread: post } = discord.postInForum({
      forum: "help",
      user: "ann",
      name: "Broken",
      content: "It is",
    });
    files.set("f1", Buffer.from("hello"));
    const attachments = [
      file("log/1.txt", "f1"),
      file("gone.txt", "f2"),
      file("big.iso", "f3", 11 * 1024 * 1024),
    ];
    await bench.send({ ...said("See this.", {}, { attachments }), to: threadOf(discord, "help", post) });
    const answer = discord.messages(post.id).at(-1);
    expect(answer).toMatchObject({ author: "Sam" });
    expect(answer?.attachments.map(({ name, bytes }) => `${name}: ${bytes.toString()}`)).toEqual([
      "log_1.txt: hello",
    ]);
    expect(answer?.content).toBe(
      "See this.\n\n-# gone.txt (1 KB) is not here: it was deleted\n-# big.iso (11 MB) is not here: Discord takes up to 10 MB.",
    );
  });

  it("are relayed to in the card's thread, with what was edited and deleted", async () => {
    const { discord, files } = bench;
    files.set("f1", Buffer.from("pdf"));
    const relay = (id: string, text: string, more = {}) =>
      bench.send(
        delivery(
          to,
          { kind: "relay", escalationId: "E-17", from: "Ann *x* @here", text, attachments: [], ...more },
          { id },
        ),
      );
    await relay("r1", "Any news?", { attachments: [file("bill.pdf", "f1")] });
    await relay("r2", "Any good news?", { change: "edited" });
    await relay("r3", "", { change: "deleted" });
    await relay("r4", "- one\n- two");
    const there = discord.messages(thread);
    expect(there.map(({ content }) => content)).toEqual([
      "**Ann \\*x\\* @\u200Bhere:** Any news?",
      "✏️ **Ann \\*x\\* @\u200Bhere** edited a message:\nAny good news?",
      "🗑️ **Ann \\*x\\* @\u200Bhere** deleted a message.",
      "**Ann \\*x\\* @\u200Bhere:**\n- one\n- two",
    ]);
    expect(there[0]?.attachments.map(({ name }) => name)).toEqual(["bill.pdf"]);
  });

  it("see what became of their words, unless they took them back", async () => {
    const { discord } = bench;
    await bench.send(delivery(to, reply("Hi.")));
    const own = discord.say({ channel: thread, user: "sam", content: "Hello Ann" });
    const mark = (messageId: string, how: "delivered" | "failed") =>
      bench.send(delivery(to, { kind: "mark", messageId, mark: how }));
    await mark(own.id, "delivered");
    await mark(own.id, "failed");
    expect(discord.message(own.id).reactions).toEqual([
      { emoji: "✅", users: ["deskhand"] },
      { emoji: "⚠️", users: ["deskhand"] },
    ]);
    discord.permit("support", "deskhand", "AddReactions", false);
    discord.permit("support", discord.guildId, "AddReactions", false);
    const more = discord.say({ channel: thread, user: "sam", content: "Are you there?" });
    await mark(more.id, "delivered");
    expect(discord.message(more.id).reactions).toEqual([]);
    expect(bench.logged.join()).toContain("Add Reactions");
    discord.remove(own.id);
    await expect(mark(own.id, "delivered")).resolves.toEqual({ messageId: own.id });
  });

  it("have customers see on their own words that they arrived, also on words beside the question", async () => {
    const { discord } = bench;
    await bench.send(delivery(to, reply("Hi.")));
    const beside = discord.say({ channel: "support", user: "ann", content: "And one thing more" });
    await bench.send(delivery(to, { kind: "mark", messageId: beside.id, mark: "delivered" }));
    expect(discord.message(beside.id).reactions).toEqual([{ emoji: "✅", users: ["deskhand"] }]);
  });

  it("may be sent files by a customer: the newest address is asked for each time", async () => {
    const { discord } = bench;
    const message = discord.say({
      channel: "support",
      user: "ann",
      content: "Here",
      files: [{ name: "a.txt", bytes: "hello" }],
    });
    const [stored] = message.attachments;
    const attachment = {
      ...file("a.txt", `${discord.channel("support").id}/${message.id}/${stored?.id}`),
      adapter: "discord",
    };
    const { signal } = contextOver(bench.files);
    const bytes = await bench.sender.fetchFile(attachment, signal);
    expect(Buffer.from(bytes).toString()).toBe("hello");
    const unavailable = { code: "attachment_unavailable" };
    const huge = { ...attachment, bytes: 21 * 1024 * 1024 };
    await expect(bench.sender.fetchFile(huge, signal)).rejects.toMatchObject(unavailable);
    discord.remove(message.id);
    await expect(bench.sender.fetchFile(attachment, signal)).rejects.toMatchObject({
      ...unavailable,
      message: expect.stringContaining("deleted") as string,
    });
  });
});
