/**
 * What one run of the console has seen, so that a later line may leave it out: who wrote a message and where, whether a
 * conversation is public, which conversation an escalation is about. Bounded; the oldest is forgotten first.
 */
import type { Address, Delivery, InboundEvent, Person, Visibility } from "../../src/domain.ts";

export interface SeenMessage {
  readonly address: Address;
  readonly visibility: Visibility;
  readonly sender: Person;
  /** Event ids of its edits so far, oldest first. */
  readonly edits: readonly string[];
}

export interface Memory {
  messageOf(messageId: string): SeenMessage | undefined;
  /** Undefined until somebody spoke there. */
  visibilityOf(place: Address): Visibility | undefined;
  conversationOf(escalationId: string): Address | undefined;
  /** To be called with what the intake took, never with what it failed to take. */
  heard(event: InboundEvent): void;
  told(delivery: Delivery): void;
}

/** At a few hundred bytes each this stays under ten megabytes, and nobody edits a message ten thousand later. */
const REMEMBERED = 10_000;

export function createMemory(limit = REMEMBERED): Memory {
  const messages = new Map<string, SeenMessage>();
  const places = new Map<string, Visibility>();
  const escalations = new Map<string, Address>();

  return {
    messageOf: (messageId) => messages.get(messageId),
    visibilityOf: (place) => places.get(place.key),
    conversationOf: (escalationId) => escalations.get(escalationId),
    heard(event) {
      const { body, address, visibility, sender } = event;
      if (body.kind === "message") {
        keep(places, address.key, visibility, limit);
        if (!messages.has(body.messageId)) {
          keep(messages, body.messageId, { address, visibility, sender, edits: [] }, limit);
        }
      }
      if (body.kind === "edit") {
        const seen = messages.get(body.messageId) ?? { address, visibility, sender, edits: [] };
        if (seen.edits.at(-1) === event.eventId) return;
        keep(messages, body.messageId, { ...seen, edits: [...seen.edits, event.eventId] }, limit);
      }
    },
    told({ content }) {
      if (content.kind !== "card") return;
      keep(escalations, content.card.escalationId, content.card.conversation, limit);
    },
  };
}

/** Puts the entry last, and drops the first ones beyond the limit: a Map keeps the order of insertion. */
function keep<T>(map: Map<string, T>, key: string, value: T, limit: number): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= limit) break;
    map.delete(oldest);
  }
}
