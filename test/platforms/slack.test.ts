import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

import { expect, it } from "vitest";

import { type SlackServer, startSlack } from "../servers/slack/index.ts";
import { startProgram } from "./bench.ts";

/** Acme on Slack: Ann asks in #help, Sam and Tia are staff in #desk. */
async function open(mode: "socket" | "http") {
  const slack = await startSlack({
    limits: { post: { calls: 1, windowMs: 20 } },
    teams: [
      {
        id: "T1",
        users: [
          { id: "UANN", name: "ann", realName: "Ann Field", email: "ann@example.com" },
          { id: "USAM", name: "sam", realName: "Sam Stone" },
          { id: "UTIA", name: "tia", realName: "Tia Rey" },
        ],
        channels: [
          { id: "CHELP", name: "help", members: ["UANN", "USAM"] },
          { id: "CDESK", name: "desk", kind: "private", members: ["USAM", "UTIA"] },
        ],
        usergroups: [{ id: "SDESK", handle: "desk", users: ["USAM", "UTIA"] }],
      },
    ],
  });
  const port = await freePort();
  const program = await startProgram({
    env: {
      SLACK_BOT_TOKEN: slack.botToken(),
      SLACK_API_URL: slack.apiUrl,
      ...(mode === "socket"
        ? { SLACK_APP_TOKEN: slack.appToken }
        : { SLACK_SIGNING_SECRET: slack.signingSecret }),
    },
    config: {
      desk: { adapter: "slack", channel: "CDESK", ping: "SDESK" },
      slack: { channels: [{ id: "CHELP", mode: "every_post" }], http: { port, host: "127.0.0.1" } },
    },
  });
  if (mode === "http") slack.deliverTo(`http://127.0.0.1:${port}/slack/events`);
  return { slack, program };
}

it.each(["socket", "http"] as const)(
  "a customer is answered, handed over, talked to by a person, and handed back, all on Slack (%s)",
  async (mode) => {
    const { slack, program } = await open(mode);

    const asked = slack.say({ channel: "CHELP", user: "UANN", text: "How do I reset my password?" });
    const thread = asked.ts;
    const answer = await said(slack, "CHELP", thread, /password/i);
    expect(answer.text).toContain("From our help centre");
    expect(answer.blocks.some(({ type }) => type === "context_actions")).toBe(true);

    slack.say({ channel: "CHELP", user: "UANN", text: "I want a refund of $450", threadTs: thread });
    await said(slack, "CHELP", thread, /needs a decision by a person/);
    const card = await slack.waitFor(() => slack.messages("CDESK").find(({ byApp }) => byApp), "a card");
    expect(card.text).toMatch(/refund/i);

    const [won, lost] = await Promise.all([
      slack.click({ user: "USAM", channel: "CDESK", messageTs: card.ts, text: "Claim" }),
      slack.click({ user: "UTIA", channel: "CDESK", messageTs: card.ts, text: "Claim" }),
    ]);
    expect([won.acknowledged, lost.acknowledged]).toEqual([true, true]);
    await said(slack, "CHELP", thread, /from our team is here/);
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
    const relayed = await said(slack, "CHELP", thread, /I am on it/);
    expect(relayed.username).toBe("sam");
    await slack.waitFor(
      () =>
        slack
          .messages("CDESK", card.ts)
          .find(({ ts, reactions }) => ts === words.ts && reactions["white_check_mark"]),
      "a mark",
    );

    slack.say({ channel: "CHELP", user: "UANN", text: "Thank you, when will I have it?", threadTs: thread });
    await said(slack, "CDESK", card.ts, /when will I have it/);
    slack.edit({ channel: "CDESK", ts: words.ts, text: "Hello Ann, I am on it now." });
    await said(slack, "CHELP", thread, /on it now/);

    await slack.click({ user: "USAM", channel: "CDESK", messageTs: card.ts, text: "Hand back" });
    await said(slack, "CHELP", thread, /I'm back with you/);
    expect(
      slack
        .messages("CHELP", thread)
        .map(({ text }) => text)
        .join("\n"),
    ).not.toContain("looks fine to me");
    expect(new Set(slack.pings.map((ping) => JSON.stringify(ping)))).toHaveProperty("size", 1);
    expect(slack.violations).toEqual([]);
    await program.stop();
    await slack.close();
  },
);

async function said(slack: SlackServer, channel: string, thread: string, pattern: RegExp) {
  return slack.waitFor(
    () => slack.messages(channel, thread).find(({ text, byApp }) => byApp && pattern.test(text)),
    `${pattern} in ${channel}`,
    60_000,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
