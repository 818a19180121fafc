import { PassThrough } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";

import { afterEach, describe, expect, it } from "vitest";

import { createConsole } from "../../../adapters/console/index.ts";
import type { Console } from "../../../adapters/console/index.ts";
import type { Card, Delivery, InboundEvent, OutboundContent } from "../../../src/domain.ts";
import { hostWith, sendContext } from "../../servers/shop.ts";
import { Terminal } from "./terminal.ts";

const intro = {
  title: "Deskhand with Acme SaaS",
  lines: ["No key is set."],
  questions: ["How do I reset my password?", "Where is my order?"],
};

class Screen {
  readonly input = new PassThrough();
  readonly terminal: Terminal;
  readonly events: InboundEvent[] = [];
  readonly adapter: Console;
  clock = 0;
  failing = false;
  #deliveries = 0;

  constructor(columns: number) {
    this.terminal = new Terminal(columns);
    const now = (): number => this.clock;
    this.adapter = createConsole({
      mode: "screen",
      input: this.input,
      output: this.terminal,
      agentName: "Aria",
      intro,
      now,
    });
  }

  async start(): Promise<this> {
    await this.adapter.start(
      hostWith(async (event) => {
        if (this.failing) throw new Error("disk full");
        this.events.push(event);
        return "accepted";
      }),
    );
    await this.shows("leaves\n\nAlex ›");
    return this;
  }

  /** Types, and waits until it was understood. */
  async type(text: string): Promise<void> {
    this.input.write(text);
    await pause(80);
  }

  async shows(text: string): Promise<string> {
    for (let at = 0; at < 500 && !this.terminal.text().includes(text); at += 1) await pause(5);
    if (!this.terminal.text().includes(text))
      throw new Error(`"${text}" is not in:\n${this.terminal.text()}`);
    return this.terminal.text();
  }

  async deliver(content: OutboundContent, overrides: Partial<Delivery> = {}): Promise<void> {
    this.#deliveries += 1;
    const desk = { adapter: "console", key: "desk" };
    await this.adapter.send(
      { id: `d${this.#deliveries}`, to: desk, visibility: "private", createdAt: 0, content, ...overrides },
      sendContext(),
    );
  }

  last(): InboundEvent {
    const event = this.events.at(-1);
    if (!event) throw new Error("nothing was taken in");
    return event;
  }
}

const running: Screen[] = [];

async function open(columns: number): Promise<Screen> {
  const screen = await new Screen(columns).start();
  running.push(screen);
  return screen;
}

afterEach(async () => {
  for (const { adapter } of running.splice(0)) await adapter.stop();
});

function card(screen: Screen, overrides: Partial<Card> = {}): OutboundContent {
  return {
    kind: "card",
    card: {
      escalationId: "esc-1",
      status: "open",
      reason: "policy_exception",
      priority: "high",
      summary: "Alex wants $450 back.",
      customer: "Alex",
      ticket: "T-1",
      conversation: screen.last().address,
      waitingSince: 0,
      tried: ["searched for refunds"],
      nextStep: "Decide on the refund.",
      ping: true,
      ...overrides,
    },
  };
}

const answer = {
  kind: "reply",
  text: "Open **Settings**.",
  by: "ai",
  citations: [{ id: "a", title: "Passwords", url: "https://help.example.com/a" }],
  inReplyTo: [],
} as const satisfies OutboundContent;

/** The end of what is on the screen, where a test looks. */
function tail(text: string, rows: number): string {
  return text.split("\n").slice(-rows).join("\n");
}

describe("the screen at the start", () => {
  it("says what this is, what to try, and how to get help", async () => {
    const screen = await open(80);
    expect(screen.terminal.text()).toMatchInlineSnapshot(`
      "
      Deskhand with Acme SaaS
      No key is set.

      You play both sides: Alex, a customer, and Sam from staff. Write, and Aria
      answers.
      Questions to begin with (arrow up brings them to the prompt):
        1  How do I reset my password?
        2  Where is my order?
      Tab changes sides · /help lists the commands · Ctrl-D leaves

      Alex ›"
    `);
  });

  it("brings the first question to the prompt with arrow up", async () => {
    const screen = await open(80);
    await screen.type("\u001B[A\r");
    expect(screen.last().body).toMatchObject({ kind: "message", text: "How do I reset my password?" });
    await screen.type("/try 2\r");
    expect(screen.last().body).toMatchObject({ text: "Where is my order?" });
  });
});

describe("the customer at the prompt", () => {
  it("writes in one conversation, with ids that no other run has", async () => {
    const [one, other] = [await open(80), await open(80)];
    for (const screen of [one, other]) await screen.type("Hello\rAgain\r");
    const all = [...one.events, ...other.events];
    expect(new Set(all.map(({ eventId }) => eventId)).size).toBe(4);
    expect(new Set(one.events.map(({ address }) => address.key)).size).toBe(1);
    expect(one.events.map(({ body }) => body.kind === "message" && body.opens)).toEqual([true, false]);
    expect(one.last()).toMatchObject({ visibility: "private", sender: { id: "alex", role: "customer" } });
  });

  it("sees the answer with its links below the name", async () => {
    const screen = await open(60);
    await screen.type("Hello\r");
    await screen.deliver(answer, { to: screen.last().address });
    expect(tail(screen.terminal.text(), 9)).toMatchInlineSnapshot(`
      "Alex
        Hello

      Aria
        Open Settings.
        ↳ Passwords
          https://help.example.com/a

      Alex ›"
    `);
  });

  it("does not lose what is half typed when an answer comes in, however long it is", async () => {
    const screen = await open(40);
    await screen.type("Hello\r");
    const long = "I was just about to write that this is longer than one row.";
    await screen.type(long);
    await screen.deliver(answer, { to: screen.last().address });
    expect(tail(screen.terminal.text(), 3)).toBe(`\nAlex › ${long.slice(0, 33)}\n${long.slice(33)}`);
    await screen.type("\r");
    expect(screen.last().body).toMatchObject({ text: long });
    expect(screen.terminal.text()).not.toContain("Alex › I was");
  });

  it.each([33, 32, 34, 73, 72])(
    "has its message of %i characters once on a screen of 40 columns",
    async (length) => {
      const screen = await open(40);
      await screen.type(`${"z".repeat(length)}\r`);
      expect(screen.terminal.text().match(/z/g)).toHaveLength(length);
      expect(tail(screen.terminal.text(), 1)).toBe("Alex ›");
      expect(screen.terminal.text()).toContain(" leaves\n\nAlex\n  zzz");
    },
  );

  it("keeps a pasted text that fills its row exactly, and all that stands above it", async () => {
    const screen = await open(40);
    await screen.type("Hello\r");
    await screen.type("y".repeat(33));
    await screen.deliver({ ...answer, citations: [] }, { to: screen.last().address });
    expect(screen.terminal.text()).toMatch(/Alex\n {2}Hello\n\nAria\n {2}Open Settings\.\n\n+Alex › y{33}$/);
  });

  it("sees that the agent is typing until the answer is there", async () => {
    const screen = await open(80);
    await screen.type("Hello\r");
    await screen.adapter.showActivity?.(screen.last().address, "reading");
    expect(tail(screen.terminal.text(), 2)).toBe("Aria is typing…\nAlex ›");
    await screen.type("and");
    await screen.deliver(answer, { to: screen.last().address });
    expect(screen.terminal.text()).not.toContain("typing…");
    expect(tail(screen.terminal.text(), 1)).toBe("Alex › and");
  });

  it("changes to a public channel, and sees which answers are private there", async () => {
    const screen = await open(80);
    await screen.type("Hello\r");
    const first = screen.last().address;
    await screen.type("/public\r");
    await screen.shows("Alex (public) ›");
    await screen.type("Hello\r");
    expect(screen.last()).toMatchObject({ visibility: "public", body: { mode: "every_post", opens: true } });
    expect(screen.last().address).not.toEqual(first);
    await screen.deliver(answer, { to: screen.last().address, recipient: "alex" });
    await screen.shows("Aria · only Alex sees this");
    await screen.deliver(answer, { to: first });
    await screen.shows(`Aria · in ${first.key.slice(2)}`);
  });

  it("proves an e-mail and rates", async () => {
    const screen = await open(80);
    await screen.type("Hello\r/verify alex@example.com\r/rate 4\r/rate 9\r");
    expect(screen.events.map(({ body }) => body)).toMatchObject([
      { kind: "message" },
      { kind: "identity", email: "alex@example.com", method: "console" },
      { kind: "rate", score: 4 },
    ]);
    await screen.shows("Like this: /rate 1 to /rate 5");
  });

  it("is told when a message could not be stored", async () => {
    const screen = await open(80);
    screen.failing = true;
    await screen.type("Hello\r");
    expect(await screen.shows("Not stored: disk full")).toMatch(/Alex ›$/);
  });

  it("cannot be shown anything that moves the cursor or hides text", async () => {
    const screen = await open(80);
    await screen.type("Hello\r");
    const text = "\u001B[2J\u001B]0;owned\u0007safe\r\u001B[31mred\u202Edesrever";
    await screen.deliver({ ...answer, text }, { to: screen.last().address });
    await screen.shows("safe");
    expect(screen.terminal.text()).toContain("Deskhand with Acme SaaS");
    expect(screen.terminal.text()).toContain("reddesrever");
    expect(screen.terminal.text()).not.toMatch(/owned|\p{Cc}(?<!\n)|\u202E/u);
  });
});

describe("staff at the screen", () => {
  it("see a card with the customer's wait and the commands, behind a bar when the screen is narrow", async () => {
    const screen = await open(72);
    await screen.type("Refund please\r");
    screen.clock = 5 * 60_000;
    await screen.deliver(card(screen));
    expect(tail(screen.terminal.text(), 15)).toMatchInlineSnapshot(`
      "
      ┃ ╭─ esc-1 · waiting for a person · high ────────────────────────────╮
      ┃ │ Alex · ticket T-1 · waiting 5 min                                │
      ┃ │ Why    needs a decision that is for staff to make                │
      ┃ │        (policy_exception)                                        │
      ┃ │                                                                  │
      ┃ │ Alex wants $450 back.                                            │
      ┃ │                                                                  │
      ┃ │ Tried  searched for refunds                                      │
      ┃ │ Next   Decide on the refund.                                     │
      ┃ │                                                                  │
      ┃ │ /claim · /resolve · /back                                        │
      ┃ ╰──────────────────────────────────────────────────────────────────╯

      Alex ›"
    `);
  });

  it("have their own lane beside the customer's on a wide screen", async () => {
    const screen = await open(120);
    await screen.type("Refund please\r");
    await Promise.all([
      screen.deliver({ ...answer, citations: [], by: "system" }, { to: screen.last().address }),
      screen.deliver(card(screen)),
    ]);
    const text = await screen.shows("esc-1");
    expect(text).toMatch(/^Alex and Aria +│ Staff channel$/m);
    expect(text).toMatch(/^Deskhand +│ ╭─ esc-1 · waiting for a person · high ─+╮$/m);
    expect(text).toMatch(/^ {2}Open Settings\. +│ │ Alex · ticket T-1/m);
    for (const row of text.split("\n")) expect(row.length).toBeLessThanOrEqual(120);
  });

  it("claim, note, answer and resolve the newest escalation", async () => {
    const screen = await open(120);
    await screen.type("Refund please\r/claim\r");
    await screen.shows("Nothing waits at the desk.");
    await screen.deliver(card(screen, { escalationId: "esc-0", waitingSince: 1 }));
    await screen.deliver(card(screen, { waitingSince: 2 }));
    await screen.shows("/claim esc-1");
    await screen.type(
      "/claim\r/note called billing\r/staff One moment\r/staff esc-0 Hello\r/resolve paid back\r/back esc-0\r",
    );
    expect(
      screen.events.slice(1).map(({ address, sender, body }) => [address.key, sender.role, body]),
    ).toEqual([
      ["desk/esc-1", "staff", { kind: "action", action: "claim", escalationId: "esc-1" }],
      ["desk/esc-1", "staff", expect.objectContaining({ text: "// called billing", escalationId: "esc-1" })],
      ["desk/esc-1", "staff", expect.objectContaining({ text: "One moment", escalationId: "esc-1" })],
      ["desk/esc-0", "staff", expect.objectContaining({ text: "Hello", escalationId: "esc-0" })],
      [
        "desk/esc-1",
        "staff",
        { kind: "action", action: "resolve", escalationId: "esc-1", note: "paid back" },
      ],
      ["desk/esc-0", "staff", { kind: "action", action: "hand_back", escalationId: "esc-0" }],
    ]);
  });

  it("see a change of a card as one line, and the whole card again when it waits too long", async () => {
    const screen = await open(120);
    await screen.type("Refund please\r");
    await screen.deliver(card(screen));
    await screen.deliver(
      card(screen, { status: "claimed", ping: false, claimedBy: { id: "kim", name: "Kim" } }),
    );
    await screen.shows("│ esc-1 · claimed by Kim");
    expect(screen.terminal.text().match(/╭─/g)).toHaveLength(1);
    await screen.deliver(card(screen, { priority: "urgent" }));
    await screen.shows("╭─ esc-1 · still waiting · urgent");
  });

  it("answer directly in the customer's thread while nothing waits", async () => {
    const screen = await open(80);
    await screen.type("Hello\r");
    await screen.type("\t");
    await screen.shows("Sam (staff) ›");
    await screen.type("Hi, Sam here\r");
    expect(screen.last()).toMatchObject({
      address: screen.events[0]?.address,
      sender: { id: "sam", role: "staff" },
    });
    await screen.type("\t");
    await screen.type("Thanks\r");
    expect(screen.last()).toMatchObject({
      sender: { id: "alex", role: "customer" },
      body: { text: "Thanks" },
    });
  });

  it("see what the customer writes, tickets and how turns went", async () => {
    const screen = await open(120);
    await screen.type("Hello\r");
    const conversation = screen.last().address;
    const attachments = [{ name: "log.txt", mimeType: "text/plain", bytes: 1, adapter: "console", ref: "r" }];
    await screen.deliver({
      kind: "relay",
      escalationId: "e",
      from: "Alex",
      text: "Hm",
      change: "edited",
      attachments,
    });
    await screen.deliver({ kind: "notice", text: "Kim has it already." });
    await screen.deliver({
      kind: "ticket",
      ticket: "T-7",
      status: "open",
      priority: "low",
      subject: "S",
      conversation,
    });
    const report = { turnId: "t", conversation, intent: "billing", tier: 2, model: "m", calls: 2 } as const;
    await screen.deliver({ kind: "turn", report: { ...report, costMicros: 15_300, outcome: "answered" } });
    const text = await screen.shows("turn: billing");
    expect(text).toMatch(/│ Alex · edited$/m);
    expect(text).toMatch(/│ {3}\[log\.txt\]$/m);
    expect(text).toMatch(/│ · Kim has it already\.$/m);
    expect(text).toMatch(/│ · ticket T-7 · open · low · S$/m);
    expect(text).toContain("turn: billing · tier 2 · m · 2 calls · $0.0153");
    await screen.type("/details\r");
    await screen.deliver({
      kind: "turn",
      report: { ...report, intent: "refund", costMicros: 0, outcome: "x" },
    });
    await screen.type("/tickets\r");
    await screen.shows("T-7");
    expect(screen.terminal.text()).not.toContain("turn: refund");
  });
});

describe("leaving the screen", () => {
  it.each([
    ["Ctrl-D", "\u0004"],
    ["Ctrl-C", "\u0003"],
    ["/quit", "/quit\r"],
  ])("%s ends it, and what is delivered afterwards is still shown", async (_, keys) => {
    const screen = await open(80);
    await screen.type(`Hello\r${keys}`);
    expect(await screen.adapter.finished).toBe("quit");
    await screen.deliver(answer, { to: screen.last().address });
    expect(tail(screen.terminal.text(), 1)).toBe("    https://help.example.com/a");
  });

  it("takes two Ctrl-C when something is typed", async () => {
    const screen = await open(80);
    await screen.type("never mind\u0003");
    expect(tail(screen.terminal.text(), 1)).toBe("Alex ›");
    await screen.type("\u0003");
    expect(await screen.adapter.finished).toBe("quit");
    expect(screen.events).toEqual([]);
  });
});

it("lists its commands, completes them, and says so when there is no such command", async () => {
  const screen = await open(80);
  await screen.type("/he");
  await screen.type("\t");
  await screen.type("\r");
  await screen.shows("/resolve [ID] [NOTE]");
  await screen.type("/nope\r");
  await screen.shows("There is no /nope; /help lists what there is.");
  expect(screen.events).toEqual([]);
});
