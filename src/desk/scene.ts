import type { Person } from "../domain.ts";
import { type Shows, ticketReports } from "../reports.ts";
import type {
  Changes,
  Conversation,
  Escalation,
  EscalationChange,
  NewDelivery,
  Store,
  Ticket,
  TicketChange,
} from "../store/store.ts";
import { reminderKey } from "./reminders.ts";
import { cardOf } from "./card.ts";
import type { DeskPlaces } from "./place.ts";

export interface DeskDeps extends Shows, DeskPlaces {
  readonly store: Store;
  readonly now: () => number;
}

/** Where a staff event belongs. */
export interface Scene {
  readonly conversation: Conversation;
  readonly escalation: Escalation | null;
  readonly ticket: Ticket | null;
  /** True when it was said in the customer's own thread rather than at the desk. */
  readonly direct: boolean;
}

export function changeOf(
  { conversation }: Scene,
  escalation: Escalation,
  set: Omit<EscalationChange, "id" | "version">,
): Changes {
  return {
    conversationId: conversation.id,
    raiseEpoch: true,
    changeEscalation: { id: escalation.id, version: escalation.version, ...set },
    cancelTimers: [reminderKey(escalation.id)],
  };
}

export function cardDelivery(
  escalation: Escalation,
  set: Partial<Escalation>,
  conversation: Conversation,
  nextId: () => string,
): NewDelivery {
  return {
    id: nextId(),
    to: escalation.desk,
    visibility: "public",
    content: { kind: "card", card: cardOf({ ...escalation, ...set }, conversation, false) },
    escalationId: escalation.id,
    fenced: false,
  };
}

export function toCustomer(
  text: string,
  conversation: Conversation,
  escalationId: string | undefined,
  nextId: () => string,
  asksRating = false,
): NewDelivery {
  return {
    id: nextId(),
    to: conversation.address,
    visibility: conversation.visibility,
    content: {
      kind: "reply",
      text,
      by: "system",
      citations: [],
      inReplyTo: [],
      ...(asksRating && { asksRating }),
    },
    ...(escalationId !== undefined && { escalationId }),
    fenced: false,
  };
}

/** A line that only one person sees: at the desk, or where they clicked when there is no escalation. */
export function tell(
  person: Person,
  text: string,
  { conversation, escalation, direct }: Scene,
  nextId: () => string,
): Changes {
  const about = escalation && { escalationId: escalation.id };
  return {
    conversationId: conversation.id,
    deliveries: [
      {
        id: nextId(),
        // On the desk's platform whoever spoke in the customer's thread may be somebody else, or nobody.
        to: direct ? conversation.address : (escalation?.bridge ?? escalation?.desk ?? conversation.address),
        visibility: "private",
        recipient: person.id,
        content: { kind: "notice", ...about, text },
        ...about,
        fenced: false,
      },
    ],
  };
}

export function reports(
  changes: readonly TicketChange[],
  scene: Scene,
  nextId: () => string,
  deps: DeskDeps,
): NewDelivery[] {
  const { address } = scene.conversation;
  return deps.wantsReports(address.adapter) ? ticketReports(changes, scene.ticket, address, nextId) : [];
}
