/**
 * The store port. Each method is one whole transaction with a business name; no handle leaves the store. A contract
 * suite (`test/contracts/store.ts`) says what every implementation owes.
 */
import type {
  Address,
  Delivery,
  EscalationReason,
  EscalationStatus,
  InboundEvent,
  Intent,
  OutboundContent,
  Tier,
  TicketPriority,
  TicketStatus,
  Visibility,
} from "../domain.ts";
import type { ModelPurpose, Usage } from "../models/model.ts";

export type Holder = "ai" | "waiting" | "staff";
export type MessageRole = "customer" | "member" | "ai" | "system" | "staff" | "note";

export interface Conversation {
  readonly id: number;
  readonly address: Address;
  readonly visibility: Visibility;
  readonly ownerId: string;
  readonly customerId: number;
  readonly holder: Holder;
  readonly epoch: number;
  readonly frustration: number;
  readonly language: string;
  readonly problemTurns: number;
  readonly ticket: string | null;
  readonly escalationId: string | null;
  readonly staffSpokeAt: number | null;
  readonly toldWaiting: boolean;
  readonly limitedAt: number | null;
}

export interface Customer {
  readonly id: number;
  readonly name: string;
  readonly userId: string;
  /** Verified e-mail; null until proved. The only e-mail that tools may use. */
  readonly email: string | null;
}

export interface Message {
  readonly role: MessageRole;
  readonly authorId: string;
  readonly authorName: string;
  readonly text: string;
  readonly messageId: string;
  readonly account: boolean;
  /** Whose account data it holds: the platform account it was for. */
  readonly recipientId: string | null;
  readonly createdAt: number;
  readonly edited: boolean;
}

export interface Ticket {
  readonly ticket: string;
  readonly conversationId: number;
  readonly customerId: number;
  readonly email: string | null;
  readonly subject: string;
  readonly description: string;
  readonly priority: TicketPriority;
  readonly status: TicketStatus;
  readonly createdBy: "ai" | "code" | "staff";
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly resolvedAt: number | null;
}

export interface Escalation {
  readonly id: string;
  readonly conversationId: number;
  readonly customerId: number;
  readonly ticket: string;
  readonly customerName: string;
  readonly reason: EscalationReason;
  readonly priority: TicketPriority;
  readonly summary: string;
  readonly tried: readonly string[];
  readonly nextStep: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly status: EscalationStatus;
  readonly claimedBy: { readonly id: string; readonly name: string } | null;
  readonly createdAt: number;
  readonly reminders: number;
  readonly version: number;
  readonly desk: Address;
  /** Where staff write about it; null until the card has been posted. */
  readonly bridge: Address | null;
}

/** An event as it waits in the inbox. */
export interface WaitingEvent {
  readonly seq: number;
  readonly event: InboundEvent;
  readonly receivedAt: number;
  readonly attempts: number;
}

/** What one worker holds: the next events of one lane, all of one sender, in order. */
export interface Work {
  readonly lane: string;
  readonly fence: number;
  readonly events: readonly [WaitingEvent, ...WaitingEvent[]];
}

/** All that is known when a turn begins. */
export interface TurnContext {
  readonly conversation: Conversation;
  /** The person who wrote, not necessarily whose thread it is. */
  readonly customer: Customer;
  /** Oldest first, without what was deleted. */
  readonly transcript: readonly Message[];
  /** The ticket of the problem at hand, or the last one resolved here. */
  readonly ticket: Ticket | null;
  readonly escalation: Escalation | null;
  /** The last turn here in which the AI answered; tells a follow-up from a new question. */
  readonly lastAnswer: { readonly tier: Tier | null; readonly articleIds: readonly string[] } | null;
  /** The customer's messages of the last minute, these included: in this conversation and over all. */
  readonly recentMessages: { readonly here: number; readonly everywhere: number };
}

export interface NewMessage {
  readonly role: MessageRole;
  readonly authorId: string;
  readonly authorName: string;
  readonly text: string;
  readonly messageId: string;
  readonly account?: boolean;
  readonly recipientId?: string;
  readonly createdAt: number;
}

export interface NewDelivery {
  readonly id: string;
  readonly to: Address;
  readonly visibility: Visibility;
  readonly recipient?: string;
  readonly content: OutboundContent;
  readonly escalationId?: string;
  /** True for what the AI wrote: fenced by the conversation's epoch. */
  readonly fenced: boolean;
}

export type TicketChange =
  | {
      readonly kind: "create";
      readonly ticket: string;
      readonly email: string | null;
      readonly subject: string;
      readonly description: string;
      readonly priority: TicketPriority;
      readonly status: TicketStatus;
      readonly by: "ai" | "code" | "staff";
    }
  | {
      readonly kind: "update";
      readonly ticket: string;
      readonly status?: TicketStatus;
      readonly priority?: TicketPriority;
      readonly note?: string;
      readonly by: "ai" | "code" | "staff";
      /** Who gets the credit when this resolves it; for the AI the tier of its last answer is noted. */
      readonly resolvedBy?: "ai" | "staff";
    };

export interface NewEscalation {
  readonly id: string;
  readonly ticket: string;
  readonly customerName: string;
  readonly reason: EscalationReason;
  readonly priority: TicketPriority;
  readonly summary: string;
  readonly tried: readonly string[];
  readonly nextStep: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly desk: Address;
}

export interface EscalationChange {
  readonly id: string;
  /** The version that the decision was made on; another one makes the commit a conflict. */
  readonly version: number;
  readonly status?: EscalationStatus;
  readonly priority?: TicketPriority;
  readonly claimedBy?: { readonly id: string; readonly name: string } | null;
  readonly note?: string;
  readonly reminders?: number;
}

export interface TurnRecord {
  readonly id: string;
  readonly customerId: number;
  readonly startedAt: number;
  readonly intent: Intent;
  readonly tier: Tier | null;
  readonly model: string | null;
  readonly calls: number;
  readonly costMicros: number;
  readonly outcome: string;
  readonly detail: string | null;
  readonly question: string;
  readonly answerable: boolean | null;
  /** The articles that were found, best first. */
  readonly articleIds: readonly string[];
  readonly story: Readonly<Record<string, unknown>>;
  readonly ticket: string | null;
  readonly escalationId: string | null;
}

export interface ConversationChange {
  readonly holder?: Holder;
  readonly frustration?: number;
  readonly language?: string;
  readonly problemTurns?: number;
  readonly ticket?: string | null;
  readonly escalationId?: string | null;
  readonly staffSpokeAt?: number;
  readonly toldWaiting?: boolean;
  readonly limitedAt?: number;
}

/** Everything one step does to one conversation; written whole or not at all. */
export interface Changes {
  readonly conversationId: number;
  /** Whose tickets, escalation and audit entries these are; the conversation's customer when it is not said. */
  readonly customerId?: number;
  readonly conversation?: ConversationChange;
  /** True when a person takes or gives back the conversation: what the AI was writing is void. */
  readonly raiseEpoch?: boolean;
  readonly messages?: readonly NewMessage[];
  readonly edits?: readonly {
    readonly messageId: string;
    readonly text: string | null;
    /** Only a message of this author is changed. */
    readonly authorId?: string;
  }[];
  readonly deliveries?: readonly NewDelivery[];
  readonly tickets?: readonly TicketChange[];
  readonly openEscalation?: NewEscalation;
  readonly changeEscalation?: EscalationChange;
  readonly timers?: readonly NewTimer[];
  readonly cancelTimers?: readonly string[];
  readonly rating?: {
    readonly score: number;
    readonly comment: string | null;
    readonly ticket: string | null;
  };
  readonly audit?: readonly { readonly kind: string; readonly detail: string }[];
  readonly turn?: TurnRecord;
  /** Events to be worked (again) from here on: what a customer asked while a person had the conversation. */
  readonly again?: readonly { readonly lane: string; readonly event: InboundEvent }[];
}

export interface NewTimer {
  /** One timer a key: setting it again moves it. */
  readonly key: string;
  readonly kind: "remind" | "resolve_quiet";
  readonly ref: string;
  readonly dueAt: number;
}

export interface Timer extends NewTimer {
  readonly attempts: number;
}

export interface TakenDelivery {
  readonly delivery: Delivery;
  readonly attempts: number;
  readonly conversationId: number | null;
}

export interface CallPlan {
  readonly conversationId: number;
  readonly customerId: number;
  readonly turnId: string;
  readonly ticket: string | null;
  readonly purpose: ModelPurpose;
  readonly tier: Tier;
  readonly model: string;
  readonly worstMicros: number;
}

/** In micro-dollars. */
export interface BudgetLimits {
  readonly perConversation: number;
  readonly perCustomerDay: number;
  readonly perDay: number;
}

export type Reservation =
  | { readonly kind: "reserved"; readonly callId: number }
  | { readonly kind: "over_budget"; readonly budget: "conversation" | "customer_day" | "day" };

export interface AcceptOptions {
  readonly lane: string;
  readonly urgent: boolean;
  /** How long to wait for more before the lane is worked; 0 for what must not wait. */
  readonly quietMs: number;
  readonly now: number;
}

export interface Store {
  /** Writes the event, or says that it was there already. An `identity` event is applied in the same transaction. */
  acceptEvent(event: InboundEvent, options: AcceptOptions): Promise<"accepted" | "duplicate">;
  /** Leases the lane that has been ready longest. Null when none is. */
  claimWork(owner: string, now: number, leaseMs: number): Promise<Work | null>;
  /** When a lane will be ready that is not being worked; null when nothing waits. */
  nextWorkAt(): Promise<number | null>;
  renewWork(work: Work, until: number): Promise<void>;
  /** True when something came in that changes what this turn may say: an edit, a deletion, a call for a person. */
  overtaken(work: Work): Promise<boolean>;
  /** Gives the lane back unfinished, to be claimed again at `at`. `error` counts as a failed attempt. */
  returnWork(work: Work, at: number, error?: string): Promise<void>;
  /** Takes events that cannot be worked out of the way; what came after them goes on. */
  setAside(work: Work, error: string, now: number): Promise<void>;

  /** Opens the conversation and the customer when they are new. Safe to call again. */
  loadTurn(work: Work, now: number): Promise<TurnContext>;
  /**
   * Ends the turn: `fenced` when a person took the conversation since `epoch`, `overtaken` when something came in
   * that changes it, `lost` when the lease is gone. Only `committed` wrote anything.
   */
  commitTurn(
    work: Work,
    changes: Changes,
    expect: { readonly epoch: number; readonly ignoreOvertaken: boolean },
    now: number,
  ): Promise<"committed" | "fenced" | "overtaken" | "lost">;

  /** `lastOf` a conversation is the one that was opened last, also when it is closed. */
  findEscalation(
    by: { readonly id: string } | { readonly bridge: Address } | { readonly lastOf: number },
  ): Promise<Escalation | null>;
  findConversation(by: { readonly id: number } | { readonly address: Address }): Promise<Conversation | null>;
  transcriptOf(conversationId: number): Promise<readonly Message[]>;
  ticketOf(ticket: string): Promise<Ticket | null>;
  ticketsOf(customerId: number): Promise<readonly Ticket[]>;
  /**
   * Ends work at the desk (or a timer, when `work` is null). `conflict` when the escalation changed since it was
   * read; `busy` while an AI message of this conversation is on its way out and the change would raise the epoch.
   */
  commitDesk(
    work: Work | null,
    changes: Changes | null,
    now: number,
  ): Promise<"committed" | "conflict" | "busy" | "lost">;
  /** Milliseconds that the last escalations waited for their claim, newest first, at most `limit`. */
  claimTimes(limit: number): Promise<readonly number[]>;

  /**
   * The next delivery that may leave, marked as on its way. In the same transaction what the AI wrote is checked
   * against the conversation's epoch and cancelled when a person has taken over.
   */
  takeDelivery(now: number, leaseMs: number): Promise<TakenDelivery | null>;
  nextDeliveryAt(): Promise<number | null>;
  markSent(
    id: string,
    sent: { readonly messageId: string; readonly thread?: Address },
    now: number,
  ): Promise<void>;
  /** `attempted` false: it was not even tried, and does not count as an attempt. */
  retryDelivery(id: string, at: number, error: string, attempted?: boolean): Promise<void>;
  failDelivery(id: string, error: string): Promise<void>;
  /** A delivery of no conversation: something that the people at the desk must know. An id that was used is ignored. */
  post(delivery: NewDelivery, now: number): Promise<void>;

  reserveCall(plan: CallPlan, limits: BudgetLimits, now: number): Promise<Reservation>;
  bookCall(callId: number, model: string, usage: Usage, micros: number): Promise<void>;
  /** For a call that certainly never reached the model. */
  voidCall(callId: number): Promise<void>;

  takeTimer(now: number): Promise<Timer | null>;
  finishTimer(timer: Timer): Promise<void>;
  retryTimer(timer: Timer, at: number): Promise<void>;
  nextTimerAt(): Promise<number | null>;

  /** After a start on a store that only this process uses: leases of a process that is gone are released. */
  recover(now: number): Promise<void>;
  /** Work that is not finished, as far as the platforms named can finish it. */
  pending(adapters: readonly string[]): Promise<{ readonly events: number; readonly deliveries: number }>;
  counts(): Promise<{
    readonly conversations: number;
    readonly openEscalations: number;
    readonly setAside: number;
  }>;
  close(): Promise<void>;
}
