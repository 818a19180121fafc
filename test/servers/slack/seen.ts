import type { Slack } from "./core.ts";
import { readable } from "./wire.ts";
import { channelOf, type Message, type MessageFlags, type Metadata, type Team } from "./world.ts";
import type { Block } from "./block-types.ts";

/** A message as its readers have it before them. */
export interface SeenMessage {
  readonly ts: string;
  readonly threadTs: string | null;
  readonly channel: string;
  readonly user: string;
  /** True when our app wrote it. */
  readonly byApp: boolean;
  /** What is shown: made of the blocks, or of the text when there are none. Mentions and links are written out. */
  readonly text: string;
  /** The top-level text as it was stored; with blocks it is what a notification says. */
  readonly rawText: string;
  readonly blocks: readonly Block[];
  readonly attachments: readonly unknown[];
  readonly username: string | null;
  readonly icon: string | null;
  readonly metadata: Metadata | null;
  readonly edited: boolean;
  readonly deleted: boolean;
  readonly subtype: string | null;
  /** Users by the reaction's name. */
  readonly reactions: Readonly<Record<string, readonly string[]>>;
  readonly files: readonly { readonly name: string; readonly title: string; readonly bytes: Buffer }[];
  readonly flags: MessageFlags;
}

/** All messages of a channel in the order in which they came, deleted ones as well; or one thread with its root. */
export function messages(slack: Slack, id: string, threadTs?: string): SeenMessage[] {
  const { team, channel } = channelOf(slack.world, id);
  if (threadTs === undefined) return [...channel.messages.values()].map((message) => seen(message, team));
  const root = channel.messages.get(threadTs);
  return [...(root ? [root] : []), ...(channel.threads.get(threadTs) ?? [])].map((message) =>
    seen(message, team),
  );
}

export function ephemerals(slack: Slack, id: string, user: string): SeenMessage[] {
  const { team } = channelOf(slack.world, id);
  return team.ephemerals
    .filter((message) => message.channel === id && message.ephemeralFor === user)
    .map((message) => seen(message, team));
}

export function seen(message: Message, team: Team): SeenMessage {
  return {
    ts: message.ts,
    threadTs: message.threadTs ?? null,
    channel: message.channel,
    user: message.user,
    byApp: message.botId === team.bot.botId,
    // Read when asked for: a soak looks at few of its messages.
    get text() {
      return readable(message, team);
    },
    rawText: message.rawText,
    blocks: message.blocks ?? [],
    attachments: message.attachments,
    username: message.username ?? null,
    icon: message.iconUrl ?? message.iconEmoji ?? null,
    metadata: message.metadata,
    edited: message.edited !== null,
    deleted: message.deleted,
    subtype: message.subtype ?? null,
    reactions: Object.fromEntries([...message.reactions].map(([name, users]) => [name, [...users]])),
    files: message.files.map(({ name, title, bytes }) => ({ name, title, bytes: bytes ?? Buffer.alloc(0) })),
    flags: message.flags,
  };
}

/** For a `waitFor` that gave up: the last calls, deliveries and messages, shortened. */
export function whatThereIs(slack: Slack): string {
  const calls = slack.journal.calls.slice(-15).map((call) => {
    const outcome = call.spoilt ?? (call.answer["ok"] === true ? "ok" : String(call.answer["error"]));
    return `  ${call.method} ${short(JSON.stringify(call.args))} -> ${call.status} ${outcome}`;
  });
  const deliveries = slack.deliveries.slice(-10).map((one) => {
    const tries = one.attempts.map(
      (attempt) => attempt.failure ?? `ack ${Math.round(attempt.ackMs ?? 0)} ms`,
    );
    return `  ${one.name} ${one.eventId ?? ""}: ${one.state} [${tries.join(", ")}]`;
  });
  const said = [...slack.world.teams.values()].flatMap((team) =>
    [
      ...team.channels.values(),
      { id: "ephemeral", messages: new Map(team.ephemerals.map((one) => [one.ts, one])) },
    ].flatMap((channel) =>
      [...channel.messages.values()].slice(-6).map((message) => `  ${line(message, team)}`),
    ),
  );
  return [
    `Last calls (of ${slack.journal.calls.length}):`,
    ...calls,
    `Last deliveries (of ${slack.deliveries.length}):`,
    ...deliveries,
    "Last messages:",
    ...said,
    ...(slack.violations.length > 0 ? ["Violations:", ...slack.violations.map((one) => `  ${one}`)] : []),
  ].join("\n");
}

function line(message: Message, team: Team): string {
  const who = team.users.get(message.user)?.name ?? message.user;
  const place = `${message.channel}${message.threadTs ? ` in ${message.threadTs}` : ""}`;
  return `${message.ts} ${place} ${message.username ?? who}: ${short(readable(message, team))}`;
}

function short(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
