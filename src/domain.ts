/**
 * The nouns that cross folders. A type that only one folder needs lives there.
 *
 * Times are milliseconds since the epoch, money is micro-dollars (1,000,000 = $1) unless a name says otherwise.
 */

/** A place where people talk: a thread, a DM, a channel. `key` is opaque to the core; its adapter made it. */
export interface Address {
  readonly adapter: string;
  readonly key: string;
}

export type Visibility = "public" | "private";

/** Who did something on a platform. `role` is what the adapter verified, never what a person calls themselves. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: "customer" | "staff" | "bot";
  /** An e-mail that the platform itself vouches for and the operator chose to trust. */
  readonly trustedEmail?: string;
}

/** When Deskhand speaks in a channel: `off` never, `mention` when it is addressed, `every_post` on each new post. */
export type ChannelMode = "off" | "mention" | "every_post" | "forum" | "dm";

export interface Attachment {
  readonly name: string;
  readonly mimeType: string;
  readonly bytes: number;
  /** The adapter's own handle for fetching it again; never shown to anybody. */
  readonly ref: string;
}

export type StaffAction = "claim" | "resolve" | "hand_back";

export type InboundBody =
  | {
      readonly kind: "message";
      readonly messageId: string;
      readonly text: string;
      readonly mode: ChannelMode;
      /** True when the message opens a new thread or post, false when it continues one. */
      readonly opens: boolean;
      /** True when Deskhand was mentioned by name. */
      readonly addressed: boolean;
      readonly attachments: readonly Attachment[];
      /** Set when the payload itself names the escalation (the console does; platforms use the card's thread). */
      readonly escalationId?: string;
      /** True when the payload itself names the conversation, so that an unknown one is a mistake to speak of. */
      readonly namesPlace?: true;
    }
  | {
      readonly kind: "edit";
      readonly messageId: string;
      readonly text: string;
      readonly escalationId?: string;
    }
  | { readonly kind: "delete"; readonly messageId: string; readonly escalationId?: string }
  | {
      readonly kind: "action";
      readonly action: StaffAction;
      readonly escalationId?: string;
      readonly note?: string;
    }
  | { readonly kind: "rate"; readonly score: number; readonly comment?: string }
  /** Somebody proved that an e-mail is theirs; `method` says how and goes to the audit trail. */
  | { readonly kind: "identity"; readonly email: string; readonly method: string };

/** One thing that happened on a platform. (`address.adapter`, `eventId`) is unique for ever. */
export interface InboundEvent {
  readonly eventId: string;
  readonly address: Address;
  readonly visibility: Visibility;
  readonly sender: Person;
  readonly sentAt: number;
  readonly body: InboundBody;
}

/** Resolves once the event is on disk; only then may the platform be acknowledged. */
export type Intake = (event: InboundEvent) => Promise<"accepted" | "duplicate">;

export const INTENTS = [
  "account",
  "billing",
  "refund",
  "order_status",
  "how_to",
  "bug_report",
  "status_check",
  "plan_change",
  "feedback",
  "small_talk",
  "other",
] as const;
export type Intent = (typeof INTENTS)[number];

export const ESCALATION_REASONS = [
  "customer_request",
  "policy_exception",
  "low_confidence",
  "repeated_frustration",
  "complex_technical",
] as const;
export type EscalationReason = (typeof ESCALATION_REASONS)[number];

export const TICKET_PRIORITIES = ["low", "normal", "high", "urgent"] as const;
export type TicketPriority = (typeof TICKET_PRIORITIES)[number];

export const TICKET_STATUSES = ["open", "pending", "escalated", "resolved", "closed"] as const;
export type TicketStatus = (typeof TICKET_STATUSES)[number];

export type EscalationStatus = "open" | "claimed" | "resolved" | "handed_back";

export type Tier = 1 | 2;

/** A knowledge-base article that an answer rests on. */
export interface Citation {
  readonly id: string;
  readonly title: string;
  readonly url?: string;
}

/** What the staff channel shows of an escalation. */
export interface Card {
  readonly escalationId: string;
  readonly status: EscalationStatus;
  readonly reason: EscalationReason;
  readonly priority: TicketPriority;
  readonly summary: string;
  readonly customer: string;
  readonly ticket: string;
  readonly conversation: Address;
  readonly waitingSince: number;
  readonly tried: readonly string[];
  readonly nextStep: string;
  readonly claimedBy?: { readonly id: string; readonly name: string };
  /** True on the deliveries that should ping the configured role: the first card and each reminder. */
  readonly ping: boolean;
}

export interface TurnReport {
  readonly turnId: string;
  readonly conversation: Address;
  readonly intent: Intent;
  readonly tier: Tier | null;
  readonly model: string | null;
  readonly calls: number;
  readonly costMicros: number;
  readonly outcome: string;
  readonly detail?: string;
}

export type OutboundContent =
  | {
      readonly kind: "reply";
      /** Markdown. */
      readonly text: string;
      readonly by: "ai" | "system" | "staff";
      /** Under whose name a staff reply goes out. */
      readonly author?: string;
      readonly citations: readonly Citation[];
      readonly inReplyTo: readonly string[];
      /** Asks the platform to put rating buttons under the message. */
      readonly asksRating?: boolean;
      /** What staff attached. */
      readonly attachments?: readonly Attachment[];
      /** Set when this edits or takes back what the delivery `changes` said; `replaces` is where it stands. */
      readonly change?: "edited" | "deleted";
      readonly changes?: string;
    }
  | { readonly kind: "card"; readonly card: Card }
  /** From a customer to the people at the desk. */
  | {
      readonly kind: "relay";
      readonly escalationId: string;
      readonly from: string;
      readonly text: string;
      readonly change?: "edited" | "deleted";
      readonly attachments: readonly Attachment[];
    }
  /** A line for staff only: who has an escalation already, a delivery that failed, a reminder. */
  | { readonly kind: "notice"; readonly escalationId?: string; readonly text: string }
  | {
      readonly kind: "ticket";
      readonly ticket: string;
      readonly status: TicketStatus;
      readonly priority: TicketPriority;
      readonly subject: string;
      readonly conversation: Address;
    }
  | { readonly kind: "turn"; readonly report: TurnReport };

/** One thing to put on a platform. `id` is stable: a retry or a replay carries the same one. */
export interface Delivery {
  readonly id: string;
  readonly to: Address;
  readonly visibility: Visibility;
  /** Who alone may see it, when it is private in a public place. */
  readonly recipient?: string;
  readonly content: OutboundContent;
  /** The platform's id of the message to change in place, when this is an update. */
  readonly replaces?: string;
}
