import { createHash } from "node:crypto";

import type { RawFile } from "discord.js";

import type { SendContext } from "../../src/adapter.ts";
import type { Delivery } from "../../src/domain.ts";
import type { Door } from "./doors.ts";
import { isSame, mustLookUp, sentSince } from "./look-up.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Payload } from "./payload.ts";

/** Discord takes no longer one. */
const NONCE_LENGTH = 25;
/** Two deliveries that say the same follow each other closely; older ones are told apart by their time. */
const OWNERS_KEPT = 1_000;

/**
 * Posts the messages of a delivery in order, with the files on the last. Returns their ids. Called again after a
 * failure it goes on where it stopped: parts that went out are remembered, one that may have gone out is recognised by
 * its nonce or looked up.
 */
export async function postAll(
  door: Door,
  delivery: Delivery,
  payloads: readonly Payload[],
  files: readonly RawFile[],
  context: Pick<SendContext, "signal" | "maybeSent">,
  out: Outgoing,
): Promise<string[]> {
  const key = keyOf(delivery);
  const ids = await remembered(key, out);
  const looks = context.maybeSent && mustLookUp(door, delivery, out.now());
  const earlier = looks ? await sentSince(door, delivery, out, context.signal) : [];
  for (const [index, payload] of payloads.entries()) {
    if (ids[index] !== undefined) continue;
    const filesHere = index === payloads.length - 1 ? files : [];
    const isFree = (id: string) => !ids.includes(id) && (out.owners.get(id) ?? delivery.id) === delivery.id;
    const found = earlier.find((message) => isFree(message.id) && isSame(message, payload, filesHere.length));
    const message =
      found ??
      (await door.post(payload, { files: filesHere, nonce: nonceOf(delivery.id, index) }, context.signal));
    ids.push(message.id);
    claim(message.id, delivery.id, out);
    if (payloads.length > 1) await out.memory.set(key, JSON.stringify(ids));
  }
  if (payloads.length > 1) await forgetParts(delivery, out);
  return ids;
}

/** The same for the same part of the same delivery, whichever process sends it. */
function nonceOf(deliveryId: string, part: number): string {
  const hash = createHash("sha256").update(`${deliveryId}\0${part}`).digest("base64url");
  return hash.slice(0, NONCE_LENGTH);
}

/** For a delivery that is given up: nobody will ask where it stopped. */
export async function forgetParts(delivery: Delivery, { memory }: Pick<Outgoing, "memory">): Promise<void> {
  await memory.delete(keyOf(delivery));
}

function keyOf({ id }: Delivery): string {
  return `sent:${id}`;
}

async function remembered(key: string, { memory }: Pick<Outgoing, "memory">): Promise<string[]> {
  const known = await memory.get(key);
  return known === null ? [] : (JSON.parse(known) as string[]);
}

function claim(messageId: string, deliveryId: string, { owners }: Outgoing): void {
  owners.set(messageId, deliveryId);
  const [oldest] = owners.keys();
  if (owners.size > OWNERS_KEPT && oldest !== undefined) owners.delete(oldest);
}
