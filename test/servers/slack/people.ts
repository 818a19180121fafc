import type { Slack } from "./core.ts";
import type { Delivery, Timing } from "./delivery.ts";
import { announce, hiddenEvent, inner, messageEvent } from "./events.ts";
import { mimetypeOf } from "./methods/files.ts";
import { announceReaction } from "./react.ts";
import { typed } from "./typed.ts";
import { threadJson, type Json } from "./wire.ts";
import {
  channelOf,
  NO_FLAGS,
  store,
  userOf,
  type Channel,
  type Message,
  type StoredFile,
  type Team,
} from "./world.ts";

export interface Words {
  readonly channel: string;
  readonly user: string;
  /** As typed: `&<>` are escaped, links and addresses wrapped; `<@U…>` and `<https://…|label>` are kept. */
  readonly text: string;
  readonly threadTs?: string;
  readonly files?: readonly { readonly name: string; readonly bytes: string | Uint8Array }[];
  /** "Also send to channel". */
  readonly broadcast?: boolean;
  readonly clientMsgId?: string;
  /** The text as it is stored, without escaping. */
  readonly raw?: boolean;
  readonly timing?: Timing;
}

/** What somebody did, and what the app was told of it. */
export interface Done {
  readonly ts: string;
  readonly message: Message;
  /** In the order in which they were sent; empty when Slack told the app nothing. */
  readonly deliveries: readonly Delivery[];
  /** Resolves once every delivery was acknowledged or given up. Never rejects. */
  readonly settled: Promise<void>;
}

/** What people and other bots do in channels, with the events that Slack makes of it. */
export interface People {
  say(words: Words): Done;
  /** Another app's bot speaks: `bot_message`. `user` is that bot's user. */
  sayAsBot(words: Words): Done;
  edit(what: Target & { readonly text: string }): Done;
  /** A link preview arrives: `message_changed` with attachments and without `edited`. */
  unfurl(what: Target & { readonly url?: string }): Done;
  remove(what: Target): Done;
  react(what: Target & { readonly user: string; readonly name: string }): Done;
  unreact(what: Target & { readonly user: string; readonly name: string }): Done;
  join(what: { readonly channel: string; readonly user: string; readonly timing?: Timing }): Done;
  leaveChannel(what: { readonly channel: string; readonly user: string }): void;
}

interface Target {
  readonly channel: string;
  readonly ts: string;
  readonly timing?: Timing;
}

export function createPeople(slack: Slack): People {
  return {
    say: (words) => speak(slack, words, null),
    sayAsBot(words) {
      const { team } = channelOf(slack.world, words.channel);
      const { botId } = userOf(team, words.user);
      if (!botId) throw new Error(`${words.user} is not a bot: give it isBot.`);
      return speak(slack, words, botId);
    },
    edit: (what) => edit(slack, what),
    unfurl: (what) => unfurl(slack, what),
    remove: (what) => remove(slack, what),
    react: (what) => toggle(slack, what, true),
    unreact: (what) => toggle(slack, what, false),
    join: (what) => join(slack, what),
    leaveChannel: ({ channel, user }) => void channelOf(slack.world, channel).channel.members.delete(user),
  };
}

function speak(slack: Slack, words: Words, botId: string | null): Done {
  const { team, channel } = channelOf(slack.world, words.channel);
  const user = userOf(team, words.user);
  if (!channel.members.has(user.id)) {
    throw new Error(
      `${user.id} cannot write in ${channel.id}: only its members can. Add them, or join() first.`,
    );
  }
  if (words.threadTs && !channel.messages.has(words.threadTs)) {
    throw new Error(`No message ${words.threadTs} in ${channel.id} to answer to.`);
  }
  const made = words.raw ? { text: words.text, blocks: null } : typed(words.text);
  const files = (words.files ?? []).map((file) => storeFile(slack, team, channel, user.id, file));
  const subtype = subtypeOf(words, botId, files);
  const message: Message = {
    ts: slack.world.ts(),
    channel: channel.id,
    teamId: team.id,
    user: user.id,
    ...(subtype && { subtype }),
    ...(botId ? { botId, username: user.name } : { clientMsgId: words.clientMsgId ?? crypto.randomUUID() }),
    ...(words.threadTs && { threadTs: words.threadTs }),
    rawText: made.text,
    blocks: made.blocks && made.blocks.length > 0 ? made.blocks : null,
    attachments: [],
    metadata: null,
    files,
    edited: null,
    deleted: false,
    reactions: new Map(),
    flags: { ...NO_FLAGS, replyBroadcast: words.broadcast ?? false },
  };
  store(channel, message);
  const event = messageEvent(slack, team, channel, message);
  if (subtype === "thread_broadcast") event["root"] = rootJson(slack, team, channel, message);
  const to = { channel, ...(words.timing && { timing: words.timing }) };
  const deliveries = [announce(slack, team, event, to), mention(slack, team, channel, message, to)];
  return done(slack, message, deliveries);
}

/** The `app_mention` besides the `message`; direct messages never have one. */
function mention(
  slack: Slack,
  team: Team,
  channel: Channel,
  message: Message,
  to: { timing?: Timing },
): Delivery | null {
  if (channel.kind === "im" || !message.rawText.includes(`<@${team.bot.userId}`)) return null;
  const event = messageEvent(slack, team, channel, message);
  delete event["channel_type"];
  delete event["subtype"];
  return announce(slack, team, { ...event, type: "app_mention" }, { channel, ...to });
}

function edit(slack: Slack, what: Target & { readonly text: string }): Done {
  const { team, channel, message } = find(slack, what);
  const before = messageEvent(slack, team, channel, message);
  const mentionedBefore = message.rawText.includes(`<@${team.bot.userId}`);
  const made = typed(what.text);
  message.rawText = made.text;
  message.blocks = made.blocks;
  message.edited = { user: message.user, ts: slack.world.ts() };
  const changed = change(slack, team, channel, message, { before, ...timed(what) });
  const mentioned = mentionedBefore ? null : mention(slack, team, channel, message, timed(what));
  return done(slack, message, [changed, mentioned]);
}

function unfurl(slack: Slack, what: Target & { readonly url?: string }): Done {
  const { team, channel, message } = find(slack, what);
  const before = messageEvent(slack, team, channel, message);
  const [, found] = /<(https?:[^|>]+)/.exec(message.rawText) ?? [];
  const url = what.url ?? found ?? "https://example.com/";
  message.attachments = [
    {
      id: 1,
      from_url: url,
      original_url: url,
      title: "A page",
      title_link: url,
      text: "What the page says of itself.",
      fallback: "A page",
      service_name: "example",
    },
  ];
  return done(slack, message, [change(slack, team, channel, message, { before, ...timed(what) })]);
}

function change(
  slack: Slack,
  team: Team,
  channel: Channel,
  message: Message,
  { before, timing }: { before: Json; timing?: Timing },
): Delivery | null {
  const after = messageEvent(slack, team, channel, message);
  const event = hiddenEvent(slack, channel, {
    subtype: "message_changed",
    message: after,
    previous_message: before,
  });
  return announce(slack, team, event, { channel, ...(timing && { timing }) });
}

function remove(slack: Slack, what: Target): Done {
  const { team, channel, message } = find(slack, what);
  const before = messageEvent(slack, team, channel, message);
  message.deleted = true;
  const event = hiddenEvent(slack, channel, {
    subtype: "message_deleted",
    deleted_ts: message.ts,
    previous_message: before,
  });
  return done(slack, message, [announce(slack, team, event, { channel, ...timed(what) })]);
}

function toggle(
  slack: Slack,
  what: Target & { readonly user: string; readonly name: string },
  added: boolean,
): Done {
  const { team, channel, message } = find(slack, what);
  userOf(team, what.user);
  const users = message.reactions.get(what.name) ?? new Set();
  if (added) users.add(what.user);
  else users.delete(what.user);
  if (users.size > 0) message.reactions.set(what.name, users);
  else message.reactions.delete(what.name);
  const reaction = { channel, message, name: what.name, user: what.user, added };
  return done(slack, message, [announceReaction(slack, team, reaction, what.timing)]);
}

function join(slack: Slack, what: { channel: string; user: string; timing?: Timing }): Done {
  const { team, channel } = channelOf(slack.world, what.channel);
  const user = userOf(team, what.user);
  channel.members.add(user.id);
  const message: Message = {
    ts: slack.world.ts(),
    channel: channel.id,
    teamId: team.id,
    user: user.id,
    subtype: "channel_join",
    rawText: `<@${user.id}> has joined the channel`,
    blocks: null,
    attachments: [],
    metadata: null,
    files: [],
    edited: null,
    deleted: false,
    reactions: new Map(),
    flags: NO_FLAGS,
  };
  store(channel, message);
  const to = { channel, ...timed(what) };
  const event = {
    type: "member_joined_channel",
    user: user.id,
    channel: channel.id,
    team: team.id,
    event_ts: message.ts,
  };
  return done(slack, message, [
    announce(slack, team, messageEvent(slack, team, channel, message), to),
    announce(slack, team, event, to),
  ]);
}

function find(slack: Slack, { channel: id, ts }: Target): { team: Team; channel: Channel; message: Message } {
  const { team, channel } = channelOf(slack.world, id);
  const message = channel.messages.get(ts);
  if (!message || message.deleted)
    throw new Error(`No message ${ts} in ${id}: it never was, or it is deleted.`);
  return { team, channel, message };
}

function timed({ timing }: { readonly timing?: Timing }): { timing?: Timing } {
  return timing ? { timing } : {};
}

function subtypeOf(words: Words, botId: string | null, files: readonly StoredFile[]): string | null {
  if (botId) return "bot_message";
  if (words.broadcast && words.threadTs) return "thread_broadcast";
  return files.length > 0 ? "file_share" : null;
}

function rootJson(slack: Slack, team: Team, channel: Channel, message: Message): Json {
  const root = channel.messages.get(message.threadTs ?? "");
  if (!root) return {};
  return { ...inner(messageEvent(slack, team, channel, root)), ...threadJson(root, channel) };
}

function storeFile(
  slack: Slack,
  team: Team,
  channel: Channel,
  user: string,
  { name, bytes }: { readonly name: string; readonly bytes: string | Uint8Array },
): StoredFile {
  const file: StoredFile = {
    id: slack.world.id("F"),
    name,
    title: name,
    mimetype: mimetypeOf(name),
    user,
    teamId: team.id,
    bytes: Buffer.from(bytes as Uint8Array),
    shared: true,
    channels: [channel.id],
  };
  team.files.set(file.id, file);
  return file;
}

export function done(slack: Slack, message: Message, told: readonly (Delivery | null)[]): Done {
  slack.journal.changed();
  const deliveries = told.filter((one) => one !== null);
  return { ts: message.ts, message, deliveries, settled: allSettled(deliveries) };
}

async function allSettled(deliveries: readonly Delivery[]): Promise<void> {
  for (const one of deliveries) await one.settled;
}
