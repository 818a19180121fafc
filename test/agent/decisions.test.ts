import { describe, expect, it } from "vitest";

import { admit } from "../../src/agent/admit.ts";
import { foldBurst, questionOf } from "../../src/agent/burst.ts";
import { isBackAgain, isFollowUp, turnsSoFar } from "../../src/agent/problem.ts";
import type { PolicyTopic } from "../../src/agent/reading.ts";
import { firstTier, routeFor } from "../../src/agent/route.ts";
import { isHeld, screen } from "../../src/agent/screen.ts";
import type { InboundBody } from "../../src/domain.ts";
import type { TurnContext, Work } from "../../src/store/store.ts";
import {
  conversationOf,
  customerNamed,
  customerOf,
  eventOf,
  HOUR,
  messageBody,
  MINUTE,
  readingOf,
  shopConfig,
  spoke,
  T0,
  ticketOf,
} from "../servers/shop.ts";

/** The decisions of a turn that need no model: each from what it is given and nothing else. */

const workOf = (first: InboundBody, ...rest: readonly InboundBody[]): Work => {
  const waiting = (body: InboundBody, at: number) => ({
    seq: at + 1,
    event: eventOf(`e${at}`, body),
    receivedAt: T0,
    attempts: 0,
  });
  return {
    lane: "talk:chat:c1",
    fence: 1,
    events: [waiting(first, 0), ...rest.map((body, at) => waiting(body, at + 1))],
  };
};

describe("a burst", () => {
  it("is its messages as they stand after their edits and deletions", () => {
    const burst = foldBurst(
      workOf(
        messageBody("m1", "hey"),
        messageBody("m2", "how do I exprot"),
        { kind: "edit", messageId: "m2", text: "how do I export?" },
        messageBody("m3", "never mind"),
        { kind: "delete", messageId: "m3" },
      ),
    );
    expect(questionOf(burst)).toBe("hey\nhow do I export?");
    expect(burst.edits).toEqual([]);
  });

  it("keeps changes to earlier messages apart, the last one counting", () => {
    const burst = foldBurst(
      workOf(
        { kind: "edit", messageId: "old", text: "better" },
        { kind: "edit", messageId: "old", text: "best" },
        { kind: "delete", messageId: "older" },
      ),
    );
    expect(burst.messages).toEqual([]);
    expect(burst.edits).toEqual([
      { messageId: "old", text: "best" },
      { messageId: "older", text: null },
    ]);
  });

  it("opens a thread or addresses us when one of its messages does", () => {
    const body = (id: string, more: object) => messageBody(id, id, { mode: "mention", ...more });
    const burst = foldBurst(workOf(body("m1", { opens: true }), body("m2", { addressed: true })));
    expect(burst).toMatchObject({ mode: "mention", opens: true, addressed: true });
  });

  it("names the files that came with it", () => {
    const attachments = [
      { name: "log.txt", mimeType: "text/plain", bytes: 3, adapter: "console", ref: "secret-ref" },
    ];
    const question = questionOf(foldBurst(workOf(messageBody("m1", "see this", { attachments }))));
    expect(question).toBe("see this\n[file: log.txt]");
  });
});

describe("what is for us", () => {
  const decide = (
    body: Partial<Extract<InboundBody, { kind: "message" }>>,
    { by = "ann", before = [] as Parameters<typeof admit>[2], reading = readingOf() } = {},
  ) => {
    const burst = foldBurst(workOf(messageBody("m1", "hello", { mode: "every_post", ...body })));
    return admit({ ...burst, sender: customerNamed(by) }, conversationOf(), before, reading).kind;
  };

  it.each([
    ["a direct message", { mode: "dm" }, "admitted"],
    ["a mention, anywhere", { mode: "off", addressed: true }, "admitted"],
    ["a channel that is off", { mode: "off", opens: true }, "ignored"],
    ["a new post where every post is answered", { mode: "every_post", opens: true }, "admitted"],
    ["a new post in a forum", { mode: "forum", opens: true }, "admitted"],
    ["a new post where only mentions are", { mode: "mention", opens: true }, "ignored"],
    ["the owner going on in their thread", {}, "admitted"],
  ] as const)("%s", (_what, body, kind) => {
    expect(decide(body)).toBe(kind);
  });

  it("is not what another member writes in a thread, unless they mention us", () => {
    expect(decide({}, { by: "bob" })).toBe("ignored");
    expect(decide({ addressed: true }, { by: "bob" })).toBe("admitted");
  });

  it("is not what the owner answers another member, unless they need a person", () => {
    const before = [spoke("customer", "how?"), spoke("ai", "so"), spoke("member", "try this")];
    expect(decide({}, { before })).toBe("ignored");
    expect(decide({ addressed: true }, { before })).toBe("admitted");
    expect(decide({}, { before, reading: readingOf({ wantsHuman: true }) })).toBe("admitted");
    expect(decide({}, { before: [...before, spoke("customer", "thanks bob")] })).toBe("admitted");
  });
});

describe("our own last answer, sent back", () => {
  const decide = (text: string, mode: "dm" | "every_post" = "dm") => {
    const burst = foldBurst(workOf(messageBody("m1", text, { mode })));
    const before = [spoke("customer", "how?"), spoke("ai", "Which *one* do you mean?"), spoke("staff", "hm")];
    return admit(burst, conversationOf(), before, readingOf()).kind;
  };

  it("is not answered, anywhere, whatever a platform did to its markup", () => {
    expect(decide("Which *one* do you mean?")).toBe("ignored");
    expect(decide("Which one do you mean", "every_post")).toBe("ignored");
  });

  it("is answered when the customer adds a word", () => {
    expect(decide("Which one do you mean? The first")).toBe("admitted");
    expect(decide("?")).toBe("admitted");
  });
});

describe("the screen", () => {
  const config = shopConfig({ policy: { refund_limit: 200 }, conversation: { messages_per_minute: 5 } });
  const contextOf = (more: Partial<TurnContext> = {}): TurnContext => ({
    conversation: conversationOf(),
    customer: customerOf(),
    transcript: [],
    ticket: null,
    escalation: null,
    lastAnswer: null,
    recentMessages: { here: 1, everywhere: 1 },
    ...more,
  });
  const decide = (reading: Parameters<typeof readingOf>[0], more: Partial<TurnContext> = {}) =>
    screen(contextOf(more), readingOf(reading), config);
  const topic = (kind: PolicyTopic["kind"], more: Partial<PolicyTopic> = {}): PolicyTopic => ({
    kind,
    requested: true,
    evidence: "words",
    ...more,
  });

  it("lets an ordinary question through", () => {
    expect(decide({})).toEqual({ kind: "proceed" });
  });

  it("calls a person for one who asks for a person, also in the middle of a flood", () => {
    const flood = { recentMessages: { here: 99, everywhere: 99 } };
    expect(decide({ wantsHuman: true })).toMatchObject({ kind: "escalate", reason: "customer_request" });
    expect(decide({ wantsHuman: true }, flood)).toMatchObject({ reason: "customer_request" });
  });

  it.each<[string, PolicyTopic, boolean]>([
    ["a refund at the limit", topic("refund", { amountCents: 20_000 }), false],
    ["a refund over the limit", topic("refund", { amountCents: 20_001 }), true],
    ["a refund without an amount", topic("refund"), false],
    ["a question about large refunds", topic("refund", { amountCents: 90_000, requested: false }), false],
    ["a change of plan", topic("plan_change"), true],
    ["a question about plans", topic("plan_change", { requested: false }), false],
    ["another customer's data", topic("other_customer"), true],
    ["a topic of the operator's", topic("custom", { name: "legal" }), true],
  ])("%s is an exception: %#", (_what, asked, isException) => {
    const screened = decide({ policy: [topic("refund", { requested: false }), asked] });
    expect(screened.kind).toBe(isException ? "escalate" : "proceed");
  });

  it("leaves plan changes to the customer where the operator does", () => {
    const free = shopConfig({ policy: { plan_changes_need_a_person: false } });
    expect(screen(contextOf(), readingOf({ policy: [topic("plan_change")] }), free).kind).toBe("proceed");
  });

  it("bears frustration once, and calls a person at the second, counted over the conversation", () => {
    const annoyed = { frustrated: true, frustrations: 1 };
    expect(decide(annoyed).kind).toBe("proceed");
    const before = { conversation: conversationOf({ frustration: 1 }) };
    expect(decide(annoyed, before)).toMatchObject({ reason: "repeated_frustration" });
    expect(decide({ frustrated: true, frustrations: 2 })).toMatchObject({ reason: "repeated_frustration" });
    expect(decide({}, { conversation: conversationOf({ frustration: 5 }) }).kind, "calm now").toBe("proceed");
  });

  it("slows a flood down, in one conversation and over many", () => {
    expect(decide({}, { recentMessages: { here: 5, everywhere: 5 } }).kind).toBe("proceed");
    expect(decide({}, { recentMessages: { here: 6, everywhere: 6 } }).kind).toBe("limited");
    expect(decide({}, { recentMessages: { here: 1, everywhere: 51 } }).kind).toBe("limited");
  });

  it("knows who holds a conversation: a person with a card for good, one without it for a while", () => {
    const held = (more: Parameters<typeof conversationOf>[0], now = T0) =>
      isHeld(contextOf({ conversation: conversationOf(more) }), config, now);
    expect(held({})).toBe(false);
    expect(held({ holder: "waiting", escalationId: "E-1" }, T0 + 1_000 * HOUR)).toBe(true);
    expect(held({ holder: "staff", staffSpokeAt: T0 }, T0 + 719 * MINUTE)).toBe(true);
    expect(held({ holder: "staff", staffSpokeAt: T0 }, T0 + 720 * MINUTE)).toBe(false);
  });
});

describe("the route", () => {
  it("begins with the small model, and with the strong one for what is complex or a customer who is upset", () => {
    expect(firstTier(readingOf())).toBe(1);
    expect(firstTier(readingOf({ complexity: "complex" }))).toBe(2);
    expect(firstTier(readingOf({ frustrated: true }))).toBe(2);
  });

  it("gives both the same tools, and the strong one more room to write", () => {
    const { models } = shopConfig();
    expect(routeFor(1, models).tools).toEqual(routeFor(2, models).tools);
    expect(routeFor(2, models).maxOutputTokens).toBe(2 * routeFor(1, models).maxOutputTokens);
  });
});

describe("one problem and the next", () => {
  const resolved = ticketOf({ status: "resolved", resolvedAt: T0 });

  it("is taken up again when the customer says it is back, in time", () => {
    expect(isBackAgain("it is still broken", resolved, T0 + 72 * HOUR, 72)).toBe(true);
    expect(isBackAgain("it is still broken", resolved, T0 + 72 * HOUR + 1, 72)).toBe(false);
    expect(isBackAgain("how do I export?", resolved, T0, 72)).toBe(false);
    expect(isBackAgain("it is still broken", ticketOf(), T0, 72)).toBe(false);
    expect(isBackAgain("it is still broken", null, T0, 72)).toBe(false);
  });

  it("goes on with a question that leans on the last one, and begins anew with one that stands alone", () => {
    const alone = "How do I invite new members to my workspace";
    expect(isFollowUp(alone, readingOf(), ["members"], ["exports"])).toBe(false);
    expect(isFollowUp(alone, readingOf(), ["exports"], ["exports"]), "the same article").toBe(true);
    expect(isFollowUp(alone, readingOf(), [], ["exports"]), "nothing found").toBe(true);
    expect(isFollowUp("I tried that and it still fails", readingOf(), ["members"], ["exports"])).toBe(true);
    expect(isFollowUp("what about mobile?", readingOf(), ["members"], ["exports"])).toBe(true);
  });

  it("forgets how long the last one took after a silence", () => {
    const conversation = conversationOf({ problemTurns: 3 });
    const said = [spoke("customer", "hi", { createdAt: T0 })];
    expect(turnsSoFar(conversation, said, T0 + 48 * HOUR, 48)).toBe(3);
    expect(turnsSoFar(conversation, said, T0 + 48 * HOUR + 1, 48)).toBe(0);
    expect(turnsSoFar(conversation, [], T0, 48)).toBe(0);
  });
});
