import type { Card } from "../domain.ts";
import type { Conversation, Escalation } from "../store/store.ts";

/** What a card shows of an escalation. */
export function cardOf(
  escalation: Escalation,
  { address, link }: Pick<Conversation, "address" | "link">,
  ping: boolean,
): Card {
  return {
    escalationId: escalation.id,
    status: escalation.status,
    reason: escalation.reason,
    priority: escalation.priority,
    summary: escalation.summary,
    customer: escalation.customerName,
    ticket: escalation.ticket,
    conversation: address,
    ...(link !== null && { link }),
    waitingSince: escalation.createdAt,
    tried: escalation.tried,
    nextStep: escalation.nextStep,
    ...(escalation.claimedBy && { claimedBy: escalation.claimedBy }),
    ping,
  };
}
