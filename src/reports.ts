import type { Address, ConversationState, TicketPriority, TicketStatus, TurnReport } from "./domain.ts";
import type { NewDelivery, Ticket, TicketChange } from "./store/store.ts";

/** What a platform shows beside the conversation itself. */
export interface Shows {
  readonly wantsReports: (adapter: string) => boolean;
  readonly wantsStates: (adapter: string) => boolean;
}

/** How it stands with a conversation from here on, for platforms that show it. */
export function stateReport(
  state: ConversationState,
  to: Address,
  nextId: () => string,
  { wantsStates }: Shows,
): NewDelivery[] {
  if (!wantsStates(to.adapter)) return [];
  return [{ id: nextId(), to, visibility: "public", content: { kind: "state", state }, fenced: false }];
}

/** What platforms that show it (the console) are told beside the conversation: tickets and how turns went. */
export function ticketReports(
  changes: readonly TicketChange[],
  known: Ticket | null,
  conversation: Address,
  nextId: () => string,
): NewDelivery[] {
  const states = new Map<string, { status: TicketStatus; priority: TicketPriority; subject: string }>();
  if (known) states.set(known.ticket, known);
  for (const change of changes) {
    const before = states.get(change.ticket);
    if (change.kind === "create") states.set(change.ticket, change);
    else if (before) {
      const { status = before.status, priority = before.priority } = change;
      states.set(change.ticket, { ...before, status, priority });
    }
  }
  return [...new Set(changes.map((change) => change.ticket))].flatMap((ticket) => {
    const state = states.get(ticket);
    if (!state) return [];
    const { status, priority, subject } = state;
    return [
      report({ kind: "ticket", ticket, status, priority, subject, conversation }, conversation, nextId),
    ];
  });
}

export function turnReport(turn: TurnReport, nextId: () => string): NewDelivery {
  return report({ kind: "turn", report: turn }, turn.conversation, nextId);
}

function report(content: NewDelivery["content"], to: Address, nextId: () => string): NewDelivery {
  return { id: nextId(), to, visibility: "private", content, fenced: false };
}
