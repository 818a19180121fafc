import type { Config } from "../config/schema.ts";
import { deliveryIds } from "../delivery-ids.ts";
import type { NewTimer, Store, Timer } from "../store/store.ts";
import { nextPriority } from "../tickets/tickets.ts";
import { type Shows, stateReport, ticketReports } from "../reports.ts";
import { nextOpening } from "./waiting.ts";
import { cardOf } from "./card.ts";

const MINUTE = 60_000;

export interface TimerDeps extends Shows {
  readonly store: Store;
  readonly config: Pick<Config, "desk">;
  readonly now: () => number;
}

export function reminderKey(escalationId: string): string {
  return `remind:${escalationId}`;
}

/** The timer of the nth reminder, within business hours; null when the list has no more. */
export function reminderTimer(
  escalationId: string,
  nth: number,
  desk: Config["desk"],
  now: number,
): NewTimer | null {
  const minutes = desk.remind_after_minutes[nth];
  if (minutes === undefined) return null;
  const due = now + minutes * MINUTE;
  const dueAt = desk.hours ? nextOpening(desk.hours, due) : due;
  return { key: reminderKey(escalationId), kind: "remind", ref: escalationId, dueAt };
}

/** Carries out a timer that has come due. Safe to repeat: what has changed meanwhile makes it do nothing. */
export async function runTimer(timer: Timer, deps: TimerDeps): Promise<void> {
  switch (timer.kind) {
    case "remind":
      return remind(timer, deps);
    case "resolve_quiet":
      return resolveQuiet(timer, deps);
  }
}

/** An escalation that nobody claimed: its priority climbs on the card, and who should come is pinged in its thread. */
async function remind(timer: Timer, deps: TimerDeps): Promise<void> {
  const { store, config, now, wantsReports } = deps;
  const escalation = await store.findEscalation({ id: timer.ref });
  if (escalation?.status !== "open") return;
  const conversation = await store.findConversation({ id: escalation.conversationId });
  if (!conversation) return;
  const nth = escalation.reminders + 1;
  const priority = nextPriority(escalation.priority);
  const nextId = deliveryIds(`remind-${escalation.id}-${nth}`);
  const next = reminderTimer(escalation.id, nth, config.desk, now());
  const waited = Math.round((now() - escalation.createdAt) / MINUTE);
  const tickets = [{ kind: "update", ticket: escalation.ticket, priority, by: "code" } as const];
  const known = await store.ticketOf(escalation.ticket);
  const committed = await store.commitDesk(
    null,
    {
      conversationId: conversation.id,
      changeEscalation: { id: escalation.id, version: escalation.version, priority, reminders: nth },
      tickets,
      deliveries: [
        {
          id: nextId(),
          to: escalation.desk,
          visibility: "public",
          content: { kind: "card", card: cardOf({ ...escalation, priority }, conversation, false) },
          escalationId: escalation.id,
          fenced: false,
        },
        {
          id: nextId(),
          to: escalation.bridge ?? escalation.desk,
          visibility: "public",
          content: {
            kind: "notice",
            escalationId: escalation.id,
            text: `Unclaimed for ${waited} ${waited === 1 ? "minute" : "minutes"}; priority is now ${priority}.`,
            ping: true,
          },
          escalationId: escalation.id,
          fenced: false,
        },
        ...(wantsReports(conversation.address.adapter)
          ? ticketReports(tickets, known, conversation.address, nextId)
          : []),
      ],
      timers: next ? [next] : [],
    },
    now(),
  );
  if (committed === "conflict") await remind(timer, deps);
}

/** A problem about which the customer has said nothing more: the last answer settled it. */
async function resolveQuiet(timer: Timer, deps: TimerDeps): Promise<void> {
  const { store, now, wantsReports } = deps;
  const conversation = await store.findConversation({ id: Number(timer.ref) });
  if (!conversation || conversation.holder !== "ai" || conversation.ticket === null) return;
  const tickets = [
    {
      kind: "update",
      ticket: conversation.ticket,
      status: "resolved",
      note: "no further word from the customer",
      by: "code",
      resolvedBy: "ai",
    } as const,
  ];
  const known = await store.ticketOf(conversation.ticket);
  const nextId = deliveryIds(`quiet-${conversation.id}-${timer.dueAt}`);
  await store.commitDesk(
    null,
    {
      conversationId: conversation.id,
      conversation: { ticket: null, problemTurns: 0, frustration: 0 },
      tickets,
      deliveries: [
        ...stateReport("solved", conversation.address, nextId, deps),
        ...(wantsReports(conversation.address.adapter)
          ? ticketReports(tickets, known, conversation.address, nextId)
          : []),
      ],
    },
    now(),
  );
}
