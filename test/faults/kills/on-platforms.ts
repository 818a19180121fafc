import { after, answerFromSources, startClaude } from "../../servers/claude.ts";
import { type DiscordServer, startDiscord } from "../../servers/discord/index.ts";
import { type SlackServer, startSlack } from "../../servers/slack/index.ts";
import type { Random } from "../../servers/random.ts";
import { type Books, ledgerCounts, ledgerViolations, postgresBooks, sqliteBooks } from "./database.ts";
import { run } from "./program.ts";
import { closeShop, openShop } from "./shop.ts";
import { answersOf, CALLS_FOR_A_PERSON, QUESTIONS, type Talk, type World } from "./world.ts";

/** A customer's thread on a platform, with the ways to write in it and to read it. */
interface PlatformTalk extends Talk {
  readonly say: (text: string) => void;
  /** What Deskhand wrote there. */
  readonly seen: () => readonly string[];
}

interface Opened {
  readonly talk: string;
  readonly ticket: string;
  /** The card's thread; null until the card is posted. */
  readonly bridge: string | null;
}

/** Slack posts once a second in each channel, so the shop has some. */
const HELP_CHANNELS = ["CHELPA", "CHELPB", "CHELPC", "CHELPD", "CHELPE", "CHELPF"];
const CUSTOMERS = 12;

/**
 * Slack and Discord at once, through the real Bolt and the real discord.js; the desk is on one of them. The database is a
 * file unless a PostgreSQL is named; then `start` may be called for any number of processes.
 */
export async function platformWorld(random: Random, databaseUrl?: string): Promise<World> {
  const claude = await startClaude({
    reply: (request, n) => {
      const answer = answerFromSources(request, n);
      return answer instanceof Promise ? answer : after(20 + random.int(150), answer);
    },
  });
  const slack = await openSlack();
  const discord = await startDiscord({ rateLimits: "off" });
  for (let at = 0; at < CUSTOMERS; at += 1) discord.addMember(`cora${at}`);
  const deskOn = random.pick(["slack", "discord"] as const);
  const support = discord.channel("support").id;
  const sections = {
    desk: { adapter: deskOn, channel: deskOn === "slack" ? "CDESK" : discord.channel("staff").id },
    slack: {
      channels: HELP_CHANNELS.map((id) => ({ id, mode: "every_post" })),
      history_calls_per_minute: 100,
    },
    discord: { channels: [{ id: support, mode: "every_post" }], staff_role: discord.role("staff").id },
  };
  const folder = await openShop(sections, databaseUrl);
  const books = databaseUrl === undefined ? sqliteBooks(folder) : postgresBooks(databaseUrl);
  const env = {
    ANTHROPIC_API_KEY: "sk-test",
    ANTHROPIC_BASE_URL: claude.url,
    SLACK_BOT_TOKEN: slack.botToken(),
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: `${discord.url}/api`,
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
  };
  const talks: PlatformTalk[] = [];
  let replayed = 0;

  const onSlack = (text: string): Omit<PlatformTalk, "turns" | "staffLines" | "wantsPerson"> => {
    const channel = random.pick(HELP_CHANNELS);
    const user = `UCORA${random.int(CUSTOMERS)}`;
    const { ts } = slack.say({ channel, user, text });
    const ours = () => slack.messages(channel, ts).filter(({ byApp, deleted }) => byApp && !deleted);
    return {
      key: ts,
      say: (more) => void slack.say({ channel, user, text: more, threadTs: ts }),
      seen: () => ours().map((message) => message.text),
    };
  };
  const onDiscord = (text: string): Omit<PlatformTalk, "turns" | "staffLines" | "wantsPerson"> => {
    const user = `cora${random.int(CUSTOMERS)}`;
    const { id } = discord.say({ channel: "support", user, content: text });
    const isThere = () => discord.threads("support").some((thread) => thread.id === id);
    return {
      key: id,
      say: (more) => void discord.say({ channel: id, user, content: more }),
      seen: () =>
        isThere()
          ? discord
              .messages(id)
              .filter(({ isFromBot }) => isFromBot)
              .map((message) => message.text)
          : [],
    };
  };
  const begin = (wantsPerson: boolean) => {
    const text = random.pick(wantsPerson ? CALLS_FOR_A_PERSON : QUESTIONS);
    const made = random.chance(0.5) ? onSlack(text) : onDiscord(text);
    talks.push({ ...made, turns: [text], staffLines: [], wantsPerson });
  };
  const staffSays = (talk: Talk, bridge: string) => {
    const text = `I am on it, number ${talks.indexOf(talk as PlatformTalk)} line ${talk.staffLines.length} end.`;
    if (deskOn === "slack") slack.say({ channel: "CDESK", user: "USAM", text, threadTs: bridge });
    else discord.say({ channel: bridge, user: "sam", content: text });
    talk.staffLines.push(text);
  };
  const split = (talk: PlatformTalk) => {
    const seen = talk.seen();
    const fromStaff = seen.filter((text) => text.includes("I am on it, number"));
    // Said once to whoever goes on writing while they wait for a person.
    const passedOn = seen.filter((text) => text.startsWith("Thanks, I have passed this on to the team"));
    const answers = seen.length - fromStaff.length - Math.min(1, passedOn.length);
    return { answers, staffLines: fromStaff, texts: seen };
  };
  const cards = () =>
    deskOn === "slack"
      ? slack
          .messages("CDESK")
          .filter(({ byApp, deleted }) => byApp && !deleted)
          .map(({ text }) => text)
      : discord
          .messages("staff")
          .filter(({ isFromBot }) => isFromBot)
          .map(({ text }) => text);

  return {
    books,
    readySign: '"msg":"running"',
    start: (crashAt) => run(["start", "--config", "deskhand.yaml"], folder, env, crashAt),
    async act() {
      const choice = random.int(10);
      const answered = talks.filter((talk) => split(talk).answers === talk.turns.length);
      const asking = answered.filter(({ wantsPerson, turns }) => !wantsPerson && turns.length < 3);
      if (choice < 2 && asking.length > 0) {
        const talk = random.pick(asking);
        const text = random.pick(QUESTIONS);
        talk.turns.push(text);
        return talk.say(text);
      }
      if (choice < 4) {
        const [opened] = (await escalationsIn(books)).filter(({ bridge, talk: key }) => {
          const talk = talks.find((one) => one.key === key);
          return bridge !== null && talk && talk.staffLines.length < 2 && random.chance(0.5);
        });
        const talk = talks.find(({ key }) => key === opened?.talk);
        if (talk && opened?.bridge) return staffSays(talk, opened.bridge);
      }
      if (choice === 4) {
        // A person has been called and their card is out: whatever the customer asks now is theirs to answer.
        const [opened] = (await escalationsIn(books)).filter(
          ({ bridge }) => bridge !== null && random.chance(0.5),
        );
        const talk = talks.find(({ key, wantsPerson }) => wantsPerson && key === opened?.talk);
        if (talk) return talk.say(random.pick(QUESTIONS));
      }
      return begin(choice % 3 === 0);
    },
    redeliver() {
      const heard = slack.deliveries.filter(
        ({ state, kind }) => state === "acknowledged" && kind === "events_api",
      );
      if (heard.length > 0) {
        const deliveries = [random.pick(heard), random.pick(heard)];
        replayed += deliveries.length;
        void slack.redeliver({ deliveries });
      }
      replayed += discord.gateway.replay(({ name }) => name === "MESSAGE_CREATE" && random.chance(0.1));
    },
    outstanding() {
      return talks.flatMap((talk) => {
        const { answers, staffLines } = split(talk);
        return answers < talk.turns.length || staffLines.length < talk.staffLines.length
          ? [
              `${talk.key} (${talk.turns.join(" | ")}): ${answers} answers, ${staffLines.length} of ${talk.staffLines.length} lines of staff`,
            ]
          : [];
      });
    },
    async violations() {
      const opened = await escalationsIn(books);
      const shown = cards();
      return [
        ...talks.flatMap((talk) => answersOf(talk, split(talk))),
        ...talks
          .filter(
            (talk) => opened.filter((one) => one.talk === talk.key).length !== (talk.wantsPerson ? 1 : 0),
          )
          .map((talk) => `${talk.key}: its escalations are not as it asked for (${talk.turns.join(" | ")})`),
        ...opened
          .map(({ ticket }) => ({ ticket, times: shown.filter((text) => text.includes(ticket)).length }))
          .filter(({ times }) => times !== 1)
          .map(({ ticket, times }) => `${ticket} has ${times} cards`),
        ...twiceOnSlack(slack),
        ...twiceOnDiscord(discord),
        ...outOfOrderOnSlack(slack),
        ...slack.violations,
        ...discord.violations,
        ...claude.violations,
        ...(await ledgerViolations(books, claude)),
      ];
    },
    counts: async () => ({
      messages: talks.reduce((sum, talk) => sum + talk.turns.length, 0),
      staffLines: talks.reduce((sum, talk) => sum + talk.staffLines.length, 0),
      escalations: talks.filter(({ wantsPerson }) => wantsPerson).length,
      redeliveries:
        replayed + slack.deliveries.reduce((sum, { attempts }) => sum + Math.max(0, attempts.length - 1), 0),
      ...(await ledgerCounts(books, claude)),
    }),
    async close() {
      await Promise.all([claude.close(), slack.close(), discord.close()]);
      closeShop(folder);
    },
  };
}

function openSlack(): Promise<SlackServer> {
  const customers = Array.from({ length: CUSTOMERS }, (_, at) => ({ id: `UCORA${at}`, name: `cora${at}` }));
  const members = [...customers.map(({ id }) => id), "USAM"];
  return startSlack({
    // Slack's own are at once, a minute, and five; the program dies more often here than any does elsewhere.
    retryDelaysMs: [0, 6_000, 30_000],
    limits: { post: { calls: 1, windowMs: 20 }, history: false },
    teams: [
      {
        id: "T1",
        users: [...customers, { id: "USAM", name: "sam" }],
        channels: [
          ...HELP_CHANNELS.map((id) => ({ id, name: id.toLowerCase(), members })),
          { id: "CDESK", name: "desk", kind: "private" as const, members: ["USAM"] },
        ],
      },
    ],
  });
}

async function escalationsIn(books: Books): Promise<Opened[]> {
  const last = (key: string) => key.split("/").at(-1) ?? "";
  const rows = await books.rows<Opened>(
    "select c.key as talk, e.ticket, e.bridge_key as bridge from escalations e join conversations c on c.id = e.conversation_id",
  );
  return rows.map(({ talk, ticket, bridge }) => ({
    talk: last(talk),
    ticket,
    bridge: bridge && last(bridge),
  }));
}

/** Each of our messages in Slack says in its metadata which part of which delivery it is. */
function twiceOnSlack(slack: SlackServer): string[] {
  const said = [...HELP_CHANNELS, "CDESK"].flatMap((channel) => slack.messages(channel));
  const marks = said
    .filter(({ byApp, deleted, metadata }) => byApp && !deleted && metadata)
    .map(({ channel, metadata }) => `${channel} ${JSON.stringify(metadata?.event_payload)}`);
  return twice(marks).map((mark) => `twice on Slack: ${mark}`);
}

/** A turn is numbered by the event that began it, so the answers in a thread must carry growing numbers. */
function outOfOrderOnSlack(slack: SlackServer): string[] {
  const answers = HELP_CHANNELS.flatMap((channel) => slack.messages(channel)).flatMap(
    ({ byApp, deleted, metadata, threadTs }) => {
      const turn = /^turn-(\d+)\./.exec(String(metadata?.event_payload["delivery"]))?.[1];
      return byApp && !deleted && turn !== undefined ? [{ thread: threadTs ?? "", turn: Number(turn) }] : [];
    },
  );
  return [...Map.groupBy(answers, ({ thread }) => thread)].flatMap(([thread, inThread]) => {
    const turns = inThread.map(({ turn }) => turn);
    return turns.some((turn, at) => turn < (turns[at - 1] ?? 0))
      ? [`out of order on Slack: ${thread}: turns ${turns.join(", ")}`]
      : [];
  });
}

/** Each of our messages on Discord has the nonce of its delivery; what a webhook wrote has none, and is told by its words. */
function twiceOnDiscord(discord: DiscordServer): string[] {
  const places = ["support", "staff"].flatMap((name) => [name, ...discord.threads(name).map(({ id }) => id)]);
  const marks = places
    .flatMap((place) => discord.messages(place))
    .filter(({ isFromBot }) => isFromBot)
    .map(({ channelId, nonce, text }) => `${channelId} ${nonce ?? text}`);
  return twice(marks).map((mark) => `twice on Discord: ${mark}`);
}

function twice(marks: readonly string[]): string[] {
  return [...new Set(marks.filter((mark, at) => marks.indexOf(mark) !== at))];
}
