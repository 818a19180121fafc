import { canSee, may } from "./permissions.ts";
import { userOf, type Channel, type Json, type Message, type Ping, type World } from "./world.ts";

export interface Mentions {
  readonly users: readonly string[];
  readonly roles: readonly string[];
  readonly everyone: boolean;
  readonly pings: readonly Omit<Ping, "messageId" | "channelId" | "by">[];
}

export interface Written {
  readonly text: string;
  readonly channel: Channel;
  /** Null for a webhook, which may ping whatever its allowed_mentions let through. */
  readonly authorId: string | null;
  /** Absent: everything that is written pings. */
  readonly allowed: Json | null;
  readonly replyTo: Message | undefined;
}

/** Who would really be notified by a new message, after allowed_mentions and permissions. */
export function resolveMentions(world: World, written: Written): Mentions {
  const { text, channel, authorId, replyTo } = written;
  const allows = readAllowed(written.allowed);
  const isStrong = authorId === null || may(world, authorId, channel, "MentionEveryone");
  // What stands in code is not a mention.
  const plain = text.replace(/```[\s\S]*?```|`[^`\n]+`/g, "");
  const users = new Set(
    idsIn(plain, /<@!?(\d+)>/g).filter((id) => world.users.has(id) && allows("users", id)),
  );
  const isReply = replyTo !== undefined && !replyTo.webhook && allows("reply", replyTo.authorId);
  const roles = idsIn(plain, /<@&(\d+)>/g).filter((id) => {
    const role = world.roles.get(id);
    return role !== undefined && allows("roles", id) && (role.mentionable || isStrong);
  });
  const broad = isStrong && channel.guildId !== null && allows("everyone", "");
  const kinds = (["everyone", "here"] as const).filter((kind) => broad && plain.includes(`@${kind}`));
  const named = [...users].map((id) => ({ kind: "user" as const, target: id }));
  const answered =
    isReply && !users.has(replyTo.authorId) ? [{ kind: "reply" as const, target: replyTo.authorId }] : [];
  const people = [...named, ...answered]
    .filter(({ target }) => target !== authorId && canSee(world, target, channel))
    .map((ping) => ({ ...ping, targetName: userOf(world, ping.target).username }));
  return {
    users: [...new Set([...users, ...answered.map(({ target }) => target)])],
    roles: [...new Set(roles)],
    everyone: kinds.length > 0,
    pings: [
      ...people,
      ...[...new Set(roles)].map((id) => ({
        kind: "role" as const,
        target: id,
        targetName: world.roles.get(id)?.name ?? id,
      })),
      ...kinds.map((kind) => ({ kind, target: world.guildId, targetName: `@${kind}` })),
    ],
  };
}

function idsIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap((match) => match[1] ?? []);
}

type Asked = "users" | "roles" | "everyone" | "reply";

function readAllowed(allowed: Json | null): (what: Asked, id: string) => boolean {
  if (!allowed) return () => true;
  const parse = new Set((allowed["parse"] ?? []) as string[]);
  return (what, id) => {
    if (what === "everyone") return parse.has("everyone");
    if (what === "reply") return allowed["replied_user"] === true;
    return parse.has(what) || ((allowed[what] ?? []) as string[]).includes(id);
  };
}
