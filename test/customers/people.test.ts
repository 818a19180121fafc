import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { describe, expect, it, onTestFinished } from "vitest";

import { lockForWork } from "../../src/store/lock.ts";
import { sqlitePeople } from "../../src/store/sqlite/people.ts";
import { happens, proves, says, startTarget, type Target } from "../attacks/target.ts";
import { customerNamed, staffNamed } from "../servers/shop.ts";

const EMAIL = "zelda.quark@example.com";
const ON_SLACK = customerNamed("UZELDA7788", { name: "Zelda Quark" });
const ON_DISCORD = customerNamed("998877665544332211", { name: "zeldaq" });
const BEN = customerNamed("UBEN556677", { name: "Ben" });
/** Each stands in something that Zelda said, was asked or was told. */
const PLANTED = [
  "d-zelda",
  "zelda.quark",
  "Zelda Quark",
  "zeldaq",
  "UZELDA7788",
  "998877665544332211",
  "walrusword",
  "pelicanword",
  "ospreyword",
  "herringword",
  "marmotword",
  "lynxword",
  "stoatword",
  "badgerword",
];

/** Zelda on two platforms, with a card, words with staff, a rating, thumbs and codes; Ben and staff beside her. */
async function lived(): Promise<Target> {
  const target = await startTarget();
  onTestFinished(() => target.close().catch(() => undefined));
  const { platforms } = target;
  const settled = () => target.settled();
  const zelda = async (text: string, more = {}) => {
    await platforms.slack.intake(says("slack", "C1/1.1", ON_SLACK, text, { isPublic: true, ...more }));
    await settled();
  };
  await platforms.slack.intake(
    happens("slack", "D-zelda", ON_SLACK, { kind: "verify", email: EMAIL.toUpperCase() }),
  );
  await settled();
  const code = /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(target.mails[0]?.text ?? "")?.[0] ?? "";
  await platforms.slack.intake(happens("slack", "D-zelda", ON_SLACK, { kind: "verify_code", code }));
  await platforms.discord.intake(proves("discord", ON_DISCORD, EMAIL));
  await settled();
  await platforms.discord.intake(
    says("discord", "g/t1", ON_DISCORD, "how do I reset my walrusword password?"),
  );
  await settled();
  const answer = platforms.discord.sent.find(
    ({ content }) => content.kind === "reply" && content.by === "ai",
  );
  await platforms.discord.intake(
    happens("discord", "g/t1", ON_DISCORD, { kind: "feedback", answer: answer?.id ?? "", helpful: true }),
  );
  await zelda("How do I export the pelicanword project as CSV?");
  await platforms.slack.intake(
    says("slack", "C1/1.1", BEN, `I know ${EMAIL}, mine works. Ask <@UZELDA7788>!`, {
      isPublic: true,
      opens: false,
    }),
  );
  await settled();
  await zelda("I want a refund of $450 for ospreyword. I want to talk to a human", { opens: false });
  const escalation = target.platforms.desk.sent
    .map(({ content }) => (content.kind === "card" ? content.card.escalationId : ""))
    .find(Boolean);
  const sam = staffNamed("USAM");
  const desk = (body: Parameters<typeof happens>[3]) =>
    platforms.desk.intake(happens("desk", "desk", sam, body, "public")).then(settled);
  await desk({ kind: "action", action: "claim", escalationId: escalation ?? "" });
  await zelda("it is about herringword", { opens: false, files: ["marmotword.png"] });
  await desk({
    kind: "message",
    messageId: "s1",
    text: "Hello Zelda Quark, I am looking.",
    mode: "every_post",
    opens: false,
    addressed: false,
    attachments: [],
    escalationId: escalation ?? "",
  });
  await desk({ kind: "action", action: "resolve", escalationId: escalation ?? "", note: "lynxword" });
  await platforms.slack.intake(
    happens("slack", "C1/1.1", ON_SLACK, { kind: "rate", score: 1, comment: "stoatword" }, "public"),
  );
  await settled();
  await platforms.slack.intake(happens("slack", "D-zelda", ON_SLACK, { kind: "tickets" }));
  await platforms.slack.intake(says("slack", "C2/2.2", BEN, "How do I reset my password?"));
  await settled();
  await platforms.slack.intake(
    says("slack", "C2/2.2", ON_SLACK, "same for me, badgerword", { isPublic: true, opens: false }),
  );
  await settled();
  return target;
}

describe("one person's data", () => {
  it("is exported whole: both platforms, tickets, escalation, rating, thumbs, searches", async () => {
    const target = await lived();
    const people = sqlitePeople(target.opened);
    const found = await people.exportPerson({ email: ` ${EMAIL.toUpperCase()} ` });
    const text = JSON.stringify(found);
    for (const planted of PLANTED) expect(text.toLowerCase()).toContain(planted.toLowerCase());
    expect(found).toMatchObject({
      email: EMAIL,
      ratings: [{ score: 1, comment: "stoatword" }],
      feedback: [{ helpful: true }],
      verifications: [{ email: EMAIL, used: true }],
    });
    expect(found?.accounts.map(({ platform }) => platform).toSorted()).toEqual(["discord", "slack"]);
    expect(found?.tickets).toHaveLength(1);
    expect(found?.escalations).toHaveLength(1);
    expect(text).not.toContain("mine works");
    expect(await people.exportPerson({ adapter: "slack", userId: ON_SLACK.id })).toMatchObject({
      email: EMAIL,
    });
    expect(await people.exportPerson({ email: "nobody@example.com" })).toBeNull();
  });

  it("is nowhere in the database's bytes once erased; what others said and what it cost stays", async () => {
    const target = await lived();
    const before = target.opened.connection.prepare("select count(*) from calls").pluck().get();
    await target.store.reserveCall(
      {
        conversationId: 1,
        customerId: 1,
        turnId: "turn-1",
        ticket: null,
        purpose: "answer",
        tier: 1,
        model: "m",
        worstMicros: 10,
      },
      { perConversation: 1e9, perCustomerDay: 1e9, perDay: 1e9 },
      Date.now(),
    );
    const people = sqlitePeople(target.opened);
    const erased = await people.erasePerson({ email: EMAIL }, Date.now());
    expect(erased).toMatchObject({ accounts: 2, conversations: 2, tickets: 1, escalations: 1, ratings: 1 });
    expect(await people.exportPerson({ email: EMAIL })).toBeNull();
    const bytes = ["", "-wal"].map((suffix) => {
      try {
        return readFileSync(`${target.databasePath}${suffix}`, "latin1").toLowerCase();
      } catch {
        return "";
      }
    });
    expect(PLANTED.filter((one) => bytes.some((file) => file.includes(one.toLowerCase())))).toEqual([]);
    const { connection } = target.opened;
    const texts = connection.prepare("select text from messages").pluck().all().join("\n");
    expect(texts).toContain("I know [erased], mine works. Ask <@[erased]>!");
    expect(texts).toContain("Hello [erased], I am looking.");
    expect(texts).toContain("How do I reset my password?");
    expect(connection.prepare("select count(*) from calls").pluck().get()).toBe(Number(before) + 1);
    expect(
      connection.prepare("select count(*) from audit where kind = 'customer_erased'").pluck().get(),
    ).toBe(1);
    expect(connection.pragma("integrity_check", { simple: true })).toBe("ok");
    // Who comes back is somebody new, and is served.
    const sent = target.platforms.slack.sent.length;
    await target.platforms.slack.intake(
      says("slack", "C1/1.1", ON_SLACK, "How do I reset my password?", { opens: true, isPublic: true }),
    );
    await target.settled();
    expect(target.platforms.slack.sent.length).toBe(sent + 1);
  });

  it("of one who only asked for a code for this e-mail is erased as well", async () => {
    const target = await startTarget();
    onTestFinished(() => target.close());
    const stranger = customerNamed("USTRANGER");
    await target.platforms.slack.intake(
      happens("slack", "D1", stranger, { kind: "verify", email: "victim@example.com" }),
    );
    await target.settled();
    const people = sqlitePeople(target.opened);
    expect(await people.erasePerson({ email: "victim@example.com" }, Date.now())).toMatchObject({
      verifications: 1,
      accounts: 0,
    });
    expect(readFileSync(target.databasePath, "latin1")).not.toContain("victim@");
  });
});

describe("deskhand customer", () => {
  const MAIN = join(import.meta.dirname, "..", "..", "src", "cli", "main.ts");
  const run = async (database: string, args: readonly string[], input = "") => {
    const running = promisify(execFile)(process.execPath, [MAIN, "customer", ...args], {
      env: { PATH: process.env["PATH"] ?? "", DATABASE_URL: `file:${database}` },
    });
    running.child.stdin?.end(input);
    return running.then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
  };

  it("prints, asks, refuses beside a running Deskhand, erases", async () => {
    const target = await lived();
    const path = target.databasePath;
    const printed = await run(path, ["export", EMAIL]);
    expect(JSON.parse(printed.stdout)).toMatchObject({ email: EMAIL });
    expect(await run(path, ["erase", EMAIL], "no\n")).toMatchObject({ code: 1 });
    expect(await run(path, ["erase", EMAIL])).toMatchObject({ code: 1 });
    expect(await run(path, ["steal", EMAIL])).toMatchObject({ code: 2 });
    const lock = lockForWork(path);
    const beside = await run(path, ["erase", EMAIL, "--yes"]);
    expect(beside).toMatchObject({ code: 1, stderr: expect.stringContaining("Another Deskhand is running") });
    await lock.release();
    await target.app.stop();
    expect((await run(path, ["erase", EMAIL], "erase\n")).stdout).toContain("Erased: ");
    expect(await run(path, ["export", EMAIL])).toMatchObject({
      code: 1,
      stderr: `Nothing is kept of ${EMAIL}.\n`,
    });
    const bytes = readFileSync(path, "latin1");
    expect(PLANTED.filter((planted) => bytes.toLowerCase().includes(planted.toLowerCase()))).toEqual([]);
  });
});
