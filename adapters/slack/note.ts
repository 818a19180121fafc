import { toAddress } from "./address.ts";
import { permalink, type Surroundings, timeOf, type Unsigned } from "./normalise.ts";
import { reactionBody } from "./payload.ts";

export interface MarkedNote {
  readonly channel: string;
  readonly ts: string;
  readonly user: string;
  readonly at: string;
}

const NOTE_REACTIONS = new Set(["memo", "pencil", "pencil2"]);

/** 📝 that somebody put on words of their own in the staff channel; null for every other reaction. */
export function reactionOf(body: unknown, { settings }: Pick<Surroundings, "settings">): MarkedNote | null {
  const read = reactionBody.safeParse(body);
  if (!read.success) return null;
  const { user, reaction, item, item_user, event_ts } = read.data.event;
  const isOwn = item_user === user;
  if (!isOwn || !NOTE_REACTIONS.has(reaction) || item.channel !== settings.deskChannel) return null;
  return { channel: item.channel, ts: item.ts, user, at: event_ts };
}

export function normaliseReaction(
  { channel, ts, user, at }: MarkedNote,
  thread: string,
  where: Surroundings,
): Unsigned {
  return {
    eventId: `n:${where.team}:${channel}:${ts}:${user}`,
    address: toAddress({ kind: "channel", team: where.team, channel, thread }),
    visibility: "public",
    link: permalink(where, channel, thread),
    author: { user, isStranger: false },
    atDesk: true,
    sentAt: timeOf(at),
    body: { kind: "note", messageId: ts },
  };
}
