import type { DeskhandError } from "./errors.ts";
import type { Address, Attachment, Delivery, Intake } from "./domain.ts";

/** What a delivery became on the platform. `thread` is where answers to it will come from, for a card. */
export interface Sent {
  readonly messageId: string;
  readonly thread?: Address;
}

/** A problem found by `deskhand doctor`, with its fix in words that an operator can follow. */
export interface Finding {
  readonly level: "ok" | "warning" | "problem";
  readonly what: string;
  readonly fix?: string;
  /** True when the platform did not answer or had trouble of its own: nothing that the operator could mend. */
  readonly mayPass?: boolean;
}

/** Small values that an adapter keeps over a restart: an installation, a webhook's id, the commands it registered. */
export interface AdapterMemory {
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
  /** Keys that begin with `prefix`, with their values. */
  list(prefix: string): Promise<readonly { readonly key: string; readonly value: string }[]>;
}

/** What an adapter is given of Deskhand. */
export interface Host {
  readonly intake: Intake;
  /** True where another process listens to the platform: this one connects to send, and to nothing else. */
  readonly sendsOnly?: boolean;
  readonly memory: AdapterMemory;
  /** Places of this platform where somebody wrote or was answered since then: worth looking at after an absence. */
  activePlaces(since: number): Promise<readonly Address[]>;
  /** The platform has shut the door for good (a token taken back): the program ends, so that somebody notices. */
  lost(error: DeskhandError): void;
}

export interface SendContext {
  readonly signal: AbortSignal;
  /**
   * True when an earlier try may have reached the platform without our learning of it (a crash, a lost reply): the
   * adapter looks for the message before it makes another.
   */
  readonly maybeSent: boolean;
  /** The bytes of an attachment, from whichever platform holds it. Throws `attachment_unavailable`. */
  fetchFile(attachment: Attachment): Promise<Uint8Array>;
}

/** Sends one mail. Throws `mail_failed`. */
export interface Mailer {
  send(mail: { readonly to: string; readonly subject: string; readonly text: string }): Promise<void>;
}

/** What the agent is doing, for platforms that can show it. */
export type Activity = "reading" | "searching" | "answering";

/**
 * The boundary between Deskhand and a platform. An adapter translates, and nothing else.
 *
 * `send` may be called again with the same delivery after a crash or a timeout; the adapter does what its platform
 * offers (nonce, metadata) so that the second call does not become a second message. It throws a `DeskhandError`:
 * `delivery_failed` when it may or may not have been made, `delivery_unreached` and `delivery_rate_limited` when it
 * certainly was not and can be tried again, `delivery_waits` when something of this delivery alone must wait, `delivery_refused` when trying again is of no use.
 */
export interface Adapter {
  readonly name: string;
  /** Which part of the platform this process holds, in words, when it is not all of it. */
  readonly holds?: string;
  /** True when the platform shows tickets and turn reports (the console does). */
  readonly wantsReports: boolean;
  /** True when the platform shows how it stands with a conversation. */
  readonly wantsStates?: boolean;
  /** A staff channel that the operator gave to the place where this customer writes; null for `desk.channel`. */
  ownDesk?(customer: Address): Address | null;
  /** How a customer proves an e-mail here, in a sentence that the agent may pass on. */
  readonly verifyHint?: string;
  /** True when that goes by a code in a mail, and so needs a mail server. */
  readonly verifiesByMail?: boolean;
  /**
   * Throws `platform_unusable` when it would run half-deaf: a token, scope, intent or permission is missing. `retryable`
   * when it could not be reached: then it is called again.
   */
  start(host: Host): Promise<void>;
  /** Stops the intake first, then lets sends under way end. */
  stop(): Promise<void>;
  send(delivery: Delivery, context: SendContext): Promise<Sent>;
  /** Deliveries of one `key` leave at least `everyMs` apart. The outbox keeps to it, and others do not wait for them. */
  pace?(delivery: Delivery): { readonly key: string; readonly everyMs: number } | null;
  showActivity?(to: Address, activity: Activity): Promise<void>;
  /** Nothing will be said after all: takes away what a message would have ended. Left out where it goes by itself. */
  hideActivity?(to: Address): Promise<void>;
  /** How long that stays on the platform: it is shown anew until the agent is done. Left out where it stays longer. */
  readonly activityLastsMs?: number;
  /** Throws `attachment_unavailable`. */
  fetchFile?(attachment: Attachment, signal: AbortSignal): Promise<Uint8Array>;
  check?(): Promise<readonly Finding[]>;
  /** False while the platform cannot reach us. A platform without it counts as connected once it has started. */
  isConnected?(): boolean;
}
