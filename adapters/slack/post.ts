import type { webApi } from "@slack/bolt";

import type { Delivery } from "../../src/domain.ts";
import type { SlackPlace } from "./address.ts";
import { DELIVERY_METADATA } from "./buttons.ts";
import { failureOf, slackCode } from "./failures.ts";
import { type Fetched, upload } from "./files.ts";
import { fileKey, findSent, type HistoryAllowance } from "./history.ts";
import { readMessageId, type SentIds } from "./message-ids.ts";
import type { Progress } from "./progress.ts";
import type { Outgoing } from "./render.ts";

/** One try to send one delivery to one place. */
export interface Job {
  readonly delivery: Delivery;
  /** An earlier try may have got through. */
  readonly maybeSent: boolean;
  readonly place: Extract<SlackPlace, { kind: "channel" }>;
  readonly client: webApi.WebClient;
  readonly progress: Progress;
  readonly allowance: HistoryAllowance;
  /** Who we are in this workspace. */
  readonly me: () => Promise<Identity>;
}

export interface Identity {
  readonly team: string;
  readonly userId: string;
}

/**
 * Puts the messages where they belong: in place of those that the delivery replaces, the rest below; what is left over
 * goes. What is there already, from an earlier try, stays.
 */
export async function putMessages(job: Job, messages: readonly Outgoing[]): Promise<SentIds> {
  const { delivery, place, progress } = job;
  const old = delivery.replaces === undefined ? null : readMessageId(delivery.replaces);
  const kept: string[] = [];
  for (const [at, message] of messages.entries()) {
    const ts = old?.messages[at];
    if (old && ts !== undefined && (await change(job, old.channel, ts, message, String(at)))) kept.push(ts);
    else kept.push(await post(job, String(at), message));
  }
  for (const ts of old?.messages.slice(messages.length) ?? [])
    await remove(job, old?.channel ?? place.channel, ts);
  const channel = old?.channel ?? progress.channel ?? place.channel;
  return { channel, messages: kept, files: old?.files ?? [] };
}

/** Posts a part unless it is there; its timestamp. */
export async function post(job: Job, part: string, message: Outgoing): Promise<string> {
  const { progress, place, client, delivery } = job;
  await lookUpOnce(job);
  const known = progress.parts.get(part);
  if (known !== undefined) return known;
  const wanted = {
    channel: place.channel,
    ...within(place.thread, message.inChannelToo ?? false),
    ...said(message),
    unfurl_links: false,
    unfurl_media: false,
    metadata: metadataOf(delivery, part),
    ...(message.username !== undefined && { username: message.username }),
    ...(message.icon_url !== undefined && { icon_url: message.icon_url }),
  };
  const sent = await attempt(job, () => client.chat.postMessage(wanted));
  const ts = sent.ts ?? "";
  progress.parts.set(part, ts);
  progress.channel = sent.channel;
  return ts;
}

function within(thread: string | undefined, inChannelToo: boolean) {
  if (thread === undefined) return {};
  return inChannelToo ? ({ thread_ts: thread, reply_broadcast: true } as const) : { thread_ts: thread };
}

/** Shows a part to one person; whether they could be shown it. Again after a doubt: nobody else sees it twice. */
export async function whisper(job: Job, user: string, part: string, message: Outgoing): Promise<boolean> {
  const { progress, place, client } = job;
  if (progress.shown.has(part)) return true;
  try {
    await client.chat.postEphemeral({
      channel: place.channel,
      user,
      ...(place.thread !== undefined && { thread_ts: place.thread }),
      ...said(message),
    });
  } catch (error) {
    const code = slackCode(error);
    if (code === "user_not_in_channel" || code === "user_not_found") return false;
    throw error;
  }
  progress.shown.add(part);
  return true;
}

/** Shares files that are not there yet, all in one message; their ids. */
export async function share(job: Job, files: Fetched["files"]): Promise<string[]> {
  if (files.length === 0) return [];
  const { progress, place, client } = job;
  await lookUpOnce(job);
  const fresh = files.filter((file) => !progress.files.has(keyOf(file)));
  if (fresh.length > 0) {
    const ids = await attempt(job, () => upload(fresh, place, client));
    for (const [at, file] of fresh.entries()) progress.files.set(keyOf(file), ids[at] ?? "");
  }
  return files.map((file) => progress.files.get(keyOf(file)) ?? "").filter((id) => id !== "");
}

function keyOf({ name, bytes }: Fetched["files"][number]): string {
  return fileKey(name, bytes.byteLength);
}

/** Takes back everything that a delivery became. What is gone already is no failure. */
export async function takeBack(job: Job, ids: SentIds): Promise<void> {
  for (const ts of ids.messages) await remove(job, ids.channel, ts);
  for (const file of ids.files) {
    await unlessGone(["file_not_found", "file_deleted"], () => job.client.files.delete({ file }));
  }
}

/** What every message has in common: words are shown as they are, and names in them call nobody. */
function said({ text, blocks }: Outgoing) {
  return { text, blocks: [...blocks], parse: "none", link_names: false } as const;
}

function metadataOf({ id }: Delivery, part: string) {
  return { event_type: DELIVERY_METADATA, event_payload: { delivery: id, part } };
}

/** False when the message is not there to be changed any more. */
async function change(
  job: Job,
  channel: string,
  ts: string,
  message: Outgoing,
  part: string,
): Promise<boolean> {
  return unlessGone(["message_not_found", "cant_update_message", "edit_window_closed"], () =>
    job.client.chat.update({ channel, ts, ...said(message), metadata: metadataOf(job.delivery, part) }),
  );
}

async function remove(job: Job, channel: string, ts: string): Promise<void> {
  await unlessGone(["message_not_found"], () => job.client.chat.delete({ channel, ts }));
}

async function unlessGone(codes: readonly string[], call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (codes.includes(slackCode(error) ?? "")) return false;
    throw error;
  }
}

/** Remembers when a call ended without our learning what became of it. */
async function attempt<T>({ progress }: Job, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (failureOf(error).code === "delivery_failed") {
      progress.isUncertain = true;
      progress.isKnown = false;
    }
    throw error;
  }
}

async function lookUpOnce(job: Job): Promise<void> {
  const { progress, maybeSent, delivery, client, allowance } = job;
  if (progress.isKnown) return;
  if (maybeSent || progress.isUncertain) {
    const { team, userId } = await job.me();
    const place = await placeToRead(job);
    await findSent(progress, {
      client,
      team,
      place,
      delivery: delivery.id,
      since: delivery.createdAt,
      botUserId: userId,
      allowance,
      cursor: progress.cursor,
      onPage(cursor) {
        progress.cursor = cursor;
      },
    });
    progress.channel = place.channel;
  }
  progress.isKnown = true;
  progress.isUncertain = false;
}

/** To a person one can write by their id; what was written is read in the direct messages with them. */
async function placeToRead({ place, client }: Job): Promise<Job["place"]> {
  if (!/^[UW]/.test(place.channel)) return place;
  const { channel } = await client.conversations.open({ users: place.channel });
  return { ...place, channel: channel?.id ?? place.channel };
}
