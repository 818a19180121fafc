import { createServer } from "node:net";

import { describe, expect, it, onTestFinished } from "vitest";

import { createMailer } from "../../adapters/mail/index.ts";
import type { Adapter } from "../../src/adapter.ts";
import type { InboundBody } from "../../src/domain.ts";
import { type AppRig, last, openApp, textOf } from "../servers/app.ts";
import { listening, startMailServer } from "../servers/mail.ts";
import { customerNamed, HOUR, type MemoryPlatform, memoryPlatform, MINUTE } from "../servers/shop.ts";

const ANN = "ann.meyer@example.com";
const SENT = "A code is on its way to that e-mail.";

/** The whole way: a click, a mail over a real SMTP server, the code, and then the account. */
async function opened(more: readonly Adapter[] = []) {
  const mail = await startMailServer();
  const mailer = createMailer(mail.url, "Acme <support@acme.example>");
  onTestFinished(() => mailer.close());
  return { mail, ...(await openApp({ mailer, more })) };
}

/** Asks alone, where nobody else reads. */
async function alone(app: AppRig, body: InboundBody, by = "ann", on: MemoryPlatform = app.chat) {
  const address = { adapter: on.name, key: `${by}-alone` };
  await app.send(body, { address, sender: customerNamed(by) }, on);
  const answer = last(on);
  expect(answer).toMatchObject({ to: address, visibility: "private", recipient: by });
  return answer.content;
}

const verify = async (app: AppRig, email: string, by = "ann", on?: MemoryPlatform) =>
  alone(app, { kind: "verify", email }, by, on);
const enter = async (app: AppRig, code: string, by = "ann", on?: MemoryPlatform) =>
  alone(app, { kind: "verify_code", code }, by, on);
const wrongFor = (code: string) => (code.startsWith("0") ? "1111-1111" : "0000-0000");

async function ordersSeen(app: AppRig, by = "ann", on: MemoryPlatform = app.chat): Promise<string> {
  const address = { adapter: on.name, key: `${by}'s` };
  await app.says("where is my order ORD-7310?", { address, sender: customerNamed(by) }, on);
  return textOf(last(on).content);
}

describe("a customer who proves an e-mail", () => {
  it("gets a code by mail, enters it, and can ask about the account", async () => {
    const app = await opened();
    expect(await ordersSeen(app)).toContain("Use the button to verify your e-mail.");
    expect(last(app.chat).content).toMatchObject({ offers: ["verify_email"] });
    expect(await verify(app, ` ${ANN.toUpperCase()} `)).toMatchObject({
      kind: "notice",
      text: expect.stringContaining(SENT),
      offers: ["enter_code"],
    });
    expect(app.mail.mails).toMatchObject([{ from: "support@acme.example", to: [ANN] }]);
    expect(app.mail.mails[0]?.source).toContain(`Subject: ${app.mail.lastCode()} is your code for Acme`);
    expect(await enter(app, app.mail.lastCode())).toMatchObject({
      text: expect.stringContaining("verified"),
    });
    expect(await ordersSeen(app)).toContain("1Z999AA10123456784");
    expect(last(app.chat).content, "and is not asked again").not.toHaveProperty("offers");
    expect(await ordersSeen(app, "bob"), "nobody else is let in").not.toContain("1Z999AA10123456784");
  });

  it("may type the code as people do", async () => {
    const app = await opened();
    await verify(app, ANN);
    const typed = app.mail
      .lastCode()
      .toLowerCase()
      .replace("-", " ")
      .replaceAll("0", "o")
      .replaceAll("1", "l");
    expect(await enter(app, ` ${typed} `)).toMatchObject({ text: expect.stringContaining("verified") });
  });

  it("has five tries, and then needs another code", async () => {
    const app = await opened();
    await verify(app, ANN);
    const code = app.mail.lastCode();
    for (const left of [4, 3, 2, 1]) {
      expect(await enter(app, wrongFor(code))).toMatchObject({
        text: `That is not the code. ${left} ${left === 1 ? "try is" : "tries are"} left.`,
        offers: ["enter_code"],
      });
    }
    expect(await enter(app, wrongFor(code))).toMatchObject({
      text: expect.stringContaining("it was the last try"),
      offers: ["verify_email"],
    });
    expect(await enter(app, code)).toMatchObject({
      text: expect.stringContaining("no code to enter"),
      offers: ["verify_email"],
    });
    expect(await ordersSeen(app)).not.toContain("1Z999AA10123456784");
    await verify(app, ANN);
    expect(await enter(app, app.mail.lastCode())).toMatchObject({
      text: expect.stringContaining("verified"),
    });
  });

  it("has ten minutes", async () => {
    const app = await opened();
    await verify(app, ANN);
    app.later(10 * MINUTE);
    expect(await enter(app, app.mail.lastCode())).toMatchObject({ offers: ["verify_email"] });
    expect(await ordersSeen(app)).not.toContain("1Z999AA10123456784");
  });

  it("gets five codes an hour, and no more mail than that", async () => {
    const app = await opened();
    for (let n = 0; n < 5; n += 1) expect(textOf(await verify(app, ANN))).toContain(SENT);
    expect(textOf(await verify(app, ANN))).toContain("Too many codes were asked for.");
    expect(textOf(await verify(app, ANN, "bob")), "nor from another account").toContain("Too many codes");
    expect(app.mail.mails).toHaveLength(5);
    app.later(HOUR + 1);
    expect(textOf(await verify(app, ANN))).toContain(SENT);
  });

  it("is told nothing about whether the e-mail is known", async () => {
    const app = await opened();
    const known = await verify(app, ANN);
    expect(await verify(app, "nobody@example.com", "bob")).toEqual(known);
  });

  it("takes it off the account again", async () => {
    const app = await opened();
    expect(textOf(await alone(app, { kind: "unlink" }))).toBe("No e-mail is linked to this account.");
    await verify(app, ANN);
    await enter(app, app.mail.lastCode());
    expect(textOf(await alone(app, { kind: "unlink" }))).toContain("no longer linked");
    expect(await ordersSeen(app)).not.toContain("1Z999AA10123456784");
  });

  it("is one customer on every platform where it was proved", async () => {
    const forum = { ...memoryPlatform("forum"), verifiesByMail: true, verifyHint: "Use /verify." };
    const app = await opened([forum]);
    await verify(app, ANN);
    await enter(app, app.mail.lastCode());
    await app.says("I want to talk to a human", { sender: customerNamed("ann") });
    await verify(app, ANN, "annie", forum);
    await enter(app, app.mail.lastCode(), "annie", forum);
    expect(await ordersSeen(app, "annie", forum)).toContain("1Z999AA10123456784");
    const here = await app.store.ticketsOf({ adapter: "chat", userId: "ann" });
    expect(here).toHaveLength(1);
    expect(await app.store.ticketsOf({ adapter: "forum", userId: "annie" })).toEqual(here);
  });
});

describe("a code", () => {
  it("stands neither in the database nor in the log, right or mistyped", async () => {
    const app = await opened();
    await verify(app, ANN);
    const code = app.mail.lastCode();
    const typo = `${code.slice(0, -1)}${code.endsWith("7") ? "8" : "7"}`;
    await enter(app, typo);
    expect(app.rows()).toContain(ANN);
    for (const kept of [app.rows(), app.log()]) {
      expect(kept).not.toContain(code);
      expect(kept).not.toContain(code.replace("-", ""));
      expect(kept).not.toContain(typo);
    }
    expect(app.files(), "before it was entered").not.toContain(code);
    app.mail.refuse("Mailbox full");
    await verify(app, ANN);
    expect(app.log()).toContain("a verification mail could not be sent");
    app.mail.refuse(null);
    await verify(app, ANN);
    const good = app.mail.lastCode();
    await enter(app, good);
    expect(app.rows()).not.toContain(good);
    expect(app.log()).not.toMatch(/[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}/);
  });
});

describe("when the mail does not leave", () => {
  it("the person is told and can try again", async () => {
    const app = await opened();
    app.mail.refuse("We are down for maintenance");
    expect(await verify(app, ANN)).toEqual({
      kind: "notice",
      text: "The mail could not be sent just now. Please try again in a few minutes.",
      offers: ["verify_email"],
    });
    app.mail.refuse(null);
    await verify(app, ANN);
    expect(await enter(app, app.mail.lastCode())).toMatchObject({
      text: expect.stringContaining("verified"),
    });
  });

  it("because nobody listens there, the same", async () => {
    const free = createServer();
    const port = await listening(free);
    await new Promise((resolve) => free.close(resolve));
    const app = await openApp({ mailer: createMailer(`smtp://127.0.0.1:${port}`, "support@acme.example") });
    expect(await verify(app, ANN)).toMatchObject({ offers: ["verify_email"] });
    expect(await app.store.counts()).toMatchObject({ setAside: 0 });
  });

  it("because there is no mail server, nothing is promised and no button shown", async () => {
    const app = await openApp();
    expect(await verify(app, ANN)).toEqual({
      kind: "notice",
      text: "E-mails cannot be verified here yet. Please ask the team.",
    });
    expect(await ordersSeen(app)).toContain("Ask the team to verify your e-mail.");
    expect(last(app.chat).content).not.toHaveProperty("offers");
  });
});

describe("what somebody types as an e-mail", () => {
  it("is one mailbox or nothing: no list, no second header, no name", async () => {
    const app = await opened();
    const all = [
      "",
      "ann",
      "@example.com",
      "ann@",
      "ann@localhost",
      `${ANN},evil@example.org`,
      `${ANN}, evil@example.org`,
      `${ANN};evil@example.org`,
      `${ANN} evil@example.org`,
      `evil@example.org <${ANN}>`,
      `<${ANN}>`,
      `friends:${ANN},evil@example.org;`,
      `ann@example.com@evil.org`,
      `"ann@example.com"@evil.org`,
      `ann(evil@example.org)@example.com`,
      String.raw`ann\@evil.org@example.com`,
      `${ANN}\r\nBcc: evil@example.org`,
      `${ANN}\nBcc:evil@example.org`,
      `${ANN}\u2028Bcc:evil@example.org`,
      `ann\u0000@example.com`,
      `ann@[127.0.0.1]`,
      `${"a".repeat(250)}@example.com`,
    ];
    const told = new Set<string>();
    for (const typed of all) told.add(textOf(await verify(app, typed)));
    expect([...told]).toEqual(["That does not look like an e-mail. Please try again."]);
    expect(app.mail.mails).toEqual([]);
  });

  it("is where the mail goes, and what is bound: never another mailbox than that", async () => {
    const app = await opened();
    const typed = [
      "ann+shop@example.com",
      "o'brien@example.com",
      "a%b=example.org@example.com",
      "=?utf-8?q?evil=40example.org?=@example.com",
      "-oq/tmp/x@example.com",
    ];
    for (const [nr, email] of typed.entries()) {
      await verify(app, email, `person${nr}`);
      expect(app.mail.mails.at(-1)?.to).toEqual([email]);
      expect(app.mail.mails.at(-1)?.source.match(/^(?:to|cc|bcc):/gim)).toEqual(["To:"]);
      await enter(app, app.mail.lastCode(), `person${nr}`);
    }
    expect(app.mail.mails).toHaveLength(typed.length);
  });
});
