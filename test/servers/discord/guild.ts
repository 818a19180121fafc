import { ChannelType, PermissionFlagsBits } from "discord.js";

import { bits, EVERYONE, type PermissionName } from "./permissions.ts";
import {
  createChannel,
  createMember,
  createUser,
  type Channel,
  type Role,
  type User,
  type World,
} from "./world.ts";

export interface ChannelSpec {
  readonly name: string;
  readonly kind?: "text" | "forum";
  /** Only staff and the bot see it. */
  readonly isForStaff?: boolean;
  readonly tags?: readonly string[];
  /** A forum where a post needs a tag. */
  readonly needsTag?: boolean;
}

export interface GuildSpec {
  /** Members who are customers; ann and bea when absent. */
  readonly customers?: readonly string[];
  /** Members with the role `staff`; sam and tia when absent. */
  readonly staff?: readonly string[];
  /** "Allow anyone to @mention this role", for `staff`; false when absent. */
  readonly isStaffMentionable?: boolean;
  /** Other bots; none when absent. */
  readonly bots?: readonly string[];
  /** support, general, staff (private) and the forum help when absent. */
  readonly channels?: readonly ChannelSpec[];
  /** What the bot's own role may do. */
  readonly botPermissions?: readonly PermissionName[];
}

export const BOT_PERMISSIONS: readonly PermissionName[] = [
  "ViewChannel",
  "SendMessages",
  "SendMessagesInThreads",
  "CreatePublicThreads",
  "CreatePrivateThreads",
  "ManageThreads",
  "EmbedLinks",
  "AttachFiles",
  "ReadMessageHistory",
  "AddReactions",
  "ManageWebhooks",
  "ManageMessages",
  "MentionEveryone",
];

const CHANNELS: readonly ChannelSpec[] = [
  { name: "support" },
  { name: "general" },
  { name: "staff", isForStaff: true },
  { name: "help", kind: "forum", tags: ["billing", "bug", "solved"] },
];

/** Roles, people and channels of the one guild. */
export function fillGuild(world: World, spec: GuildSpec): void {
  addRole(world, "@everyone", EVERYONE, { id: world.guildId });
  const staff = addRole(world, "staff", bits("ManageMessages", "ManageThreads"), {
    mentionable: spec.isStaffMentionable ?? false,
  });
  const own = addRole(world, "deskhand", bits(...(spec.botPermissions ?? BOT_PERMISSIONS)));
  world.members.get(world.bot.id)?.roles.add(own.id);
  for (const name of spec.customers ?? ["ann", "bea"]) addMember(world, name);
  for (const name of spec.staff ?? ["sam", "tia"]) addMember(world, name, [staff.id]);
  for (const name of spec.bots ?? []) addMember(world, name, [], true);
  for (const channel of spec.channels ?? CHANNELS) addChannel(world, channel, [staff.id, own.id]);
}

export function addRole(world: World, name: string, permissions: bigint, more: Partial<Role> = {}): Role {
  const position = world.roles.size;
  const role = { id: world.nextId(), name, permissions, position, mentionable: false, ...more };
  world.roles.set(role.id, role);
  return role;
}

export function addMember(world: World, name: string, roles: readonly string[] = [], isBot = false): User {
  const user = createUser(world.nextId(), name, isBot);
  const member = createMember(user, world.now());
  for (const role of roles) member.roles.add(role);
  world.users.set(user.id, user);
  world.members.set(user.id, member);
  return user;
}

function addChannel(world: World, spec: ChannelSpec, insiders: readonly string[]): Channel {
  const type = spec.kind === "forum" ? ChannelType.GuildForum : ChannelType.GuildText;
  const { ViewChannel } = PermissionFlagsBits;
  const channel = createChannel(world, type, spec.name, {
    flags: spec.needsTag ? 16 : 0,
    tags: (spec.tags ?? []).map((name) => ({ id: world.nextId(), name, moderated: false })),
    overwrites: spec.isForStaff
      ? [
          { id: world.guildId, type: 0, allow: 0n, deny: ViewChannel },
          ...insiders.map((id) => ({ id, type: 0 as const, allow: ViewChannel, deny: 0n })),
        ]
      : [],
  });
  world.channels.set(channel.id, channel);
  return channel;
}
