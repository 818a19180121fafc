import { Client, GatewayIntentBits, Options, Partials } from "discord.js";

import type { Log } from "../../src/ops/log.ts";
import type { Shards } from "./shards.ts";

/** What we ask Discord to tell us. Only the content of messages is privileged: the operator allows it in the portal. */
export const INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.MessageContent,
  GatewayIntentBits.GuildMessageReactions,
  GatewayIntentBits.DirectMessages,
] as const;

/** Long enough for a farewell on a slow line, short enough for a restart. */
const CLOSE_TIMEOUT_MS = 2_000;
const EVERY_5_MIN_S = 300;
const MESSAGES_KEPT_S = 900;
const EVERY_HOUR_S = 3_600;
const THREADS_KEPT_S = 14_400;

/**
 * discord.js, holding little: what we need of messages and people we read from the payloads themselves. Channels, roles
 * and guilds it must keep whole. Nobody is ever pinged unless a message names them.
 */
export function createClient(env: NodeJS.ProcessEnv, log: Log, shards: Shards | null = null): Client {
  const api = env["DISCORD_API_URL"];
  const client: Client = new Client({
    intents: [...INTENTS],
    partials: [Partials.Channel, Partials.Message],
    ...(shards ? { shards: [...shards.ids], shardCount: shards.total } : { shards: "auto" as const }),
    closeTimeout: CLOSE_TIMEOUT_MS,
    allowedMentions: { parse: [], repliedUser: false },
    failIfNotExists: false,
    ...(api && { rest: { api } }),
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 20,
      UserManager: { maxSize: 500, keepOverLimit: isSelf },
      GuildMemberManager: { maxSize: 200, keepOverLimit: isSelf },
      ThreadMemberManager: { maxSize: 10, keepOverLimit: isSelf },
      PresenceManager: 0,
      ReactionManager: 0,
      ReactionUserManager: 0,
      VoiceStateManager: 0,
      GuildBanManager: 0,
      GuildEmojiManager: 0,
      GuildInviteManager: 0,
      GuildScheduledEventManager: 0,
      GuildStickerManager: 0,
      StageInstanceManager: 0,
      AutoModerationRuleManager: 0,
    }),
    sweepers: {
      messages: { interval: EVERY_5_MIN_S, lifetime: MESSAGES_KEPT_S },
      threads: { interval: EVERY_HOUR_S, lifetime: THREADS_KEPT_S },
    },
  });
  tell(client, log);
  return client;

  function isSelf({ id }: { readonly id: string }): boolean {
    return id === client.user?.id;
  }
}

/** An "error" event that nobody listens to would end the process. */
function tell(client: Client, log: Log): void {
  client.on("error", (error) => log.error({ err: error }, "Discord: an error in the client"));
  client.on("warn", (text) => log.warn(`Discord: ${text}`));
  client.on("shardError", (error, shard) =>
    log.warn({ err: error, shard }, "Discord: the connection failed"),
  );
  client.on("shardReady", (shard) => log.info({ shard }, "Discord: connected"));
  client.on("shardResume", (shard, replayed) => log.info({ shard, replayed }, "Discord: connected again"));
  client.on("shardReconnecting", (shard) => log.info({ shard }, "Discord: reconnecting"));
  client.on("shardDisconnect", ({ code }, shard) => log.error({ code, shard }, "Discord: closed for good"));
  client.on("invalidated", () => log.error("Discord: the session was invalidated"));
  client.rest.on("rateLimited", ({ route, timeToReset }) =>
    log.warn({ route, timeToReset }, "Discord: waiting for a rate limit"),
  );
  client.rest.on("invalidRequestWarning", ({ count, remainingTime }) =>
    log.warn({ count, remainingTime }, "Discord: many refused requests; 10,000 in 10 minutes end in a ban"),
  );
}
