import { phrasesIn } from "../agent/phrases.ts";
import type { Person, StaffAction } from "../domain.ts";
import type { Changes, Escalation, TicketChange } from "../store/store.ts";
import { cardDelivery, changeOf, reports, type DeskDeps, type Scene, tell, toCustomer } from "./scene.ts";

/** What a button does. Pure: the same scene gives the same changes. */
export function act(
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
    ...changeOf(scene, escalation, { status: "claimed", claimedBy }),
    conversation: { holder: "staff", staffSpokeAt: deps.now() },
    deliveries: [
      cardDelivery(escalation, { status: "claimed", claimedBy }, conversation, nextId),
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
  const base = changeOf(scene, escalation, {
    status: "resolved",
    claimedBy,
    ...(note !== undefined && { note }),
  });
  return {
    ...base,
    conversation: wakeAi(),
    tickets,
    deliveries: [
      cardDelivery(escalation, { status: "resolved", claimedBy }, conversation, nextId),
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
    ...changeOf(scene, escalation, { status: "handed_back", claimedBy }),
    conversation: { ...wakeAi(), ticket: escalation.ticket },
    tickets,
    deliveries: [
      cardDelivery(escalation, { status: "handed_back", claimedBy }, conversation, nextId),
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
