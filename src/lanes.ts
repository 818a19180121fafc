import type { InboundEvent } from "./domain.ts";
import type { Store } from "./store/store.ts";

/** An event as it goes into the inbox: where it belongs, and as whose it counts there. */
export interface Placed {
  readonly event: InboundEvent;
  readonly lane: string;
}

/**
 * Events of one lane are worked one after the other. Staff have a lane for each escalation beside the customer's,
 * because a claim must not wait until the AI has finished writing; what is said and what is clicked about one
 * escalation share it, from whatever place it comes.
 */
export async function place(
  given: InboundEvent,
  store: Pick<Store, "findEscalation" | "conversationAt">,
): Promise<Placed> {
  const { address, sender, body } = given;
  const talk = { event: given, lane: talkLane(address.adapter, address.key) };
  if (sender.role !== "staff") return talk;
  const named = "escalationId" in body ? body.escalationId : undefined;
  if (named !== undefined) return { event: given, lane: `desk:${named}` };
  const about = await store.findEscalation({ bridge: address });
  if (about) return { event: given, lane: `desk:${about.id}` };
  // What is asked of Deskhand itself is asked as staff, also in a direct message where they tried it out before.
  const desk = { event: given, lane: `desk:${address.adapter}:${address.key}` };
  if (body.kind === "command" || body.kind === "overview") return desk;
  // Also when its first message still waits: the second line of a question is the asker's, and so is an edit of it.
  const conversation = await store.conversationAt(address, given.sentAt);
  if (conversation ? conversation.ownerId === sender.id || callsPerson(given) : asks(given)) {
    return { ...talk, event: { ...given, sender: { ...sender, role: "customer" } } };
  }
  const open = conversation?.escalationId;
  return open ? { event: given, lane: `desk:${open}` } : desk;
}

/** People from staff are customers where they ask something themselves: they try it out, or they need help. */
function asks({ body }: InboundEvent): boolean {
  return (
    body.kind === "message" && ((body.opens && body.addressed) || body.mode === "dm") && !body.namesPlace
  );
}

/** Whoever from staff calls a person into a customer's thread does it for the customer, and takes nothing over. */
function callsPerson({ body }: InboundEvent): boolean {
  return body.kind === "message" && body.callsPerson === true;
}

export function talkLane(adapter: string, key: string): string {
  return `talk:${adapter}:${key}`;
}
