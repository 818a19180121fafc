import type { EscalationStatus } from "../domain.ts";

/** What waits at one moment. */
export interface WaitingNow {
  /** Events that are on disk and not yet worked. */
  readonly events: number;
  readonly oldestEventAt: number | null;
  readonly deliveries: number;
  readonly oldestDeliveryAt: number | null;
  readonly failedDeliveries: number;
  readonly escalations: Readonly<Record<Extract<EscalationStatus, "open" | "claimed">, number>>;
  /** When the escalation was opened that has waited longest for its claim. */
  readonly oldestOpenEscalationAt: number | null;
  /** Micro-dollars that are booked or reserved on the UTC day of `now`. */
  readonly spentToday: number;
}

/**
 * What metrics and `/readyz` read of the store beside its work. Reads only, each by an index: cheap enough to be asked
 * every few seconds of a database with years in it.
 */
export interface WatchStore {
  /** Throws when the database does not answer. */
  waitingNow(now: number): Promise<WaitingNow>;
  /**
   * Since when the customer had waited for an answer of the AI that was delivered, or for the last words of staff in a
   * conversation. Null when they answered nothing that was not answered already.
   */
  waitingSince(answer: { readonly delivery: string } | { readonly staffIn: number }): Promise<number | null>;
  escalationOpenedAt(id: string): Promise<number | null>;
}
