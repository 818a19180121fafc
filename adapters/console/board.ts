/** What the screen has seen of the desk: enough to know which escalation a short command means. */
import type { Card, Delivery, OutboundContent } from "../../src/domain.ts";

export type TicketShown = Extract<OutboundContent, { kind: "ticket" }>;

export interface Board {
  told(delivery: Delivery): void;
  /** Open and claimed escalations, newest first. */
  waiting(): readonly Card[];
  card(escalationId: string): Card | undefined;
  tickets(): readonly TicketShown[];
}

export function createBoard(): Board {
  const cards = new Map<string, Card>();
  const tickets = new Map<string, TicketShown>();
  return {
    told({ content }) {
      if (content.kind === "card") cards.set(content.card.escalationId, content.card);
      if (content.kind === "ticket") tickets.set(content.ticket, content);
    },
    waiting: () =>
      [...cards.values()]
        .filter(({ status }) => status === "open" || status === "claimed")
        .toSorted((one, other) => other.waitingSince - one.waitingSince),
    card: (escalationId) => cards.get(escalationId),
    tickets: () => [...tickets.values()],
  };
}
