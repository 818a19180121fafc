import type { InboundEvent } from "../../src/domain.ts";
import type { Usage } from "../../src/models/model.ts";
import { openSqlite, type OpenedSqlite } from "../../src/store/open.ts";
import type { ReportStore } from "../../src/store/reports-port.ts";
import { sqliteStore } from "../../src/store/sqlite/index.ts";
import { sqliteReports } from "../../src/store/sqlite/reports.ts";
import type {
  CallPlan,
  Changes,
  NewDelivery,
  Store,
  TurnContext,
  TurnRecord,
} from "../../src/store/store.ts";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** When the seeded shop opens: a Friday morning. */
export const T0 = Date.parse("2026-11-20T10:00:00Z");

export const HAIKU = "claude-haiku-5-5";
export const SONNET = "claude-sonnet-5-5";

const NO_LIMITS = { perConversation: 1e9, perCustomerDay: 1e9, perDay: 1e9 };
/** What every booked call of Claude is said to have used. */
export const TOKENS: Usage = {
  inputTokens: 100,
  cacheWrite5mTokens: 20,
  cacheWrite1hTokens: 0,
  cacheReadTokens: 300,
  outputTokens: 10,
};

export interface SeedCall {
  readonly model: string;
  readonly micros: number;
  readonly purpose?: CallPlan["purpose"];
  /** `cut`: reserved and never booked; `void`: never reached the model. */
  readonly end?: "booked" | "cut" | "void";
}

export interface SeedTurn {
  readonly conversation: string;
  readonly at: number;
  readonly text?: string;
  readonly outcome: string;
  readonly record?: Partial<TurnRecord>;
  readonly calls?: readonly SeedCall[];
  /** The AI's answer reaches the customer this long after the question. */
  readonly answeredAfter?: number;
  readonly changes?: (context: TurnContext, turnId: string) => Partial<Changes>;
}

/** What books are kept in, on one database. */
export interface BookStores {
  readonly store: Store;
  readonly reports: ReportStore;
}

/** A shop's books, written through the store's own methods as the program does. */
export interface Books extends BookStores {
  /** Returns the turn's id; its conversation is made when it is new. */
  turn(turn: SeedTurn): Promise<string>;
  /** What staff or a timer does to a conversation. */
  desk(conversation: string, at: number, changes: (context: Found) => Partial<Changes>): Promise<void>;
  /** An event that could not be worked. */
  setAside(conversation: string, at: number, error: string): Promise<void>;
  /** Sends everything that is waiting. */
  deliver(at: number): Promise<void>;
}

type Found = NonNullable<Awaited<ReturnType<Store["findConversation"]>>>;

export function inSqlite(opened: OpenedSqlite = openSqlite(":memory:")): BookStores {
  return { store: sqliteStore(opened), reports: sqliteReports(opened.db) };
}

export function newBooks({ store, reports }: BookStores = inSqlite()): Books {
  let events = 0;

  async function work(conversation: string, at: number, text: string) {
    events += 1;
    await store.acceptEvent(message(conversation, `e${events}`, text, at), {
      lane: `talk:${conversation}`,
      urgent: false,
      quietMs: 0,
      now: at,
    });
    const claimed = await store.claimWork("seed", at, HOUR);
    if (!claimed) throw new Error("nothing to claim");
    return claimed;
  }

  async function pay(
    calls: readonly SeedCall[],
    who: Pick<CallPlan, "conversationId" | "customerId" | "turnId" | "ticket">,
    at: number,
  ) {
    for (const { model, micros, purpose = "answer", end = "booked" } of calls) {
      const plan: CallPlan = { ...who, purpose, tier: model === SONNET ? 2 : 1, model, worstMicros: micros };
      const reserved = await store.reserveCall(plan, NO_LIMITS, at);
      if (reserved.kind !== "reserved") throw new Error("over budget");
      if (end === "void") await store.voidCall(reserved.callId);
      if (end === "booked") await store.bookCall(reserved.callId, model, TOKENS, micros);
    }
  }

  async function deliver(at: number): Promise<void> {
    for (;;) {
      const taken = await store.takeDelivery(at, MINUTE);
      if (!taken) return;
      await store.markSent(taken.delivery.id, { messageId: `sent-${taken.delivery.id}` }, at);
    }
  }

  return {
    store,
    reports,
    deliver,

    async turn({
      conversation,
      at,
      text = "A question",
      outcome,
      record,
      calls = [],
      answeredAfter,
      changes,
    }) {
      const claimed = await work(conversation, at, text);
      const context = await store.loadTurn(claimed, at);
      const id = `turn-${claimed.events[0].seq}`;
      const who = { conversationId: context.conversation.id, customerId: context.customer.id, turnId: id };
      await pay(calls, { ...who, ticket: context.conversation.ticket }, at);
      const more = changes?.(context, id) ?? {};
      const said = answeredAfter === undefined ? [] : [answerOf(id, context)];
      const committed = await store.commitTurn(
        claimed,
        {
          conversationId: context.conversation.id,
          ...more,
          messages: said.map(({ id: messageId }) => ({
            role: "ai",
            authorId: "deskhand",
            authorName: "Aria",
            text: "An answer",
            messageId,
            createdAt: at,
          })),
          deliveries: said,
          turn: {
            id,
            customerId: context.customer.id,
            startedAt: at,
            intent: "how_to",
            tier: null,
            model: null,
            calls: calls.length,
            costMicros: 0,
            outcome,
            detail: null,
            question: text,
            answerable: null,
            articleIds: [],
            story: {},
            ticket: context.conversation.ticket,
            escalationId: null,
            ...record,
          },
        },
        { epoch: context.conversation.epoch, ignoreOvertaken: true },
        at + SECOND,
      );
      if (committed !== "committed") throw new Error(`the seeded turn was ${committed}`);
      if (answeredAfter !== undefined && answeredAfter !== Infinity) await deliver(at + answeredAfter);
      return id;
    },

    async desk(conversation, at, changes) {
      const found = await store.findConversation({ address: { adapter: "console", key: conversation } });
      if (!found) throw new Error(`no conversation ${conversation}`);
      const committed = await store.commitDesk(null, { conversationId: found.id, ...changes(found) }, at);
      if (committed !== "committed") throw new Error(`the seeded desk work was ${committed}`);
    },

    async setAside(conversation, at, error) {
      const claimed = await work(conversation, at, "A message that cannot be worked");
      await store.setAside(claimed, error, at);
    },
  };
}

/** Opens a ticket with the turn's number. */
export function opensTicket(ticket: string, more: Partial<Changes> = {}): NonNullable<SeedTurn["changes"]> {
  return (context) => ({
    ...more,
    conversation: { ticket, ...more.conversation },
    tickets: [
      {
        kind: "create",
        ticket,
        email: null,
        subject: "A problem",
        description: context.customer.name,
        priority: "normal",
        status: "open",
        by: "code",
      },
      { kind: "update", ticket, status: more.openEscalation ? "escalated" : "pending", by: "code" },
    ],
  });
}

export function escalation(
  id: string,
  ticket: string,
  reason: NonNullable<Changes["openEscalation"]>["reason"],
): Pick<Changes, "openEscalation"> {
  return {
    openEscalation: {
      id,
      ticket,
      reason,
      customerName: "Ann",
      priority: "normal",
      summary: "A summary",
      tried: [],
      nextStep: "Claim.",
      evidence: {},
      desk: { adapter: "console", key: "desk" },
    },
  };
}

/** Resolves a ticket and ends the conversation's problem. */
export function resolves(ticket: string, resolvedBy: "ai" | "staff"): Partial<Changes> {
  return {
    conversation: { ticket: null },
    tickets: [{ kind: "update", ticket, status: "resolved", by: "code", resolvedBy }],
  };
}

export function staffSays(messageId: string, at: number): Partial<Changes> {
  const said = { role: "staff", authorId: "s1", authorName: "Sam", text: "Let me look.", messageId } as const;
  return { messages: [{ ...said, createdAt: at }] };
}

function answerOf(turnId: string, { conversation }: TurnContext): NewDelivery {
  return {
    id: `${turnId}.1`,
    to: conversation.address,
    visibility: "public",
    content: { kind: "reply", text: "An answer", by: "ai", citations: [], inReplyTo: [] },
    fenced: true,
  };
}

function message(conversation: string, eventId: string, text: string, at: number): InboundEvent {
  return {
    eventId,
    address: { adapter: "console", key: conversation },
    visibility: "public",
    sender: { id: `user-${conversation}`, name: `Customer of ${conversation}`, role: "customer" },
    sentAt: at,
    body: {
      kind: "message",
      messageId: eventId,
      text,
      mode: "every_post",
      opens: false,
      addressed: false,
      attachments: [],
    },
  };
}
