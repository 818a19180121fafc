import { type APIApplication, type APIUser, type Channel, type Client, Routes } from "discord.js";

import { apiOver, createPatientRest } from "./api.ts";

/** What the outgoing half needs to know of the bot: a connected client is one, and so is one that only sends. */
export interface Bot {
  readonly token: string | null;
  readonly options: Pick<Client["options"], "rest">;
  readonly user: { readonly id: string } | null;
  readonly application: { readonly id: string } | null;
  /** Channels that the gateway has told us of. */
  readonly channels: { readonly cache: { get(id: string): Channel | undefined } };
}

/** The bot without a connection to the gateway: what it is called is asked for, and no channel is known beforehand. */
export async function botThatSends(token: string, apiUrl: string | undefined): Promise<Bot> {
  const options = { rest: apiUrl === undefined ? {} : { api: apiUrl } };
  const rest = createPatientRest(options.rest).setToken(token);
  const api = apiOver(() => rest);
  const application = await api.get<APIApplication>(Routes.currentApplication());
  const user = await api.get<APIUser>(Routes.user());
  return { token, options, user, application, channels: { cache: new Map() } };
}
