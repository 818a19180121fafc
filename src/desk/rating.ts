import { phrasesIn } from "../agent/phrases.ts";
import { deliveryIds } from "../delivery-ids.ts";
import type { InboundBody } from "../domain.ts";
import { saidFirst } from "../private-answers.ts";
import type { NewDelivery, Work } from "../store/store.ts";
import { deskFor } from "./place.ts";
import type { DeskDeps } from "./scene.ts";

/** A score this low is shown to the desk. */
const POOR = 2;

/** A customer says how it went, 1 to 5. Kept with the conversation; a poor score is shown to the desk. */
export async function handleRating(work: Work, deps: DeskDeps): Promise<"done"> {
  const { store, now } = deps;
  const [{ event, seq }] = work.events;
  const conversation = await store.findConversation({ address: event.address });
  if (event.body.kind !== "rate" || !conversation || event.sender.id !== conversation.ownerId) {
    await store.commitDesk(work, null, now());
    return "done";
  }
  const { score, comment = null } = event.body;
  const nextId = deliveryIds(`rating-${seq}`);
  const thanks: NewDelivery = {
    id: nextId(),
    to: conversation.address,
    visibility: conversation.visibility,
    content: {
      kind: "reply",
      text: phrasesIn(conversation.language).rated,
      by: "system",
      citations: [],
      inReplyTo: [],
    },
    fenced: false,
  };
  const last = await store.findEscalation({ lastOf: conversation.id });
  const about = last ? ` (${last.id}, ${last.ticket})` : "";
  const where = conversation.link === null ? "" : ` [Open](${conversation.link})`;
  const words = comment ? ` "${comment}"` : "";
  const text = `${event.sender.name} rated the help ${score} of 5${about}.${words}${where}`;
  const shown: NewDelivery = {
    id: nextId(),
    to: deskFor(event.address, deps),
    visibility: "public",
    content: { kind: "notice", text },
    fenced: false,
  };
  await store.commitDesk(
    work,
    {
      conversationId: conversation.id,
      rating: { score, comment, ticket: conversation.ticket },
      deliveries: score <= POOR ? [thanks, shown] : [thanks],
    },
    now(),
  );
  return "done";
}

/** Thumbs under an answer of the AI. Whom it did not help is told what to do next, and nobody else is. */
export async function handleFeedback(
  work: Work,
  body: Extract<InboundBody, { kind: "feedback" }>,
  { store, now }: DeskDeps,
): Promise<"done"> {
  const [{ event, seq }] = work.events;
  const { helpful } = body;
  const answer = saidFirst(body.answer);
  const said = await store.findDelivery(answer);
  // A thumb counts where the answer could be seen.
  const seen =
    said?.to.adapter === event.address.adapter && (said.recipient ?? event.sender.id) === event.sender.id;
  const conversationId = seen && said.content.kind === "reply" ? said.conversationId : null;
  const conversation = conversationId === null ? null : await store.findConversation({ id: conversationId });
  if (!conversation) {
    await store.commitDesk(work, null, now());
    return "done";
  }
  const { address, language } = conversation;
  const next: NewDelivery = {
    id: deliveryIds(`feedback-${seq}`)(),
    to: address,
    visibility: "private",
    recipient: event.sender.id,
    content: { kind: "notice", text: phrasesIn(language).unhelpful },
    fenced: false,
  };
  await store.commitDesk(
    work,
    {
      conversationId: conversation.id,
      feedback: { answer, helpful, from: { adapter: event.address.adapter, userId: event.sender.id } },
      deliveries: helpful ? [] : [next],
    },
    now(),
  );
  return "done";
}
