import { describe, expect, it } from "vitest";

import { openDiscordShop } from "./discord-shop.ts";

const PASSWORD = "How do I reset my password?";

describe("the desk on Discord", () => {
  it("gives a card to one of two who claim it at once, and tells the other", async () => {
    const { discord, said, card } = await openDiscordShop();
    const asked = discord.say({ channel: "support", user: "ann", content: "Can I talk to a human?" });
    const waiting = await card(/talk to a human/);
    discord.click({ user: "sam", message: waiting, label: "Claim" });
    discord.click({ user: "tia", message: waiting, label: "Claim" });
    const joined = await said(asked.id, /from our team is here/);
    const winner = joined.text.startsWith("Sam") ? "Sam" : "Tia";
    const desk = await discord.waitFor(() => discord.threads("staff").at(0), "the card's thread");
    await said(desk.id, new RegExp(`${winner} has claimed E-\\d+ already`));
    expect(discord.message(waiting).text).toContain(`Claimed by ${winner}`);
    expect(
      discord.messages(asked.id).filter(({ text }) => /is here and will answer/.test(text)),
    ).toHaveLength(1);
    expect(discord.violations).toEqual([]);
  });

  it("is called again for a card that nobody claims, and its priority climbs", async () => {
    const { discord, card, said } = await openDiscordShop({ desk: { remind_after_minutes: [0.01, 0.01] } });
    discord.say({ channel: "support", user: "ann", content: "Can I talk to a human?" });
    const waiting = await card(/talk to a human/);
    const desk = await discord.waitFor(() => discord.threads("staff").at(0), "the card's thread");
    await said(desk.id, /priority is now urgent/);
    const calls = discord.pings.map(({ kind, targetName, channelId }) => [kind, targetName, channelId]);
    expect(calls).toEqual([
      ["role", "staff", discord.channel("staff").id],
      ["role", "staff", desk.id],
      ["role", "staff", desk.id],
    ]);
    await discord.waitFor(() => discord.message(waiting).text.includes("urgent"), "the card's new priority");
    expect(discord.violations).toEqual([]);
  });

  it("takes /desk status, report, find, pause and resume, and what they say is done", async () => {
    const { discord, said, shown, card } = await openDiscordShop();
    const asked = discord.say({ channel: "support", user: "ann", content: PASSWORD });
    await said(asked.id, /From our help centre/);
    const desk = (subcommand: string, options = {}) =>
      discord.slash({ user: "sam", channel: "staff", name: "desk", subcommand, options });
    desk("status");
    expect((await shown("sam", /\*\*Desk\*\*/)).text).toMatch(/0 waiting/);
    desk("report");
    await shown("sam", /last 24 hours/i);
    desk("pause", { minutes: 30 });
    await shown("sam", /paused/);
    const paused = discord.say({ channel: "support", user: "bea", content: PASSWORD });
    await said(paused.id, /person from our team/);
    await card(/paused the AI/);
    desk("find", { text: "reset my password" });
    expect((await shown("sam", /T-\d+ \(escalated/)).text).toContain("reset my password");
    desk("resume");
    await shown("sam", /answers again/);
    const after = discord.say({ channel: "support", user: "ann", content: "Where do I find my invoices?" });
    await said(after.id, /From our help centre/);
    discord.slash({ user: "ann", channel: "support", name: "desk", subcommand: "status" });
    await shown("ann", /Only staff/);
    expect(discord.violations).toEqual([]);
  });

  it("is called, or the AI is asked, from a message's menu, also where nobody mentioned Deskhand", async () => {
    const { discord, said, shown, card } = await openDiscordShop();
    const asked = discord.say({ channel: "general", user: "ann", content: PASSWORD });
    discord.contextMenu({ user: "ann", name: "Ask Deskhand", message: asked });
    await shown("ann", /looking at it/);
    await said(asked.id, /From our help centre/);
    const more = discord.say({ channel: asked.id, user: "ann", content: "That does not work for me" });
    discord.contextMenu({ user: "sam", name: "Escalate", message: more });
    await shown("sam", /A person is called/);
    const waiting = await card(/a person was called with the menu/);
    expect(waiting.text).toContain("Ann");
    discord.contextMenu({ user: "bea", name: "Escalate", message: more });
    await shown("bea", /Only the author/);
    expect(discord.violations).toEqual([]);
  });

  it("is told when a thread is locked, and opens one that is merely archived", async () => {
    const { discord, said, card } = await openDiscordShop();
    const asked = discord.say({ channel: "support", user: "ann", content: "Can I talk to a human?" });
    const waiting = await card(/talk to a human/);
    discord.click({ user: "sam", message: waiting, label: "Claim" });
    await said(asked.id, /is here and will answer/);
    const desk = await discord.waitFor(() => discord.threads("staff").at(0), "the card's thread");
    discord.archive(asked.id);
    const words = discord.say({ channel: desk.id, user: "sam", content: "Sorry for the wait." });
    const relayed = await said(asked.id, /Sorry for the wait/);
    discord.archive(asked.id);
    discord.edit(words, "Sorry for the long wait.");
    await discord.waitFor(() => discord.message(relayed).text.includes("long wait"), "the edit");
    discord.lock(asked.id);
    const lost = discord.say({ channel: desk.id, user: "sam", content: "Are you still there?" });
    await said(discord.channel("staff").id, /could not be delivered to discord.*The thread is locked/);
    await discord.waitFor(
      () => discord.message(lost).reactions.some(({ emoji }) => emoji === "⚠️"),
      "a warning on the words",
    );
    expect(discord.channel(asked.id).thread).toMatchObject({ locked: true });
    expect(discord.violations).toEqual([]);
  });
});
