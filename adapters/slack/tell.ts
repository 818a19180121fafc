import type { Sent } from "../../src/adapter.ts";
import type { Attachment, Delivery } from "../../src/domain.ts";
import { DeskhandError } from "../../src/errors.ts";
import type { Log } from "../../src/ops/log.ts";
import { type SlackPlace, toAddress, userOf } from "./address.ts";
import { failureOf } from "./failures.ts";
import { type Fetched, fetchAll } from "./files.ts";
import { readMessageId, type SentIds, toMessageId } from "./message-ids.ts";
import { type Job, post, putMessages, share, takeBack, whisper } from "./post.ts";
import { type Outgoing, pointer, render, type Written } from "./render.ts";
import { respond } from "./respond.ts";

export interface Telling {
  /** The user group that a card or a notice may ping; null for nobody. */
  readonly ping: string | null;
  readonly fetchFile: (attachment: Attachment) => Promise<Uint8Array>;
  readonly log: Log;
}

/** Writes a content into a conversation: for all who read there, for one of them, or to take it back. */
export async function tell(content: Written, job: Job, telling: Telling): Promise<Sent> {
  if (isTakenBack(content)) return undo(job);
  const reader = aloneReader(job.delivery, job.place);
  return reader === null ? tellAll(content, job, telling) : tellAlone(content, job, reader);
}

/** Answers a click, a form or a command where its author alone sees it. */
export async function tellWhoClicked(
  content: Written,
  place: Extract<SlackPlace, { kind: "response" }>,
  { delivery, progress, client }: Pick<Job, "delivery" | "progress" | "client">,
  signal: AbortSignal,
): Promise<Sent> {
  const { missing } = await fetchAll(attachmentsOf(content), onlyInChannels);
  const messages = render(content, { delivery: delivery.id, ping: null, missing });
  await respond(place, messages, progress, client, signal);
  return { messageId: "" };
}

/** A reply that was taken back leaves nothing; of a customer's words staff see that they were. */
function isTakenBack(content: Written): boolean {
  return content.kind === "reply" && content.change === "deleted";
}

async function undo(job: Job): Promise<Sent> {
  const { replaces = "" } = job.delivery;
  const ids = readMessageId(replaces);
  if (ids) await takeBack(job, ids);
  return { messageId: replaces };
}

/** Who alone may read it, in a place where others read along. */
function aloneReader({ visibility, recipient }: Delivery, place: Job["place"]): string | null {
  const isShared = !place.channel.startsWith("D");
  return visibility === "private" && recipient !== undefined && isShared ? userOf(recipient) : null;
}

/** Into the conversation, with its files. */
async function tellAll(content: Written, job: Job, telling: Telling): Promise<Sent> {
  const { delivery } = job;
  // What was attached is not attached again when only the words were changed.
  const attached = delivery.replaces === undefined ? attachmentsOf(content) : [];
  const { files, missing } = await fetchAll(attached, telling.fetchFile);
  const messages = render(content, { delivery: delivery.id, ping: telling.ping, missing });
  const ids = await putMessages(job, messages);
  const shared = await shareOrSay(files, job, messages[0], telling);
  return sentAs({ ...ids, files: [...ids.files, ...shared] }, content, job);
}

/** Files that Slack does not take are named under the words, which are out by then. */
async function shareOrSay(
  files: Fetched["files"],
  job: Job,
  first: Outgoing | undefined,
  { log }: Telling,
): Promise<string[]> {
  try {
    return await share(job, files);
  } catch (error) {
    const failure = failureOf(error);
    if (failure.code !== "delivery_refused") throw failure;
    log.warn({ err: failure, delivery: job.delivery.id }, "Slack did not take the files");
    const missing = files.map(({ name }) => ({ name, reason: "Slack did not take it" }));
    const empty = { kind: "reply", by: "system", text: "", citations: [], inReplyTo: [] } as const;
    const [said] = render(empty, { delivery: job.delivery.id, ping: null, missing });
    if (said) await post(job, "files", { ...first, ...said });
    return [];
  }
}

/** Where others read along: to one person, and in public only that there is something. */
async function tellAlone(content: Written, job: Job, reader: string): Promise<Sent> {
  const { delivery } = job;
  const { missing } = await fetchAll(attachmentsOf(content), onlyInChannels);
  const messages = render(content, { delivery: delivery.id, ping: null, missing });
  for (const [at, message] of messages.entries()) {
    if (!(await whisper(job, reader, String(at), message))) break;
  }
  const old = delivery.replaces === undefined ? null : readMessageId(delivery.replaces);
  if (old || content.kind !== "reply") return { messageId: delivery.replaces ?? "" };
  const ts = await post(job, "pointer", pointer(delivery.id));
  return { messageId: toMessageId({ channel: job.place.channel, messages: [ts], files: [] }) };
}

async function sentAs(ids: SentIds, content: Written, { place, me }: Job): Promise<Sent> {
  const messageId = toMessageId(ids);
  const [root] = ids.messages;
  if (content.kind !== "card" || root === undefined) return { messageId };
  const team = place.team || (await me()).team;
  return { messageId, thread: toAddress({ kind: "channel", team, channel: ids.channel, thread: root }) };
}

function attachmentsOf(content: Written) {
  return content.kind === "reply" || content.kind === "relay" ? (content.attachments ?? []) : [];
}

async function onlyInChannels(): Promise<never> {
  throw new DeskhandError("attachment_unavailable", "Slack cannot show a file to one person alone");
}
