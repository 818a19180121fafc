import { ChannelType, MessageFlags, MessageType } from "discord.js";

import {
  findChannel,
  findMessage,
  findUser,
  type ChannelRef,
  type MessageRef,
  type UserRef,
} from "./find.ts";
import { createMessage, deleteMessage, editMessage, startFromMessage } from "./messages.ts";
import { canSee, may } from "./permissions.ts";
import { dmWith } from "./routes-guild.ts";
import { react, sendingIn } from "./routes-messages.ts";
import { checkTags } from "./routes-threads.ts";
import { createThread } from "./threads.ts";
import { lengthOf } from "./values.ts";
import {
  isForum,
  isThread,
  type Attachment,
  type Channel,
  type Json,
  type Message,
  type World,
} from "./world.ts";

/** With a subscription; 2,000 without. */
const MOST_CONTENT = 4_000;

export interface SentFile {
  readonly name: string;
  readonly bytes: Buffer | string;
  readonly contentType?: string;
}

export interface Said {
  /** `@dm`: this person's direct messages with the bot, opened if need be. */
  readonly channel: ChannelRef;
  readonly user: UserRef;
  readonly content: string;
  readonly files?: readonly SentFile[];
  readonly replyTo?: MessageRef;
  /** With a reply: whether it notifies; true when absent. */
  readonly isPinging?: boolean;
}

export interface Posted {
  readonly forum: ChannelRef;
  readonly user: UserRef;
  readonly name: string;
  readonly content: string;
  /** Names of tags. */
  readonly tags?: readonly string[];
  readonly files?: readonly SentFile[];
}

export interface People {
  /** Throws when Discord would not let this person write there. */
  say(said: Said): Message;
  /** What another webhook writes, by any name. */
  sayAsWebhook(said: {
    readonly channel: ChannelRef;
    readonly name: string;
    readonly content: string;
  }): Message;
  edit(message: MessageRef, content: string): void;
  /** The MESSAGE_UPDATE that follows a link: an embed comes, nobody edited. */
  embed(message: MessageRef, embed?: Json): void;
  remove(message: MessageRef): void;
  react(message: MessageRef, user: UserRef, emoji: string): void;
  unreact(message: MessageRef, user: UserRef, emoji: string): void;
  postInForum(post: Posted): { readonly thread: Channel; readonly message: Message };
  startThread(asked: {
    readonly user: UserRef;
    readonly name: string;
    readonly channel?: ChannelRef;
    /** From this message; without one, alone in `channel`. */
    readonly message?: MessageRef;
    readonly isPrivate?: boolean;
  }): Channel;
}

/** What people do in their own client, with all that follows from it. */
export function createPeople(world: World): People {
  const placeFor = (ref: ChannelRef, userId: string) =>
    ref === "@dm" ? dmWith(world, userId) : findChannel(world, ref);
  return {
    say({ channel: ref, user, content, files = [], replyTo, isPinging = true }) {
      const author = findUser(world, user);
      const channel = placeFor(ref, author.id);
      mayWrite(world, channel, author.id);
      if (lengthOf(content) > MOST_CONTENT)
        throw new Error(`nobody can write ${lengthOf(content)} characters`);
      return createMessage(world, channel, author.id, {
        content,
        attachments: files.map((file) => toAttachment(world, file)),
        replyTo: replyTo === undefined ? undefined : findMessage(world, replyTo),
        allowedMentions: { parse: ["users", "roles", "everyone"], replied_user: isPinging },
      });
    },
    sayAsWebhook({ channel: ref, name, content }) {
      const channel = findChannel(world, ref);
      const id = world.nextId();
      return createMessage(world, channel, id, { content, webhook: { id, name, avatarUrl: null } });
    },
    edit(ref, content) {
      editMessage(world, findMessage(world, ref), { content });
    },
    embed(ref, embed) {
      const message = findMessage(world, ref);
      if (message.flags & MessageFlags.SuppressEmbeds) throw new Error("this message suppresses embeds");
      const url = /https?:\/\/\S+/.exec(message.content)?.[0];
      if (!embed && url === undefined) throw new Error(`there is no link in "${message.content}"`);
      editMessage(world, message, { embeds: [embed ?? { type: "link", url, title: "A page" }] }, true);
    },
    remove(ref) {
      deleteMessage(world, findMessage(world, ref));
    },
    react(ref, user, emoji) {
      react(world, findMessage(world, ref), findUser(world, user).id, emoji, true);
    },
    unreact(ref, user, emoji) {
      react(world, findMessage(world, ref), findUser(world, user).id, emoji, false);
    },
    postInForum({ forum: ref, user, name, content, tags = [], files = [] }) {
      const forum = findChannel(world, ref);
      const author = findUser(world, user);
      if (!isForum(forum)) throw new Error(`#${forum.name} is no forum`);
      mayWrite(world, forum, author.id);
      const ids = tags.map((tag) => forum.tags.find((one) => one.name === tag)?.id ?? missingTag(forum, tag));
      checkTags(world, forum, ids, author.id);
      const id = world.nextId();
      const asked = { id, name, type: ChannelType.PublicThread, appliedTags: ids } as const;
      const thread = createThread(world, forum, author.id, asked);
      const attachments = files.map((file) => toAttachment(world, file));
      return { thread, message: createMessage(world, thread, author.id, { id, content, attachments }) };
    },
    startThread({ user, name, channel: ref, message: starter, isPrivate = false }) {
      const { id: userId } = findUser(world, user);
      const message = starter === undefined ? undefined : findMessage(world, starter);
      const channel = findChannel(world, message?.channelId ?? ref ?? "");
      const permission = isPrivate ? "CreatePrivateThreads" : "CreatePublicThreads";
      if (!may(world, userId, channel, permission)) throw new Error(`no ${permission} in #${channel.name}`);
      if (message?.threadId) throw new Error("this message has a thread already");
      const type = isPrivate ? ChannelType.PrivateThread : ChannelType.PublicThread;
      const thread = createThread(world, channel, userId, { ...(message && { id: message.id }), name, type });
      if (message) {
        startFromMessage(world, message, thread);
      } else if (!isPrivate) {
        createMessage(world, channel, userId, { content: name, type: MessageType.ThreadCreated });
      }
      return thread;
    },
  };
}

function mayWrite(world: World, channel: Channel, userId: string): void {
  const who = world.users.get(userId)?.username ?? userId;
  const where = `#${channel.name ?? "a DM"}`;
  if (!canSee(world, userId, channel)) throw new Error(`${who} cannot see ${where}`);
  if (!may(world, userId, channel, sendingIn(channel))) throw new Error(`${who} may not write in ${where}`);
  const isLocked = isThread(channel) && channel.thread.locked;
  if (isLocked && !may(world, userId, channel, "ManageThreads")) throw new Error(`${where} is locked`);
}

function missingTag(forum: Channel, tag: string): never {
  throw new Error(
    `#${forum.name} has no tag ${tag}; it has ${forum.tags.map(({ name }) => name).join(", ")}`,
  );
}

export function toAttachment(world: World, { name, bytes, contentType }: SentFile): Attachment {
  return {
    id: world.nextId(),
    filename: name,
    contentType: contentType ?? (name.endsWith(".png") ? "image/png" : "text/plain; charset=utf-8"),
    bytes: Buffer.from(bytes),
    description: null,
  };
}
