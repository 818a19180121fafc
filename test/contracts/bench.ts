import type { InboundBody, InboundEvent } from "../../src/domain.ts";
import type {
  AcceptOptions,
  Changes,
  NewDelivery,
  Store,
  TakenDelivery,
  TurnContext,
  TurnRecord,
  Work,
} from "../../src/store/store.ts";
import { customerNamed, eventOf, MINUTE, staffNamed, T0 } from "../servers/shop.ts";

export interface Said {
  readonly by?: string;
  readonly role?: "customer" | "staff" | "bot";
  readonly email?: string;
  readonly adapter?: string;
  readonly place?: string;
  readonly id?: string;
  readonly at?: number;
  /** When it was said, if not when it came. */
  readonly sentAt?: number;
  readonly quietMs?: number;
  readonly urgent?: boolean;
}

/** What happens around a store: events come in, a worker claims and commits, a sender takes what goes out. */
export function newBench(store: Store) {
  let count = 0;

  async function accept(body: InboundBody, said: Said = {}) {
    count += 1;
    const { by = "ann", role = "customer", adapter = "chat", place = "c1", at = T0 } = said;
    const sender = role === "staff" ? staffNamed(by) : customerNamed(by, { role });
    const event: InboundEvent = eventOf(said.id ?? `e${count}`, body, {
      address: { adapter, key: place },
      sender: said.email === undefined ? sender : { ...sender, trustedEmail: said.email },
      sentAt: said.sentAt ?? at,
    });
    const options: AcceptOptions = {
      lane: `talk:${adapter}:${place}`,
      urgent: said.urgent ?? false,
      quietMs: said.quietMs ?? 0,
      now: at,
    };
    return store.acceptEvent(event, options);
  }

  const says = async (text: string, said: Said = {}) => {
    const messageId = `m${count + 1}`;
    const body = { kind: "message", messageId, text, mode: "dm", opens: false, addressed: false } as const;
    await accept({ ...body, attachments: [] }, said);
    return messageId;
  };

  async function claim(at = T0, owner = "w1"): Promise<Work> {
    const work = await store.claimWork(owner, at, MINUTE);
    if (!work) throw new Error("there was nothing to claim");
    return work;
  }

  async function begin(said: Said = {}, text = "hello") {
    await says(text, said);
    const work = await claim(said.at ?? T0);
    return { work, context: await store.loadTurn(work, said.at ?? T0) };
  }

  async function commit(work: Work, context: TurnContext, changes: Partial<Changes> = {}, at = T0) {
    const { id, epoch } = context.conversation;
    return store.commitTurn(work, { conversationId: id, ...changes }, { epoch, ignoreOvertaken: false }, at);
  }

  return {
    accept,
    says,
    claim,
    begin,
    commit,
    /** A whole turn: a message, its claim, what it read and its commit. */
    async turn(
      changes: Partial<Changes> | ((context: TurnContext) => Partial<Changes>) = {},
      said: Said = {},
    ) {
      const { work, context } = await begin(said);
      const made = typeof changes === "function" ? changes(context) : changes;
      const committed = await commit(work, context, made, said.at ?? T0);
      if (committed !== "committed") throw new Error(`the turn was ${committed}`);
      return context;
    },
    /** Takes and sends until nothing is ready. */
    async sendAll(at = T0): Promise<TakenDelivery[]> {
      const taken: TakenDelivery[] = [];
      for (;;) {
        const next = await store.takeDelivery(at, MINUTE);
        if (!next) return taken;
        taken.push(next);
        await store.markSent(next.delivery.id, { messageId: `sent-${next.delivery.id}` }, at);
      }
    },
  };
}

export type Bench = ReturnType<typeof newBench>;

export function texts(work: Work): string[] {
  return work.events.map(({ event: { body } }) => ("text" in body ? body.text : body.kind));
}

export function reply(id: string, more: Partial<NewDelivery> = {}): NewDelivery {
  return {
    id,
    to: { adapter: "chat", key: "c1" },
    visibility: "private",
    content: { kind: "reply", text: `text of ${id}`, by: "ai", citations: [], inReplyTo: [] },
    fenced: true,
    ...more,
  };
}

export function newTicket(ticket: string): NonNullable<Changes["tickets"]>[number] {
  return {
    kind: "create",
    ticket,
    email: null,
    subject: "Export fails",
    description: "It stops at 90 %.",
    priority: "normal",
    status: "open",
    by: "code",
  };
}

export function newEscalation(id: string, ticket: string): NonNullable<Changes["openEscalation"]> {
  return {
    id,
    ticket,
    customerName: "ann",
    reason: "customer_request",
    priority: "normal",
    summary: "Ann wants a person.",
    tried: [],
    nextStep: "Say hello.",
    evidence: { rule: "asked" },
    desk: { adapter: "chat", key: "desk" },
  };
}

export function turnRecord(id: string, context: TurnContext, more: Partial<TurnRecord> = {}): TurnRecord {
  return {
    id,
    customerId: context.customer.id,
    startedAt: T0,
    intent: "how_to",
    tier: 1,
    model: "m",
    calls: 1,
    costMicros: 1,
    outcome: "answered",
    detail: null,
    question: "q",
    answerable: true,
    articleIds: ["a"],
    story: {},
    ticket: null,
    escalationId: null,
    ...more,
  };
}
