import { ChannelType, MessageType } from "discord.js";

import { channelIn, messageIn, NO_CONTENT, ok, userIn, type Call, type Reply, type Routes } from "./call.ts";
import { readDraft } from "./draft.ts";
import { badForm, refuse } from "./errors.ts";
import { createMessage, startFromMessage } from "./messages.ts";
import { channelPayload, fullMemberPayload, messagePayload, threadMemberPayload } from "./payloads.ts";
import { canSee, may, need } from "./permissions.ts";
import { refuseArchived } from "./routes-messages.ts";
import { createThread, joinThread, leaveThread, threadsOf } from "./threads.ts";
import { isForum, isThread, type Channel, type Json, type World } from "./world.ts";
import { textIn } from "./values.ts";

const MOST_TAGS = 5;

export const threadRoutes: Routes = {
  create_thread_from_message: (call) => {
    const { world, body } = call;
    const channel = channelIn(call);
    const message = messageIn(call, channel);
    if (channel.type !== ChannelType.GuildText && channel.type !== ChannelType.GuildAnnouncement)
      refuse(50024);
    need(world, channel, "ReadMessageHistory", "CreatePublicThreads");
    if (message.threadId) refuse(160004);
    const thread = createThread(world, channel, world.bot.id, {
      id: message.id,
      name: textIn(body["name"]),
      type: ChannelType.PublicThread,
      autoArchiveMinutes: body["auto_archive_duration"] as number | null,
    });
    startFromMessage(world, message, thread);
    return ok(channelPayload(world, thread), 201);
  },
  create_thread: (call) => {
    const channel = channelIn(call);
    if (isForum(channel)) return post(call, channel);
    if (channel.type !== ChannelType.GuildText) refuse(50024);
    return ok(channelPayload(call.world, startAlone(call, channel)), 201);
  },
  list_thread_members: (call) => {
    const channel = threadIn(call);
    return ok([...channel.thread.members.keys()].map((id) => threadMemberPayload(channel, id)));
  },
  get_thread_member: (call) => {
    const channel = threadIn(call);
    const { id } = userIn(call);
    if (!channel.thread.members.has(id)) refuse(10007);
    const member = call.world.members.get(id);
    const withMember = call.query["with_member"] === true && member;
    return ok({
      ...threadMemberPayload(channel, id),
      ...(withMember && { member: fullMemberPayload(member) }),
    });
  },
  join_thread: (call) => {
    const channel = threadIn(call);
    refuseArchived(channel);
    joinThread(call.world, channel, call.world.bot.id);
    return NO_CONTENT;
  },
  leave_thread: (call) => {
    leaveThread(call.world, threadIn(call), call.world.bot.id);
    return NO_CONTENT;
  },
  add_thread_member: (call) => {
    const { world } = call;
    const channel = threadIn(call);
    refuseArchived(channel);
    need(world, channel, "SendMessagesInThreads");
    const user = userIn(call);
    const parent = world.channels.get(channel.parentId ?? "");
    // Who cannot see the parent cannot be brought in.
    if (!parent || !may(world, user.id, parent, "ViewChannel")) refuse(50001);
    if (channel.thread.members.has(user.id)) return NO_CONTENT;
    joinThread(world, channel, user.id);
    const added = { content: "", type: MessageType.RecipientAdd, allowedMentions: { parse: [] } };
    createMessage(world, channel, world.bot.id, added);
    return NO_CONTENT;
  },
  delete_thread_member: (call) => {
    const channel = threadIn(call);
    const isOwnPrivate =
      channel.type === ChannelType.PrivateThread && channel.thread.ownerId === call.world.bot.id;
    if (!isOwnPrivate) need(call.world, channel, "ManageThreads");
    leaveThread(call.world, channel, userIn(call).id);
    return NO_CONTENT;
  },
  get_active_guild_threads: ({ world, params }) => {
    if (params["guild_id"] !== world.guildId) refuse(10004);
    const active = seenThreads(world).filter(({ thread }) => !thread?.archived);
    return ok({ ...listOf(world, active), has_more: false });
  },
  list_public_archived_threads: (call) => archived(call, ChannelType.PublicThread),
  list_private_archived_threads: (call) => {
    need(call.world, channelIn(call), "ManageThreads");
    return archived(call, ChannelType.PrivateThread);
  },
  list_my_private_archived_threads: (call) => archived(call, ChannelType.PrivateThread, true),
};

function threadIn(call: Call): Channel & { readonly thread: NonNullable<Channel["thread"]> } {
  const channel = channelIn(call);
  return isThread(channel) ? channel : refuse(50024);
}

/** Without a type Discord makes a private one. */
function startAlone({ world, body }: Call, channel: Channel): Channel {
  const type = (body["type"] ?? ChannelType.PrivateThread) as ChannelType;
  if (type !== ChannelType.PrivateThread && type !== ChannelType.PublicThread) {
    badForm("type", "BASE_TYPE_CHOICES", "Value must be one of {10, 11, 12}.");
  }
  need(world, channel, type === ChannelType.PrivateThread ? "CreatePrivateThreads" : "CreatePublicThreads");
  const thread = createThread(world, channel, world.bot.id, {
    name: textIn(body["name"]),
    type,
    autoArchiveMinutes: body["auto_archive_duration"] as number | null,
    invitable: body["invitable"] as boolean | null,
  });
  if (type === ChannelType.PublicThread) {
    createMessage(world, channel, world.bot.id, {
      content: textIn(body["name"]),
      type: MessageType.ThreadCreated,
    });
  }
  return thread;
}

function post({ world, body, files }: Call, forum: Channel): Reply {
  if (!body["message"]) badForm("message", "BASE_TYPE_REQUIRED", "This field is required");
  need(world, forum, "SendMessages");
  const tags = checkTags(world, forum, (body["applied_tags"] ?? []) as string[]);
  const draft = readDraft(world, forum, body["message"] as Json, files);
  const id = world.nextId();
  const thread = createThread(world, forum, world.bot.id, {
    id,
    name: textIn(body["name"]),
    type: ChannelType.PublicThread,
    autoArchiveMinutes: body["auto_archive_duration"] as number | null,
    appliedTags: tags,
  });
  forum.lastMessageId = thread.id;
  const message = createMessage(world, thread, world.bot.id, { ...draft, id });
  return ok({ ...channelPayload(world, thread), message: messagePayload(world, message) }, 201);
}

/** At most five, each of this forum; a moderated one needs the permission to manage threads. */
export function checkTags(
  world: World,
  forum: Channel,
  tags: readonly string[],
  by = world.bot.id,
): readonly string[] {
  if (tags.length > MOST_TAGS)
    badForm("applied_tags", "BASE_TYPE_MAX_LENGTH", `Must be ${MOST_TAGS} or fewer in length.`);
  if (tags.length === 0 && forum.flags & 16) refuse(40067);
  for (const id of tags) {
    const tag = forum.tags.find((one) => one.id === id) ?? refuse(10087);
    if (tag.moderated && !may(world, by, forum, "ManageThreads")) refuse(50013);
  }
  return tags;
}

function seenThreads(world: World): Channel[] {
  return [...world.channels.values()].filter((one) => isThread(one) && canSee(world, world.bot.id, one));
}

function listOf(world: World, threads: readonly Channel[]): Json {
  const own = threads.filter(({ thread }) => thread?.members.has(world.bot.id));
  return {
    threads: threads.map((thread) => channelPayload(world, thread)),
    members: own.map((thread) => threadMemberPayload(thread, world.bot.id)),
  };
}

/** Newest archived first; `before` is a time here (an id in the list of one's own). */
function archived(call: Call, type: ChannelType, onlyOwn = false): Reply {
  const { world, query } = call;
  const channel = channelIn(call);
  need(world, channel, "ReadMessageHistory");
  const before = textIn(query["before"] ?? "");
  const isBefore = (one: Channel) => {
    if (before === "") return true;
    return onlyOwn ? BigInt(one.id) < BigInt(before) : (one.thread?.archivedAt ?? 0) < Date.parse(before);
  };
  const all = threadsOf(world, channel.id)
    .filter((one) => one.type === type && one.thread?.archived && isBefore(one))
    .filter((one) => !onlyOwn || one.thread?.members.has(world.bot.id))
    .sort((a, b) => (b.thread?.archivedAt ?? 0) - (a.thread?.archivedAt ?? 0));
  const limit = Number(query["limit"] ?? 50);
  return ok({ ...listOf(world, all.slice(0, limit)), has_more: all.length > limit });
}
