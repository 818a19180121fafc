import { guard, type Verdict } from "../../src/agent/guard.ts";
import type { GuardInput } from "../../src/agent/guard-input.ts";
import { passageOf, readingOf } from "../servers/shop.ts";

export const REFUNDS = passageOf(
  "Refunds arrive within 5 days on the card that was charged. Questions: billing@acme.example.",
);

/** A draft that cites the article on refunds, to a customer who proved ann@example.com. */
export function draftOf(text: string, more: Partial<GuardInput> = {}): GuardInput {
  return {
    text,
    citations: [
      { source: "https://help.acme.example/refunds", title: "Refunds", citedText: "Refunds arrive" },
    ],
    passages: [REFUNDS],
    reading: readingOf(),
    usedTools: [],
    visibility: "private",
    customerEmail: "ann@example.com",
    question: "How do refunds work?",
    linkHosts: new Set(["acme.example", "app.acme.example"]),
    refundLimit: 200,
    leaksInternal: false,
    systemPrompt: "You are Aria.",
    ...more,
  };
}

/** What a customer gets to read, or the rule that stopped it. */
export function shown(text: string, more: Partial<GuardInput> = {}): string {
  const verdict = guard(draftOf(text, more));
  return verdict.kind === "pass" ? verdict.text : `stopped: ${verdict.rule}`;
}

export function judged(text: string, more: Partial<GuardInput> = {}): Verdict {
  return guard(draftOf(text, more));
}

/** The reading of a customer who asks for money back. */
export const ASKS_REFUND = readingOf({
  intent: "refund",
  policy: [{ kind: "refund", requested: true, evidence: "refund me" }],
});
