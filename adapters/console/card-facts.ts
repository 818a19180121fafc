/** An escalation's card in words, for whatever draws them. */
import type { Card, EscalationReason } from "../../src/domain.ts";
import { cleanLine, duration, plainMarkdown } from "./text.ts";

export interface CardFacts {
  readonly id: string;
  readonly state: string;
  readonly who: string;
  readonly why: string;
  readonly summary: string;
  /** Empty when nothing was tried. */
  readonly tried: string;
  readonly next: string;
}

export function cardFacts(card: Card, { now, agentName }: { now: number; agentName: string }): CardFacts {
  return {
    id: cleanLine(card.escalationId),
    state: stateOf(card, agentName),
    who: `${cleanLine(card.customer)} · ticket ${cleanLine(card.ticket)} · waiting ${duration(now - card.waitingSince)}`,
    why: `${REASONS[card.reason]} (${card.reason})`,
    summary: plainMarkdown(card.summary),
    tried: card.tried.map(cleanLine).join("; "),
    next: cleanLine(card.nextStep),
  };
}

const REASONS: Readonly<Record<EscalationReason, string>> = {
  customer_request: "asked for a person",
  policy_exception: "needs a decision that is for staff to make",
  low_confidence: "no sure answer was found",
  repeated_frustration: "frustrated more than once",
  complex_technical: "too complex to answer",
};

function stateOf(card: Card, agentName: string): string {
  const by = card.claimedBy ? ` by ${cleanLine(card.claimedBy.name)}` : "";
  switch (card.status) {
    case "open":
      return "waiting for a person";
    case "claimed":
      return `claimed${by}`;
    case "resolved":
      return `resolved${by}`;
    case "handed_back":
    default:
      return `handed back to ${agentName}`;
  }
}
