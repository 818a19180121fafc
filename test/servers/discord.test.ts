import {
  ButtonStyle,
  ComponentType,
  Events,
  MessageFlags,
  Routes,
  type Client,
  type Message,
  type TextChannel,
} from "discord.js";
import { afterEach, describe, expect, it } from "vitest";

import { connectBot, disconnect, refusal } from "./discord/client.ts";
import { startDiscord, type DiscordOptions, type DiscordServer } from "./discord/index.ts";

/** REST as the real discord.js uses it: what passes, and what is refused as Discord refuses it. */

let server: DiscordServer;
let bot: Client<true>;

async function start(options: DiscordOptions = {}): Promise<void> {
  server = await startDiscord({ rateLimits: "off", ...options });
  bot = await connectBot(server);
}

afterEach(() => disconnect(server, bot));

const channel = (name: string) => bot.channels.fetch(server.channel(name).id) as Promise<TextChannel>;
const button = (label: string, customId: string) => ({
  type: ComponentType.Button as const,
  style: ButtonStyle.Primary as const,
  label,
  custom_id: customId,
});
const row = (...components: ReturnType<typeof button>[]) => ({
  type: ComponentType.ActionRow as const,
  components,
});

function heard(): Promise<Message> {
  return new Promise((resolve) => bot.once(Events.MessageCreate, resolve));
}

describe("messages", () => {
  it("travel both ways, with reply, buttons and files", async () => {
    await start();
    const arrives = heard();
    const said = server.say({ channel: "support", user: "ann", content: "Hello" });
    const message = await arrives;
    expect([message.content, message.author.username, message.member?.roles.cache.size]).toEqual([
      "Hello",
      "ann",
      1,
    ]);
    await message.reply({
      content: "Hi",
      components: [row(button("Go", "go"))],
      files: [{ attachment: Buffer.from("abc"), name: "note.txt", description: "A note" }],
    });
    const [, answer] = server.messages("support");
    expect(answer).toMatchObject({ text: "Hi", replyTo: said.id, author: "deskhand", isEdited: false });
    expect(answer?.attachments.map(({ name, bytes }) => [name, bytes.toString()])).toEqual([
      ["note.txt", "abc"],
    ]);
    expect(answer?.buttons).toMatchObject([{ label: "Go", customId: "go" }]);
    expect(server.violations).toEqual([]);
  });

  it("are refused over 2,000 code points, empty, and with Discord's own words", async () => {
    await start();
    const support = await channel("support");
    await support.send("😀".repeat(2_000));
    const long = await refusal(support.send("x".repeat(2_001)));
    expect(long).toMatchObject({ code: 50035, status: 400 });
    expect(long.message).toContain("content[BASE_TYPE_BAD_LENGTH]: Must be 2000 or fewer in length.");
    expect(await refusal(support.send({ content: "" }))).toMatchObject({ code: 50006 });
    expect(server.violations).toHaveLength(1);
  });

  it("are made once for the same nonce when it is enforced", async () => {
    await start();
    const support = await channel("support");
    const first = await support.send({ content: "one", nonce: "turn-1", enforceNonce: true });
    const again = await support.send({ content: "two", nonce: "turn-1", enforceNonce: true });
    await support.send({ content: "three", nonce: "turn-1" });
    expect(again.id).toBe(first.id);
    expect(server.messages("support").map(({ text }) => text)).toEqual(["one", "three"]);
  });

  it("are listed newest first, by after, before, around and limit", async () => {
    await start();
    const ids = [1, 2, 3, 4, 5].map(
      (n) => server.say({ channel: "support", user: "ann", content: `${n}` }).id,
    );
    const support = await channel("support");
    const texts = async (options: object) =>
      [...(await support.messages.fetch({ cache: false, ...options })).values()].map(
        ({ content }) => content,
      );
    expect(await texts({ limit: 2 })).toEqual(["5", "4"]);
    expect(await texts({ after: ids[1], limit: 2 })).toEqual(["4", "3"]);
    expect(await texts({ before: ids[1] })).toEqual(["1"]);
    expect(await texts({ around: ids[2], limit: 3 })).toEqual(["4", "3", "2"]);
  });

  it("are edited and deleted by their author alone", async () => {
    await start();
    const support = await channel("support");
    const own = await support.send("first");
    await own.edit("second");
    expect(server.messages("support")).toMatchObject([{ text: "second", isEdited: true }]);
    const other = server.say({ channel: "support", user: "ann", content: "mine" });
    const edit = bot.rest.patch(Routes.channelMessage(support.id, other.id), { body: { content: "x" } });
    expect(await refusal(edit)).toMatchObject({ code: 50005, status: 403 });
    await own.delete();
    expect(await refusal(support.messages.fetch(own.id))).toMatchObject({ code: 10008, status: 404 });
    expect(server.messages("support").map(({ id }) => id)).toEqual([other.id]);
  });

  it("can hold the new components, which exclude content and count 40 parts and 4,000 characters", async () => {
    await start();
    const support = await channel("support");
    const flags = MessageFlags.IsComponentsV2;
    const display = (content: string) => ({ type: ComponentType.TextDisplay as const, content });
    await support.send({
      flags,
      components: [{ type: ComponentType.Container, components: [display("Hi"), row(button("A", "a"))] }],
    });
    expect(server.messages("support")[0]).toMatchObject({ text: "Hi", buttons: [{ label: "A" }] });
    const wrong = [
      { content: "both", components: [display("x")] },
      { components: Array.from({ length: 41 }, () => display("x")) },
      { components: [display("x".repeat(2_001)), display("x".repeat(2_000))] },
    ];
    for (const body of wrong)
      expect(await refusal(support.send({ flags, ...body }))).toMatchObject({ code: 50035 });
    expect(await refusal(support.send({ components: [display("without the flag")] }))).toMatchObject({
      code: 50035,
    });
  });

  it("show files inside of components and embeds under signed links", async () => {
    await start();
    const support = await channel("support");
    const files = [{ attachment: Buffer.from("png"), name: "a.png" }];
    const media = { url: "attachment://a.png" };
    const components = [
      { type: ComponentType.MediaGallery as const, items: [{ media }] },
      { type: ComponentType.File as const, file: media },
      { type: ComponentType.Separator as const },
    ];
    const sent = await support.send({ flags: MessageFlags.IsComponentsV2, components, files });
    const url = /http[^"]+/.exec(JSON.stringify(sent.components[0]?.toJSON()))?.[0] ?? "";
    expect(await (await fetch(url)).text()).toBe("png");
    const embeds = [{ title: "x", image: media, fields: [{ name: "a", value: "b" }] }];
    expect((await support.send({ embeds, files })).embeds[0]?.image?.url).toContain("/a.png?ex=");
    expect(
      await refusal(support.send({ embeds: [{ ...embeds[0], fields: [{ name: "a", value: "" }] }] })),
    ).toMatchObject({ code: 50035 });
    const lost = support.send({ flags: MessageFlags.IsComponentsV2, components });
    expect(await refusal(lost)).toMatchObject({ code: 50035 });
  });

  it("are refused with components that Discord does not take", async () => {
    await start();
    const support = await channel("support");
    const wrong = [
      [row(button("x".repeat(81), "a"))],
      [row(button("A", "x".repeat(101)))],
      [row(button("A", "a"), button("B", "a"))],
      [row(...[1, 2, 3, 4, 5, 6].map((n) => button("A", `${n}`)))],
      [1, 2, 3, 4, 5, 6].map((n) => row(button("A", `${n}`))),
      [row({ ...button("A", "a"), style: ButtonStyle.Link } as never)],
    ];
    for (const components of wrong) {
      const error = await refusal(
        bot.rest.post(Routes.channelMessages(support.id), { body: { content: "x", components } }),
      );
      expect(error).toMatchObject({ code: 50035 });
    }
    expect(server.messages("support")).toEqual([]);
  });

  it("ping only whom allowed_mentions, roles and permissions let them ping", async () => {
    await start();
    const [ann, staff] = [server.user("ann"), server.role("staff")];
    const support = await channel("support");
    const content = `<@${ann.id}> <@&${staff.id}> @everyone \`@here\``;
    await support.send({ content, allowedMentions: { parse: [] } });
    expect(server.pings).toEqual([]);
    await support.send({ content, allowedMentions: { roles: [staff.id] } });
    expect(server.pings.map(({ kind, targetName }) => [kind, targetName])).toEqual([["role", "staff"]]);
    await support.send({ content });
    expect(server.pings.slice(1).map(({ kind }) => kind)).toEqual(["user", "role", "everyone"]);
    server.say({ channel: "support", user: "ann", content: "@everyone I may not" });
    expect(server.pings).toHaveLength(4);
    const asked = server.say({ channel: "support", user: "ann", content: "a question" });
    const question = await support.messages.fetch(asked.id);
    await question.reply({ content: "quiet", allowedMentions: { repliedUser: false } });
    expect(server.pings).toHaveLength(4);
    await question.reply("loud");
    expect(server.pings.slice(4)).toMatchObject([{ kind: "reply", targetName: "ann" }]);
    const both = { parse: ["roles" as const], roles: [staff.id] };
    expect(await refusal(support.send({ content, allowedMentions: both }))).toMatchObject({ code: 50035 });
  });

  it("take reactions, and tell those of people", async () => {
    await start();
    const told = new Promise<string | null>((resolve) =>
      bot.once(Events.MessageReactionAdd, (reaction, user) => resolve(`${reaction.emoji.name} ${user.id}`)),
    );
    const said = server.say({ channel: "support", user: "ann", content: "note" });
    server.react(said, "sam", "📝");
    expect(await told).toBe(`📝 ${server.user("sam").id}`);
    const message = await (await channel("support")).messages.fetch(said.id);
    await message.react("✅");
    expect(server.message(said).reactions).toEqual([
      { emoji: "📝", users: ["sam"] },
      { emoji: "✅", users: ["deskhand"] },
    ]);
    expect([...(await message.reactions.cache.get("📝")!.users.fetch()).keys()]).toEqual([
      server.user("sam").id,
    ]);
  });

  it("serve their files under signed links that end", async () => {
    let now = Date.now();
    await start({ now: () => now });
    const arrives = heard();
    server.say({ channel: "support", user: "ann", content: "", files: [{ name: "a.txt", bytes: "secret" }] });
    const url = (await arrives).attachments.first()?.url ?? "";
    expect(await (await fetch(url)).text()).toBe("secret");
    expect((await fetch(url.replace(/hm=\w{4}/, "hm=0000"))).status).toBe(404);
    now += 25 * 3_600_000;
    expect((await fetch(url)).status).toBe(404);
  });
});

describe("permissions", () => {
  it("hide a channel (50001), forbid (50013), and hold the moment they are taken away", async () => {
    await start();
    const support = await channel("support");
    server.permit("support", "deskhand", "SendMessages", false);
    expect(await refusal(support.send("x"))).toMatchObject({ code: 50013, status: 403 });
    server.permit("support", "deskhand", "SendMessages", undefined);
    server.permit("support", "deskhand", "AttachFiles", false);
    expect(await refusal(support.send({ files: [Buffer.from("x")] }))).toMatchObject({ code: 50013 });
    server.permit("support", "deskhand", "ViewChannel", false);
    expect(await refusal(support.send("x"))).toMatchObject({ code: 50001 });
    expect(await refusal(bot.channels.fetch("123456789012345678"))).toMatchObject({ code: 10003 });
    expect(() => server.say({ channel: "staff", user: "ann", content: "x" })).toThrow(
      "ann cannot see #staff",
    );
    expect(server.violations).toEqual([]);
  });

  it("are what the client computes too", async () => {
    await start();
    const staff = await channel("staff");
    expect(staff.permissionsFor(bot.user)?.has("ManageWebhooks")).toBe(true);
    expect(staff.permissionsFor(server.guildId)?.has("ViewChannel")).toBe(false);
  });
});

describe("direct messages and webhooks", () => {
  it("open a DM both ways, unless the person takes none", async () => {
    await start();
    const arrives = heard();
    server.say({ channel: "@dm", user: "ann", content: "psst" });
    expect((await arrives).channel.isDMBased()).toBe(true);
    await bot.users.send(server.user("ann").id, "yes?");
    expect(server.messages("@ann").map(({ text }) => text)).toEqual(["psst", "yes?"]);
    server.closeDms("bea");
    expect(await refusal(bot.users.send(server.user("bea").id, "hello"))).toMatchObject({ code: 50007 });
  });

  it("relay under a person's name into a thread, and may be edited", async () => {
    await start();
    const support = await channel("support");
    const thread = await (await support.send("start")).startThread({ name: "T" });
    const hook = await support.createWebhook({ name: "Desk" });
    const sent = await hook.send({
      content: "I am Sam",
      username: "Sam",
      avatarURL: "https://acme.test/a.png",
      threadId: thread.id,
    });
    await hook.editMessage(sent.id, { content: "I am Sam!", threadId: thread.id });
    expect(server.messages(thread.id)).toMatchObject([
      { author: "Sam", webhookId: hook.id, text: "I am Sam!", avatarUrl: "https://acme.test/a.png" },
    ]);
    expect((await support.fetchWebhooks()).map(({ name }) => name)).toEqual(["Desk"]);
    const named = hook.send({ content: "x", username: "Discord Staff" });
    expect(await refusal(named)).toMatchObject({ code: 50035 });
    await bot.rest.delete(Routes.webhook(hook.id));
    expect(await refusal(hook.send("late"))).toMatchObject({ code: 10015 });
  });
});

describe("the description", () => {
  it("has no such operation: 404 and a violation", async () => {
    await start();
    expect(await refusal(bot.rest.get("/not/there"))).toMatchObject({ status: 404 });
    expect(server.violations).toEqual([expect.stringContaining("GET /not/there")]);
  });

  it("names the field that is wrong, as Discord does", async () => {
    await start();
    const { id } = server.channel("support");
    const wrong = { content: "x", embeds: [{ fields: [{ name: 5, value: "x" }] }] };
    const error = await refusal(bot.rest.post(Routes.channelMessages(id), { body: wrong }));
    expect(error.message).toContain("embeds[0].fields[0].name");
    await bot.rest.post(Routes.channelMessages(id), { body: { content: "x", conttent: 1 } });
    expect(server.violations.at(-1)).toContain("Discord knows no field conttent");
    expect(
      await refusal(
        bot.rest.get(Routes.channelMessages(id), { query: new URLSearchParams({ limit: "101" }) }),
      ),
    ).toMatchObject({ code: 50035 });
  });
});
