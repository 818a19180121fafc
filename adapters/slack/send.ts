import type { webApi } from "@slack/bolt";

import type { Activity, Adapter, SendContext, Sent } from "../../src/adapter.ts";
import type { Config } from "../../src/config/schema.ts";
import type { Address, Delivery, OutboundContent } from "../../src/domain.ts";
import { DeskhandError } from "../../src/errors.ts";
import type { Log } from "../../src/ops/log.ts";
import { SLACK, type SlackPlace, toAddress, toPlace, userOf } from "./address.ts";
import { clientEndedBy } from "./calls.ts";
import { failureOf, slackCode } from "./failures.ts";
import { download, fetchAll } from "./files.ts";
import { readFileRef } from "./file-ref.ts";
import { createHistoryAllowance, type HistoryAllowance } from "./history.ts";
import { readMessageId, type SentIds, toMessageId } from "./message-ids.ts";
import { type Identity, type Job, post, putMessages, share, takeBack, whisper } from "./post.ts";
import { createProgressBook } from "./progress.ts";
import { queuePage } from "./queue-page.ts";
import { type Outgoing, pointer, render, type Written } from "./render.ts";
import { respond } from "./respond.ts";

export interface SenderDeps {
  /** A workspace's client; an empty id stands for the only workspace there is. */
  readonly clientFor: (team: string) => Promise<webApi.WebClient>;
  readonly config: Pick<Config, "slack" | "desk">;
  readonly now: () => number;
  readonly log: Log;
  /** Shared with whoever else reads history. */
  readonly allowance?: HistoryAllowance;
}

export type Sender = Required<Pick<Adapter, "send" | "pace" | "fetchFile" | "showActivity">>;

/** The outgoing half of the adapter. */
export function createSender(deps: SenderDeps): Sender {
  const { clientFor, config, now, log } = deps;
  const allowance = deps.allowance ?? createHistoryAllowance(config.slack.history_calls_per_minute, now);
  const book = createProgressBook();
  const identities = createIdentities();
  const ping = config.desk.adapter === SLACK && isGroup(config.desk.ping) ? config.desk.ping : null;
  /** Workspaces whose token may not show what we are doing. */
  const silent = new Set<string>();

  async function send(delivery: Delivery, context: SendContext): Promise<Sent> {
    try {
      const place = placeOf(delivery.to);
      const client = clientEndedBy(await reach(place.team), context.signal, log);
      const sent = await carryOut(delivery, context, place, client);
      book.forget(delivery.id);
      return sent;
    } catch (error) {
      throw afterPart(failureOf(error), delivery.id);
    }
  }

  /**
   * "Certainly not sent" is true of the part that failed. Once another part is out, a process that ends now must look
   * for it after its restart: what is written down must say that something may be there.
   */
  function afterPart(failure: DeskhandError, delivery: string): DeskhandError {
    if (!failure.retryable || !book.hasBegun(delivery)) return failure;
    const { message, retryAfterMs } = failure;
    return new DeskhandError("delivery_failed", message, {
      cause: failure,
      retryable: true,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }

  /** While we do not even know who we are there, nothing has been sent. */
  async function reach(team: string): Promise<webApi.WebClient> {
    try {
      return await clientFor(team);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.code !== "delivery_failed") throw failure;
      throw new DeskhandError("delivery_unreached", failure.message, { cause: error, retryable: true });
    }
  }

  async function carryOut(
    delivery: Delivery,
    context: SendContext,
    place: SlackPlace,
    client: webApi.WebClient,
  ): Promise<Sent> {
    const { content } = delivery;
    switch (content.kind) {
      case "mark":
        return mark(content, place, client);
      case "overview":
        return showPage(content, place, client);
      case "state":
      case "ticket":
      case "turn":
        throw new DeskhandError("delivery_refused", `Slack shows nothing of the kind "${content.kind}".`);
      case "reply":
      case "card":
      case "relay":
      case "notice":
        return write(content, delivery, context, place, client);
    }
  }

  async function write(
    content: Written,
    delivery: Delivery,
    context: SendContext,
    place: SlackPlace,
    client: webApi.WebClient,
  ): Promise<Sent> {
    const progress = book.of(delivery.id);
    if (place.kind === "response") {
      const { missing } = await fetchAll(attachmentsOf(content), onlyInChannels);
      const messages = render(content, { delivery: delivery.id, ping: null, missing });
      await respond(place, messages, progress, client, context.signal);
      return { messageId: "" };
    }
    const job: Job = {
      delivery,
      maybeSent: context.maybeSent,
      // Nobody else reads a home page either: what is said there goes to the person's direct messages.
      place: place.kind === "home" ? { kind: "channel", team: place.team, channel: place.user } : place,
      client,
      progress,
      allowance,
      me: () => identities.of(place.team, client),
    };
    if (isTakenBack(content)) return undo(job);
    const reader = aloneReader(delivery, place);
    if (reader !== null) return tellAlone(job, content, reader);
    return tellAll(job, content, context);
  }

  /** Into the conversation, with its files. */
  async function tellAll(job: Job, content: Written, context: SendContext): Promise<Sent> {
    const { delivery } = job;
    // What was attached is not attached again when only the words were changed.
    const attached = delivery.replaces === undefined ? attachmentsOf(content) : [];
    const { files, missing } = await fetchAll(attached, (one) => context.fetchFile(one));
    const messages = render(content, { delivery: delivery.id, ping, missing });
    const ids = await putMessages(job, messages);
    const shared = await shareOrSay(job, files, messages[0]);
    return sentAs({ ...ids, files: [...ids.files, ...shared] }, content, job);
  }

  /** Files that Slack does not take are named under the words, which are out by then. */
  async function shareOrSay(
    job: Job,
    files: Parameters<typeof share>[1],
    first: Outgoing | undefined,
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
  async function tellAlone(job: Job, content: Written, reader: string): Promise<Sent> {
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

  async function fetchFile(...[attachment, signal]: Parameters<Sender["fetchFile"]>): Promise<Uint8Array> {
    const team = readFileRef(attachment.ref)?.team ?? "";
    const client = await clientFor(team);
    return download(attachment, clientEndedBy(client, signal, log), signal);
  }

  /** What is shown is a courtesy: nothing comes of a failure. */
  async function showActivity(to: Address, activity: Activity): Promise<void> {
    const place = placeOf(to);
    if (place.kind !== "channel" || place.thread === undefined || silent.has(place.team)) return;
    try {
      const client = clientEndedBy(await clientFor(place.team), AbortSignal.timeout(SHOW_WITHIN_MS), log);
      const { channel, thread } = place;
      const status = STATUS[activity];
      await client.assistant.threads.setStatus({ channel_id: channel, thread_ts: thread, status });
    } catch (error) {
      if (slackCode(error) === "missing_scope") silent.add(place.team);
      log.debug({ err: error }, "Slack did not show what is being done");
    }
  }

  return { send, pace, fetchFile, showActivity };
}

const SHOW_WITHIN_MS = 5_000;
const STATUS: Readonly<Record<Activity, string>> = {
  reading: "is reading…",
  searching: "is searching the help centre…",
  answering: "is writing an answer…",
};

/** Slack takes a message a second in each channel, and counts strictly when it does. */
const POST_EVERY_MS = 1_100;

function pace({
  to,
  content,
  replaces,
}: Delivery): { readonly key: string; readonly everyMs: number } | null {
  const place = placeOf(to);
  const isPosted = content.kind === "reply" || content.kind === "card" || content.kind === "relay";
  if (place.kind !== "channel" || replaces !== undefined) return null;
  if (!isPosted && content.kind !== "notice") return null;
  // Without the team: a setting may name the staff channel by itself, and ids of channels are unique anyway.
  return { key: place.channel, everyMs: POST_EVERY_MS };
}

function placeOf(address: Address): SlackPlace {
  try {
    return toPlace(address);
  } catch (error) {
    throw new DeskhandError("delivery_refused", `"${address.key}" is no place in Slack.`, { cause: error });
  }
}

const MARKS = { delivered: "white_check_mark", failed: "warning" } as const;

async function mark(
  { messageId, mark }: Extract<OutboundContent, { kind: "mark" }>,
  place: SlackPlace,
  client: webApi.WebClient,
): Promise<Sent> {
  const [timestamp] = /\d+\.\d{6}/.exec(messageId) ?? [];
  if (place.kind !== "channel" || timestamp === undefined) {
    throw new DeskhandError("delivery_refused", `"${messageId}" is no message in Slack.`);
  }
  try {
    await client.reactions.add({ channel: place.channel, timestamp, name: MARKS[mark] });
  } catch (error) {
    const done = ["already_reacted", "message_not_found", "no_item_specified", "thread_locked"];
    if (!done.includes(slackCode(error) ?? "")) throw error;
  }
  return { messageId };
}

async function showPage(
  { overview }: Extract<OutboundContent, { kind: "overview" }>,
  place: SlackPlace,
  client: webApi.WebClient,
): Promise<Sent> {
  if (place.kind !== "home")
    throw new DeskhandError("delivery_refused", "An overview is drawn on a home page only.");
  const { view } = await client.views.publish({ user_id: place.user, view: queuePage(overview) });
  return { messageId: view?.id ?? "" };
}

async function undo(job: Job): Promise<Sent> {
  const { replaces = "" } = job.delivery;
  const ids = readMessageId(replaces);
  if (ids) await takeBack(job, ids);
  return { messageId: replaces };
}

/** A reply that was taken back leaves nothing; of a customer's words staff see that they were. */
function isTakenBack(content: Written): boolean {
  return content.kind === "reply" && content.change === "deleted";
}

/** Who alone may read it, in a place where others read along. */
function aloneReader({ visibility, recipient }: Delivery, place: SlackPlace): string | null {
  const isShared = place.kind === "channel" && !place.channel.startsWith("D");
  return visibility === "private" && recipient !== undefined && isShared ? userOf(recipient) : null;
}

function attachmentsOf(content: Written) {
  return content.kind === "reply" || content.kind === "relay" ? (content.attachments ?? []) : [];
}

async function onlyInChannels(): Promise<never> {
  throw new DeskhandError("attachment_unavailable", "Slack cannot show a file to one person alone");
}

function isGroup(id: string | undefined): id is string {
  return id !== undefined && /^S[A-Z0-9]+$/.test(id);
}

/** Who we are in each workspace: asked for once. */
function createIdentities() {
  const known = new Map<string, Identity>();
  return {
    async of(team: string, client: webApi.WebClient): Promise<Identity> {
      const found = known.get(team);
      if (found) return found;
      const me = await client.auth.test();
      const identity = { team: team || (me.team_id ?? ""), userId: me.user_id ?? "" };
      known.set(team, identity);
      return identity;
    },
  };
}
