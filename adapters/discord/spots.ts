import { ChannelType } from "discord.js";

import type { Config } from "../../src/config/schema.ts";
import type { Address, ChannelMode, Visibility } from "../../src/domain.ts";
import { toAddress } from "./address.ts";

/** What we must know of a channel to say where its messages belong. Structural: discord.js's channels have it. */
export interface ChannelFacts {
  readonly id: string;
  readonly type: ChannelType;
  readonly guildId: string | null;
  readonly name: string | null;
  readonly parentId: string | null;
  readonly parentType: ChannelType | null;
  readonly threadOwnerId: string | null;
  readonly createdAt: number | null;
}

/** Where something was said, as far as it concerns us. */
export type Spot =
  | { readonly kind: "dm"; readonly channel: string }
  /** A channel in which each question gets a thread; a voice channel's chat cannot have threads. */
  | {
      readonly kind: "channel";
      readonly guild: string;
      readonly channel: string;
      readonly mode: ChannelMode;
      readonly threads: boolean;
      readonly isDesk: boolean;
    }
  | {
      readonly kind: "thread";
      readonly guild: string;
      readonly parent: string;
      readonly thread: string;
      readonly mode: ChannelMode;
      readonly isDesk: boolean;
      readonly isPrivate: boolean;
      /** The title, when it is a forum post; its first message has the thread's id. */
      readonly post: string | null;
      /** Who opened a thread that hangs on no message; null for the others. */
      readonly openedBy: string | null;
    };

type Rules = Pick<Config, "discord" | "desk">;

/** Null where we have no business: a channel that is off, a kind of channel without talk. */
export function spotOf(channel: ChannelFacts, config: Rules): Spot | null {
  const { id, guildId, parentId } = channel;
  if (channel.type === ChannelType.DM) {
    return config.discord.direct_messages ? { kind: "dm", channel: id } : null;
  }
  if (guildId === null) return null;
  if (THREADS.has(channel.type)) {
    if (parentId === null) return null;
    const isForum = channel.parentType !== null && FORUMS.has(channel.parentType);
    const mode = modeOf(parentId, isForum, config);
    return (
      mode && {
        kind: "thread",
        guild: guildId,
        parent: parentId,
        thread: id,
        mode,
        isDesk: isDesk(parentId, config),
        isPrivate: channel.type === ChannelType.PrivateThread,
        post: isForum ? (channel.name ?? "") : null,
        openedBy: !isForum && standsAlone(channel) ? channel.threadOwnerId : null,
      }
    );
  }
  if (!TALK.has(channel.type)) return null;
  const mode = modeOf(id, false, config);
  const threads = !VOICE.has(channel.type);
  return mode && { kind: "channel", guild: guildId, channel: id, mode, threads, isDesk: isDesk(id, config) };
}

const THREADS: ReadonlySet<ChannelType> = new Set([
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
]);
const FORUMS: ReadonlySet<ChannelType> = new Set([ChannelType.GuildForum, ChannelType.GuildMedia]);
const VOICE: ReadonlySet<ChannelType> = new Set([ChannelType.GuildVoice, ChannelType.GuildStageVoice]);
const TALK: ReadonlySet<ChannelType> = new Set([
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ...VOICE,
]);

function isDesk(channel: string, { desk }: Rules): boolean {
  return desk.adapter === "discord" && desk.channel === channel;
}

/** Null is off. At the desk everything is listened to: the core finds the escalation by its thread. */
function modeOf(channel: string, isForum: boolean, config: Rules): ChannelMode | null {
  if (isDesk(channel, config)) return "mention";
  const { channels, other_channels } = config.discord;
  const mode = channels.find(({ id }) => id === channel)?.mode ?? other_channels;
  if (mode === "off") return null;
  return isForum && mode === "every_post" ? "forum" : mode;
}

/** Discord's ids hold the time; a thread on a message has that message's id and is younger than it. */
const SAME_MOMENT_MS = 500;

function standsAlone({ id, createdAt }: ChannelFacts): boolean {
  return createdAt !== null && createdAt - timeOfId(id) < SAME_MOMENT_MS;
}

const EPOCH_MS = 1_420_070_400_000;

/** When Discord made this id. */
export function timeOfId(id: string): number {
  return /^\d{1,20}$/.test(id) ? Number(BigInt(id) >> 22n) + EPOCH_MS : EPOCH_MS;
}

/** The smallest id of that moment. */
export function idOfTime(at: number): string {
  return (BigInt(Math.max(0, Math.floor(at) - EPOCH_MS)) << 22n).toString();
}

/** The conversation that the message `messageId` belongs to. */
export function addressIn(spot: Spot, messageId: string): Address {
  switch (spot.kind) {
    case "dm":
      return toAddress({ kind: "channel", guild: "dm", channel: spot.channel });
    case "channel": {
      const { guild, channel } = spot;
      return spot.threads
        ? toAddress({ kind: "thread", guild, parent: channel, thread: messageId })
        : toAddress({ kind: "channel", guild, channel });
    }
    case "thread":
      return toAddress({ kind: "thread", guild: spot.guild, parent: spot.parent, thread: spot.thread });
  }
}

export function visibilityIn(spot: Spot): Visibility {
  return spot.kind === "dm" || (spot.kind === "thread" && spot.isPrivate) ? "private" : "public";
}

export function modeIn(spot: Spot): ChannelMode {
  return spot.kind === "dm" ? "dm" : spot.mode;
}

/** Opens the conversation in Discord. */
export function linkIn(spot: Spot, messageId: string): string {
  const base = "https://discord.com/channels";
  switch (spot.kind) {
    case "dm":
      return `${base}/@me/${spot.channel}`;
    case "channel":
      return `${base}/${spot.guild}/${spot.threads ? messageId : spot.channel}`;
    case "thread":
      return `${base}/${spot.guild}/${spot.thread}`;
  }
}
