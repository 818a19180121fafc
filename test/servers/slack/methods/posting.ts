import { flag, optionalText, structured, type Args, type CallContext } from "../api.ts";
import { checkMessageBlocks } from "../block-rules.ts";
import { isObject, type Block } from "../block-types.ts";
import { announce, messageEvent } from "../events.ts";
import { findPings } from "../pings.ts";
import { SlackRefusal } from "../refusal.ts";
import { store, type Channel, type Message, type MessageFlags, type Metadata } from "../world.ts";

const MAX_TEXT = 40_000;
const MAX_METADATA = 8_000;

/** What a message is made of, checked. `null` fields were not given. */
export interface Draft {
  readonly text: string | null;
  readonly blocks: readonly Block[] | null;
  readonly attachments: readonly unknown[] | null;
  readonly metadata: Metadata | null;
  readonly flags: MessageFlags;
}

export function readDraft(args: Args, call: CallContext): Draft {
  const text = optionalText(args, "text") ?? null;
  if (text !== null && text.length > MAX_TEXT) throw new SlackRefusal("msg_too_long");
  const given = structured(args, "blocks");
  const attachments = structured(args, "attachments");
  if (attachments !== undefined && !Array.isArray(attachments)) throw new SlackRefusal("invalid_attachments");
  return {
    text,
    blocks:
      given === undefined || given === null
        ? null
        : checkMessageBlocks(given, () => call.slack.world.id("b")),
    attachments: attachments === undefined ? null : (attachments as unknown[]),
    metadata: readMetadata(structured(args, "metadata")),
    flags: {
      unfurlLinks: flag(args, "unfurl_links"),
      unfurlMedia: flag(args, "unfurl_media"),
      parse: optionalText(args, "parse") ?? null,
      linkNames: flag(args, "link_names"),
      replyBroadcast: flag(args, "reply_broadcast") ?? false,
    },
  };
}

/** Slack's `no_text`: nothing that a reader would see. */
export function refuseEmpty(draft: Draft): void {
  const something = draft.text || draft.blocks?.length || draft.attachments?.length;
  if (!something) throw new SlackRefusal("no_text");
}

/** The root to answer under; throws when it is not a root that is there. */
export function readThread(args: Args, channel: Channel): string | undefined {
  const ts = optionalText(args, "thread_ts");
  if (!ts) return undefined;
  const root = channel.messages.get(ts);
  if (!root) throw new SlackRefusal(/^\d+\.\d{6}$/.test(ts) ? "thread_not_found" : "invalid_thread_ts");
  if (root.threadTs && root.threadTs !== ts) throw new SlackRefusal("cannot_reply_to_message");
  if (root.deleted && !channel.threads.has(ts)) throw new SlackRefusal("thread_not_found");
  return ts;
}

function refuseRestricted({ restriction }: Channel, threadTs: string | undefined): void {
  const isRefused =
    restriction === "read_only" ||
    (restriction === "thread_only" && threadTs === undefined) ||
    (restriction === "non_threadable" && threadTs !== undefined);
  if (isRefused) throw new SlackRefusal(`restricted_action_${restriction}_channel`);
}

export interface Placement {
  readonly channel: Channel;
  readonly threadTs?: string | undefined;
  readonly username?: string | undefined;
  readonly iconUrl?: string | undefined;
  readonly iconEmoji?: string | undefined;
  readonly ephemeralFor?: string;
  readonly files?: Message["files"];
}

/** Stores what the bot says, records whom it pings, and tells the app of its own message as Slack does. */
export function publish(draft: Draft, place: Placement, call: CallContext): Message {
  const { slack, team } = call;
  const { channel } = place;
  refuseRestricted(channel, place.threadTs);
  const message: Message = {
    ts: slack.world.ts(),
    channel: channel.id,
    teamId: team.id,
    user: team.bot.userId,
    botId: team.bot.botId,
    ...(draft.flags.replyBroadcast && place.threadTs && { subtype: "thread_broadcast" }),
    ...(place.files && { subtype: "file_share" }),
    ...(place.threadTs && { threadTs: place.threadTs }),
    ...(place.username && { username: place.username }),
    ...(place.iconUrl && { iconUrl: place.iconUrl }),
    ...(place.iconEmoji && { iconEmoji: place.iconEmoji }),
    ...(place.ephemeralFor && { ephemeralFor: place.ephemeralFor }),
    rawText: draft.text ?? "",
    blocks: draft.blocks,
    attachments: draft.attachments ?? [],
    metadata: draft.metadata,
    files: place.files ?? [],
    edited: null,
    deleted: false,
    reactions: new Map(),
    flags: draft.flags,
  };
  recordPings(message, draft, call);
  if (place.ephemeralFor) {
    team.ephemerals.push(message);
    return message;
  }
  store(channel, message);
  clearStatus(message, call);
  announce(slack, team, messageEvent(slack, team, channel, message), { channel });
  slack.journal.changed();
  return message;
}

export function recordPings(message: Message, draft: Draft, { slack, method }: CallContext): void {
  const names = draft.flags.linkNames === true || draft.flags.parse === "full";
  for (const found of findPings(draft.text ?? "", draft.blocks, names)) {
    slack.pings.push({ ...found, method, channel: message.channel, ts: message.ts });
  }
}

/** The status line of a thread goes away when the bot speaks in it. */
function clearStatus(message: Message, { slack }: CallContext): void {
  const { channel, threadTs } = message;
  if (!threadTs) return;
  const last = slack.statuses.findLast((one) => one.channel === channel && one.threadTs === threadTs);
  if (!last || last.status === "") return;
  slack.statuses.push({ channel, threadTs, status: "", loadingMessages: [], at: slack.world.now() });
}

function readMetadata(value: unknown): Metadata | null {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) throw new SlackRefusal("invalid_metadata_format");
  if (Object.keys(value).length === 0) return null;
  const { event_type: type, event_payload: payload, ...rest } = value;
  if (typeof type !== "string" || !/^[\w.-]{1,255}$/.test(type) || !isObject(payload)) {
    throw new SlackRefusal("invalid_metadata_format");
  }
  if (Object.keys(rest).length > 0) throw new SlackRefusal("invalid_metadata_format");
  if (JSON.stringify(payload).length > MAX_METADATA) throw new SlackRefusal("metadata_too_large");
  return { event_type: type, event_payload: payload };
}
