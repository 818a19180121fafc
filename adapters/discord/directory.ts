import {
  type Channel,
  type Client,
  DiscordAPIError,
  type Guild,
  PermissionFlagsBits,
  Routes,
} from "discord.js";

import type { Config } from "../../src/config/schema.ts";
import { readMember } from "./gateway-payloads.ts";
import { permissionsIn } from "./may-do.ts";
import type { Register, StaffRule } from "./people.ts";
import { type ChannelFacts, type Spot, spotOf } from "./spots.ts";
import type { Names, Self } from "./words.ts";

/** What the client knows of channels, roles and members, as the pure parts need it. */
export interface Directory extends Register {
  /** Null where we have no business or no access. Throws when Discord cannot say. */
  spot(channel: string, guild: string | null): Promise<Spot | null>;
  self(guild: string | null): Self;
  names(guild: string | null): Names;
}

export function createDirectory(
  client: Client,
  config: Pick<Config, "discord" | "desk">,
  /** Who is staff where the staff channel is on a server that another process holds. */
  elsewhere: () => StaffRule | null = () => null,
): Directory {
  const guildOf = (id: string | null): Guild | undefined =>
    id === null ? undefined : client.guilds.cache.get(id);

  return {
    async spot(channel, guild) {
      if (guild === null) return config.discord.direct_messages ? { kind: "dm", channel } : null;
      const known =
        client.channels.cache.get(channel) ?? (await unlessGone(() => client.channels.fetch(channel)));
      return known && spotOf(factsOf(known), config);
    },
    self(guild) {
      const user = client.user?.id ?? "";
      const role = client.user && guildOf(guild)?.roles.botRoleFor(client.user);
      return { user, role: role?.id ?? null };
    },
    names(guild) {
      const members = guildOf(guild)?.members.cache;
      return {
        user: (id) => members?.get(id)?.displayName,
        role: (id) => guildOf(guild)?.roles.cache.get(id)?.name,
        channel: (id) => {
          const channel = client.channels.cache.get(id);
          return channel && "name" in channel ? (channel.name ?? undefined) : undefined;
        },
      };
    },
    staffRule: () => staffRuleOf(client, config) ?? elsewhere(),
    async fetchMember(guild, user) {
      return readMember(await unlessGone(() => client.rest.get(Routes.guildMember(guild, user))));
    },
  };
}

function staffRuleOf(client: Client, { discord, desk }: Pick<Config, "discord" | "desk">): StaffRule | null {
  const { staff_role: role } = discord;
  if (role !== undefined) {
    const guild = client.guilds.cache.find(({ roles }) => roles.cache.has(role));
    return guild ? { guild: guild.id, isStaff: (_user, roles) => roles.includes(role) } : null;
  }
  if (desk.adapter !== "discord") return null;
  const channel = client.channels.cache.get(desk.channel);
  if (!channel || !("permissionOverwrites" in channel)) return null;
  const { guild } = channel;
  const facts = {
    id: guild.id,
    ownerId: guild.ownerId,
    permissionsOf: (id: string) => guild.roles.cache.get(id)?.permissions.bitfield,
  };
  const overwrites = channel.permissionOverwrites.cache.map(({ id, allow, deny }) => ({
    id,
    allow: allow.bitfield,
    deny: deny.bitfield,
  }));
  return {
    guild: guild.id,
    isStaff: (id, roles) =>
      (permissionsIn({ id, roles }, facts, overwrites) & PermissionFlagsBits.ViewChannel) !== 0n,
  };
}

export function factsOf(channel: Channel): ChannelFacts {
  const isThread = channel.isThread();
  return {
    id: channel.id,
    type: channel.type,
    guildId: "guildId" in channel ? channel.guildId : null,
    name: "name" in channel ? channel.name : null,
    parentId: "parentId" in channel ? channel.parentId : null,
    parentType: isThread ? (channel.parent?.type ?? null) : null,
    threadOwnerId: isThread ? channel.ownerId : null,
    createdAt: isThread ? channel.createdTimestamp : null,
  };
}

const FORBIDDEN = 403;
const NOT_FOUND = 404;

/** Null for what is not there (any more), or not for us. */
export async function unlessGone<T>(call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof DiscordAPIError && (error.status === NOT_FOUND || error.status === FORBIDDEN))
      return null;
    throw error;
  }
}
