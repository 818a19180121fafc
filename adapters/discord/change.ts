import type { SendContext, Sent } from "../../src/adapter.ts";
import type { Delivery, OutboundContent } from "../../src/domain.ts";
import { DeskhandError } from "../../src/errors.ts";
import type { DiscordPlace } from "./address.ts";
import { botDoor, type Door, hookDoor } from "./doors.ts";
import { CODES, codeOf } from "./failures.ts";
import { type MessageIds, readIds, writeIds } from "./message-ids.ts";
import type { Outgoing } from "./outgoing.ts";
import { postAll } from "./post.ts";
import { render } from "./render.ts";
import { inOpenThread } from "./threads.ts";
import { rememberedHook } from "./webhooks.ts";

type Reply = Extract<OutboundContent, { kind: "reply" }>;
type Context = Pick<SendContext, "signal" | "maybeSent">;

/**
 * Edits what an earlier delivery said, or takes it back, where it stands. Safe to repeat. Null when there is nothing to
 * change yet: then an edit is said as it is now. A private answer stands behind its button, which shows the newest
 * text: only taking it back changes what everybody sees.
 */
export async function changeReply(
  delivery: Delivery,
  reply: Reply,
  place: Exclude<DiscordPlace, { kind: "interaction" }>,
  context: Context,
  out: Outgoing,
): Promise<Sent | null> {
  if (delivery.replaces === undefined) return reply.change === "deleted" ? { messageId: delivery.id } : null;
  const stands = readIds(delivery.replaces);
  const isBehindButton =
    delivery.visibility === "private" && delivery.recipient !== undefined && place.guild !== "dm";
  if (reply.change === "edited" && isBehindButton) return { messageId: delivery.replaces };
  const door = await doorTo(stands, place, out);
  const inThread = <T>(call: () => Promise<T>) => inOpenThread(stands.channel, out.api, context.signal, call);
  if (reply.change === "deleted") {
    await inThread(() => removeAll(stands.ids, door, context.signal));
    return { messageId: delivery.replaces };
  }
  const ids = await inThread(() => edit(delivery, stands, door, context, out));
  return { messageId: writeIds({ ...stands, ids }) };
}

async function doorTo(
  { channel, hook }: MessageIds,
  place: Exclude<DiscordPlace, { kind: "interaction" }>,
  out: Outgoing,
): Promise<Door> {
  if (hook === null) return botDoor(out, channel);
  const parent = place.kind === "thread" ? place.parent : place.channel;
  const known = await rememberedHook(parent, out);
  if (known?.id === hook) return hookDoor(out, known, { parent, channel });
  throw new DeskhandError(
    "delivery_refused",
    "The webhook that wrote this message was deleted on Discord, so the message can no longer be changed by us. Delete it by hand if it must go.",
  );
}

/** The text may need more messages than before, or fewer. */
async function edit(
  delivery: Delivery,
  { ids }: MessageIds,
  door: Door,
  context: Context,
  out: Outgoing,
): Promise<string[]> {
  const payloads = render(delivery, { withAuthor: door.hook === null });
  const [kept, surplus] = [ids.slice(0, payloads.length), ids.slice(payloads.length)];
  for (const [index, id] of kept.entries()) {
    const payload = payloads[index];
    if (payload) await door.edit(id, payload, context.signal);
  }
  await removeAll(surplus, door, context.signal);
  const more = payloads.slice(kept.length);
  const added = more.length === 0 ? [] : await postAll(door, delivery, more, [], context, out);
  return [...kept, ...added];
}

/** What is gone already is as it should be. */
async function removeAll(ids: readonly string[], door: Door, signal: AbortSignal): Promise<void> {
  for (const id of ids) {
    try {
      await door.remove(id, signal);
    } catch (error) {
      if (codeOf(error) !== CODES.unknownMessage) throw error;
    }
  }
}
