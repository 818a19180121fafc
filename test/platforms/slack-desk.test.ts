import { describe, expect, it } from "vitest";

import { gapsOf } from "../../src/costs/report-gaps.ts";
import { openShop, type Shop } from "./slack-shop.ts";

/** A program starts, and a two-core machine may do much else. */
const LONG = 600_000;

describe("the desk on Slack", () => {
  it(
    "keeps what solved a question that had no article, on the card's one message",
    { timeout: LONG },
    async () => {
      const { slack, said, card, ask, program } = await openShop();
      const thread = ask("Do you sell left handed electric guitars?");
      await said("CHELP", thread, /handed it to/);
      const open = await card();
      expect(open.text).toMatch(/Open, nobody has claimed it/);
      await slack.click({ user: "USAM", channel: "CDESK", messageTs: open.ts, text: "Claim" });
      await said("CDESK", undefined, /Claimed by sam/);

      await slack.click({ user: "USAM", channel: "CDESK", messageTs: open.ts, text: "Resolve" });
      const view = await slack.waitFor(() => slack.openViews("USAM").at(-1), "the form");
      const values = { deskhand_value: "We sell no instruments at all." };
      await slack.submit({ user: "USAM", viewId: view.id, values });
      const done = await said("CDESK", undefined, /Resolved by sam/);
      expect(done.ts).toBe(open.ts);
      expect(done.text).not.toMatch(/\[Claim\]|\[Resolve\]|\[Hand back\]/);
      expect(slack.messages("CDESK").filter(({ threadTs }) => threadTs === null)).toHaveLength(1);

      const asked = await said("CHELP", thread, /How did we do/);
      await slack.click({ user: "UANN", channel: "CHELP", messageTs: asked.ts, text: "5 – great" });
      await said("CHELP", thread, /Thank you for the rating/);
      const reports = program.reports;
      expect(await reports.ratingsSince(0)).toEqual([5]);
      expect(gapsOf(await reports.gapsSince(0))).toMatchObject([
        {
          question: "Do you sell left handed electric guitars?",
          solvedBy: ["We sell no instruments at all."],
        },
      ]);
      expect(slack.violations).toEqual([]);
    },
  );

  it("passes words, files, edits and deletions on, both ways", { timeout: LONG }, async () => {
    const { slack, said, card, ask } = await openShop();
    const thread = ask("Can I talk to a human?");
    const { ts } = await card();
    const words = slack.say({
      channel: "CDESK",
      user: "USAM",
      threadTs: ts,
      text: "Here is your invoice. <!channel> <@UBOB>\n// goodwill is fine\nBest, Sam",
      files: [{ name: "invoice.txt", bytes: "INV-1: $20" }],
    });
    const relayed = await said("CHELP", thread, /Here is your invoice/);
    expect(relayed.username).toBe("sam");
    expect(relayed.text).toContain("Best, Sam");
    expect(relayed.text).not.toContain("goodwill");
    const file = await slack.waitFor(
      () =>
        slack
          .messages("CHELP", thread)
          .flatMap(({ files }) => files)
          .find(({ name }) => name === "invoice.txt"),
      "the invoice",
    );
    expect(file.bytes.toString("utf8")).toBe("INV-1: $20");

    const thanks = slack.say({
      channel: "CHELP",
      user: "UANN",
      threadTs: thread,
      text: "Thanks! This is my photo",
      files: [{ name: "photo.png", bytes: "PNG!" }],
    });
    expect((await said("CDESK", ts, /This is my photo/)).username).toBe("ann (customer)");
    await slack.waitFor(
      () =>
        slack
          .messages("CDESK", ts)
          .flatMap(({ files }) => files)
          .find(({ name }) => name === "photo.png"),
      "the photo",
    );

    slack.edit({ channel: "CHELP", ts: thanks.ts, text: "Thanks! This is my photo of the dent" });
    await said("CDESK", ts, /photo of the dent/);
    slack.edit({ channel: "CDESK", ts: words.ts, text: "Here is your corrected invoice." });
    await said("CHELP", thread, /corrected invoice/);
    slack.remove({ channel: "CDESK", ts: words.ts });
    await slack.waitFor(
      () =>
        !slack
          .messages("CHELP", thread)
          .some(({ text, deleted }) => !deleted && /corrected invoice/.test(text)),
      "nothing of what was taken back",
    );
    slack.remove({ channel: "CHELP", ts: thanks.ts });
    await said("CDESK", ts, /took back a message/);
    // The card, and nothing of what people wrote.
    expect(slack.pings.map(({ id }) => id)).toEqual(["SDESK"]);
    expect(slack.violations).toEqual([]);
  });

  it("calls again for a card that nobody claims, and its priority climbs", { timeout: LONG }, async () => {
    const { slack, said, card, ask } = await openShop({ desk: { remind_after_minutes: [0.02, 0.02] } });
    ask("Can I talk to a human?");
    const { ts } = await card();
    await said("CDESK", ts, /still waits|waiting/i);
    await said("CDESK", undefined, /Priority: URGENT/);
    await slack.waitFor(() => slack.pings.length === 3, "the card and two reminders");
    expect(new Set(slack.pings.map(({ id }) => id))).toEqual(new Set(["SDESK"]));
    expect(slack.violations).toEqual([]);
  });

  it(
    "shows staff the queue, their own and the day on the home page, with buttons that work",
    { timeout: LONG },
    async () => {
      const shop = await openShop();
      const { slack, said, card, ask } = shop;
      const thread = ask("Can I talk to a human?");
      await card();
      const waiting = await home(shop, "USAM", /Waiting \(1\)/);
      expect(waiting).toMatch(/Yours \(0\)/);
      await slack.click({ user: "USAM", home: true, text: "Claim" });
      await said("CHELP", thread, /sam from our team is here/);
      const mine = await home(shop, "USAM", /Yours \(1\)/);
      expect(mine).toMatch(/Waiting \(0\)/);
      expect(mine).toMatch(/1 escalated/);
      const others = await home(shop, "UTIA", /Yours \(0\)/);
      expect(others).toMatch(/Waiting \(0\)/);
      expect(await home(shop, "UANN", /Verify my e-mail/)).not.toMatch(/Waiting/);
      expect(slack.violations).toEqual([]);
    },
  );

  it("answers /deskhand to staff alone, and pauses the AI", { timeout: LONG }, async () => {
    const { slack, said, shown, ask, settled } = await openShop();
    const command = (text: string, user = "USAM") =>
      slack.command({ user, channel: "CHELP", command: "/deskhand", text });
    await command("status");
    await shown("CHELP", "USAM", /AI: answers/);
    await command("status", "UANN");
    await shown("CHELP", "UANN", /for the support team/);

    await command("pause 30");
    await shown("CHELP", "USAM", /paused for 30 minutes/);
    const held = ask("How do I reset my password?");
    await said("CHELP", held, /handed it to/);
    await command("resume");
    await shown("CHELP", "USAM", /answers again/);
    const thread = ask("How do I reset my password?", "UBOB");
    const answer = await said("CHELP", thread, /From our help centre/);
    await slack.click({ user: "UBOB", channel: "CHELP", messageTs: answer.ts, text: "Helpful" });

    await command("find password");
    await shown("CHELP", "USAM", /T-\d+ \(escalated/);
    await settled();
    await command("report");
    await shown("CHELP", "USAM", /thumbs under answers: 1 up, 0 down/);
    expect(slack.violations).toEqual([]);
  });
});

/** What the home page says once it says `pattern`; it is drawn when it is opened. */
async function home({ slack }: Shop, user: string, pattern: RegExp): Promise<string> {
  await slack.openHome(user);
  const text = () => JSON.stringify(slack.home(user)?.view ?? null);
  await slack.waitFor(() => pattern.test(text()), `${pattern} on the home page of ${user}`);
  return text();
}
