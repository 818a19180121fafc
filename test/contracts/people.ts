import { describe, expect, it, onTestFinished } from "vitest";

import type { PeopleStore } from "../../src/store/people-port.ts";
import type { Storage } from "../../src/store/storage.ts";
import { happens, proves, says, startTarget, type Target, type TargetOptions } from "../attacks/target.ts";
import { customerNamed, staffNamed } from "../servers/shop.ts";

export const EMAIL = "zelda.quark@example.com";
const ON_SLACK = customerNamed("UZELDA7788", { name: "Zelda Quark" });
const ON_DISCORD = customerNamed("998877665544332211", { name: "zeldaq" });
const BEN = customerNamed("UBEN556677", { name: "Ben" });
/** Each stands in something that Zelda said, was asked or was told. */
export const PLANTED = [
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
export async function lived(options: TargetOptions = {}): Promise<Target> {
  const target = await startTarget(options);
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

/** One database with what a test looks into it by. */
export interface PeopleBench {
  readonly ports: Pick<Storage, "store" | "index" | "reports">;
  readonly people: PeopleStore;
  /** Everything that is written anywhere in it, lower case. */
  readonly bytes: () => Promise<string>;
  /** The single column of a query. */
  readonly column: (query: string) => Promise<readonly unknown[]>;
}

/** What every store owes one person. `open` gives an empty database. */
export function describePeople(name: string, open: () => Promise<PeopleBench>): void {
  describe(`one person's data in ${name}`, () => {
    it("is exported whole: both platforms, tickets, escalation, rating, thumbs, searches", async () => {
      const { people, ports } = await open();
      await lived({ ports });
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
      expect(found?.tickets[0]?.history.length).toBeGreaterThan(1);
      expect(found?.escalations).toHaveLength(1);
      expect(text).not.toContain("mine works");
      expect(await people.exportPerson({ adapter: "slack", userId: ON_SLACK.id })).toMatchObject({
        email: EMAIL,
      });
      expect(await people.exportPerson({ email: "nobody@example.com" })).toBeNull();
    });

    it("is nowhere in the database once erased; what others said and what it cost stays", async () => {
      const { people, ports, bytes, column } = await open();
      const target = await lived({ ports });
      const count = async (what: string) => Number((await column(`select count(*) from ${what}`))[0]);
      const before = await count("calls");
      const spent = { purpose: "answer", tier: 1, model: "m", worstMicros: 10 } as const;
      await target.store.reserveCall(
        { ...spent, conversationId: 1, customerId: 1, turnId: "turn-1", ticket: null },
        { perConversation: 1e9, perCustomerDay: 1e9, perDay: 1e9 },
        Date.now(),
      );
      const held = await bytes();
      expect(PLANTED.filter((planted) => !held.includes(planted.toLowerCase()))).toEqual([]);
      const erased = await people.erasePerson({ email: EMAIL }, Date.now());
      expect(erased).toMatchObject({ accounts: 2, conversations: 2, tickets: 1, escalations: 1, ratings: 1 });
      expect(await people.exportPerson({ email: EMAIL })).toBeNull();
      const left = await bytes();
      expect(PLANTED.filter((planted) => left.includes(planted.toLowerCase()))).toEqual([]);
      const texts = (await column("select text from messages")).join("\n");
      expect(texts).toContain("I know [erased], mine works. Ask <@[erased]>!");
      expect(texts).toContain("Hello [erased], I am looking.");
      expect(texts).toContain("How do I reset my password?");
      expect(await count("calls")).toBe(before + 1);
      expect(await count("audit where kind = 'customer_erased'")).toBe(1);
      // Who comes back is somebody new, and is served.
      const sent = target.platforms.slack.sent.length;
      await target.platforms.slack.intake(
        says("slack", "C1/1.1", ON_SLACK, "How do I reset my password?", { opens: true, isPublic: true }),
      );
      await target.settled();
      expect(target.platforms.slack.sent.length).toBe(sent + 1);
    });

    it("of one who only asked for a code for this e-mail is erased as well", async () => {
      const { people, ports, bytes } = await open();
      const target = await startTarget({ ports });
      onTestFinished(() => target.close());
      const stranger = customerNamed("USTRANGER");
      await target.platforms.slack.intake(
        happens("slack", "D1", stranger, { kind: "verify", email: "victim@example.com" }),
      );
      await target.settled();
      const asked = { verifications: 1, accounts: 0 };
      expect(await people.erasePerson({ email: "victim@example.com" }, Date.now())).toMatchObject(asked);
      expect(await bytes()).not.toContain("victim@");
    });
  });
}
