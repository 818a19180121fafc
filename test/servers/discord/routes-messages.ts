import { ChannelType } from "discord.js";

import { channelIn, messageIn, NO_CONTENT, ok, type Call, type Reply, type Routes } from "./call.ts";
import { readChange, readDraft, type UploadedFile } from "./draft.ts";
import { refuse } from "./errors.ts";
import { createMessage, deleteMessage, editMessage } from "./messages.ts";
import { emojiPayload, fullMemberPayload, messagePayload, userPayload, withoutContent } from "./payloads.ts";
import { may, need, type PermissionName } from "./permissions.ts";
import { isForum, isThread, userOf, type Channel, type Json, type Message, type World } from "./world.ts";
import { textIn } from "./values.ts";

const NONCE_LASTS_MS = 5 * 60_000;
const MOST_REACTIONS = 20;

export const messageRoutes: Routes = {
  list_messages: (call) => {
    const channel = channelIn(call);
    if (isForum(channel)) refuse(50008);
    // Discord answers nothing, not an error, to who may not read what was before.
    if (!may(call.world, call.world.bot.id, channel, "ReadMessageHistory")) return ok([]);
    return ok(page(channel, call.query).map((message) => readable(call.world, message)));
  },
  get_message: (call) => {
    const channel = channelIn(call);
    need(call.world, channel, "ReadMessageHistory");
    return ok(readable(call.world, messageIn(call, channel)));
  },
  create_message: create,
  update_message: (call) => {
    const { world } = call;
    const channel = channelIn(call);
    const message = messageIn(call, channel);
    if (message.authorId !== world.bot.id || message.webhook) refuse(50005);
    refuseArchived(channel);
    editMessage(world, message, readChange(world, message, call.body, call.files));
    return ok(messagePayload(world, message));
  },
  delete_message: (call) => {
    const channel = channelIn(call);
    const message = messageIn(call, channel);
    const isOwn = message.authorId === call.world.bot.id && !message.webhook;
    if (!isOwn && channel.type === ChannelType.DM) refuse(50003);
    if (!isOwn) need(call.world, channel, "ManageMessages");
    refuseArchived(channel);
    deleteMessage(call.world, message);
    return NO_CONTENT;
  },
  add_my_message_reaction: (call) => {
    const channel = channelIn(call);
    const message = messageIn(call, channel);
    const emoji = readEmoji(call.params["emoji_name"] ?? "");
    need(call.world, channel, "ReadMessageHistory");
    if (!message.reactions.has(emoji)) need(call.world, channel, "AddReactions");
    refuseArchived(channel);
    react(call.world, message, call.world.bot.id, emoji, true);
    return NO_CONTENT;
  },
  delete_my_message_reaction: (call) => {
    const message = messageIn(call, channelIn(call));
    react(call.world, message, call.world.bot.id, readEmoji(call.params["emoji_name"] ?? ""), false);
    return NO_CONTENT;
  },
  delete_user_message_reaction: (call) => {
    const channel = channelIn(call);
    need(call.world, channel, "ManageMessages");
    const emoji = readEmoji(call.params["emoji_name"] ?? "");
    react(call.world, messageIn(call, channel), call.params["user_id"] ?? "", emoji, false);
    return NO_CONTENT;
  },
  list_message_reactions_by_emoji: (call) => {
    const message = messageIn(call, channelIn(call));
    const users = message.reactions.get(readEmoji(call.params["emoji_name"] ?? "")) ?? new Set();
    const after = BigInt(textIn(call.query["after"] ?? 0));
    const found = [...users].filter((id) => BigInt(id) > after).slice(0, Number(call.query["limit"] ?? 25));
    return ok(found.map((id) => userPayload(userOf(call.world, id))));
  },
  trigger_typing_indicator: (call) => {
    const channel = channelIn(call);
    need(call.world, channel, sendingIn(channel));
    call.world.typing.push({ channelId: channel.id, at: call.world.now() });
    call.world.changed();
    return NO_CONTENT;
  },
};

/** The portal's switch for the content holds for REST too. */
function readable(world: World, message: Message): Json {
  const data = messagePayload(world, message);
  return world.portal.messageContent ? data : withoutContent(world, message, data);
}

function create(call: Call): Reply {
  const { world, body, files } = call;
  const channel = channelIn(call);
  if (isForum(channel) || channel.type === ChannelType.GuildCategory) refuse(50008);
  if (channel.recipient?.dmsClosed) refuse(50007);
  needToSend(world, channel, body, files);
  const earlier = body["enforce_nonce"] === true ? withNonce(world, channel, body["nonce"]) : undefined;
  if (earlier) return ok(messagePayload(world, earlier));
  return ok(
    messagePayload(
      world,
      createMessage(world, channel, world.bot.id, readDraft(world, channel, body, files)),
    ),
  );
}

/** 50013 for what the bot may not send here, 160005 for a locked thread that it may not reopen. */
export function needToSend(world: World, channel: Channel, body: Json, files: readonly UploadedFile[]): void {
  need(world, channel, sendingIn(channel));
  if (isThread(channel) && channel.thread.locked && !may(world, world.bot.id, channel, "ManageThreads"))
    refuse(160005);
  if (files.length > 0) need(world, channel, "AttachFiles");
  if (((body["embeds"] ?? []) as unknown[]).length > 0) need(world, channel, "EmbedLinks");
  if (body["message_reference"] && !may(world, world.bot.id, channel, "ReadMessageHistory")) refuse(160002);
}

export function sendingIn(channel: Channel): PermissionName {
  return isThread(channel) ? "SendMessagesInThreads" : "SendMessages";
}

export function refuseArchived(channel: Channel): void {
  if (channel.thread?.archived) refuse(50083);
}

function withNonce(world: World, channel: Channel, nonce: unknown): Message | undefined {
  if (nonce === undefined || nonce === null) return undefined;
  const since = world.now() - NONCE_LASTS_MS;
  return [...channel.messages.values()].findLast(
    (message) =>
      message.createdAt >= since &&
      message.authorId === world.bot.id &&
      textIn(message.nonce) === textIn(nonce),
  );
}

/** Newest first, as Discord lists. */
export function page(channel: Channel, query: Json): Message[] {
  const limit = Number(query["limit"] ?? 50);
  const all = [...channel.messages.values()];
  const idOf = (key: string) => BigInt(textIn(query[key]));
  if (query["around"] !== undefined) {
    const at = all.findIndex(({ id }) => BigInt(id) >= idOf("around"));
    const start = Math.max(0, (at === -1 ? all.length : at) - Math.floor(limit / 2));
    return all.slice(start, start + limit).toReversed();
  }
  if (query["after"] !== undefined) {
    return all
      .filter(({ id }) => BigInt(id) > idOf("after"))
      .slice(0, limit)
      .toReversed();
  }
  const before = query["before"] === undefined ? all : all.filter(({ id }) => BigInt(id) < idOf("before"));
  return before.slice(-limit).toReversed();
}

function readEmoji(text: string): string {
  if (/^\w+:\d+$/.test(text) || /^\p{RGI_Emoji}$/v.test(text) || /^\p{Emoji}/u.test(text)) return text;
  return refuse(10014);
}

/** Adds or takes away one person's reaction and tells it; nothing when it is so already. */
export function react(world: World, message: Message, userId: string, emoji: string, isAdded: boolean): void {
  const users = message.reactions.get(emoji) ?? new Set<string>();
  if (users.has(userId) === isAdded) return;
  if (isAdded && users.size === 0 && message.reactions.size >= MOST_REACTIONS) refuse(30010);
  if (isAdded) users.add(userId);
  else users.delete(userId);
  if (users.size > 0) message.reactions.set(emoji, users);
  else message.reactions.delete(emoji);
  const channel = world.channels.get(message.channelId);
  const member = world.members.get(userId);
  world.publish({
    name: isAdded ? "MESSAGE_REACTION_ADD" : "MESSAGE_REACTION_REMOVE",
    data: {
      user_id: userId,
      channel_id: message.channelId,
      message_id: message.id,
      ...(channel?.guildId && { guild_id: channel.guildId }),
      ...(isAdded && channel?.guildId && member && { member: fullMemberPayload(member) }),
      ...(isAdded && { message_author_id: message.authorId }),
      emoji: emojiPayload(emoji),
      burst: false,
      type: 0,
    },
    guildId: channel?.guildId ?? null,
    channelId: message.channelId,
    intent: channel?.guildId ? 1 << 10 : 1 << 13,
  });
}
