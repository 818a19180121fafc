import { pino } from "pino";
import { describe, expect, it, onTestFinished } from "vitest";

import { callTools, startClaude, say } from "../servers/claude.ts";
import { customerNamed } from "../servers/shop.ts";
import { ANN, BEN, open, textOf, textsOf } from "./scene.ts";
import { happens, proves, says, type Target } from "./target.ts";

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

  it("repeats nothing personal in public that a customer posted there", async () => {
    const claude = await startClaude({
      reply: () => say("Is it ann.private@mail.example, +1 555 0100 or 12 Elm Street, Springfield?"),
    });
    onTestFinished(() => claude.close());
    const target = await open({ env: { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url } });
    const question =
      "How do I change my e-mail? It is ann.private@mail.example, +1 555 0100, 12 Elm Street, Springfield";
    await target.platforms.discord.intake(says("discord", "t1", ANN.person, question, { isPublic: true }));
    await target.settled();
    const said = textsOf(target, "discord").join("\n");
    expect(said).toContain("Is it");
    for (const own of ["ann.private", "555 0100", "Elm Street"]) expect(said).not.toContain(own);
  });

  it.each(["slack", "discord"] as const)(
    "keeps account data out of what a model is shown in public, whatever it wrote down before (%s)",
    async (platform) => {
      const shown: string[] = [];
      const claude = await startClaude({
        reply({ messages, output_config }) {
          const text = JSON.stringify(messages);
          if ((output_config as { format?: unknown } | undefined)?.format) return say("{}");
          shown.push(text);
          const results = text.split('"tool_result"').length - 1;
          if (text.includes("and the export")) return say("Your ticket says Parcel, is that right?");
          if (results === 0) {
            return callTools([{ name: "get_order_status", input: { customer_email: "verified" } }]);
          }
          if (results > 1) return say("It is recorded.");
          const subject = `Parcel ${ANN.inOrder} of ${ANN.email}`;
          const input = { subject, description: subject, priority: "low", customer_email: "verified" };
          return callTools([{ name: "create_support_ticket", input }]);
        },
      });
      onTestFinished(() => claude.close());
      const target = await open({ env: { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url } });
      const here = target.platforms[platform];
      const { sent } = here;
      await here.intake(proves(platform, ANN.person, ANN.email));
      await here.intake(says(platform, "C/1", ANN.person, "Where is my order?", { isPublic: true }));
      await target.settled();
      expect(sent.find(({ content }) => textOf(content) === "It is recorded.")).toMatchObject({
        visibility: "private",
        recipient: ANN.person.id,
      });
      const before = shown.length;
      expect(shown.join("\n")).toContain(ANN.inOrder);
      await here.intake(
        says(platform, "C/1", ANN.person, "and the export, how does it work?", {
          isPublic: true,
          opens: false,
        }),
      );
      await target.settled();
      const later = shown.slice(before).join("\n");
      expect(later).toContain("open ticket: T-");
      expect(later).not.toContain(ANN.inOrder);
      expect(later).not.toContain(ANN.email);
      const inPublic = sent.filter(({ recipient }) => recipient === undefined);
      expect(JSON.stringify(inPublic)).not.toContain(ANN.inOrder);
    },
  );
});
