import type { Channel, Restriction, Team, User, Usergroup, World } from "./world.ts";

/** What a test says of a workspace; ids may be chosen or are made up. */
export interface TeamSeed {
  readonly id?: string;
  readonly name?: string;
  readonly botToken?: string;
  readonly botName?: string;
  /** Without it, `ALL_SCOPES`. */
  readonly scopes?: readonly string[];
  readonly users?: readonly UserSeed[];
  readonly channels?: readonly ChannelSeed[];
  readonly usergroups?: readonly UsergroupSeed[];
}

export interface UserSeed {
  readonly id?: string;
  readonly name: string;
  readonly realName?: string;
  readonly email?: string;
  readonly isAdmin?: boolean;
  readonly locale?: string;
  /** The bot of another app. */
  readonly isBot?: boolean;
  /** Somebody of another workspace, over Slack Connect: that workspace's id. */
  readonly homeTeam?: string;
}

export interface ChannelSeed {
  readonly id?: string;
  readonly name: string;
  readonly kind?: "public" | "private";
  /** User ids. */
  readonly members?: readonly string[];
  /** True without it: the bot was invited. */
  readonly botIsIn?: boolean;
  /** Shared with another workspace. */
  readonly isShared?: boolean;
  readonly restriction?: Restriction;
}

export interface UsergroupSeed {
  readonly id?: string;
  readonly handle: string;
  readonly name?: string;
  readonly users?: readonly string[];
}

export const ALL_SCOPES: readonly string[] =
  `app_mentions:read assistant:write chat:write chat:write.customize chat:write.public commands
  channels:history channels:read groups:history groups:read im:history im:read im:write mpim:history mpim:read
  files:read files:write reactions:read reactions:write users:read users:read.email usergroups:read`.split(
    /\s+/,
  );

export function addTeam(world: World, seed: TeamSeed): Team {
  const id = seed.id ?? world.id("T");
  const botUserId = world.id("UBOT");
  const team: Team = {
    id,
    name: seed.name ?? "Test workspace",
    domain: (seed.name ?? "test").toLowerCase().replace(/[^a-z0-9]+/g, "-"),
    bot: { userId: botUserId, botId: world.id("B"), token: seed.botToken ?? `xoxb-${id}-bot` },
    appId: world.id("A"),
    users: new Map(),
    channels: new Map(),
    usergroups: new Map(),
    files: new Map(),
    ephemerals: [],
    installed: true,
  };
  world.teams.set(id, team);
  const name = seed.botName ?? "deskhand";
  team.users.set(botUserId, {
    id: botUserId,
    name,
    realName: name,
    displayName: name,
    isBot: true,
    isAdmin: false,
    locale: "en-US",
    teamId: id,
    isForeign: false,
    botId: team.bot.botId,
  });
  world.tokens.set(team.bot.token, {
    value: team.bot.token,
    kind: "bot",
    teamId: id,
    scopes: new Set(seed.scopes ?? ALL_SCOPES),
    revoked: false,
  });
  for (const user of seed.users ?? []) addUser(world, team, user);
  for (const channel of seed.channels ?? []) addChannel(world, team, channel);
  for (const group of seed.usergroups ?? []) addUsergroup(world, team, group);
  return team;
}

export function addUser(world: World, team: Team, seed: UserSeed): User {
  const id = seed.id ?? world.id("U");
  const user: User = {
    id,
    name: seed.name,
    realName: seed.realName ?? seed.name,
    displayName: seed.name,
    ...(seed.email && { email: seed.email }),
    isBot: seed.isBot ?? false,
    isAdmin: seed.isAdmin ?? false,
    locale: seed.locale ?? "en-US",
    teamId: seed.homeTeam ?? team.id,
    isForeign: seed.homeTeam !== undefined,
    ...(seed.isBot && { botId: world.id("B") }),
  };
  team.users.set(id, user);
  return user;
}

export function addChannel(world: World, team: Team, seed: ChannelSeed): Channel {
  const members = new Set(seed.members);
  for (const member of members) {
    if (!team.users.has(member))
      throw new Error(`Channel ${seed.name} has a member ${member} who is no user.`);
  }
  if (seed.botIsIn ?? true) members.add(team.bot.userId);
  const channel: Channel = {
    id: seed.id ?? world.id("C"),
    name: seed.name,
    kind: seed.kind ?? "public",
    teamId: team.id,
    members,
    messages: new Map(),
    threads: new Map(),
    createdAt: world.now(),
    isShared: seed.isShared ?? false,
    isArchived: false,
    restriction: seed.restriction ?? null,
  };
  team.channels.set(channel.id, channel);
  return channel;
}

export function addUsergroup(world: World, team: Team, seed: UsergroupSeed): Usergroup {
  const group: Usergroup = {
    id: seed.id ?? world.id("S"),
    handle: seed.handle,
    name: seed.name ?? seed.handle,
    users: seed.users ?? [],
  };
  team.usergroups.set(group.id, group);
  return group;
}
