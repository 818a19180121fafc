import {
  ChannelType,
  Events,
  MessageType,
  Routes,
  type Client,
  type ForumChannel,
  type Message,
  type TextChannel,
  type ThreadChannel,
} from "discord.js";
import { afterEach, describe, expect, it } from "vitest";

import { connectBot, disconnect, refusal } from "./client.ts";
import { startDiscord, type DiscordOptions, type DiscordServer } from "./index.ts";

/** Threads of every kind, as the real discord.js makes and hears of them. */

let server: DiscordServer;
let bot: Client<true>;

async function start(options: DiscordOptions = {}): Promise<void> {
  server = await startDiscord({ rateLimits: "off", ...options });
  bot = await connectBot(server);
}

afterEach(() => disconnect(server, bot));

const channel = (name: string) => bot.channels.fetch(server.channel(name).id) as Promise<TextChannel>;

function heard(): Promise<Message> {
  return new Promise((resolve) => bot.once(Events.MessageCreate, resolve));
}

describe("threads and forums", () => {
  it("start from a message once, alone in private, and take people in", async () => {
    await start();
    const said = server.say({ channel: "support", user: "ann", content: "Help" });
    const support = await channel("support");
    const message = await support.messages.fetch(said.id);
    const thread = await message.startThread({ name: "Ann's question" });
    expect(thread.id).toBe(said.id);
    const again = bot.rest.post(Routes.threads(support.id, said.id), { body: { name: "again" } });
    expect(await refusal(again)).toMatchObject({ code: 160004 });
    const hidden = (await support.threads.create({
      name: "private",
      type: ChannelType.PrivateThread,
      invitable: false,
    })) as ThreadChannel;
    expect(() => server.say({ channel: hidden.id, user: "ann", content: "x" })).toThrow(
      "ann cannot see #private",
    );
    await hidden.members.add(server.user("ann").id);
    server.say({ channel: hidden.id, user: "ann", content: "I am in" });
    expect(server.threads("support").map(({ name }) => name)).toEqual(["Ann's question", "private"]);
    await hidden.setName("renamed");
    // What Discord writes itself is told and listed, and is nothing that somebody said.
    const types = (await hidden.messages.fetch()).map(({ type }) => type);
    expect(types).toEqual([MessageType.ChannelNameChange, MessageType.Default, MessageType.RecipientAdd]);
    expect((await thread.messages.fetch()).map(({ type }) => type)).toEqual([
      MessageType.ThreadStarterMessage,
    ]);
    expect(server.messages(hidden.id).map(({ text }) => text)).toEqual(["I am in"]);
    expect(server.violations).toEqual([]);
  });

  it("wake on a new message, refuse edits while archived, and everything while locked", async () => {
    await start({
      botPermissions: [
        "ViewChannel",
        "SendMessages",
        "SendMessagesInThreads",
        "CreatePublicThreads",
        "ReadMessageHistory",
      ],
    });
    const support = await channel("support");
    const thread = await (await support.send("start")).startThread({ name: "T" });
    const first = await thread.send("one");
    server.archive(thread.id);
    expect(await refusal(first.edit("two"))).toMatchObject({ code: 50083 });
    await thread.send("three");
    expect(server.channel(thread.id).thread?.archived).toBe(false);
    server.lock(thread.id);
    expect(await refusal(thread.send("four"))).toMatchObject({ code: 160005 });
    expect(() => server.say({ channel: thread.id, user: "ann", content: "x" })).toThrow("locked");
    const archived = await support.threads.fetchArchived({ type: "public" });
    expect([...archived.threads.keys()]).toEqual([thread.id]);
  });

  it("are told of when somebody posts in a forum, with the first message and the tags", async () => {
    await start();
    const created = new Promise<[ThreadChannel, boolean]>((resolve) =>
      bot.once(Events.ThreadCreate, (thread, isNew) => resolve([thread as ThreadChannel, isNew])),
    );
    const arrives = heard();
    const { thread, message } = server.postInForum({
      forum: "help",
      user: "ann",
      name: "Login fails",
      content: "It says no",
      tags: ["bug"],
    });
    const [told, isNew] = await created;
    expect([told.name, isNew, told.appliedTags.length, told.id]).toEqual([
      "Login fails",
      true,
      1,
      message.id,
    ]);
    expect((await arrives).channelId).toBe(thread.id);
    await told.send("Looking");
    expect(server.messages("Login fails").map(({ text }) => text)).toEqual(["It says no", "Looking"]);
  });

  it("are made in a forum by the bot with tags that exist", async () => {
    await start();
    const forum = (await channel("help")) as unknown as ForumChannel;
    const [tag] = forum.availableTags;
    const post = await forum.threads.create({
      name: "News",
      message: { content: "Hi" },
      appliedTags: [tag!.id],
    });
    expect(server.messages(post.id)).toMatchObject([{ id: post.id, text: "Hi" }]);
    const wrong = forum.threads.create({ name: "News", message: { content: "Hi" }, appliedTags: ["1"] });
    expect(await refusal(wrong)).toMatchObject({ code: 10087 });
    const long = forum.threads.create({ name: "x".repeat(101), message: { content: "Hi" } });
    expect(await refusal(long)).toMatchObject({ code: 50035 });
    expect(server.threads("help")).toHaveLength(1);
  });
});
