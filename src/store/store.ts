/**
 * The store port. Each method is one whole transaction with a business name; no handle leaves the store. A contract
 * suite (`test/contracts/store.ts`) says what every implementation owes.
 */
import type { Address, InboundEvent } from "../domain.ts";
import type { Usage } from "../models/model.ts";
import type {
  BudgetLimits,
  CallPlan,
  Changes,
  Conversation,
  Escalation,
  Message,
  NewDelivery,
  NewVerification,
  Redeemed,
  Reservation,
  TakenDelivery,
  Ticket,
  Timer,
  TurnContext,
  Undelivered,
  Work,
} from "./records.ts";

export type * from "./records.ts";

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
  /** Leases the lane that has been ready longest, or the one that is named. Null when none is. */
  claimWork(owner: string, now: number, leaseMs: number, lane?: string): Promise<Work | null>;
  /** When a lane (or the one that is named) will be ready and not being worked; null when nothing waits. */
  nextWorkAt(lane?: string): Promise<number | null>;
  renewWork(work: Work, until: number): Promise<void>;
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
  /**
   * The conversation at a place, opened when a customer's message for it still waits in the inbox: whoever speaks there
   * before the first turn has begun speaks in that conversation.
   */
  conversationAt(address: Address, now: number): Promise<Conversation | null>;
  transcriptOf(conversationId: number): Promise<readonly Message[]>;
  ticketOf(ticket: string): Promise<Ticket | null>;
  /** Of the customer behind a platform account, whatever platform they were opened on; newest first. */
  ticketsOf(account: {
    readonly adapter: string;
    readonly userId: string;
  }): Promise<readonly (Ticket & { readonly link: string | null })[]>;
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
   * against the conversation's epoch and cancelled when a person has taken over. What goes to other platforms than
   * those named is left alone.
   */
  takeDelivery(now: number, leaseMs: number, adapters?: readonly string[]): Promise<TakenDelivery | null>;
  nextDeliveryAt(adapters?: readonly string[]): Promise<number | null>;
  /** `then`: what follows from it, in line with it or not at all. */
  markSent(
    id: string,
    sent: { readonly messageId: string; readonly thread?: Address },
    now: number,
    then?: NewDelivery | null,
  ): Promise<void>;
  retryDelivery(id: string, tried: Undelivered): Promise<void>;
  /** `attempt`: as for a retry. */
  failDelivery(
    id: string,
    error: string,
    now: number,
    then?: NewDelivery | null,
    attempt?: number,
  ): Promise<void>;
  /** What was said under this id; null when nothing was, or not yet. */
  findDelivery(
    id: string,
  ): Promise<
    (Pick<NewDelivery, "to" | "recipient" | "content"> & { readonly conversationId: number | null }) | null
  >;
  /** A delivery of no conversation: something that the people at the desk must know. An id that was used is ignored. */
  post(delivery: NewDelivery, now: number): Promise<void>;

  reserveCall(plan: CallPlan, limits: BudgetLimits, now: number): Promise<Reservation>;
  bookCall(callId: number, model: string, usage: Usage, micros: number): Promise<void>;
  /** For a call that certainly never reached the model. */
  voidCall(callId: number): Promise<void>;

  recall(owner: string, key: string): Promise<string | null>;
  recallAll(
    owner: string,
    prefix: string,
  ): Promise<readonly { readonly key: string; readonly value: string }[]>;
  /** `null` forgets it. */
  remember(owner: string, key: string, value: string | null, now: number): Promise<void>;
  /** Places of a platform where something was said since then, by customers or at the desk; newest first. */
  activePlaces(adapter: string, since: number): Promise<readonly Address[]>;

  /** `too_many` when the account or the e-mail had its share of codes. Earlier codes of the account become void. */
  startVerification(asked: NewVerification, now: number): Promise<"started" | "too_many">;
  /**
   * Uses up a code and binds its e-mail to the sender's account, all in one. The same event again gives the same
   * result. `matches` is called with the hash of what was mailed.
   */
  redeemCode(event: InboundEvent, matches: (codeHash: string) => boolean, now: number): Promise<Redeemed>;
  /** Takes the e-mail off an account. False when it had none. */
  unlink(event: InboundEvent, now: number): Promise<boolean>;

  /** Escalations that wait or are claimed, the longest wait first. */
  openEscalations(): Promise<
    readonly (Escalation & { readonly place: Pick<Conversation, "address" | "link"> })[]
  >;
  /** Tickets whose number, e-mail, customer, subject or description hold the words; newest first. */
  findTickets(words: string, limit: number): Promise<readonly (Ticket & { readonly link: string | null })[]>;

  takeTimer(now: number): Promise<Timer | null>;
  finishTimer(timer: Timer): Promise<void>;
  retryTimer(timer: Timer, at: number): Promise<void>;
  nextTimerAt(): Promise<number | null>;

  /**
   * After a start on a store that only this process uses: leases of a process that is gone are released. Where others
   * may be at work it is never called, because the leases are theirs; those of a process that is gone end by time.
   */
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
