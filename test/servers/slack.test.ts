// Slack's postMessage is not the window's.
/* oxlint-disable unicorn/require-post-message-target-origin */
import { App } from "@slack/bolt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { ACME, QUIET, startAcme } from "./slack/acme.ts";
import { meet, part, type Meeting, type SeenEvent } from "./slack/bolt.ts";
import type { SlackServer } from "./slack/index.ts";

/**
 * What people write and how it reaches the real Bolt. Clicks and HTTP are in slack/interactions.test.ts, what the
 * Web API refuses in slack/rules.test.ts.
 */

let slack: SlackServer;
let app: App;
let seen: Meeting["seen"];

async function begin(...how: Parameters<typeof meet>): Promise<void> {
  ({ slack, app, seen } = await meet(...how));
}
afterEach(() => part({ slack, app }));

const ask = (text: string, more: object = {}) => slack.say({ channel: "CHELP", user: "UANN", text, ...more });
const events = () => seen.map(({ event }) => event);

describe("what people write, in Socket Mode", () => {
  beforeEach(async () => {
    await begin();
    await app.start();
  });

  it("comes as a message and, with a mention, as an app_mention of the same ts", async () => {
    await ask("hello").settled;
    const said = ask(`<@${slack.botUserId()}> help`);
    await said.settled;
    expect(events().map(({ type, text }) => [type, text])).toEqual([
      ["message", "hello"],
      ["message", `<@${slack.botUserId()}> help`],
      ["app_mention", `<@${slack.botUserId()}> help`],
    ]);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(3);
    expect(events()[2]).toMatchObject({ ts: said.ts, channel: "CHELP", user: "UANN" });
    expect(events()[2]).not.toHaveProperty("channel_type");
    expect(said.deliveries[0]?.attempts[0]?.ackMs).toBeGreaterThan(0);
  });

  it("is escaped as Slack escapes it", async () => {
    await ask("a < b && ann@example.com, see https://a.example/x?y=1&z=2.").settled;
    expect(events()[0]?.["text"]).toBe(
      "a &lt; b &amp;&amp; <mailto:ann@example.com|ann@example.com>, see <https://a.example/x?y=1&amp;z=2>.",
    );
    expect(slack.messages("CHELP")[0]?.text).toContain("a < b && ");
  });

  it("is not told where the bot is not, nor that it was mentioned in a direct message", async () => {
    expect(slack.say({ channel: "CAWAY", user: "UANN", text: "hi" }).deliveries).toEqual([]);
    const direct = slack.say({ channel: slack.im("UANN"), user: "UANN", text: `<@${slack.botUserId()}>` });
    await direct.settled;
    expect(events()).toMatchObject([{ type: "message", channel_type: "im" }]);
    expect(() => slack.say({ channel: "CDESK", user: "UANN", text: "hi" })).toThrow(/only its members/);
  });

  it("changes with `edited` when edited, without it when a link unfurls, and goes when deleted", async () => {
    const { ts } = ask("see https://a.example/");
    await slack.unfurl({ channel: "CHELP", ts }).settled;
    await slack.edit({ channel: "CHELP", ts, text: "better" }).settled;
    await slack.remove({ channel: "CHELP", ts }).settled;
    const [, unfurled, edited, deleted] = events();
    expect(unfurled).toMatchObject({ subtype: "message_changed", hidden: true, message: { ts } });
    expect(unfurled?.["message"]).not.toHaveProperty("edited");
    expect(unfurled?.["message"]).toHaveProperty("attachments");
    expect(edited).toMatchObject({ message: { text: "better", edited: { user: "UANN" } } });
    expect(edited?.["message"]).not.toHaveProperty("channel");
    expect(deleted).toMatchObject({ subtype: "message_deleted", deleted_ts: ts });
    expect(slack.messages("CHELP")[0]).toMatchObject({ deleted: true, edited: true });
  });

  it("has the subtypes of files, broadcasts, joins and other bots, and reactions", async () => {
    const root = ask("root");
    await ask("log", { files: [{ name: "a.log", bytes: "x" }] }).settled;
    await ask("all", { threadTs: root.ts, broadcast: true }).settled;
    await slack.join({ channel: "CHELP", user: "UGAST" }).settled;
    await slack.sayAsBot({ channel: "CHELP", user: "UROBO", text: "beep" }).settled;
    await slack.react({ channel: "CHELP", ts: root.ts, user: "USAM", name: "eyes" }).settled;
    expect(events().map(({ type, subtype }) => subtype ?? type)).toEqual([
      "message",
      "file_share",
      "thread_broadcast",
      "channel_join",
      "member_joined_channel",
      "bot_message",
      "reaction_added",
    ]);
    expect(events()[2]).toMatchObject({ thread_ts: root.ts, root: { ts: root.ts, text: "root" } });
    expect(events()[5]).not.toHaveProperty("user");
  });

  it("shows somebody of another workspace as such", async () => {
    await slack.say({ channel: "CCONN", user: "UGAST", text: "hi" }).settled;
    expect(events()[0]).toMatchObject({ user_team: "T2", source_team: "T2", team: "T2" });
    const { user } = await app.client.users.info({ user: "UGAST" });
    expect(user).toMatchObject({ team_id: "T2", is_stranger: false });
  });

  it("tells the app of its own messages too; Bolt drops those, but not that they were changed", async () => {
    const { ts = "" } = await app.client.chat.postMessage({ channel: "CHELP", text: "mine" });
    await app.client.chat.update({ channel: "CHELP", ts, text: "changed" });
    await slack.idle();
    expect(
      slack.deliveries.map(({ payload }) => (payload["event"] as SeenEvent)["subtype"] ?? "plain"),
    ).toEqual(["plain", "message_changed"]);
    expect(slack.deliveries.every(({ state }) => state === "acknowledged")).toBe(true);
  });

  it("is delivered twice, late and out of order when told to", async () => {
    await ask("twice", { timing: { twice: true } }).settled;
    expect(seen.map(({ id }) => id)).toEqual([seen[0]?.id, seen[0]?.id]);
    const late = ["1", "2", "3"].map((text) => ask(text, { timing: { hold: true } }));
    expect(slack.release([2, 0, 1])).toBe(3);
    await Promise.all(late.map(({ settled }) => settled));
    expect(
      events()
        .slice(2)
        .map(({ text }) => text),
    ).toEqual(["3", "1", "2"]);
    await slack.redeliver(late[0] ?? { deliveries: [] });
    expect(seen.at(-1)).toMatchObject({ event: { text: "1" }, retry: 1 });
  });

  it("stops when the app is uninstalled, and its token is dead before it hears of it", async () => {
    const told = slack.uninstall();
    expect(told.map(({ name }) => name)).toEqual(["tokens_revoked", "app_uninstalled"]);
    await expect(app.client.auth.test()).rejects.toThrow(/account_inactive/);
    expect(ask("hello?").deliveries).toEqual([]);
    await slack.idle();
  });
});

describe("the socket", () => {
  it("sends again what was not acknowledged in time, with its number and reason", async () => {
    await begin({ ackWithinMs: 200, retryDelaysMs: [0] });
    await app.start();
    slack.socket.loseAcks(true);
    const said = ask("hello");
    await slack.waitFor(() => said.deliveries[0]?.attempts.length === 1, "the first try to fail");
    slack.socket.loseAcks(false);
    await said.settled;
    expect(said.deliveries[0]?.attempts.map(({ failure }) => failure)).toEqual(["timeout", null]);
    expect(seen.map(({ retry }) => retry)).toEqual([0, 1]);
  });

  it("is opened anew after a disconnect and after a cut, and what was said meanwhile arrives", async () => {
    await begin({ ackWithinMs: 30_000 });
    await app.start();
    slack.socket.disconnect();
    await ask("after a disconnect").settled;
    slack.socket.drop();
    await ask("after a cut").settled;
    expect(events().map(({ text }) => text)).toEqual(["after a disconnect", "after a cut"]);
    expect(slack.socket.connected()).toBe(3);
  });

  it("gives each event to one of several connections", async () => {
    await begin();
    await app.start();
    const got: string[] = [];
    const other = new App({
      token: slack.botToken(),
      appToken: slack.appToken,
      socketMode: true,
      logger: QUIET,
      clientOptions: { slackApiUrl: slack.apiUrl },
    });
    other.event("message", async ({ event }) => void got.push(event.ts));
    await other.start();
    await Promise.all(["1", "2", "3", "4"].map((text) => ask(text).settled));
    await other.stop();
    expect([seen.length, got.length]).toEqual([2, 2]);
  });

  it("carries several workspaces over one connection, each with its own token", async () => {
    slack = await startAcme({
      teams: [ACME, { ...ACME, id: "T9", users: [], channels: [], usergroups: [] }],
    });
    const bo = slack.addUser({ name: "bo" }, "T9");
    const help = slack.addChannel({ name: "help", members: [bo.id] }, "T9");
    app = new App({
      appToken: slack.appToken,
      socketMode: true,
      clientOptions: { slackApiUrl: slack.apiUrl },
      logger: QUIET,
      authorize: async ({ teamId }) => ({
        botToken: slack.botToken(teamId),
        botUserId: slack.botUserId(teamId),
      }),
    });
    app.message("who", async ({ say, context }) => void (await say(`I am ${context.botUserId}`)));
    await app.start();
    ask("who?");
    slack.say({ channel: help.id, user: bo.id, text: "who?" });
    for (const [channel, team] of [["CHELP", "T1"] as const, [help.id, "T9"] as const]) {
      const answer = await slack.waitFor(() => slack.messages(channel)[1], `an answer in ${team}`);
      expect(answer.text).toBe(`I am ${slack.botUserId(team)}`);
    }
  });

  it("carries 2,000 messages in 300 threads", async () => {
    await begin();
    app.message(async ({ message, client }) => {
      if (message.subtype !== undefined || message.bot_id) return;
      await client.chat.postMessage({
        channel: message.channel,
        thread_ts: message.thread_ts ?? message.ts,
        text: `to ${message.text}`,
      });
    });
    await app.start();
    const roots = Array.from({ length: 300 }, (_, i) => ask(`root ${i}`).ts);
    for (let i = 300; i < 1_000; i++) ask(`m ${i}`, { threadTs: roots[i % 300] });
    const answers = () => slack.messages("CHELP").filter((one) => one.byApp);
    await slack.waitFor(() => slack.calls.length >= 1_001 && answers().length === 1_000, "1,000 answers");
    await slack.idle();
    expect(slack.messages("CHELP", roots[0] ?? "")).toHaveLength(8);
  });
});
