import type { InboundEvent } from "../domain.ts";
import { talkLane } from "../lanes.ts";
import type { Changes, Conversation, Escalation, Message } from "../store/store.ts";

/**
 * What the customer asked last and nobody answered, to be worked once more: a person who hands back without a word
 * leaves the question to the AI. The messages keep their ids, so they stand in the transcript once.
 */
export function unanswered(
  conversation: Conversation,
  escalation: Escalation | null,
  transcript: readonly Message[],
  handBack: number,
): NonNullable<Changes["again"]> {
  const answered = transcript.findLastIndex(({ role }) => role === "ai" || role === "staff");
  const { address, ownerId, visibility } = conversation;
  // What called the person was dealt with: they came. Asked again, it would call them again.
  const calledFor = new Set([escalation?.evidence["messages"]].flat());
  const open = transcript
    .slice(answered + 1)
    .filter(
      ({ role, authorId, messageId }) =>
        role === "customer" && authorId === ownerId && !calledFor.has(messageId),
    );
  return open.map((message) => ({
    lane: talkLane(address.adapter, address.key),
    event: {
      eventId: `again-${handBack}:${message.messageId}`,
      address,
      visibility,
      sender: { id: message.authorId, name: message.authorName, role: "customer" },
      sentAt: message.createdAt,
      body: {
        kind: "message",
        messageId: message.messageId,
        text: message.text,
        mode: "dm",
        opens: false,
        addressed: true,
        attachments: [],
      },
    } satisfies InboundEvent,
  }));
}
