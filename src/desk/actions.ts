import { phrasesIn } from "../agent/phrases.ts";
import type { Person, StaffAction } from "../domain.ts";
import { stateReport } from "../reports.ts";
import type { Changes, Conversation, ConversationChange, Escalation, TicketChange } from "../store/store.ts";
import { cardDelivery, changeOf, reports, type DeskDeps, type Scene, tell, toCustomer } from "./scene.ts";

/** A button that a person from staff pressed, and all that bears on what it does. */
export interface Click {
  readonly action: StaffAction;
  readonly note: string | undefined;
  readonly person: Person;
  readonly scene: Scene;
  readonly nextId: () => string;
  readonly deps: DeskDeps;
}

/** What a button does. Decides only: the same click on the same scene gives the same changes. */
export function act(click: Click): Changes {
  const { escalation } = click.scene;
  if (!escalation) return actWithoutEscalation(click);
  const { id, status } = escalation;
  if (status === "resolved" || status === "handed_back") {
    return tell(click.person, `${id} is ${status.replace("_", " ")} already.`, click.scene, click.nextId);
  }
  switch (click.action) {
    case "claim":
      return claim(click, escalation);
    case "resolve":
      return close(click, escalation, "resolved");
    case "hand_back":
      return close(click, escalation, "handed_back");
  }
}

function claim({ person, scene, nextId, deps }: Click, escalation: Escalation): Changes {
  if (escalation.claimedBy) {
    const whose = escalation.claimedBy.id === person.id ? "You have" : `${escalation.claimedBy.name} has`;
    return tell(person, `${whose} claimed ${escalation.id} already.`, scene, nextId);
  }
  const { conversation } = scene;
  const claimed = { status: "claimed", claimedBy: { id: person.id, name: person.name } } as const;
  return {
    ...changeOf(scene, escalation, claimed),
    conversation: { holder: "staff", staffSpokeAt: deps.now() },
    deliveries: [
      cardDelivery(escalation, claimed, conversation, nextId),
      toCustomer(phrasesIn(conversation.language).joined(person.name), conversation, escalation.id, nextId),
      ...stateReport("with_staff", conversation.address, nextId, deps),
    ],
  };
}

/** Resolved asks for a rating and ends the problem; handed back leaves its ticket open with the AI. */
function close(click: Click, escalation: Escalation, status: "resolved" | "handed_back"): Changes {
  const { person, note, scene, nextId, deps } = click;
  const { conversation } = scene;
  const { id, ticket } = escalation;
  const resolved = status === "resolved";
  const closed = { status, claimedBy: escalation.claimedBy ?? { id: person.id, name: person.name } } as const;
  const tickets = [resolved ? resolution(ticket, person, note) : handBack(ticket, person, note)];
  const { resolved: askRating, handedBack } = phrasesIn(conversation.language);
  return {
    ...changeOf(scene, escalation, { ...closed, ...(note !== undefined && { note }) }),
    conversation: wakeAi(resolved ? null : ticket),
    tickets,
    deliveries: [
      cardDelivery(escalation, closed, conversation, nextId),
      toCustomer(resolved ? askRating : handedBack, conversation, id, nextId, resolved),
      ...stateReport(resolved ? "solved" : "open", conversation.address, nextId, deps),
      ...reports(tickets, scene, nextId, deps),
    ],
  };
}

/**
 * A person who spoke in the customer's thread without a card may keep it, give it back, or close its ticket. No card
 * shows what came of the click, so the person is told.
 */
function actWithoutEscalation(click: Click): Changes {
  const { action, person, note, scene, nextId, deps } = click;
  const { conversation, ticket } = scene;
  const confirmed = (text: string) => ({ ...tell(person, text, scene, nextId), raiseEpoch: true });
  if (action === "claim") {
    return {
      ...confirmed("The conversation is yours; the AI is silent here."),
      conversation: { holder: "staff", staffSpokeAt: deps.now() },
    };
  }
  if (action === "hand_back" || !ticket) {
    const missing = action === "resolve" ? "There is no open ticket here. " : "";
    return {
      ...confirmed(`${missing}The AI has the conversation again.`),
      conversation: wakeAi(conversation.ticket),
    };
  }
  const tickets = [resolution(ticket.ticket, person, note)];
  const told = confirmed(`${ticket.ticket} is resolved; the customer is asked how it went.`);
  return {
    ...told,
    conversation: wakeAi(null),
    tickets,
    deliveries: [
      ...(told.deliveries ?? []),
      toCustomer(phrasesIn(conversation.language).resolved, conversation, undefined, nextId, true),
      ...stateReport("solved", conversation.address, nextId, deps),
      ...reports(tickets, scene, nextId, deps),
    ],
  };
}

function resolution(ticket: string, person: Person, note = `Resolved by ${person.name}.`): TicketChange {
  return { kind: "update", ticket, status: "resolved", note, by: "staff", resolvedBy: "staff" };
}

function handBack(ticket: string, person: Person, note = `Handed back by ${person.name}.`): TicketChange {
  return { kind: "update", ticket, status: "open", note, by: "staff" };
}

/** The AI begins anew with the problem: what wore the customer out before a person came counts no more. */
function wakeAi(ticket: Conversation["ticket"]): ConversationChange {
  return { holder: "ai", escalationId: null, ticket, frustration: 0, problemTurns: 0, toldWaiting: false };
}
