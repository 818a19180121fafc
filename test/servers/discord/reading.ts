import { ComponentType, MessageFlags, MessageType } from "discord.js";

import { walk } from "./components.ts";
import { readableText } from "./messages.ts";
import { userOf, type Json, type Message, type World } from "./world.ts";
import { textIn } from "./values.ts";

/** What Discord writes itself: a client is told, and must leave it alone. */
export const SYSTEM: ReadonlySet<MessageType> = new Set([
  MessageType.RecipientAdd,
  MessageType.ChannelNameChange,
  MessageType.ThreadCreated,
  MessageType.ThreadStarterMessage,
]);

/** A message as the person before the screen has it. */
export interface SeenMessage {
  readonly id: string;
  readonly channelId: string;
  /** Content, embeds and text displays, in this order, a line each. */
  readonly text: string;
  readonly content: string;
  /** The name it is shown under: a webhook's, or the user's. */
  readonly author: string;
  readonly authorId: string;
  readonly avatarUrl: string | null;
  readonly webhookId: string | null;
  readonly isFromBot: boolean;
  readonly embeds: readonly Json[];
  readonly components: readonly Json[];
  readonly buttons: readonly SeenButton[];
  readonly attachments: readonly {
    readonly name: string;
    readonly contentType: string;
    readonly bytes: Buffer;
  }[];
  readonly reactions: readonly { readonly emoji: string; readonly users: readonly string[] }[];
  readonly isEdited: boolean;
  /** An answer to an interaction that is promised and not there yet. */
  readonly isThinking: boolean;
  readonly replyTo: string | null;
  readonly threadId: string | null;
  readonly flags: number;
  readonly nonce: string | number | null;
  readonly type: number;
  /** The user it is shown to alone. */
  readonly ephemeralFor: string | null;
}

export interface SeenButton {
  readonly label: string;
  readonly customId: string | null;
  readonly url: string | null;
  readonly style: number;
  readonly isDisabled: boolean;
}

export function toSeen(world: World, message: Message): SeenMessage {
  const { webhook } = message;
  return {
    id: message.id,
    channelId: message.channelId,
    text: textOf(message),
    content: message.content,
    author: webhook?.name ?? userOf(world, message.authorId).username,
    authorId: message.authorId,
    avatarUrl: webhook?.avatarUrl ?? null,
    webhookId: webhook?.id ?? null,
    isFromBot: webhook !== null || userOf(world, message.authorId).bot,
    embeds: message.embeds,
    components: message.components,
    buttons: buttonsOf(message),
    attachments: message.attachments.map(({ filename, contentType, bytes }) => ({
      name: filename,
      contentType,
      bytes,
    })),
    reactions: [...message.reactions].map(([emoji, users]) => ({
      emoji,
      users: [...users].map((id) => userOf(world, id).username),
    })),
    isEdited: message.editedAt !== null,
    isThinking: (message.flags & MessageFlags.Loading) !== 0,
    replyTo: message.reference?.messageId ?? null,
    threadId: message.threadId,
    flags: message.flags,
    nonce: message.nonce,
    type: message.type,
    ephemeralFor: message.ephemeralFor,
  };
}

function textOf(message: Message): string {
  const ofEmbeds = message.embeds.flatMap((embed) => {
    const fields = ((embed["fields"] ?? []) as Json[]).flatMap(({ name, value }) => [name, value]);
    const ends = [(embed["footer"] as Json | undefined)?.["text"]];
    return [embed["title"], embed["description"], ...fields, ...ends].filter(
      (part) => typeof part === "string",
    );
  });
  const [content, rest] = [message.content, readableText({ content: "", components: message.components })];
  return [content, ...ofEmbeds, rest].filter((part) => part !== "").join("\n");
}

function buttonsOf({ components }: Message): SeenButton[] {
  return walk(components)
    .filter(({ component }) => component["type"] === ComponentType.Button)
    .map(({ component }) => ({
      label: textIn(component["label"] ?? (component["emoji"] as Json | undefined)?.["name"] ?? ""),
      customId: (component["custom_id"] as string | undefined) ?? null,
      url: (component["url"] as string | undefined) ?? null,
      style: Number(component["style"]),
      isDisabled: component["disabled"] === true,
    }));
}
