/** What the store keeps and is asked to keep: the nouns of its port. */
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
import type { ModelPurpose } from "../models/model.ts";

export type Holder = "ai" | "waiting" | "staff";
export type MessageRole = "customer" | "member" | "ai" | "system" | "staff" | "note";

export interface Conversation {
  readonly id: number;
  readonly address: Address;
  readonly visibility: Visibility;
  readonly link: string | null;
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
  readonly feedback?: {
    readonly answer: string;
    readonly from: { readonly adapter: string; readonly userId: string };
    readonly helpful: boolean;
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
  /** True when an earlier try may have reached the platform. */
  readonly maybeSent: boolean;
  readonly conversationId: number | null;
}

/** What became of a try to deliver that did not succeed. */
export interface Undelivered {
  /** When to try again. */
  readonly at: number;
  readonly error: string;
  /** False when it was not even tried: it does not count. */
  readonly attempted: boolean;
  /** True when it may have reached the platform all the same. */
  readonly maybeSent: boolean;
  /** The try that this is about: when its lease ran out and somebody else has the delivery, nothing is changed. */
  readonly attempt?: number;
}

/** An e-mail that somebody wants to prove. Times in milliseconds. */
export interface NewVerification {
  readonly adapter: string;
  readonly userId: string;
  readonly email: string;
  readonly codeHash: string;
  readonly expiresAt: number;
  readonly tries: number;
  /** Most codes of one account, and to one e-mail, within `windowMs`. */
  readonly most: number;
  readonly windowMs: number;
}

export type Redeemed =
  | { readonly kind: "verified"; readonly email: string }
  | { readonly kind: "wrong"; readonly triesLeft: number }
  /** Nothing to redeem: never asked for, used, expired or tried too often. */
  | { readonly kind: "none" };

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
