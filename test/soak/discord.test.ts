import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { SnowflakeUtil } from "discord.js";
import { expect, it } from "vitest";

import { readIds } from "../../adapters/discord/message-ids.ts";
import { startProgram } from "../platforms/bench.ts";
import { openSqlite } from "../../src/store/open.ts";
import { type DiscordServer, startDiscord } from "../servers/discord/index.ts";
import { atOnce } from "./at-once.ts";
import { type Asked, audit, type Shown } from "./audit.ts";
import { discordTroubles } from "./discord-troubles.ts";
import { printFigures, replay } from "./figures.ts";
import { planSoak, type Step, type Talk } from "./plan.ts";

const TALKS_AT_ONCE = 40;
/** Long enough for some messages that follow at once to make one turn with the one before. */
const QUIET_MS = 150;
/** After lost sessions everything is read again, on a machine that may do other things as well. */
const PATIENCE_MS = 600_000;
const LIMIT_MS = 3_600_000;

it(
  "each message in Discord's channels, posts and DMs has one answer, whatever goes wrong on the way",
  { timeout: LIMIT_MS },
  async () => {
    const plan = planSoak();
    const discord = await startDiscord({
      customers: plan.talks.map(userOf),
      // Discord's five in five seconds, quicker.
      rateLimits: { messages: 5, perMs: 2_500 },
    });
    const staff = discord.channel("staff").id;
    const folder = mkdtempSync(join(tmpdir(), "deskhand-soak-"));
    const database = join(folder, "deskhand.db");
    let program = await startProgram({
      folder,
      env: { DISCORD_TOKEN: discord.token, DISCORD_API_URL: `${discord.url}/api` },
      config: {
        conversation: { quiet_window_ms: QUIET_MS },
        desk: { adapter: "discord", channel: staff },
        discord: {
          channels: [
            { id: discord.channel("support").id, mode: "every_post" },
            { id: discord.channel("help").id, mode: "every_post" },
            { id: discord.channel("general").id, mode: "mention" },
          ],
          staff_role: discord.role("staff").id,
        },
      },
    });
    const troubles = discordTroubles(discord, plan.random);
    const asked: Asked[] = [];
    const startedAt = performance.now();
    let restarting: Promise<void> | undefined;
    const failures: string[] = [];
    const restart = async () => {
      try {
        await discord.waitFor(
          () => troubles.keeping() === 0,
          "first direct messages to be heard",
          PATIENCE_MS,
        );
        program = await program.restart();
      } catch (error) {
        failures.push(`it did not start again: ${String(error)}`);
      }
    };

    const work = async (talk: Talk) => {
      let place: string | undefined;
      for (const step of talk.steps) {
        troubles.maybe();
        if (asked.length > plan.messages / 2) {
          restarting ??= restart();
        }
        // A stranger's first direct message during a lost session is out of reach: Discord lists them nowhere.
        const isOutOfReach = place === undefined && isDirect(talk);
        if (isOutOfReach && restarting) await restarting;
        const letGo = isOutOfReach ? troubles.keepSession() : undefined;
        if (isOutOfReach) {
          await discord.waitFor(() => discord.gateway.connected() > 0, "a session", PATIENCE_MS);
        }
        const said = say(discord, talk, step, place);
        place ??= said.place;
        const here = place;
        const told = () => (discord.world.channels.has(here) ? fromUs(discord, here).length : 0);
        const before = told();
        asked.push({ messageId: said.id, talk: talk.number, step, at: toMs(said.id) });
        if (step.twice)
          discord.gateway.replay(({ name, data }) => name === "MESSAGE_CREATE" && data["id"] === said.id);
        if (!step.waits) continue;
        const what = `an answer to "${step.text}" in ${here} (talk ${talk.number})`;
        await discord.waitFor(() => told() > before, what, PATIENCE_MS).finally(letGo);
      }
    };
    failures.push(...(await atOnce(plan.talks, TALKS_AT_ONCE, work)));
    troubles.end();
    await restarting;
    await discord.waitFor(() => discord.gateway.connected() > 0, "the gateway");
    await discord
      .waitFor(() => heard(database) >= asked.length, "all are heard", PATIENCE_MS)
      .catch(() => failures.push("not every message reached the inbox"));
    await program.app.drained();
    await program.stop();

    const shown: Shown[] = [...discord.world.channels.keys()]
      .flatMap((channel) => fromUs(discord, channel))
      .map(({ id, text }) => ({ id, text, at: toMs(id) }))
      .toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
    const found = audit(database, asked, shown, idsOf);
    const posts = discord.calls.filter(({ method, path }) => method === "POST" && path.endsWith("/messages"));
    printFigures("Discord", plan, found, {
      "troubles made": troubles.happened,
      "sessions begun": discord.gateway.identifies.length,
      "sessions resumed": discord.gateway.resumes.length,
      "requests refused by limits": discord.calls.filter(({ status }) => status === 429).length,
      "posts that failed or were not confirmed": posts.filter(({ status }) => status >= 500 || status === 0)
        .length,
      seconds: Math.round((performance.now() - startedAt) / 1_000),
    });
    await discord.close();
    expect({ run: replay(plan), failures, problems: found.problems }).toEqual({
      run: replay(plan),
      failures: [],
      problems: [],
    });
    // Customers mention the bot to ask it; nobody else is ever pinged.
    const pings = discord.pings.filter(({ target }) => target !== discord.botId);
    expect({ run: replay(plan), pings, violations: discord.violations }).toEqual({
      run: replay(plan),
      pings: [],
      violations: [],
    });
    expect(asked).toHaveLength(plan.messages);
  },
);

function isDirect({ number }: Talk): boolean {
  return number % 4 === 1;
}

/** A quarter of the conversations each: in a channel, in one by mention, in forum posts, in direct messages. */
function say(
  discord: DiscordServer,
  talk: Talk,
  { text: content }: Step,
  place: string | undefined,
): { readonly id: string; readonly place: string } {
  const user = userOf(talk);
  if (place !== undefined) {
    const { id } = discord.say({ channel: place, user, content });
    return { id, place };
  }
  if (isDirect(talk)) {
    const { id, channelId } = discord.say({ channel: "@dm", user, content });
    return { id, place: channelId };
  }
  const kind = talk.number % 4;
  if (kind === 0) {
    const { thread, message } = discord.postInForum({ forum: "help", user, name: content, content });
    return { id: message.id, place: thread.id };
  }
  const isMention = kind === 2;
  const { id } = discord.say({
    channel: isMention ? "general" : "support",
    user,
    content: isMention ? `<@${discord.botId}> ${content}` : content,
  });
  // The thread that hangs on a message has its id.
  return { id, place: id };
}

function fromUs(discord: DiscordServer, channel: string) {
  return discord.messages(channel).filter(({ isFromBot }) => isFromBot);
}

/** Customers' messages on disk. */
function heard(database: string): number {
  const { connection } = openSqlite(database);
  const row = connection
    .prepare("select count(*) as n from inbox where json_extract(event, '$.body.kind') = 'message'")
    .get() as { readonly n: number };
  connection.close();
  return row.n;
}

function userOf({ number }: Talk): string {
  return `customer${number}`;
}

function idsOf(messageId: string): readonly string[] {
  return messageId === "" ? [] : readIds(messageId).ids;
}

function toMs(id: string): number {
  return SnowflakeUtil.timestampFrom(id);
}
