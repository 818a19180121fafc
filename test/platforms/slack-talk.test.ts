import { describe, expect, it } from "vitest";

import { openShop } from "./slack-shop.ts";

/** A program starts, and a two-core machine may do much else. */
const LONG = 600_000;

describe("where Deskhand speaks on Slack", () => {
  it("keeps out of what members and staff say to each other", { timeout: LONG }, async () => {
    const { slack, said, ask, settled } = await openShop();
    const thread = ask("How do I reset my password?");
    await said("CHELP", thread, /From our help centre/);
    const answers = () => slack.messages("CHELP").filter(({ byApp }) => byApp).length;
    const before = answers();

    slack.say({ channel: "CHELP", user: "UBOB", text: "<@UANN> did that work for you?", threadTs: thread });
    await settled();
    slack.say({
      channel: "CHELP",
      user: "UANN",
      text: "<@UBOB> yes, how do you change yours?",
      threadTs: thread,
    });
    await settled();
    expect(answers()).toBe(before);

    const other = ask("Where do I find my invoices?", "UBOB");
    await said("CHELP", other, /From our help centre/);
    const known = answers();
    slack.say({
      channel: "CHELP",
      user: "USAM",
      text: "Bob, I have just sent them to you.",
      threadTs: other,
    });
    await settled();
    slack.say({
      channel: "CHELP",
      user: "UBOB",
      text: "Great, and how do I reset my password?",
      threadTs: other,
    });
    await settled();
    expect(answers()).toBe(known);
    expect(slack.violations).toEqual([]);
  });

  it(
    "answers in other channels only when it is mentioned, once, and then stays in the thread",
    {
      timeout: LONG,
    },
    async () => {
      const { slack, said, settled } = await openShop();
      slack.say({ channel: "CTALK", user: "UANN", text: "How do I reset my password?" });
      await settled();
      expect(slack.messages("CTALK").filter(({ byApp }) => byApp)).toEqual([]);

      const text = `<@${slack.botUserId()}> how do I reset my password?`;
      const { ts } = slack.say({ channel: "CTALK", user: "UANN", text, timing: { twice: true } });
      await said("CTALK", ts, /From our help centre/);
      slack.say({ channel: "CTALK", user: "UANN", text: "And where are my invoices?", threadTs: ts });
      await said("CTALK", ts, /invoice/i);
      await settled();
      const told = slack.messages("CTALK").filter(({ byApp }) => byApp);
      expect(told.every(({ threadTs }) => threadTs === ts)).toBe(true);
      expect(told).toHaveLength(2);
      expect(told.map(({ flags }) => flags)).toEqual([
        expect.objectContaining({ unfurlLinks: false, unfurlMedia: false }),
        expect.objectContaining({ unfurlLinks: false, unfurlMedia: false }),
      ]);
    },
  );

  it("suggests, names the chat and answers in the assistant pane", { timeout: LONG }, async () => {
    const suggested_prompts = [{ title: "Reset my password", message: "How do I reset my password?" }];
    const { slack, said } = await openShop({ slack: { suggested_prompts } });
    const { channel, threadTs } = slack.openAssistant("UANN");
    await slack.waitFor(() => slack.prompts.at(-1), "suggested prompts");
    expect(slack.prompts[0]).toMatchObject({ channel, threadTs, prompts: suggested_prompts });
    slack.say({ channel, user: "UANN", threadTs, text: "How do I reset my password?" });
    await said(channel, threadTs, /From our help centre/);
    await slack.waitFor(() => slack.titles.at(-1), "a title");
    expect(slack.titles[0]).toMatchObject({ channel, threadTs, title: "How do I reset my password?" });
    const statuses = slack.statuses.filter((one) => one.threadTs === threadTs).map(({ status }) => status);
    expect(statuses).toContain("is reading…");
    await slack.waitFor(() => slack.statuses.at(-1)?.status === "", "no status behind the answer");
    expect(slack.violations).toEqual([]);
  });
});

describe("account data on Slack", () => {
  it("is shown to its owner alone, and to them again", { timeout: LONG }, async () => {
    const { slack, said, shown, ask } = await openShop({
      slack: { channels: [{ id: "CHELP", mode: "every_post" }], trust_emails: true },
    });
    const thread = ask("Where is my order?");
    const answer = await shown("CHELP", "UANN", /ORD-7310/);
    expect(answer.threadTs).toBe(thread);
    const line = await said("CHELP", thread, /answered you privately/);
    const again = () => slack.ephemerals("CHELP", "UANN").filter(({ text }) => text.includes("ORD-7310"));
    expect(again()).toHaveLength(1);
    await slack.click({ user: "UANN", channel: "CHELP", messageTs: line.ts, text: "Read it again" });
    await slack.waitFor(() => again().length === 2, "the answer once more");

    await slack.click({ user: "UBOB", channel: "CHELP", messageTs: line.ts, text: "Read it again" });
    await slack.waitFor(() => slack.ephemerals("CHELP", "UBOB").at(-1), "words for Bob");
    expect(
      slack
        .ephemerals("CHELP", "UBOB")
        .map(({ text }) => text)
        .join(),
    ).not.toContain("ORD-7310");
    expect(
      slack
        .messages("CHELP")
        .map(({ text, rawText }) => text + rawText)
        .join(),
    ).not.toContain("ORD-7310");

    const direct = slack.im("UANN");
    slack.say({ channel: direct, user: "UANN", text: "Where is my order?" });
    await said(direct, undefined, /ORD-7310/);
    expect(slack.violations).toEqual([]);
  });
});
