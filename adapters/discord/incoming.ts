import { type Client, GatewayCloseCodes, GatewayDispatchEvents } from "discord.js";

import type { Host } from "../../src/adapter.ts";
import type { Config } from "../../src/config/schema.ts";
import { DeskhandError, messageOf } from "../../src/errors.ts";
import type { Log } from "../../src/ops/log.ts";
import { createAuthors } from "./authors.ts";
import { createCatchUp } from "./catch-up.ts";
import { createDirectory } from "./directory.ts";
import { createFarDesk } from "./far-desk.ts";
import { createInOrder } from "./in-order.ts";
import { readInteraction } from "./interaction-payloads.ts";
import { takeInteraction } from "./interactions.ts";
import { createListener } from "./listen.ts";
import { createLastSeen } from "./last-seen.ts";
import { createPeople } from "./people.ts";
import type { Shards } from "./shards.ts";

export interface IncomingDeps {
  readonly client: Client;
  readonly token: string;
  readonly config: Pick<Config, "discord" | "desk">;
  readonly host: Host;
  /** Null for all. */
  readonly shards?: Shards | null;
  readonly log: Log;
  readonly now: () => number;
}

export interface Incoming {
  /** Discord takes an answer to a click only after its acknowledgement, and the core may be the faster one. */
  acknowledged(token: string): Promise<void>;
  /** Takes nothing new, ends what is under way. What comes meanwhile is read after the next start. */
  stop(): Promise<void>;
}

/** Discord lets a bot connect within seconds; guilds may take a while. */
const READY_TIMEOUT_MS = 90_000;

/**
 * Connects to the gateway and takes what comes. Resolves once connected; what was missed since the last run is read
 * after that. Throws `platform_unusable` when Discord refuses the token or the intents.
 */
export async function startIncoming(deps: IncomingDeps): Promise<Incoming> {
  const { client, config, host, shards = null, log, now } = deps;
  const saveFailed = (error: unknown) =>
    log.warn({ err: error }, "what was seen on Discord could not be noted");
  // Processes that hold different shards have each seen something else.
  const part = shards ? `${shards.ids.join(",")}/${shards.total}` : "";
  const lastSeen = createLastSeen(host.memory, now, saveFailed, part);
  const authors = createAuthors(host.memory, saveFailed, part);
  await Promise.all([lastSeen.load(), authors.load()]);

  const farDesk = createFarDesk(client, config, log);
  const directory = createDirectory(client, config, farDesk.rule);
  const people = createPeople(directory, now);
  const inOrder = createInOrder();
  const connected = Promise.withResolvers<void>();
  // Whoever waits is told; nobody waiting is no error.
  connected.promise.catch(() => undefined);
  const common = { intake: host.intake, directory, people, ready: connected.promise, log };
  const onMissed = () => {
    lastSeen.openGap();
    catchUp.run();
  };
  const readFirst = (channel: string, guild: string | null) => catchUp.readFirst(channel, guild);
  const listener = createListener({ ...common, lastSeen, authors, inOrder, readFirst, onMissed, now });
  const catchUp = createCatchUp({ client, shards, directory, lastSeen, inOrder, listener, host, log });

  let isStopping = false;
  /** By the interaction's token: what is being taken and was not acknowledged yet. */
  const clicks = new Map<string, Promise<void>>();
  const on = (event: GatewayDispatchEvents, take: (payload: unknown) => void) => {
    client.ws.on(event, (payload: unknown) => {
      if (!isStopping) take(payload);
    });
  };
  on(GatewayDispatchEvents.MessageCreate, (payload) => listener.message(payload));
  on(GatewayDispatchEvents.MessageUpdate, (payload) => listener.update(payload));
  on(GatewayDispatchEvents.MessageDelete, (payload) => listener.removal(payload));
  on(GatewayDispatchEvents.MessageDeleteBulk, (payload) => listener.removal(payload));
  on(GatewayDispatchEvents.MessageReactionAdd, (payload) => listener.reaction(payload));
  on(GatewayDispatchEvents.InteractionCreate, (payload) => {
    const asked = readInteraction(payload);
    if (!asked) return;
    const click = takeInteraction(asked, { ...common, client });
    clicks.set(asked.token, click);
    void click.finally(() => clicks.delete(asked.token));
  });
  // READY begins a new session: Discord will not replay what the last one missed. RESUMED does.
  on(GatewayDispatchEvents.Ready, () => lastSeen.openGap());
  client.on("shardReady", () => {
    if (client.isReady() && !isStopping) catchUp.run();
  });

  await connect(deps);
  await farDesk.start();
  connected.resolve();
  catchUp.run();

  return {
    async acknowledged(token) {
      await clicks.get(token);
    },
    async stop() {
      isStopping = true;
      farDesk.stop();
      await catchUp.stop();
      await Promise.all([inOrder.idle(), ...clicks.values()]);
      await Promise.all([lastSeen.flush(), authors.flush()]);
    },
  };
}

async function connect({ client, token }: IncomingDeps): Promise<void> {
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => undefined);
  let closed: number | null = null;
  const onClosed = ({ code }: { readonly code: number }) => {
    closed = code;
    ready.reject(new Error(`the gateway closed with ${code}`));
  };
  client.once("clientReady", () => ready.resolve());
  client.on("shardDisconnect", onClosed);
  const timer = setTimeout(() => ready.reject(new Error("no answer from the gateway")), READY_TIMEOUT_MS);
  try {
    await client.login(token);
    await ready.promise;
  } catch (error) {
    await client.destroy();
    throw unusable(error, closed);
  } finally {
    clearTimeout(timer);
    client.off("shardDisconnect", onClosed);
  }
}

function unusable(error: unknown, closed: number | null): DeskhandError {
  const why = messageOf(error);
  const refusedIntent = closed === GatewayCloseCodes.DisallowedIntents || /disallowed intents/i.test(why);
  if (refusedIntent) return new DeskhandError("platform_unusable", INTENT_REFUSED, { cause: error });
  if (closed === GatewayCloseCodes.AuthenticationFailed || /token/i.test(why)) {
    return new DeskhandError("platform_unusable", TOKEN_REFUSED, { cause: error });
  }
  const message = `Discord could not be reached: ${why}. Look at https://discordstatus.com and at the network.`;
  return new DeskhandError("platform_unusable", message, { cause: error, retryable: true });
}

const INTENT_REFUSED =
  "Discord does not let Deskhand read messages. Switch on Message Content Intent under Bot at https://discord.com/developers/applications and start again.";
const TOKEN_REFUSED =
  "Discord refused the bot token. Copy it again from Bot > Reset Token at https://discord.com/developers/applications into DISCORD_TOKEN.";
