import type { InboundEvent } from "../domain.ts";
import type { WaitingEvent, Work } from "./store.ts";

/** A burst may hold up a turn for this many quiet windows, and no longer. */
const LONGEST_BURST = 5;
/** So many events of one lane are taken at once; the rest makes the next turn. */
export const LARGEST_BURST = 20;

/** An event's row, as far as a turn is made of it. */
export interface WaitingRow {
  readonly seq: number;
  readonly event: InboundEvent;
  readonly receivedAt: number;
  readonly attempts: number;
  readonly urgent: boolean;
}

/** When the lane may be worked after one more event. `retryAt`: when what failed in it has its next try; 0 for none. */
export function readyAfter(
  event: { readonly now: number; readonly quietMs: number },
  firstAt: number,
  retryAt: number,
): number {
  const burstEnds = Math.min(event.now + event.quietMs, firstAt + LONGEST_BURST * event.quietMs);
  // A new message does not bring forward what failed and waits for its next try.
  return Math.max(burstEnds, retryAt);
}

/** What one person says through two connections in one breath may arrive in another order than it was said in. */
const ONE_BREATH_MS = 2_000;

/** Events as they came, but messages of one person that came in one breath as they were said. */
export function inSpokenOrder<T extends WaitingRow>(rows: readonly T[]): readonly T[] {
  const ordered: T[] = [];
  for (const row of rows) {
    let at = ordered.length;
    while (at > 0 && isSaidBefore(row, ordered[at - 1])) at -= 1;
    ordered.splice(at, 0, row);
  }
  return ordered;
}

function isSaidBefore(row: WaitingRow, other: WaitingRow | undefined): boolean {
  return (
    other !== undefined &&
    row.event.body.kind === "message" &&
    other.event.body.kind === "message" &&
    row.event.sender.id === other.event.sender.id &&
    Math.abs(row.receivedAt - other.receivedAt) <= ONE_BREATH_MS &&
    row.event.sentAt < other.event.sentAt
  );
}

/** The first event and those that follow from the same sender: a burst of messages, with their edits and deletions. */
export function burstOf(rows: readonly WaitingRow[]): Work["events"] | null {
  const [first, ...rest] = rows.map(toWaiting);
  if (!first) return null;
  if (!isTalk(first)) return [first];
  const end = rest.findIndex((next) => !isTalk(next) || next.event.sender.id !== first.event.sender.id);
  return [first, ...(end === -1 ? rest : rest.slice(0, end))];
}

/**
 * What of `later`, the sender's events after a burst, changes what its turn may say. A change to a message that still
 * waits goes with that.
 */
export function urgentOf(later: readonly WaitingRow[]): WaitingEvent[] {
  const waits = new Set<string>();
  return later
    .filter((row) => {
      const { body } = row.event;
      if (!isTalk(row) || !("messageId" in body)) return false;
      if (row.urgent && !waits.has(body.messageId)) return true;
      waits.add(body.messageId);
      return false;
    })
    .map(toWaiting);
}

export function isTalk({ event: { sender, body } }: Pick<WaitingEvent, "event">): boolean {
  const isWords = body.kind === "message" || body.kind === "edit" || body.kind === "delete";
  return sender.role === "customer" && isWords;
}

function toWaiting({ seq, event, receivedAt, attempts }: WaitingRow): WaitingEvent {
  return { seq, event, receivedAt, attempts };
}
