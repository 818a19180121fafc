import {
  type Client,
  Events,
  GatewayIntentBits,
  type Message,
  type PartialMessage,
  type TextChannel,
} from "discord.js";
import { afterEach, describe, expect, it } from "vitest";

import { connectBot, createBot, disconnect, refusal } from "./client.ts";
import { startDiscord, type DiscordOptions, type DiscordServer } from "./index.ts";

/** The gateway and the line to it: what is kept, what is lost, and what goes wrong on command. */

let server: DiscordServer;
let bot: Client;
const heard: string[] = [];

async function start(options: DiscordOptions = {}): Promise<Client<true>> {
  server = await startDiscord({ rateLimits: "off", ...options });
  const connected = await connectBot(server);
  bot = connected;
  heard.length = 0;
  bot.on(Events.MessageCreate, (message) => {
    heard.push(message.content);
    server.world.changed();
  });
  return connected;
}

afterEach(() => disconnect(server, bot));

const say = (content: string) => server.say({ channel: "support", user: "ann", content });
const hears = (content: string) => server.waitFor(() => heard.includes(content), `${content} to be heard`);
const support = async () => (await bot.channels.fetch(server.channel("support").id)) as TextChannel;

/** Starts a client and gives the code with which the gateway closed. */
async function closedWith(options: DiscordOptions, intents: number): Promise<number> {
  server = await startDiscord(options);
  bot = createBot(server, { intents });
  const closed = new Promise<number>((resolve) =>
    bot.once(Events.ShardDisconnect, ({ code }) => resolve(code)),
  );
  bot.on(Events.ShardError, () => undefined);
  void bot.login(server.token).catch(() => undefined);
  return closed;
}

describe("a connection", () => {
  it("is told of the guild with its roles, channels, forum tags and active threads", async () => {
    server = await startDiscord();
    const { id } = server.startThread({ user: "ann", name: "T", message: say("x") });
    bot = await connectBot(server);
    const guild = bot.guilds.cache.get(server.guildId);
    expect(guild?.roles.cache.map(({ name }) => name)).toEqual(["@everyone", "staff", "deskhand"]);
    expect(guild?.channels.cache.filter((one) => !one.isThread()).map(({ name }) => name)).toEqual([
      "support",
      "general",
      "staff",
      "help",
    ]);
    expect(guild?.channels.cache.get(id)?.isThread()).toBe(true);
    expect(guild?.members.cache.map(({ user }) => user.username)).toEqual(["deskhand"]);
    expect(server.violations).toEqual([]);
  });

  it("resumes after a cut and hears everything that was said meanwhile, in order", async () => {
    await start();
    server.gateway.drop();
    for (const word of ["one", "two", "three"]) say(word);
    await hears("three");
    expect(heard).toEqual(["one", "two", "three"]);
    expect([server.gateway.identifies.length, server.gateway.resumes.length]).toEqual([1, 1]);
  });

  it("resumes when it is asked to reconnect, and after an invalid session that is resumable", async () => {
    await start();
    server.gateway.askToReconnect();
    await server.waitFor(
      () => server.gateway.resumes.length === 1 && server.gateway.connected() === 1,
      "resume",
    );
    say("one");
    await hears("one");
    server.gateway.invalidate(true);
    await server.waitFor(
      () => server.gateway.resumes.length === 2 && server.gateway.connected() === 1,
      "resume",
    );
    say("two");
    await hears("two");
    expect([heard, server.gateway.identifies.length]).toEqual([["one", "two"], 1]);
  });

  it("loses what was said while its session was lost, and identifies anew", async () => {
    await start();
    server.gateway.loseSessions();
    say("lost");
    await server.waitFor(
      () => server.gateway.identifies.length === 2 && server.gateway.connected() === 1,
      "a new session",
    );
    say("kept");
    await hears("kept");
    expect(heard).toEqual(["kept"]);
    const missed = await (await support()).messages.fetch({ limit: 2 });
    expect(missed.map(({ content }) => content)).toEqual(["kept", "lost"]);
  });

  it("that is a zombie is given up by the client and resumed", async () => {
    await start({ heartbeatMs: 100 });
    server.gateway.acknowledge(false);
    await server.waitFor(() => server.gateway.resumes.length > 0, "the client to give up");
    server.gateway.acknowledge(true);
    say("alive");
    await hears("alive");
    expect([heard, server.gateway.identifies.length]).toEqual([["alive"], 1]);
  });

  it("is refused for a wrong token (REST 401)", async () => {
    server = await startDiscord();
    bot = createBot(server);
    await expect(bot.login("wrong")).rejects.toMatchObject({ code: "TokenInvalid" });
  });

  it("is closed with 4004 when its token is revoked while it runs", async () => {
    await start();
    const closed = new Promise<number>((resolve) =>
      bot.once(Events.ShardDisconnect, ({ code }) => resolve(code)),
    );
    bot.on(Events.ShardError, () => undefined);
    server.revokeToken();
    server.gateway.drop();
    expect(await closed).toBe(4004);
    expect(await refusal(bot.rest.get("/users/@me"))).toMatchObject({ status: 401 });
  });

  it("is closed with 4014 for an intent that the portal has switched off", async () => {
    const code = await closedWith({ portal: { messageContent: false } }, GatewayIntentBits.MessageContent);
    expect(code).toBe(4014);
  });

  it("is split over shards by the guild's id", async () => {
    server = await startDiscord({ shards: 2 });
    bot = await connectBot(server, { shards: "auto" });
    expect(server.gateway.identifies.map(({ shard }) => shard)).toEqual([
      [0, 2],
      [1, 2],
    ]);
    expect(bot.guilds.cache.get(server.guildId)?.shardId).toBe(Number((BigInt(server.guildId) >> 22n) % 2n));
  });
});

describe("what is told", () => {
  it("has no content without the intent, except in DMs, mentions and one's own", async () => {
    server = await startDiscord({ portal: { messageContent: false } });
    bot = await connectBot(server, {
      intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.DirectMessages],
    });
    heard.length = 0;
    bot.on(Events.MessageCreate, ({ content }) => {
      heard.push(content);
      server.world.changed();
    });
    say("secret");
    say(`<@${server.botId}> look`);
    server.say({ channel: "@dm", user: "ann", content: "direct" });
    await hears("direct");
    expect(heard).toEqual(["", `<@${server.botId}> look`, "direct"]);
    const listed = await (await support()).messages.fetch({ cache: false });
    expect(listed.map(({ content }) => content)).toEqual([`<@${server.botId}> look`, ""]);
  });

  it("says who is a bot and what a webhook wrote", async () => {
    await start({ bots: ["helper"] });
    const seen: unknown[] = [];
    bot.on(Events.MessageCreate, ({ author, webhookId }) => {
      seen.push([author.username, author.bot, webhookId !== null]);
      server.world.changed();
    });
    server.say({ channel: "support", user: "helper", content: "beep" });
    server.sayAsWebhook({ channel: "support", name: "Releases", content: "1.2 is out" });
    await server.waitFor(() => seen.length === 2, "both");
    expect(seen).toEqual([
      ["helper", true, false],
      ["Releases", true, true],
    ]);
  });

  it("leaves out what the bot cannot see", async () => {
    await start();
    server.permit("general", "deskhand", "ViewChannel", false);
    server.say({ channel: "general", user: "ann", content: "unseen" });
    say("seen");
    await hears("seen");
    expect(heard).toEqual(["seen"]);
  });

  it("tells a person's edit apart from a link's embed by the edited time", async () => {
    await start();
    const updates: (Message | PartialMessage)[] = [];
    bot.on(Events.MessageUpdate, (_, after) => {
      updates.push(after);
      server.world.changed();
    });
    const said = say("see https://acme.test");
    server.embed(said);
    server.edit(said, "changed");
    await server.waitFor(() => updates.length === 2, "two updates");
    expect(server.message(said)).toMatchObject({ text: "changed\nA page", isEdited: true });
    expect(updates[1]?.editedTimestamp).not.toBeNull();
    expect(() => server.embed(say("no link"))).toThrow("no link in");
  });

  it("can come again, late, and out of order", async () => {
    await start();
    say("one");
    await hears("one");
    let packets = 0;
    bot.on(Events.Raw, ({ t }: { readonly t: string }) => {
      if (t === "MESSAGE_CREATE") packets++;
    });
    expect(
      server.gateway.replay(({ name, data }) => name === "MESSAGE_CREATE" && data["content"] === "one"),
    ).toBe(1);
    server.gateway.hold();
    for (const word of ["two", "three"]) say(word);
    server.gateway.release("reversed");
    await hears("two");
    // discord.js itself leaves out a message that it still has in its cache; its packet came.
    expect([packets, heard]).toEqual([3, ["one", "three", "two"]]);
  });

  it("includes deletions of messages, threads and channels", async () => {
    await start();
    const gone: string[] = [];
    for (const event of [Events.MessageDelete, Events.ThreadDelete, Events.ChannelDelete] as const) {
      bot.on(event as Events.MessageDelete, ({ id }) => {
        gone.push(id);
        server.world.changed();
      });
    }
    const said = say("x");
    const thread = server.startThread({ user: "ann", name: "T", message: said });
    server.remove(said);
    server.deleteChannel(thread);
    const general = server.channel("general");
    server.deleteChannel(general);
    await server.waitFor(() => gone.length === 3, "three deletions");
    expect(gone).toEqual([said.id, thread.id, general.id]);
  });
});

describe("trouble", () => {
  it("limits to 5 messages in 5 seconds and channel, which the client keeps to by itself", async () => {
    await start({ rateLimits: { messages: 5, perMs: 300 } });
    const channel = await support();
    await Promise.all(Array.from({ length: 12 }, (_, n) => channel.send(`${n}`)));
    const sends = server.calls.filter(({ operation }) => operation === "create_message");
    expect(server.messages("support")).toHaveLength(12);
    expect((sends.at(-1)?.at ?? 0) - (sends[0]?.at ?? 0)).toBeGreaterThanOrEqual(500);
  });

  it("answers 429 with how long to wait to who does not keep to it", async () => {
    await start({ rateLimits: "real" });
    const url = `${server.url}/api/v10/channels/${server.channel("support").id}/messages`;
    const send = () =>
      fetch(url, {
        method: "POST",
        headers: { authorization: `Bot ${server.token}`, "content-type": "application/json" },
        body: JSON.stringify({ content: "x" }),
      });
    const answers = [];
    for (let n = 0; n < 6; n++) answers.push(await send());
    const last = answers[5]!;
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
    expect(answers[4]?.headers.get("x-ratelimit-remaining")).toBe("0");
    expect(last.headers.get("x-ratelimit-scope")).toBe("user");
    expect(await last.json()).toMatchObject({ global: false, retry_after: expect.any(Number) });
  });

  it("fails the next requests of a route on command, before or after carrying them out", async () => {
    await start();
    const channel = await support();
    const route = "POST /channels/:id/messages";
    server.failNext(route, { status: 503, times: 2 });
    await channel.send("after two failures");
    server.failNext(route, { status: 500, afterApplying: true });
    await channel.send({ content: "once", nonce: "n1", enforceNonce: true });
    server.failNext(route, { status: 500, afterApplying: true });
    await channel.send("twice");
    expect(server.messages("support").map(({ text }) => text)).toEqual([
      "after two failures",
      "once",
      "twice",
      "twice",
    ]);
    server.failNext(route, { cut: true, afterApplying: true });
    // discord.js does not repeat what was cut off: its caller cannot know whether the message was made.
    expect(await refusal(channel.send("cut off"))).toMatchObject({ code: "UND_ERR_SOCKET" });
    expect(server.messages("support").at(-1)?.text).toBe("cut off");
    server.failNext(route, { status: 429, retryAfter: 0.05, isGlobal: true });
    await channel.send("after a limit");
    expect([server.calls.filter(({ status }) => status === 429).length, server.faultsLeft()]).toEqual([
      1,
      [],
    ]);
    server.failNext(route, { status: 403, code: 50013, message: "Missing Permissions" });
    expect(await refusal(channel.send("x"))).toMatchObject({ code: 50013 });
  });

  it("waits for what comes, and tells what there is when it does not", async () => {
    await start();
    say("here");
    await expect(server.waitFor(() => server.messages("support").at(5), "a sixth", 20)).rejects.toThrow(
      /waited 20 ms for a sixth; there is:\nchannel support:\n {2}ann: "here"/,
    );
    expect(() => server.messages("nowhere")).toThrow("no channel nowhere; there are #support");
  });

  it("does not stop at two thousand messages", async () => {
    await start();
    bot.on(Events.MessageCreate, (message) => {
      if (!message.author.bot) void message.reply(`re ${message.content}`);
    });
    for (let n = 0; n < 2_000; n++) say(`${n}`);
    await server.waitFor(() => server.channel("support").messages.size === 4_000, "all replies");
    expect(server.violations).toEqual([]);
  });
});
