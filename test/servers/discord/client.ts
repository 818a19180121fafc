import {
  Client,
  Events,
  GatewayIntentBits,
  Partials,
  type ClientOptions,
  type DiscordAPIError,
} from "discord.js";

import type { DiscordServer } from "./index.ts";

const INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildMessageReactions,
  GatewayIntentBits.MessageContent,
  GatewayIntentBits.DirectMessages,
  GatewayIntentBits.DirectMessageReactions,
];

/** The real client, logged in; its own brake of 50 requests a second is off, the server has one. */
export async function connectBot(
  server: DiscordServer,
  options: Partial<ClientOptions> = {},
): Promise<Client<true>> {
  const client = createBot(server, options);
  const ready = new Promise<Client<true>>((resolve, reject) => {
    client.once(Events.ClientReady, resolve);
    client.once(Events.ShardError, reject);
  });
  await client.login(server.token);
  return ready;
}

export function createBot(server: DiscordServer, options: Partial<ClientOptions> = {}): Client {
  const { rest, ...others } = options;
  const client = new Client({
    intents: INTENTS,
    partials: [Partials.Channel, Partials.Message, Partials.Reaction],
    ...others,
    rest: { api: `${server.url}/api`, globalRequestsPerSecond: 10_000, ...rest },
  });
  client.on(Events.Error, () => undefined);
  return client;
}

/** The answer with which Discord refused; fails when it did not refuse. */
export async function refusal(work: Promise<unknown>): Promise<DiscordAPIError> {
  try {
    await work;
  } catch (error) {
    return error as DiscordAPIError;
  }
  throw new Error("Discord let it pass");
}

/** Ends both; throws when the server itself answered otherwise than Discord describes. */
export async function disconnect(server: DiscordServer, client: Client): Promise<void> {
  await client.destroy();
  await server.close();
  const slips = server.violations.filter((text) => text.startsWith("the test server"));
  if (slips.length > 0) throw new Error(slips.join("\n"));
}
