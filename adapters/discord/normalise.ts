import type { Attachment, InboundEvent, Person } from "../../src/domain.ts";
import { DISCORD } from "./address.ts";
import type { MessagePayload } from "./gateway-payloads.ts";
import { addressIn, linkIn, modeIn, type Spot, timeOfId, visibilityIn } from "./spots.ts";
import { type Names, type Self, toWords } from "./words.ts";

/** Everything around a message that bears on what it means. */
export interface Scene {
  readonly spot: Spot;
  readonly sender: Person;
  readonly self: Self;
  readonly names: Names;
}

/** The two kinds of message that people write; all others are Discord's own lines. */
const DEFAULT = 0;
const REPLY = 19;

/** False for what no person wrote: bots (our own words and what staff say through us among them), system lines. */
export function isFromPerson({ type, author, webhook_id }: MessagePayload): boolean {
  return (type === DEFAULT || type === REPLY) && webhook_id == null && !author.bot && !author.system;
}

/**
 * A message as the core knows it; null for what is nothing to us. Pure: the same message gives the same event, whether
 * it comes from the gateway, a replay, or a channel's history.
 */
export function normaliseMessage(message: MessagePayload, scene: Scene): InboundEvent | null {
  const { spot, sender } = scene;
  if (!isFromPerson(message) || isStrangerAtDesk(scene)) return null;
  const root = rootOf(message, scene);
  if (root === null) return null;
  const addressed = isAddressed(message, scene.self) || spot.kind === "dm";
  const attachments = attachmentsOf(message);
  const said = textOf(message, scene);
  const mentioned = isAddressed(message, scene.self);
  // Without the MessageContent intent what is not meant for us arrives empty.
  if (said === "" && attachments.length === 0 && !mentioned) return null;
  const isPostStart = spot.kind === "thread" && spot.post !== null && message.id === spot.thread;
  return {
    ...aroundOf(message, root, scene),
    eventId: message.id,
    sentAt: message.timestamp ?? timeOfId(message.id),
    sender,
    body: {
      kind: "message",
      messageId: message.id,
      text: isPostStart ? `${spot.post ?? ""}\n\n${said}`.trim() : said,
      mode: modeIn(spot),
      opens: opens(message, root, scene, addressed),
      addressed,
      attachments,
    },
  };
}

/**
 * An edit by a person; null when nothing was edited. Discord also sends MESSAGE_UPDATE when it adds a link's preview,
 * and when a message is pinned: then `edited_timestamp` is missing, or the one we saw, which gives the same event.
 */
export function normaliseEdit(message: MessagePayload, scene: Scene): InboundEvent | null {
  const editedAt = message.edited_timestamp;
  const event = editedAt === null ? null : normaliseMessage(message, scene);
  if (editedAt === null || event?.body.kind !== "message") return null;
  const { messageId, text } = event.body;
  return {
    ...event,
    eventId: `${messageId}:edit:${editedAt}`,
    sentAt: editedAt,
    body: { kind: "edit", messageId, text },
  };
}

/** Only the id is left of a deleted message; the caller knows who wrote it. */
export function normaliseRemoval(
  messageId: string,
  root: string,
  { spot, sender }: Pick<Scene, "spot" | "sender">,
  now: number,
): InboundEvent | null {
  if (isStrangerAtDesk({ spot, sender })) return null;
  return {
    eventId: `${messageId}:delete`,
    address: addressIn(spot, root),
    visibility: visibilityIn(spot),
    link: linkIn(spot, root),
    sender,
    sentAt: now,
    body: { kind: "delete", messageId },
  };
}

/** Somebody chose "Ask Deskhand" or "Escalate" for this message: it is worked even if it was seen before. */
export function normaliseChosen(
  message: MessagePayload,
  scene: Scene,
  choice: "ask" | "escalate",
): InboundEvent | null {
  const event = normaliseMessage(message, scene);
  if (event?.body.kind !== "message") return null;
  return {
    ...event,
    eventId: `${message.id}:${choice}`,
    body: { ...event.body, addressed: true, ...(choice === "escalate" && { callsPerson: true }) },
  };
}

/** At the desk only staff are heard; others may be able to read along. */
function isStrangerAtDesk({ spot, sender }: Pick<Scene, "spot" | "sender">): boolean {
  return spot.kind !== "dm" && spot.isDesk && sender.role !== "staff";
}

/**
 * The message whose thread this one belongs to. In a channel a question opens a conversation; an answer to one's own
 * question goes on with it, and so does a word from staff. Null: an answer to another member, who did not ask us.
 */
function rootOf(message: MessagePayload, { spot, sender, self }: Scene): string | null {
  const answered = message.type === REPLY ? message.referenced_message : null;
  if (spot.kind !== "channel" || !answered || isAddressed(message, self)) return message.id;
  const continues =
    answered.type === DEFAULT && (answered.author.id === message.author.id || sender.role === "staff");
  return continues ? answered.id : null;
}

function opens(message: MessagePayload, root: string, { spot }: Scene, addressed: boolean): boolean {
  switch (spot.kind) {
    case "dm":
      return false;
    case "channel":
      return spot.threads ? root === message.id : addressed;
    case "thread":
      if (spot.post !== null) return message.id === spot.thread;
      return spot.openedBy === message.author.id && message.position === 0;
  }
}

/** A mention of us or of our role, or a reply to what we wrote, also what staff wrote through us. */
function isAddressed(message: MessagePayload, self: Self): boolean {
  const answered = message.type === REPLY ? message.referenced_message : null;
  return (
    message.mentions.some(({ id }) => id === self.user) ||
    (self.role !== null && message.mention_roles.includes(self.role)) ||
    answered?.author.id === self.user ||
    (answered?.webhook_id != null && answered.application_id === self.user)
  );
}

function aroundOf(
  { id }: MessagePayload,
  root: string,
  { spot }: Scene,
): Pick<InboundEvent, "address" | "visibility" | "link"> {
  // In a channel without threads the link leads to the message itself.
  const link = spot.kind === "channel" && !spot.threads ? `${linkIn(spot, id)}/${id}` : linkIn(spot, root);
  return { address: addressIn(spot, root), visibility: visibilityIn(spot), link };
}

function textOf(message: MessagePayload, { self, names }: Scene): string {
  const mentioned = new Map(message.mentions.map((one) => [one.id, one.global_name ?? one.username]));
  const known: Names = { ...names, user: (id) => names.user(id) ?? mentioned.get(id) };
  const own = toWords(message.content, self, known);
  const forwarded = message.message_snapshots.flatMap(({ message: { content } }) =>
    content ? [`[forwarded] ${toWords(content, self, known)}`] : [],
  );
  const stickers = message.sticker_items.map(({ name }) => `[sticker: ${name}]`);
  const lines = [own, ...forwarded, ...stickers, ...pollOf(message)].filter((line) => line !== "");
  return (lines.length > 0 ? lines : embedsOf(message)).join("\n");
}

function pollOf({ poll }: MessagePayload): string[] {
  if (!poll) return [];
  const answers = poll.answers.flatMap(({ poll_media }) => poll_media.text ?? []);
  return [`[poll: ${poll.question.text ?? ""} (${answers.join(" / ")})]`];
}

/** Previews say nothing that the link does not; only a message that is nothing else is described by them. */
function embedsOf({ embeds }: MessagePayload): string[] {
  return embeds.flatMap(({ title, description, url }) => {
    const words = title ?? description ?? url;
    return words ? [`[embed: ${words}]`] : [];
  });
}

function attachmentsOf({ channel_id, id, attachments, message_snapshots }: MessagePayload): Attachment[] {
  const all = [...attachments, ...message_snapshots.flatMap(({ message }) => message.attachments)];
  return all.map((file) => ({
    name: file.filename,
    mimeType: file.content_type?.split(";")[0]?.trim() || "application/octet-stream",
    bytes: file.size,
    adapter: DISCORD,
    ref: `${channel_id}/${id}/${file.id}`,
  }));
}
