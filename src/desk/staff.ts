import { phrasesIn } from "../agent/phrases.ts";
import type { Config } from "../config/schema.ts";
import { deliveryIds } from "../delivery-ids.ts";
import type { Address, InboundEvent, Person, StaffAction } from "../domain.ts";
import { ticketReports } from "../reports.ts";
import {
  cardOf,
  type Changes,
  type Conversation,
  type Escalation,
  type EscalationChange,
  type NewDelivery,
  type Store,
  type TicketChange,
  type Work,
} from "../store/store.ts";
import { reminderKey } from "./reminders.ts";

export interface DeskDeps {
  readonly store: Store;
  readonly config: Pick<Config, "desk">;
  readonly now: () => number;
  readonly wantsReports: (adapter: string) => boolean;
}

/** A change of heart while deciding: two people clicked at once. Each try reads afresh. */
const MOST_TRIES = 10;
/** A line that begins so is a note among staff and never leaves. */
const NOTE = "//";

/**
 * Carries out what a person from staff did: a button, a line in a card's thread, a line in the customer's thread.
 * Decides on what it read and commits only if that still holds, so of two clicks one wins. `busy` asks to be
 * called again: an AI message is on the wire and this must not overtake it.
 */
export async function handleStaff(work: Work, deps: DeskDeps): Promise<"done" | "busy"> {
  const [{ event, seq }] = work.events;
  for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
    const scene = await findScene(event, deps.store);
    const changes = scene ? decide(event, scene, deliveryIds(`desk-${seq}`), deps) : unknownPlace(event);
    const committed = await deps.store.commitDesk(work, changes, deps.now());
    if (committed === "busy") return "busy";
    if (committed !== "conflict") return "done";
  }
  throw new Error("the escalation kept changing while a decision about it was made");
}

/** Where a staff event belongs. */
interface Scene {
  readonly conversation: Conversation;
  readonly escalation: Escalation | null;
  readonly ticket: Awaited<ReturnType<Store["ticketOf"]>>;
  /** True when it was said in the customer's own thread rather than at the desk. */
  readonly direct: boolean;
}

async function findScene({ address, body }: InboundEvent, store: Store): Promise<Scene | null> {
  const named = "escalationId" in body ? body.escalationId : undefined;
  const escalation =
    named === undefined
      ? await store.findEscalation({ bridge: address })
      : await store.findEscalation({ id: named });
  const conversation = await store.findConversation(
    escalation ? { id: escalation.conversationId } : { address },
  );
  if (!conversation) return null;
  const open = escalation ?? (await openEscalationOf(conversation, store));
  const number = open?.ticket ?? conversation.ticket;
  const ticket = number === null ? null : await store.ticketOf(number);
  return { conversation, escalation: open, ticket, direct: escalation === null };
}

async function openEscalationOf(conversation: Conversation, store: Store): Promise<Escalation | null> {
  return conversation.escalationId === null ? null : store.findEscalation({ id: conversation.escalationId });
}

/** Staff talk in channels where nothing of ours is going on; that is no error. */
function unknownPlace(_event: InboundEvent): Changes | null {
  return null;
}

function decide(event: InboundEvent, scene: Scene, nextId: () => string, deps: DeskDeps): Changes | null {
  const { body } = event;
  if (body.kind === "action") return act(body.action, body.note, event.sender, scene, nextId, deps);
  if (body.kind === "message") return speak(event, body.messageId, body.text, scene, nextId, deps);
  return null;
}

function act(
  action: StaffAction,
  note: string | undefined,
  person: Person,
  scene: Scene,
  nextId: () => string,
  deps: DeskDeps,
): Changes {
  const { escalation } = scene;
  if (!escalation) return actWithoutEscalation(action, person, scene, nextId, deps);
  if (escalation.status === "resolved" || escalation.status === "handed_back") {
    return tell(person, `${escalation.id} is ${escalation.status.replace("_", " ")} already.`, scene, nextId);
  }
  switch (action) {
    case "claim":
      return claim(person, scene, escalation, nextId, deps);
    case "resolve":
      return resolve(person, note, scene, escalation, nextId, deps);
    case "hand_back":
      return handBack(person, scene, escalation, nextId, deps);
  }
}

function claim(
  person: Person,
  scene: Scene,
  escalation: Escalation,
  nextId: () => string,
  deps: DeskDeps,
): Changes {
  if (escalation.claimedBy) {
    const whose = escalation.claimedBy.id === person.id ? "You have" : `${escalation.claimedBy.name} has`;
    return tell(person, `${whose} claimed ${escalation.id} already.`, scene, nextId);
  }
  const { conversation } = scene;
  const claimedBy = { id: person.id, name: person.name };
  return {
    ...change(scene, escalation, { status: "claimed", claimedBy }, nextId, deps),
    conversation: { holder: "staff", staffSpokeAt: deps.now() },
    deliveries: [
      card(escalation, { status: "claimed", claimedBy }, conversation, nextId),
      toCustomer(phrasesIn(conversation.language).joined(person.name), conversation, escalation.id, nextId),
    ],
  };
}

function resolve(
  person: Person,
  note: string | undefined,
  scene: Scene,
  escalation: Escalation,
  nextId: () => string,
  deps: DeskDeps,
): Changes {
  const { conversation } = scene;
  const claimedBy = escalation.claimedBy ?? { id: person.id, name: person.name };
  const tickets: TicketChange[] = [
    {
      kind: "update",
      ticket: escalation.ticket,
      status: "resolved",
      note: note ?? `Resolved by ${person.name}.`,
      by: "staff",
      resolvedBy: "staff",
    },
  ];
  const base = change(
    scene,
    escalation,
    { status: "resolved", claimedBy, ...(note !== undefined && { note }) },
    nextId,
    deps,
  );
  return {
    ...base,
    conversation: wakeAi(),
    tickets,
    deliveries: [
      card(escalation, { status: "resolved", claimedBy }, conversation, nextId),
      { ...toCustomer(phrasesIn(conversation.language).resolved, conversation, escalation.id, nextId, true) },
      ...reports(tickets, scene, nextId, deps),
    ],
  };
}

function handBack(
  person: Person,
  scene: Scene,
  escalation: Escalation,
  nextId: () => string,
  deps: DeskDeps,
): Changes {
  const { conversation } = scene;
  const claimedBy = escalation.claimedBy ?? { id: person.id, name: person.name };
  const tickets: TicketChange[] = [
    {
      kind: "update",
      ticket: escalation.ticket,
      status: "open",
      note: `Handed back by ${person.name}.`,
      by: "staff",
    },
  ];
  return {
    ...change(scene, escalation, { status: "handed_back", claimedBy }, nextId, deps),
    conversation: { ...wakeAi(), ticket: escalation.ticket },
    tickets,
    deliveries: [
      card(escalation, { status: "handed_back", claimedBy }, conversation, nextId),
      toCustomer(phrasesIn(conversation.language).handedBack, conversation, escalation.id, nextId),
      ...reports(tickets, scene, nextId, deps),
    ],
  };
}

/** A person who spoke in the customer's thread without a card may give it back, or close its ticket. */
function actWithoutEscalation(
  action: StaffAction,
  person: Person,
  scene: Scene,
  nextId: () => string,
  deps: DeskDeps,
): Changes {
  const { conversation, ticket } = scene;
  if (action === "claim") {
    return {
      conversationId: conversation.id,
      raiseEpoch: true,
      conversation: { holder: "staff", staffSpokeAt: deps.now() },
    };
  }
  const tickets: TicketChange[] =
    action === "resolve" && ticket
      ? [
          {
            kind: "update",
            ticket: ticket.ticket,
            status: "resolved",
            note: `Resolved by ${person.name}.`,
            by: "staff",
            resolvedBy: "staff",
          },
        ]
      : [];
  return {
    conversationId: conversation.id,
    raiseEpoch: true,
    conversation: action === "resolve" ? wakeAi() : { ...wakeAi(), ticket: conversation.ticket },
    tickets,
    deliveries: [
      ...(tickets.length > 0
        ? [toCustomer(phrasesIn(conversation.language).resolved, conversation, undefined, nextId, true)]
        : []),
      ...reports(tickets, scene, nextId, deps),
    ],
  };
}

/** What staff write at the desk goes to the customer under their name; in the customer's thread it is there already. */
function speak(
  event: InboundEvent,
  messageId: string,
  text: string,
  scene: Scene,
  nextId: () => string,
  deps: DeskDeps,
): Changes {
  const { conversation, escalation, direct } = scene;
  const { sender } = event;
  const said = { authorId: sender.id, authorName: sender.name, messageId, createdAt: event.sentAt };
  if (text.trimStart().startsWith(NOTE)) {
    const note = text.trimStart().slice(NOTE.length).trim();
    return { conversationId: conversation.id, messages: [{ ...said, role: "note", text: note }] };
  }
  if (escalation && !direct && (escalation.status === "resolved" || escalation.status === "handed_back")) {
    const state = escalation.status.replace("_", " ");
    return tell(sender, `${escalation.id} is ${state}; this was not sent to the customer.`, scene, nextId);
  }
  // Who answers has taken it: an open card is claimed by its first reply.
  const claims = escalation?.status === "open";
  const claimedBy = { id: sender.id, name: sender.name };
  const relayed: NewDelivery = {
    id: nextId(),
    to: conversation.address,
    visibility: conversation.visibility,
    content: { kind: "reply", text, by: "staff", author: sender.name, citations: [], inReplyTo: [] },
    ...(escalation && { escalationId: escalation.id }),
    fenced: false,
  };
  return {
    ...(claims
      ? change(scene, escalation, { status: "claimed", claimedBy }, nextId, deps)
      : { conversationId: conversation.id, raiseEpoch: true }),
    conversation: { holder: "staff", staffSpokeAt: deps.now(), lastSpeaker: sender.id },
    messages: [{ ...said, role: "staff", text }],
    deliveries: [
      ...(direct ? [] : [relayed]),
      ...(claims ? [card(escalation, { status: "claimed", claimedBy }, conversation, nextId)] : []),
    ],
  };
}

function change(
  { conversation }: Scene,
  escalation: Escalation,
  set: Omit<EscalationChange, "id" | "version">,
  _nextId: () => string,
  _deps: DeskDeps,
): Changes {
  return {
    conversationId: conversation.id,
    raiseEpoch: true,
    changeEscalation: { id: escalation.id, version: escalation.version, ...set },
    cancelTimers: [reminderKey(escalation.id)],
  };
}

function wakeAi() {
  return {
    holder: "ai",
    escalationId: null,
    ticket: null,
    frustration: 0,
    problemTurns: 0,
    toldWaiting: false,
  } as const;
}

function card(
  escalation: Escalation,
  set: Partial<Escalation>,
  conversation: Conversation,
  nextId: () => string,
): NewDelivery {
  return {
    id: nextId(),
    to: escalation.desk,
    visibility: "public",
    content: { kind: "card", card: cardOf({ ...escalation, ...set }, conversation.address, false) },
    escalationId: escalation.id,
    fenced: false,
  };
}

function toCustomer(
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

/** A line that only one person at the desk sees. */
function tell(
  person: Person,
  text: string,
  { conversation, escalation }: Scene,
  nextId: () => string,
): Changes {
  const to: Address | undefined = escalation?.bridge ?? escalation?.desk;
  if (!escalation || !to) return { conversationId: conversation.id };
  return {
    conversationId: conversation.id,
    deliveries: [
      {
        id: nextId(),
        to,
        visibility: "private",
        recipient: person.id,
        content: { kind: "notice", escalationId: escalation.id, text },
        escalationId: escalation.id,
        fenced: false,
      },
    ],
  };
}

function reports(
  changes: readonly TicketChange[],
  scene: Scene,
  nextId: () => string,
  deps: DeskDeps,
): NewDelivery[] {
  const { address } = scene.conversation;
  return deps.wantsReports(address.adapter) ? ticketReports(changes, scene.ticket, address, nextId) : [];
}
