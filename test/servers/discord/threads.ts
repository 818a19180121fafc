import { ChannelType } from "discord.js";

import { channelPayload, fullMemberPayload, threadMemberPayload } from "./payloads.ts";
import { createChannel, isThread, type Channel, type Json, type World } from "./world.ts";

const GUILDS = 1;

export interface NewThread {
  readonly id?: string;
  readonly name: string;
  readonly type: ChannelType.PublicThread | ChannelType.PrivateThread;
  readonly autoArchiveMinutes?: number | null;
  readonly invitable?: boolean | null;
  readonly appliedTags?: readonly string[];
}

/** A new thread with its owner in it; told as `newly_created`. */
export function createThread(world: World, parent: Channel, ownerId: string, asked: NewThread): Channel {
  const now = world.now();
  const channel = createChannel(world, asked.type, asked.name, {
    ...(asked.id !== undefined && { id: asked.id }),
    parentId: parent.id,
    thread: {
      ownerId,
      archived: false,
      locked: false,
      invitable: asked.invitable ?? true,
      autoArchiveMinutes: asked.autoArchiveMinutes ?? 4320,
      archivedAt: now,
      createdAt: now,
      members: new Map([[ownerId, now]]),
      appliedTags: [...(asked.appliedTags ?? [])],
      sent: 0,
    },
  });
  world.channels.set(channel.id, channel);
  tell(world, channel, "THREAD_CREATE", { ...channelPayload(world, channel), newly_created: true });
  return channel;
}

export function joinThread(world: World, channel: Channel, userId: string): void {
  const { thread } = channel;
  if (!thread || thread.members.has(userId)) return;
  // Somebody who was brought into a private thread is first told that it exists.
  const isNews = channel.type === ChannelType.PrivateThread && userId === world.bot.id;
  thread.members.set(userId, world.now());
  if (isNews) {
    tell(world, channel, "THREAD_CREATE", {
      ...channelPayload(world, channel),
      member: threadMemberPayload(channel, userId),
    });
  }
  tellMembers(world, channel, [userId], []);
}

export function leaveThread(world: World, channel: Channel, userId: string): void {
  if (!channel.thread?.members.has(userId)) return;
  tellMembers(world, channel, [], [userId]);
  channel.thread.members.delete(userId);
}

function tellMembers(
  world: World,
  channel: Channel,
  added: readonly string[],
  removed: readonly string[],
): void {
  tell(world, channel, "THREAD_MEMBERS_UPDATE", {
    id: channel.id,
    guild_id: world.guildId,
    member_count: (channel.thread?.members.size ?? 0) - removed.length,
    ...(added.length > 0 && {
      added_members: added.map((id) => {
        const member = world.members.get(id);
        return {
          ...threadMemberPayload(channel, id),
          ...(member && { member: fullMemberPayload(member) }),
          presence: null,
        };
      }),
    }),
    ...(removed.length > 0 && { removed_member_ids: removed }),
  });
}

export function setArchived(world: World, channel: Channel, archived: boolean, locked?: boolean): void {
  if (!channel.thread) return;
  if (channel.thread.archived !== archived) channel.thread.archivedAt = world.now();
  channel.thread.archived = archived;
  if (locked !== undefined) channel.thread.locked = locked;
  tell(world, channel, "THREAD_UPDATE", channelPayload(world, channel));
}

export function tellChannelChanged(world: World, channel: Channel): void {
  tell(
    world,
    channel,
    isThread(channel) ? "THREAD_UPDATE" : "CHANNEL_UPDATE",
    channelPayload(world, channel),
  );
}

/** A channel goes with its threads; its messages are gone for everybody. */
export function deleteChannel(world: World, channel: Channel): void {
  for (const inner of world.channels.values())
    if (inner.parentId === channel.id) world.channels.delete(inner.id);
  const data = isThread(channel)
    ? { id: channel.id, guild_id: world.guildId, parent_id: channel.parentId, type: channel.type }
    : channelPayload(world, channel);
  tell(world, channel, isThread(channel) ? "THREAD_DELETE" : "CHANNEL_DELETE", data);
  world.channels.delete(channel.id);
  for (const hook of world.webhooks.values()) {
    if (hook.channelId === channel.id) world.webhooks.delete(hook.id);
  }
}

export function threadsOf(world: World, parentId: string): Channel[] {
  return [...world.channels.values()].filter((channel) => isThread(channel) && channel.parentId === parentId);
}

function tell(world: World, channel: Channel, name: string, data: Json): void {
  world.publish({ name, data, guildId: channel.guildId, channelId: channel.id, intent: GUILDS });
}
