import { afterEach, describe, expect, it } from "vitest";

import { toPlace } from "../../../adapters/slack/address.ts";
import { ACTIONS, feedbackValue, FORM_INPUT } from "../../../adapters/slack/buttons.ts";
import { type Live, live, type LiveOptions } from "./live.ts";

const running: Live[] = [];

async function start(options: LiveOptions): Promise<Live> {
  const one = await live(options);
  running.push(one);
  return one;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.close()));
});

const LONG = 60_000;

function button(action_id: string, value: string, text: string) {
  return { type: "button", action_id, value, text: { type: "plain_text", text } };
}

/** The bot's message with buttons under it, as the outgoing half posts them. */
async function post({ slack }: Live, channel: string, elements: readonly object[], thread_ts?: string) {
  const client = await fetch(`${slack.apiUrl}chat.postMessage`, {
    method: "POST",
    headers: { authorization: `Bearer ${slack.botToken()}`, "content-type": "application/json" },
    body: JSON.stringify({ channel, thread_ts, text: "?", blocks: [{ type: "actions", elements }] }),
  });
  const answer = (await client.json()) as { ok: boolean; ts: string; error?: string };
  if (!answer.ok) throw new Error(answer.error);
  return answer.ts;
}

const CARD = [
  button(ACTIONS.claim, "E-17", "Claim"),
  button(ACTIONS.resolve, "E-17", "Resolve"),
  button(ACTIONS.hand_back, "E-17", "Hand back"),
];

describe.each(["socket", "http"] as const)("buttons in Slack over %s", (mode) => {
  it("claim and hand back at once", { timeout: LONG }, async () => {
    const one = await start({ mode });
    const messageTs = await post(one, "CDESK", CARD);
    const claim = await one.slack.click({ user: "USAM", channel: "CDESK", messageTs, text: "Claim" });
    const back = await one.slack.click({ user: "USAM", channel: "CDESK", messageTs, text: "Hand back" });
    expect([claim.acknowledged, back.acknowledged]).toEqual([true, true]);
    expect(one.events).toMatchObject([
      {
        address: { key: `T1/CDESK/${messageTs}` },
        sender: { id: "USAM", name: "sam", role: "staff" },
        body: { kind: "action", action: "claim", escalationId: "E-17" },
      },
      { body: { kind: "action", action: "hand_back", escalationId: "E-17" } },
    ]);
  });

  it("resolve with a form that asks what solved it", { timeout: LONG }, async () => {
    const one = await start({ mode });
    const { slack } = one;
    const messageTs = await post(one, "CDESK", CARD);
    await slack.click({ user: "USAM", channel: "CDESK", messageTs, text: "Resolve" });
    const [view] = await slack.waitFor(() => nonEmpty(slack.openViews("USAM")), "the form");
    expect(one.events).toEqual([]);
    const values = { [FORM_INPUT.block]: "Sent the invoice\nonce more." };
    const sent = await slack.submit({ user: "USAM", viewId: view?.id ?? "", values });
    expect(sent).toMatchObject({ acknowledged: true, errors: null, view: null });
    expect(one.events).toMatchObject([
      {
        eventId: `f:T1:${view?.id}`,
        address: { key: `T1/CDESK/${messageTs}` },
        body: {
          kind: "action",
          action: "resolve",
          escalationId: "E-17",
          note: "Sent the invoice\nonce more.",
        },
      },
    ]);
    expect(slack.violations).toEqual([]);
  });

  it("that only open a link are acknowledged, and are nothing to us", { timeout: LONG }, async () => {
    const one = await start({ mode });
    const messageTs = await post(one, "CDESK", [
      { ...button("link", "x", "Open"), url: "https://example.com" },
    ]);
    const receipt = await one.slack.click({ user: "USAM", channel: "CDESK", messageTs, text: "Open" });
    expect(receipt.acknowledged).toBe(true);
    expect(one.asked()).toBe(0);
  });

  it("rate, thumb, and show a private answer again", { timeout: LONG }, async () => {
    const one = await start({ mode });
    const { slack } = one;
    const asked = slack.say({ channel: "CHELP", user: "UANN", text: "hello" });
    await asked.settled;
    const elements = [
      button(`${ACTIONS.rate}4`, "4", "4"),
      button(ACTIONS.feedback, feedbackValue("turn-1:0", false), "No"),
      button(ACTIONS.reveal, "turn-1:0", "Read it again"),
    ];
    const messageTs = await post(one, "CHELP", elements, asked.ts);
    for (const { text } of elements) {
      await slack.click({ user: "UANN", channel: "CHELP", messageTs, text: text.text });
    }
    const [, rate, feedback, reveal] = one.events;
    const key = `T1/CHELP/${asked.ts}`;
    expect(rate).toMatchObject({ address: { key }, body: { kind: "rate", score: 4 } });
    expect(feedback).toMatchObject({
      address: { key },
      body: { kind: "feedback", answer: "turn-1:0", helpful: false },
    });
    expect(reveal).toMatchObject({ visibility: "private", body: { kind: "reveal", answer: "turn-1:0" } });
    expect(reveal && toPlace(reveal.address)).toMatchObject({
      kind: "response",
      channel: "CHELP",
      user: "UANN",
    });
  });

  it("verify an e-mail in two forms, and point out a slip in the form", { timeout: LONG }, async () => {
    const one = await start({ mode });
    const { slack } = one;
    const asked = slack.say({ channel: "CHELP", user: "UANN", text: "my orders?" });
    await asked.settled;
    const elements = [
      button(ACTIONS.verify_email, "verify", "Verify my e-mail"),
      button(ACTIONS.enter_code, "code", "Enter the code"),
    ];
    const messageTs = await post(one, "CHELP", elements, asked.ts);
    await slack.click({ user: "UANN", channel: "CHELP", messageTs, text: "Verify my e-mail" });
    const [form] = await slack.waitFor(() => nonEmpty(slack.openViews("UANN")), "the form for the e-mail");
    const viewId = form?.id ?? "";
    const slip = await slack.submit({
      user: "UANN",
      viewId,
      values: { [FORM_INPUT.block]: "ann,bob@example.com" },
    });
    expect(slip.errors).toHaveProperty(FORM_INPUT.block);
    expect(one.events).toHaveLength(1);
    const right = await slack.submit({
      user: "UANN",
      viewId,
      values: { [FORM_INPUT.block]: "ann@example.com" },
    });
    expect(right.errors).toBeNull();

    await slack.click({ user: "UANN", channel: "CHELP", messageTs, text: "Enter the code" });
    const [code] = await slack.waitFor(() => nonEmpty(slack.openViews("UANN")), "the form for the code");
    await slack.submit({ user: "UANN", viewId: code?.id ?? "", values: { [FORM_INPUT.block]: "123456" } });
    expect(one.events.slice(1)).toMatchObject([
      { visibility: "private", body: { kind: "verify", email: "ann@example.com" } },
      { visibility: "private", body: { kind: "verify_code", code: "123456" } },
    ]);
    const places = one.events.slice(1).map(({ address }) => toPlace(address).kind);
    expect(places).toEqual(["response", "response"]);
    expect(slack.violations).toEqual([]);
  });

  it(
    "tell the person when a click could not be stored, and do not acknowledge it",
    { timeout: LONG },
    async () => {
      const one = await start({ mode, server: { ackWithinMs: 500 } });
      const messageTs = await post(one, "CHELP", [button(`${ACTIONS.rate}5`, "5", "5")]);
      one.failIntake(1);
      const receipt = await one.slack.click({ user: "UANN", channel: "CHELP", messageTs, text: "5" });
      expect(receipt.acknowledged).toBe(false);
      const told = await one.slack.waitFor(() => one.slack.ephemerals("CHELP", "UANN")[0], "words for Ann");
      expect(told.text).toContain("could not be stored");
      expect(one.events).toEqual([]);
    },
  );

  it("keep a form open that could not be stored", { timeout: LONG }, async () => {
    const one = await start({ mode });
    const { slack } = one;
    const messageTs = await post(one, "CDESK", CARD);
    await slack.click({ user: "USAM", channel: "CDESK", messageTs, text: "Resolve" });
    const [view] = await slack.waitFor(() => nonEmpty(slack.openViews("USAM")), "the form");
    one.failIntake(1);
    const failed = await slack.submit({ user: "USAM", viewId: view?.id ?? "" });
    expect(failed.errors?.[FORM_INPUT.block]).toContain("could not be stored");
    const again = await slack.submit({ user: "USAM", viewId: view?.id ?? "" });
    expect(again.errors).toBeNull();
    expect(one.events).toMatchObject([{ body: { kind: "action", action: "resolve" } }]);
  });
});

describe.each(["socket", "http"] as const)("/deskhand over %s", (mode) => {
  const command = "/deskhand";

  it("goes to the core, answered where only the asker sees it", { timeout: LONG }, async () => {
    const one = await start({ mode });
    const receipt = await one.slack.command({ user: "USAM", channel: "CHELP", command, text: "status" });
    expect(receipt.acknowledged).toBe(true);
    expect(one.events).toMatchObject([
      {
        visibility: "private",
        sender: { id: "USAM", role: "staff" },
        body: { kind: "command", command: "status", text: "" },
      },
    ]);
  });

  it("knows a stranger in the staff channel for what they are", { timeout: LONG }, async () => {
    const one = await start({ mode });
    one.slack.join({ channel: "CDESK", user: "UZOE" });
    await one.slack.command({ user: "UZOE", channel: "CHELP", command, text: "status" });
    expect(one.events).toMatchObject([{ sender: { id: "UZOE", role: "customer" } }]);
  });

  it("explains itself at once", { timeout: LONG }, async () => {
    const one = await start({ mode });
    await one.slack.command({ user: "UANN", channel: "CHELP", command, text: "help" });
    const [help] = one.slack.ephemerals("CHELP", "UANN");
    expect(help?.text).toContain("/deskhand verify");
    expect(one.asked()).toBe(0);
    expect(one.slack.violations).toEqual([]);
  });

  it("opens the form for an e-mail", { timeout: LONG }, async () => {
    const one = await start({ mode });
    await one.slack.command({ user: "UANN", channel: "CHELP", command, text: "verify" });
    const [view] = await one.slack.waitFor(() => nonEmpty(one.slack.openViews("UANN")), "the form");
    expect(view?.view["callback_id"]).toBe("deskhand_verify_form");
  });

  it("says so when it could not be stored", { timeout: LONG }, async () => {
    const one = await start({ mode });
    one.failIntake(1);
    await one.slack.command({ user: "UANN", channel: "CHELP", command, text: "unlink" });
    expect(one.slack.ephemerals("CHELP", "UANN")[0]?.text).toContain("could not be stored");
  });
});

describe("the home page", () => {
  it("is the queue for staff", { timeout: LONG }, async () => {
    const one = await start({ mode: "socket" });
    await one.slack.openHome("USAM");
    expect(one.events).toMatchObject([
      {
        address: { key: "T1/~home/USAM" },
        sender: { id: "USAM", role: "staff" },
        body: { kind: "overview" },
      },
    ]);
  });

  it("lets customers verify their e-mail, answered in their direct messages", { timeout: LONG }, async () => {
    const one = await start({ mode: "socket" });
    const { slack } = one;
    const direct = slack.im("UANN");
    await slack.openHome("UANN");
    await slack.waitFor(() => slack.home("UANN"), "a home page");
    await slack.click({ user: "UANN", home: true, actionId: ACTIONS.verify_email });
    const [view] = await slack.waitFor(() => nonEmpty(slack.openViews("UANN")), "the form");
    const values = { [FORM_INPUT.block]: "ann@example.com" };
    await slack.submit({ user: "UANN", viewId: view?.id ?? "", values });
    await slack.click({ user: "UANN", home: true, actionId: ACTIONS.unlink });
    expect(one.events).toMatchObject([
      { address: { key: `T1/${direct}` }, visibility: "private", body: { kind: "verify" } },
      { address: { key: `T1/${direct}` }, visibility: "private", body: { kind: "unlink" } },
    ]);
    expect(slack.violations).toEqual([]);
  });

  it("is left alone when the messages tab is opened", { timeout: LONG }, async () => {
    const one = await start({ mode: "socket" });
    await one.slack.openHome("USAM", { tab: "messages" });
    expect(one.asked()).toBe(0);
  });
});

describe("the assistant's pane", () => {
  it("greets, suggests, and is named after the first question", { timeout: LONG }, async () => {
    const prompts = [{ title: "Export", message: "How do I export my data?" }];
    const one = await start({ mode: "socket", slack: { suggested_prompts: prompts } });
    const { slack } = one;
    const chat = slack.openAssistant("UANN");
    const direct = slack.im("UANN");
    const greeting = await slack.waitFor(
      () => slack.messages(direct, chat.threadTs).find((message) => message.text.includes("Aria")),
      "a greeting",
    );
    expect(greeting.byApp).toBe(true);
    await slack.waitFor(() => slack.prompts.length > 0, "suggestions");
    expect(slack.prompts).toMatchObject([{ threadTs: chat.threadTs, prompts }]);
    await slack.say({
      channel: direct,
      user: "UANN",
      text: "How do I\nexport ann@mail.example?",
      threadTs: chat.threadTs,
    }).settled;
    await slack.waitFor(() => slack.titles.length > 0, "a title");
    expect(slack.titles).toMatchObject([
      { threadTs: chat.threadTs, title: "How do I export (e-mail removed)?" },
    ]);
    await slack.say({ channel: direct, user: "UANN", text: "And then?", threadTs: chat.threadTs }).settled;
    await slack.changeContext({ user: "UANN", threadTs: chat.threadTs, to: "CHELP" });
    expect(one.events).toHaveLength(2);
    expect(slack.titles).toHaveLength(1);
    expect(slack.violations).toEqual([]);
  });
});

function nonEmpty<T>(all: readonly T[]): readonly T[] | null {
  return all.length > 0 ? all : null;
}
