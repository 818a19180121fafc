import { type APIChannel, type Client, Routes } from "discord.js";

import type { Adapter, AdapterMemory, SendContext, Sent } from "../../src/adapter.ts";
import type { Config } from "../../src/config/schema.ts";
import type { Card, Delivery, OutboundContent } from "../../src/domain.ts";
import { DeskhandError } from "../../src/errors.ts";
import type { Log } from "../../src/ops/log.ts";
import { DISCORD, type DiscordPlace, toAddress, toPlace } from "./address.ts";
import { createApi } from "./api.ts";
import { changeReply } from "./change.ts";
import { botDoor } from "./doors.ts";
import { CODES, codeOf, failure } from "./failures.ts";
import { collectFiles, fetchAttachment } from "./files.ts";
import { replyToInteraction } from "./interaction-reply.ts";
import { readIds, writeIds } from "./message-ids.ts";
import type { Outgoing } from "./outgoing.ts";
import { channelOf, paceOf } from "./pace.ts";
import type { Payload } from "./payload.ts";
import { forgetParts, postAll } from "./post.ts";
import { render, renderPointer } from "./render.ts";
import { sayAsStaff } from "./staff-reply.ts";
import { showState } from "./tags.ts";
import { inOpenThread, prepareThread, startThread } from "./threads.ts";

export interface SenderDeps {
  /** Logged in by the time something is sent. */
  readonly client: Client;
  readonly memory: AdapterMemory;
  readonly config: Pick<Config, "desk" | "discord">;
  readonly now: () => number;
  readonly log: Log;
}

export type Sender = Required<Pick<Adapter, "send" | "pace" | "fetchFile" | "showActivity">>;

/** The outgoing half: deliveries become messages, changes, reactions and tags on Discord. */
export function createSender(deps: SenderDeps): Sender {
  const out: Outgoing = { ...deps, api: createApi(deps.client), owners: new Map() };
  const told = new Set<string>();
  return {
    async send(delivery, context) {
      try {
        return await dispatch(delivery, context, out, told);
      } catch (error) {
        const failed = failure(error);
        if (!failed.retryable) await forgetParts(delivery, out);
        throw failed;
      }
    },
    pace: paceOf,
    fetchFile: (attachment, signal) => fetchAttachment(attachment, out.api, signal),
    async showActivity(to) {
      const channel = channelOf(toPlace(to));
      if (channel === null) return;
      try {
        await out.api.post(Routes.channelTyping(channel));
      } catch (error) {
        // Typing that does not show harms nobody: the thread may only be made with the answer.
        out.log.debug({ channel, err: error }, "typing could not be shown");
      }
    },
  };
}

async function dispatch(
  delivery: Delivery,
  context: SendContext,
  out: Outgoing,
  told: Set<string>,
): Promise<Sent> {
  const { content } = delivery;
  const place = toPlace(delivery.to);
  switch (content.kind) {
    case "reply":
      return sendReply(delivery, content, place, context, out);
    case "card":
      return sendCard(delivery, content.card, place, context, out);
    case "relay":
    case "notice":
      return sendWords(delivery, place, context, out);
    case "mark":
      return sendMark(content, place, context, { ...out, told });
    case "state":
      if (place.kind === "thread") await showState(place, content.state, { ...out, told }, context.signal);
      return { messageId: channelOf(place) ?? delivery.id };
    case "overview":
    case "ticket":
    case "turn":
      throw new DeskhandError("delivery_refused", `Discord does not show a ${content.kind}.`);
  }
}

async function sendReply(
  delivery: Delivery,
  reply: Extract<OutboundContent, { kind: "reply" }>,
  place: DiscordPlace,
  context: SendContext,
  out: Outgoing,
): Promise<Sent> {
  if (reply.change !== undefined && place.kind !== "interaction") {
    const changed = await changeReply(delivery, reply, place, context, out);
    if (changed) return changed;
  }
  if (reply.by === "staff" && !isHidden(delivery, place)) {
    const said = await sayAsStaff(delivery, reply, place, context, out);
    if (said) return said;
  }
  return sendWords(delivery, place, context, out);
}

/** As the bot: for everybody there, for the one who clicked, or a pointer to what is for one person alone. */
async function sendWords(
  delivery: Delivery,
  place: DiscordPlace,
  context: SendContext,
  out: Outgoing,
): Promise<Sent> {
  const amongStaff = delivery.content.kind === "notice" && isAtDesk(place, out);
  if (place.kind !== "interaction" && !amongStaff && isHidden(delivery, place)) {
    return post(delivery, place, [renderPointer(delivery.id, delivery.recipient ?? "")], [], context, out);
  }
  const attachments = "attachments" in delivery.content ? (delivery.content.attachments ?? []) : [];
  const { files, notes } = await collectFiles(attachments, context);
  const { ping: pingRole } = out.config.desk;
  const addressee = amongStaff ? delivery.recipient : undefined;
  const payloads = render(delivery, { withAuthor: true, fileNotes: notes, pingRole, addressee });
  if (place.kind !== "interaction") return post(delivery, place, payloads, files, context, out);
  const ids = await replyToInteraction(place, delivery, payloads, files, context, out);
  return { messageId: writeIds({ channel: place.channel, ids, hook: null }) };
}

/** Where colleagues read along: what is told to one of them is no secret, and needs no button. */
function isAtDesk(place: DiscordPlace, { config: { desk } }: Outgoing): boolean {
  if (desk.adapter !== DISCORD || place.kind === "interaction") return false;
  const at = toPlace({ adapter: DISCORD, key: desk.channel });
  return at.kind === "channel" && at.channel === (place.kind === "thread" ? place.parent : place.channel);
}

/** True for what one person alone may read, in a place where others read along. */
function isHidden({ visibility, recipient }: Delivery, place: DiscordPlace): boolean {
  if (visibility !== "private" || recipient === undefined) return false;
  return place.kind === "thread" || (place.kind === "channel" && place.guild !== "dm");
}

async function post(
  delivery: Delivery,
  place: Exclude<DiscordPlace, { kind: "interaction" }>,
  payloads: readonly Payload[],
  files: Parameters<typeof postAll>[3],
  context: SendContext,
  out: Outgoing,
): Promise<Sent> {
  if (place.kind === "thread") await prepareThread(place, out, context.signal);
  const channel = place.kind === "thread" ? place.thread : place.channel;
  const door = botDoor(out, channel);
  const ids = await inOpenThread(channel, out.api, context.signal, () =>
    postAll(door, delivery, payloads, files, context, out),
  );
  return { messageId: writeIds({ channel, ids, hook: null }) };
}

async function sendCard(
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
  const pingRole = out.config.desk.ping;
  const [payload] = render(delivery, { pingRole });
  if (!payload) throw new DeskhandError("delivery_refused", "The card is empty.");
  const earlier = delivery.replaces === undefined ? null : readIds(delivery.replaces);
  const door = botDoor(out, earlier?.channel ?? channel);
  let [message = ""] = earlier?.ids ?? [];
  if (earlier) await door.edit(message, payload, signal);
  else [message = ""] = await postAll(door, delivery, [payload], [], context, out);
  const messageId = writeIds({ channel: door.channel, ids: [message], hook: null });
  const thread = await bridge(card, { guild: place.guild, channel: door.channel, message }, out, signal);
  return { messageId, ...(thread && { thread }) };
}

/** The card's thread, where staff talk to the customer. Without it the card still stands; the log says what to do. */
async function bridge(
  { ticket, customer }: Card,
  { guild, channel, message }: { readonly guild: string; readonly channel: string; readonly message: string },
  { api, client, log }: Outgoing,
  signal: AbortSignal,
): Promise<Sent["thread"] | null> {
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

const MARKS = { delivered: "✅", failed: "⚠️" } as const;

async function sendMark(
  { messageId, mark }: Extract<OutboundContent, { kind: "mark" }>,
  place: DiscordPlace,
  { signal }: SendContext,
  { api, log, told }: Outgoing & { readonly told: Set<string> },
): Promise<Sent> {
  const channel = channelOf(place);
  if (channel === null) throw new DeskhandError("delivery_refused", "An answer to a click takes no mark.");
  try {
    const route = Routes.channelMessageOwnReaction(channel, messageId, encodeURIComponent(MARKS[mark]));
    await inOpenThread(channel, api, signal, () => api.put(route, { signal }));
  } catch (error) {
    const code = codeOf(error);
    if (code !== CODES.unknownMessage && code !== CODES.missingPermissions) throw error;
    // Words that were taken back meanwhile need no mark, and a mark that may not be made keeps no words back.
    if (code === CODES.missingPermissions && !told.has("marks")) {
      log.warn({ channel, err: error }, "no marks on staff's words: give Deskhand's role Add Reactions");
      told.add("marks");
    }
  }
  return { messageId };
}
