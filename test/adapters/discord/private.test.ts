import { InteractionResponseType, MessageFlags, Routes } from "discord.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { toAddress } from "../../../adapters/discord/address.ts";
import { type Bench, delivery, openBench, reply, threadOf } from "./sender-bench.ts";

const PATIENCE = 60_000;
const { DeferredChannelMessageWithSource, DeferredMessageUpdate } = InteractionResponseType;

describe("what is for one person alone", { timeout: PATIENCE }, () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench({ interactionMs: PATIENCE });
  }, PATIENCE);
  afterEach(() => bench.close(), PATIENCE);

  /** Ann's order in a public thread: the pointer stands there. */
  async function pointed() {
    const { discord } = bench;
    const asked = discord.say({ channel: "support", user: "ann", content: "Where is my order?" });
    const to = threadOf(discord, "support", asked);
    const hidden = { visibility: "private", recipient: discord.user("ann").id } as const;
    const secret = delivery(to, reply("Order A-1 is on its way."), hidden);
    const sent = await bench.send(secret);
    return { asked, to, hidden, secret, sent };
  }

  function click(message: string) {
    const interaction = bench.discord.click({ user: "ann", message, label: "Show my answer" });
    const to = toAddress({
      kind: "interaction",
      guild: bench.discord.guildId,
      channel: interaction.channelId,
      application: bench.discord.world.applicationId,
      token: interaction.token,
    });
    const acknowledge = (type: InteractionResponseType) =>
      bench.client.rest.post(Routes.interactionCallback(interaction.id, interaction.token), {
        body: { type, data: { flags: MessageFlags.Ephemeral } },
        auth: false,
      });
    return { to, acknowledge };
  }

  it("shows in a public place as a button only, once", async () => {
    const { discord } = bench;
    const { asked, secret } = await pointed();
    await bench.send(secret, { maybeSent: true });
    const there = discord.messages(asked.id);
    expect(there).toHaveLength(1);
    expect(there[0]?.text).not.toContain("A-1");
    expect(there[0]?.buttons).toMatchObject([
      { label: "Show my answer", customId: "deskhand:reveal:turn-1.1" },
    ]);
    expect(discord.pings).toEqual([]);
  });

  it("is told among colleagues at the desk without a button, under the name of whom it is for", async () => {
    const { discord } = bench;
    const { id } = discord.user("sam");
    const to = toAddress({ kind: "channel", guild: discord.guildId, channel: discord.channel("staff").id });
    const notice = { kind: "notice", text: "Tia has claimed E-4 already." } as const;
    await bench.send(delivery(to, notice, { visibility: "private", recipient: id }));
    expect(discord.messages("staff").map(({ content, buttons }) => [content, buttons])).toEqual([
      [`<@${id}>: Tia has claimed E-4 already.`, []],
    ]);
    expect(discord.pings).toEqual([]);
  });

  it("is shown to the one who clicks, in place of the promise of an answer", async () => {
    const { discord } = bench;
    const { asked, hidden } = await pointed();
    const { to, acknowledge } = click(discord.messages(asked.id)[0]?.id ?? "");
    await acknowledge(DeferredChannelMessageWithSource);
    const text = Array.from({ length: 3 }, () => "secret ".repeat(250).trim()).join("\n\n");
    const shown = delivery(to, reply(text), { id: "reveal-1.1", ...hidden });
    const sent = await bench.send(shown);
    expect(discord.ephemerals("ann").map(({ content }) => content)).toEqual(text.split("\n\n"));
    expect(sent.messageId).toContain(discord.ephemerals("ann")[0]?.id);
    expect(
      discord
        .messages(asked.id)
        .map(({ text }) => text)
        .join(),
    ).not.toContain("secret");
  });

  it("never takes the place of the message with the button", async () => {
    const { discord } = bench;
    const { asked, hidden } = await pointed();
    const before = discord.messages(asked.id)[0];
    const { to, acknowledge } = click(before?.id ?? "");
    await acknowledge(DeferredMessageUpdate);
    await bench.send(delivery(to, reply("Order A-1"), { id: "reveal-1.1", ...hidden }));
    expect(discord.messages(asked.id)).toEqual([before]);
    expect(discord.ephemerals("ann").map(({ content }) => content)).toEqual(["Order A-1"]);
  });

  it("is not shown again when only the answer of Discord was lost", async () => {
    const { discord } = bench;
    const { asked, hidden } = await pointed();
    const { to, acknowledge } = click(discord.messages(asked.id)[0]?.id ?? "");
    await acknowledge(DeferredChannelMessageWithSource);
    const shown = delivery(to, reply("Order A-1"), { id: "reveal-1.1", ...hidden });
    discord.failNext("POST /webhooks/:id/:token", { cut: true, afterApplying: true });
    await expect(bench.send(shown)).rejects.toMatchObject({ code: "delivery_failed" });
    await bench.send(shown, { maybeSent: true });
    expect(discord.ephemerals("ann").map(({ content }) => content)).toEqual(["Order A-1"]);
  });

  it("is tried again when it is ready before the click was acknowledged", async () => {
    const { discord } = bench;
    const { asked, hidden } = await pointed();
    const { to, acknowledge } = click(discord.messages(asked.id)[0]?.id ?? "");
    const shown = delivery(to, reply("Order A-1"), { id: "reveal-1.1", ...hidden });
    await expect(bench.send(shown)).rejects.toMatchObject({ code: "delivery_unreached", retryable: true });
    await acknowledge(DeferredChannelMessageWithSource);
    await bench.send(shown);
    expect(discord.ephemerals("ann").map(({ content }) => content)).toEqual(["Order A-1"]);
  });

  it("is refused with words once Discord's quarter of an hour is over", async () => {
    const { discord } = bench;
    const { asked, hidden } = await pointed();
    const { to, acknowledge } = click(discord.messages(asked.id)[0]?.id ?? "");
    await acknowledge(DeferredChannelMessageWithSource);
    bench.pass(15 * 60_000 + 1);
    const late = bench.send(delivery(to, reply("Order A-1"), { id: "reveal-1.1", ...hidden }));
    const words = { code: "delivery_refused", message: expect.stringContaining("15 minutes") as string };
    await expect(late).rejects.toMatchObject(words);
    const unknown = { ...to, key: `${to.key.slice(0, to.key.lastIndexOf("/"))}/${"y".repeat(40)}` };
    const other = delivery(unknown, reply("Order A-1"), {
      id: "reveal-2.1",
      createdAt: Date.now() + 900_000,
    });
    await expect(bench.send(other)).rejects.toMatchObject(words);
    await bench.send(delivery(threadOf(discord, "support", asked), reply("Still here."), { id: "t2.1" }));
  });

  it("needs no button in direct messages, and offers what to do next", async () => {
    const { discord } = bench;
    const to = toAddress({ kind: "channel", guild: "dm", channel: discord.dm("ann").id });
    const content = reply("Please prove your e-mail.", { offers: ["verify_email", "enter_code"] });
    const hidden = { visibility: "private", recipient: discord.user("ann").id } as const;
    await bench.send(delivery(to, content, hidden));
    const [message] = discord.messages("@ann");
    expect(message?.content).toBe("Please prove your e-mail.");
    expect(message?.buttons.map(({ customId }) => customId)).toEqual([
      "deskhand:verify_email:",
      "deskhand:enter_code:",
    ]);
  });

  it("stays behind its button when it is edited, and the button goes when it is taken back", async () => {
    const { discord } = bench;
    const { asked, to, hidden, sent } = await pointed();
    const change = (text: string, how: "edited" | "deleted", id: string) =>
      bench.send(
        delivery(to, reply(text, { change: how, changes: "turn-1.1" }), {
          id,
          replaces: sent.messageId,
          ...hidden,
        }),
      );
    await change("Order A-1 is here.", "edited", "e1");
    expect(
      discord
        .messages(asked.id)
        .map(({ text }) => text)
        .join(),
    ).not.toContain("A-1");
    await change("", "deleted", "e2");
    expect(discord.messages(asked.id)).toEqual([]);
  });
});
