import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import type { Role } from "../../src/app.ts";
import { type Balancer, startBalancer } from "../servers/balancer.ts";
import { freePort } from "../servers/free-port.ts";
import { type PostgresServer, startPostgres } from "../servers/postgres.ts";
import { type SeenMessage, type SlackServer, startSlack } from "../servers/slack/index.ts";
import { type Program, startProgram } from "./bench.ts";
import { install, OAUTH, TWO_WORKSPACES } from "./slack-install.ts";

/** Several processes on one PostgreSQL, and Slack reaches them over HTTP through a balancer. */
interface Shop {
  readonly slack: SlackServer;
  readonly balancer: Balancer;
  readonly programs: readonly Program[];
  /** Waits for a message of the app in a thread (or a whole channel) and returns it. */
  readonly said: (channel: string, thread: string | undefined, pattern: RegExp) => Promise<SeenMessage>;
  /** Asks in the customers' workspace; the thread. */
  readonly ask: (text: string) => string;
  /** What the app said in a thread of the customers' workspace. */
  readonly answersIn: (thread: string) => readonly string[];
  /** Resolves once all that was said is worked and answered. */
  readonly settled: () => Promise<void>;
}

const ANSWER = /From our help centre/;
const QUESTION = "How do I reset my password?";
const PATIENCE_MS = 180_000;
/** Each test starts several programs and a Slack. */
const LONG_MS = 600_000;

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.stop());

/** Staff are in the workspace T1, customers in T2; both install the app through the balancer. */
async function open(roles: readonly Role[]): Promise<Shop> {
  const database = await server.newDatabase();
  const slack = await startSlack({
    // A form may be opened later than Slack allows: a slow machine is no mistake of the processes.
    limits: { post: { calls: 1, windowMs: 20 }, triggerMs: 120_000 },
    retryDelaysMs: [0, 100, 1_000],
    teams: TWO_WORKSPACES,
  });
  const programs: Program[] = [];
  const listening: number[] = [];
  onTestFinished(async () => {
    await Promise.all(programs.map((program) => program.stop()));
    await slack.close();
  });
  for (const role of roles) {
    const port = await freePort();
    if (role !== "worker") listening.push(port);
    const program = await startProgram({
      database,
      role,
      env: { ...OAUTH, SLACK_SIGNING_SECRET: slack.signingSecret, SLACK_API_URL: slack.apiUrl },
      config: {
        desk: { adapter: "slack", channel: "T1/CDESK" },
        slack: {
          workspaces: { T2: { channels: [{ id: "CASK", mode: "every_post" }] } },
          http: { port, host: "127.0.0.1" },
        },
      },
    });
    programs.push(program);
  }
  const balancer = await startBalancer(listening);
  onTestFinished(() => balancer.close());
  slack.deliverTo(`${balancer.url}/slack/events`);
  // The page with the button is one process's, the way back from Slack another's.
  expect(await install(slack, balancer.url, "T1")).toBe(200);
  expect(await install(slack, balancer.url, "T2")).toBe(200);
  return {
    slack,
    balancer,
    programs,
    said: (channel, thread, pattern) =>
      slack.waitFor(
        () => slack.messages(channel, thread).find(({ text, byApp }) => byApp && pattern.test(text)),
        `${pattern} in ${channel}`,
        PATIENCE_MS,
      ),
    // Sent once more when it was acknowledged, to another process.
    ask: (text) => slack.say({ channel: "CASK", user: "UTOM", text, timing: { twice: true } }).ts,
    answersIn: (thread) =>
      slack
        .messages("CASK", thread)
        .filter(({ byApp }) => byApp)
        .map(({ text }) => text),
    async settled() {
      await slack.idle();
      await Promise.all(programs.filter(({ role }) => role !== "gateway").map(({ app }) => app.drained()));
    },
  };
}

describe.each([
  ["two equal processes", ["all", "all"]],
  ["two gateways and a worker", ["gateway", "gateway", "worker"]],
] as const)("%s behind a balancer", { timeout: LONG_MS }, (_name, roles) => {
  it("serve a workspace that was installed through another of them, each question once", async () => {
    const { slack, balancer, said, ask, answersIn, settled } = await open(roles);
    const threads = Array.from({ length: 6 }, () => ask(QUESTION));
    for (const thread of threads) await said("CASK", thread, ANSWER);
    await settled();
    for (const thread of threads) expect(answersIn(thread)).toEqual([expect.stringMatching(ANSWER)]);
    for (const count of balancer.answered) expect(count).toBeGreaterThan(6);
    expect(slack.violations).toEqual([]);
  });

  it("take a conversation's clicks, forms and words wherever they come in", async () => {
    const { slack, balancer, said, ask, answersIn, settled } = await open(roles);
    const thread = ask("Can I talk to a human?");
    const card = await said("CDESK", undefined, /The customer asks for a person/);
    const press = (text: string) => slack.click({ user: "USAM", channel: "CDESK", messageTs: card.ts, text });

    // Claimed at one and resolved at the other: one of them did not post the card.
    balancer.stickTo(0);
    await press("Claim");
    await said("CASK", thread, /sam from our team is here/i);
    balancer.stickTo(null);
    const words = ["first of all", "in the second place", "and thirdly"];
    for (const text of words) {
      slack.say({ channel: "CDESK", user: "USAM", text, threadTs: card.ts, timing: { twice: true } });
      await said("CASK", thread, new RegExp(text));
    }
    slack.say({
      channel: "CASK",
      user: "UTOM",
      text: "Thank you so much",
      threadTs: thread,
      timing: { twice: true },
    });
    await said("CDESK", card.ts, /Thank you so much/);
    balancer.stickTo(1);
    await press("Resolve");
    const view = await slack.waitFor(() => slack.openViews("USAM").at(-1), "the form", PATIENCE_MS);
    // The form was opened by one and is sent to the other.
    balancer.stickTo(0);
    const values = { deskhand_value: "Told Tom how." };
    await slack.submit({ user: "USAM", viewId: view.id, values });
    expect((await said("CDESK", undefined, /Resolved by sam/)).ts).toBe(card.ts);
    const asked = await said("CASK", thread, /How did we do/);
    balancer.stickTo(1);
    await slack.click({ user: "UTOM", channel: "CASK", messageTs: asked.ts, text: "5 – great" });
    await said("CASK", thread, /Thank you for the rating/);
    await settled();

    const relayed = answersIn(thread).filter((text) => words.includes(text));
    expect(relayed).toEqual(words);
    const atDesk = slack.messages("CDESK", card.ts).map(({ text }) => text);
    expect(atDesk.filter((text) => /Thank you so much/.test(text))).toHaveLength(1);
    expect(slack.messages("CDESK").filter(({ threadTs }) => threadTs === null)).toHaveLength(1);
    expect(slack.violations).toEqual([]);
  });
});

it(
  "a process that did not hear of a new installation answers with its token all the same",
  { timeout: LONG_MS },
  async () => {
    const { slack, balancer, programs, said, ask, settled } = await open(["all", "all"]);
    for (const process of [0, 1]) {
      // Both know the workspace now, with the token of its first installation.
      balancer.stickTo(process);
      await said("CASK", ask(QUESTION), ANSWER);
      await settled();
    }
    balancer.stickTo(0);
    for (const { settled: told } of slack.uninstall("T2")) await told;
    const before = slack.botToken("T2");
    expect(await install(slack, balancer.url, "T2")).toBe(200);
    expect(slack.botToken("T2")).not.toBe(before);
    await programs[0]!.stop();
    balancer.stickTo(1);
    await said("CASK", ask(QUESTION), ANSWER);
    await slack.idle();
    expect(slack.violations).toEqual([]);
  },
);
