import { describe, expect, it } from "vitest";

import { startMailServer } from "../servers/mail.ts";
import { openDiscordShop } from "./discord-shop.ts";

describe("Deskhand on Discord alone", () => {
  it("answers, hands over, lets a person talk, and takes the conversation back", async () => {
    const { discord, said, card: cardAbout } = await openDiscordShop();

    const asked = discord.say({
      channel: "support",
      user: "ann",
      content: "Hi there! How do I reset my password?",
    });
    const thread = asked.id;
    const answer = await said(thread, /From our help centre/);
    expect(answer.buttons.map(({ label }) => label)).toHaveLength(2);
    expect(discord.channel(thread).name).toBe("How do I reset my password?");
    expect(discord.typing.map(({ channelId }) => channelId)).toContain(discord.channel("support").id);

    discord.say({ channel: thread, user: "ann", content: "I want a refund of $450" });
    await said(thread, /needs a decision by a person/);
    const card = await cardAbout(/refund/i);
    expect(discord.pings.map(({ kind, targetName }) => [kind, targetName])).toEqual([["role", "staff"]]);

    discord.click({ user: "sam", message: card, label: "Claim" });
    await said(thread, /Sam from our team is here/);
    const desk = await discord.waitFor(() => discord.threads("staff").at(0), "the card's thread");
    discord.say({ channel: desk.id, user: "sam", content: "// looks fine to me" });
    const words = discord.say({ channel: desk.id, user: "sam", content: "Hello Ann, I am on it." });
    const relayed = await said(thread, /I am on it/);
    expect(relayed).toMatchObject({ author: "Sam" });
    expect(relayed.webhookId).not.toBeNull();
    await discord.waitFor(
      () => discord.message(words).reactions.some(({ emoji }) => emoji === "✅"),
      "a mark",
    );

    const thanks = discord.say({ channel: thread, user: "ann", content: "Thank you, when will I have it?" });
    await said(desk.id, /when will I have it/);
    await discord.waitFor(
      () => discord.message(thanks).reactions.some(({ emoji }) => emoji === "✅"),
      "a mark for Ann",
    );
    discord.edit(words, "Hello Ann, I am on it now.");
    await discord.waitFor(() => discord.message(relayed).text.includes("on it now"), "the edit");

    discord.click({ user: "sam", message: card, label: "Hand back" });
    await said(thread, /I'm back with you/);
    const everything = discord.messages(thread).map(({ text }) => text);
    expect(everything.join("\n")).not.toContain("looks fine to me");
    expect(discord.violations).toEqual([]);
  });

  it("speaks where it may: when mentioned, never where it is off, in no other bot's company", async () => {
    const { discord, program, said } = await openDiscordShop();
    discord.say({
      channel: "quiet",
      user: "ann",
      content: `<@${discord.botId}> How do I reset my password?`,
    });
    discord.say({ channel: "general", user: "bea", content: "How do I reset my password?" });
    discord.sayAsWebhook({ channel: "support", name: "Feed", content: "How do I reset my password?" });
    const asked = discord.say({
      channel: "general",
      user: "ann",
      content: `<@${discord.botId}> How do I reset my password?`,
    });
    await said(asked.id, /From our help centre/);
    await program.app.drained();
    const spoken = [...discord.world.channels.keys()].flatMap((channel) =>
      discord.messages(channel).filter(({ isFromBot }) => isFromBot),
    );
    // The feed is a bot as well.
    expect(spoken.filter(({ author }) => author !== "Feed").map(({ channelId }) => channelId)).toEqual([
      asked.id,
    ]);
    expect(discord.violations).toEqual([]);
  });

  it("keeps a forum post's tags in step, from the first answer to the last", async () => {
    const { discord, said, card, tags } = await openDiscordShop();
    const { thread } = discord.postInForum({
      forum: "help",
      user: "ann",
      name: "Password",
      content: "How do I reset it?",
      tags: ["billing"],
    });
    const shows = (state: string) =>
      discord.waitFor(() => tags(thread.id).join() === `billing,${state}`, `billing and ${state}`);
    await said(thread.id, /From our help centre/);
    await shows("open");
    discord.say({ channel: thread.id, user: "ann", content: "Can I talk to a human?" });
    await shows("waiting");
    const waiting = await card(/talk to a human/);
    discord.click({ user: "sam", message: waiting, label: "Claim" });
    await shows("with staff");
    discord.click({ user: "sam", message: waiting, label: "Resolve" });
    await discord.waitFor(() => discord.modals.length > 0, "the form");
    discord.submitModal({ user: "sam", values: { "deskhand:input": "showed her" } });
    await shows("solved");
    const question = await said(thread.id, /How did we do/);
    discord.click({ user: "ann", message: question, label: "5" });
    await said(thread.id, /Thank you for the rating/);
    discord.say({ channel: thread.id, user: "ann", content: "Where do I find my invoices?" });
    await said(thread.id, /invoices/i);
    await shows("open");
    expect(discord.violations).toEqual([]);
  });

  it("answers about an account in direct messages, once the e-mail is proved, and no more once it is taken off", async () => {
    const mail = await startMailServer();
    const { discord, said, shown } = await openDiscordShop({ env: { SMTP_URL: mail.url } });
    const asked = discord.say({ channel: "@dm", user: "ann", content: "Where is my order ORD-7310?" });
    const place = asked.channelId;
    const offer = await discord.waitFor(
      () => discord.messages(place).find(({ buttons }) => buttons.length > 0),
      "a button to verify",
      60_000,
    );
    discord.click({ user: "ann", message: offer, label: "Verify my e-mail" });
    await discord.waitFor(() => discord.modals.length === 1, "the form for the e-mail");
    discord.submitModal({ user: "ann", values: { "deskhand:input": "ann.meyer@example.com" } });
    const sent = await shown("ann", /code is on its way/);
    discord.click({ user: "ann", message: sent, label: "Enter the code" });
    await discord.waitFor(() => discord.modals.length === 2, "the form for the code");
    discord.submitModal({ user: "ann", values: { "deskhand:input": "AAAA-AAAA" } });
    const wrong = await shown("ann", /not the code. 4 tries are left/);
    discord.click({ user: "ann", message: wrong, label: "Enter the code" });
    await discord.waitFor(() => discord.modals.length === 3, "the form again");
    discord.submitModal({ user: "ann", values: { "deskhand:input": mail.lastCode() } });
    await shown("ann", /your e-mail is verified/);

    discord.say({ channel: place, user: "ann", content: "Where is my order ORD-7310?" });
    await said(place, /shipped/);
    discord.slash({ user: "ann", channel: place, name: "unlink" });
    await shown("ann", /no longer linked/);
    discord.slash({ user: "ann", channel: place, name: "tickets" });
    await shown("ann", /verify|no open ticket|no ticket/i);
    expect([...discord.violations, ...discord.pings]).toEqual([]);
  });

  it("promises no verification without a mail server, and keeps accounts shut", async () => {
    const { discord, said, shown } = await openDiscordShop();
    const asked = discord.say({ channel: "@dm", user: "ann", content: "Where is my order ORD-7310?" });
    const answer = await said(asked.channelId, /./);
    expect(answer.buttons.map(({ label }) => label)).not.toContain("Verify my e-mail");
    discord.slash({
      user: "ann",
      channel: asked.channelId,
      name: "verify",
      options: { email: "ann.meyer@example.com" },
    });
    await shown("ann", /cannot be verified here yet/);
    const everything = discord.messages(asked.channelId).map(({ text }) => text);
    expect(everything.join("\n")).not.toContain("shipped");
  });
});
