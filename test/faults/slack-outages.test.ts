import { expect, it, onTestFinished, vi } from "vitest";

import { startProgram } from "../platforms/bench.ts";
import { startDiscord } from "../servers/discord/index.ts";
import { type SlackServer, startSlack } from "../servers/slack/index.ts";

// The real Bolt takes seconds to notice a dead line and to come back, and the machine may have others to serve.
vi.setConfig({ testTimeout: 300_000 });
const PATIENCE_MS = 120_000;

const PASSWORD = "How do I reset my password?";
const EXPORT = "How do I export a project as CSV?";

async function openSlack(): Promise<SlackServer> {
  const slack = await startSlack({
    // Slack's own are at once, a minute, and five.
    retryDelaysMs: [0, 500, 2_000, 5_000, 10_000, 20_000],
    limits: { post: { calls: 1, windowMs: 20 }, history: false },
    teams: [
      {
        id: "T1",
        users: [
          { id: "UANN", name: "ann" },
          { id: "USAM", name: "sam" },
        ],
        channels: [
          { id: "CHELP", name: "help", members: ["UANN", "USAM"] },
          { id: "CDESK", name: "desk", kind: "private", members: ["USAM"] },
        ],
      },
    ],
  });
  onTestFinished(() => slack.close());
  return slack;
}

const envOf = (slack: SlackServer) => ({
  SLACK_BOT_TOKEN: slack.botToken(),
  SLACK_APP_TOKEN: slack.appToken,
  SLACK_API_URL: slack.apiUrl,
});
const CONFIG = {
  desk: { adapter: "slack", channel: "CDESK" },
  slack: { channels: [{ id: "CHELP", mode: "every_post" }], history_calls_per_minute: 100 },
};

async function open() {
  const slack = await openSlack();
  const program = await startProgram({ env: envOf(slack), config: CONFIG });
  onTestFinished(() => program.stop());
  return { slack, program };
}

/** What a customer sees under their message. */
const seenUnder = (slack: SlackServer, ts: string) =>
  slack.messages("CHELP", ts).filter(({ byApp, deleted }) => byApp && !deleted);
const seenByStaff = (slack: SlackServer) => slack.messages("CDESK").filter(({ byApp }) => byApp);
const answered = (slack: SlackServer, ts: string) =>
  slack.waitFor(() => seenUnder(slack, ts).length > 0, `an answer to ${ts}`, PATIENCE_MS);

it("while Slack answers 429 and 5xx or breaks off, customers wait and have one answer each; staff see nothing", async () => {
  const { slack, program } = await open();
  const faults = [
    { status: 429, retryAfterSeconds: 1, times: 2 },
    { status: 500, times: 2 },
    { status: 503 },
    { cut: true },
    // Slack has it, and we never hear so.
    { status: 500, afterApplying: true },
    { cut: true, afterApplying: true },
  ];
  for (const fault of faults) {
    slack.failNext("chat.postMessage", fault);
    const { ts } = slack.say({ channel: "CHELP", user: "UANN", text: PASSWORD });
    slack.say({ channel: "CHELP", user: "UANN", text: EXPORT, threadTs: ts });
    await slack.waitFor(() => seenUnder(slack, ts).length >= 2, "both answers", PATIENCE_MS);
    await program.app.drained();
    expect([fault, seenUnder(slack, ts).map(({ text }) => text)]).toEqual([
      fault,
      [expect.stringMatching(/password/i), expect.stringMatching(/CSV/)],
    ]);
  }
  expect(seenByStaff(slack)).toEqual([]);
  expect(slack.violations).toEqual([]);
});

it("through a storm of reconnects each message on Slack has its one answer; staff see nothing", async () => {
  const { slack, program } = await open();
  const asked: string[] = [];
  const lines = [
    () => slack.socket.drop(),
    () => slack.socket.disconnect("refresh_requested"),
    () => slack.socket.loseAcks(true),
    () => slack.socket.disconnect("warning"),
    () => slack.socket.drop(),
  ];
  for (const breaks of lines) {
    asked.push(slack.say({ channel: "CHELP", user: "UANN", text: PASSWORD }).ts);
    breaks();
    asked.push(slack.say({ channel: "CHELP", user: "UANN", text: EXPORT }).ts);
    const connected = slack.socket.connected();
    // What is said between two lines is delivered again, or read from history.
    if (breaks !== lines[2])
      await slack.waitFor(() => slack.socket.connected() > connected, "a new connection", PATIENCE_MS);
    slack.socket.loseAcks(false);
  }
  for (const ts of asked) await answered(slack, ts);
  await slack.idle();
  await program.app.drained();
  expect(asked.map((ts) => seenUnder(slack, ts).length)).toEqual(asked.map(() => 1));
  expect(seenByStaff(slack)).toEqual([]);
});

it("what Slack refuses for good is given up and told to staff once; the next customer is answered", async () => {
  const { slack, program } = await open();
  slack.failNext("chat.postMessage", { error: "is_archived" });
  const { ts } = slack.say({ channel: "CHELP", user: "UANN", text: PASSWORD });
  await slack.waitFor(() => seenByStaff(slack).length > 0, "a notice", PATIENCE_MS);
  await program.app.drained();
  expect(seenUnder(slack, ts)).toEqual([]);
  expect(seenByStaff(slack).map(({ text }) => text)).toEqual([
    expect.stringMatching(/could not be delivered to slack .*is_archived/),
  ]);
  const next = slack.say({ channel: "CHELP", user: "UANN", text: EXPORT });
  await answered(slack, next.ts);
});

it("Deskhand starts while Slack is out: Discord's customers are served, Slack's when it is back", async () => {
  const slack = await openSlack();
  const discord = await startDiscord({ rateLimits: "off" });
  onTestFinished(() => discord.close());
  // The first look at Slack asks some questions, each of which fails.
  slack.failNext("*", { status: 503, times: 2 });
  const program = await startProgram({
    env: { ...envOf(slack), DISCORD_TOKEN: discord.token, DISCORD_API_URL: `${discord.url}/api` },
    config: { ...CONFIG, discord: { channels: [{ id: discord.channel("support").id, mode: "every_post" }] } },
  });
  onTestFinished(() => program.stop());
  expect(slack.socket.connected()).toBe(0);
  const { id } = discord.say({ channel: "support", user: "ann", content: PASSWORD });
  await discord.waitFor(
    () =>
      discord.threads("support").some((thread) => thread.id === id) &&
      discord.messages(id).some(({ isFromBot, text }) => isFromBot && /password/i.test(text)),
    "an answer on Discord",
    PATIENCE_MS,
  );
  await slack.waitFor(() => slack.socket.connected() > 0, "a connection", PATIENCE_MS);
  const { ts } = slack.say({ channel: "CHELP", user: "UANN", text: EXPORT });
  await answered(slack, ts);
  expect(seenByStaff(slack)).toEqual([]);
});
