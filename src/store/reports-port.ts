import type { EscalationReason, EscalationStatus, Intent, Tier } from "../domain.ts";
import type { ModelPurpose, Usage } from "../models/model.ts";

/** A customer's turn as it was recorded when it ended. */
export interface TurnFact {
  readonly id: string;
  readonly conversationId: number;
  /** When the first message of its burst was on disk. */
  readonly receivedAt: number;
  readonly finishedAt: number;
  readonly intent: Intent;
  readonly outcome: string;
  readonly ticket: string | null;
  /** True when what it wanted to say never reached the customer: a person took over first, or the platform refused it. */
  readonly replyLost: boolean;
}

/** A model call that was paid for, or may have been. */
export interface CallFact extends Usage {
  readonly turnId: string;
  readonly at: number;
  readonly purpose: ModelPurpose;
  readonly tier: Tier;
  readonly model: string;
  readonly micros: number;
  /** False for a call that was cut off: it stands in the ledger with the most that it can have cost. */
  readonly booked: boolean;
}

export interface TicketFact {
  readonly ticket: string;
  readonly conversationId: number;
  readonly createdAt: number;
  readonly resolvedBy: "ai" | "staff" | null;
  /** True when it was ever handed to the desk. */
  readonly escalated: boolean;
  /** Each time it was resolved or taken up again, oldest first. */
  readonly turningPoints: readonly { readonly at: number; readonly to: "resolved" | "open" }[];
}

export interface EscalationFact {
  readonly reason: EscalationReason;
  readonly status: EscalationStatus;
  readonly createdAt: number;
  readonly claimedAt: number | null;
  readonly closedAt: number | null;
}

/** Something that reached the customer from the AI or from staff; notices such as "passed on" do not count. */
export interface AnswerFact {
  readonly conversationId: number;
  readonly by: "ai" | "staff";
  readonly at: number;
}

/** A question for which the knowledge base had nothing. */
export interface GapFact {
  readonly question: string;
  readonly at: number;
  readonly customerId: number;
  readonly intent: Intent;
  readonly outcome: string;
  /** The tools that worked in this turn. */
  readonly tools: readonly string[];
  /** What staff wrote when they resolved its ticket at the desk. */
  readonly solvedBy: string | null;
}

export interface SetAsideFact {
  readonly seq: number;
  readonly adapter: string;
  readonly kind: string;
  readonly receivedAt: number;
  readonly attempts: number;
  readonly error: string | null;
}

export interface FailedDeliveryFact {
  readonly id: string;
  readonly adapter: string;
  readonly createdAt: number;
  readonly error: string | null;
}

/**
 * What `deskhand report` and `deskhand doctor` read of the store. Reads only; each method sees one consistent state.
 * `since` is inclusive.
 */
export interface ReportStore {
  /** Turns that ended since then, conversation by conversation, in order. */
  turnsSince(since: number): Promise<readonly TurnFact[]>;
  /** Without the calls that certainly never reached a model. */
  callsSince(since: number): Promise<readonly CallFact[]>;
  /** Tickets opened since then, oldest first. */
  ticketsOpenedSince(since: number): Promise<readonly TicketFact[]>;
  escalationsSince(since: number): Promise<readonly EscalationFact[]>;
  /** By conversation, in order. */
  answersSince(since: number): Promise<readonly AnswerFact[]>;
  /** Scores, 1 to 5. */
  ratingsSince(since: number): Promise<readonly number[]>;
  /** Thumbs under AI answers that were given since then. */
  feedbackSince(since: number): Promise<{ readonly helpful: number; readonly unhelpful: number }>;
  /** Newest first. */
  gapsSince(since: number): Promise<readonly GapFact[]>;
  /** Escalations that wait or are being worked now, whenever they were opened. */
  openEscalations(): Promise<readonly EscalationFact[]>;
  /** Events that could not be worked, oldest first. */
  setAsideEvents(): Promise<readonly SetAsideFact[]>;
  /** Deliveries that their platform refused for good, oldest first. */
  failedDeliveries(): Promise<readonly FailedDeliveryFact[]>;
}
