import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  normaliseClick,
  normaliseCommand,
  normaliseForm,
  normaliseShortcut,
} from "../../../adapters/slack/clicks.ts";
import { toPlace } from "../../../adapters/slack/address.ts";
import { formView, readSubject } from "../../../adapters/slack/forms.ts";
import { acme, payload } from "./payloads.ts";

const T1 = { team: "T1" };
const RESPONSE = "https://hooks.slack.com/actions/T1/1/abc";

function clicked(name: string) {
  const pressed = normaliseClick(payload(name), T1);
  if (pressed?.kind !== "event") throw new Error(`${name} is ${pressed?.kind ?? "nothing"}`);
  return pressed.event;
}

describe("a button in Slack", () => {
  it("says which escalation it is about, in the thread of its card", () => {
    expect(clicked("click-claim")).toEqual({
      eventId: "a:T1:USAM:1700000000.000100:deskhand_claim:1700000100.123456",
      address: { adapter: "slack", key: "T1/CDESK/1700000000.000100" },
      visibility: "public",
      author: { user: "USAM", isStranger: false },
      sentAt: 1_700_000_100_123,
      body: { kind: "action", action: "claim", escalationId: "E-17" },
      atDesk: false,
    });
  });

  it("rates and thumbs in the conversation", () => {
    expect(clicked("click-rate")).toMatchObject({
      address: { key: "T1/CHELP/1700000000.000100" },
      body: { kind: "rate", score: 4 },
    });
    expect(clicked("click-feedback")).toMatchObject({
      address: { key: "T1/CHELP/1700000000.000100" },
      body: { kind: "feedback", answer: "turn-1:0", helpful: true },
    });
  });

  it("shows a private answer where its reader alone sees it", () => {
    const event = clicked("click-reveal");
    expect(event.body).toEqual({ kind: "reveal", answer: "turn-1:0" });
    expect(event.visibility).toBe("private");
    expect(toPlace(event.address)).toEqual({
      kind: "response",
      team: "T1",
      channel: "CHELP",
      user: "UANN",
      thread: "1700000000.000100",
      url: RESPONSE,
    });
  });

  it("opens a form for what needs words", () => {
    const at = { kind: "channel", team: "T1", channel: "CDESK", thread: "1700000000.000100" };
    expect(normaliseClick(payload("click-resolve"), T1)).toEqual({
      kind: "form",
      form: "resolve",
      subject: { at, escalationId: "E-17" },
    });
    expect(normaliseClick(payload("click-verify"), T1)).toMatchObject({
      form: "verify_email",
      subject: { at: { kind: "response", url: RESPONSE } },
    });
  });

  it("is answered in direct messages when it was pressed on the home page", () => {
    expect(normaliseClick(payload("click-verify-at-home"), T1)).toMatchObject({
      form: "verify_email",
      subject: { at: { kind: "channel", team: "T1", channel: "DANN" } },
    });
  });

  it.each(["deskhand_rate_0", "deskhand_rate_6", "deskhand_rate_4x", "somebody_elses", "deskhand_feedback"])(
    "is nothing to us as %s",
    (action_id) => {
      const body = payload("click-rate") as { actions: object[] };
      const actions = [{ ...body.actions[0], action_id, value: "?" }];
      expect(normaliseClick({ ...body, actions }, T1)).toBeNull();
    },
  );
});

describe("a form in Slack", () => {
  it("carries what it is about there and back", () => {
    const subject = {
      at: { kind: "channel", team: "T1", channel: "CDESK", thread: "1.2" },
      escalationId: "E-17",
    } as const;
    const { private_metadata = "" } = formView("resolve", subject);
    expect(readSubject(private_metadata)).toEqual(subject);
  });

  it("is answered in the thread in which its button was pressed", () => {
    const at = {
      kind: "response",
      team: "T1",
      channel: "C1",
      user: "UANN",
      url: RESPONSE,
      thread: "1.2",
    } as const;
    const { private_metadata = "" } = formView("enter_code", { at });
    expect(readSubject(private_metadata)).toEqual({ at });
  });

  it("resolves with what solved it, if anything was written", () => {
    const event = {
      eventId: "f:T1:V77",
      address: { key: "T1/CDESK/1700000000.000100" },
      author: { user: "UANN" },
    };
    const body = { kind: "action", action: "resolve", escalationId: "E-17" };
    expect(normaliseForm(payload("form-resolve"), T1)).toMatchObject({
      event: { ...event, body: { ...body, note: "Sent the invoice again." } },
    });
    const bare = normaliseForm(payload("form-resolve-empty"), T1);
    expect(bare?.kind === "event" && bare.event.body).toEqual(body);
  });

  it("takes an e-mail only when it can be one", () => {
    expect(normaliseForm(payload("form-verify"), T1)).toMatchObject({
      kind: "event",
      event: { body: { kind: "verify", email: "ann@example.com" } },
    });
    expect(normaliseForm(payload("form-verify-wrong"), T1)).toMatchObject({ kind: "invalid" });
  });

  it("takes the code", () => {
    expect(normaliseForm(payload("form-code"), T1)).toMatchObject({
      event: { body: { kind: "verify_code", code: "123456" } },
    });
  });
});

describe("/deskhand", () => {
  const said = (text: string) => normaliseCommand({ ...(payload("command") as object), text }, T1);

  it("asks the core, which answers where only the asker sees it", () => {
    const pressed = normaliseCommand(payload("command"), T1);
    expect(pressed).toMatchObject({
      kind: "event",
      event: {
        eventId: "c:T1:13345224609.738474920.8088930838d88f008e0",
        visibility: "private",
        body: { kind: "command", command: "find", text: "ann & co" },
      },
    });
    expect(pressed?.kind === "event" && toPlace(pressed.event.address)).toMatchObject({
      kind: "response",
      user: "USAM",
      url: "https://hooks.slack.com/commands/T1/1/abc",
    });
  });

  it.each([
    ["status", { kind: "command", command: "status", text: "" }],
    ["PAUSE 30m", { kind: "command", command: "pause", text: "30m" }],
    ["unlink", { kind: "unlink" }],
    ["verify ann@example.com", { kind: "verify", email: "ann@example.com" }],
    ["verify <mailto:ann@example.com|ann@example.com>", { kind: "verify", email: "ann@example.com" }],
    ["code 123 456", { kind: "verify_code", code: "123 456" }],
  ])("understands %s", (text, body) => {
    expect(said(text)).toMatchObject({ kind: "event", event: { body } });
  });

  it.each([
    ["verify", "verify_email"],
    ["verify me", "verify_email"],
    ["code", "enter_code"],
  ])("opens a form for %s", (text, form) => {
    expect(said(text)).toMatchObject({ kind: "form", form });
  });

  it.each(["", "help", "what?"])("explains itself for %j", (text) => {
    expect(said(text)).toEqual({ kind: "help" });
  });
});

describe("the message menu", () => {
  it("calls a person for one's own message, in its thread", () => {
    expect(normaliseShortcut(payload("shortcut-escalate"), acme())).toMatchObject({
      eventId: "s:T1:CHELP:1700000050.000200:UANN",
      address: { key: "T1/CHELP/1700000000.000100" },
      body: {
        kind: "message",
        text: "It is the blue one.",
        callsPerson: true,
        addressed: true,
        opens: false,
      },
    });
  });

  it("does not put somebody else's words into one's mouth", () => {
    const body = payload("shortcut-escalate") as object;
    const event = normaliseShortcut({ ...body, user: { id: "UTOM", team_id: "T1" } }, acme());
    expect(event?.author.user).toBe("UTOM");
    expect(event?.body).toMatchObject({ text: "I would like a person to look at this." });
  });
});

describe("whatever is pressed", () => {
  const names = ["click-claim", "form-verify", "command", "shortcut-escalate"] as const;

  it("never makes it throw", { timeout: 60_000 }, () => {
    const spoilt = fc
      .tuple(fc.constantFrom(...names), fc.dictionary(fc.string(), fc.anything()), fc.anything())
      .chain(([name, extra, value]) => {
        const body = payload(name) as Record<string, unknown>;
        return fc
          .constantFrom(...Object.keys(body))
          .map((key): unknown => ({ ...body, ...extra, [key]: value }));
      });
    expect(() =>
      fc.assert(
        fc.property(fc.oneof(spoilt, fc.anything()), (body) => {
          normaliseClick(body, T1);
          normaliseForm(body, T1);
          normaliseCommand(body, T1);
          normaliseShortcut(body, acme());
        }),
        { numRuns: 1_000 },
      ),
    ).not.toThrow();
  });
});
