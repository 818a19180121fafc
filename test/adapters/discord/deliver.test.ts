import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { Client } from "discord.js";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { toAddress } from "../../../adapters/discord/address.ts";
import { createSender } from "../../../adapters/discord/send.ts";
import { configSchema } from "../../../src/config/schema.ts";
import { type Bench, contextOver, delivery, memoryOver, openBench, reply, threadOf } from "./sender-bench.ts";

const PATIENCE = 60_000;

describe("an answer on its way to Discord", { timeout: PATIENCE }, () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  }, PATIENCE);
  afterEach(() => bench.close(), PATIENCE);

  it("makes the question's thread, named after its first words, and answers there", async () => {
    const { discord } = bench;
    const asked = discord.say({ channel: "support", user: "ann", content: "How do I **export** my data?" });
    const citations = [{ id: "kb-1", title: "Exports [all]", url: "https://help.acme.example/exports" }];
    const content = reply("Open *Settings*, then **Export**.", { citations, asksFeedback: true });
    const sent = await bench.send(delivery(threadOf(discord, "support", asked), content));
    const [thread] = discord.threads("support");
    expect(thread).toMatchObject({ id: asked.id, name: "How do I export my data?" });
    const [answer] = discord.messages(asked.id);
    expect(answer?.content).toBe(
      "Open *Settings*, then **Export**.\n\n-# Sources: [Exports \\[all\\]](https://help.acme.example/exports)",
    );
    expect(answer?.buttons.map(({ customId }) => customId)).toEqual([
      "deskhand:helpful:turn-1.1",
      "deskhand:unhelpful:turn-1.1",
    ]);
    expect(sent.messageId).toBe(`${asked.id}/${answer?.id}`);
  });

  it("names no thread after a card number or an address that stands in the question", async () => {
    const { discord } = bench;
    const content = "refund 4242 4242 4242 4242 of ann@mail.example, call +49 151 23456789";
    const asked = discord.say({ channel: "support", user: "ann", content });
    await bench.send(delivery(threadOf(discord, "support", asked), reply("One moment.")));
    expect(discord.threads("support")[0]?.name).toBe(
      "refund [card number removed] of (e-mail removed), call (phone number removed)",
    );
  });

  it("does not mind that somebody else made the thread meanwhile", async () => {
    const { discord } = bench;
    const asked = discord.say({ channel: "support", user: "ann", content: "Hello?" });
    discord.failNext("GET /channels/:id", { status: 404, code: 10003, message: "Unknown Channel" });
    discord.failNext("POST /channels/:id/messages/:id/threads", {
      status: 400,
      code: 160004,
      message: "A thread has already been created for this message",
    });
    const thread = discord.startThread({ message: asked.id, user: "ann", name: "Mine" });
    await bench.send(delivery(threadOf(discord, "support", asked), reply("Hi.")));
    expect(discord.messages(thread.id).map(({ content }) => content)).toEqual(["Hi."]);
  });

  it("calls nobody, whatever the answer says", async () => {
    const { discord } = bench;
    const to = threadOf(discord, "support", discord.say({ channel: "support", user: "ann", content: "Hi" }));
    const ids = [`<@${discord.user("bea").id}>`, `<@&${discord.role("staff").id}>`, "@everyone", "@here"];
    await bench.send(delivery(to, reply(ids.join(" "))));
    expect(discord.pings).toEqual([]);
  });

  it("posts one message when the answer of Discord is lost and it is sent again", async () => {
    const { discord } = bench;
    const asked = discord.say({ channel: "support", user: "ann", content: "Hello?" });
    const answer = delivery(threadOf(discord, "support", asked), reply("Hi."));
    discord.failNext("POST /channels/:id/messages", { cut: true, afterApplying: true });
    await expect(bench.send(answer)).rejects.toMatchObject({ code: "delivery_failed", retryable: true });
    const again = await bench.send(answer, { maybeSent: true });
    const there = discord.messages(asked.id);
    expect(there.map(({ content }) => content)).toEqual(["Hi."]);
    expect(again.messageId).toBe(`${asked.id}/${there[0]?.id}`);
  });

  it("looks the message up when Discord no longer knows its nonce, also after a restart", async () => {
    const { discord } = bench;
    const asked = discord.say({ channel: "support", user: "ann", content: "Hello?" });
    const answer = delivery(threadOf(discord, "support", asked), reply("Hi."));
    discord.failNext("POST /channels/:id/messages", { cut: true, afterApplying: true });
    await expect(bench.send(answer)).rejects.toMatchObject({ code: "delivery_failed" });
    const posts = () => discord.calls.filter(({ operation }) => operation === "create_message").length;
    const before = posts();
    bench.pass(3 * 60_000);
    await bench.restarted().send(answer, { ...contextOver(bench.files), maybeSent: true });
    expect(posts()).toBe(before);
    expect(discord.messages(asked.id).map(({ content }) => content)).toEqual(["Hi."]);
  });

  it("sends what was looked for and is not there", async () => {
    const { discord } = bench;
    const asked = discord.say({ channel: "support", user: "ann", content: "Hello?" });
    const to = threadOf(discord, "support", asked);
    await bench.send(delivery(to, reply("Hi."), { id: "other.1" }));
    bench.pass(3 * 60_000);
    await bench.send(delivery(to, reply("Hi.")), { maybeSent: true });
    expect(discord.messages(asked.id).map(({ content }) => content)).toEqual(["Hi.", "Hi."]);
  });

  it("goes on with the part that failed, and says no part twice", async () => {
    const { discord, memory } = bench;
    const asked = discord.say({ channel: "support", user: "ann", content: "Tell me all" });
    const text = ["one", "two", "three"].map((word) => `${word} `.repeat(350).trim()).join("\n\n");
    const answer = delivery(threadOf(discord, "support", asked), reply(text, { asksRating: true }));
    await bench.send(delivery(answer.to, reply("First of all."), { id: "other.1" }));
    discord.failNext("POST /channels/:id/messages", { status: 500 });
    await expect(bench.send(answer)).rejects.toMatchObject({ code: "delivery_failed" });
    discord.failNext("GET /channels/:id", { status: 500 });
    const sent = await bench.restarted().send(answer, contextOver(bench.files));
    const parts = discord.messages(asked.id).slice(1);
    expect(
      parts
        .map(({ content }) => content)
        .join(" ")
        .split(/\s+/),
    ).toEqual(text.split(/\s+/));
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.map(({ buttons }) => buttons.length)).toEqual([...parts.slice(1).map(() => 0), 5]);
    expect(sent.messageId).toBe(`${asked.id}/${parts.map(({ id }) => id).join(",")}`);
    expect([...memory.keys()].filter((key) => key.startsWith("sent:"))).toEqual([]);
  });

  it("keeps the parts that went out when a later one fails", async () => {
    const { discord } = bench;
    const asked = discord.say({ channel: "support", user: "ann", content: "Tell me all" });
    const text = Array.from({ length: 4 }, (_, index) => `${index} `.repeat(900).trim()).join("\n\n");
    const answer = delivery(threadOf(discord, "support", asked), reply(text));
    let posts = 0;
    const real = discord.calls.length;
    const failing = await failThird();
    await expect(bench.send(answer)).rejects.toMatchObject({ code: "delivery_failed" });
    failing.restore();
    bench.pass(10 * 60_000);
    await bench.restarted().send(answer, { ...contextOver(bench.files), maybeSent: true });
    expect(discord.messages(asked.id).map(({ content }) => content)).toEqual(text.split("\n\n"));
    expect(discord.calls.length).toBeGreaterThan(real);

    /** The server takes two parts, and then loses the answer to the third. */
    async function failThird() {
      const set = bench.memory.set.bind(bench.memory);
      bench.memory.set = (key, value) => {
        posts += key.startsWith("sent:") ? 1 : 0;
        if (posts === 2) discord.failNext("POST /channels/:id/messages", { cut: true, afterApplying: true });
        return set(key, value);
      };
      return { restore: () => void (bench.memory.set = set) };
    }
  });

  it("opens an archived thread and leaves a locked one alone", async () => {
    const { discord } = bench;
    const asked = discord.say({ channel: "support", user: "ann", content: "Hello?" });
    const to = threadOf(discord, "support", asked);
    const { messageId } = await bench.send(delivery(to, reply("Hi.")));
    discord.archive(asked.id);
    const edited = reply("Hi there.", { change: "edited", changes: "turn-1.1" });
    await bench.send(delivery(to, edited, { id: "turn-2.1", replaces: messageId }));
    expect(discord.messages(asked.id).map(({ content }) => content)).toEqual(["Hi there."]);
    discord.lock(asked.id);
    await vi.waitFor(() => expect(isLocked(asked.id)).toBe(true), { timeout: PATIENCE });
    await expect(bench.send(delivery(to, reply("More."), { id: "turn-3.1" }))).rejects.toMatchObject({
      code: "delivery_refused",
      retryable: false,
      message: expect.stringContaining("unlock") as string,
    });
    expect(discord.messages(asked.id)).toHaveLength(1);
  });

  function isLocked(id: string): boolean {
    const channel = bench.client.channels.cache.get(id);
    return channel === undefined || (channel.isThread() && channel.locked === true);
  }

  it("edits an answer in place, with more messages or fewer, and takes it back", async () => {
    const { discord } = bench;
    const asked = discord.say({ channel: "support", user: "ann", content: "Hello?" });
    const to = threadOf(discord, "support", asked);
    const long = ["a", "b"].map((word) => `${word} `.repeat(700).trim()).join("\n\n");
    const first = await bench.send(delivery(to, reply("Short.")));
    const change = (text: string, id: string, replaces: string) =>
      bench.send(delivery(to, reply(text, { change: "edited", changes: "turn-1.1" }), { id, replaces }));
    const second = await change(long, "e1", first.messageId);
    expect(discord.messages(asked.id).map(({ content }) => content)).toEqual(long.split("\n\n"));
    const third = await change("Short again.", "e2", second.messageId);
    expect(discord.messages(asked.id).map(({ content }) => content)).toEqual(["Short again."]);
    const taken = reply("", { change: "deleted", changes: "turn-1.1" });
    const deletion = delivery(to, taken, { id: "e3", replaces: third.messageId });
    await bench.send(deletion);
    await bench.send(deletion);
    expect(discord.messages(asked.id)).toEqual([]);
  });

  it("says what to do when Discord refuses for good", async () => {
    const { discord } = bench;
    const dm = discord.dm("ann");
    discord.closeDms("ann");
    const to = toAddress({ kind: "channel", guild: "dm", channel: dm.id });
    await expect(bench.send(delivery(to, reply("Hi.")))).rejects.toMatchObject({
      code: "delivery_refused",
      message: expect.stringContaining("direct messages") as string,
    });
    const asked = discord.say({ channel: "support", user: "ann", content: "Hello?" });
    const post = delivery(threadOf(discord, "support", asked), reply("Hi."));
    discord.permit("support", "deskhand", "CreatePublicThreads", false);
    discord.permit("support", "@everyone", "CreatePublicThreads", false);
    discord.permit("support", discord.guildId, "CreatePublicThreads", false);
    await expect(bench.send(post)).rejects.toMatchObject({
      code: "delivery_refused",
      message: expect.stringContaining("doctor") as string,
    });
    const gone = { ...post, to: threadOf(discord, "help", { id: "100000000000000001" }) };
    await expect(bench.send(gone)).rejects.toMatchObject({ code: "delivery_refused" });
    const report = { kind: "ticket" } as Parameters<typeof delivery>[1];
    await expect(bench.send(delivery(to, report))).rejects.toMatchObject({ code: "delivery_refused" });
  });

  it("shows typing where the answer will come: beside the question until its thread is there", async () => {
    const { discord } = bench;
    const asked = discord.say({ channel: "support", user: "ann", content: "Hello?" });
    const to = threadOf(discord, "support", asked);
    await bench.sender.showActivity(to, "reading");
    await bench.send(delivery(to, reply("Hi.")));
    await bench.sender.showActivity(to, "answering");
    const support = discord.channel("support").id;
    expect(discord.typing.map(({ channelId }) => channelId)).toEqual([support, asked.id]);
  });

  it("minds no typing that cannot be shown", async () => {
    const { discord } = bench;
    discord.permit("support", discord.guildId, "ViewChannel", false);
    discord.permit("support", "deskhand", "ViewChannel", false);
    const to = threadOf(discord, "support", { id: "100000000000000001" });
    await expect(bench.sender.showActivity(to, "reading")).resolves.toBeUndefined();
    expect(discord.typing).toEqual([]);
  });
});

describe("a Discord that does not answer as it should", { timeout: PATIENCE }, () => {
  it("is not waited for when it asks for a pause", async () => {
    const bench = await openBench({ rateLimits: { messages: 1, perMs: 600_000 } });
    const to = toAddress({ kind: "channel", guild: "dm", channel: bench.discord.dm("ann").id });
    await bench.send(delivery(to, reply("One.")));
    const error: unknown = await bench
      .send(delivery(to, reply("Two."), { id: "d2" }))
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "delivery_rate_limited", retryable: true });
    expect((error as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(500_000);
    await bench.close();
  });

  it("is told from one that cannot be reached, and a call that hangs ends with its signal", async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
    const client = new Client({ intents: [], rest: { api } });
    client.token = "x";
    const config = configSchema.parse({ shop: { name: "Acme" } });
    const log = pino({ level: "silent" });
    const sender = createSender({ client, memory: memoryOver(new Map()), config, now: Date.now, log });
    const to = toAddress({ kind: "channel", guild: "dm", channel: "100000000000000001" });
    const abort = new AbortController();
    server.once("request", () => abort.abort());
    const hanging = sender.send(delivery(to, reply("Hi.")), {
      ...contextOver(new Map()),
      signal: abort.signal,
    });
    await expect(hanging).rejects.toMatchObject({ code: "delivery_failed", retryable: true });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(sender.send(delivery(to, reply("Hi.")), contextOver(new Map()))).rejects.toMatchObject({
      code: "delivery_unreached",
      retryable: true,
    });
  });
});
