import { PassThrough } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";

import { expect, it } from "vitest";

import { createConsole } from "../../../adapters/console/index.ts";
import type { Console } from "../../../adapters/console/index.ts";
import type { Address, Delivery, InboundEvent, OutboundContent } from "../../../src/domain.ts";
import { hostWith, sendContext } from "../../servers/shop.ts";

interface Run {
  readonly console: Console;
  readonly input: PassThrough;
  readonly events: InboundEvent[];
  readonly text: () => string;
  readonly deliver: (content: OutboundContent, to?: Address) => Promise<void>;
}

async function run(fails = false): Promise<Run> {
  const input = new PassThrough();
  const output = new PassThrough();
  const events: InboundEvent[] = [];
  let written = "";
  let deliveries = 0;
  output.on("data", (chunk: Buffer) => (written += chunk.toString("utf8")));
  const adapter = createConsole({ mode: "plain", input, output, agentName: "Aria" });
  await adapter.start(
    hostWith(async (event) => {
      if (fails) throw new Error("disk full");
      events.push(event);
      return "accepted";
    }),
  );
  return {
    console: adapter,
    input,
    events,
    text: () => written,
    async deliver(content, to = { adapter: "console", key: "desk" }) {
      const delivery: Delivery = {
        id: `d${(deliveries += 1)}`,
        to,
        visibility: "private",
        createdAt: 0,
        content,
      };
      await adapter.send(delivery, sendContext());
    },
  };
}

function turnIn(conversation: Address): OutboundContent {
  return {
    kind: "turn",
    report: {
      turnId: "t",
      conversation,
      intent: "other",
      tier: null,
      model: null,
      calls: 0,
      costMicros: 0,
      outcome: "answered",
    },
  };
}

function reply(text: string): OutboundContent {
  return {
    kind: "reply",
    text,
    by: "ai",
    citations: [{ id: "a", title: "Passwords", url: "https://help.example.com/a" }],
    inReplyTo: [],
  };
}

async function until(true_: () => boolean): Promise<void> {
  for (let at = 0; at < 500 && !true_(); at += 1) await pause(5);
  expect(true_()).toBe(true);
}

it("asks one line after the other, each only when the turn before has ended", async () => {
  const { console: adapter, input, events, text, deliver } = await run();
  input.end("First\n\n  \nSecond");
  await until(() => events.length === 1);
  const [first] = events;
  if (!first) throw new Error("nothing came");
  await deliver(reply("The **answer**."), first.address);
  await deliver(turnIn({ adapter: "console", key: "c/another" }));
  await pause(30);
  expect(events).toHaveLength(1);
  await deliver(turnIn(first.address));
  await until(() => events.length === 2);
  await deliver(turnIn(first.address));
  expect(await adapter.finished).toBe("end_of_input");
  expect(events.map(({ body }) => body.kind === "message" && [body.text, body.opens])).toEqual([
    ["First", true],
    ["Second", false],
  ]);
  expect(events[1]?.address).toEqual(first.address);
  expect(text()).toBe("Aria: The answer.\n  ↳ Passwords https://help.example.com/a\n");
});

it("goes on when the customer's words go to a person instead of the agent", async () => {
  const { console: adapter, input, events, deliver, text } = await run();
  input.end("A person please\nHello?\n");
  await until(() => events.length === 1);
  const conversation = events[0]?.address ?? { adapter: "", key: "" };
  const card = {
    escalationId: "e1",
    status: "open",
    reason: "customer_request",
    priority: "high",
    summary: "Wants\na person.",
    customer: "Customer",
    ticket: "T-1",
    conversation,
    waitingSince: Date.now(),
    tried: [],
    nextStep: "Answer.",
    ping: true,
  } as const;
  await deliver({ kind: "card", card });
  await deliver({
    kind: "ticket",
    ticket: "T-1",
    status: "open",
    priority: "low",
    subject: "S",
    conversation,
  });
  await deliver(turnIn(conversation));
  await until(() => events.length === 2);
  await deliver({ kind: "relay", escalationId: "e1", from: "Customer", text: "Hello?", attachments: [] });
  expect(await adapter.finished).toBe("end_of_input");
  expect(text()).toBe(
    [
      "[staff channel] e1: waiting for a person · high · Customer · ticket T-1 · waiting under a minute",
      "[staff channel]   Why: asked for a person (customer_request)",
      "[staff channel]   Summary: Wants",
      "[staff channel]   a person.",
      "[staff channel]   Next: Answer.",
      "[staff channel] ticket T-1: open · low · S",
      "[staff channel] Customer: Hello?",
      "",
    ].join("\n"),
  );
});

it("writes no colours and nothing that moves a cursor", async () => {
  const { input, events, deliver, text } = await run();
  input.write("Hi\n");
  await until(() => events.length === 1);
  await deliver(reply("\u001B[31mred\u001B[0m\u0007"), events[0]?.address);
  await deliver({ kind: "notice", text: "\u009B2Jgone\u202E" });
  expect(text()).toContain("Aria: red\n");
  expect(text()).toContain("[staff channel] gone\n");
});

it("says which line could not be taken, and takes the next", async () => {
  const { console: adapter, input, text } = await run(true);
  input.end("First\nSecond\n");
  await adapter.finished;
  expect(text()).toBe("line 1: not accepted: disk full\nline 2: not accepted: disk full\n");
});

it("stops while it waits for a turn", async () => {
  const { console: adapter, input, events } = await run();
  input.write("Hi\n");
  await until(() => events.length === 1);
  await adapter.stop();
  expect(await adapter.finished).toBe("stopped");
});
