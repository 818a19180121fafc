import { describe, expect, it, onTestFinished } from "vitest";

import { startClaude, say } from "../servers/claude.ts";
import { customerNamed, staffNamed } from "../servers/shop.ts";
import { ANN, BEN, open, textOf } from "./scene.ts";
import { happens, says } from "./target.ts";

describe("abuse", () => {
  it("a person at a hundred messages a minute is told once, costs little, and harms no other", async () => {
    let calls = 0;
    const claude = await startClaude({
      reply() {
        calls += 1;
        return say("Which one do you mean?");
      },
    });
    onTestFinished(() => claude.close());
    const target = await open({ env: { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url } });
    for (let n = 0; n < 100; n += 1) {
      await target.platforms.slack.intake(
        says("slack", "D-flood", ANN.person, `How do I export project ${n}?`),
      );
      if (n === 50) {
        await target.platforms.slack.intake(
          says("slack", "D-ben", BEN.person, "How do I reset my password?"),
        );
      }
    }
    await target.settled();
    const flood = target.platforms.slack.sent.filter(({ to }) => to.key === "D-flood");
    const limited = flood.filter(({ content }) => content.kind === "reply" && content.by === "system");
    // Once a minute, and the hundred may lie on both sides of one.
    expect(limited.map(({ content }) => textOf(content))).toContainEqual(expect.stringMatching(/a minute/i));
    expect(limited.length).toBeLessThanOrEqual(2);
    expect(calls).toBeLessThan(40);
    const toBen = target.platforms.slack.sent.filter(({ to }) => to.key === "D-ben");
    expect(toBen.map(({ content }) => content)).toMatchObject([{ kind: "reply", by: "ai" }]);
  });

  it("a hundred new people at once are all answered, within the day's budget", async () => {
    const claude = await startClaude({ reply: () => say("Which one do you mean?") });
    onTestFinished(() => claude.close());
    const target = await open({
      env: { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url },
      config: { budgets: { per_day: 0.05 } },
    });
    for (let n = 0; n < 100; n += 1) {
      const who = customerNamed(`UNEW${n}`);
      await target.platforms.discord.intake(
        says("discord", `t${n}`, who, "How do I export a project as CSV?"),
      );
    }
    await target.settled();
    expect(new Set(target.platforms.discord.sent.map(({ to }) => to.key)).size).toBe(100);
    const spent = target.opened.connection
      .prepare("select sum(micros) from calls where state != 'void'")
      .pluck()
      .get();
    expect(Number(spent)).toBeLessThanOrEqual(50_000);
  });

  it("takes messages of 100 kB without choking, and shows the model a part", async () => {
    let longest = 0;
    const claude = await startClaude({
      reply(request) {
        longest = Math.max(longest, JSON.stringify(request["messages"]).length);
        return say("Which one do you mean?");
      },
    });
    onTestFinished(() => claude.close());
    const target = await open({ env: { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url } });
    const started = Date.now();
    for (const [n, piece] of [
      "a ",
      "help! ",
      "4242 ",
      "<@U1> ",
      "password: ",
      "\u200b",
      "((((",
      "😀",
    ].entries()) {
      const text = piece.repeat(Math.ceil(100_000 / piece.length));
      await target.platforms.slack.intake(
        says("slack", `D${n}`, customerNamed(`U${n}`), `How do I export? ${text}`),
      );
    }
    await target.settled();
    expect(new Set(target.platforms.slack.sent.map(({ to }) => to.key)).size).toBe(8);
    expect(longest).toBeLessThan(40_000);
    expect(Date.now() - started).toBeLessThan(60_000);
  });

  it("does not talk to a bot that answers whatever it says", async () => {
    const target = await open();
    const bot = customerNamed("UBOT", { role: "bot", name: "Other bot" });
    for (let n = 0; n < 20; n += 1) {
      await target.platforms.slack.intake(
        says("slack", "C/9", bot, "How do I reset my password?", { isPublic: true }),
      );
    }
    await target.settled();
    expect(target.delivered).toEqual([]);
  });

  it("falls silent to an account that echoes each answer and is not marked as a bot", async () => {
    let calls = 0;
    const claude = await startClaude({
      reply() {
        calls += 1;
        return say("Which one do you mean?");
      },
    });
    onTestFinished(() => claude.close());
    const target = await open({ env: { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url } });
    const { slack } = target.platforms;
    const { sent } = slack;
    await slack.intake(says("slack", "D-echo", ANN.person, "How do I export a project?"));
    let heard = 0;
    let rounds = 0;
    for (await target.settled(); heard < sent.length; await target.settled()) {
      const fresh = sent.slice(heard);
      heard = sent.length;
      rounds += 1;
      for (const { content } of fresh)
        await slack.intake(says("slack", "D-echo", ANN.person, textOf(content)));
      expect(rounds, "the loop ends by itself").toBeLessThan(60);
    }
    expect(calls).toBeLessThan(60);
    const spent = target.opened.connection
      .prepare("select sum(micros) from calls where state != 'void'")
      .pluck()
      .get();
    expect(Number(spent)).toBeLessThan(target.config.budgets.per_customer_day * 1e6);
  });

  it("a storm of buttons costs nothing and changes one thing once", async () => {
    const target = await open();
    await target.platforms.slack.intake(says("slack", "D1", ANN.person, "I want to talk to a human"));
    await target.settled();
    const card = target.platforms.desk.sent.find(({ content }) => content.kind === "card")?.content;
    const escalationId = card?.kind === "card" ? card.card.escalationId : "";
    for (let n = 0; n < 60; n += 1) {
      const sam = staffNamed(`USAM${n % 3}`);
      await target.platforms.desk.intake(
        happens("desk", "desk", sam, { kind: "action", action: "claim", escalationId }, "public"),
      );
      await target.platforms.slack.intake(
        happens("slack", "D1", ANN.person, { kind: "rate", score: (n % 5) + 1 }),
      );
    }
    await target.settled();
    const { connection } = target.opened;
    const claims = target.platforms.slack.sent.filter(({ content }) =>
      /from our team is here/.test(textOf(content)),
    );
    expect(claims).toHaveLength(1);
    expect(connection.prepare("select count(*) from ratings").pluck().get()).toBe(1);
    expect(connection.prepare("select coalesce(sum(micros), 0) from calls").pluck().get()).toBe(0);
  });
});
