import type { Adapter, AdapterMemory, SendContext, Sent } from "../../src/adapter.ts";
import type { Config } from "../../src/config/schema.ts";
import type { Delivery, OutboundContent } from "../../src/domain.ts";
import { DeskhandError } from "../../src/errors.ts";
import type { Log } from "../../src/ops/log.ts";
import { DISCORD, type DiscordPlace, toPlace } from "./address.ts";
import { createApi } from "./api.ts";
import type { Bot } from "./bot.ts";
import { sendCard } from "./card-message.ts";
import { changeReply } from "./change.ts";
import { sendMark } from "./delivery-mark.ts";
import { botDoor } from "./doors.ts";
import { failure } from "./failures.ts";
import { collectFiles, fetchAttachment } from "./files.ts";
import { replyToInteraction } from "./interaction-reply.ts";
import { writeIds } from "./message-ids.ts";
import type { Outgoing } from "./outgoing.ts";
import { channelOf, paceOf } from "./pace.ts";
import type { Payload } from "./payload.ts";
import { forgetParts, postAll } from "./post.ts";
import { render, renderPointer } from "./render.ts";
import { sayAsStaff } from "./staff-reply.ts";
import { showState } from "./tags.ts";
import { inOpenThread, prepareThread } from "./threads.ts";
import { showTyping } from "./typing.ts";

export interface SenderDeps {
  /** Logged in by the time something is sent. */
  readonly client: Bot;
  readonly memory: AdapterMemory;
  readonly config: Pick<Config, "desk" | "discord">;
  readonly now: () => number;
  readonly log: Log;
}

export type Sender = Required<Pick<Adapter, "send" | "pace" | "fetchFile" | "showActivity">>;

/** The outgoing half: deliveries become messages, changes, reactions and tags on Discord. */
export function createSender(deps: SenderDeps): Sender {
  const out: Outgoing = { ...deps, api: createApi(deps.client), owners: new Map(), told: new Set() };
  return {
    async send(delivery, context) {
      try {
        return await dispatch(delivery, context, out);
      } catch (error) {
        const failed = failure(error);
        if (!failed.retryable) await forgetParts(delivery, out);
        throw failed;
      }
    },
    pace: paceOf,
    fetchFile: (attachment, signal) => fetchAttachment(attachment, out.api, signal),
    showActivity: (to) => showTyping(to, out),
  };
}

async function dispatch(delivery: Delivery, context: SendContext, out: Outgoing): Promise<Sent> {
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
      return sendMark(content, place, context, out);
    case "state":
      if (place.kind === "thread") await showState(place, content.state, out, context.signal);
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
