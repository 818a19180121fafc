import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ButtonStyle,
  ComponentType,
  Events,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  PermissionFlagsBits,
  TextInputBuilder,
  TextInputStyle,
  type ChatInputCommandInteraction,
  type Client,
  type Interaction,
  type TextChannel,
} from "discord.js";
import { afterEach, describe, expect, it } from "vitest";

import { connectBot, disconnect, refusal } from "./client.ts";
import { startDiscord, type DiscordOptions, type DiscordServer } from "./index.ts";

/** Clicks, forms and commands, as people make them and the real discord.js answers them. */

let server: DiscordServer;
let bot: Client<true>;

async function start(options: DiscordOptions = {}): Promise<void> {
  server = await startDiscord({ rateLimits: "off", ...options });
  bot = await connectBot(server);
}

afterEach(() => disconnect(server, bot));

function comes(): Promise<Interaction> {
  return new Promise((resolve) => bot.once(Events.InteractionCreate, resolve));
}

async function clicked(user = "ann") {
  const interaction = comes();
  server.click({ user, message: server.messages("support").at(-1) ?? "", label: "Claim" });
  const button = await interaction;
  if (!button.isButton()) throw new Error("not a button");
  return button;
}

async function card(): Promise<void> {
  const support = (await bot.channels.fetch(server.channel("support").id)) as TextChannel;
  const claim = {
    type: ComponentType.Button,
    style: ButtonStyle.Primary,
    label: "Claim",
    customId: "claim:1",
  } as const;
  const done = { ...claim, label: "Done", customId: "done:1", disabled: true };
  await support.send({
    content: "A card",
    components: [{ type: ComponentType.ActionRow, components: [claim, done] }],
  });
}

function emailForm(): ModalBuilder {
  const input = new TextInputBuilder().setCustomId("email").setStyle(TextInputStyle.Short).setMaxLength(20);
  const label = new LabelBuilder().setLabel("Your e-mail").setTextInputComponent(input);
  return new ModalBuilder({ customId: "verify", title: "Who are you?" }).addLabelComponents(label);
}

describe("a click", () => {
  it("carries the member with roles and permissions, and is answered for that person alone", async () => {
    await start();
    await card();
    const button = await clicked("sam");
    expect(button.customId).toBe("claim:1");
    expect(button.inCachedGuild() && button.member.roles.cache.has(server.role("staff").id)).toBe(true);
    expect(button.memberPermissions?.has("ManageMessages")).toBe(true);
    const told = await button.reply({ content: "Yours", flags: MessageFlags.Ephemeral, withResponse: true });
    expect([told.resource?.message?.content, told.interaction.responseMessageEphemeral]).toEqual([
      "Yours",
      true,
    ]);
    expect(server.ephemerals("sam")).toMatchObject([{ text: "Yours" }]);
    expect([server.ephemerals("ann").length, server.messages("support").length]).toEqual([0, 1]);
    await button.editReply("Still yours");
    await button.followUp({ content: "And more", flags: MessageFlags.Ephemeral });
    expect(server.ephemerals("sam").map(({ text }) => text)).toEqual(["Still yours", "And more"]);
    expect(server.violations).toEqual([]);
  });

  it("is possible only on what is really there", async () => {
    await start();
    await card();
    const [message] = server.messages("support");
    expect(() => server.click({ user: "ann", message: message!, label: "Resolve" })).toThrow(
      "there is Claim (claim:1)",
    );
    expect(() => server.click({ user: "ann", message: message!, label: "Done" })).toThrow("disabled");
    const button = await clicked("sam");
    const components = [
      {
        type: ComponentType.ActionRow,
        components: [
          { type: ComponentType.Button, style: ButtonStyle.Danger, label: "Undo", customId: "undo" },
        ],
      },
    ] as const;
    await button.reply({ content: "x", components, flags: MessageFlags.Ephemeral });
    const [hidden] = server.ephemerals("sam");
    expect(() => server.click({ user: "ann", message: hidden!, label: "Undo" })).toThrow("ephemeral");
    const again = comes();
    server.click({ user: "sam", message: hidden!, label: "Undo" });
    const undo = await again;
    if (!undo.isButton()) throw new Error("not a button");
    await undo.update({ content: "undone", components: [] });
    expect(server.ephemerals("sam")).toMatchObject([{ text: "undone", buttons: [] }]);
  });

  it("changes the message that was clicked, at once or later", async () => {
    await start();
    await card();
    await (await clicked()).update({ content: "Claimed by ann" });
    expect(server.messages("support")).toMatchObject([{ text: "Claimed by ann" }]);
    const later = await clicked();
    await later.deferUpdate();
    await later.editReply({ content: "Later", components: [] });
    expect(server.messages("support")).toMatchObject([{ text: "Later", buttons: [] }]);
  });

  it("is answered once (40060), in time (10062), and its token ends after 15 minutes", async () => {
    let now = Date.now();
    await start({ now: () => now });
    await card();
    const button = await clicked();
    const { id, token } = button;
    await button.deferReply({ flags: MessageFlags.Ephemeral });
    const twice = bot.rest.post(`/interactions/${id}/${token}/callback`, { body: { type: 6 } });
    expect(await refusal(twice)).toMatchObject({ code: 40060 });
    await button.editReply("done");
    now += 15 * 60_000 + 1;
    expect(await refusal(button.editReply("late"))).toMatchObject({ code: 50027 });
    const slow = await clicked();
    expect(await refusal(slow.webhook.send("too early"))).toMatchObject({ code: 10015 });
    now += 3_001;
    expect(await refusal(slow.deferUpdate())).toMatchObject({ code: 10062 });
  });

  it("that nobody answers is a violation", async () => {
    await start({ interactionMs: 50 });
    await card();
    await clicked();
    await server.waitFor(() => server.violations[0], "the violation");
    expect(server.violations).toEqual(["the interaction claim:1 of ann was not answered in 50 ms"]);
  });

  it("lets the first follow-up fill what was deferred", async () => {
    await start();
    await card();
    const button = await clicked();
    await button.deferReply();
    expect(server.messages("support")[1]).toMatchObject({ text: "", isThinking: true });
    await button.followUp("the answer");
    await button.followUp("more");
    expect(server.messages("support").map(({ text }) => text)).toEqual(["A card", "the answer", "more"]);
    expect(server.messages("support")[1]).toMatchObject({ isThinking: false, isEdited: false });
  });
});

describe("a form", () => {
  it("opens for the person who clicked, and comes back with their values", async () => {
    await start();
    await card();
    expect(() => server.submitModal({ user: "ann", values: {} })).toThrow("no form is open for ann");
    await (await clicked()).showModal(emailForm());
    expect(server.modals).toMatchObject([{ customId: "verify", title: "Who are you?", state: "open" }]);
    expect(() => server.submitModal({ user: "bea", values: {} })).toThrow("no form is open for bea");
    expect(() => server.submitModal({ user: "ann", values: { mail: "x" } })).toThrow("it has email");
    expect(() => server.submitModal({ user: "ann", values: {} })).toThrow("must be filled in");
    expect(() => server.submitModal({ user: "ann", values: { email: "x".repeat(21) } })).toThrow("0 to 20");
    const sent = comes();
    server.submitModal({ user: "ann", values: { email: "ann@acme.test" } });
    const form = await sent;
    if (!form.isModalSubmit()) throw new Error("not a form");
    expect([form.customId, form.fields.getTextInputValue("email"), form.isFromMessage()]).toEqual([
      "verify",
      "ann@acme.test",
      true,
    ]);
    await form.reply({ content: "Thanks", flags: MessageFlags.Ephemeral });
    expect(server.ephemerals("ann")).toMatchObject([{ text: "Thanks" }]);
    expect(server.violations).toEqual([]);
  });

  it("is refused with a title over 45 characters, and after a deferral", async () => {
    await start();
    await card();
    expect(
      await refusal((await clicked()).showModal({ ...emailForm().toJSON(), title: "x".repeat(46) })),
    ).toMatchObject({
      code: 50035,
    });
    const button = await clicked();
    await button.deferReply();
    const body = { type: 9, data: emailForm().toJSON() };
    const late = bot.rest.post(`/interactions/${button.id}/${button.token}/callback`, { body });
    expect((await refusal(late)).code).toBe(40060);
    expect(server.modals).toEqual([]);
  });
});

describe("a command", () => {
  const COMMANDS = [
    {
      name: "desk",
      description: "The desk",
      defaultMemberPermissions: PermissionFlagsBits.ManageMessages,
      options: [
        {
          type: ApplicationCommandOptionType.Subcommand as const,
          name: "claim",
          description: "Claim one",
          options: [
            {
              type: ApplicationCommandOptionType.Integer as const,
              name: "number",
              description: "Which",
              required: true,
            },
          ],
        },
      ],
    },
    { name: "Hand to staff", type: ApplicationCommandType.Message as const },
  ];

  it("runs with checked options for those who may use it", async () => {
    await start();
    await bot.application.commands.set(COMMANDS, server.guildId);
    expect(server.commands().map(({ name }) => name)).toEqual(["desk", "Hand to staff"]);
    const claim = { channel: "staff", name: "desk", subcommand: "claim" };
    expect(() => server.slash({ ...claim, channel: "support", user: "ann", options: { number: 1 } })).toThrow(
      "may not use desk",
    );
    expect(() => server.slash({ ...claim, user: "sam" })).toThrow("needs number");
    expect(() => server.slash({ ...claim, user: "sam", options: { number: "1" } })).toThrow("is a number");
    expect(() => server.slash({ ...claim, user: "sam", name: "help" })).toThrow("registered: desk");
    const sent = comes();
    server.slash({ ...claim, user: "sam", options: { number: 7 } });
    const command = (await sent) as ChatInputCommandInteraction;
    expect([command.options.getSubcommand(), command.options.getInteger("number")]).toEqual(["claim", 7]);
    await command.reply("ok");
    expect(server.messages("staff")).toMatchObject([{ text: "ok" }]);
  });

  it("in a message's menu carries the message", async () => {
    await start();
    await bot.application.commands.set(COMMANDS);
    const message = server.say({ channel: "support", user: "ann", content: "Help" });
    const sent = comes();
    server.contextMenu({ user: "sam", name: "Hand to staff", message });
    const menu = await sent;
    if (!menu.isMessageContextMenuCommand()) throw new Error("not a menu");
    expect(menu.targetMessage.content).toBe("Help");
    await menu.reply({ content: "ok", flags: MessageFlags.Ephemeral });
  });

  it("that is for administrators alone (0) is not for staff", async () => {
    await start();
    await bot.application.commands.set([{ name: "wipe", description: "All", defaultMemberPermissions: 0n }]);
    expect(() => server.slash({ user: "sam", channel: "support", name: "wipe" })).toThrow(
      "sam may not use wipe",
    );
    const sent = comes();
    server.slash({ user: "owner", channel: "support", name: "wipe" });
    expect((await sent).user.username).toBe("owner");
  });

  it("is refused with a name that Discord does not take", async () => {
    await start();
    const wrong = bot.application.commands.set([{ name: "Not Allowed", description: "x" }]);
    expect(await refusal(wrong)).toMatchObject({ code: 50035 });
  });
});
