import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";

import type { Adapter, Host } from "../../../src/adapter.ts";
import { createSlack } from "../../../adapters/slack/index.ts";
import type { Delivery, InboundEvent } from "../../../src/domain.ts";
import { type SlackServer, startSlack } from "../../servers/slack/index.ts";
import { ACME, createMemory } from "./live.ts";
import { slackConfig } from "./payloads.ts";

const LONG = 60_000;
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

interface Set {
  readonly slack: SlackServer;
  readonly adapter: Adapter;
  readonly events: InboundEvent[];
  readonly host: Host;
}

async function create(
  env: Record<string, string | undefined> = {},
  settings: Record<string, unknown> = {},
): Promise<Set> {
  const slack = await startSlack(ACME);
  closing.push(() => slack.close());
  const events: InboundEvent[] = [];
  const adapter = createSlack({
    config: slackConfig(settings),
    env: {
      SLACK_BOT_TOKEN: slack.botToken(),
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
      ...env,
    },
    log: pino({ level: "silent" }),
    now: Date.now,
  });
  const host: Host = {
    memory: createMemory(),
    activePlaces: async () => [],
    lost: () => undefined,
    async intake(event) {
      events.push(event);
      return "accepted";
    },
  };
  return { slack, adapter, events, host };
}

function answer(to: InboundEvent, text: string): Delivery {
  return {
    id: "turn-1:0",
    to: to.address,
    visibility: "public",
    content: { kind: "reply", text, by: "ai", citations: [], inReplyTo: [] },
    createdAt: Date.now(),
  };
}

const context = {
  signal: new AbortController().signal,
  maybeSent: false,
  fetchFile: async () => new Uint8Array(),
};

describe("the Slack adapter", () => {
  it("hears a question and answers in its thread", { timeout: LONG }, async () => {
    const { slack, adapter, events, host } = await create();
    await adapter.start(host);
    closing.push(() => adapter.stop());
    const asked = slack.say({ channel: "CHELP", user: "UANN", text: `<@${slack.botUserId()}> where is it?` });
    await asked.settled;
    const [question] = events;
    if (!question) throw new Error("nothing was heard");
    await adapter.send(answer(question, "On its way."), context);
    const [said] = slack.messages("CHELP", asked.ts).filter(({ byApp }) => byApp);
    expect(said?.text).toContain("On its way.");
    // What the adapter said itself is no event.
    await slack.idle();
    expect(events.every(({ sender }) => sender.id === "UANN")).toBe(true);
    expect(slack.violations).toEqual([]);
  });

  it("sees by the card's thread what staff say about it", { timeout: LONG }, async () => {
    const { slack, adapter, events, host } = await create();
    await adapter.start(host);
    closing.push(() => adapter.stop());
    const card = {
      escalationId: "E-1",
      status: "open",
      reason: "customer_request",
      priority: "normal",
      summary: "Ann asks for a person.",
      customer: "Ann",
      ticket: "T-1",
      conversation: { adapter: "slack", key: "T1/CHELP/1.2" },
      waitingSince: Date.now(),
      tried: [],
      nextStep: "Answer.",
      ping: false,
    } as const;
    const to = { adapter: "slack", key: "CDESK" };
    const delivery: Delivery = {
      id: "c",
      to,
      visibility: "public",
      content: { kind: "card", card },
      createdAt: 0,
    };
    const { thread } = await adapter.send(delivery, context);
    const [posted] = slack.messages("CDESK");
    await slack.say({ channel: "CDESK", user: "USAM", text: "On it.", threadTs: posted?.ts ?? "" }).settled;
    await slack.click({ user: "USAM", channel: "CDESK", messageTs: posted?.ts ?? "", text: "Claim" });
    expect(events.map(({ address, sender, body }) => [address, sender.role, body.kind])).toEqual([
      [thread, "staff", "message"],
      [thread, "staff", "action"],
    ]);
  });

  it("does not start half-deaf: each problem is named with what mends it", { timeout: LONG }, async () => {
    const { slack, adapter, host } = await create();
    slack.setScopes(["chat:write", "users:read"]);
    await expect(adapter.start(host)).rejects.toMatchObject({
      code: "platform_unusable",
      message: expect.stringContaining("channels:history"),
    });
  });

  it("does not start with a token that Slack refuses", { timeout: LONG }, async () => {
    const { adapter, host } = await create({ SLACK_BOT_TOKEN: "xoxb-made-up" });
    await expect(adapter.start(host)).rejects.toMatchObject({ code: "platform_unusable" });
  });

  it("names every variable that is missing", { timeout: LONG }, async () => {
    const { adapter, host } = await create({
      SLACK_BOT_TOKEN: undefined,
      SLACK_APP_TOKEN: undefined,
      SLACK_CLIENT_ID: "111.222",
    });
    const missing =
      /SLACK_SIGNING_SECRET[\s\S]*SLACK_CLIENT_SECRET[\s\S]*SLACK_STATE_SECRET[\s\S]*DESKHAND_SECRET/;
    await expect(adapter.start(host)).rejects.toMatchObject({
      code: "platform_unusable",
      message: expect.stringMatching(missing),
    });
    expect(await adapter.check?.()).toMatchObject([{ level: "problem" }]);
  });

  it("ends what it is sending before it stops, and sends nothing afterwards", { timeout: LONG }, async () => {
    const { slack, adapter, events, host } = await create();
    await adapter.start(host);
    await slack.say({ channel: "CHELP", user: "UANN", text: "hello" }).settled;
    const [question] = events;
    if (!question) throw new Error("nothing was heard");
    slack.failNext("chat.postMessage", { slow: true, delayMs: 300 });
    const sending = adapter.send(answer(question, "Hello, Ann."), context);
    await adapter.stop();
    await expect(sending).resolves.toHaveProperty("messageId");
    await expect(adapter.send(answer(question, "Late."), context)).rejects.toMatchObject({
      code: "delivery_unreached",
    });
  });
});

describe("the doctor, over HTTP", () => {
  it("asks whether Deskhand answers where Slack will look for it", { timeout: LONG }, async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    const settings = { http: { port, host: "127.0.0.1", public_url: `http://127.0.0.1:${port}` } };
    const overHttp = { SLACK_APP_TOKEN: undefined, SLACK_SIGNING_SECRET: "the secret" };
    const { adapter, host } = await create(overHttp, settings);
    const last = async (by = adapter) => (await by.check?.())?.at(-1);
    expect(await last()).toMatchObject({
      level: "warning",
      what: expect.stringContaining("does not answer at"),
    });

    await adapter.start(host);
    closing.push(() => adapter.stop());
    expect(await last()).toMatchObject({ level: "ok", what: expect.stringContaining("/slack/events") });
    const other = await create({ ...overHttp, SLACK_SIGNING_SECRET: "another" }, settings);
    expect(await last(other.adapter)).toMatchObject({
      level: "problem",
      what: expect.stringContaining("does not take our"),
    });
  });
});
