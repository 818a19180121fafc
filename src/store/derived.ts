import type { TicketStatus } from "../domain.ts";
import type { Escalation, EscalationChange, NewDelivery } from "./store.ts";

/** What the stores work out alike before they write it. */

/**
 * What leaves one after the other: what goes to one place. At the desk it is what is about one escalation instead, from
 * its card to the last word in the card's thread: nobody's words overtake each other when the thread is made, and a
 * card that the platform does not take holds up no other.
 */
export function outboxLaneOf({ to, content, escalationId }: NewDelivery): string {
  const isForDesk = content.kind === "card" || content.kind === "relay" || content.kind === "notice";
  return isForDesk && escalationId !== undefined ? `desk:${escalationId}` : `${to.adapter}:${to.key}`;
}

/** What a ticket's row keeps of a change of its status. */
export function resolution(
  from: TicketStatus,
  to: TicketStatus,
  now: number,
): { readonly resolvedAt?: number | null; readonly reopenedAt?: number } {
  const wasDone = from === "resolved" || from === "closed";
  if (to === "resolved" && !wasDone) return { resolvedAt: now };
  if (wasDone && to !== "resolved" && to !== "closed") return { reopenedAt: now, resolvedAt: null };
  return {};
}

/** What an escalation's row keeps of a change. */
export function escalationColumns(change: EscalationChange, now: number): Partial<EscalationColumns> {
  const { version, status, priority, claimedBy, note, reminders } = change;
  return {
    version: version + 1,
    ...(status && { status }),
    ...(status === "claimed" && { claimedAt: now }),
    ...((status === "resolved" || status === "handed_back") && { closedAt: now }),
    ...(priority && { priority }),
    ...(claimedBy !== undefined && {
      claimedById: claimedBy?.id ?? null,
      claimedByName: claimedBy?.name ?? null,
    }),
    ...(note !== undefined && { closedNote: note }),
    ...(reminders !== undefined && { reminders }),
  };
}

type EscalationColumns = Pick<Escalation, "status" | "priority" | "reminders" | "version"> & {
  readonly claimedAt: number;
  readonly closedAt: number;
  readonly claimedById: string | null;
  readonly claimedByName: string | null;
  readonly closedNote: string;
};

/** The UTC day that a call counts on. */
export function dayOf(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}
