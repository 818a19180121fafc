import { expect, it } from "vitest";

import { type DiscordServer, startDiscord } from "../servers/discord/index.ts";
import { startProgram } from "./bench.ts";

/** Discord alone: customers in #support, staff in #staff. */
async function open() {
  const discord = await startDiscord({ rateLimits: "off" });
  const { id: support } = discord.channel("support");
  const { id: staff } = discord.channel("staff");
  const program = await startProgram({
    env: { DISCORD_TOKEN: discord.token, DISCORD_API_URL: `${discord.url}/api` },
    config: {
      desk: { adapter: "discord", channel: staff, ping: discord.role("staff").id },
      discord: { channels: [{ id: support, mode: "every_post" }], staff_role: discord.role("staff").id },
    },
  });
  return { discord, program };
}

it("a customer is answered, handed over, talked to by a person, and handed back, all on Discord", async () => {
  const { discord, program } = await open();

  const asked = discord.say({ channel: "support", user: "ann", content: "How do I reset my password?" });
  const thread = asked.id;
  const answer = await said(discord, thread, /password/i);
  expect(answer.text).toMatch(/From our help centre/);
  expect(answer.buttons.map(({ label }) => label)).toHaveLength(2);

  discord.say({ channel: thread, user: "ann", content: "I want a refund of $450" });
  await said(discord, thread, /needs a decision by a person/);
  const card = await discord.waitFor(() => discord.messages("staff").at(0), "a card");
  expect(card.text).toMatch(/refund/i);
  expect(discord.pings.map(({ kind }) => kind)).toEqual(["role"]);

  discord.click({ user: "sam", message: card, label: "Claim" });
  await said(discord, thread, /Sam from our team is here/);
  const desk = await discord.waitFor(() => discord.threads("staff").at(0), "the card's thread");
  discord.say({ channel: desk.id, user: "sam", content: "// looks fine to me" });
  const words = discord.say({ channel: desk.id, user: "sam", content: "Hello Ann, I am on it." });
  const relayed = await said(discord, thread, /I am on it/);
  expect(relayed).toMatchObject({ author: "Sam" });
  expect(relayed.webhookId).not.toBeNull();
  await discord.waitFor(() => discord.message(words).reactions.some(({ emoji }) => emoji === "✅"), "a mark");

  discord.say({ channel: thread, user: "ann", content: "Thank you, when will I have it?" });
  await said(discord, desk.id, /when will I have it/);
  discord.edit(words, "Hello Ann, I am on it now.");
  await discord.waitFor(() => discord.message(relayed).text.includes("on it now"), "the edit");

  discord.click({ user: "sam", message: card, label: "Hand back" });
  await said(discord, thread, /I'm back with you/);
  expect(
    discord
      .messages(thread)
      .map(({ text }) => text)
      .join("\n"),
  ).not.toContain("looks fine to me");
  expect(discord.violations).toEqual([]);
  await program.stop();
  await discord.close();
});

async function said(discord: DiscordServer, channel: string, pattern: RegExp) {
  return discord.waitFor(
    () =>
      discord.threads("support").some(({ id }) => id === channel) ||
      discord.threads("staff").some(({ id }) => id === channel)
        ? discord.messages(channel).find(({ text, isFromBot }) => isFromBot && pattern.test(text))
        : null,
    `${pattern} in ${channel}`,
    60_000,
  );
}
