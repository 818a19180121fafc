import { type APIGuildChannel, type Client, PermissionFlagsBits, Routes } from "discord.js";

import { messageOf } from "../../src/errors.ts";
import type { Config } from "../../src/config/schema.ts";
import type { Log } from "../../src/ops/log.ts";
import { createApi } from "./api.ts";
import { createGuilds } from "./guilds.ts";
import { permissionsIn } from "./may-do.ts";
import type { StaffRule } from "./people.ts";

/** Who is staff, where the staff channel's server is on a shard of another process: asked for, not heard. */
export interface FarDesk {
  readonly rule: () => StaffRule | null;
  /** Resolves once it is known; does nothing where the server is ours. */
  start(): Promise<void>;
  stop(): void;
}

/** As long as a membership that was asked for is believed. */
const EVERY_MS = 5 * 60_000;

export function createFarDesk(
  client: Client,
  { desk, discord }: Pick<Config, "desk" | "discord">,
  log: Log,
): FarDesk {
  let known: StaffRule | null = null;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    try {
      known = await ruleFrom(client, desk.channel, discord.staff_role);
    } catch (error) {
      log.warn({ err: messageOf(error) }, "Discord did not say who is staff at the desk on another shard");
    }
  }

  return {
    rule: () => known,
    async start() {
      if (desk.adapter !== "discord" || client.channels.cache.has(desk.channel)) return;
      await look();
      timer = setInterval(() => void look(), EVERY_MS).unref();
    },
    stop() {
      clearInterval(timer);
    },
  };
}

async function ruleFrom(client: Client, channel: string, role: string | undefined): Promise<StaffRule> {
  const api = createApi(client);
  const { guild_id: guild = "", permission_overwrites: overwrites = [] } = await api.get<APIGuildChannel>(
    Routes.channel(channel),
  );
  if (role !== undefined) return { guild, isStaff: (_user, roles) => roles.includes(role) };
  const facts = await createGuilds(client.user?.id ?? "", api).facts(guild);
  const rules = overwrites.map(({ id, allow, deny }) => ({ id, allow: BigInt(allow), deny: BigInt(deny) }));
  return {
    guild,
    isStaff: (id, roles) =>
      (permissionsIn({ id, roles }, facts, rules) & PermissionFlagsBits.ViewChannel) !== 0n,
  };
}
