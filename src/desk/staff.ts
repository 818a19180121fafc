import { deliveryIds } from "../delivery-ids.ts";
import type { InboundBody, InboundEvent } from "../domain.ts";
import { stateReport } from "../reports.ts";
import type { Changes, Conversation, Escalation, Store, Work } from "../store/store.ts";
import { act } from "./actions.ts";
import { correct } from "./corrections.ts";
import { linesOf, partsOf, relayFromStaff, relayId } from "./relay.ts";
import { unanswered } from "./resume.ts";
import { cardDelivery, changeOf, type DeskDeps, type Scene, tell } from "./scene.ts";

/** A change of heart while deciding: two people clicked at once. Each try reads afresh. */
const MOST_TRIES = 10;

type MessageBody = Extract<InboundBody, { kind: "message" }>;

/**
 * Carries out what a person from staff did: a button, a line in a card's thread, a line in the customer's thread.
 * Decides on what it read and commits only if that still holds, so of two clicks one wins. `quiet`
 * took nothing over: what the AI is writing still stands, after `done` it is void. `busy` asks to be called again: an
 * AI message is on the wire and this must not overtake it.
 */
export async function handleStaff(work: Work, deps: DeskDeps): Promise<"done" | "quiet" | "busy"> {
  const [{ event, seq }] = work.events;
  for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
    const scene = await findScene(event, deps);
    if (!scene) await answerUnknown(event, deliveryIds(`desk-${seq}`), deps);
    const decided = scene && (await decide(event, scene, deliveryIds(`desk-${seq}`), deps));
    const changes = decided && (await withResumption(event, seq, scene, decided, deps.store));
    const committed = await deps.store.commitDesk(work, changes, deps.now());
    if (committed === "busy") return "busy";
    if (committed !== "conflict") return changes?.raiseEpoch ? "done" : "quiet";
  }
  throw new Error("the escalation kept changing while a decision about it was made");
}

/** Handing back wakes the AI: with the human stretch in its transcript, and with what is still unanswered. */
async function withResumption(
  { body }: InboundEvent,
  seq: number,
  { conversation, escalation }: Scene,
  changes: Changes,
  store: Store,
): Promise<Changes> {
  const wakes =
    body.kind === "action" && body.action === "hand_back" && changes.conversation?.holder === "ai";
  if (!wakes) return changes;
  // Without a card of its own it comes after an earlier one: what called that person was dealt with then.
  const last = escalation ?? (await store.findEscalation({ lastOf: conversation.id }));
  const transcript = await store.transcriptOf(conversation.id);
  return { ...changes, again: unanswered(conversation, last, transcript, seq) };
}

async function findScene({ address, body }: InboundEvent, { store, now }: DeskDeps): Promise<Scene | null> {
  const named = "escalationId" in body ? body.escalationId : undefined;
  const escalation =
    named === undefined
      ? await store.findEscalation({ bridge: address })
      : await store.findEscalation({ id: named });
  const speaks = body.kind === "message";
  const conversation = escalation
    ? await store.findConversation({ id: escalation.conversationId })
    : speaks
      ? await store.conversationAt(address, now())
      : await store.findConversation({ address });
  if (!conversation) return null;
  const open = escalation ?? (await openEscalationOf(conversation, store));
  const number = open?.ticket ?? conversation.ticket;
  const ticket = number === null ? null : await store.ticketOf(number);
  return { conversation, escalation: open, ticket, direct: escalation === null };
}

/**
 * Words and clicks that meant something of ours must not vanish without a word. People chat in channels, though: talk
 * in a place that is nothing to us, and that names nothing, is no error.
 */
async function answerUnknown(
  { address, sender, body }: InboundEvent,
  nextId: () => string,
  { store, config, now }: DeskDeps,
): Promise<void> {
  const escalationId = "escalationId" in body ? body.escalationId : undefined;
  const meant = body.kind === "action" || (body.kind === "message" && body.namesPlace);
  if (escalationId === undefined && !meant) return;
  const { adapter, channel } = config.desk;
  const text = `There is no ${escalationId ?? "such conversation"}; ${UNDONE[body.kind] ?? "nothing was done"}.`;
  await store.post(
    {
      id: nextId(),
      // On another platform than the desk's the person is known by another id.
      to: adapter === address.adapter ? { adapter, key: channel } : address,
      visibility: "private",
      recipient: sender.id,
      content: { kind: "notice", text, ...(escalationId !== undefined && { escalationId }) },
      fenced: false,
    },
    now(),
  );
}

const UNDONE: Partial<Record<InboundBody["kind"], string>> = {
  message: "this was not sent",
  edit: "nothing was changed",
  delete: "nothing was taken back",
  note: "nothing was taken back",
};

async function openEscalationOf(conversation: Conversation, store: Store): Promise<Escalation | null> {
  return conversation.escalationId === null ? null : store.findEscalation({ id: conversation.escalationId });
}

async function decide(
  event: InboundEvent,
  scene: Scene,
  nextId: () => string,
  deps: DeskDeps,
): Promise<Changes | null> {
  const { body, sender } = event;
  if (body.kind === "action") {
    return act({ action: body.action, note: body.note, person: sender, scene, nextId, deps });
  }
  if (body.kind === "message") return speak(event, body, scene, nextId, deps);
  const corrects = body.kind === "edit" || body.kind === "delete" || body.kind === "note";
  return corrects ? correct(body, sender, scene, nextId, deps) : null;
}

/** What staff write at the desk goes to the customer under their name; in the customer's thread it is there already. */
function speak(
  event: InboundEvent,
  { messageId, text, attachments }: MessageBody,
  scene: Scene,
  nextId: () => string,
  deps: DeskDeps,
): Changes {
  const { conversation, escalation, direct } = scene;
  const { sender } = event;
  const said = { authorId: sender.id, authorName: sender.name, messageId, createdAt: event.sentAt };
  const { words, note } = partsOf(text);
  if (words === null) {
    return { conversationId: conversation.id, messages: [{ ...said, role: "note", text: note ?? "" }] };
  }
  if (escalation && !direct && (escalation.status === "resolved" || escalation.status === "handed_back")) {
    const state = escalation.status.replace("_", " ");
    return tell(sender, `${escalation.id} is ${state}; this was not sent to the customer.`, scene, nextId);
  }
  // Who answers has taken it: an open card is claimed by its first reply.
  const claims = escalation?.status === "open";
  const claimedBy = { id: sender.id, name: sender.name };
  const files = attachments.length > 0 ? { attachments } : {};
  const source = { place: event.address, messageId };
  const relayed = relayFromStaff(
    relayId(conversation, messageId),
    sender,
    { text: words, source, ...files },
    scene,
  );
  return {
    ...(claims
      ? changeOf(scene, escalation, { status: "claimed", claimedBy })
      : { conversationId: conversation.id, raiseEpoch: true }),
    conversation: { holder: "staff", staffSpokeAt: deps.now() },
    messages: [
      { ...said, role: "staff", text: words },
      ...(note === null
        ? []
        : [{ ...said, role: "note" as const, text: note, messageId: linesOf(messageId) }]),
    ],
    deliveries: [
      ...(direct ? [] : [relayed]),
      ...(claims ? [cardDelivery(escalation, { status: "claimed", claimedBy }, conversation, nextId)] : []),
      ...stateReport("with_staff", conversation.address, nextId, deps),
    ],
  };
}
