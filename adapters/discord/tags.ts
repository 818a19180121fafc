import {
  type APIGuildForumChannel,
  type APIGuildForumTag,
  type APIThreadChannel,
  ChannelFlags,
  ChannelType,
  Routes,
} from "discord.js";

import type { ConversationState } from "../../src/domain.ts";
import { CODES, codeOf } from "./failures.ts";
import type { Outgoing } from "./outgoing.ts";

/** The tags of a forum that show how it stands with a post, found by name in any case. */
export const STATE_TAGS: Readonly<Record<ConversationState, string>> = {
  open: "open",
  waiting: "waiting",
  with_staff: "with staff",
  solved: "solved",
};
const NAMES = Object.values(STATE_TAGS);
const MOST_ON_A_POST = 5;
const MOST_IN_A_FORUM = 20;

/**
 * Puts the state's tag on a forum post and takes the other three off; the author's own tags stay. Does nothing outside
 * forums. Where the tags are missing and we may not make them, it is said once in the log.
 */
export async function showState(
  { parent, thread }: { readonly parent: string; readonly thread: string },
  state: ConversationState,
  out: Pick<Outgoing, "api" | "client" | "log" | "told">,
  signal: AbortSignal,
): Promise<void> {
  const known = out.client.channels.cache.get(parent);
  if (known && !isForum(known.type)) return;
  const forum = await out.api.get<APIGuildForumChannel>(Routes.channel(parent), { signal });
  if (!isForum(forum.type)) return;
  try {
    const tags = await withStateTags(forum, out.api, signal);
    const post = await out.api.get<APIThreadChannel>(Routes.channel(thread), { signal });
    await putTag(post, state, tags, forum, out.api, signal);
  } catch (error) {
    const code = codeOf(error);
    if (code !== CODES.missingPermissions && code !== CODES.missingAccess) throw error;
    if (!out.told.has(parent)) {
      out.log.warn(
        { forum: parent, err: error },
        `the forum's posts do not show their state: give Deskhand's role Manage Threads there, and make the tags ${NAMES.join(", ")} (or give it Manage Channels)`,
      );
    }
    out.told.add(parent);
  }
}

export function isForum(type: ChannelType): boolean {
  return type === ChannelType.GuildForum || type === ChannelType.GuildMedia;
}

export function missingTags(tags: readonly APIGuildForumTag[]): string[] {
  return NAMES.filter((name) => !tags.some((tag) => isNamed(tag, name)));
}

/** All that could be found or made; a forum that is full or not ours to change keeps what it has. */
async function withStateTags(
  forum: APIGuildForumChannel,
  api: Outgoing["api"],
  signal: AbortSignal,
): Promise<readonly APIGuildForumTag[]> {
  const missing = missingTags(forum.available_tags);
  const room = MOST_IN_A_FORUM - forum.available_tags.length;
  if (missing.length === 0 || missing.length > room) return forum.available_tags;
  try {
    const body = { available_tags: [...forum.available_tags, ...missing.map((name) => ({ name }))] };
    const changed = await api.patch<APIGuildForumChannel>(Routes.channel(forum.id), { body, signal });
    return changed.available_tags;
  } catch (error) {
    // Some tags are better than none; with none the caller is told.
    const hasSome = missing.length < NAMES.length;
    if (codeOf(error) === CODES.missingPermissions && hasSome) return forum.available_tags;
    throw error;
  }
}

async function putTag(
  post: APIThreadChannel,
  state: ConversationState,
  known: readonly APIGuildForumTag[],
  forum: APIGuildForumChannel,
  api: Outgoing["api"],
  signal: AbortSignal,
): Promise<void> {
  const ours = known.filter((tag) => NAMES.some((name) => isNamed(tag, name))).map(({ id }) => id);
  const wanted = known.find((tag) => isNamed(tag, STATE_TAGS[state]))?.id;
  const others = (post.applied_tags ?? []).filter((id) => !ours.includes(id));
  const tags = [...others.slice(0, MOST_ON_A_POST - 1), ...(wanted === undefined ? [] : [wanted])];
  const isAsItWas =
    tags.length === post.applied_tags?.length && tags.every((id) => post.applied_tags?.includes(id));
  const needsOne = ((forum.flags ?? 0) & ChannelFlags.RequireTag) !== 0;
  if (isAsItWas || (tags.length === 0 && needsOne)) return;
  const { archived = false, locked = false } = post.thread_metadata ?? {};
  // A locked post is closed by a person; its tags stay as they left them.
  if (locked) return;
  const body = { applied_tags: tags, ...(archived && { archived: false }) };
  await api.patch(Routes.channel(post.id), { body, signal });
  if (archived) await api.patch(Routes.channel(post.id), { body: { archived: true }, signal });
}

function isNamed(tag: Pick<APIGuildForumTag, "name">, name: string): boolean {
  return tag.name.trim().toLowerCase() === name;
}
