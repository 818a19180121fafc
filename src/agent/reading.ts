import type { Intent } from "../domain.ts";

/** A topic of policy that a message touches. Amounts are in hundredths of the currency's unit. */
export interface PolicyTopic {
  readonly kind: "refund" | "plan_change" | "other_customer" | "custom";
  /** True for "refund me $450", false for "what is your refund policy": only a request can be an exception. */
  readonly requested: boolean;
  readonly amountCents?: number;
  readonly currency?: string;
  /** The operator's own topic, when `kind` is `custom`. */
  readonly name?: string;
  /** The words that gave it away. */
  readonly evidence: string;
}

/** What a message says about itself; the classifier's whole answer. */
export interface Reading {
  readonly intent: Intent;
  readonly complexity: "simple" | "complex";
  /** True when the customer expresses frustration with us, the product or the wait. */
  readonly frustrated: boolean;
  /** True when the customer asks for a person. */
  readonly wantsHuman: boolean;
  readonly policy: readonly PolicyTopic[];
  /** ISO 639-1 of the message, `en` when it cannot be told. */
  readonly language: string;
  /** 0 to 1: how sure the reading is as a whole; below the configured floor the small model is asked. */
  readonly confidence: number;
  readonly by: "local" | "model";
  /** Scores and words behind each decision, kept as evidence with an escalation. */
  readonly evidence: Readonly<Record<string, string | number>>;
}

/** Reads one message with no network, in well under a millisecond. */
export type LocalReader = (text: string) => Reading;
