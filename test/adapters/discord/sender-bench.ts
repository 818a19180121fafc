import { Client, Events, GatewayIntentBits, Partials } from "discord.js";
import { pino } from "pino";

import { createSender, type Sender } from "../../../adapters/discord/send.ts";
import { toAddress } from "../../../adapters/discord/address.ts";
import type { AdapterMemory, SendContext, Sent } from "../../../src/adapter.ts";
import { configSchema } from "../../../src/config/schema.ts";
import type { Address, Attachment, Card, Delivery, OutboundContent } from "../../../src/domain.ts";
import { DeskhandError } from "../../../src/errors.ts";
import { startDiscord, type DiscordOptions, type DiscordServer } from "../../servers/discord/index.ts";

/** The outgoing half against the strict Discord: a real client that is logged in, and a sender on it. */
export interface Bench {
  readonly discord: DiscordServer;
  readonly client: Client;
  readonly sender: Sender;
  readonly memory: Map<string, string>;
  readonly logged: string[];
  /** What a person attached elsewhere, by its ref. */
  readonly files: Map<string, Uint8Array>;
  /** Moves the sender's clock on; Discord's own stays. */
  pass(ms: number): void;
  send(delivery: Delivery, context?: Partial<SendContext>): Promise<Sent>;
  /** A new process: same memory, nothing else. */
  restarted(): Sender;
  /** Another process beside this one: a connection of its own, and the same memory. */
  another(): Promise<Sender>;
  /** Throws when we did what Discord would not take. */
  close(): Promise<void>;
}

export async function openBench(options: DiscordOptions & { readonly ping?: string } = {}): Promise<Bench> {
  const discord = await startDiscord({ rateLimits: "off", ...options });
  const client = await logIn(discord);
  const clients = [client];
  const memory = new Map<string, string>();
  const logged: string[] = [];
  const log = pino({ level: "debug" }, { write: (line: string) => void logged.push(line) });
  const files = new Map<string, Uint8Array>();
  let ahead = 0;
  const config = configSchema.parse({
    shop: { name: "Acme" },
    desk: {
      adapter: "discord",
      channel: discord.channel("staff").id,
      ping: options.ping ?? discord.role("staff").id,
    },
  });
  const make = (by = client) =>
    createSender({ client: by, memory: memoryOver(memory), config, now: () => Date.now() + ahead, log });
  const sender = make();
  return {
    discord,
    client,
    sender,
    memory,
    logged,
    files,
    restarted: () => make(),
    async another() {
      const own = await logIn(discord);
      clients.push(own);
      return make(own);
    },
    pass: (ms) => {
      ahead += ms;
    },
    send: (delivery, context = {}) => sender.send(delivery, { ...contextOver(files), ...context }),
    async close() {
      for (const one of clients) await one.destroy();
      await discord.close();
      refuseViolations(discord);
    },
  };
}

async function logIn(discord: DiscordServer): Promise<Client> {
  const { Guilds, GuildMessages, MessageContent, DirectMessages } = GatewayIntentBits;
  const client = new Client({
    intents: [Guilds, GuildMessages, MessageContent, DirectMessages],
    partials: [Partials.Channel],
    rest: { api: `${discord.url}/api` },
  });
  const ready = new Promise<void>((resolve) => void client.once(Events.ClientReady, () => resolve()));
  await client.login(discord.token);
  await ready;
  return client;
}

export function refuseViolations({ violations }: DiscordServer): void {
  if (violations.length > 0) throw new Error(`what Discord would not take:\n${violations.join("\n")}`);
}

export function contextOver(files: ReadonlyMap<string, Uint8Array>): SendContext {
  return {
    signal: new AbortController().signal,
    maybeSent: false,
    fetchFile: async ({ ref }) => {
      const bytes = files.get(ref);
      if (!bytes) throw new DeskhandError("attachment_unavailable", "it was deleted");
      return bytes;
    },
  };
}

export function memoryOver(values: Map<string, string>): AdapterMemory {
  return {
    get: async (key) => values.get(key) ?? null,
    set: async (key, value) => void values.set(key, value),
    delete: async (key) => void values.delete(key),
    list: async (prefix) =>
      [...values].flatMap(([key, value]) => (key.startsWith(prefix) ? [{ key, value }] : [])),
  };
}

/** The thread of a message, which need not be there yet. */
export function threadOf(discord: DiscordServer, parent: string, message: { readonly id: string }): Address {
  const { id } = discord.channel(parent);
  return toAddress({ kind: "thread", guild: discord.guildId, parent: id, thread: message.id });
}

export function delivery(to: Address, content: OutboundContent, more: Partial<Delivery> = {}): Delivery {
  return { id: "turn-1.1", to, visibility: "public", content, createdAt: Date.now(), ...more };
}

type Reply = Extract<OutboundContent, { kind: "reply" }>;

export function reply(text: string, more: Partial<Reply> = {}): Reply {
  return { kind: "reply", text, by: "ai", citations: [], inReplyTo: [], ...more };
}

export function file(name: string, ref: string, bytes = 5): Attachment {
  return { name, mimeType: "text/plain", bytes, adapter: "slack", ref };
}

export const CARD: Card = {
  escalationId: "E-17",
  status: "open",
  reason: "customer_request",
  priority: "high",
  summary: "Ann asks for a refund of $450 for order A-1.",
  customer: "Ann",
  ticket: "T-9",
  conversation: { adapter: "console", key: "c1" },
  link: "https://acme.slack.com/archives/C1/p1",
  waitingSince: 1_764_000_000_000,
  tried: ["Searched for the refund policy", "Looked up order A-1"],
  nextStep: "Decide on the refund.",
  ping: true,
};
