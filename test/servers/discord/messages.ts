import { ChannelType, ComponentType, MessageFlags, MessageType } from "discord.js";

import { walk } from "./components.ts";
import { resolveMentions } from "./mentions.ts";
import { channelPayload, memberPayload, messagePayload } from "./payloads.ts";
import { joinThread, setArchived } from "./threads.ts";
import {
  channelOf,
  isThread,
  type Attachment,
  type Channel,
  type GatewayEvent,
  type Json,
  type Message,
  type World,
} from "./world.ts";
import { textIn } from "./values.ts";

const GUILD_MESSAGES = 1 << 9;
const DIRECT_MESSAGES = 1 << 12;

export interface Draft {
  /** Of a message whose id is known before: the first of a forum post. */
  readonly id?: string;
  readonly content: string;
  readonly embeds?: readonly Json[];
  readonly components?: readonly Json[];
  readonly attachments?: readonly Attachment[];
  readonly flags?: number;
  readonly allowedMentions?: Json | null;
  readonly replyTo?: Message | undefined;
  readonly nonce?: string | number | null;
  readonly type?: MessageType;
  readonly webhook?: Message["webhook"];
  readonly applicationId?: string | null;
  readonly interactionId?: string | null;
  readonly ephemeralFor?: string | null;
}

/** Everything that a new message does: it is kept, told, counted, pings, wakes an archived thread. */
export function createMessage(world: World, channel: Channel, authorId: string, draft: Draft): Message {
  const message = toMessage(world, channel, authorId, draft);
  for (const attachment of message.attachments) {
    world.attachments.set(attachment.id, { attachment, channelId: channel.id });
  }
  const isQuiet = message.ephemeralFor !== null;
  const mentions = resolveMentions(world, {
    text: readableText(message),
    channel,
    authorId: message.webhook ? null : authorId,
    allowed: draft.allowedMentions ?? null,
    replyTo: draft.replyTo,
  });
  message.mentionedUsers = [...mentions.users];
  message.mentionedRoles = [...mentions.roles];
  message.mentionsEveryone = mentions.everyone;
  if (isQuiet) {
    world.hidden.set(message.id, message);
    world.changed();
    return message;
  }
  if (isThread(channel)) enterThread(world, channel, message);
  channel.messages.set(message.id, message);
  channel.lastMessageId = message.id;
  for (const ping of mentions.pings) {
    world.pings.push({ ...ping, messageId: message.id, channelId: channel.id, by: authorId });
  }
  world.publish(messageEvent(world, message, "MESSAGE_CREATE"));
  return message;
}

function toMessage(world: World, channel: Channel, authorId: string, draft: Draft): Message {
  return {
    id: draft.id ?? world.nextId(),
    channelId: channel.id,
    type: draft.type ?? (draft.replyTo ? MessageType.Reply : MessageType.Default),
    authorId,
    webhook: draft.webhook ?? null,
    applicationId: draft.applicationId ?? null,
    interactionId: draft.interactionId ?? null,
    ephemeralFor: draft.ephemeralFor ?? null,
    createdAt: world.now(),
    reference: draft.replyTo ? { messageId: draft.replyTo.id, channelId: draft.replyTo.channelId } : null,
    nonce: draft.nonce ?? null,
    content: draft.content,
    embeds: [...(draft.embeds ?? [])],
    components: [...(draft.components ?? [])],
    attachments: [...(draft.attachments ?? [])],
    flags: draft.flags ?? 0,
    editedAt: null,
    mentionedUsers: [],
    mentionedRoles: [],
    mentionsEveryone: false,
    reactions: new Map(),
    threadId: null,
  };
}

/** Writing in a thread makes one a member, counts, wakes it, and brings in whom it mentions. */
function enterThread(world: World, channel: Channel, message: Message): void {
  const { thread } = channel;
  if (!thread) return;
  if (message.type === MessageType.ThreadStarterMessage) return;
  if (thread.archived && !thread.locked) setArchived(world, channel, false);
  thread.sent++;
  const writes = message.webhook ? [] : [message.authorId];
  for (const id of [...writes, ...message.mentionedUsers]) joinThread(world, channel, id);
}

/** A thread from a message begins with a line of Discord's own that refers to it. */
export function startFromMessage(world: World, message: Message, thread: Channel): void {
  message.threadId = thread.id;
  editMessage(world, message, {}, true);
  createMessage(world, thread, message.authorId, {
    content: "",
    type: MessageType.ThreadStarterMessage,
    replyTo: message,
    allowedMentions: { parse: [] },
    webhook: message.webhook,
  });
}

/** What is given is changed; `isEmbed` is the unfurling of a link, which is no edit by anybody. */
export function editMessage(
  world: World,
  message: Message,
  change: Partial<Pick<Message, "content" | "embeds" | "components" | "attachments" | "flags">>,
  isEmbed = false,
): void {
  // Filling what was "thinking" is no edit either.
  const isFilled = (message.flags & MessageFlags.Loading) !== 0;
  Object.assign(message, change);
  if (!isEmbed && !isFilled) message.editedAt = world.now();
  for (const attachment of message.attachments) {
    world.attachments.set(attachment.id, { attachment, channelId: message.channelId });
  }
  if (message.ephemeralFor !== null) return world.changed();
  world.publish(messageEvent(world, message, "MESSAGE_UPDATE"));
}

export function deleteMessage(world: World, message: Message): void {
  const channel = channelOf(world, message.channelId);
  if (message.ephemeralFor !== null) {
    world.hidden.delete(message.id);
    return world.changed();
  }
  channel.messages.delete(message.id);
  if (channel.thread) channel.thread.sent--;
  world.publish({
    name: "MESSAGE_DELETE",
    data: { id: message.id, channel_id: channel.id, ...(channel.guildId && { guild_id: channel.guildId }) },
    guildId: channel.guildId,
    channelId: channel.id,
    intent: channel.guildId ? GUILD_MESSAGES : DIRECT_MESSAGES,
  });
}

export function messageEvent(
  world: World,
  message: Message,
  name: "MESSAGE_CREATE" | "MESSAGE_UPDATE",
): GatewayEvent {
  const channel = channelOf(world, message.channelId);
  const member = message.webhook ? undefined : world.members.get(message.authorId);
  const data = messagePayload(world, message);
  if (channel.guildId) {
    data["guild_id"] = channel.guildId;
    if (member) data["member"] = memberPayload(member);
    data["mentions"] = (data["mentions"] as Json[]).map((user) => {
      const mentioned = world.members.get(textIn(user["id"]));
      return mentioned ? { ...user, member: memberPayload(mentioned) } : user;
    });
  }
  data["channel_type"] = channel.type;
  return {
    name,
    data,
    guildId: channel.guildId,
    channelId: channel.id,
    intent: channel.guildId ? GUILD_MESSAGES : DIRECT_MESSAGES,
    message,
  };
}

/** Content and V2 text, in order: what can mention somebody. */
export function readableText({ content, components }: Pick<Message, "content" | "components">): string {
  const displays = walk(components)
    .filter(({ component }) => component["type"] === ComponentType.TextDisplay)
    .map(({ component }) => textIn(component["content"]));
  return [content, ...displays].filter((text) => text !== "").join("\n");
}

/** The DM between a person and the bot; opened if need be. */
export function openDm(world: World, userId: string, make: () => Channel): Channel {
  for (const channel of world.channels.values()) {
    if (channel.type === ChannelType.DM && channel.recipient?.id === userId) return channel;
  }
  const channel = make();
  world.channels.set(channel.id, channel);
  world.publish({
    name: "CHANNEL_CREATE",
    data: channelPayload(world, channel),
    guildId: null,
    channelId: channel.id,
    intent: 0,
  });
  return channel;
}
