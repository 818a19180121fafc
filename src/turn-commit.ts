import type { ShownActivity } from "./activities.ts";
import type { Burst } from "./agent/burst.ts";
import type { GuardFacts } from "./agent/guard-draft.ts";
import type { Draft } from "./agent/loop.ts";
import type { BurstReading } from "./agent/read.ts";
import type { Config } from "./config/schema.ts";
import type { Meter } from "./costs/meter.ts";
import type { Orders } from "./customers/orders.ts";
import type { Citation, ConversationState, Intent, Offer } from "./domain.ts";
import type { Found, Knowledge } from "./knowledge/knowledge.ts";
import type { Model } from "./models/model.ts";
import type { Span } from "./ops/spans.ts";
import type { DeskPlaces } from "./desk/place.ts";
import { type Shows, stateReport, ticketReports, turnReport } from "./reports.ts";
import type {
  BudgetLimits,
  Changes,
  NewDelivery,
  NewMessage,
  Store,
  TurnContext,
  TurnRecord,
} from "./store/store.ts";
import type { TurnTickets } from "./tickets/tickets.ts";

export interface TurnDeps extends Shows, Pick<DeskPlaces, "ownDesk"> {
  readonly store: Store;
  readonly model: Model;
  readonly knowledge: Knowledge;
  readonly orders: Orders;
  readonly config: Config;
  readonly system: string;
  readonly limits: BudgetLimits;
  readonly guard: GuardFacts;
  readonly askModelBelow: number;
  readonly countTokens: (text: string) => number;
  readonly now: () => number;
  readonly verifyHint: (adapter: string) => string | null;
  /** True when a customer can prove an e-mail there with a button. */
  readonly canVerify: (adapter: string) => boolean;
  readonly span: Span;
  /** What the customer sees of the work while it goes on. */
  readonly activity: ShownActivity;
}

/** One turn as far as it has come. */
export interface Turn {
  readonly id: string;
  readonly escalationId: string;
  readonly context: TurnContext;
  readonly burst: Burst;
  readonly question: string;
  readonly startedAt: number;
  readonly meter: Meter;
  readonly tickets: TurnTickets;
  readonly nextId: () => string;
  readonly deadline: AbortSignal;
  /** How often this turn has failed before. */
  readonly failures: number;
  /** An opaque name for the customer, for the model's provider. */
  readonly userRef: string;
}

/** What an outcome adds to what every turn records. */
export interface Ending extends Omit<
  Changes,
  "conversationId" | "messages" | "edits" | "tickets" | "turn" | "openEscalation"
> {
  readonly outcome: string;
  readonly detail?: string | undefined;
  readonly reading?: BurstReading;
  readonly found?: Found;
  readonly draft?: Draft;
  readonly escalation?: NonNullable<Changes["openEscalation"]>;
  readonly say?: Say;
  /** How it stands with the conversation from here on. */
  readonly state?: ConversationState;
}

/** A message to the customer. */
interface Say {
  readonly id: string;
  readonly visibility: "public" | "private";
  readonly recipient?: string | undefined;
  readonly text: string;
  readonly citations?: readonly Citation[];
  readonly by: "ai" | "system";
  readonly account?: boolean;
  readonly inReplyTo: readonly string[];
  readonly asksFeedback?: boolean;
  readonly offers?: readonly Offer[];
}

/** The one commit: the customer's messages, what is said, tickets, state, and the turn's own record. */
export function ended(turn: Turn, deps: TurnDeps, ending: Ending): Changes {
  const { context, burst, tickets } = turn;
  const { outcome: _outcome, detail: _detail, found: _found, draft: _draft, ...rest } = ending;
  const { reading, escalation, say, state, deliveries = [], ...changes } = rest;
  const record = recordOf(turn, ending);
  return {
    ...changes,
    conversationId: context.conversation.id,
    customerId: context.customer.id,
    conversation: isOwner(turn)
      ? { ...changes.conversation, ...(reading && { language: reading.language }) }
      : withoutProblem(changes.conversation),
    messages: [...customerMessages(turn), ...(say ? [spoken(say, turn, deps)] : [])],
    edits: burst.edits.map((edit) => ({ ...edit, authorId: burst.sender.id })),
    tickets: tickets.changes(),
    ...(escalation && { openEscalation: escalation }),
    deliveries: [
      ...(say ? [replyOf(say, turn)] : []),
      ...deliveries,
      ...(state ? stateReport(state, context.conversation.address, turn.nextId, deps) : []),
      ...reportsOf(turn, record, deps),
    ],
    turn: record,
  };
}

function isOwner({ burst, context }: Turn): boolean {
  return burst.sender.id === context.conversation.ownerId;
}

/** Another member's turn leaves the owner's problem as it is. */
function withoutProblem(change: Changes["conversation"]): NonNullable<Changes["conversation"]> {
  const { frustration: _f, problemTurns: _p, ticket: _t, language: _l, ...rest } = change ?? {};
  return rest;
}

function replyOf(
  { id, visibility, recipient, text, by, citations = [], inReplyTo, asksFeedback, offers = [] }: Say,
  turn: Turn,
): NewDelivery {
  return {
    id,
    to: turn.context.conversation.address,
    visibility,
    ...(recipient !== undefined && { recipient }),
    content: {
      kind: "reply",
      text,
      by,
      citations,
      inReplyTo,
      ...(asksFeedback && { asksFeedback }),
      ...(offers.length > 0 && { offers }),
    },
    fenced: by === "ai",
  };
}

function reportsOf(
  { id, context, tickets, nextId }: Turn,
  record: TurnRecord,
  deps: TurnDeps,
): NewDelivery[] {
  const { address } = context.conversation;
  if (!deps.wantsReports(address.adapter)) return [];
  const { intent, tier, model, calls, costMicros, outcome, detail } = record;
  const report = { turnId: id, conversation: address, intent, tier, model, calls, costMicros, outcome };
  return [
    ...ticketReports(tickets.changes(), context.ticket, address, nextId),
    turnReport({ ...report, ...(detail !== null && { detail }) }, nextId),
  ];
}

function customerMessages(turn: Turn): NewMessage[] {
  const { burst } = turn;
  const role = isOwner(turn) ? "customer" : "member";
  return burst.messages.map(({ messageId, text, attachments, sentAt }) => ({
    role,
    authorId: burst.sender.id,
    authorName: burst.sender.name,
    text: [text, ...attachments.map((file) => `[file: ${file.name}]`)].join("\n").trim(),
    messageId,
    createdAt: sentAt,
  }));
}

function spoken(say: Say, turn: Turn, deps: TurnDeps): NewMessage {
  return {
    role: say.by,
    authorId: "deskhand",
    authorName: deps.config.agent.name,
    text: say.text,
    messageId: say.id,
    account: say.account ?? false,
    ...(say.account && { recipientId: turn.context.customer.userId }),
    createdAt: deps.now(),
  };
}

function recordOf(turn: Turn, { outcome, detail, reading, found, draft, escalation }: Ending): TurnRecord {
  const intent: Intent = reading?.intent ?? "other";
  const searched = found !== undefined && intent !== "small_talk" && intent !== "feedback";
  return {
    id: turn.id,
    customerId: turn.context.customer.id,
    startedAt: turn.startedAt,
    intent,
    tier: draft?.tier ?? null,
    model: draft?.model ?? null,
    ...turn.meter.spent(),
    outcome,
    detail: detail ?? null,
    question: turn.question.slice(0, 2_000),
    answerable: searched ? found.answerable : null,
    articleIds: found?.answerable ? found.passages.map((passage) => passage.articleId) : [],
    story: {
      reading: reading ?? null,
      found: found?.passages.map(({ articleId, score }) => ({ articleId, score })) ?? [],
      confidence: found?.confidence ?? null,
      tools: draft?.usedTools ?? [],
    },
    ticket: turn.tickets.current()?.ticket ?? turn.context.conversation.ticket,
    escalationId: escalation?.id ?? turn.context.conversation.escalationId,
  };
}
