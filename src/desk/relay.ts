import { createHash } from "node:crypto";

import type { Burst } from "../agent/burst.ts";
import type { Address, OutboundContent, Person } from "../domain.ts";
import type { Conversation, Escalation, NewDelivery } from "../store/store.ts";
import type { Scene } from "./scene.ts";

/** A line that begins so is a note among staff and never leaves. */
const NOTE = "//";
const FENCE = "```";

/**
 * What a customer wrote, for the people who have the conversation: new messages, then edits and deletions of
 * earlier ones. Goes to the card's thread, or to the desk until the card has been posted.
 */
export function relayToDesk(
  burst: Burst,
  escalation: Escalation,
  conversation: Address,
  nextId: () => string,
): NewDelivery[] {
  const to = escalation.bridge ?? escalation.desk;
  type Relay = Extract<OutboundContent, { kind: "relay" }>;
  const line = (
    words: Pick<Relay, "text" | "attachments"> & Partial<Pick<Relay, "change" | "source">>,
  ): NewDelivery => ({
    id: nextId(),
    to,
    visibility: "public",
    content: {
      kind: "relay",
      escalationId: escalation.id,
      from: burst.sender.name,
      ...words,
    },
    escalationId: escalation.id,
    fenced: false,
  });
  return [
    ...burst.messages.map(({ text, attachments, messageId }) =>
      line({ text, attachments, source: { place: conversation, messageId } }),
    ),
    ...burst.edits.map(({ text }) =>
      line({ text: text ?? "", change: text === null ? "deleted" : "edited", attachments: [] }),
    ),
  ];
}

/** What staff wrote at the desk, for the customer and under their name. */
export function relayFromStaff(
  id: string,
  author: Person,
  content: Pick<
    Extract<OutboundContent, { kind: "reply" }>,
    "text" | "attachments" | "change" | "changes" | "source"
  >,
  { conversation, escalation }: Scene,
): NewDelivery {
  return {
    id,
    to: conversation.address,
    visibility: conversation.visibility,
    content: {
      kind: "reply",
      by: "staff",
      author: author.name,
      ...(author.avatarUrl !== undefined && { authorAvatar: author.avatarUrl }),
      citations: [],
      inReplyTo: [],
      ...content,
    },
    ...(escalation && { escalationId: escalation.id }),
    fenced: false,
  };
}

/** Follows from what staff wrote, so that an edit of it finds what was sent. */
export function relayId({ address, id }: Conversation, messageId: string): string {
  const hash = createHash("sha256").update(`${address.adapter}\0${id}\0${messageId}`).digest("hex");
  return `staff-${hash.slice(0, 24)}.1`;
}

/**
 * What of a message from staff is for the customer, and what is among staff; null where there is none. A message that
 * begins with a note is one as a whole. Lines of code between fences are the customer's, whatever they begin with.
 */
export function partsOf(text: string): { readonly words: string | null; readonly note: string | null } {
  if (isNote(text)) return { words: null, note: text.trimStart().slice(NOTE.length).trim() };
  const [words, notes]: [string[], string[]] = [[], []];
  let isCode = false;
  for (const line of text.split("\n")) {
    if (line.trimStart().startsWith(FENCE)) isCode = !isCode;
    if (isCode || !isNote(line)) words.push(line);
    else notes.push(line.trimStart().slice(NOTE.length).trim());
  }
  if (notes.length === 0) return { words: text, note: null };
  return { words: words.join("\n").trim(), note: notes.join("\n") };
}

/** Under which a message's own notes stand in the transcript, beside its words. */
export function linesOf(messageId: string): string {
  return `${messageId}:lines`;
}

function isNote(text: string): boolean {
  return text.trimStart().startsWith(NOTE);
}
