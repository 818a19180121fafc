import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createSender } from "../../../adapters/slack/send.ts";
import {
  type Bench,
  cardOf,
  configOf,
  context,
  deliveryOf,
  failure,
  log,
  reply,
  startBench,
} from "./bench.ts";

let bench: Bench;

beforeEach(async () => {
  bench = await startBench();
});
afterEach(async () => {
  await bench.slack.close();
  if (bench.slack.violations.length > 0) throw new Error(bench.slack.violations.join("\n"));
});

/** A thread that a customer opened. */
function thread(): { readonly ts: string; readonly to: { adapter: string; key: string } } {
  const { ts } = bench.slack.say({ channel: "CHELP", user: "UANN", text: "Hello" });
  return { ts, to: { adapter: "slack", key: `T1/CHELP/${ts}` } };
}

const ours = (channel: string, ts?: string) =>
  bench.slack.messages(channel, ts).filter(({ byApp, deleted }) => byApp && !deleted);
const answers = (ts: string) => ours("CHELP", ts);

describe("sending to Slack", () => {
  it("answers in the thread, with nothing unfurled and no name linked", async () => {
    const { ts, to } = thread();
    await bench.sender.send(deliveryOf(reply("See **this** @here <!channel>"), { to }), context());
    expect(answers(ts).map(({ text }) => text)).toEqual(["See this @here <!channel>"]);
    const call = bench.slack.calls.find(({ method }) => method === "chat.postMessage");
    expect(call?.args).toMatchObject({
      unfurl_links: "false",
      unfurl_media: "false",
      parse: "none",
      link_names: "false",
    });
    expect(bench.slack.pings).toEqual([]);
  });

  it("shows staff under their own name and picture, and the AI under the bot's", async () => {
    const { to } = thread();
    const staff = reply("Hi", { by: "staff", author: "Sam <Fox>", authorAvatar: "https://a.example/s.png" });
    await bench.sender.send(deliveryOf(staff, { to }), context());
    await bench.sender.send(deliveryOf(reply("Hello"), { to }), context());
    const posts = bench.slack.calls
      .filter(({ method }) => method === "chat.postMessage")
      .map(({ args }) => args);
    expect(posts[0]).toMatchObject({ username: "Sam <Fox>", icon_url: "https://a.example/s.png" });
    expect(posts[1]).not.toHaveProperty("username");
  });

  it("goes on after the part that Slack had no time for, and posts none twice", async () => {
    await bench.slack.close();
    bench = await startBench({ limits: { post: { calls: 1, windowMs: 200 } } });
    const { ts, to } = thread();
    const words = Array.from({ length: 5_000 }, (_, at) => `w${at}`);
    const delivery = deliveryOf(reply(words.join(" ")), { to });
    const error = await failure(bench.sender.send(delivery, context()));
    expect(error, "the first part is out").toMatchObject({ code: "delivery_failed", retryable: true });
    expect(error.retryAfterMs).toBeGreaterThan(0);
    let sent: { messageId: string } | undefined;
    while (!sent) sent = await bench.sender.send(delivery, context()).catch(() => undefined);
    expect(answers(ts).flatMap(({ text }) => text.match(/w\d+/g))).toEqual(words);
    expect(sent.messageId.split(",")).toHaveLength(answers(ts).length);
  });

  it("finds after a crash what it had posted, and posts the rest only", async () => {
    const { ts, to } = thread();
    const delivery = deliveryOf(reply("long ".repeat(3_000)), { to });
    bench.slack.failNext("chat.postMessage", { status: 500, afterApplying: true });
    const error = await failure(bench.sender.send(delivery, context()));
    expect(error).toMatchObject({ code: "delivery_failed", retryable: true });
    const sent = await bench.restarted().send(delivery, context({ maybeSent: true }));
    expect(answers(ts)).toHaveLength(2);
    expect(sent.messageId).toBe(
      `CHELP:${answers(ts)
        .map(({ ts }) => ts)
        .join(",")}`,
    );
  });

  it("finds a card in the channel after the connection was cut", async () => {
    const delivery = deliveryOf(cardOf(), { to: { adapter: "slack", key: "CDESK" } });
    bench.slack.failNext("chat.postMessage", { cut: true, afterApplying: true });
    expect(await failure(bench.sender.send(delivery, context()))).toMatchObject({ code: "delivery_failed" });
    const sent = await bench.sender.send(delivery, context({ maybeSent: true }));
    const [card, ...more] = bench.slack.messages("CDESK");
    expect(more).toEqual([]);
    expect(sent.thread).toEqual({ adapter: "slack", key: `T1/CDESK/${card?.ts}` });
  });

  it("finds after a crash what it had written to a person directly", async () => {
    const to = { adapter: "slack", key: "T1/~home/UANN" };
    const delivery = deliveryOf({ kind: "notice", text: "sam has it." }, { to });
    bench.slack.failNext("chat.postMessage", { cut: true, afterApplying: true });
    await failure(bench.sender.send(delivery, context()));
    const sent = await bench.restarted().send(delivery, context({ maybeSent: true }));
    const [said, ...more] = bench.slack.messages(bench.slack.im("UANN"));
    expect(more).toEqual([]);
    expect(sent.messageId).toBe(`${bench.slack.im("UANN")}:${said?.ts}`);
  });

  it("looks up no more often than Slack allows, and says when it may again", async () => {
    await bench.slack.close();
    let now = Date.now();
    bench = await startBench({ now: () => now });
    const { to } = thread();
    const maybe = () => context({ maybeSent: true });
    const one = deliveryOf(reply("one"), { to, createdAt: Date.now() });
    const two = deliveryOf(reply("two"), { to, createdAt: Date.now() });
    await bench.sender.send(one, maybe());
    now += 20_000;
    const error = await failure(bench.sender.send(two, maybe()));
    expect(error).toMatchObject({ code: "delivery_waits", retryAfterMs: 40_000 });
    now += 40_000;
    await bench.sender.send(two, maybe());
    expect(bench.slack.calls.filter(({ method }) => method === "conversations.replies")).toHaveLength(2);
  });

  it("reads page after page until the end of what may hold it", async () => {
    await bench.slack.close();
    bench = await startBench({ config: { slack: { history_calls_per_minute: 50 } } });
    const { ts, to } = thread();
    const delivery = deliveryOf(reply("the answer"), { to });
    for (let at = 0; at < 120; at++) {
      bench.slack.say({ channel: "CHELP", user: "UANN", text: `more ${at}`, threadTs: ts });
    }
    bench.slack.failNext("chat.postMessage", { status: 503, afterApplying: true });
    await failure(bench.sender.send(delivery, context()));
    await bench.restarted().send(delivery, context({ maybeSent: true }));
    expect(answers(ts)).toHaveLength(1);
    expect(bench.slack.calls.filter(({ method }) => method === "conversations.replies")).toHaveLength(2);
  });

  it("ends a hanging call when it is told to", async () => {
    const { to } = thread();
    bench.slack.failNext("chat.postMessage", { delayMs: 30_000, slow: true });
    const started = Date.now();
    const signal = AbortSignal.timeout(100);
    const error = await failure(bench.sender.send(deliveryOf(reply("Hi"), { to }), context({ signal })));
    expect(error).toMatchObject({ code: "delivery_failed", retryable: true });
    expect(Date.now() - started).toBeLessThan(20_000);
  });

  it("knows that nothing was sent when Slack cannot be reached", async () => {
    const { to } = thread();
    const { slack } = bench;
    await slack.close();
    const error = await failure(bench.sender.send(deliveryOf(reply("Hi"), { to }), context()));
    expect(error).toMatchObject({ code: "delivery_unreached", retryable: true });
    bench = await startBench();
  });

  it("knows that nothing was sent while the workspace's token is not known", async () => {
    const sender = createSender({
      clientFor: () => Promise.reject(new TypeError("terminated")),
      config: configOf(),
      now: Date.now,
      log,
    });
    const error = await failure(sender.send(deliveryOf(reply("Hi")), context()));
    expect(error).toMatchObject({ code: "delivery_unreached", retryable: true });
  });

  it("says what to do when Slack refuses", async () => {
    bench.slack.setScopes(["chat:write"]);
    bench.slack.addChannel({ id: "CELSE", name: "else", botIsIn: false });
    const to = { adapter: "slack", key: "T1/CELSE" };
    const error = await failure(bench.sender.send(deliveryOf(reply("Hi"), { to }), context()));
    expect(error).toMatchObject({ code: "delivery_refused", retryable: false });
    expect(error.message).toContain("/invite");
    bench.slack.revokeTokens();
    expect((await failure(bench.sender.send(deliveryOf(reply("Hi"), { to }), context()))).message).toContain(
      "SLACK_BOT_TOKEN",
    );
  });

  it("names a missing scope", async () => {
    const { to } = thread();
    bench.slack.setScopes(["channels:history"]);
    const error = await failure(bench.sender.send(deliveryOf(reply("Hi"), { to }), context()));
    expect(error.message).toContain("chat:write");
    expect(error.message).toContain("OAuth & Permissions");
  });

  it("refuses what only the console shows", async () => {
    const content = { kind: "state", state: "open" } as const;
    expect(await failure(bench.sender.send(deliveryOf(content), context()))).toMatchObject({
      code: "delivery_refused",
    });
  });
});

describe("what was sent", () => {
  it("is edited in place, longer and shorter", async () => {
    const { ts, to } = thread();
    const first = deliveryOf(reply("First", { by: "staff", author: "Sam" }), { to });
    const { messageId } = await bench.sender.send(first, context());
    const longer = reply("much ".repeat(3_000), {
      by: "staff",
      author: "Sam",
      change: "edited",
      changes: first.id,
    });
    const edited = await bench.sender.send(deliveryOf(longer, { to, replaces: messageId }), context());
    expect(answers(ts)).toHaveLength(2);
    const shorter = reply("Short", { by: "staff", author: "Sam", change: "edited", changes: first.id });
    const again = await bench.sender.send(deliveryOf(shorter, { to, replaces: edited.messageId }), context());
    expect(answers(ts).map(({ text }) => text)).toEqual(["Short\n\n(edited)"]);
    expect(again.messageId).toBe(messageId);
  });

  it("is taken back, and what is gone already is no failure", async () => {
    const { ts, to } = thread();
    const { messageId } = await bench.sender.send(
      deliveryOf(reply("Oops", { by: "staff" }), { to }),
      context(),
    );
    const gone = deliveryOf(reply("", { by: "staff", change: "deleted" }), { to, replaces: messageId });
    await bench.sender.send(gone, context());
    expect(answers(ts)).toEqual([]);
    await bench.sender.send(gone, context({ maybeSent: true }));
  });

  it("is a card that changes where it stands, and comes again when somebody deleted it", async () => {
    const to = { adapter: "slack", key: "CDESK" };
    const first = await bench.sender.send(deliveryOf(cardOf(), { to }), context());
    const claimed = cardOf({ status: "claimed", claimedBy: { id: "USAM", name: "sam" }, ping: false });
    const update = await bench.sender.send(deliveryOf(claimed, { to, replaces: first.messageId }), context());
    expect(update).toEqual(first);
    const [card] = bench.slack.messages("CDESK");
    expect(card?.text).toContain("Claimed by sam");
    expect(card?.text).not.toContain("[Claim]");
    await bench.client().chat.delete({ channel: "CDESK", ts: card?.ts ?? "" });
    await bench.sender.send(deliveryOf(claimed, { to, replaces: first.messageId }), context());
    expect(ours("CDESK")).toHaveLength(1);
    expect(ours("CDESK")[0]?.ts).not.toBe(card?.ts);
  });

  it("pings the configured group with a first card and a reminder, and nobody else", async () => {
    const to = { adapter: "slack", key: "CDESK" };
    await bench.sender.send(deliveryOf(cardOf(), { to }), context());
    await bench.sender.send(deliveryOf(cardOf({ ping: false }), { to }), context());
    await bench.sender.send(
      deliveryOf({ kind: "notice", text: "Unclaimed for 5 minutes", ping: true }, { to }),
      context(),
    );
    await bench.sender.send(deliveryOf({ kind: "notice", text: "<!here>" }, { to }), context());
    expect(bench.slack.pings.map(({ kind, id }) => [kind, id])).toEqual([
      ["usergroup", "SDESK"],
      ["usergroup", "SDESK"],
    ]);
  });

  it("is marked on the message of staff, again without harm", async () => {
    const { ts } = bench.slack.say({ channel: "CDESK", user: "USAM", text: "Hi" });
    const to = { adapter: "slack", key: `T1/CDESK/${ts}` };
    const mark = deliveryOf({ kind: "mark", messageId: ts, mark: "delivered" }, { to });
    await bench.sender.send(mark, context());
    await bench.sender.send(mark, context());
    expect(
      bench.slack.calls.filter(({ method }) => method === "reactions.add").map(({ args }) => args["name"]),
    ).toEqual(["white_check_mark", "white_check_mark"]);
  });
});

describe("what is for one person", () => {
  it("reaches somebody of a workspace that installed the app by itself", async () => {
    const { to } = thread();
    const more = { to, visibility: "private", recipient: "T1/UANN" } as const;
    await bench.sender.send(deliveryOf(reply("Your plan is Pro."), more), context());
    expect(bench.slack.ephemerals("CHELP", "UANN").at(-1)?.text).toContain("Your plan is Pro.");
  });

  it("is shown to them in the thread, and to the others only that it was", async () => {
    const { ts, to } = thread();
    const delivery = deliveryOf(reply("Your order 17 is on its way."), {
      to,
      visibility: "private",
      recipient: "UANN",
    });
    await bench.sender.send(delivery, context());
    expect(bench.slack.ephemerals("CHELP", "UANN").map(({ text }) => text)).toEqual([
      "Your order 17 is on its way.",
    ]);
    expect(answers(ts).map(({ text }) => text)).toEqual([
      "I answered you privately: only you can see it.\n[Read it again]",
    ]);
    expect(JSON.stringify(answers(ts))).not.toContain("order 17");
  });

  it("has one public line however often it is tried", async () => {
    const { ts, to } = thread();
    const delivery = deliveryOf(reply("Secret"), { to, visibility: "private", recipient: "UANN" });
    bench.slack.failNext("chat.postMessage", { status: 500, afterApplying: true });
    await failure(bench.sender.send(delivery, context()));
    await bench.restarted().send(delivery, context({ maybeSent: true }));
    expect(answers(ts)).toHaveLength(1);
  });

  it("waits behind the button when they cannot be shown it", async () => {
    const { ts, to } = thread();
    await bench.sender.send(
      deliveryOf(reply("Secret"), { to, visibility: "private", recipient: "USAM" }),
      context(),
    );
    expect(bench.slack.ephemerals("CHELP", "USAM")).toEqual([]);
    expect(answers(ts)).toHaveLength(1);
  });

  it("is just said in a direct message", async () => {
    const channel = bench.slack.im("UANN");
    const to = { adapter: "slack", key: `T1/${channel}` };
    await bench.sender.send(
      deliveryOf(reply("Hi"), { to, visibility: "private", recipient: "UANN" }),
      context(),
    );
    expect(bench.slack.messages(channel).map(({ text }) => text)).toEqual(["Hi"]);
  });

  it("is a page for staff, which changes", async () => {
    const to = { adapter: "slack", key: "T1/~home/USAM" };
    const overview = {
      queue: [cardOf().card],
      mine: [],
      lastDay: { answered: 3, escalated: 1, resolved: 2, claimedAfterMs: 61_000, costMicros: 12_345 },
      paused: { by: "sam", until: Date.UTC(2026, 10, 24, 5) },
    };
    await bench.sender.send(deliveryOf({ kind: "overview", overview }, { to }), context());
    const shown = JSON.stringify(bench.slack.home("USAM")?.view.blocks);
    expect(shown).toContain("Waiting (1)");
    expect(shown).toContain("The AI is paused by sam");
    expect(shown).toContain(
      "3 answered · 1 escalated · 2 resolved · claimed after 1 min (median) · $0.01 for models",
    );
    const many = { ...overview, paused: null, queue: Array.from({ length: 60 }, () => cardOf().card) };
    await bench.sender.send(deliveryOf({ kind: "overview", overview: many }, { to }), context());
    expect(JSON.stringify(bench.slack.home("USAM")?.view.blocks)).toContain("And 45 more");
  });
});
