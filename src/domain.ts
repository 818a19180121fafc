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
  /** A public address of their picture; staff speak under it on the customer's platform. */
  readonly avatarUrl?: string;
}

/** When Deskhand speaks in a channel: `off` never, `mention` when it is addressed, `every_post` on each new post. */
export type ChannelMode = "off" | "mention" | "every_post" | "forum" | "dm";

export interface Attachment {
  readonly name: string;
  readonly mimeType: string;
  readonly bytes: number;
  /** The platform that holds it. */
  readonly adapter: string;
  /** That adapter's own handle for fetching it again; never shown to anybody. */
  readonly ref: string;
}

export type StaffAction = "claim" | "resolve" | "hand_back";

/** What staff can ask of Deskhand in words: `/deskhand status` in Slack, `/desk status` in Discord. */
export const STAFF_COMMANDS = ["status", "pause", "resume", "report", "find"] as const;
export type StaffCommand = (typeof STAFF_COMMANDS)[number];

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
      /** True when somebody chose "Escalate" for this message: a person is called without asking the AI. */
      readonly callsPerson?: true;
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
  /** Staff marked words of their own as a note (📝): they leave the customer's thread. */
  | { readonly kind: "note"; readonly messageId: string; readonly escalationId?: string }
  | { readonly kind: "rate"; readonly score: number; readonly comment?: string }
  /** Thumbs under an AI answer; `answer` is its delivery id. */
  | { readonly kind: "feedback"; readonly answer: string; readonly helpful: boolean }
  /** Somebody wants to read a private answer (again). Sent to `event.address`, where only they can read it. */
  | { readonly kind: "reveal"; readonly answer: string }
  /** Answered at `event.address`, where only they can read it. */
  | { readonly kind: "command"; readonly command: StaffCommand; readonly text: string }
  /** A person from staff opened the page that shows the queue; it is drawn at `event.address`. */
  | { readonly kind: "overview" }
  /** A customer wants to prove an e-mail: a code is mailed to it. Answered at `event.address`. */
  | { readonly kind: "verify"; readonly email: string }
  | { readonly kind: "verify_code"; readonly code: string }
  /** A customer asks for their tickets. Answered at `event.address`. */
  | { readonly kind: "tickets" }
  /** A customer takes their e-mail off this account. */
  | { readonly kind: "unlink" }
  /** Somebody proved that an e-mail is theirs; `method` says how and goes to the audit trail. */
  | { readonly kind: "identity"; readonly email: string; readonly method: string };

/** One thing that happened on a platform. (`address.adapter`, `eventId`) is unique for ever. */
export interface InboundEvent {
  readonly eventId: string;
  readonly address: Address;
  readonly visibility: Visibility;
  /** Where a person can open the place in their own client. */
  readonly link?: string;
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
  /** Opens the customer's thread. */
  readonly link?: string;
  readonly waitingSince: number;
  readonly tried: readonly string[];
  readonly nextStep: string;
  readonly claimedBy?: { readonly id: string; readonly name: string };
  /** True on the delivery that posts the card and should ping the configured role. */
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

/** A message on a platform. */
export interface MessageRef {
  readonly place: Address;
  readonly messageId: string;
}

/** How it stands with a conversation, where a platform shows it (a forum post's tags). */
export type ConversationState = "open" | "waiting" | "with_staff" | "solved";

/** What a person may do next, offered as a button. */
export type Offer = "verify_email" | "enter_code";

/** What the page of a person from staff shows: what waits, what is theirs, how the last 24 hours went. */
export interface Overview {
  readonly queue: readonly Card[];
  readonly mine: readonly Card[];
  readonly lastDay: {
    readonly answered: number;
    readonly escalated: number;
    readonly resolved: number;
    /** Median, null without a claim. */
    readonly claimedAfterMs: number | null;
    readonly costMicros: number;
  };
  /** Set while the AI is paused; `until` is null when somebody has to resume it. */
  readonly paused: { readonly by: string; readonly until: number | null } | null;
}

export type OutboundContent =
  | {
      readonly kind: "reply";
      /** Markdown. */
      readonly text: string;
      readonly by: "ai" | "system" | "staff";
      /** Under whose name and picture a staff reply goes out. */
      readonly author?: string;
      readonly authorAvatar?: string;
      readonly citations: readonly Citation[];
      readonly inReplyTo: readonly string[];
      /** Asks the platform to put rating buttons under the message. */
      readonly asksRating?: boolean;
      /** Asks the platform to put thumbs under the message. */
      readonly asksFeedback?: boolean;
      readonly offers?: readonly Offer[];
      /** What they wrote themselves and is passed on here; it gets the delivery mark. */
      readonly source?: MessageRef;
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
      readonly source?: MessageRef;
      readonly attachments: readonly Attachment[];
    }
  /** A line for staff only: who has an escalation already, a delivery that failed, a reminder. */
  | {
      readonly kind: "notice";
      readonly escalationId?: string;
      /** Markdown. */
      readonly text: string;
      readonly offers?: readonly Offer[];
      /** True when the configured role should be pinged: an escalation that nobody claimed. */
      readonly ping?: boolean;
    }
  /** What became of words that were passed on: shown on the message `messageId` at the delivery's address. */
  | { readonly kind: "mark"; readonly messageId: string; readonly mark: "delivered" | "failed" }
  /** Only for platforms with `wantsStates`. */
  | { readonly kind: "state"; readonly state: ConversationState }
  | { readonly kind: "overview"; readonly overview: Overview }
  | {
      readonly kind: "ticket";
      readonly ticket: string;
      readonly status: TicketStatus;
      readonly priority: TicketPriority;
      readonly subject: string;
      readonly conversation: Address;
    }
  | { readonly kind: "turn"; readonly report: TurnReport };

/**
 * One thing to put on a platform. `id` is stable: a retry or a replay carries the same one.
 *
 * `visibility: "private"` with a `recipient` in a place where others read along must reach that person alone: the
 * adapter shows it to them only, or a button that does.
 */
export interface Delivery {
  readonly id: string;
  readonly to: Address;
  readonly visibility: Visibility;
  /** Who alone may see it, when it is private in a public place. */
  readonly recipient?: string;
  readonly content: OutboundContent;
  /** The platform's id of the message to change in place, when this is an update. */
  readonly replaces?: string;
  /** When it was committed. */
  readonly createdAt: number;
}
