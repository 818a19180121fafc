import { type APIMessage, Routes, SnowflakeUtil } from "discord.js";

import type { Delivery } from "../../src/domain.ts";
import type { Door } from "./doors.ts";
import { CODES, codeOf } from "./failures.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Payload } from "./payload.ts";

/** Discord remembers a nonce for minutes; nobody says how many, so two are relied on. */
const NONCE_LASTS_MS = 2 * 60_000;
/** Discord's clock and ours need not agree to the second; more would find older messages that say the same. */
const CLOCKS_DIFFER_MS = 5_000;
const PAGE = 100;
const MOST_PAGES = 5;

/** True when sending once more could make a second message, and Discord would not notice. */
export function mustLookUp(door: Door, delivery: Delivery, now: number): boolean {
  return !door.knowsRepeats || now - delivery.createdAt > NONCE_LASTS_MS;
}

/**
 * Our own messages in the door's channel since the delivery was committed, oldest first: one of them may be what an
 * earlier try sent. Nothing where we may not read.
 */
export async function sentSince(
  door: Door,
  delivery: Delivery,
  { api, log }: Pick<Outgoing, "api" | "log">,
  signal: AbortSignal,
): Promise<APIMessage[]> {
  const found: APIMessage[] = [];
  let after = SnowflakeUtil.generate({
    timestamp: delivery.createdAt - CLOCKS_DIFFER_MS,
    increment: 0n,
    processId: 0n,
    workerId: 0n,
  }).toString();
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const messages = await pageAfter(after);
    const oldestFirst = messages.toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
    found.push(...oldestFirst.filter((message) => door.isOwn(message)));
    after = oldestFirst.at(-1)?.id ?? after;
    if (messages.length < PAGE) break;
  }
  return found;

  async function pageAfter(id: string): Promise<APIMessage[]> {
    try {
      const query = { after: id, limit: String(PAGE) };
      return await api.get<APIMessage[]>(Routes.channelMessages(door.channel), { query, signal });
    } catch (error) {
      const code = codeOf(error);
      if (code === CODES.unknownChannel) return [];
      if (code !== CODES.missingAccess && code !== CODES.missingPermissions) throw error;
      log.warn({ channel: door.channel }, "cannot look whether a message was sent: no Read Message History");
      return [];
    }
  }
}

/** True when the message says the same, with the same buttons and as many files. */
export function isSame(message: APIMessage, payload: Payload, files: number): boolean {
  return (
    message.content.trim() === (payload.content ?? "").trim() &&
    customIds(message.components).join() === customIds(payload.components).join() &&
    message.attachments.length === files
  );
}

function customIds(components: unknown): string[] {
  if (Array.isArray(components)) return components.flatMap(customIds);
  if (typeof components !== "object" || components === null) return [];
  const { custom_id: id, components: inner } = components as { custom_id?: unknown; components?: unknown };
  return [...(typeof id === "string" ? [id] : []), ...customIds(inner)];
}
