import type { Attachment, InboundBody, InboundEvent } from "../../src/domain.ts";
import { SLACK, toAddress } from "./address.ts";
import { toFileRef } from "./file-ref.ts";
import { fileInMessage, messageBody, type SlackMessage, type SlackMessageEvent } from "./payload.ts";
import type { WorkspaceSettings } from "./settings.ts";
import { mentionedIn, plainText, type Wording } from "./text.ts";

/** The workspace that an event comes from, as far as translating needs it. */
export interface Surroundings extends Wording {
  readonly team: string;
  /** `https://acme.slack.com/`; null when it is not known. */
  readonly url: string | null;
  readonly settings: Pick<WorkspaceSettings, "deskChannel" | "directMessages" | "modeOf">;
}

/** An event whose sender is known by id only. */
export interface Unsigned extends Omit<InboundEvent, "sender"> {
  readonly author: Author;
  /** Said in the staff channel, where only staff count. */
  readonly atDesk: boolean;
}

export interface Author {
  readonly user: string;
  /** From another workspace, through a shared channel: never staff, and their e-mail is not vouched for. */
  readonly isStranger: boolean;
}

/** What people say. Joins, topics, reminders and what bots post carry other subtypes. */
const SPOKEN = new Set([null, undefined, "", "file_share", "thread_broadcast", "me_message"]);

/**
 * A `message` or `app_mention` event as what it means to us; null when it is nothing a person said to us. Pure: the
 * same message gives the same event, whichever of the two Slack sends first and however often. Throws never.
 */
export function normaliseMessage(body: unknown, where: Surroundings): Unsigned | null {
  const read = messageBody.safeParse(body);
  if (!read.success) return null;
  const { event, api_app_id: ownApp } = read.data;
  const mine = { ...where, ownApp: ownApp ?? null };
  if (event.subtype === "message_changed") return changed(event, mine);
  if (event.subtype === "message_deleted") return deleted(event, event.previous_message, mine);
  return said(event, mine);
}

/** Whose names `normaliseMessage` would use for this event. */
export function namesIn(body: unknown): string[] {
  const read = messageBody.safeParse(body);
  if (!read.success) return [];
  return mentionedIn(read.data.event.message ?? read.data.event);
}

/** Where it was said; empty when the payload is none of ours. */
export function channelIn(body: unknown): string {
  const read = messageBody.safeParse(body);
  return read.success ? read.data.event.channel : "";
}

interface Mine extends Surroundings {
  readonly ownApp: string | null;
}

function said(event: SlackMessageEvent, where: Mine): Unsigned | null {
  const placed = placeOf(event, event, where);
  if (!placed || !SPOKEN.has(event.subtype)) return null;
  const text = plainText(event, where);
  const attachments = attachmentsOf(event, where.team);
  const addressed = placed.isDirect || mentionedIn(event).includes(where.botUserId);
  if (text === "" && attachments.length === 0 && !addressed) return null;
  const thread = event.thread_ts || event.ts;
  return {
    ...placed.event,
    eventId: `m:${placed.message}`,
    sentAt: timeOf(event.ts),
    body: {
      kind: "message",
      messageId: event.ts,
      text,
      mode: placed.mode,
      opens: thread === event.ts,
      addressed,
      attachments,
    },
  };
}

/** Slack also sends `message_changed` for a link's preview, for our own `chat.update` and for a root that was deleted. */
function changed(event: SlackMessageEvent, where: Mine): Unsigned | null {
  const { message, previous_message: before } = event;
  if (!message) return null;
  if (message.subtype === "tombstone") return deleted(event, before, where);
  const placed = placeOf(event, message, where);
  if (!placed || !message.edited || !SPOKEN.has(message.subtype)) return null;
  const text = plainText(message, where);
  if (before && plainText(before, where) === text) return null;
  return {
    ...placed.event,
    eventId: `e:${placed.message}:${message.edited.ts}`,
    sentAt: timeOf(message.edited.ts),
    body: { kind: "edit", messageId: message.ts, text },
  };
}

function deleted(
  event: SlackMessageEvent,
  before: SlackMessage | null | undefined,
  where: Mine,
): Unsigned | null {
  const placed = before && placeOf(event, before, where);
  if (!placed) return null;
  const body: InboundBody = { kind: "delete", messageId: before.ts };
  return {
    ...placed.event,
    eventId: `d:${placed.message}`,
    sentAt: timeOf(event.event_ts ?? event.ts),
    body,
  };
}

interface Placed {
  readonly event: Pick<Unsigned, "address" | "visibility" | "link" | "author" | "atDesk">;
  /** Names the message for ever: team, channel and timestamp. */
  readonly message: string;
  readonly mode: ReturnType<WorkspaceSettings["modeOf"]>;
  readonly isDirect: boolean;
}

/** Null where Deskhand is off, and for what no person wrote. */
function placeOf(
  { channel, channel_type }: SlackMessageEvent,
  message: SlackMessage,
  where: Mine,
): Placed | null {
  const { team, settings } = where;
  const author = authorOf(message, where);
  if (!author) return null;
  const isDirect = isDirectMessage(channel, channel_type);
  const mode = isDirect ? (settings.directMessages ? "dm" : "off") : settings.modeOf(channel);
  if (mode === "off") return null;
  // A direct message is one long conversation; a thread in it (each chat of the assistant's pane is one) its own.
  const thread = message.thread_ts || (isDirect ? undefined : message.ts);
  const link = isDirect || thread === undefined ? null : permalink(where, channel, thread);
  return {
    event: {
      address: toAddress({ kind: "channel", team, channel, ...(thread !== undefined && { thread }) }),
      visibility: isDirect ? "private" : "public",
      ...(link !== null && { link }),
      author,
      atDesk: channel === settings.deskChannel,
    },
    message: `${team}:${channel}:${message.ts}`,
    mode,
    isDirect,
  };
}

/** A group direct message has a `G` or `C` id and other readers: it counts as a channel. */
export function isDirectMessage(channel: string, type?: string | null): boolean {
  return type === "im" || channel.startsWith("D");
}

const SLACKBOT = "USLACKBOT";

/** Law 10: whatever a bot posted, also in a person's name, is not heard. */
function authorOf(message: SlackMessage, { team, botUserId, ownApp }: Mine): Author | null {
  const { user, bot_id, app_id } = message;
  if (!user || user === botUserId || user === SLACKBOT || bot_id) return null;
  if (ownApp !== null && app_id === ownApp) return null;
  return { user, isStranger: isStranger(message, team) };
}

function isStranger({ user_team, source_team, team }: SlackMessage, ours: string): boolean {
  return [user_team, source_team, team].some((one) => typeof one === "string" && one !== "" && one !== ours);
}

function attachmentsOf({ files }: SlackMessage, team: string): Attachment[] {
  return (files ?? []).flatMap((value) => {
    const read = fileInMessage.safeParse(value);
    if (!read.success || read.data.mode === "tombstone" || read.data.mode === "hidden_by_limit") return [];
    const { id, name, title, mimetype, size } = read.data;
    return [
      {
        name: name || title || id,
        mimeType: mimetype || "application/octet-stream",
        bytes: size ?? 0,
        adapter: SLACK,
        // A file shared through Slack Connect comes without its address: the outgoing half asks for it by id.
        ref: toFileRef({ team, id, url: read.data.url_private_download || read.data.url_private || "" }),
      },
    ];
  });
}

/** The form that works without knowing the workspace's domain opens the app by a detour. */
export function permalink(
  { team, url }: Pick<Surroundings, "team" | "url">,
  channel: string,
  ts: string,
): string {
  return url === null
    ? `https://slack.com/app_redirect?team=${team}&channel=${channel}&message_ts=${ts}`
    : `${url}archives/${channel}/p${ts.replace(".", "")}`;
}

/** `1700000000.000100` is in seconds; what is no number becomes 0, which is older than everything. */
export function timeOf(ts: string): number {
  const seconds = Number(ts);
  return Number.isFinite(seconds) ? Math.round(seconds * 1_000) : 0;
}
