import { randomBytes } from "node:crypto";

import { ChannelType, type MessageType } from "discord.js";

import { createIds } from "./snowflake.ts";

/** What is there: one guild, its people, channels and messages. Everything else in this folder reads or changes it. */

/** A JSON object whose shape Discord's description has checked. */
export type Json = Record<string, unknown>;

export interface User {
  readonly id: string;
  readonly username: string;
  readonly globalName: string | null;
  readonly bot: boolean;
  /** Refuses direct messages from the bot (50007). */
  dmsClosed: boolean;
}

export interface Role {
  readonly id: string;
  readonly name: string;
  readonly position: number;
  readonly mentionable: boolean;
  permissions: bigint;
}

export interface Member {
  readonly user: User;
  readonly roles: Set<string>;
  nick: string | null;
  readonly joinedAt: number;
}

export interface Overwrite {
  readonly id: string;
  readonly type: 0 | 1;
  allow: bigint;
  deny: bigint;
}

export interface Tag {
  readonly id: string;
  readonly name: string;
  /** Only those who may manage threads can set it. */
  readonly moderated: boolean;
}

export interface ThreadState {
  readonly ownerId: string;
  archived: boolean;
  locked: boolean;
  invitable: boolean;
  autoArchiveMinutes: number;
  archivedAt: number;
  readonly createdAt: number;
  /** User id -> when they joined. */
  readonly members: Map<string, number>;
  appliedTags: string[];
  sent: number;
}

export interface Channel {
  readonly id: string;
  readonly type: ChannelType;
  readonly guildId: string | null;
  readonly parentId: string | null;
  readonly position: number;
  name: string | null;
  topic: string | null;
  slowmode: number;
  overwrites: Overwrite[];
  tags: Tag[];
  /** REQUIRE_TAG is 16. */
  flags: number;
  /** The person at the other end, of a DM. */
  readonly recipient: User | null;
  readonly thread: ThreadState | null;
  readonly messages: Map<string, Message>;
  lastMessageId: string | null;
}

export interface Attachment {
  readonly id: string;
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: Buffer;
  readonly description: string | null;
}

export interface Message {
  readonly id: string;
  readonly channelId: string;
  readonly type: MessageType;
  readonly authorId: string;
  /** Set when a webhook wrote it: what it looks like to a reader. */
  readonly webhook: { readonly id: string; readonly name: string; readonly avatarUrl: string | null } | null;
  /** The application that sent it, for answers to interactions and application webhooks. */
  readonly applicationId: string | null;
  readonly interactionId: string | null;
  /** The only person who sees it; null for what everybody in the channel sees. */
  readonly ephemeralFor: string | null;
  readonly createdAt: number;
  readonly reference: { readonly messageId: string; readonly channelId: string } | null;
  readonly nonce: string | number | null;
  content: string;
  embeds: Json[];
  components: Json[];
  attachments: Attachment[];
  flags: number;
  editedAt: number | null;
  mentionedUsers: string[];
  mentionedRoles: string[];
  mentionsEveryone: boolean;
  readonly reactions: Map<string, Set<string>>;
  threadId: string | null;
}

export interface Webhook {
  readonly id: string;
  readonly token: string;
  readonly channelId: string;
  readonly creatorId: string;
  name: string;
}

/** A message that really notified somebody. */
export interface Ping {
  readonly messageId: string;
  readonly channelId: string;
  readonly by: string;
  readonly kind: "user" | "role" | "everyone" | "here" | "reply";
  /** The id of the user or the role; the guild's id for everyone and here. */
  readonly target: string;
  readonly targetName: string;
}

/** A click, a command or a form that was sent, and what became of it. */
export interface Interaction {
  readonly id: string;
  readonly token: string;
  readonly kind: "command" | "component" | "modal";
  readonly userId: string;
  readonly channelId: string;
  /** The message whose button was clicked, also for the form that followed. */
  readonly messageId: string | null;
  readonly createdAt: number;
  state: "waiting" | "deferred" | "answered" | "expired";
  /** What `@original` means. */
  originalId: string | null;
  /** Still "thinking": the first follow-up fills it. */
  isLoading: boolean;
}

/** A form that a person has before them. */
export interface Modal {
  readonly userId: string;
  readonly channelId: string;
  readonly messageId: string | null;
  readonly customId: string;
  readonly title: string;
  readonly components: readonly Json[];
  state: "open" | "submitted";
}

/** The privileged intents, as the developer portal has them switched. */
export interface Portal {
  messageContent: boolean;
  guildMembers: boolean;
  presences: boolean;
}

export interface GatewayEvent {
  readonly name: string;
  readonly data: Json;
  readonly guildId: string | null;
  /** Only those who can see this channel are told. */
  readonly channelId?: string;
  /** Bits of which a session needs one; 0: always sent. */
  readonly intent: number;
  /** The message in `data`, for what the MessageContent intent hides. */
  readonly message?: Message;
}

export interface World {
  readonly now: () => number;
  readonly nextId: () => string;
  /** Where files are served; set once the server listens. */
  url: string;
  /** The bot's; a new one takes the place of one that was revoked. */
  token: string;
  readonly guildId: string;
  readonly guildName: string;
  readonly applicationId: string;
  readonly bot: User;
  readonly ownerId: string;
  readonly users: Map<string, User>;
  readonly members: Map<string, Member>;
  readonly roles: Map<string, Role>;
  readonly channels: Map<string, Channel>;
  readonly webhooks: Map<string, Webhook>;
  /** Messages that one person alone can see. */
  readonly hidden: Map<string, Message>;
  readonly attachments: Map<string, { readonly attachment: Attachment; readonly channelId: string }>;
  /** By token. */
  readonly interactions: Map<string, Interaction>;
  readonly modals: Modal[];
  /** As Discord keeps them; by "global" or the guild's id. */
  readonly commands: Map<string, Json[]>;
  /** How long a client has for its first answer to an interaction. */
  readonly interactionMs: number;
  readonly portal: Portal;
  readonly pings: Ping[];
  readonly typing: { readonly channelId: string; readonly at: number }[];
  readonly violations: string[];
  /** Running ones, ended with the server. */
  readonly timers: Set<NodeJS.Timeout>;
  /** Tells the gateway, and whoever waits. */
  publish(event: GatewayEvent): void;
  /** Tells whoever waits that something is different, where the gateway is not told. */
  changed(): void;
  readonly listeners: Set<(event: GatewayEvent | null) => void>;
}

export function createWorld(now: () => number, interactionMs: number, portal: Portal): World {
  const nextId = createIds(now);
  const listeners = new Set<(event: GatewayEvent | null) => void>();
  const bot = createUser(nextId(), "deskhand", true);
  const owner = createUser(nextId(), "owner", false);
  return {
    now,
    nextId,
    url: "",
    token: botToken(bot),
    guildId: nextId(),
    guildName: "Acme",
    applicationId: bot.id,
    bot,
    ownerId: owner.id,
    users: new Map([bot, owner].map((user) => [user.id, user])),
    members: new Map([bot, owner].map((user) => [user.id, createMember(user, now())])),
    roles: new Map(),
    channels: new Map(),
    webhooks: new Map(),
    hidden: new Map(),
    attachments: new Map(),
    interactions: new Map(),
    modals: [],
    commands: new Map(),
    interactionMs,
    portal,
    pings: [],
    typing: [],
    violations: [],
    timers: new Set(),
    listeners,
    publish: (event) => {
      for (const listener of listeners) listener(event);
    },
    changed: () => {
      for (const listener of listeners) listener(null);
    },
  };
}

/** Shaped like a real one: the first part is the bot's id. */
function botToken(bot: User): string {
  return `${Buffer.from(bot.id).toString("base64url")}.Gtest0.${randomToken().slice(0, 38)}`;
}

export function createUser(id: string, username: string, bot: boolean): User {
  const globalName = bot ? null : username.charAt(0).toUpperCase() + username.slice(1);
  return { id, username, globalName, bot, dmsClosed: false };
}

export function createMember(user: User, joinedAt: number): Member {
  return { user, roles: new Set(), nick: null, joinedAt };
}

/** A channel with nothing in it; the caller puts it into the world. */
export function createChannel(
  world: World,
  type: ChannelType,
  name: string | null,
  more: Partial<Channel> = {},
): Channel {
  return {
    id: world.nextId(),
    type,
    name,
    guildId: type === ChannelType.DM ? null : world.guildId,
    parentId: null,
    position: world.channels.size,
    topic: null,
    slowmode: 0,
    overwrites: [],
    tags: [],
    flags: 0,
    recipient: null,
    thread: null,
    messages: new Map(),
    lastMessageId: null,
    ...more,
  };
}

export function randomToken(): string {
  return randomBytes(34).toString("base64url");
}

/** Also when it was since deleted: everything a person wrote keeps its author. */
export function userOf(world: World, id: string): User {
  const user = world.users.get(id);
  if (!user) throw new Error(`no user ${id}`);
  return user;
}

export function channelOf(world: World, id: string): Channel {
  const channel = world.channels.get(id);
  if (!channel) throw new Error(`no channel ${id}`);
  return channel;
}

export function isThread(channel: Channel): channel is Channel & { readonly thread: ThreadState } {
  return channel.thread !== null;
}

export function isForum(channel: Channel): boolean {
  return channel.type === ChannelType.GuildForum || channel.type === ChannelType.GuildMedia;
}
