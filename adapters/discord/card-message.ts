import { type APIChannel, Routes } from "discord.js";

import type { SendContext, Sent } from "../../src/adapter.ts";
import type { Address, Card, Delivery } from "../../src/domain.ts";
import { DeskhandError } from "../../src/errors.ts";
import { type DiscordPlace, toAddress } from "./address.ts";
import { renderCard } from "./card.ts";
import { botDoor } from "./doors.ts";
import { failure } from "./failures.ts";
import { readIds, writeIds } from "./message-ids.ts";
import type { Outgoing } from "./outgoing.ts";
import { postAll } from "./post.ts";
import { startThread } from "./threads.ts";

/**
 * A card at the desk and its thread, in which staff talk to the customer. A card that is there is changed in place.
 * Posted without its thread it is still a card: the log says what to do.
 */
export async function sendCard(
  delivery: Delivery,
  card: Card,
  place: DiscordPlace,
  context: SendContext,
  out: Outgoing,
): Promise<Sent> {
  if (place.kind !== "channel")
    throw new DeskhandError("delivery_refused", "A card needs a channel of its own.");
  const { signal } = context;
  const { channel } = place;
  const payload = renderCard(card, out.config.desk.ping);
  const earlier = delivery.replaces === undefined ? null : readIds(delivery.replaces);
  const door = botDoor(out, earlier?.channel ?? channel);
  let [message = ""] = earlier?.ids ?? [];
  if (earlier) await door.edit(message, payload, signal);
  else [message = ""] = await postAll(door, delivery, [payload], [], context, out);
  const messageId = writeIds({ channel: door.channel, ids: [message], hook: null });
  const thread = await bridge(card, { guild: place.guild, channel: door.channel, message }, out, signal);
  return { messageId, ...(thread && { thread }) };
}

async function bridge(
  { ticket, customer }: Card,
  { guild, channel, message }: { readonly guild: string; readonly channel: string; readonly message: string },
  { api, client, log }: Outgoing,
  signal: AbortSignal,
): Promise<Address | null> {
  try {
    await startThread({ channel, message, name: `${ticket} · ${customer}` }, api, signal);
  } catch (error) {
    const failed = failure(error);
    if (failed.retryable) throw cardIsOut(failed);
    log.error(
      { channel, err: error },
      `a card has no thread, so staff cannot answer through it: ${failed.message}`,
    );
    return null;
  }
  // A setting names the channel only; what comes from the thread names its server as well.
  const home = guild !== "" ? guild : await guildOf();
  return toAddress({ kind: "thread", guild: home, parent: channel, thread: message });

  async function guildOf(): Promise<string> {
    const known = client.channels.cache.get(channel);
    if (known && "guildId" in known && known.guildId !== null) return known.guildId;
    const asked = await api.get<APIChannel>(Routes.channel(channel), { signal });
    return "guild_id" in asked && asked.guild_id !== undefined ? asked.guild_id : "dm";
  }
}

/** A pause that Discord asks for now must not read as "nothing was sent": the card would be posted again. */
function cardIsOut(failed: DeskhandError): DeskhandError {
  const { message, retryAfterMs } = failed;
  return new DeskhandError("delivery_failed", message, {
    cause: failed,
    retryable: true,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}
