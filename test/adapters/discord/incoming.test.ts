import { describe, expect, it, onTestFinished } from "vitest";

import { createClient } from "../../../adapters/discord/client.ts";
import { startIncoming } from "../../../adapters/discord/incoming.ts";
import type { Host } from "../../../src/adapter.ts";
import { startDiscord } from "../../servers/discord/index.ts";
import { noLog, shopConfig } from "../../servers/shop.ts";
import { deskInStaff, memoryInHand, prepareRig, startRig } from "./incoming-rig.ts";

/** What people write, through the real discord.js. */

describe("messages", () => {
  it("makes a message in a channel the conversation whose thread will have the message's id", async () => {
    const rig = await startRig();
    const { discord, event } = rig;
    const asked = discord.say({ channel: "support", user: "ann", content: "Where is my order?" });
    const taken = await event("message");
    expect(taken).toMatchObject({
      eventId: asked.id,
      address: { adapter: "discord", key: `${discord.guildId}/${discord.channel("support").id}/${asked.id}` },
      visibility: "public",
      link: `https://discord.com/channels/${discord.guildId}/${asked.id}`,
      sender: { id: discord.user("ann").id, name: "Ann", role: "customer" },
      body: { text: "Where is my order?", mode: "every_post", opens: true, addressed: false },
    });
    expect(rig.violations()).toEqual([]);
  });

  it("goes on with the conversation in the thread of that message", async () => {
    const { discord, event } = await startRig();
    const asked = discord.say({ channel: "support", user: "ann", content: "Where is my order?" });
    const opened = await event("message");
    const thread = discord.startThread({ user: "bea", message: asked, name: "Ann's order" });
    discord.say({ channel: thread, user: "ann", content: "It is two weeks late" });
    const more = await event("message", ({ body }) => !body.opens);
    expect(more.address).toEqual(opened.address);
    expect(more.body.text).toBe("It is two weeks late");
  });

  it("puts a post's title before its first words and calls the mode forum", async () => {
    const { discord, event } = await startRig();
    const { thread: post } = discord.postInForum({
      forum: "help",
      user: "ann",
      name: "No login",
      content: "Since today.",
    });
    const taken = await event("message");
    expect(taken.body).toMatchObject({ text: "No login\n\nSince today.", opens: true, mode: "forum" });
    expect(taken.address.key).toBe(`${discord.guildId}/${discord.channel("help").id}/${post.id}`);
    discord.say({ channel: post, user: "ann", content: "Still so" });
    const more = await event("message", ({ body }) => !body.opens);
    expect(more).toMatchObject({ address: taken.address, body: { text: "Still so", addressed: false } });
  });

  it("takes a direct message as private and meant for us", async () => {
    const { discord, event } = await startRig();
    discord.say({ channel: "@dm", user: "ann", content: "Hello" });
    expect(await event("message")).toMatchObject({
      address: { key: `dm/${discord.dm("ann").id}` },
      visibility: "private",
      body: { mode: "dm", addressed: true, opens: false, text: "Hello" },
    });
  });

  it("knows staff by the permission to see the desk, in direct messages too", async () => {
    const { discord, event } = await startRig();
    discord.say({ channel: "support", user: "sam", content: "Hi all" });
    expect((await event("message")).sender.role).toBe("staff");
    discord.say({ channel: "@dm", user: "sam", content: "Hello" });
    expect((await event("message", ({ body }) => body.mode === "dm")).sender.role).toBe("staff");
    discord.say({ channel: "@dm", user: "ann", content: "Hello" });
    expect((await event("message", ({ sender }) => sender.name === "Ann")).sender.role).toBe("customer");
  });

  it("knows staff by their role when one is set, and nobody who merely sees the desk", async () => {
    const { discord, event } = await startRig({}, (server) => ({
      desk: { adapter: "discord", channel: server.channel("staff").id },
      discord: { staff_role: server.role("deskhand").id, other_channels: "every_post" },
    }));
    discord.setRole("ann", "deskhand", true);
    discord.say({ channel: "support", user: "ann", content: "one" });
    expect((await event("message", ({ body }) => body.text === "one")).sender.role).toBe("staff");
    discord.say({ channel: "support", user: "sam", content: "two" });
    expect((await event("message", ({ body }) => body.text === "two")).sender.role).toBe("customer");
  });

  it("hears a mention of us and leaves it out of the text", async () => {
    const { discord, event } = await startRig();
    const { id } = discord.user("bea");
    discord.say({ channel: "general", user: "ann", content: `<@${discord.botId}> can you help <@${id}>?` });
    expect((await event("message")).body).toMatchObject({
      addressed: true,
      mode: "mention",
      text: "can you help @Bea?",
    });
  });

  it("keeps silent about bots, webhooks and what strangers say at the desk", async () => {
    const { discord, events, event } = await startRig({ bots: ["mee6"] });
    discord.say({ channel: "support", user: "mee6", content: "Level up!" });
    discord.sayAsWebhook({ channel: "support", name: "Sam", content: "Hi Ann" });
    discord.permit("staff", "ann", "ViewChannel", true);
    discord.say({ channel: "support", user: "ann", content: "last" });
    await event("message", ({ body }) => body.text === "last");
    expect(events).toHaveLength(1);
  });

  it("keeps the files that were attached", async () => {
    const { discord, event } = await startRig();
    const file = { name: "log.txt", bytes: "all is lost", contentType: "text/plain; charset=utf-8" };
    const said = discord.say({ channel: "support", user: "ann", content: "", files: [file] });
    const { body } = await event("message");
    expect(body.attachments).toMatchObject([
      { name: "log.txt", mimeType: "text/plain", bytes: 11, adapter: "discord" },
    ]);
    expect(body.attachments[0]?.ref).toMatch(
      new RegExp(`^${discord.channel("support").id}/${said.id}/\\d+$`),
    );
  });
});

describe("what happens to a message later", () => {
  it("takes an edit once and no link preview for one", async () => {
    const { discord, events, duplicates, event } = await startRig();
    const said = discord.say({ channel: "support", user: "ann", content: "see https://example.com" });
    discord.embed(said, { title: "Example", url: "https://example.com" });
    discord.edit(said, "see https://example.org");
    const edit = await event("edit");
    expect(edit.body).toEqual({ kind: "edit", messageId: said.id, text: "see https://example.org" });
    discord.embed(said, { title: "Example", url: "https://example.org" });
    await discord.waitFor(() => duplicates.length === 1, "the preview of the edited message");
    expect(events.map(({ body }) => body.kind)).toEqual(["message", "edit"]);
  });

  it("takes a deletion as done by whoever wrote the message, also after a restart", async () => {
    const rig = await startRig();
    const { discord, event } = rig;
    const first = discord.say({ channel: "support", user: "ann", content: "first" });
    const second = discord.say({ channel: "@dm", user: "bea", content: "second" });
    await event("message", ({ body }) => body.text === "second");
    const asked = await event("message", ({ body }) => body.text === "first");
    discord.remove(first);
    const gone = await event("delete");
    expect(gone).toMatchObject({
      address: asked.address,
      sender: { name: "Ann" },
      body: { messageId: first.id },
    });
    await rig.stop();
    await rig.start();
    discord.remove(second);
    const later = await event("delete", ({ sender }) => sender.name === "Bea");
    expect(later.body.messageId).toBe(second.id);
  });

  it("takes 📝 from staff on their own words at the desk as a note", async () => {
    const { discord, events, event } = await startRig();
    const card = discord.say({ channel: "staff", user: "sam", content: "a card" });
    const thread = discord.startThread({ user: "sam", message: card, name: "T-1" });
    const said = discord.say({ channel: thread, user: "sam", content: "they are angry" });
    discord.react(said, "tia", "📝");
    discord.react(said, "sam", "👍");
    discord.react(said, "sam", "📝");
    const note = await event("note");
    expect(note).toMatchObject({ sender: { name: "Sam", role: "staff" }, body: { messageId: said.id } });
    expect(note.address.key).toBe(`${discord.guildId}/${discord.channel("staff").id}/${thread.id}`);
    expect(events.filter(({ body }) => body.kind === "note")).toHaveLength(1);
  });
});

describe("the connection", () => {
  it("keeps one event when Discord replays it after a resume", async () => {
    const rig = await startRig();
    const { discord, duplicates, event } = rig;
    discord.say({ channel: "support", user: "ann", content: "one" });
    await event("message");
    discord.gateway.drop();
    await discord.waitFor(() => discord.gateway.resumes.length > 0, "a resume", 60_000);
    discord.gateway.replay(({ name }) => name === "MESSAGE_CREATE");
    await discord.waitFor(() => duplicates.length > 0, "the replay", 60_000);
    discord.say({ channel: "support", user: "ann", content: "two" });
    await event("message", ({ body }) => body.text === "two");
    expect(rig.violations()).toEqual([]);
  });

  it("ends the program when the token is taken back while it runs: nobody would notice that it is deaf", async () => {
    const { discord, lost } = await startRig();
    discord.revokeToken();
    discord.gateway.drop();
    const [error] = await discord.waitFor(() => lost.length > 0 && lost, "the end", 60_000);
    expect(error).toMatchObject({ code: "platform_unusable", message: expect.stringContaining("4004") });
  });

  it("reads what was said while its session was lost, no faster than Discord allows", async () => {
    const rig = await startRig({ rateLimits: "real" });
    const { discord, events, event } = rig;
    const asked = discord.say({ channel: "support", user: "ann", content: "one" });
    discord.say({ channel: "@dm", user: "bea", content: "hello" });
    const opened = await event("message", ({ body }) => body.text === "one");
    await event("message", ({ body }) => body.mode === "dm");
    const thread = discord.startThread({ user: "ann", message: asked, name: "one" });
    rig.places = [opened.address];
    discord.gateway.accept(false);
    discord.gateway.loseSessions();
    discord.say({ channel: "support", user: "ann", content: "two" });
    discord.say({ channel: thread, user: "ann", content: "three" });
    discord.say({ channel: thread, user: "ann", content: "four" });
    discord.say({ channel: "@dm", user: "bea", content: "five" });
    discord.postInForum({ forum: "help", user: "bea", name: "Six", content: "six" });
    discord.edit(asked, "one and a half");
    discord.failNext("GET /channels/:id/messages", { status: 429, retryAfter: 1 });
    discord.failNext("GET /channels/:id/messages", { status: 503 });
    discord.failNext("GET /channels/:id/messages", { cut: true });
    discord.gateway.accept(true);
    await event("edit");
    await discord.waitFor(
      () => events.filter(({ body }) => body.kind === "message").length === 7,
      "all",
      60_000,
    );
    const said = events.flatMap(({ body }) => (body.kind === "message" ? [body.text] : []));
    expect(said.toSorted()).toEqual(["Six\n\nsix", "five", "four", "hello", "one", "three", "two"]);
    expect(said.indexOf("three")).toBeLessThan(said.indexOf("four"));
    expect(rig.violations()).toEqual([]);
  });

  it("reads what was said after an invalid session, each message once", async () => {
    const { discord, events, event, violations } = await startRig();
    discord.say({ channel: "support", user: "ann", content: "one" });
    await event("message");
    discord.gateway.hold();
    discord.say({ channel: "support", user: "ann", content: "two" });
    discord.gateway.invalidate(false);
    await discord.waitFor(() => discord.gateway.identifies.length === 2, "a new session", 60_000);
    discord.gateway.release();
    await event("message", ({ body }) => body.text === "two");
    discord.say({ channel: "support", user: "ann", content: "three" });
    await event("message", ({ body }) => body.text === "three");
    expect(events.map(({ eventId }) => eventId)).toHaveLength(3);
    expect(violations()).toEqual([]);
  });

  it("keeps the order between what was missed and what is said while that is still being read", async () => {
    const { discord, events, event } = await startRig();
    discord.say({ channel: "support", user: "ann", content: "one" });
    await event("message");
    discord.gateway.accept(false);
    discord.gateway.loseSessions();
    discord.say({ channel: "support", user: "ann", content: "two" });
    // Reading takes a while; what is new is told at once.
    discord.failNext("GET /channels/:id/messages", { status: 429, retryAfter: 1 });
    discord.gateway.accept(true);
    await discord.waitFor(() => discord.gateway.identifies.length === 2, "a new session", 60_000);
    discord.say({ channel: "support", user: "ann", content: "three" });
    await event("message", ({ body }) => body.kind === "message" && body.text === "three");
    await event("message", ({ body }) => body.kind === "message" && body.text === "two");
    expect(events.flatMap(({ body }) => (body.kind === "message" ? [body.text] : []))).toEqual([
      "one",
      "two",
      "three",
    ]);
  });

  it("reads no channel twice when another could not be read at once", async () => {
    const { discord, event } = await startRig();
    discord.say({ channel: "support", user: "ann", content: "one" });
    await event("message");
    discord.gateway.accept(false);
    discord.gateway.loseSessions();
    discord.say({ channel: "support", user: "ann", content: "two" });
    discord.say({ channel: "general", user: "bea", content: `<@${discord.botId}> three` });
    const before = discord.calls.length;
    discord.failNext("GET /channels/:id/messages", { status: 400 });
    discord.gateway.accept(true);
    await event("message", ({ body }) => body.text === "two");
    await event("message", ({ body }) => body.text === "three");
    const reads = discord.calls.slice(before).filter(({ method, path }) => {
      return method === "GET" && path.endsWith("/messages");
    });
    const channels = reads.map(({ path }) => path);
    expect(reads).toHaveLength(new Set(channels).size + 1);
  });

  it("reads a channel again when the inbox was out of order for longer", async () => {
    const rig = await startRig();
    let refused = 0;
    rig.refuses = () => ((refused += 1) <= 4 ? new Error("the disk is full") : null);
    rig.discord.say({ channel: "support", user: "ann", content: "one" });
    await rig.event("message");
    expect(refused).toBe(5);
  });

  it("keeps what was not read when it is stopped while it catches up", async () => {
    const rig = await startRig();
    const { discord, event } = rig;
    discord.say({ channel: "support", user: "ann", content: "one" });
    await event("message");
    await rig.stop();
    discord.say({ channel: "support", user: "ann", content: "two" });
    discord.say({ channel: "general", user: "bea", content: "three" });
    let refused = 0;
    rig.refuses = ({ body }) => {
      if (body.kind !== "message" || body.text !== "two") return null;
      refused += 1;
      discord.world.changed();
      return new Error("the disk is full");
    };
    await rig.start();
    await discord.waitFor(() => refused > 0, "a refusal");
    // A live event meanwhile must not make it look as if everything before had been read.
    discord.say({ channel: "general", user: "ann", content: "four" });
    await event("message", ({ body }) => body.text === "four");
    await rig.stop();
    rig.refuses = null;
    await rig.start();
    await event("message", ({ body }) => body.text === "two");
    await event("message", ({ body }) => body.text === "three");
    const said = rig.events.flatMap(({ body }) => (body.kind === "message" ? [body.text] : []));
    expect(said.toSorted()).toEqual(["four", "one", "three", "two"]);
  });

  it("reads what was said between two runs, and no history before the first", async () => {
    const discord = await startDiscord({ rateLimits: "off" });
    discord.say({ channel: "support", user: "ann", content: "long ago" });
    const rig = await prepareRig(discord);
    await rig.start();
    discord.say({ channel: "support", user: "ann", content: "one" });
    await rig.event("message", ({ body }) => body.text === "one");
    await rig.stop();
    discord.say({ channel: "support", user: "ann", content: "two" });
    discord.say({ channel: "general", user: "bea", content: "three" });
    await rig.start();
    discord.say({ channel: "support", user: "ann", content: "four" });
    for (const text of ["two", "three", "four"]) await rig.event("message", ({ body }) => body.text === text);
    expect(rig.events).toHaveLength(4);
  });

  it("tries again what the inbox would not keep", async () => {
    const rig = await startRig();
    let refused = 0;
    rig.refuses = () => ((refused += 1) <= 2 ? new Error("the disk is full") : null);
    rig.discord.say({ channel: "support", user: "ann", content: "one" });
    await rig.event("message");
    expect(refused).toBe(3);
  });

  it("hears every shard", async () => {
    const { discord, event, violations } = await startRig({ shards: 2 });
    discord.say({ channel: "support", user: "ann", content: "one" });
    discord.say({ channel: "@dm", user: "bea", content: "two" });
    await event("message", ({ body }) => body.text === "one");
    await event("message", ({ body }) => body.text === "two");
    expect(discord.gateway.identifies).toHaveLength(2);
    expect(violations()).toEqual([]);
  });

  it("refuses to start with a wrong token, in words", async () => {
    const discord = await startDiscord();
    const rig = await prepareRig({ ...discord, token: `${discord.token}x` });
    const refusal: unknown = await rig.start().catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "platform_unusable" });
    expect(String(refusal)).toMatch(/refused the bot token.*DISCORD_TOKEN/s);
  });

  it("refuses to start without the message content, in words", async () => {
    const discord = await startDiscord({ portal: { messageContent: false } });
    const rig = await prepareRig(discord);
    const refusal: unknown = await rig.start().catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "platform_unusable" });
    expect(String(refusal)).toMatch(/Message Content Intent/);
  });

  it("says the same when it is the gateway that refuses", async () => {
    const discord = await startDiscord();
    onTestFinished(() => discord.close());
    const start = (token: string) => {
      const client = createClient({ DISCORD_API_URL: `${discord.url}/api` }, noLog());
      const host: Host = {
        intake: async () => "accepted",
        memory: memoryInHand(),
        activePlaces: async () => [],
        lost: () => undefined,
      };
      return startIncoming({
        client,
        token,
        config: shopConfig(deskInStaff(discord)),
        host,
        log: noLog(),
        now: Date.now,
      });
    };
    await expect(start("wrong")).rejects.toThrow(/refused the bot token/);
    discord.portal.messageContent = false;
    await expect(start(discord.token)).rejects.toThrow(/Message Content Intent/);
  });
});
