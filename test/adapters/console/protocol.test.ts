import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createMemory } from "../../../adapters/console/memory.ts";
import type { LineContext } from "../../../adapters/console/normalise.ts";
import { parseLine } from "../../../adapters/console/protocol.ts";
import type { InboundEvent } from "../../../src/domain.ts";

function contextFor(overrides: Partial<LineContext> = {}): LineContext {
  return { line: 7, run: "run", now: 1_000, agentName: "Aria", memory: createMemory(), ...overrides };
}

function accepted(line: object | string, context = contextFor()): { event: InboundEvent; replyId: string } {
  const parsed = parseLine(typeof line === "string" ? line : JSON.stringify(line), context);
  if (parsed.kind === "error") throw new Error(parsed.message);
  context.memory.heard(parsed.event);
  return parsed;
}

function refused(line: object | string, context = contextFor()): string {
  const parsed = parseLine(typeof line === "string" ? line : JSON.stringify(line), context);
  if (parsed.kind === "event") throw new Error(`accepted: ${JSON.stringify(parsed.event)}`);
  return parsed.message;
}

const ann = { id: "u1", name: "Ann" };
const sam = { id: "s1", name: "Sam" };
const hello = { type: "message", id: "m1", conversation: "c1", user: ann, text: "Hello" };

describe("a message line", () => {
  it("becomes an event in the conversation's own address", () => {
    expect(accepted({ ...hello, channel: "private" })).toEqual({
      kind: "event",
      replyId: "m1",
      event: {
        eventId: "m1",
        address: { adapter: "console", key: "c/c1" },
        visibility: "private",
        sender: { id: "u1", name: "Ann", role: "customer" },
        sentAt: 1_000,
        body: {
          kind: "message",
          messageId: "m1",
          text: "Hello",
          mode: "dm",
          opens: true,
          addressed: false,
          attachments: [],
        },
      },
    });
  });

  it("is private and carries the id as name when neither is given", () => {
    const { event } = accepted({ ...hello, user: { id: "u9" } });
    expect(event).toMatchObject({ visibility: "private", sender: { name: "u9" } });
  });

  it("is a post when public, and the conversation stays public when a later line does not say", () => {
    const context = contextFor();
    const first = accepted({ ...hello, channel: "public" }, context).event;
    const second = accepted({ ...hello, id: "m2" }, context).event;
    expect(first).toMatchObject({ visibility: "public", body: { mode: "every_post", opens: true } });
    expect(second).toMatchObject({ visibility: "public", body: { mode: "every_post", opens: false } });
  });

  it.each(["@Aria, hi", "hi @deskhand", "@ARIA?"])("sees that %j addresses the agent", (text) => {
    expect(accepted({ ...hello, text }).event.body).toMatchObject({ addressed: true });
  });

  it.each(["@ariadne hi", "Aria is nice", "@deskhands"])(
    "sees that %j does not address the agent",
    (text) => {
      expect(accepted({ ...hello, text }).event.body).toMatchObject({ addressed: false });
    },
  );

  it("looks for an agent's name literally", () => {
    const context = contextFor({ agentName: "A.I. (beta)" });
    expect(accepted({ ...hello, text: "ask @A.I. (beta) now" }, context).event.body).toMatchObject({
      addressed: true,
    });
    expect(accepted({ ...hello, text: "ask @AxIx (beta)" }, context).event.body).toMatchObject({
      addressed: false,
    });
  });

  it("gets a made id from run and line when it has none", () => {
    const { id: _, ...without } = hello;
    const { event, replyId } = accepted(without);
    expect([event.eventId, replyId]).toEqual(["run-7", "run-7"]);
    expect(event.body).toMatchObject({ messageId: "run-7" });
  });

  it("keeps attachments, each with a handle of its own", () => {
    const file = { name: "log.txt", mimeType: "text/plain", bytes: 12 };
    expect(accepted({ ...hello, text: "", attachments: [file, file] }).event.body).toMatchObject({
      attachments: [
        { ...file, ref: "m1/0" },
        { ...file, ref: "m1/1" },
      ],
    });
  });

  it.each(["", "  "])(
    "is taken also with the text %j, because what is empty is for the core to judge",
    (text) => {
      expect(accepted({ ...hello, text }).event.body).toMatchObject({ kind: "message", text });
    },
  );

  it("never shares an address with the desk, whatever the conversation is called", () => {
    const bridge = accepted({ type: "staff", escalation: "1", user: sam, text: "x" }).event.address.key;
    for (const conversation of ["desk", "desk/1", "c/desk/1", "u/u1"]) {
      const { key } = accepted({ ...hello, conversation }).event.address;
      expect(key).toBe(`c/${conversation}`);
      expect(key).not.toBe(bridge);
    }
  });

  it("keeps what no database takes out of the text", () => {
    const { event } = accepted(
      String.raw`{"type":"message","id":"m1","conversation":"c1","user":{"id":"u"},"text":"a\u0000b\ud800"}`,
    );
    expect(event.body).toMatchObject({ text: "ab\uFFFD" });
  });
});

describe("an edit or a deletion", () => {
  it("takes place, channel and author from the message it changes", () => {
    const context = contextFor();
    accepted({ ...hello, channel: "public" }, context);
    const edit = accepted({ type: "edit", id: "m1", text: "Hello!" }, context);
    expect(edit.replyId).toBe("m1");
    expect(edit.event).toMatchObject({
      address: { key: "c/c1" },
      visibility: "public",
      sender: { id: "u1", name: "Ann", role: "customer" },
      body: { kind: "edit", messageId: "m1", text: "Hello!" },
    });
    expect(accepted({ type: "delete", id: "m1" }, context).event).toMatchObject({
      eventId: "delete:m1",
      address: { key: "c/c1" },
      body: { kind: "delete", messageId: "m1" },
    });
  });

  it("keeps the role of staff who change what they wrote", () => {
    const context = contextFor();
    accepted({ type: "staff", id: "s-1", escalation: "e1", user: sam, text: "Hi" }, context);
    expect(accepted({ type: "edit", id: "s-1", user: sam, text: "Hello" }, context).event).toMatchObject({
      address: { key: "desk/e1" },
      sender: { role: "staff" },
    });
  });

  it("has one id for the same edit sent twice, also in another run", () => {
    const edit = { type: "edit", id: "m1", conversation: "c1", user: ann, text: "B" };
    const context = contextFor();
    accepted(hello, context);
    const first = accepted(edit, context).event.eventId;
    expect(accepted(edit, context).event.eventId).toBe(first);
    expect(accepted(edit, contextFor({ run: "another" })).event.eventId).toBe(first);
  });

  it("is a new event when the text goes back to what it was two edits ago", () => {
    const context = contextFor();
    const ids = ["B", "C", "B", "B", "C"].map(
      (text) =>
        accepted({ type: "edit", id: "m1", conversation: "c1", user: ann, text }, context).event.eventId,
    );
    expect(ids[3]).toBe(ids[2]);
    expect(new Set(ids).size).toBe(4);
  });

  it("takes an event id of its own", () => {
    const { event, replyId } = accepted({
      type: "edit",
      id: "m1",
      event: "ev-9",
      conversation: "c1",
      user: ann,
      text: "B",
    });
    expect([event.eventId, replyId]).toEqual(["ev-9", "m1"]);
  });

  it("is refused when neither the line nor the run knows where and by whom", () => {
    expect(refused({ type: "edit", id: "m9", user: ann, text: "B" })).toMatch(/^conversation: missing.*m9/);
    expect(refused({ type: "delete", id: "m9", conversation: "c1" })).toMatch(/^user: missing.*m9/);
  });
});

describe("lines of staff", () => {
  it("go to the bridge of the escalation they name", () => {
    const { event } = accepted({ type: "staff", escalation: "e1", user: sam, text: "// a note" });
    expect(event).toMatchObject({
      eventId: "run-7",
      address: { adapter: "console", key: "desk/e1" },
      visibility: "private",
      sender: { id: "s1", role: "staff" },
      body: { kind: "message", text: "// a note", escalationId: "e1" },
    });
  });

  it("go to the customer's own thread when they name a conversation", () => {
    const context = contextFor();
    accepted({ ...hello, channel: "public" }, context);
    const { event } = accepted({ type: "staff", conversation: "c1", user: sam, text: "Hi Ann" }, context);
    expect(event).toMatchObject({
      address: { key: "c/c1" },
      visibility: "public",
      sender: { role: "staff" },
    });
    expect(event.body).not.toHaveProperty("escalationId");
  });

  it.each(["claim", "resolve", "hand_back"])("%s an escalation", (action) => {
    const { event } = accepted({
      type: "action",
      id: "a1",
      action,
      escalation: "e1",
      user: sam,
      note: " done ",
    });
    expect(event).toMatchObject({
      eventId: "a1",
      address: { key: "desk/e1" },
      sender: { role: "staff" },
      body: { kind: "action", action, escalationId: "e1", note: "done" },
    });
  });

  it("act by conversation as well", () => {
    const { event } = accepted({ type: "action", action: "claim", conversation: "c1", user: sam });
    expect(event).toMatchObject({ address: { key: "c/c1" }, body: { kind: "action", action: "claim" } });
  });

  it("are refused without a place", () => {
    expect(refused({ type: "staff", user: sam, text: "x" })).toMatch(/^escalation: missing/);
    expect(refused({ type: "action", action: "claim", user: sam })).toMatch(/^escalation: missing/);
    expect(refused({ type: "staff", escalation: "e1", user: sam, text: " " })).toMatch(/^text: /);
  });
});

describe("a rating", () => {
  const rate = { type: "action", action: "rate", conversation: "c1", user: ann };

  it.each([
    [{ score: 4 }, 4],
    [{ rating: 1 }, 1],
    [{ value: 5 }, 5],
    [{ score: "up" }, 5],
    [{ score: "down" }, 1],
  ])("reads %j", (given, score) => {
    const { event } = accepted({ ...rate, ...given });
    expect(event).toMatchObject({
      address: { key: "c/c1" },
      sender: { role: "customer" },
      body: { kind: "rate", score },
    });
  });

  it.each([0, 6, 2.5, "great", null])("refuses the score %j", (score) => {
    expect(refused({ ...rate, score })).toMatch(/^score: /);
  });

  it("finds the conversation of an escalation whose card was shown", () => {
    const context = contextFor();
    const byEscalation = { ...rate, conversation: undefined, escalation: "e1", score: 5 };
    expect(refused(byEscalation, context)).toMatch(/^conversation: missing.*e1/);
    context.memory.told({
      id: "d1",
      to: { adapter: "console", key: "desk" },
      visibility: "private",
      createdAt: 0,
      content: {
        kind: "card",
        card: {
          escalationId: "e1",
          status: "open",
          reason: "customer_request",
          priority: "normal",
          summary: "s",
          customer: "Ann",
          ticket: "T-1",
          conversation: { adapter: "console", key: "c/c4" },
          waitingSince: 0,
          tried: [],
          nextStep: "n",
          ping: true,
        },
      },
    });
    expect(accepted(byEscalation, context).event.address.key).toBe("c/c4");
  });
});

it("a verify line marks the e-mail of its user, in no conversation", () => {
  const { event } = accepted({ type: "verify", user: ann, email: " ann@example.com " });
  expect(event).toMatchObject({
    address: { key: "u/u1" },
    visibility: "private",
    sender: { id: "u1", role: "customer" },
    body: { kind: "identity", email: "ann@example.com", method: "console" },
  });
});

describe("a line that is wrong", () => {
  it.each<[string, object | string, RegExp]>([
    ["no JSON", "{oops", /^not JSON: /],
    ["nothing", "", /^not JSON: /],
    ["a list", "[1]", /^not a JSON object/],
    ["null", "null", /^not a JSON object/],
    ["no type", {}, /^type: missing; allowed are message/],
    ["an unknown type", { type: "toString" }, /^type: unknown type "toString"/],
    ["a type that is no text", { type: ["message"] }, /^type: unknown type/],
    ["no conversation", { ...hello, conversation: undefined }, /^conversation: missing$/],
    ["an empty conversation", { ...hello, conversation: "" }, /^conversation: must not be empty/],
    ["no user", { ...hello, user: undefined }, /^user: missing$/],
    ["no user id", { ...hello, user: {} }, /^user\.id: missing$/],
    ["a numeric id", { ...hello, id: 5 }, /^id: .*expected string/],
    ["a control character in an id", { ...hello, id: "a\nb" }, /^id: must not hold control/],
    ["a very long id", { ...hello, id: "x".repeat(257) }, /^id: .*256/],
    ["text that is no text", { ...hello, text: 5 }, /^text: .*expected string/],
    ["an unknown channel", { ...hello, channel: "secret" }, /^channel: .*"public"/],
    [
      "a bad attachment",
      { ...hello, attachments: [{ bytes: -1 }] },
      /^attachments\.0\.name: missing; attachments\.0\.bytes: /,
    ],
    ["an unknown action", { type: "action", action: "close", user: sam }, /^action: .*"claim"/],
    [
      "a rating without score",
      { type: "action", action: "rate", conversation: "c1", user: ann },
      /^score: missing/,
    ],
    ["no e-mail", { type: "verify", user: ann, email: "ann" }, /^email: must be an e-mail/],
    [
      "an empty edit",
      { type: "edit", id: "m1", conversation: "c1", user: ann, text: "" },
      /^text: must not be empty/,
    ],
  ])("with %s is an error that names the field", (_, line, message) => {
    expect(refused(line)).toMatch(message);
  });

  it("never throws, whatever JSON it holds", () => {
    const field = fc.oneof(fc.jsonValue(), fc.string({ unit: "binary" }), fc.constant(ann));
    const line = fc.record(
      {
        type: fc.oneof(fc.constantFrom("message", "edit", "delete", "staff", "action", "verify"), field),
        id: fc.oneof(fc.constant("m1"), field),
        event: field,
        conversation: fc.oneof(fc.constant("c1"), field),
        escalation: fc.oneof(fc.constant("e1"), field),
        channel: fc.oneof(fc.constant("public"), field),
        user: fc.oneof(fc.constant(ann), fc.record({ id: field, name: field }), field),
        text: fc.oneof(fc.string({ unit: "binary" }), field),
        action: fc.oneof(fc.constantFrom("claim", "rate"), field),
        score: fc.oneof(fc.integer({ min: -1, max: 7 }), field),
        email: fc.oneof(fc.emailAddress(), field),
        attachments: fc.oneof(fc.array(fc.record({ name: field, bytes: field })), field),
      },
      { requiredKeys: ["type"] },
    );
    const kinds = new Set<string>();
    fc.assert(
      fc.property(
        fc.oneof(
          line.map((value) => JSON.stringify(value)),
          fc.json(),
          fc.string(),
        ),
        (text) => {
          const context = contextFor();
          const parsed = parseLine(text, context);
          kinds.add(parsed.kind);
          if (parsed.kind === "error") return parsed.message !== "";
          context.memory.heard(parsed.event);
          const { eventId, address } = parsed.event;
          return eventId !== "" && /^(c|u|desk)\/./su.test(address.key) && storable(parsed.event);
        },
      ),
      { numRuns: 2_000 },
    );
    expect([...kinds].toSorted()).toEqual(["error", "event"]);
  });
});

/** True when every text in it can be a value of any database. */
function storable(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed() && !value.includes("\0");
  return typeof value !== "object" || value === null || Object.values(value).every(storable);
}
