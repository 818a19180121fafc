// Slack's postMessage is not the window's.
/* oxlint-disable unicorn/require-post-message-target-origin */
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

import { Assistant, type App } from "@slack/bolt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { meet, part, plain, type Meeting } from "./bolt.ts";
import type { SlackServer } from "./index.ts";

/** Buttons, modals, commands, the Home tab, the assistant, and the HTTP transport, with the real Bolt. */

let slack: SlackServer;
let app: App;
let seen: Meeting["seen"];

async function begin(...how: Parameters<typeof meet>): Promise<void> {
  ({ slack, app, seen } = await meet(...how));
}
afterEach(() => part({ slack, app }));

/** The port is asked for first: Bolt does not tell which one it was given. */
async function listen(): Promise<string> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  await app.start({ port, host: "127.0.0.1" });
  return `http://127.0.0.1:${port}/slack/events`;
}

const ask = (text: string, more: object = {}) => slack.say({ channel: "CHELP", user: "UANN", text, ...more });
const events = () => seen.map(({ event }) => event);
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
    const extra = { code: "123456", other: "1" };
    await expect(slack.submit({ user: "UANN", viewId, values: extra })).rejects.toThrow(/no input other/);
    expect(await type("123456")).toMatchObject({ errors: null, view: null, acknowledged: true });
    expect(slack.openViews("UANN")).toEqual([]);
  });

  it("lets a trigger go stale", async () => {
    await slack.close();
    await begin({ limits: { post: false, triggerMs: -1 } });
    app.command("/verify", async ({ ack, body, client }) => {
      const late = await client.views.open({ trigger_id: body.trigger_id, view: modal }).then(
        () => "opened",
        (error: Error) => error.message,
      );
      await ack(late);
    });
    await app.start();
    const receipt = await slack.command({ user: "UANN", channel: "CHELP", command: "/verify" });
    expect(JSON.stringify(receipt.payload)).toContain("expired_trigger_id");
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
