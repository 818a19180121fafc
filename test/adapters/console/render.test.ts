import { describe, expect, it } from "vitest";

import { plainEntry } from "../../../adapters/console/plain-entry.ts";
import { deliveryLine, threadOf } from "../../../adapters/console/render.ts";
import type { Card, Delivery, OutboundContent } from "../../../src/domain.ts";

const desk = { adapter: "console", key: "desk" };
const bridge = { adapter: "console", key: "desk/e1" };
const conversation = { adapter: "console", key: "c/c1" };

function delivery(content: OutboundContent, to = conversation): Delivery {
  return { id: "d1", to, visibility: "private", createdAt: 0, content };
}

const card: Card = {
  escalationId: "e1",
  status: "claimed",
  reason: "policy_exception",
  priority: "high",
  summary: "Wants a refund of $450.",
  customer: "Ann",
  ticket: "T-1",
  conversation,
  waitingSince: 5,
  tried: ["searched the knowledge base"],
  nextStep: "Approve or decline.",
  claimedBy: { id: "s1", name: "Sam" },
  ping: false,
};

describe("a delivery as a line", () => {
  it("shows a reply with its citations, its author and who alone may see it", () => {
    const content = {
      kind: "reply",
      text: "Hi",
      by: "staff",
      author: "Sam",
      citations: [{ id: "a1", title: "Refunds", url: "https://help.example.com/a1" }],
      inReplyTo: ["m1"],
      asksRating: true,
    } as const;
    expect(
      deliveryLine({ ...delivery(content), visibility: "private", recipient: "u1", replaces: "d0" }),
    ).toEqual({
      type: "reply",
      id: "d1",
      conversation: "c1",
      visibility: "private",
      text: "Hi",
      by: "staff",
      author: "Sam",
      citations: [{ id: "a1", title: "Refunds", url: "https://help.example.com/a1" }],
      inReplyTo: ["m1"],
      asksRating: true,
      recipient: "u1",
      replaces: "d0",
    });
  });

  it("shows what staff attached, and what a correction of theirs changes", () => {
    const content = { kind: "reply", text: "", by: "staff", citations: [], inReplyTo: [] } as const;
    const file = {
      name: "invoice.pdf",
      mimeType: "application/pdf",
      bytes: 9,
      adapter: "console",
      ref: "s1/0",
    };
    expect(deliveryLine(delivery({ ...content, attachments: [file] }))).toMatchObject({
      attachments: ["invoice.pdf"],
    });
    expect(deliveryLine(delivery({ ...content, change: "deleted", changes: "d0" }))).toMatchObject({
      text: "",
      change: "deleted",
      changes: "d0",
    });
    const plain = (more: Partial<Extract<OutboundContent, { kind: "reply" }>>) =>
      plainEntry(delivery({ ...content, author: "Sam", ...more }), { now: 0, agentName: "Aria" });
    expect(plain({ text: "Here it is", attachments: [file] })).toEqual([
      "Sam (staff): Here it is",
      "  [invoice.pdf]",
    ]);
    expect(plain({ text: "12 euros", change: "edited" })).toEqual(["Sam (staff) [edited]: 12 euros"]);
  });

  it("shows a card whole, and names the bridge under it", () => {
    const shown = delivery({ kind: "card", card }, desk);
    expect(deliveryLine(shown)).toEqual({
      type: "card",
      id: "d1",
      escalation: "e1",
      status: "claimed",
      reason: "policy_exception",
      priority: "high",
      summary: "Wants a refund of $450.",
      conversation: "c1",
      customer: "Ann",
      ticket: "T-1",
      waitingSince: 5,
      tried: ["searched the knowledge base"],
      nextStep: "Approve or decline.",
      claimedBy: { id: "s1", name: "Sam" },
      ping: false,
    });
    expect(threadOf(shown)).toEqual({ thread: bridge });
  });

  it("names the platform of a customer who is elsewhere", () => {
    const elsewhere = { ...card, conversation: { adapter: "discord", key: "guild/42" } };
    expect(deliveryLine(delivery({ kind: "card", card: elsewhere }, desk))).toMatchObject({
      conversation: "discord:guild/42",
    });
  });

  it("shows a relay with the conversation it comes from, and attachments by name", () => {
    const attachments = [
      { name: "log.txt", mimeType: "text/plain", bytes: 1, adapter: "console", ref: "secret" },
    ];
    const relay = {
      kind: "relay",
      escalationId: "e1",
      from: "Ann",
      text: "Hello?",
      change: "edited",
      attachments,
    } as const;
    expect(deliveryLine(delivery(relay, bridge), () => conversation)).toEqual({
      type: "relay",
      id: "d1",
      escalation: "e1",
      conversation: "c1",
      from: "Ann",
      text: "Hello?",
      change: "edited",
      attachments: ["log.txt"],
    });
    expect(deliveryLine(delivery(relay, bridge))).not.toHaveProperty("conversation");
  });

  it("shows a notice, a ticket and a turn", () => {
    expect(
      deliveryLine({
        ...delivery({ kind: "notice", escalationId: "e1", text: "Sam has it." }, bridge),
        recipient: "s2",
      }),
    ).toEqual({ type: "notice", id: "d1", escalation: "e1", text: "Sam has it.", recipient: "s2" });
    expect(
      deliveryLine(
        delivery(
          { kind: "ticket", ticket: "T-1", status: "open", priority: "low", subject: "Refund", conversation },
          desk,
        ),
      ),
    ).toEqual({
      type: "ticket",
      id: "d1",
      ticket: "T-1",
      status: "open",
      priority: "low",
      subject: "Refund",
      conversation: "c1",
    });
    const report = {
      turnId: "t1",
      conversation,
      intent: "refund",
      tier: null,
      model: null,
      calls: 0,
      costMicros: 0,
      outcome: "escalated",
      detail: "policy",
    } as const;
    expect(deliveryLine(delivery({ kind: "turn", report }))).toEqual({
      type: "turn",
      id: "d1",
      turn: "t1",
      conversation: "c1",
      intent: "refund",
      tier: null,
      model: null,
      calls: 0,
      costMicros: 0,
      outcome: "escalated",
      detail: "policy",
    });
  });
});
