import { afterEach, describe, expect, it, vi } from "vitest";

import { timeOf } from "../../../adapters/slack/normalise.ts";
import { ACME, type Live, live, type LiveOptions } from "./live.ts";

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

describe.each(["socket", "http"] as const)("Slack over %s", (mode) => {
  it("hears a mention once, although Slack tells it twice", { timeout: LONG }, async () => {
    const { slack, events } = await start({ mode });
    const said = slack.say({
      channel: "CHELP",
      user: "UANN",
      text: `<@${slack.botUserId()}> where is my order?`,
    });
    await said.settled;
    expect(said.deliveries.map(({ name, state }) => [name, state])).toEqual([
      ["message", "acknowledged"],
      ["app_mention", "acknowledged"],
    ]);
    expect(events).toMatchObject([
      {
        eventId: `m:T1:CHELP:${said.ts}`,
        address: { adapter: "slack", key: `T1/CHELP/${said.ts}` },
        link: `https://test.slack.com/archives/CHELP/p${said.ts.replace(".", "")}`,
        sender: { id: "UANN", name: "ann", role: "customer" },
        body: { kind: "message", text: "where is my order?", addressed: true, opens: true },
      },
    ]);
    expect(slack.violations).toEqual([]);
  });

  it(
    "acknowledges only what is on disk, and takes it when Slack delivers again",
    { timeout: LONG },
    async () => {
      const { slack, events, failIntake } = await start({ mode });
      failIntake(1);
      const said = slack.say({ channel: "CHELP", user: "UANN", text: "hello" });
      await said.settled;
      const [delivery] = said.deliveries;
      expect(delivery?.attempts.map(({ ackMs }) => ackMs !== null)).toEqual([false, true]);
      expect(events).toHaveLength(1);
    },
  );

  it("knows what Slack delivers again, also after a restart", { timeout: LONG }, async () => {
    const { slack, events, asked, restart, deliverAgain } = await start({ mode });
    const said = slack.say({ channel: "CHELP", user: "UANN", text: "hello", timing: { twice: true } });
    await said.settled;
    await restart();
    await deliverAgain(said);
    expect(asked()).toBe(3);
    expect(events).toHaveLength(1);
  });

  it("hears edits and deletions, and no previews", { timeout: LONG }, async () => {
    const { slack, events } = await start({ mode });
    const said = slack.say({ channel: "CHELP", user: "UANN", text: "see https://example.com/page" });
    await said.settled;
    await slack.unfurl({ channel: "CHELP", ts: said.ts }).settled;
    await slack.edit({ channel: "CHELP", ts: said.ts, text: "see https://example.com/other" }).settled;
    await slack.unfurl({ channel: "CHELP", ts: said.ts }).settled;
    await slack.remove({ channel: "CHELP", ts: said.ts }).settled;
    expect(events.map(({ body }) => body)).toMatchObject([
      { kind: "message", text: "see https://example.com/page" },
      { kind: "edit", messageId: said.ts, text: "see https://example.com/other" },
      { kind: "delete", messageId: said.ts },
    ]);
  });

  it("keeps threads, direct messages and the assistant's chats apart", { timeout: LONG }, async () => {
    const { slack, events } = await start({ mode });
    const root = slack.say({ channel: "CHELP", user: "UANN", text: "a" });
    await root.settled;
    await slack.say({ channel: "CHELP", user: "UANN", text: "b", threadTs: root.ts, broadcast: true })
      .settled;
    const direct = slack.im("UANN");
    await slack.say({ channel: direct, user: "UANN", text: "c" }).settled;
    const chat = slack.openAssistant("UANN");
    await slack.waitFor(
      () => slack.messages(direct, chat.threadTs).find(({ text }) => text.includes("Aria")),
      "a greeting",
    );
    await slack.say({ channel: direct, user: "UANN", text: "d", threadTs: chat.threadTs }).settled;
    expect(
      events.map(({ address, body, visibility }) => [address.key, "text" in body && body.text, visibility]),
    ).toEqual([
      [`T1/CHELP/${root.ts}`, "a", "public"],
      [`T1/CHELP/${root.ts}`, "b", "public"],
      [`T1/${direct}`, "c", "private"],
      [`T1/${direct}/${chat.threadTs}`, "d", "private"],
    ]);
    expect(slack.violations).toEqual([]);
  });

  it("hears files with what it takes to fetch them", { timeout: LONG }, async () => {
    const { slack, events } = await start({ mode });
    const files = [{ name: "invoice.txt", bytes: "Total: 12" }];
    await slack.say({ channel: "CHELP", user: "UANN", text: "", files }).settled;
    expect(events[0]?.body).toMatchObject({
      attachments: [{ name: "invoice.txt", mimeType: "text/plain", bytes: 9, adapter: "slack" }],
    });
  });

  it("does not listen to bots", { timeout: LONG }, async () => {
    const { slack, asked } = await start({ mode });
    const said = slack.sayAsBot({
      channel: "CHELP",
      user: "UDEPLOY",
      text: `<@${slack.botUserId()}> deployed`,
    });
    await said.settled;
    expect(said.deliveries.map(({ state }) => state)).toEqual(["acknowledged", "acknowledged"]);
    expect(asked()).toBe(0);
  });
});

describe("who writes in Slack", () => {
  it("is staff when they are in the staff channel", { timeout: LONG }, async () => {
    const { slack, events } = await start({ mode: "socket" });
    await slack.say({ channel: "CHELP", user: "USAM", text: "I can help" }).settled;
    await slack.say({ channel: "CHELP", user: "UANN", text: "thanks" }).settled;
    expect(events.map(({ sender }) => [sender.id, sender.role])).toEqual([
      ["USAM", "staff"],
      ["UANN", "customer"],
    ]);
  });

  it(
    "is staff when they are in the user group, whoever is in the staff channel",
    { timeout: LONG },
    async () => {
      const teams = ACME.teams?.map((team) => ({
        ...team,
        usergroups: [{ id: "SDESK", handle: "desk", users: ["UANN"] }],
      }));
      const { slack, events } = await start({
        mode: "socket",
        server: { teams: teams ?? [] },
        slack: { staff_group: "SDESK" },
      });
      await slack.say({ channel: "CHELP", user: "UANN", text: "I can help" }).settled;
      const atDesk = slack.say({ channel: "CDESK", user: "USAM", text: "not in the group" });
      await atDesk.settled;
      expect(atDesk.deliveries[0]?.state).toBe("acknowledged");
      expect(events.map(({ sender }) => [sender.id, sender.role])).toEqual([["UANN", "staff"]]);
    },
  );

  it(
    "is trusted with an e-mail only where the operator says so, and never as a stranger",
    { timeout: LONG },
    async () => {
      const { slack, events } = await start({ mode: "socket", slack: { trust_emails: true } });
      await slack.say({ channel: "CHELP", user: "UANN", text: "mine" }).settled;
      await slack.say({ channel: "CHELP", user: "UZOE", text: "hers" }).settled;
      expect(events.map(({ sender }) => sender)).toMatchObject([
        { id: "UANN", name: "ann", trustedEmail: "ann@example.com" },
        { id: "UZOE", role: "customer" },
      ]);
      expect(events[1]?.sender).not.toHaveProperty("trustedEmail");

      const careful = await start({ mode: "socket" });
      await careful.slack.say({ channel: "CHELP", user: "UANN", text: "mine" }).settled;
      expect(careful.events[0]?.sender).not.toHaveProperty("trustedEmail");
    },
  );

  it(
    "goes by their id when Slack is slow to say, and is acknowledged in time",
    { timeout: LONG },
    async () => {
      const { slack, events } = await start({ mode: "socket" });
      slack.failNext("users.info", { slow: true, delayMs: 5_000 });
      const said = slack.say({ channel: "CHELP", user: "UANN", text: "hello" });
      await said.settled;
      expect(said.deliveries[0]?.attempts).toHaveLength(1);
      expect(said.deliveries[0]?.attempts[0]?.ackMs).toBeLessThan(3_000);
      expect(events[0]?.sender).toEqual({ id: "UANN", name: "UANN", role: "customer" });
    },
  );

  it(
    "is staff by the last list when Slack does not say, also after a restart",
    { timeout: LONG },
    async () => {
      const { slack, events, restart } = await start({ mode: "socket" });
      await slack.say({ channel: "CDESK", user: "USAM", text: "one" }).settled;
      await restart();
      slack.failNext("conversations.members", { status: 500, times: 100 });
      await slack.say({ channel: "CDESK", user: "USAM", text: "two" }).settled;
      expect(events.map(({ sender, body }) => [sender.role, "text" in body && body.text])).toEqual([
        ["staff", "one"],
        ["staff", "two"],
      ]);
    },
  );

  it("is heard at the desk once Slack says that they are staff", { timeout: LONG }, async () => {
    const server = { ackWithinMs: 300 };
    const { slack, events } = await start({ mode: "socket", server });
    slack.failNext("conversations.members", { status: 500, times: 2 });
    const said = slack.say({ channel: "CDESK", user: "USAM", text: "on it" });
    await said.settled;
    expect(said.deliveries[0]?.attempts.map(({ ackMs }) => ackMs !== null)).toEqual([false, false, true]);
    expect(events).toMatchObject([{ sender: { role: "staff" }, body: { text: "on it" } }]);
  });
});

describe("words in Slack", () => {
  it("stay in order when Slack is slow to say who is mentioned", { timeout: LONG }, async () => {
    const { slack, events } = await start({ mode: "socket" });
    await slack.say({ channel: "CHELP", user: "UANN", text: "zero" }).settled;
    slack.failNext("users.info", { slow: true, delayMs: 400 });
    const first = slack.say({ channel: "CHELP", user: "UANN", text: "one for <@USAM>" });
    const second = slack.say({ channel: "CHELP", user: "UANN", text: "two" });
    await Promise.all([first.settled, second.settled]);
    const texts = events.map(({ body }) => "text" in body && body.text);
    expect(texts).toEqual(["zero", "one for @sam", "two"]);
  });

  it("name who is mentioned", { timeout: LONG }, async () => {
    const { slack, events } = await start({ mode: "socket" });
    await slack.say({ channel: "CHELP", user: "UANN", text: "can <@USAM> help?" }).settled;
    expect(events[0]?.body).toMatchObject({ text: "can @sam help?", addressed: false });
  });

  it("become a note when staff mark them, in the thread they stand in", { timeout: LONG }, async () => {
    const { slack, events, restart } = await start({ mode: "socket" });
    const card = slack.say({ channel: "CDESK", user: "USAM", text: "card" });
    const said = slack.say({ channel: "CDESK", user: "USAM", text: "between us", threadTs: card.ts });
    await said.settled;
    await slack.react({ channel: "CDESK", ts: said.ts, user: "USAM", name: "memo" }).settled;
    const [, , note] = events;
    expect(note).toMatchObject({
      address: { key: `T1/CDESK/${card.ts}` },
      sender: { id: "USAM", role: "staff" },
      body: { kind: "note", messageId: said.ts },
    });
    // What is remembered of threads does not outlive the process; Slack is asked then.
    const other = slack.say({ channel: "CDESK", user: "USAM", text: "this too", threadTs: card.ts });
    await other.settled;
    await restart();
    await slack.react({ channel: "CDESK", ts: other.ts, user: "USAM", name: "memo" }).settled;
    expect(events.at(-1)).toMatchObject({
      address: { key: `T1/CDESK/${card.ts}` },
      body: { kind: "note", messageId: other.ts },
    });
  });
});

describe("a request that does not come from Slack", () => {
  it.each(["wrong secret", "old timestamp", "no signature", "changed body"] as const)(
    "is refused: %s",
    { timeout: LONG },
    async (forgery) => {
      const { slack, asked } = await start({ mode: "http" });
      slack.forge(forgery);
      const said = slack.say({ channel: "CHELP", user: "UANN", text: "hello" });
      await said.settled;
      expect(said.deliveries[0]?.attempts.map(({ status }) => status)).toEqual(
        [401, 401, 401, 401].slice(0, 4),
      );
      expect(asked()).toBe(0);
    },
  );

  it("may ask for Slack's handshake", { timeout: LONG }, async () => {
    const { slack, base } = await start({ mode: "http" });
    const answer = await slack.verifyUrl(`${base}/slack/events`);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain(answer.challenge);
  });
});

describe("the connection to Slack", () => {
  it("comes back after Slack ends it, and after it is lost", { timeout: LONG }, async () => {
    const { slack, events, deliverAgain } = await start({ mode: "socket" });
    slack.socket.disconnect();
    await slack.waitFor(() => slack.socket.connected() > 1, "a new connection");
    await slack.say({ channel: "CHELP", user: "UANN", text: "one" }).settled;
    slack.socket.drop();
    slack.failNext("apps.connections.open", { status: 500, times: 2 });
    const said = slack.say({ channel: "CHELP", user: "UANN", text: "two" });
    await said.settled;
    await deliverAgain(said);
    expect(events.map(({ body }) => "text" in body && body.text)).toEqual(["one", "two"]);
  });

  it(
    "finishes what came before it stops, and leaves the rest for the next start",
    { timeout: LONG },
    async () => {
      const one = await start({ mode: "socket", server: { ackWithinMs: 150 } });
      const { slack, events, asked } = one;
      const release = one.holdIntake();
      const before = slack.say({ channel: "CHELP", user: "UANN", text: "before" });
      await vi.waitFor(() => expect(asked()).toBe(1));
      let onDisk = -1;
      const restarted = one.restart(async () => (onDisk = events.length));
      const after = slack.say({ channel: "CDESK", user: "USAM", text: "after" });
      await after.settled;
      expect(after.deliveries[0]?.state).toBe("given up");
      expect(asked()).toBe(1);
      release();
      await Promise.all([restarted, before.settled]);
      expect(onDisk).toBe(1);
      await one.deliverAgain(after);
      expect(events.map(({ body }) => "text" in body && body.text)).toEqual(["before", "after"]);
    },
  );
});

describe("what is said while nobody listens", () => {
  const server = { ackWithinMs: 100 };
  const slack = { channels: [{ id: "CHELP", mode: "every_post" }] };

  it("is read afterwards, once, with what was edited", { timeout: LONG }, async () => {
    const one = await start({ mode: "socket", server, slack });
    const { events, memory } = one;
    const people = one.slack;
    const root = people.say({ channel: "CHELP", user: "UANN", text: "one" });
    const direct = people.im("UANN");
    await root.settled;
    await people.say({ channel: direct, user: "UANN", text: "two" }).settled;
    const before = events.length;
    await one.restart(async () => {
      await people.say({ channel: "CHELP", user: "UANN", text: "three", threadTs: root.ts }).settled;
      await people.edit({ channel: "CHELP", ts: root.ts, text: "one, better" }).settled;
      const fresh = people.say({ channel: "CHELP", user: "UANN", text: "four" });
      await people.say({ channel: "CHELP", user: "USAM", text: "five", threadTs: fresh.ts }).settled;
      await people.say({ channel: direct, user: "UANN", text: "six" }).settled;
      people.sayAsBot({ channel: "CHELP", user: "UDEPLOY", text: "deployed" });
      await people.idle();
      expect(events).toHaveLength(before);
      await memory.set("heard-until", String(timeOf(root.ts) - 120_000));
    });
    await people.waitFor(() => events.length >= before + 5, "what was missed");
    await people.waitFor(() => Number(memory.values.get("heard-until")) > timeOf(root.ts), "the end of it");
    const missed = events
      .slice(before)
      .map(({ body }) => ("text" in body ? `${body.kind} ${body.text}` : ""));
    expect(new Set(missed)).toEqual(
      new Set(["message three", "edit one, better", "message four", "message five", "message six"]),
    );
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
  });

  it("is heard in its order, also when it fills more than a page", { timeout: LONG }, async () => {
    const one = await start({ mode: "socket", server, slack });
    const { slack: people, events, memory } = one;
    const direct = people.im("UANN");
    const root = people.say({ channel: direct, user: "UANN", text: "before" });
    await root.settled;
    const words = Array.from({ length: 20 }, (_, at) => `word ${at}`);
    await one.restart(async () => {
      for (const text of words) await people.say({ channel: direct, user: "UANN", text }).settled;
      await memory.set("heard-until", String(timeOf(root.ts) - 120_000));
    });
    await people.waitFor(() => events.length > words.length, "what was missed");
    expect(events.map(({ body }) => ("text" in body ? body.text : body.kind))).toEqual(["before", ...words]);
  });

  it(
    "is still to be read while a program that dies again and again may miss Slack's repeats",
    {
      timeout: LONG,
    },
    async () => {
      const one = await start({ mode: "socket", server, slack });
      await one.slack.say({ channel: "CHELP", user: "UANN", text: "one" }).settled;
      await one.slack.waitFor(() => one.memory.values.get("heard-until"), "the first mark");
      const heard = String(Date.now() - 20_000);
      await one.restart(() => one.memory.set("heard-until", heard));
      await one.slack.say({ channel: "CHELP", user: "UANN", text: "two" }).settled;
      await one.restart();
      expect(one.memory.values.get("heard-until")).toBe(heard);
    },
  );

  it("is left to Slack's own repeats when it was a moment only", { timeout: LONG }, async () => {
    const one = await start({ mode: "socket", server, slack });
    await one.slack.say({ channel: "CHELP", user: "UANN", text: "one" }).settled;
    await one.restart();
    await one.slack.say({ channel: "CHELP", user: "UANN", text: "two" }).settled;
    expect(one.slack.calls.filter(({ method }) => /history|replies/.test(method))).toEqual([]);
  });
});
