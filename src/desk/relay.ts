import type { Burst } from "../agent/burst.ts";
import type { Escalation, NewDelivery } from "../store/store.ts";

/**
 * What a customer wrote, for the people who have the conversation: new messages, then edits and deletions of
 * earlier ones. Goes to the card's thread, or to the desk until the card has been posted.
 */
export function relayToDesk(burst: Burst, escalation: Escalation, nextId: () => string): NewDelivery[] {
  const to = escalation.bridge ?? escalation.desk;
  const line = (
    text: string,
    change: "edited" | "deleted" | undefined,
    attachments: Burst["messages"][number]["attachments"],
  ): NewDelivery => ({
    id: nextId(),
    to,
    visibility: "public",
    content: {
      kind: "relay",
      escalationId: escalation.id,
      from: burst.sender.name,
      text,
      attachments,
      ...(change && { change }),
    },
    escalationId: escalation.id,
    fenced: false,
  });
  return [
    ...burst.messages.map(({ text, attachments }) => line(text, undefined, attachments)),
    ...burst.edits.map(({ text }) => line(text ?? "", text === null ? "deleted" : "edited", [])),
  ];
}
