/**
 * What a conversation that nobody writes in any more costs in memory, on Discord and on Slack: the real program in a
 * process of its own with the real client library, against the test servers in this process. Prints a table.
 *
 *     npm run bench:memory [-- CONVERSATIONS]
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startDiscord } from "../../test/servers/discord/index.ts";
import { startSlack } from "../../test/servers/slack/index.ts";

/** A platform with customers who can ask. */
interface Place {
  readonly name: string;
  readonly env: Record<string, string>;
  readonly config: object;
  /** Asks, and resolves when the answer is there. */
  ask(nth: number): Promise<void>;
  close(): Promise<void>;
}

interface Held {
  readonly heapUsed: number;
  readonly rss: number;
}

const conversations = Number(process.argv[2] ?? 2_000);
const STEPS = 4;
const AT_ONCE = 20;
const MEGABYTE = 1_048_576;
const SHOP = { shop: { name: "Acme SaaS" }, conversation: { quiet_window_ms: 0 }, log_level: "error" };
const QUESTION = "How do I reset my password?";

console.log(`| ${["platform", "conversations", "heap", "RSS", "heap a 1,000 conversations"].join(" | ")} |`);
console.log("|---|---:|---:|---:|---:|");
for (const open of [onDiscord, onSlack]) await measure(await open());

async function measure(place: Place): Promise<void> {
  const child = startProgram(place);
  await once(child, "message");
  // The first conversations load code and fill caches that stay as they are.
  await askAll(place, 0, AT_ONCE);
  const before = await held(child);
  print(place.name, 0, before);
  let asked = AT_ONCE;
  for (let step = 1; step <= STEPS; step += 1) {
    const until = AT_ONCE + Math.round((conversations * step) / STEPS);
    await askAll(place, asked, until);
    asked = until;
    const now = await held(child);
    print(place.name, asked - AT_ONCE, now, ((now.heapUsed - before.heapUsed) / (asked - AT_ONCE)) * 1_000);
  }
  child.disconnect();
  await once(child, "exit");
  await place.close();
}

function print(name: string, asked: number, { heapUsed, rss }: Held, perThousand?: number): void {
  const shown = [heapUsed, rss].map((bytes) => `${(bytes / MEGABYTE).toFixed(1)} MB`);
  const each = perThousand === undefined ? "" : `${(perThousand / MEGABYTE).toFixed(2)} MB`;
  console.log(`| ${[name, asked, ...shown, each].join(" | ")} |`);
}

async function askAll(place: Place, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, to - at) }, (_, nth) => place.ask(at + nth));
    await Promise.all(some);
  }
}

async function held(child: ChildProcess): Promise<Held> {
  child.send("held?");
  const [message] = (await once(child, "message")) as [Held];
  return message;
}

function startProgram({ env, config }: Place): ChildProcess {
  const path = join(mkdtempSync(join(tmpdir(), "deskhand-memory-")), "deskhand.yaml");
  // JSON is YAML.
  writeFileSync(path, JSON.stringify(config));
  return fork(join(import.meta.dirname, "program.ts"), {
    execArgv: ["--expose-gc"],
    env: { ...process.env, ...env, ANTHROPIC_API_KEY: "", DESKHAND_CONFIG: path },
  });
}

async function onDiscord(): Promise<Place> {
  const customers = Array.from({ length: conversations + AT_ONCE }, (_, nth) => `customer${nth}`);
  const discord = await startDiscord({ rateLimits: "off", customers });
  return {
    name: "Discord",
    env: { DISCORD_TOKEN: discord.token, DISCORD_API_URL: `${discord.url}/api` },
    config: {
      ...SHOP,
      desk: { adapter: "discord", channel: discord.channel("staff").id },
      discord: { channels: [{ id: discord.channel("support").id, mode: "every_post" }] },
    },
    async ask(nth) {
      const { id } = discord.say({ channel: "support", user: `customer${nth}`, content: QUESTION });
      const answered = () =>
        discord.world.channels.has(id) && discord.messages(id).some(({ isFromBot }) => isFromBot);
      await discord.waitFor(answered, `an answer to question ${nth}`, 120_000);
    },
    close: () => discord.close(),
  };
}

async function onSlack(): Promise<Place> {
  const users = Array.from({ length: conversations + AT_ONCE }, (_, nth) => ({
    id: `UC${nth}`,
    name: `customer${nth}`,
  }));
  const members = users.map(({ id }) => id);
  const slack = await startSlack({
    limits: { post: false, history: false },
    teams: [
      {
        id: "T1",
        users,
        channels: [
          { id: "CHELP", name: "help", members },
          { id: "CDESK", name: "desk", kind: "private", members: [] },
        ],
      },
    ],
  });
  return {
    name: "Slack",
    env: {
      SLACK_BOT_TOKEN: slack.botToken(),
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
    },
    config: {
      ...SHOP,
      desk: { adapter: "slack", channel: "CDESK" },
      slack: { channels: [{ id: "CHELP", mode: "every_post" }] },
    },
    async ask(nth) {
      const { ts } = slack.say({ channel: "CHELP", user: `UC${nth}`, text: QUESTION });
      const answered = () => slack.messages("CHELP", ts).some(({ byApp }) => byApp);
      await slack.waitFor(answered, `an answer to question ${nth}`, 120_000);
    },
    close: () => slack.close(),
  };
}
