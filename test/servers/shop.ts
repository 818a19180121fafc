import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { pino } from "pino";
import { onTestFinished } from "vitest";

import type { WrittenWords } from "../../src/tools/tool.ts";
import type { BurstReading } from "../../src/agent/read.ts";
import { type Config, configSchema } from "../../src/config/schema.ts";
import type { Adapter, Host, SendContext, Sent } from "../../src/adapter.ts";
import type { Delivery, InboundBody, InboundEvent, Intake, Person } from "../../src/domain.ts";
import type { Found, Knowledge, Passage } from "../../src/knowledge/knowledge.ts";
import type { Model, ModelReply, ModelRequest } from "../../src/models/model.ts";
import type { Log } from "../../src/ops/log.ts";
import { openSqlite } from "../../src/store/open.ts";
import { sqliteStore } from "../../src/store/sqlite/index.ts";
import type { Conversation, Customer, Escalation, Message, Store, Ticket } from "../../src/store/store.ts";

/** A shop's parts for tests of one part: real ones where they are cheap, the plainest possible where they are not. */

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** A Friday morning. */
export const T0 = Date.parse("2026-11-20T10:00:00Z");

/** The configuration of a shop that set only what is given; sections are merged over the defaults. */
export function shopConfig(sections: Readonly<Record<string, unknown>> = {}): Config {
  return configSchema.parse({ shop: { name: "Acme" }, ...sections });
}

/** A log that nobody reads. */
export function noLog(): Log {
  return pino({ level: "silent" });
}

/** The store on a real file that goes away with the test. */
export async function storeOnFile(): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), "deskhand-store-"));
  const store = sqliteStore(openSqlite(join(folder, "deskhand.db")));
  onTestFinished(async () => {
    await store.close().catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  });
  return store;
}

export function customerNamed(id: string, more: Partial<Person> = {}): Person {
  return { id, name: id, role: "customer", ...more };
}

export function staffNamed(id: string): Person {
  return { id, name: id, role: "staff" };
}

export function messageBody(
  messageId: string,
  text: string,
  more: Partial<Extract<InboundBody, { kind: "message" }>> = {},
): InboundBody {
  return {
    kind: "message",
    messageId,
    text,
    mode: "dm",
    opens: false,
    addressed: false,
    attachments: [],
    ...more,
  };
}

export function eventOf(eventId: string, body: InboundBody, more: Partial<InboundEvent> = {}): InboundEvent {
  return {
    eventId,
    address: { adapter: "chat", key: "c1" },
    visibility: "private",
    sender: customerNamed("ann"),
    sentAt: T0,
    body,
    ...more,
  };
}

export function conversationOf(more: Partial<Conversation> = {}): Conversation {
  return {
    id: 1,
    address: { adapter: "chat", key: "c1" },
    visibility: "private",
    link: null,
    ownerId: "ann",
    customerId: 1,
    holder: "ai",
    epoch: 0,
    frustration: 0,
    language: "en",
    problemTurns: 0,
    ticket: null,
    escalationId: null,
    staffSpokeAt: null,
    toldWaiting: false,
    limitedAt: null,
    ...more,
  };
}

export function customerOf(more: Partial<Customer> = {}): Customer {
  return { id: 1, name: "Ann", userId: "ann", email: null, ...more };
}

export function spoke(role: Message["role"], text: string, more: Partial<Message> = {}): Message {
  return {
    role,
    authorId: role,
    authorName: role,
    text,
    messageId: `${role}-${text.slice(0, 20)}`,
    account: false,
    createdAt: T0,
    edited: false,
    recipientId: null,
    ...more,
  };
}

export function ticketOf(more: Partial<Ticket> = {}): Ticket {
  return {
    ticket: "T-1001",
    conversationId: 1,
    customerId: 1,
    email: null,
    subject: "Export fails",
    description: "The export stops at 90 %.",
    priority: "normal",
    status: "pending",
    createdBy: "code",
    createdAt: T0,
    updatedAt: T0,
    resolvedAt: null,
    ...more,
  };
}

export function escalationOf(more: Partial<Escalation> = {}): Escalation {
  return {
    id: "E-1",
    conversationId: 1,
    customerId: 1,
    ticket: "T-1001",
    customerName: "Ann",
    reason: "customer_request",
    priority: "normal",
    summary: "Ann wants a person.",
    tried: [],
    nextStep: "Say hello.",
    evidence: {},
    status: "open",
    claimedBy: null,
    createdAt: T0,
    reminders: 0,
    version: 0,
    desk: { adapter: "desk", key: "support" },
    bridge: null,
    ...more,
  };
}

export function readingOf(more: Partial<BurstReading> = {}): BurstReading {
  return {
    intent: "how_to",
    complexity: "simple",
    frustrated: false,
    frustrations: 0,
    wantsHuman: false,
    policy: [],
    language: "en",
    confidence: 0.95,
    by: "local",
    evidence: {},
    ...more,
  };
}

export function passageOf(text: string, more: Partial<Passage> = {}): Passage {
  const articleId = more.articleId ?? "refunds";
  return {
    id: `${articleId}#1`,
    articleId,
    title: "Refunds",
    heading: "",
    url: `https://help.acme.example/${articleId}`,
    text,
    audience: "customer",
    score: 1,
    ...more,
  };
}

export const NOTHING_FOUND: Found = { passages: [], answerable: false, confidence: 0 };

/** Finds the same whatever is asked, and remembers what was asked. */
export function shelfWith(...passages: readonly Passage[]): Knowledge & { readonly queries: string[] } {
  const queries: string[] = [];
  return {
    queries,
    async search(query, { limit, audience }) {
      queries.push(query);
      const found = passages.filter((passage) => audience === "all" || passage.audience === audience);
      return {
        passages: found.slice(0, limit),
        answerable: found.length > 0,
        confidence: found.length > 0 ? 1 : 0,
      };
    },
    expand: async (passage) => passage,
  };
}

const NO_TOKENS = {
  inputTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  cacheReadTokens: 0,
  outputTokens: 0,
};
const BASE = { model: "scripted", usage: NO_TOKENS, costMicros: 7 };

export function modelSays(text: string): ModelReply {
  return { ...BASE, kind: "answer", text, citations: [] };
}

export function modelCalls(
  ...calls: readonly { readonly name: string; readonly input: unknown }[]
): ModelReply {
  const blocks = calls.map(
    ({ name, input }, at) => ({ type: "tool_call", id: `call-${at}`, name, input }) as const,
  );
  return { ...BASE, kind: "tool_calls", turn: { role: "assistant", content: blocks }, calls: blocks };
}

export function modelEnds(
  ending:
    | { readonly kind: "refused"; readonly detail: string }
    | { readonly kind: "truncated"; readonly text: string; readonly insideToolCall: boolean }
    | { readonly kind: "context_exceeded" },
): ModelReply {
  return { ...BASE, ...ending };
}

/** Lets every word pass. */
export const ANY_WORDS: WrittenWords = { forStaff: (text) => text, forCustomer: async (text) => text };

type Step = ModelReply | Error | ((request: ModelRequest, signal: AbortSignal) => Promise<ModelReply>);

/** Plays its steps one after the other, and the last for ever. */
export function scriptedModel(
  ...steps: readonly [Step, ...Step[]]
): Model & { readonly requests: ModelRequest[] } {
  const requests: ModelRequest[] = [];
  return {
    requests,
    nameFor: () => BASE.model,
    worstCost: () => 100,
    async complete(request, signal) {
      const step = steps[Math.min(requests.length, steps.length - 1)] ?? steps[0];
      requests.push(request);
      if (step instanceof Error) throw step;
      return typeof step === "function" ? step(request, signal) : step;
    },
  };
}

/** A platform in memory. `send` may be told to fail, or to take its time. */
export interface MemoryPlatform extends Adapter {
  readonly sent: Delivery[];
  /** Places where it says that the agent does something: a message there ends it, as on Slack, or being told. */
  readonly busy: ReadonlySet<string>;
  intake(event: InboundEvent): ReturnType<Intake>;
}

export function memoryPlatform(
  name = "chat",
  onSend: (
    delivery: Delivery,
    attempt: number,
    signal: AbortSignal,
  ) => Promise<Sent | void> | Sent | void = () => undefined,
): MemoryPlatform {
  const sent: Delivery[] = [];
  const busy = new Set<string>();
  let attempts = 0;
  let toCore: Intake | undefined;
  return {
    name,
    sent,
    busy,
    wantsReports: false,
    async start(host) {
      toCore = host.intake;
    },
    async stop() {
      toCore = undefined;
    },
    async send(delivery, { signal }) {
      attempts += 1;
      const result = await onSend(delivery, attempts, signal);
      sent.push(delivery);
      busy.delete(delivery.to.key);
      return result ?? { messageId: `${name}-${sent.length}` };
    },
    async showActivity({ key }) {
      busy.add(key);
    },
    async hideActivity({ key }) {
      busy.delete(key);
    },
    async intake(event) {
      if (!toCore) throw new Error("the platform has not been started");
      return toCore(event);
    },
  };
}

/** What an adapter is given, for tests of adapters alone: an intake, and a memory that forgets with the test. */
export function hostWith(intake: Intake): Host {
  const kept = new Map<string, string>();
  return {
    intake,
    memory: {
      get: async (key) => kept.get(key) ?? null,
      set: async (key, value) => void kept.set(key, value),
      delete: async (key) => void kept.delete(key),
      list: async (prefix) =>
        Array.from(kept, ([key, value]) => ({ key, value })).filter(({ key }) => key.startsWith(prefix)),
    },
    activePlaces: async () => [],
    lost: () => undefined,
  };
}

/** A first try, without files. */
export function sendContext(more: Partial<SendContext> = {}): SendContext {
  return {
    signal: new AbortController().signal,
    maybeSent: false,
    fetchFile: async ({ name }) => {
      throw new Error(`there is no file ${name}`);
    },
    ...more,
  };
}

/** Waits until something is so; for what happens by itself in another task. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error("it did not come about within 20 seconds");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
