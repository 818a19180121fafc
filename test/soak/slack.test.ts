import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it } from "vitest";

import { readMessageId } from "../../adapters/slack/message-ids.ts";
import { startProgram } from "../platforms/bench.ts";
import { startSlack } from "../servers/slack/index.ts";
import { atOnce } from "./at-once.ts";
import { type Asked, audit } from "./audit.ts";
import { printFigures, replay } from "./figures.ts";
import { planSoak, type Talk } from "./plan.ts";
import { slackTroubles } from "./slack-troubles.ts";

const TALKS_AT_ONCE = 40;
const TALKS_A_CHANNEL = 3;
/** Long enough for some messages that follow at once to make one turn with the one before. */
const QUIET_MS = 150;
/** One message a second and channel is what a whole soak waits for, and once a start on a machine that does much else. */
const PATIENCE_MS = 300_000;
const LIMIT_MS = 1_800_000;

it.each(["socket", "http"] as const)(
  "each message on Slack has one answer, whatever goes wrong on the way (%s)",
  { timeout: LIMIT_MS },
  async (mode) => {
    const plan = planSoak();
    const { slack, places } = await openSlack(plan.talks);
    const folder = mkdtempSync(join(tmpdir(), "deskhand-soak-"));
    const port = await freePort();
    let program = await startProgram({
      folder,
      env: {
        SLACK_BOT_TOKEN: slack.botToken(),
        SLACK_API_URL: slack.apiUrl,
        ...(mode === "socket"
          ? { SLACK_APP_TOKEN: slack.appToken }
          : { SLACK_SIGNING_SECRET: slack.signingSecret }),
      },
      config: {
        conversation: { quiet_window_ms: QUIET_MS },
        desk: { adapter: "slack", channel: "CDESK" },
        slack: {
          channels: places.map(({ channel, mode: how }) => ({ id: channel, mode: how })),
          http: { port, host: "127.0.0.1" },
          history_calls_per_minute: 100,
        },
      },
    });
    if (mode === "http") slack.deliverTo(`http://127.0.0.1:${port}/slack/events`);
    const troubles = slackTroubles(slack, plan.random, mode);
    const asked: Asked[] = [];
    const startedAt = performance.now();
    let restarting: Promise<void> | undefined;
    const failures: string[] = [];
    const restart = async () => {
      try {
        program = await program.restart();
      } catch (error) {
        failures.push(`it did not start again: ${String(error)}`);
      }
    };

    const work = async (talk: Talk) => {
      const place = places[Math.floor(talk.number / TALKS_A_CHANNEL)] ?? { channel: "", mode: "mention" };
      const user = userOf(talk);
      const { channel } = place;
      let threadTs: string | undefined;
      for (const [at, step] of talk.steps.entries()) {
        troubles.maybe();
        if (asked.length > plan.messages / 2) {
          restarting ??= restart();
        }
        const mention = place.mode === "mention" && at === 0 ? `<@${slack.botUserId()}> ` : "";
        const { twice, lateMs } = step;
        const done = slack.say({
          channel,
          user,
          text: `${mention}${step.text}`,
          ...(threadTs !== undefined && { threadTs }),
          timing: { twice, lateMs },
        });
        threadTs ??= done.ts;
        const thread = threadTs;
        const told = () => slack.messages(channel, thread).filter(({ byApp }) => byApp).length;
        const before = told();
        asked.push({ messageId: done.ts, talk: talk.number, step, at: toMs(done.ts) });
        // Slack promises no order of its own: the next words come when these were heard.
        await done.settled;
        if (step.waits) {
          await slack.waitFor(
            () => told() > before,
            `an answer to "${step.text}" in ${channel} ${thread}`,
            PATIENCE_MS,
          );
        }
      }
    };
    failures.push(...(await atOnce(plan.talks, TALKS_AT_ONCE, work)));
    troubles.end();
    await restarting;
    slack.clearFaults();
    await slack.idle();
    await program.app.drained();
    await program.stop();

    const shown = [...places.map(({ channel }) => channel), "CDESK"].flatMap((channel) =>
      slack
        .messages(channel)
        .filter(({ byApp, deleted }) => byApp && !deleted)
        .map(({ ts, text }) => ({ id: `${channel}:${ts}`, text, at: toMs(ts) })),
    );
    const found = audit(join(folder, "deskhand.db"), asked, shown, idsOf);
    const posts = slack.calls.filter(({ method }) => method === "chat.postMessage");
    printFigures(`Slack (${mode})`, plan, found, {
      "troubles made": troubles.happened,
      "events told more than once": slack.deliveries.filter(({ attempts }) => attempts.length > 1).length,
      connections: slack.socket.connected(),
      "posts refused by the limit": posts.filter(({ status }) => status === 429).length,
      "posts whose answer was lost or failed": posts.filter(({ spoilt }) => spoilt !== undefined).length,
      "history looked at": slack.calls.filter(({ method }) => method.startsWith("conversations.re")).length,
      seconds: Math.round((performance.now() - startedAt) / 1_000),
    });
    const givenUp = slack.deliveries
      .filter(({ state }) => state === "given up")
      .map(({ name, attempts }) => `${name}: ${attempts.map(({ failure }) => failure).join(", ")}`);
    await slack.close();
    expect({ run: replay(plan), failures, problems: found.problems, givenUp }).toEqual({
      run: replay(plan),
      failures: [],
      problems: [],
      givenUp: [],
    });
    expect({ run: replay(plan), pings: slack.pings, violations: slack.violations }).toEqual({
      run: replay(plan),
      pings: [],
      violations: [],
    });
    expect(asked).toHaveLength(plan.messages);
  },
);

/** A customer of their own for each conversation, some conversations to a channel, half of the channels by mention. */
async function openSlack(talks: readonly Talk[]) {
  const customers = talks.map((talk) => ({ id: userOf(talk), name: userOf(talk).toLowerCase() }));
  const howMany = Math.ceil(talks.length / TALKS_A_CHANNEL);
  const places = Array.from({ length: howMany }, (_, at) => ({
    channel: `CHELP${at}`,
    mode: at % 2 === 0 ? "every_post" : "mention",
  }));
  const slack = await startSlack({
    limits: { post: { calls: 1, windowMs: 900 }, history: { calls: 5, windowMs: 500 } },
    ackWithinMs: 1_000,
    // Slack's tries at once, after a minute and after five, in a quicker world where more goes wrong; in the end it has
    // patience for a start on a slow machine, as Slack has.
    retryDelaysMs: [20, 100, 300, 1_000, 3_000, ...Array.from({ length: 24 }, () => 5_000)],
    teams: [
      {
        id: "T1",
        users: [...customers, { id: "USAM", name: "sam" }],
        channels: [
          ...places.map(({ channel }, at) => ({
            id: channel,
            name: channel.toLowerCase(),
            members: customers.slice(at * TALKS_A_CHANNEL, (at + 1) * TALKS_A_CHANNEL).map(({ id }) => id),
          })),
          { id: "CDESK", name: "desk", kind: "private", members: ["USAM"] },
        ],
      },
    ],
  });
  return { slack, places };
}

function userOf({ number }: Talk): string {
  return `UCUST${number}`;
}

function idsOf(messageId: string): string[] {
  const ids = readMessageId(messageId);
  return ids === null ? [] : ids.messages.map((ts) => `${ids.channel}:${ts}`);
}

function toMs(ts: string): number {
  return Number(ts) * 1_000;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
