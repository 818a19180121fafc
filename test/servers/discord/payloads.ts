import { ChannelType } from "discord.js";

import { signedUrl } from "./attachments.ts";
import { withMedia } from "./stored.ts";
import {
  isForum,
  isThread,
  userOf,
  type Channel,
  type Json,
  type Member,
  type Message,
  type Role,
  type User,
  type Webhook,
  type World,
} from "./world.ts";

/** What Discord sends for each thing, in full: the real client reads every field. */

export function userPayload(user: User): Json {
  return {
    id: user.id,
    username: user.username,
    global_name: user.globalName,
    discriminator: user.bot ? "4242" : "0",
    avatar: null,
    bot: user.bot,
    system: false,
    banner: null,
    accent_color: null,
    avatar_decoration_data: null,
    collectibles: null,
    clan: null,
    primary_guild: null,
    public_flags: 0,
    flags: 0,
  };
}

/** Without the user, as in a message; `{ ...memberPayload(m), user: userPayload(m.user) }` elsewhere. */
export function memberPayload(member: Member): Json {
  return {
    avatar: null,
    banner: null,
    avatar_decoration_data: null,
    collectibles: null,
    communication_disabled_until: null,
    flags: 0,
    joined_at: iso(member.joinedAt),
    nick: member.nick,
    pending: false,
    premium_since: null,
    roles: [...member.roles],
    mute: false,
    deaf: false,
  };
}

export function fullMemberPayload(member: Member): Json {
  return { ...memberPayload(member), user: userPayload(member.user) };
}

export function rolePayload(role: Role): Json {
  return {
    id: role.id,
    name: role.name,
    description: null,
    permissions: role.permissions.toString(),
    position: role.position,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    managed: false,
    mentionable: role.mentionable,
    icon: null,
    unicode_emoji: null,
    flags: 0,
  };
}

export function channelPayload(world: World, channel: Channel): Json {
  if (isThread(channel)) return threadPayload(world, channel);
  const common = { id: channel.id, type: channel.type, last_message_id: channel.lastMessageId, flags: 0 };
  if (channel.type === ChannelType.DM) {
    return { ...common, recipients: channel.recipient ? [userPayload(channel.recipient)] : [] };
  }
  return {
    ...common,
    flags: channel.flags,
    guild_id: channel.guildId,
    name: channel.name,
    topic: channel.topic,
    position: channel.position,
    parent_id: channel.parentId,
    nsfw: false,
    rate_limit_per_user: channel.slowmode,
    permission_overwrites: channel.overwrites.map(({ id, type, allow, deny }) => ({
      id,
      type,
      allow: allow.toString(),
      deny: deny.toString(),
    })),
    ...(isForum(channel) && {
      available_tags: channel.tags.map((tag) => ({ ...tag, emoji_id: null, emoji_name: null })),
      default_reaction_emoji: null,
      default_sort_order: null,
      default_forum_layout: 0,
    }),
  };
}

function threadPayload(world: World, channel: Channel): Json {
  const { thread } = channel;
  if (!thread) throw new Error(`${channel.id} is no thread`);
  const isPost = isForum(world.channels.get(channel.parentId ?? "") ?? channel);
  return {
    id: channel.id,
    type: channel.type,
    guild_id: channel.guildId,
    parent_id: channel.parentId,
    owner_id: thread.ownerId,
    name: channel.name,
    last_message_id: channel.lastMessageId,
    flags: channel.flags,
    rate_limit_per_user: channel.slowmode,
    message_count: Math.max(0, thread.sent - (isPost ? 1 : 0)),
    total_message_sent: thread.sent,
    member_count: thread.members.size,
    thread_metadata: {
      archived: thread.archived,
      locked: thread.locked,
      auto_archive_duration: thread.autoArchiveMinutes,
      archive_timestamp: iso(thread.archivedAt),
      create_timestamp: iso(thread.createdAt),
      ...(channel.type === ChannelType.PrivateThread && { invitable: thread.invitable }),
    },
    ...(isPost && { applied_tags: thread.appliedTags }),
  };
}

export function threadMemberPayload(channel: Channel, userId: string): Json {
  const joinedAt = channel.thread?.members.get(userId) ?? 0;
  return { id: channel.id, user_id: userId, join_timestamp: iso(joinedAt), flags: 0 };
}

export function webhookPayload(world: World, webhook: Webhook): Json {
  return {
    id: webhook.id,
    type: 1,
    token: webhook.token,
    name: webhook.name,
    avatar: null,
    channel_id: webhook.channelId,
    guild_id: world.guildId,
    application_id: world.applicationId,
    user: userPayload(userOf(world, webhook.creatorId)),
    url: `${world.url}/api/webhooks/${webhook.id}/${webhook.token}`,
  };
}

/** As REST answers it; the gateway adds `guild_id` and `member`. */
export function messagePayload(world: World, message: Message, withReference = true): Json {
  const channel = world.channels.get(message.channelId);
  const thread = message.threadId ? world.channels.get(message.threadId) : undefined;
  return {
    id: message.id,
    type: message.type,
    channel_id: message.channelId,
    author: authorPayload(world, message),
    content: message.content,
    timestamp: iso(message.createdAt),
    edited_timestamp: message.editedAt === null ? null : iso(message.editedAt),
    tts: false,
    pinned: false,
    flags: message.flags | (thread ? 32 : 0),
    mention_everyone: message.mentionsEveryone,
    mentions: message.mentionedUsers.map((id) => userPayload(userOf(world, id))),
    mention_roles: message.mentionedRoles,
    mention_channels: [],
    attachments: message.attachments.map((file) => ({
      id: file.id,
      filename: file.filename,
      size: file.bytes.length,
      content_type: file.contentType,
      ...(file.description !== null && { description: file.description }),
      ...urlsOf(world, message.channelId, file.id, file.filename),
    })),
    ...withMedia(world, message),
    ...(message.reactions.size > 0 && { reactions: reactionsPayload(world, message) }),
    ...(message.nonce !== null && { nonce: message.nonce }),
    ...(message.webhook && { webhook_id: message.webhook.id }),
    ...(message.applicationId !== null && { application_id: message.applicationId }),
    ...(thread && { thread: channelPayload(world, thread) }),
    ...(message.reference && referencePayload(world, message.reference, channel, withReference)),
  };
}

/** What the MessageContent intent hides: all but one's own, what mentions one, and direct messages. */
export function withoutContent(world: World, message: Message, data: Json): Json {
  const isOwn = message.authorId === world.bot.id || message.mentionedUsers.includes(world.bot.id);
  const isDm = world.channels.get(message.channelId)?.guildId === null;
  if (isOwn || isDm) return data;
  return { ...data, content: "", embeds: [], components: [], attachments: [] };
}

function authorPayload(world: World, message: Message): Json {
  if (!message.webhook) return userPayload(userOf(world, message.authorId));
  return {
    id: message.webhook.id,
    username: message.webhook.name,
    avatar: null,
    discriminator: "0000",
    global_name: null,
    primary_guild: null,
    public_flags: 0,
    flags: 0,
    bot: true,
  };
}

function urlsOf(world: World, channelId: string, id: string, filename: string): Json {
  const url = signedUrl(world, channelId, id, filename);
  return { url, proxy_url: url };
}

function reactionsPayload(world: World, message: Message): Json[] {
  return [...message.reactions].map(([emoji, users]) => ({
    emoji: emojiPayload(emoji),
    count: users.size,
    count_details: { burst: 0, normal: users.size },
    burst_colors: [],
    me: users.has(world.bot.id),
    me_burst: false,
    burst_me: false,
    burst_count: 0,
  }));
}

/** `name:id` is an emoji of the guild, anything else a Unicode one. */
export function emojiPayload(emoji: string): Json {
  const own = /^(\w+):(\d+)$/.exec(emoji);
  return own ? { id: own[2], name: own[1] } : { id: null, name: emoji };
}

function referencePayload(
  world: World,
  reference: { readonly messageId: string; readonly channelId: string },
  channel: Channel | undefined,
  withReference: boolean,
): Json {
  const target = world.channels.get(reference.channelId)?.messages.get(reference.messageId);
  return {
    message_reference: {
      type: 0,
      message_id: reference.messageId,
      channel_id: reference.channelId,
      ...(channel?.guildId && { guild_id: channel.guildId }),
    },
    ...(withReference && { referenced_message: target ? messagePayload(world, target, false) : null }),
  };
}

export function iso(at: number): string {
  return new Date(at).toISOString().replace("Z", "000+00:00");
}
