import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import type { Role } from "../../src/app.ts";
import { type DiscordServer, startDiscord } from "../servers/discord/index.ts";
import { type PostgresServer, startPostgres } from "../servers/postgres.ts";
import { type SlackServer, startSlack } from "../servers/slack/index.ts";
import { type Program, startProgram } from "./bench.ts";

/** Several processes, as `deskhand start` runs them, on one PostgreSQL and on the same Slack and Discord. */
interface Shop {
  readonly slack: SlackServer;
  readonly discord: DiscordServer;
  readonly programs: readonly Program[];
  /** What Deskhand said in a thread of Slack's #help. */
  readonly onSlack: (thread: string) => readonly string[];
  /** What it said in a thread on Discord. */
  readonly onDiscord: (thread: string) => readonly string[];
}

interface Process {
  readonly role?: Role;
  readonly env?: Readonly<Record<string, string>>;
}

const ANSWER = /Find, download and correct invoices/;
const QUESTION = "How do I download an invoice?";
const PATIENCE_MS = 180_000;
/** Each test starts several programs, a Slack and a Discord. */
const LONG_MS = 600_000;

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.stop());

async function open(processes: readonly Process[], shards = 1): Promise<Shop> {
  const database = await server.newDatabase();
  const slack = await startSlack({
    limits: { post: { calls: 1, windowMs: 20 } },
    teams: [
      {
        id: "T1",
        users: [
          { id: "UANN", name: "ann", email: "ann@example.com" },
          { id: "USAM", name: "sam" },
          { id: "UTIA", name: "tia" },
        ],
        channels: [
          { id: "CHELP", name: "help", members: ["UANN", "USAM"] },
          { id: "CDESK", name: "desk", kind: "private", members: ["USAM", "UTIA"] },
        ],
      },
    ],
  });
  const discord = await startDiscord({ rateLimits: "off", shards });
  const programs: Program[] = [];
  onTestFinished(async () => {
    await Promise.all(programs.map((program) => program.stop()));
    await slack.close();
    await discord.close();
  });
  for (const { role = "all", env = {} } of processes) {
    const program = await startProgram({
      database,
      role,
      env: {
        SLACK_BOT_TOKEN: slack.botToken(),
        SLACK_APP_TOKEN: slack.appToken,
        SLACK_API_URL: slack.apiUrl,
        DISCORD_TOKEN: discord.token,
        DISCORD_API_URL: `${discord.url}/api`,
        ...env,
      },
      config: {
        desk: { adapter: "slack", channel: "CDESK" },
        slack: { channels: [{ id: "CHELP", mode: "every_post" }] },
        discord: { channels: [{ id: discord.channel("support").id, mode: "every_post" }] },
      },
    });
    programs.push(program);
  }
  return {
    slack,
    discord,
    programs,
    onSlack: (thread) =>
      slack
        .messages("CHELP", thread)
        .filter(({ byApp }) => byApp)
        .map(({ text }) => text),
    onDiscord: (thread) =>
      discord.world.channels.has(thread)
        ? discord
            .messages(thread)
            .filter(({ isFromBot }) => isFromBot)
            .map(({ text }) => text)
        : [],
  };
}

const TWO_EQUAL: readonly Process[] = [{}, {}];
const DIVIDED: readonly Process[] = [
  { role: "gateway" },
  { role: "gateway" },
  { role: "worker" },
  { role: "worker" },
];

describe.each([
  ["two equal processes", TWO_EQUAL],
  ["two gateways and two workers", DIVIDED],
])("%s on one PostgreSQL", { timeout: LONG_MS }, (_name, processes) => {
  it("answer each question once, on both platforms", async () => {
    const { slack, discord, programs, onSlack, onDiscord } = await open(processes);
    const threads = Array.from({ length: 6 }, (_, index) => {
      // Slack repeats what it believes was not taken; the repeat may reach another process.
      const timing = index % 2 === 0 ? { twice: true } : {};
      return slack.say({ channel: "CHELP", user: "UANN", text: QUESTION, timing }).ts;
    });
    const posts = Array.from(
      { length: 6 },
      () => discord.say({ channel: "support", user: "ann", content: QUESTION }).id,
    );
    const isAnswered = (texts: readonly string[]) => texts.some((text) => ANSWER.test(text));
    await slack.waitFor(
      () => threads.every((ts) => isAnswered(onSlack(ts))),
      "answers on Slack",
      PATIENCE_MS,
    );
    await discord.waitFor(() => posts.every((id) => isAnswered(onDiscord(id))), "on Discord", PATIENCE_MS);
    await slack.idle();
    await Promise.all(programs.filter(({ role }) => role !== "gateway").map(({ app }) => app.drained()));
    const count = (texts: readonly string[]) => texts.filter((text) => ANSWER.test(text)).length;
    expect(threads.map((ts) => count(onSlack(ts)))).toEqual(threads.map(() => 1));
    expect(posts.map((id) => count(onDiscord(id)))).toEqual(posts.map(() => 1));
    expect(slack.violations).toEqual([]);
  });

  it("pass one conversation between customer and staff: one card, one claim, words in order, then silence", async () => {
    const { slack, discord, programs, onDiscord } = await open(processes);
    const { id: thread } = discord.say({
      channel: "support",
      user: "ann",
      content: "Can I talk to a human?",
    });
    const inThread = (pattern: RegExp) =>
      discord.waitFor(() => onDiscord(thread).some((text) => pattern.test(text)), `${pattern}`, PATIENCE_MS);
    await inThread(/handing this to a person/);
    const card = await slack.waitFor(
      () => slack.messages("CDESK").find(({ byApp }) => byApp),
      "a card",
      PATIENCE_MS,
    );
    const claims = ["USAM", "UTIA"].map((user) =>
      slack.click({ user, channel: "CDESK", messageTs: card.ts, text: "Claim" }),
    );
    await Promise.all(claims);
    await inThread(/from our team is here/i);
    const words = ["first of all", "in the second place", "and thirdly"];
    // One after the other has arrived, as people write: no platform keeps an order between two connections.
    for (const text of words) {
      slack.say({ channel: "CDESK", user: "USAM", text, threadTs: card.ts });
      await inThread(new RegExp(text));
    }
    discord.say({ channel: thread, user: "ann", content: "thank you so much" });
    const atDesk = () => slack.messages("CDESK", card.ts).map(({ text }) => text);
    await slack.waitFor(
      () => atDesk().some((text) => /thank you so much/.test(text)),
      "relayed",
      PATIENCE_MS,
    );
    await Promise.all(programs.filter(({ role }) => role !== "gateway").map(({ app }) => app.drained()));
    const said = onDiscord(thread);
    expect(said.filter((text) => words.includes(text))).toEqual(words);
    expect(said.filter((text) => /from our team is here/i.test(text))).toHaveLength(1);
    const cards = slack.messages("CDESK").filter(({ byApp, text }) => byApp && /ticket T-/.test(text));
    expect(cards).toHaveLength(1);
  });
});

it("answers what came in while no worker ran, once there is one", { timeout: LONG_MS }, async () => {
  const { slack, programs, onSlack } = await open([{ role: "gateway" }, { role: "worker" }]);
  const [, worker] = programs;
  await worker?.stop();
  const { ts } = slack.say({ channel: "CHELP", user: "UANN", text: QUESTION });
  await slack.idle();
  expect(onSlack(ts)).toEqual([]);
  await worker?.restart();
  await slack.waitFor(() => onSlack(ts).some((text) => ANSWER.test(text)), "an answer", PATIENCE_MS);
});

it(
  "divides Discord's servers by shards: each is heard by the process that holds it",
  { timeout: LONG_MS },
  async () => {
    const halves = [{ env: { DISCORD_SHARDS: "0/2" } }, { env: { DISCORD_SHARDS: "1/2" } }];
    const { discord, programs, onDiscord } = await open(halves, 2);
    expect(discord.gateway.identifies.map(({ shard }) => shard)).toEqual([
      [0, 2],
      [1, 2],
    ]);
    const ids = Array.from(
      { length: 3 },
      () => discord.say({ channel: "support", user: "ann", content: QUESTION }).id,
    );
    const answers = () => ids.map((id) => onDiscord(id).filter((text) => ANSWER.test(text)).length);
    await discord.waitFor(() => answers().every((count) => count > 0), "answers", PATIENCE_MS);
    await Promise.all(programs.map(({ app }) => app.drained()));
    expect(answers()).toEqual([1, 1, 1]);
  },
);
