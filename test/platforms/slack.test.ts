import { expect, it } from "vitest";

import { openShop } from "./slack-shop.ts";

/** A program starts twice, and a two-core machine may do much else. */
const LONG = 600_000;

it.each(["socket", "http"] as const)(
  "a customer is answered, handed over, talked to by a person, and handed back, all on Slack (%s)",
  { timeout: LONG },
  async (mode) => {
    const shop = await openShop({ mode });
    const { slack, program, said, ask } = shop;

    const thread = ask("How do I reset my password?");
    const answer = await said("CHELP", thread, /password/i);
    expect(answer.text).toContain("From our help centre");
    expect(answer.blocks.some(({ type }) => type === "context_actions")).toBe(true);

    slack.say({ channel: "CHELP", user: "UANN", text: "I want a refund of $450", threadTs: thread });
    await said("CHELP", thread, /needs a decision by a person/);
    const card = await shop.card();
    expect(card.text).toMatch(/refund/i);

    const [won, lost] = await Promise.all([
      slack.click({ user: "USAM", channel: "CDESK", messageTs: card.ts, text: "Claim" }),
      slack.click({ user: "UTIA", channel: "CDESK", messageTs: card.ts, text: "Claim" }),
    ]);
    expect([won.acknowledged, lost.acknowledged]).toEqual([true, true]);
    await said("CHELP", thread, /from our team is here/);
    await slack.waitFor(
      () =>
        [...slack.ephemerals("CDESK", "UTIA"), ...slack.ephemerals("CDESK", "USAM")].find(({ text }) =>
          /claimed .* already/.test(text),
        ),
      "the one who lost is told",
    );

    slack.say({ channel: "CDESK", user: "USAM", text: "// looks fine to me", threadTs: card.ts });
    const words = slack.say({
      channel: "CDESK",
      user: "USAM",
      text: "Hello Ann, I am on it.",
      threadTs: card.ts,
    });
    const relayed = await said("CHELP", thread, /I am on it/);
    expect(relayed.username).toBe("sam");
    await slack.waitFor(
      () =>
        slack
          .messages("CDESK", card.ts)
          .find(({ ts, reactions }) => ts === words.ts && reactions["white_check_mark"]),
      "a mark",
    );

    slack.say({ channel: "CHELP", user: "UANN", text: "Thank you, when will I have it?", threadTs: thread });
    await said("CDESK", card.ts, /when will I have it/);
    slack.edit({ channel: "CDESK", ts: words.ts, text: "Hello Ann, I am on it now." });
    await said("CHELP", thread, /on it now/);

    await slack.click({ user: "USAM", channel: "CDESK", messageTs: card.ts, text: "Hand back" });
    await said("CHELP", thread, /I'm back with you/);
    expect(
      slack
        .messages("CHELP", thread)
        .map(({ text }) => text)
        .join("\n"),
    ).not.toContain("looks fine to me");
    expect(new Set(slack.pings.map((ping) => JSON.stringify(ping)))).toHaveProperty("size", 1);
    expect(slack.violations).toEqual([]);
    await program.stop();
  },
);
