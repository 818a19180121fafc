import type { Block } from "./block-types.ts";

/** What a workspace holds. Plain maps: a soak of thousands of messages must cost nothing here. */

export type ChannelKind = "public" | "private" | "im" | "mpim";

export interface User {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly displayName: string;
  readonly email?: string;
  readonly isBot: boolean;
  readonly isAdmin: boolean;
  readonly locale: string;
  /** The home workspace; another one than the channel's when `isForeign`. */
  readonly teamId: string;
  /** From another workspace, over Slack Connect. */
  readonly isForeign: boolean;
  /** Set for the bot users of other apps. */
  readonly botId?: string;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly teamId: string;
  readonly members: Set<string>;
  readonly messages: Map<string, Message>;
  /** Replies by the timestamp of their root, oldest first. */
  readonly threads: Map<string, Message[]>;
  readonly createdAt: number;
  isShared: boolean;
  isArchived: boolean;
  restriction: Restriction | null;
}

/** What admins may forbid in a channel, for everybody but themselves. */
export type Restriction = "read_only" | "thread_only" | "non_threadable";

export interface Usergroup {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  users: readonly string[];
}

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  title: string;
  readonly mimetype: string;
  readonly user: string;
  readonly teamId: string;
  bytes: Buffer | null;
  /** True once `files.completeUploadExternal` ran or a person shared it. */
  shared: boolean;
  readonly channels: string[];
}

export interface Metadata {
  readonly event_type: string;
  readonly event_payload: Readonly<Record<string, unknown>>;
}

export interface Message {
  readonly ts: string;
  readonly channel: string;
  readonly teamId: string;
  /** Who wrote it; the bot's own user for its messages. */
  readonly user: string;
  /** `file_share`, `thread_broadcast`, `bot_message`, `channel_join`, … */
  subtype?: string;
  readonly botId?: string;
  readonly threadTs?: string;
  readonly clientMsgId?: string;
  readonly username?: string;
  readonly iconUrl?: string;
  readonly iconEmoji?: string;
  /** Top-level text as it is stored, with Slack's escaping. */
  rawText: string;
  blocks: readonly Block[] | null;
  attachments: readonly unknown[];
  metadata: Metadata | null;
  files: readonly StoredFile[];
  edited: { readonly user: string; readonly ts: string } | null;
  deleted: boolean;
  readonly reactions: Map<string, Set<string>>;
  readonly flags: MessageFlags;
  /** Only this user sees it. */
  readonly ephemeralFor?: string;
}

export interface MessageFlags {
  readonly unfurlLinks: boolean | null;
  readonly unfurlMedia: boolean | null;
  readonly parse: string | null;
  readonly linkNames: boolean | null;
  readonly replyBroadcast: boolean;
}

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  /** The token is another one after the app was removed and installed again. */
  readonly bot: { readonly userId: string; readonly botId: string; token: string };
  readonly appId: string;
  readonly users: Map<string, User>;
  readonly channels: Map<string, Channel>;
  readonly usergroups: Map<string, Usergroup>;
  readonly files: Map<string, StoredFile>;
  readonly ephemerals: Message[];
  installed: boolean;
}

export type TokenKind = "bot" | "app";

export interface Token {
  readonly value: string;
  readonly kind: TokenKind;
  readonly teamId: string;
  scopes: ReadonlySet<string>;
  revoked: boolean;
}

export interface World {
  readonly teams: Map<string, Team>;
  readonly tokens: Map<string, Token>;
  /** Ids that no two workspaces share, so that a channel id alone names its workspace. */
  readonly id: (prefix: string) => string;
  /** A message timestamp that is never given twice and always grows. */
  readonly ts: () => string;
  readonly now: () => number;
}

export function createWorld(now: () => number): World {
  let ids = 0;
  let last = 0;
  return {
    teams: new Map(),
    tokens: new Map(),
    now,
    id: (prefix) => `${prefix}${(++ids).toString(36).toUpperCase().padStart(9, "0")}`,
    ts: () => {
      last = Math.max(last + 1, now() * 1000);
      const whole = Math.floor(last / 1_000_000);
      return `${whole}.${String(last - whole * 1_000_000).padStart(6, "0")}`;
    },
  };
}

/** Throws with what there is: a test that names a channel that is not there is a broken test. */
export function channelOf(world: World, id: string): { team: Team; channel: Channel } {
  for (const team of world.teams.values()) {
    const channel = team.channels.get(id);
    if (channel) return { team, channel };
  }
  const known = [...world.teams.values()].flatMap((team) =>
    [...team.channels.values()].map((channel) => `${channel.id} (${channel.name || channel.kind})`),
  );
  throw new Error(`No channel ${id} in the test workspace; there are ${known.join(", ") || "none"}.`);
}

export function userOf(team: Team, id: string): User {
  const user = team.users.get(id);
  if (user) return user;
  throw new Error(`No user ${id} in ${team.id}; there are ${[...team.users.keys()].join(", ")}.`);
}

/** The direct channel of the bot and a user, made when there is none. */
export function directChannel(world: World, team: Team, user: string): Channel {
  for (const channel of team.channels.values()) {
    if (channel.kind === "im" && channel.members.has(user)) return channel;
  }
  const channel: Channel = {
    id: world.id("D"),
    name: "",
    kind: "im",
    teamId: team.id,
    members: new Set([user, team.bot.userId]),
    messages: new Map(),
    threads: new Map(),
    createdAt: world.now(),
    isShared: false,
    isArchived: false,
    restriction: null,
  };
  team.channels.set(channel.id, channel);
  return channel;
}

/** Puts a message where a reader would find it: in its channel and, as a reply, in its thread. */
export function store(channel: Channel, message: Message): void {
  channel.messages.set(message.ts, message);
  if (!message.threadTs || message.threadTs === message.ts) return;
  const replies = channel.threads.get(message.threadTs);
  if (replies) replies.push(message);
  else channel.threads.set(message.threadTs, [message]);
}

export const NO_FLAGS: MessageFlags = {
  unfurlLinks: null,
  unfurlMedia: null,
  parse: null,
  linkNames: null,
  replyBroadcast: false,
};
