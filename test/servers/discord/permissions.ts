import { ChannelType, PermissionFlagsBits } from "discord.js";

import { refuse } from "./errors.ts";
import { isThread, type Channel, type World } from "./world.ts";

export type PermissionName = keyof typeof PermissionFlagsBits;

const ALL = Object.values(PermissionFlagsBits).reduce((sum, bit) => sum | bit, 0n);
const { Administrator, ViewChannel, ManageThreads } = PermissionFlagsBits;

/** What somebody who is nobody in particular may do in a new guild, as far as this server looks at it. */
export const EVERYONE = bits(
  "ViewChannel",
  "SendMessages",
  "SendMessagesInThreads",
  "CreatePublicThreads",
  "CreatePrivateThreads",
  "EmbedLinks",
  "AttachFiles",
  "ReadMessageHistory",
  "AddReactions",
  "UseExternalEmojis",
  "UseApplicationCommands",
);

export function bits(...names: readonly PermissionName[]): bigint {
  return names.reduce((sum, name) => sum | PermissionFlagsBits[name], 0n);
}

/** By Discord's own rule: owner, roles, administrator, then @everyone's, the roles' and the member's overwrites. */
export function permissionsIn(world: World, userId: string, channel: Channel | null): bigint {
  if (channel?.type === ChannelType.DM) {
    const isIn = channel.recipient?.id === userId || userId === world.bot.id;
    return isIn ? ALL & ~bits("ManageThreads", "ManageMessages", "ManageWebhooks", "ManageChannels") : 0n;
  }
  const member = world.members.get(userId);
  if (!member) return 0n;
  if (userId === world.ownerId) return ALL;
  let allowed = world.roles.get(world.guildId)?.permissions ?? 0n;
  for (const id of member.roles) allowed |= world.roles.get(id)?.permissions ?? 0n;
  if (allowed & Administrator) return ALL;
  if (!channel) return allowed;
  // A thread has no overwrites of its own: its parent's count.
  const place = isThread(channel) ? world.channels.get(channel.parentId ?? "") : channel;
  const overwrites = place?.overwrites ?? [];
  const everyone = overwrites.find(({ id }) => id === world.guildId);
  if (everyone) allowed = (allowed & ~everyone.deny) | everyone.allow;
  const ofRoles = overwrites.filter(({ id, type }) => type === 0 && member.roles.has(id));
  const denied = ofRoles.reduce((sum, { deny }) => sum | deny, 0n);
  const granted = ofRoles.reduce((sum, { allow }) => sum | allow, 0n);
  allowed = (allowed & ~denied) | granted;
  const own = overwrites.find(({ id, type }) => type === 1 && id === userId);
  if (own) allowed = (allowed & ~own.deny) | own.allow;
  // Who cannot see a channel can do nothing in it.
  return allowed & ViewChannel ? allowed : 0n;
}

export function may(world: World, userId: string, channel: Channel | null, name: PermissionName): boolean {
  return (permissionsIn(world, userId, channel) & PermissionFlagsBits[name]) !== 0n;
}

/** A private thread is seen by those in it and by those who manage threads. */
export function canSee(world: World, userId: string, channel: Channel): boolean {
  const allowed = permissionsIn(world, userId, channel);
  if (!(allowed & ViewChannel)) return false;
  if (channel.type !== ChannelType.PrivateThread || !channel.thread) return true;
  return channel.thread.members.has(userId) || (allowed & ManageThreads) !== 0n;
}

/** Throws 50001 for a channel the bot cannot see, 50013 for a permission it has not. */
export function need(world: World, channel: Channel, ...names: readonly PermissionName[]): void {
  if (!canSee(world, world.bot.id, channel)) refuse(50001);
  for (const name of names) if (!may(world, world.bot.id, channel, name)) refuse(50013);
}
