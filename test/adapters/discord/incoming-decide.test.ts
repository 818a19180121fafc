import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { decide } from "../../../adapters/discord/decide.ts";
import { readInteraction } from "../../../adapters/discord/interaction-payloads.ts";
import type { Spot } from "../../../adapters/discord/spots.ts";
import type { Person } from "../../../src/domain.ts";
import { payloadFile } from "./payload-file.ts";

const GUILD = "1100000000000000001";
const CHANNEL = "1100000000000000010";
const BOT = "1100000000000000099";
const TOKEN = "aW50ZXJhY3Rpb246dG9rZW4";
const staff: Person = { id: "1100000000000000201", name: "User One", role: "staff" };
const customer: Person = { ...staff, role: "customer" };
const desk: Spot = {
  kind: "channel",
  guild: GUILD,
  channel: CHANNEL,
  mode: "mention",
  threads: true,
  isDesk: true,
};

function asked(name: string, more = {}) {
  const read = readInteraction(payloadFile(name, more));
  if (!read) throw new Error(`${name} is not ours`);
  return read;
}

function decided(name: string, sender: Person, more = {}) {
  return decide({ asked: asked(name, more), sender, spot: desk, chosen: null });
}

describe("what a click comes to", () => {
  it("is staff's action in the thread of the card's message", () => {
    expect(decided("interaction-button", staff)).toMatchObject({
      kind: "take",
      answer: "silent",
      event: {
        eventId: "1440000000000000100",
        address: { adapter: "discord", key: `${GUILD}/${CHANNEL}/1440000000000000090` },
        body: { kind: "action", action: "claim", escalationId: "E-17" },
      },
    });
    expect(decided("interaction-button", customer)).toEqual({
      kind: "tell",
      text: "Only staff can do this.",
    });
  });

  it("reads a form's input in a label and in a row", () => {
    expect(decided("interaction-modal-label", staff)).toMatchObject({
      event: { body: { kind: "action", action: "resolve", escalationId: "E-17", note: "a new parcel" } },
    });
    expect(decided("interaction-modal-row", customer)).toMatchObject({
      answer: "later",
      event: {
        address: { key: `${GUILD}/${CHANNEL}/~${BOT}/${TOKEN}` },
        visibility: "private",
        body: { kind: "verify_code", code: "123456" },
      },
    });
  });

  it("resolves only for staff, also when the form was sent by somebody else", () => {
    expect(decided("interaction-modal-label", customer)).toMatchObject({ kind: "tell" });
  });

  it("reads staff's commands with their words", () => {
    expect(decided("interaction-slash", staff)).toMatchObject({
      answer: "later",
      event: { body: { kind: "command", command: "find", text: "T-17" } },
    });
    expect(decided("interaction-slash", customer)).toMatchObject({ kind: "tell" });
  });

  it("is answered in direct messages where it was asked", () => {
    expect(decided("interaction-slash-dm", customer)).toMatchObject({
      event: {
        address: { key: `dm/1100000000000000030/~${BOT}/${TOKEN}` },
        body: { kind: "verify", email: "user@example.com" },
      },
    });
  });

  it("asks for one's own tickets, for oneself", () => {
    const data = { type: 1, id: "1100000000000000803", name: "tickets" };
    expect(decided("interaction-slash", customer, { data })).toMatchObject({
      answer: "later",
      event: { visibility: "private", sender: { id: customer.id }, body: { kind: "tickets" } },
    });
  });

  it("shows a form at once", () => {
    const data = { custom_id: "deskhand:verify_email:", component_type: 2 };
    expect(decided("interaction-button", customer, { data })).toMatchObject({
      kind: "form",
      form: { custom_id: "deskhand:verify_email:", components: [{ type: 18 }] },
    });
  });

  it("takes no score that our buttons do not have", () => {
    for (const score of ["0", "6", "2.5", "many"]) {
      const data = { custom_id: `deskhand:rate:${score}`, component_type: 2 };
      expect(decided("interaction-button", customer, { data }).kind).toBe("tell");
    }
  });

  it("chooses a message for its author or for staff only", () => {
    const read = asked("interaction-context-menu");
    expect(read.what).toMatchObject({ kind: "chosen", choice: "ask", target: { id: "1440000000000000000" } });
    const stranger = { ...customer, id: "1100000000000000202" };
    expect(decided("interaction-context-menu", stranger)).toMatchObject({
      text: expect.stringMatching(/author/),
    });
  });

  it("says so where we have no business", () => {
    const decision = decide({ asked: asked("interaction-button"), sender: staff, spot: null, chosen: null });
    expect(decision).toMatchObject({ kind: "tell", text: expect.stringMatching(/not switched on/) });
  });
});

describe("whatever Discord sends", () => {
  it("is not ours, or comes to a decision, without a throw", () => {
    const id = fc.oneof(
      fc.string(),
      fc.constantFrom("deskhand:claim:E-1", "deskhand:rate:9", "deskhand:reveal:", "deskhand:nothing:"),
    );
    const data = fc.oneof(
      fc.anything(),
      fc.record({ custom_id: id, components: fc.array(fc.anything()) }),
      fc.record({ name: fc.constantFrom("desk", "verify", "Escalate", "other"), options: fc.anything() }),
    );
    const base = payloadFile("interaction-button") as object;
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 3, 4, 5, 9), data, (type, given) => {
        const read = readInteraction({ ...base, type, data: given });
        const decision = read && decide({ asked: read, sender: customer, spot: desk, chosen: null });
        // A customer gets no staff action past it, whatever the client made up.
        expect(decision?.kind === "take" ? decision.event.body.kind : "none").not.toMatch(/action|command/);
      }),
    );
    fc.assert(fc.property(fc.anything(), (payload) => void readInteraction(payload)));
  });
});
