// Slack's postMessage is not the window's.
/* oxlint-disable unicorn/require-post-message-target-origin */
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

import { App, Assistant, type AppOptions } from "@slack/bolt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { QUIET, startAcme } from "./slack/acme.ts";
import type { SlackOptions, SlackServer } from "./slack/index.ts";

/** Slack's side of a conversation, with the real Bolt at the other end. What it refuses is in slack/rules.test.ts. */

type Seen = Record<string, unknown> & { readonly type: string };

let slack: SlackServer;
let app: App;
let seen: { event: Seen; id: string; retry: number | undefined }[];

async function begin(options: SlackOptions = {}, bolt: AppOptions = {}): Promise<void> {
  slack = await startAcme(options);
  app = new App({
    ...(bolt.socketMode === false ? { signingSecret: slack.signingSecret } : { appToken: slack.appToken }),
    token: slack.botToken(),
    socketMode: true,
    clientOptions: { slackApiUrl: slack.apiUrl },
    logger: QUIET,
    ...bolt,
  });
  seen = [];
  app.use(async ({ body, context, next }) => {
    if ("event" in body) {
      seen.push({ event: body.event as Seen, id: String(body["event_id"]), retry: context.retryNum });
    }
    await next();
  });
}

/** The port is asked for first: Bolt does not tell which one it was given. */
async function listen(): Promise<string> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  await app.start({ port, host: "127.0.0.1" });
  return `http://127.0.0.1:${port}/slack/events`;
}

afterEach(async () => {
  await app.stop();
  await slack.close();
  if (slack.violations.length > 0) throw new Error(slack.violations.join("\n"));
});

const ask = (text: string, more: object = {}) => slack.say({ channel: "CHELP", user: "UANN", text, ...more });
const events = () => seen.map(({ event }) => event);
const plain = (text: string) => ({ type: "plain_text" as const, text });
const claim = {
  type: "actions" as const,
  elements: [
    { type: "button" as const, text: plain("Claim"), action_id: "claim", value: "e1" },
    { type: "button" as const, text: plain("Leave"), action_id: "leave", value: "e1" },
  ],
};
const modal = {
  type: "modal" as const,
  callback_id: "verify",
  private_metadata: "e1",
  title: plain("Your code"),
  submit: plain("Check"),
  blocks: [
    {
      type: "input" as const,
      block_id: "code",
      label: plain("Code"),
      element: { type: "plain_text_input" as const, action_id: "digits", max_length: 6 },
    },
  ],
};

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
    expect(slack.deliveries.map(({ payload }) => (payload["event"] as Seen)["subtype"] ?? "plain")).toEqual([
      "plain",
      "message_changed",
    ]);
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

describe("clicks, forms and commands", () => {
  beforeEach(() => begin());

  it("clicks a button that is there, with the message in the payload", async () => {
    app.action("claim", async ({ ack, body, respond }) => {
      await ack();
      if (body.type !== "block_actions" || !body.message) throw new Error("no message in the payload");
      await respond({ text: `claimed ${body.message.ts}`, replace_original: true });
    });
    await app.start();
    const { ts = "" } = await app.client.chat.postMessage({
      channel: "CDESK",
      text: "card",
      blocks: [claim],
    });
    const button = { channel: "CDESK", messageTs: ts, user: "USAM" };
    const receipt = await slack.click({ ...button, text: "Claim" });
    expect(receipt.acknowledged).toBe(true);
    await slack.waitFor(() => slack.messages("CDESK")[0]?.text === `claimed ${ts}`, "the card to change");
    await expect(slack.click({ ...button, text: "Claim" })).rejects.toThrow(/no button Claim/);
    await expect(slack.click({ ...button, user: "UANN", text: "Claim" })).rejects.toThrow(/not in CDESK/);
  });

  it("clicks feedback in an ephemeral message, only for the person who sees it", async () => {
    const values: string[] = [];
    app.action("rate", async ({ ack, action }) => {
      await ack();
      if ("value" in action && action.value) values.push(action.value);
    });
    await app.start();
    const side = (text: string, value: string) => ({ text: plain(text), value });
    const feedback = { positive_button: side("Good", "up"), negative_button: side("Bad", "down") };
    const { message_ts: ts = "" } = await app.client.chat.postEphemeral({
      channel: "CHELP",
      user: "UANN",
      text: "rate",
      blocks: [
        { type: "context_actions", elements: [{ type: "feedback_buttons", action_id: "rate", ...feedback }] },
      ],
    });
    const button = { channel: "CHELP", messageTs: ts, actionId: "rate" };
    await slack.click({ ...button, user: "UANN", text: "Bad" });
    expect(values).toEqual(["down"]);
    await expect(slack.click({ ...button, user: "UANN" })).rejects.toThrow(/Several buttons/);
    await expect(slack.click({ ...button, user: "USAM", text: "Bad" })).rejects.toThrow(/cannot see/);
  });

  it("opens a modal once per click, takes errors, and closes it when all is well", async () => {
    const again: unknown[] = [];
    app.command("/verify", async ({ ack, body, client }) => {
      await ack();
      await client.views.open({ trigger_id: body.trigger_id, view: modal });
      const { trigger_id } = body;
      await client.views.open({ trigger_id, view: modal }).catch((error: unknown) => again.push(error));
    });
    app.view("verify", async ({ ack, view }) => {
      const code = view.state.values["code"]?.["digits"]?.value;
      if (code === "123456") await ack();
      else await ack({ response_action: "errors", errors: { code: "Wrong" } });
    });
    await app.start();
    await slack.command({ user: "UANN", channel: "CHELP", command: "/verify" });
    const { id: viewId } = await slack.waitFor(() => slack.openViews("UANN")[0], "the modal");
    await slack.waitFor(() => again.length, "the second use of the trigger");
    expect(String(again[0])).toContain("exchanged_trigger_id");
    const type = (code: string) => slack.submit({ user: "UANN", viewId, values: { code } });
    expect(await type("000000")).toMatchObject({ errors: { code: "Wrong" }, view: { id: viewId } });
    await expect(type("1234567")).rejects.toThrow(/longer than 6/);
    await expect(slack.submit({ user: "UANN", viewId, values: { other: "1" } })).rejects.toThrow(/is empty/);
    expect(await type("123456")).toMatchObject({ errors: null, view: null, acknowledged: true });
    expect(slack.openViews("UANN")).toEqual([]);
  });

  it("lets a response_url be used five times, and shows a command's answer to its caller", async () => {
    const failures: string[] = [];
    app.command("/support", async ({ ack, respond, command }) => {
      await ack(`opened: ${command.text}`);
      for (let i = 0; i < 6; i++) await respond(`${i}`).catch((error: Error) => failures.push(error.message));
    });
    await app.start();
    await slack.command({ user: "UANN", channel: "CHELP", command: "/support", text: "a <b>" });
    await slack.waitFor(() => failures.length, "the sixth use to fail");
    expect(slack.ephemerals("CHELP", "UANN").map((one) => one.rawText)).toContain("opened: a <b>");
    expect(slack.ephemerals("CHELP", "UANN")).toHaveLength(6);
    expect(slack.ephemerals("CHELP", "USAM")).toEqual([]);
  });

  it("publishes a Home tab and clicks in it", async () => {
    const clicked: string[] = [];
    app.event("app_home_opened", async ({ event, client }) => {
      await client.views.publish({ user_id: event.user, view: { type: "home", blocks: [claim] } });
    });
    app.action("claim", async ({ ack, body }) => {
      await ack();
      clicked.push(body.user.id);
    });
    await app.start();
    await slack.openHome("UANN");
    await slack.waitFor(() => slack.home("UANN"), "Ann's Home tab");
    await slack.click({ user: "UANN", home: true, actionId: "claim" });
    expect(clicked).toEqual(["UANN"]);
    await expect(slack.click({ user: "USAM", home: true, actionId: "claim" })).rejects.toThrow(
      /no open Home/,
    );
  });

  it("runs an assistant thread with prompts, status and title", async () => {
    app.assistant(
      new Assistant({
        threadContextStore: { get: async () => ({}), save: async () => {} },
        threadStarted: async ({ setSuggestedPrompts }) => {
          await setSuggestedPrompts({ prompts: [{ title: "Order", message: "Where is my order?" }] });
        },
        userMessage: async ({ setStatus, setTitle, say }) => {
          await setTitle("An order");
          await setStatus("is thinking");
          await say("Found it");
        },
      }),
    );
    await app.start();
    const { channel, threadTs } = slack.openAssistant("UANN", { from: "CHELP" });
    await slack.waitFor(() => slack.prompts[0], "suggested prompts");
    await slack.say({ channel, threadTs, user: "UANN", text: "Where is my order?" }).settled;
    await slack.waitFor(() => slack.messages(channel, threadTs)[2], "an answer");
    expect(
      slack
        .messages(channel, threadTs)
        .map((one) => one.text)
        .slice(1),
    ).toEqual(["Where is my order?", "Found it"]);
    expect(slack.statuses.map(({ status }) => status)).toEqual(["is thinking", ""]);
    expect(slack.titles).toMatchObject([{ threadTs, title: "An order" }]);
  });
});

describe("over HTTP", () => {
  let address: string;
  beforeEach(async () => {
    await begin({ ackWithinMs: 2_000, retryDelaysMs: [0] }, { socketMode: false });
  });

  it("signs events, clicks and commands", async () => {
    app.command("/support", async ({ ack }) => ack("hello"));
    app.action("claim", async ({ ack }) => ack());
    slack.deliverTo((address = await listen()));
    await ask("hello").settled;
    expect(events()).toMatchObject([{ text: "hello" }]);
    const { ts = "" } = await app.client.chat.postMessage({
      channel: "CHELP",
      text: "card",
      blocks: [claim],
    });
    const click = await slack.click({ user: "UANN", channel: "CHELP", messageTs: ts, actionId: "claim" });
    expect(click.attempts).toMatchObject([{ by: "http", status: 200 }]);
    await slack.command({ user: "UANN", channel: "CHELP", command: "/support" });
    expect(slack.ephemerals("CHELP", "UANN").map((one) => one.text)).toEqual(["hello"]);
    const { text, challenge } = await slack.verifyUrl(address);
    expect(text).toContain(challenge);
  });

  it.each(["wrong secret", "old timestamp", "no signature", "changed body"] as const)(
    "is refused with a %s, and tries again as Slack does",
    async (forgery) => {
      slack.deliverTo((address = await listen()));
      slack.forge(forgery);
      const said = ask("forged");
      await said.settled;
      expect(said.deliveries[0]).toMatchObject({
        state: "given up",
        attempts: [{}, { failure: "http_error" }],
      });
      expect(seen).toEqual([]);
      slack.forge(null);
      await slack.redeliver(said);
      expect(seen).toMatchObject([{ event: { text: "forged" }, retry: 2 }]);
    },
  );
});
