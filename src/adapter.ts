import type { Address, Delivery, Intake } from "./domain.ts";

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
}

/**
 * The boundary between Deskhand and a platform. An adapter translates, and nothing else.
 *
 * `send` may be called again with the same delivery after a crash or a timeout; the adapter does what its platform
 * offers (nonce, metadata) so that the second call does not become a second message. It throws a
 * `DeskhandError("delivery_…")` whose `retryable` says whether trying again can help.
 */
export interface Adapter {
  readonly name: string;
  readonly limits: { readonly maxTextLength: number };
  /** True when the platform shows tickets and turn reports (the console does). */
  readonly wantsReports: boolean;
  /** How a customer proves an e-mail here, in a sentence that the agent may pass on. */
  readonly verifyHint?: string;
  start(intake: Intake): Promise<void>;
  /** Stops the intake first, then lets sends under way end. */
  stop(): Promise<void>;
  send(delivery: Delivery, signal: AbortSignal): Promise<Sent>;
  showTyping?(to: Address): Promise<void>;
  check?(): Promise<readonly Finding[]>;
}
