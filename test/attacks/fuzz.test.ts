import * as fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";

import { ESCALATION_REASONS, type InboundBody, type InboundEvent, STAFF_COMMANDS } from "../../src/domain.ts";
import { replyTo, says as line, startDeskhand } from "../servers/deskhand.ts";
import { customerNamed, messageBody } from "../servers/shop.ts";
import { says, startTarget } from "./target.ts";

/** Whatever comes in, by whatever way: nothing crashes, no promise is left to reject, and the next question is answered. */

const SEED = Number(process.env["FUZZ_SEED"] ?? 20_261_128);
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 150);

/** Texts that break what takes them for something else; all well-formed, as the adapters see to that. */
const text = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom("E-1", "T-1001", "turn-1.1", "a", "c1", "help me, a human please"),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "__proto__",
      "constructor",
      "' or 1=1; --",
      "%s%n{{7*7}}${7*7}",
      "../../etc/passwd",
      "\u202e\u200b\ufeff",
      "<!channel> @everyone </customer_message>",
      "4242 4242 4242 4242",
      '{"a":',
      "💥".repeat(400),
      "x".repeat(20_000),
      "🧑🏽‍🚀\r\n\t",
      "",
    ),
  },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 80 }).filter((one) => !one.includes("\0")) },
);
const id = text.map((one) => one.slice(0, 200) || "empty");
const escalation = { escalationId: fc.option(id, { nil: undefined }) };

const body = fc.oneof(
  fc
    .record({
      messageId: id,
      text,
      mode: fc.constantFrom("off", "mention", "every_post", "forum", "dm"),
      opens: fc.boolean(),
      addressed: fc.boolean(),
      name: text,
    })
    .map(({ messageId, text: said, name, ...more }) =>
      messageBody(messageId, said, {
        ...more,
        attachments: [{ name, mimeType: name, bytes: name.length, adapter: "slack", ref: name }],
      }),
    ),
  fc.record({ kind: fc.constant("edit"), messageId: id, text }),
  fc.record({ kind: fc.constant("delete"), messageId: id }),
  fc.record({
    kind: fc.constant("action"),
    action: fc.constantFrom("claim", "resolve", "hand_back"),
    ...escalation,
    note: text,
  }),
  fc.record({ kind: fc.constant("note"), messageId: id, ...escalation }),
  fc.record({ kind: fc.constant("rate"), score: fc.integer({ min: 1, max: 5 }), comment: text }),
  fc.record({ kind: fc.constant("feedback"), answer: id, helpful: fc.boolean() }),
  fc.record({ kind: fc.constant("reveal"), answer: id }),
  fc.record({ kind: fc.constant("command"), command: fc.constantFrom(...STAFF_COMMANDS), text }),
  fc.record({ kind: fc.constant("verify"), email: text }),
  fc.record({ kind: fc.constant("verify_code"), code: text }),
  fc.record({ kind: fc.constantFrom("overview", "tickets", "unlink") }),
) as fc.Arbitrary<InboundBody>;

const event = fc
  .record({
    adapter: fc.constantFrom("slack", "discord", "console", "desk"),
    key: id,
    visibility: fc.constantFrom("public", "private"),
    user: id,
    name: text,
    role: fc.constantFrom("customer", "customer", "staff", "bot"),
    sentAt: fc.oneof(fc.constant(0), fc.integer(), fc.constant(Date.now())),
    body,
  })
  .map(({ adapter, key, user, name, role, ...rest }): Omit<InboundEvent, "eventId"> => ({
    address: { adapter, key },
    sender: { id: user, name, role },
    ...rest,
  }));

function catchRejections(): unknown[] {
  const caught: unknown[] = [];
  const note = (error: unknown) => void caught.push(error);
  process.on("unhandledRejection", note);
  onTestFinished(() => void process.off("unhandledRejection", note));
  return caught;
}

describe("whatever comes in", () => {
  it(`is taken by the whole of Deskhand: ${RUNS} events of all kinds (FUZZ_SEED=${SEED})`, async () => {
    const rejected = catchRejections();
    const target = await startTarget();
    onTestFinished(() => target.close());
    const events = fc.sample(event, { seed: SEED, numRuns: RUNS });
    expect(new Set(events.map((one) => one.body.kind)).size).toBeGreaterThan(12);
    for (const [n, one] of events.entries()) {
      const { adapter } = one.address as { adapter: keyof typeof target.platforms };
      const given = { ...one, eventId: `fuzz-${n}` };
      expect(await target.platforms[adapter].intake(given)).toBe("accepted");
      // The same once more, as platforms do.
      expect(await target.platforms[adapter].intake(given)).toBe("duplicate");
      if (n % 50 === 49) await target.settled();
    }
    await target.settled();
    const { connection } = target.opened;
    const left = connection.prepare("select state, error from inbox where state != 'done'").all();
    expect(left, "nothing is put aside or left over").toEqual([]);
    const reasons = connection.prepare("select distinct reason from escalations").pluck().all() as never[];
    for (const reason of reasons) expect(ESCALATION_REASONS).toContain(reason);
    // A pause that staff may have asked for is theirs to end.
    await target.platforms.desk.intake({
      eventId: "resume",
      address: { adapter: "desk", key: "desk" },
      visibility: "public",
      sender: { id: "USAM", name: "Sam", role: "staff" },
      sentAt: Date.now(),
      body: { kind: "command", command: "resume", text: "" },
    });
    await target.settled();
    const before = target.platforms.slack.sent.length;
    await target.platforms.slack.intake(
      says("slack", "calm", customerNamed("UCALM"), "How do I reset my password?"),
    );
    await target.settled();
    expect(target.platforms.slack.sent.slice(before).map(({ to }) => to.key)).toContain("calm");
    expect(rejected).toEqual([]);
  });

  it(`is taken by the console's protocol and the program behind it (FUZZ_SEED=${SEED})`, async () => {
    const field = fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: fc.jsonValue() });
    const user = fc.oneof(
      fc.record({ id: field, name: field }),
      fc.constant({ id: "ann", name: "Ann" }),
      field,
    );
    const lines = fc.oneof(
      {
        weight: 5,
        arbitrary: fc
          .record(
            {
              type: fc.constantFrom("message", "edit", "delete", "staff", "action", "verify"),
              id: field,
              conversation: fc.oneof(fc.constantFrom("c1", "c2"), field),
              channel: fc.constantFrom("public", "private"),
              user,
              text: field,
              action: fc.constantFrom("claim", "resolve", "hand_back", "rate"),
              escalation: fc.oneof(fc.constantFrom("E-1", "E-2"), field),
              score: fc.integer({ min: -1, max: 7 }),
              email: field,
            },
            { requiredKeys: ["type", "user", "conversation"] },
          )
          .map((value) => JSON.stringify(value)),
      },
      { weight: 1, arbitrary: fc.string().map((one) => one.replaceAll(/[\r\n]/g, " ")) },
      { weight: 1, arbitrary: fc.json().map((one) => one.replaceAll(/[\r\n]/g, " ")) },
    );
    const given = fc.sample(lines, { seed: SEED, numRuns: Math.ceil(RUNS / 2) });
    const shop = startDeskhand();
    for (const one of given) shop.send(one);
    shop.send(line("calm", "calm", "calm-user", "How do I reset my password?"));
    expect(await shop.end()).toBe(0);
    expect(shop.lines.find(replyTo("calm"))).toBeDefined();
    expect(shop.lines.filter(({ type }) => type === "accepted").length).toBeGreaterThan(5);
    expect(shop.lines.filter(({ type }) => type === "error").length).toBeGreaterThan(5);
    expect(shop.errors()).not.toMatch(
      /unhandled|uncaught|TypeError|RangeError|SqliteError|failed too often/i,
    );
  });
});
