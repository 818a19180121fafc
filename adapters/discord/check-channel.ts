import {
  type APIChannel,
  type APIGuildForumChannel,
  type APIGuildTextChannel,
  ChannelType,
  DiscordAPIError,
  PermissionFlagsBits,
  Routes,
} from "discord.js";

import type { Finding } from "../../src/adapter.ts";
import type { Config } from "../../src/config/schema.ts";
import type { Api } from "./api.ts";
import type { Guilds } from "./guilds.ts";
import { type OverwriteFacts, permissionsIn } from "./may-do.ts";
import { missingNeeds, type Use } from "./permissions.ts";
import { isForum, missingTags } from "./tags.ts";

/** A channel that the configuration names, and where. */
export interface Usage {
  readonly channel: string;
  readonly setting: string;
  readonly isDesk: boolean;
}

export interface ChannelDeps {
  readonly api: Api;
  readonly guilds: Guilds;
  readonly config: Pick<Config, "desk" | "discord">;
  readonly invite: string;
}

type Facts = Awaited<ReturnType<Guilds["facts"]>>;
type OurChannel = APIGuildTextChannel<ChannelType.GuildText> | APIGuildForumChannel;

/** Whether a channel is there, seen, of the right kind, and allows what we do in it. */
export async function checkChannel(usage: Usage, deps: ChannelDeps): Promise<Finding[]> {
  const found = await findChannel(usage, deps);
  if ("level" in found) return [found];
  const guild = await deps.guilds.facts(found.guild_id ?? "");
  const self = await deps.guilds.self(guild.id);
  const has = permissionsIn(self, guild, overwritesOf(found));
  const use: Use = usage.isDesk ? "desk" : isForum(found.type) ? "forum" : "text";
  const findings = [
    ...missingNeeds(has, use).map(({ title, must, without }): Finding => ({
      level: must ? "problem" : "warning",
      what: `#${found.name}: Deskhand's role lacks ${title}, so ${without}.`,
      fix: `In Discord: Edit Channel > Permissions of #${found.name}, add Deskhand's role and allow ${title}. Or invite Deskhand again: ${deps.invite}`,
    })),
    ...(use === "desk" ? checkDesk(found, guild, has, deps.config) : []),
    ...(use === "forum" ? checkTags(found as APIGuildForumChannel, has) : []),
  ];
  const isFine = findings.every(({ level }) => level === "ok");
  return isFine
    ? [{ level: "ok", what: `#${found.name} allows all that Deskhand does there.` }, ...findings]
    : findings;
}

async function findChannel(
  { channel, setting, isDesk }: Usage,
  { api }: ChannelDeps,
): Promise<OurChannel | Finding> {
  if (!/^\d{17,20}$/.test(channel))
    return noChannel(`${setting}: "${channel}" is not the id of a channel.`, setting);
  try {
    const found = await api.get<APIChannel>(Routes.channel(channel));
    if (found.type === ChannelType.GuildText) return found;
    if (!isDesk && isForum(found.type)) return found as APIGuildForumChannel;
    return {
      level: "problem",
      what: `${setting}: the channel ${found.name ?? channel} is of a kind that Deskhand cannot use here.`,
      fix: isDesk
        ? "Give the id of a text channel that only staff can see."
        : "Give the id of a text channel or a forum; threads and posts belong to their channel.",
    };
  } catch (error) {
    if (!(error instanceof DiscordAPIError) || error.status === 401) throw error;
    if (error.status === 403) {
      return {
        level: "problem",
        what: `${setting}: Deskhand cannot see the channel ${channel}.`,
        fix: "In Discord: Edit Channel > Permissions, add Deskhand's role and allow View Channel.",
      };
    }
    return noChannel(
      `${setting}: there is no channel ${channel}, or Deskhand is not in its server.`,
      setting,
    );
  }
}

function overwritesOf({ permission_overwrites: overwrites = [] }: OurChannel): OverwriteFacts[] {
  return overwrites.map(({ id, allow, deny }) => ({ id, allow: BigInt(allow), deny: BigInt(deny) }));
}

function noChannel(what: string, setting: string): Finding {
  return {
    level: "problem",
    what,
    fix: `Switch on Developer Mode in Discord (Settings > Advanced), right-click the channel, Copy Channel ID, and put it into ${setting} in quotes.`,
  };
}

function checkDesk(
  channel: OurChannel,
  guild: Facts,
  has: bigint,
  { desk, discord }: ChannelDeps["config"],
): Finding[] {
  const anybody = permissionsIn({ id: "", roles: [] }, guild, overwritesOf(channel));
  const isOpen = (anybody & PermissionFlagsBits.ViewChannel) !== 0n;
  return [
    ...(isOpen ? [openDesk(channel.name, discord.staff_role !== undefined)] : []),
    ...(desk.ping === undefined ? [] : [checkPing(desk.ping, guild, has)]),
  ];
}

function openDesk(name: string, hasStaffRole: boolean): Finding {
  return {
    // Without a role it is the channel that says who is staff.
    level: hasStaffRole ? "warning" : "problem",
    what: hasStaffRole
      ? `#${name}: every member can read the staff channel, with what customers wrote in private.`
      : `#${name}: every member can see the staff channel, so every member would count as staff.`,
    fix: `In Discord: Edit Channel > Permissions of #${name}, make it private and add your staff's role${hasStaffRole ? "" : "; or set discord.staff_role"}.`,
  };
}

/** The doctor's word on the role that cards call. */
function checkPing(ping: string, { roles }: Facts, has: bigint): Finding {
  const role = roles.find(({ id }) => id === ping);
  if (!role) {
    return {
      level: "problem",
      what: `desk.ping: no role has the id ${ping}, so a new card calls nobody.`,
      fix: "Right-click the role under Server Settings > Roles, Copy Role ID, and put it into desk.ping in quotes.",
    };
  }
  if (role.mentionable || (has & PermissionFlagsBits.MentionEveryone) !== 0n) {
    return { level: "ok", what: `A new card calls the role ${role.name}.` };
  }
  return {
    level: "warning",
    what: `desk.ping: Deskhand may not mention the role ${role.name}, so a new card shows it and calls nobody.`,
    fix: `In Discord: Server Settings > Roles > ${role.name}, switch on "Allow anyone to @mention this role".`,
  };
}

function checkTags(forum: APIGuildForumChannel, has: bigint): Finding[] {
  const missing = missingTags(forum.available_tags);
  if (missing.length === 0)
    return [{ level: "ok", what: `#${forum.name} has the tags that show a post's state.` }];
  if ((has & PermissionFlagsBits.ManageChannels) !== 0n) {
    return [{ level: "ok", what: `#${forum.name}: Deskhand will make the tags ${missing.join(", ")}.` }];
  }
  return [
    {
      level: "warning",
      what: `#${forum.name} lacks the tags ${missing.join(", ")}, so posts do not show that state.`,
      fix: `In Discord: Edit Channel > Tags of #${forum.name}, add them by these names. Or give Deskhand's role Manage Channels there, and it makes them.`,
    },
  ];
}
