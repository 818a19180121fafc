import {
  type APIGuild,
  type APIGuildMember,
  type APIRole,
  type RESTAPIPartialCurrentUserGuild,
  Routes,
} from "discord.js";

import type { Api } from "./api.ts";
import type { GuildFacts } from "./may-do.ts";

export interface Guilds {
  /** The servers that we are in. */
  joined(): Promise<readonly { readonly id: string; readonly name: string }[]>;
  facts(guild: string): Promise<GuildFacts & { readonly roles: readonly APIRole[] }>;
  /** Ourselves there. */
  self(guild: string): Promise<{ readonly id: string; readonly roles: readonly string[] }>;
}

/** What the doctor asks of servers, each once. */
export function createGuilds(selfId: string, api: Api): Guilds {
  const known = new Map<string, Promise<unknown>>();
  const once = <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    const asked = (known.get(key) as Promise<T> | undefined) ?? ask();
    known.set(key, asked);
    return asked;
  };
  return {
    joined: () => once("joined", () => api.get<RESTAPIPartialCurrentUserGuild[]>(Routes.userGuilds())),
    facts: (guild) =>
      once(`facts ${guild}`, async () => {
        const { id, owner_id: ownerId, roles } = await api.get<APIGuild>(Routes.guild(guild));
        const allowed = new Map(roles.map((role) => [role.id, BigInt(role.permissions)]));
        return { id, ownerId, roles, permissionsOf: (role: string) => allowed.get(role) };
      }),
    self: (guild) =>
      once(`self ${guild}`, async () => {
        const { roles } = await api.get<APIGuildMember>(Routes.guildMember(guild, selfId));
        return { id: selfId, roles };
      }),
  };
}
