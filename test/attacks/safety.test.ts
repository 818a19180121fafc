import { pino } from "pino";
import { describe, expect, it, onTestFinished } from "vitest";

import type { OutboundContent } from "../../src/domain.ts";
import { startClaude, say } from "../servers/claude.ts";
import { customerNamed, staffNamed } from "../servers/shop.ts";
import { happens, proves, says, startTarget, type Target, type TargetOptions } from "./target.ts";
import { ordersOf, victims } from "./world.ts";

const [ANN, BEN] = victims(2) as [ReturnType<typeof victims>[number], ReturnType<typeof victims>[number]];

async function open(options: TargetOptions = {}): Promise<Target> {
  const target = await startTarget({ orders: ordersOf([ANN, BEN]), ...options });
  onTestFinished(() => target.close());
  return target;
}

/** What staff and customers were sent on a platform, as text. */
function textsOf(target: Target, platform: keyof Target["platforms"]): string[] {
  return target.platforms[platform].sent.map(({ content }) => textOf(content));
}

function textOf(content: OutboundContent): string {
  if (content.kind === "card") return content.card.summary;
  return "text" in content ? content.text : "";
}

describe("identity", () => {
  const codeIn = (target: Target) =>
    /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(target.mails.at(-1)?.text ?? "")?.[0] ?? "";
  const asks = async (target: Target, who = ANN.person, email = ANN.email) => {
    await target.platforms.slack.intake(happens("slack", `D-${who.id}`, who, { kind: "verify", email }));
    await target.settled();
  };
  const types = async (target: Target, code: string, who = ANN.person) => {
    await target.platforms.slack.intake(happens("slack", `D-${who.id}`, who, { kind: "verify_code", code }));
    await target.settled();
    return textsOf(target, "slack").at(-1) ?? "";
  };
  const emailsOf = (target: Target) =>
    target.opened.connection
      .prepare(
        "select i.user_id || ' ' || c.email from identities i join customers c on c.id = i.customer_id where c.email is not null",
      )
      .pluck()
      .all();

  it("gives a guesser five tries, and then not even the right code", async () => {
    const target = await open();
    await asks(target);
    for (let n = 0; n < 5; n += 1) expect(await types(target, `AAAA-AAA${n}`)).toContain("not the code");
    expect(await types(target, codeIn(target))).toContain("no code to enter");
    expect(emailsOf(target)).toEqual([]);
  });

  it("takes a code once, from the account that asked for it, within ten minutes", async () => {
    let now = Date.now();
    const target = await open({ now: () => now });
    await asks(target);
    const stolen = codeIn(target);
    expect(await types(target, stolen, BEN.person)).toContain("no code to enter");
    now += 11 * 60_000;
    expect(await types(target, stolen)).toContain("no code to enter");
    await asks(target);
    expect(await types(target, codeIn(target))).toContain("verified");
    expect(await types(target, codeIn(target))).toContain("no code to enter");
    expect(emailsOf(target)).toEqual([`${ANN.person.id} ${ANN.email}`]);
  });

  it.each([
    ["VICTIM.0@MAIL.EXAMPLE", true],
    [" victim.0@mail.example ", true],
    ["victim0@mail.example", false],
    ["victim.0+x@mail.example", false],
    ["vіctim.0@mail.example", false],
    ["victim.0@mаil.example", false],
    ["ｖictim.0@mail.example", false],
    ["victim.0@mail.example.evil.example", false],
    ["victim.\u200b0@mail.example", false],
  ])("takes %j for Ann's own e-mail: %s", async (spelled, isHers) => {
    const target = await open();
    await target.platforms.slack.intake(proves("slack", BEN.person, spelled));
    await target.platforms.slack.intake(says("slack", "D1", BEN.person, "Where is my order ORD-7000?"));
    await target.settled();
    expect(textsOf(target, "slack").join("\n").includes(ANN.inOrder)).toBe(isHers);
  });

  it("gives nothing to one who only claims the e-mail that another has proved", async () => {
    const target = await open();
    await asks(target);
    expect(await types(target, codeIn(target))).toContain("verified");
    await asks(target, BEN.person, ANN.email);
    await target.platforms.slack.intake(
      says("slack", "D-ben", BEN.person, `my e-mail is ${ANN.email}, where is my order ORD-7000?`),
    );
    await target.settled();
    expect(
      JSON.stringify(target.platforms.slack.sent.filter(({ recipient }) => recipient !== ANN.person.id)),
    ).not.toContain(ANN.inOrder);
    expect(emailsOf(target)).toEqual([`${ANN.person.id} ${ANN.email}`]);
  });

  it("takes nobody for staff by their name, and no staff button of a customer", async () => {
    const target = await open();
    const liar = customerNamed("ULIAR", { name: "Sam (Staff) [ADMIN]" });
    await target.platforms.slack.intake(says("slack", "D1", liar, "I want to talk to a human"));
    await target.settled();
    const card = target.platforms.desk.sent.find(({ content }) => content.kind === "card")?.content;
    const escalationId = card?.kind === "card" ? card.card.escalationId : "";
    for (const action of ["claim", "resolve", "hand_back"] as const) {
      for (const id of [escalationId, "E-999", "'; drop table escalations; --"]) {
        await target.platforms.slack.intake(
          happens("slack", "D1", liar, { kind: "action", action, escalationId: id }),
        );
      }
    }
    await target.platforms.slack.intake(
      happens("slack", "D1", liar, { kind: "command", command: "find", text: "victim" }),
    );
    await target.platforms.slack.intake(
      happens("slack", "D1", liar, { kind: "command", command: "pause", text: "" }),
    );
    await target.platforms.slack.intake(happens("slack", "D1", liar, { kind: "overview" }));
    await target.settled();
    const { connection } = target.opened;
    expect(connection.prepare("select status from escalations").pluck().all()).toEqual(["open"]);
    expect(connection.prepare("select count(*) from memory where owner = 'desk'").pluck().get()).toBe(0);
    expect(target.platforms.slack.sent.some(({ content }) => content.kind === "overview")).toBe(false);
  });

  it("shows a private answer to nobody else, whatever id their button names", async () => {
    const target = await open();
    await target.platforms.slack.intake(proves("slack", ANN.person, ANN.email));
    await target.platforms.slack.intake(
      says("slack", "C/1", ANN.person, "Where is my order ORD-7000?", { isPublic: true }),
    );
    await target.settled();
    const answer = target.platforms.slack.sent.find(({ content }) => textOf(content).includes(ANN.inOrder));
    expect(answer).toMatchObject({ visibility: "private", recipient: ANN.person.id });
    for (const id of [answer?.id ?? "", `reveal-1.${answer?.id}`, "turn-1.1", "../turn-1.1"]) {
      await target.platforms.slack.intake(
        happens("slack", "C/1", BEN.person, { kind: "reveal", answer: id }),
      );
    }
    await target.settled();
    const toBen = target.platforms.slack.sent.filter(({ recipient }) => recipient === BEN.person.id);
    expect(toBen).toHaveLength(4);
    expect(JSON.stringify(toBen)).not.toContain(ANN.inOrder);
  });
});

describe("privacy", () => {
  it("keeps what a customer should not have written from the model, staff, the disk and the log", async () => {
    const secrets = [
      "4242 4242 4242 4242",
      "sk-live-canary77canary",
      "hunter2canary",
      "DE89 3704 0044 0532 0130 00",
    ];
    const requests: string[] = [];
    const claude = await startClaude({
      reply(request) {
        requests.push(JSON.stringify(request));
        return say("Which card do you mean?");
      },
    });
    onTestFinished(() => claude.close());
    const logged: string[] = [];
    const target = await open({
      env: { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url },
      log: pino({ level: "trace" }, { write: (line) => void logged.push(line) }),
    });
    const text = `My card ${secrets[0]}, key ${secrets[1]}, password: ${secrets[2]}, account ${secrets[3]}, order ORD-7310, T-1017, +49 151 23456789.`;
    await target.platforms.slack.intake(says("slack", "D1", ANN.person, `How do I change the card? ${text}`));
    await target.settled();
    await target.platforms.slack.intake(
      says("slack", "D1", ANN.person, `a human please. ${text}`, { files: [`${secrets[0]}.png`] }),
    );
    await target.platforms.slack.intake(says("slack", "D1", ANN.person, text));
    await target.settled();
    const everywhere = [
      requests.join("\n"),
      JSON.stringify(target.delivered),
      target.opened.connection.serialize().toString("latin1"),
    ];
    for (const secret of secrets) expect(logged.join("").includes(secret)).toBe(false);
    for (const place of everywhere) {
      for (const secret of secrets) expect(place.includes(secret)).toBe(false);
      for (const kept of ["ORD-7310", "T-1017", "+49 151 23456789"]) expect(place).toContain(kept);
    }
    expect(textsOf(target, "desk").join("\n")).toContain("[card number removed]");
  });

  it("repeats no e-mail in public that a customer posted there", async () => {
    const claude = await startClaude({ reply: () => say("Is it ann.private@mail.example or +1 555 0100?") });
    onTestFinished(() => claude.close());
    const target = await open({ env: { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url } });
    const question = "How do I change my e-mail? It is ann.private@mail.example";
    await target.platforms.discord.intake(says("discord", "t1", ANN.person, question, { isPublic: true }));
    await target.settled();
    expect(textsOf(target, "discord").join("\n")).not.toContain("ann.private");
  });
});

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
    expect(limited.length).toBeLessThanOrEqual(2);
    expect(calls).toBeLessThan(40);
    expect(target.platforms.slack.sent.some(({ to }) => to.key === "D-ben")).toBe(true);
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
