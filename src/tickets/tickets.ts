import type { TicketPriority, TicketStatus } from "../domain.ts";
import type { Ticket, TicketChange } from "../store/store.ts";

/** A ticket as it stands in the middle of a turn, with the turn's own changes in it. */
export interface TicketView {
  readonly ticket: string;
  readonly subject: string;
  readonly status: TicketStatus;
  readonly priority: TicketPriority;
  readonly createdBy: "ai" | "code" | "staff";
}

export interface TicketDraft {
  readonly subject: string;
  readonly description: string;
  readonly priority: TicketPriority;
  readonly email: string | null;
  readonly by: "ai" | "code";
}

/**
 * The ticket of the problem at hand, as one turn changes it. Nothing is written before the turn's commit, and the
 * number follows from the turn, so that the same turn replayed makes the same ticket.
 */
export interface TurnTickets {
  current(): TicketView | null;
  /** One problem, one ticket: while one is open, what would be a second becomes a note on it. */
  open(draft: TicketDraft): { readonly view: TicketView; readonly existed: boolean };
  update(change: {
    readonly status?: TicketStatus;
    readonly priority?: TicketPriority;
    readonly note?: string;
    readonly by: "ai" | "code";
    readonly resolvedBy?: "ai" | "staff";
  }): TicketView;
  /** The problem of the resolved ticket is back. */
  reopen(): void;
  changes(): readonly TicketChange[];
}

const ORDER: readonly TicketPriority[] = ["low", "normal", "high", "urgent"];

/**
 * @param existing the conversation's ticket; one that is resolved counts only when it is taken up again.
 * @param number the number that a new ticket of this turn gets; see {@link ticketNumber}.
 */
export function turnTickets(existing: Ticket | null, number: string): TurnTickets {
  let view: TicketView | null = existing && isOpen(existing.status) ? viewOf(existing) : null;
  const changes: TicketChange[] = [];

  return {
    current: () => view,

    open(draft) {
      if (view && isOpen(view.status)) {
        const note = `${draft.subject}: ${draft.description}`;
        const priority = higher(view.priority, draft.priority);
        changes.push({ kind: "update", ticket: view.ticket, note, priority, by: draft.by });
        view = { ...view, priority };
        return { view, existed: true };
      }
      view = {
        ticket: number,
        subject: draft.subject,
        status: "open",
        priority: draft.priority,
        createdBy: draft.by,
      };
      changes.push({ kind: "create", ticket: number, status: "open", ...draft });
      return { view, existed: false };
    },

    update({ by, ...change }) {
      if (!view) throw new Error("there is no ticket to update");
      changes.push({ kind: "update", ticket: view.ticket, by, ...change });
      view = { ...view, status: change.status ?? view.status, priority: change.priority ?? view.priority };
      return view;
    },

    reopen() {
      if (view || !existing) return;
      view = { ...viewOf(existing), status: "open" };
      changes.push({
        kind: "update",
        ticket: existing.ticket,
        status: "open",
        note: "taken up again",
        by: "code",
      });
    },

    changes: () => changes,
  };
}

function viewOf({ ticket, subject, status, priority, createdBy }: Ticket): TicketView {
  return { ticket, subject, status, priority, createdBy };
}

/** Ticket numbers begin at T-1001 and follow the inbox, so they rise but not by ones. */
export function ticketNumber(firstSeq: number): string {
  return `T-${1000 + firstSeq}`;
}

export function isOpen(status: TicketStatus): boolean {
  return status !== "resolved" && status !== "closed";
}

export function higher(a: TicketPriority, b: TicketPriority): TicketPriority {
  return ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b;
}

export function nextPriority(priority: TicketPriority): TicketPriority {
  return ORDER[Math.min(ORDER.indexOf(priority) + 1, ORDER.length - 1)] ?? "urgent";
}

/** A subject of at most 80 characters from what a customer wrote. */
export function subjectFrom(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= 80 ? line || "Question without text" : `${line.slice(0, 79).trimEnd()}…`;
}
