import type { CallContext } from "../api.ts";
import { SlackRefusal } from "../refusal.ts";
import { directChannel, type Channel } from "../world.ts";

const SCOPE_NAMES = { public: "channels", private: "groups", im: "im", mpim: "mpim" } as const;

/** A channel that the bot may know of; a private one it is not in does not exist for it. */
export function knownChannel(id: string, { team }: CallContext): Channel {
  const channel = team.channels.get(id);
  if (!channel) throw new SlackRefusal("channel_not_found");
  if (channel.kind !== "public" && !channel.members.has(team.bot.userId))
    throw new SlackRefusal("channel_not_found");
  return channel;
}

/** A channel that the bot is in. */
export function joinedChannel(id: string, call: CallContext): Channel {
  const channel = knownChannel(id, call);
  if (!channel.members.has(call.team.bot.userId)) throw new SlackRefusal("not_in_channel");
  return channel;
}

/** Where a message may go: a channel it is in, a public one with chat:write.public, or a person. */
export function writableChannel(id: string, call: CallContext): Channel {
  if (/^[UW]/.test(id)) {
    const user = call.team.users.get(id);
    if (!user) throw new SlackRefusal("channel_not_found");
    if (user.isBot) throw new SlackRefusal("cannot_dm_bot");
    return directChannel(call.slack.world, call.team, id);
  }
  const channel = knownChannel(id, call);
  if (channel.isArchived) throw new SlackRefusal("is_archived");
  if (channel.members.has(call.team.bot.userId)) return channel;
  if (call.token.scopes.has("chat:write.public")) return channel;
  throw new SlackRefusal("not_in_channel");
}

export function needForKind(call: CallContext, channel: Channel, what: "read" | "history"): void {
  call.need(`${SCOPE_NAMES[channel.kind]}:${what}`);
}
