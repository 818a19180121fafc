import { z } from "zod";

/**
 * What we read of Discord's own payloads. They come from outside: whatever does not have the shape is no message of
 * ours, and fields that we do not know are left out. Discord says both `null` and nothing at all for "none".
 */

/** A list with the entries that are whole; one odd entry does not cost the message. */
function whole<T extends z.ZodType>(entry: T) {
  return z
    .array(entry.nullable().catch(null))
    .nullish()
    .catch(null)
    .transform((list) => (list ?? []).filter((one): one is NonNullable<typeof one> => one !== null));
}

const text = z.string().nullish().catch(null);
const time = z
  .string()
  .nullish()
  .catch(null)
  .transform((at) => (at ? Date.parse(at) : NaN))
  .transform((at) => (Number.isNaN(at) ? null : at));

const user = z.object({
  id: z.string(),
  username: z.string().catch(""),
  global_name: text,
  avatar: text,
  bot: z.boolean().nullish().catch(null),
  system: z.boolean().nullish().catch(null),
});
export type UserPayload = z.infer<typeof user>;

const member = z.object({
  user: user.nullish().catch(null),
  nick: text,
  avatar: text,
  roles: whole(z.string()),
});
export type MemberPayload = z.infer<typeof member>;

const attachment = z.object({
  id: z.string(),
  filename: z.string(),
  size: z.number(),
  content_type: text,
});

const embed = z.object({ title: text, description: text, url: text });

const message = z.object({
  id: z.string(),
  channel_id: z.string(),
  guild_id: text,
  type: z.number(),
  author: user,
  member: member.nullish().catch(null),
  content: z.string().catch(""),
  timestamp: time,
  edited_timestamp: time,
  webhook_id: text,
  mentions: whole(user),
  mention_roles: whole(z.string()),
  attachments: whole(attachment),
  embeds: whole(embed),
  sticker_items: whole(z.object({ name: z.string() })),
  message_snapshots: whole(
    z.object({ message: z.object({ content: text, attachments: whole(attachment) }) }),
  ),
  poll: z
    .object({
      question: z.object({ text }),
      answers: whole(z.object({ poll_media: z.object({ text }) })),
    })
    .nullish()
    .catch(null),
  /** What it replies to; null when that was deleted. */
  referenced_message: z
    .object({ id: z.string(), type: z.number(), author: user, webhook_id: text, application_id: text })
    .nullish()
    .catch(null),
  /** About how many came before it in its thread. */
  position: z.number().nullish().catch(null),
});
export type MessagePayload = z.infer<typeof message>;

const removal = z.object({ id: z.string(), channel_id: z.string(), guild_id: text });
const bulkRemoval = z.object({ ids: z.array(z.string()), channel_id: z.string(), guild_id: text });
const reaction = z.object({
  user_id: z.string(),
  channel_id: z.string(),
  message_id: z.string(),
  guild_id: text,
  message_author_id: text,
  member: member.nullish().catch(null),
  emoji: z.object({ name: text }),
});
export type ReactionPayload = z.infer<typeof reaction>;

const thread = z.object({ id: z.string(), parent_id: text, last_message_id: text });
const activeThreads = z.object({ threads: whole(thread) });

/** Null for what is no message. */
export function readMessage(payload: unknown): MessagePayload | null {
  return message.safeParse(payload).data ?? null;
}

/** A page of a channel's history. */
export function readMessages(payload: unknown): readonly MessagePayload[] {
  return (
    z
      .array(z.unknown())
      .safeParse(payload)
      .data?.flatMap((one) => readMessage(one) ?? []) ?? []
  );
}

export interface Removal {
  readonly channel: string;
  readonly guild: string | null;
  readonly ids: readonly string[];
}

/** What MESSAGE_DELETE or MESSAGE_DELETE_BULK names. */
export function readRemoval(payload: unknown): Removal | null {
  const one = removal.safeParse(payload).data;
  if (one) return { channel: one.channel_id, guild: one.guild_id ?? null, ids: [one.id] };
  const many = bulkRemoval.safeParse(payload).data;
  return many ? { channel: many.channel_id, guild: many.guild_id ?? null, ids: many.ids } : null;
}

export function readReaction(payload: unknown): ReactionPayload | null {
  return reaction.safeParse(payload).data ?? null;
}

export function readMember(payload: unknown): MemberPayload | null {
  return member.safeParse(payload).data ?? null;
}

export function readUser(payload: unknown): UserPayload | null {
  return user.safeParse(payload).data ?? null;
}

export function readThreads(payload: unknown): readonly z.infer<typeof thread>[] {
  return activeThreads.safeParse(payload).data?.threads ?? [];
}

export const parts = { user, member, message };
