import { onTestFinished } from "vitest";

import { createDiscord } from "../../../adapters/discord/index.ts";
import type { Adapter, AdapterMemory, Host } from "../../../src/adapter.ts";
import type { Address, Delivery, InboundBody, InboundEvent } from "../../../src/domain.ts";
import { type DiscordOptions, type DiscordServer, startDiscord } from "../../servers/discord/index.ts";
import { noLog, shopConfig } from "../../servers/shop.ts";

/** The adapter with the real discord.js on a Discord of our own, and an inbox that keeps what comes. */
export interface Rig {
  readonly discord: DiscordServer;
  /** What was kept, in order; each event once. */
  readonly events: readonly InboundEvent[];
  /** How often an event came that was there already. */
  readonly duplicates: readonly string[];
  readonly memory: AdapterMemory;
  /** Where somebody talked with us lately. */
  places: Address[];
  /** Set: what intake throws, as long as it returns an error. */
  refuses: ((event: InboundEvent) => Error | null) | null;
  /** What ended the program. */
  readonly lost: Error[];
  readonly adapter: Adapter;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** What went wrong between us and Discord. */
  readonly violations: () => readonly string[];
  readonly send: (
    delivery: Pick<Delivery, "to" | "content"> & Partial<Delivery>,
  ) => ReturnType<Adapter["send"]>;
  /** The event of that kind once it is there. */
  readonly event: <K extends InboundBody["kind"]>(
    kind: K,
    which?: (event: Taken<K>) => boolean,
  ) => Promise<Taken<K>>;
}

export type Taken<K extends InboundBody["kind"]> = InboundEvent & {
  readonly body: Extract<InboundBody, { readonly kind: K }>;
};

export async function startRig(
  options: DiscordOptions = {},
  settings: (discord: DiscordServer) => Readonly<Record<string, unknown>> = deskInStaff,
): Promise<Rig> {
  const discord = await startDiscord({ rateLimits: "off", ...options });
  const rig = await prepareRig(discord, settings);
  await rig.start();
  return rig;
}

/** Everything but the start. */
export async function prepareRig(
  discord: DiscordServer,
  settings: (discord: DiscordServer) => Readonly<Record<string, unknown>> = deskInStaff,
): Promise<Rig> {
  const events: InboundEvent[] = [];
  const duplicates: string[] = [];
  const memory = memoryInHand();
  const config = shopConfig(settings(discord));
  let sent = 0;
  const env = { DISCORD_API_URL: `${discord.url}/api`, DISCORD_TOKEN: discord.token };
  const adapter = createDiscord({ config, env, log: noLog(), now: Date.now });

  const rig: Rig = {
    discord,
    events,
    duplicates,
    memory,
    places: [],
    refuses: null,
    lost: [],
    adapter,
    async start() {
      const host: Host = {
        intake,
        memory,
        activePlaces: async () => rig.places,
        lost: (error) => rig.lost.push(error),
      };
      await adapter.start(host);
    },
    stop: () => adapter.stop(),
    violations: () => discord.violations,
    send: (delivery) =>
      adapter.send(
        { id: `d-${(sent += 1)}`, visibility: "public", createdAt: Date.now(), ...delivery },
        {
          signal: AbortSignal.timeout(60_000),
          maybeSent: false,
          fetchFile: async () => new Uint8Array(),
        },
      ),
    event(kind, which = () => true) {
      const look = () => events.find((one): one is Taken<typeof kind> => isKind(one, kind) && which(one));
      return discord.waitFor(look, `an event of kind ${kind}`, 60_000);
    },
  };
  onTestFinished(async () => {
    await rig.stop();
    await discord.close();
  });
  return rig;

  async function intake(event: InboundEvent): Promise<"accepted" | "duplicate"> {
    const error = rig.refuses?.(event);
    if (error) throw error;
    if (events.some(({ eventId }) => eventId === event.eventId)) {
      duplicates.push(event.eventId);
      discord.world.changed();
      return "duplicate";
    }
    events.push(event);
    discord.world.changed();
    return "accepted";
  }
}

function isKind<K extends InboundBody["kind"]>(event: InboundEvent, kind: K): event is Taken<K> {
  return event.body.kind === kind;
}

/** The desk is #staff; whoever sees it is staff. #support and the forum are answered at once. */
export function deskInStaff(discord: DiscordServer): Readonly<Record<string, unknown>> {
  return {
    desk: { adapter: "discord", channel: discord.channel("staff").id },
    discord: {
      channels: [
        { id: discord.channel("support").id, mode: "every_post" },
        { id: discord.channel("help").id, mode: "every_post" },
      ],
    },
  };
}

export function memoryInHand(): AdapterMemory {
  const values = new Map<string, string>();
  return {
    get: async (key) => values.get(key) ?? null,
    set: async (key, value) => void values.set(key, value),
    delete: async (key) => void values.delete(key),
    list: async (prefix) =>
      [...values].flatMap(([key, value]) => (key.startsWith(prefix) ? [{ key, value }] : [])),
  };
}
