import { count, flag, optionalText, text, type Args, type CallContext, type Methods } from "../api.ts";
import { SlackRefusal } from "../refusal.ts";
import { channelJson, messageJson, threadJson, type Json } from "../wire.ts";
import { directChannel, type Channel, type Message } from "../world.ts";
import { joinedChannel, knownChannel, needForKind } from "./places.ts";

export const conversations: Methods = {
  "conversations.info": {
    token: "bot",
    run(args, call) {
      const channel = knownChannel(text(args, "channel"), call);
      needForKind(call, channel, "read");
      const size = flag(args, "include_num_members") ? { num_members: channel.members.size } : {};
      return { channel: { ...channelJson(channel, call.team), ...size } };
    },
  },
  "conversations.members": {
    token: "bot",
    run(args, call) {
      const channel = knownChannel(text(args, "channel"), call);
      needForKind(call, channel, "read");
      const { page, more } = paged([...channel.members], args, 100, 1000);
      return { members: page, ...more };
    },
  },
  "conversations.list": {
    token: "bot",
    run(args, call) {
      const kinds = { public_channel: "public", private_channel: "private", im: "im", mpim: "mpim" } as const;
      const scopes = {
        public_channel: "channels:read",
        private_channel: "groups:read",
        im: "im:read",
        mpim: "mpim:read",
      } as const;
      const wanted = (optionalText(args, "types") ?? "public_channel").split(",").map((type) => type.trim());
      const channels = wanted.flatMap((type) => {
        if (!(type in kinds)) throw new SlackRefusal("invalid_types");
        const known = type as keyof typeof kinds;
        call.need(scopes[known]);
        return [...call.team.channels.values()].filter((channel) => channel.kind === kinds[known]);
      });
      const visible = channels.filter(
        (channel) => channel.kind === "public" || channel.members.has(call.team.bot.userId),
      );
      const { page, more } = paged(visible, args, 100, 1000);
      return { channels: page.map((channel) => channelJson(channel, call.team)), ...more };
    },
  },
  "conversations.open": {
    token: "bot",
    scopes: ["im:write"],
    run(args, call) {
      const users = text(args, "users").split(",");
      if (users.length > 1) throw new SlackRefusal("method_not_supported_for_channel_type");
      const user = call.team.users.get(users[0] ?? "");
      if (!user) throw new SlackRefusal("user_not_found");
      if (user.id === call.team.bot.userId || user.isBot) throw new SlackRefusal("cannot_dm_bot");
      const channel = directChannel(call.slack.world, call.team, user.id);
      return { channel: flag(args, "return_im") ? channelJson(channel, call.team) : { id: channel.id } };
    },
  },
  "conversations.history": {
    token: "bot",
    run(args, call) {
      const channel = joinedChannel(text(args, "channel"), call);
      needForKind(call, channel, "history");
      const most = limited(call, "conversations.history");
      const roots = [...channel.messages.values()].filter(
        (message) =>
          !message.deleted &&
          (!message.threadTs || message.threadTs === message.ts || message.flags.replyBroadcast),
      );
      return listing(roots.toReversed(), channel, { args, call, usual: 100, most });
    },
  },
  "conversations.replies": {
    token: "bot",
    run(args, call) {
      const channel = joinedChannel(text(args, "channel"), call);
      needForKind(call, channel, "history");
      const most = limited(call, "conversations.replies");
      const ts = text(args, "ts");
      const asked = channel.messages.get(ts);
      const root = asked?.threadTs ? channel.messages.get(asked.threadTs) : asked;
      if (!root) throw new SlackRefusal("thread_not_found");
      const replies = (channel.threads.get(root.ts) ?? []).filter((message) => !message.deleted);
      if (root.deleted && replies.length === 0) throw new SlackRefusal("thread_not_found");
      const answer = listing(replies, channel, { args, call, usual: 1000, most: Math.max(1, most - 1) });
      return { ...answer, messages: [shown(root, channel, args, call), ...(answer["messages"] as Json[])] };
    },
  },
};

/** Apps sold outside the Marketplace may read once a minute, and few messages at a time. */
function limited(call: CallContext, method: string): number {
  const { historyLimit, historyMessages } = call.slack.settings;
  call.slack.limits.take(`${method} ${call.team.id}`, historyLimit);
  return historyLimit ? historyMessages : 999;
}

interface Listing {
  readonly args: Args;
  readonly call: CallContext;
  readonly usual: number;
  readonly most: number;
}

function listing(all: readonly Message[], channel: Channel, { args, call, usual, most }: Listing): Json {
  const oldest = optionalText(args, "oldest") ?? "0";
  const latest = optionalText(args, "latest");
  const inclusive = flag(args, "inclusive") ?? false;
  const wanted = all.filter(({ ts }) => {
    const afterOldest = inclusive ? before(oldest, ts) || oldest === ts : before(oldest, ts);
    const beforeLatest = !latest || before(ts, latest) || (inclusive && ts === latest);
    return afterOldest && beforeLatest;
  });
  const { page, more } = paged(wanted, args, Math.min(usual, most), most);
  return { messages: page.map((message) => shown(message, channel, args, call)), ...more };
}

function shown(message: Message, channel: Channel, args: Args, { team, slack }: CallContext): Json {
  const metadata = flag(args, "include_all_metadata") ?? false;
  if (message.deleted) {
    const {
      subtype,
      user,
      text: words,
    } = { subtype: "tombstone", user: "USLACKBOT", text: "This message was deleted." };
    return { type: "message", subtype, user, text: words, ts: message.ts, ...threadJson(message, channel) };
  }
  return { ...messageJson(message, team, { url: slack.url(), metadata }), ...threadJson(message, channel) };
}

/** Timestamps are decimal strings of any precision. */
function before(one: string, other: string): boolean {
  return Number(one) < Number(other);
}

function paged<T>(all: readonly T[], args: Args, usual: number, most: number): { page: T[]; more: Json } {
  const from = readCursor(optionalText(args, "cursor"));
  const size = count(args, "limit", usual, most);
  const until = from + size;
  const hasMore = until < all.length;
  return {
    page: all.slice(from, until),
    more: {
      has_more: hasMore,
      response_metadata: { next_cursor: hasMore ? Buffer.from(`next:${until}`).toString("base64") : "" },
    },
  };
}

function readCursor(cursor: string | undefined): number {
  if (!cursor) return 0;
  const [, number] = /^next:(\d+)$/.exec(Buffer.from(cursor, "base64").toString("utf8")) ?? [];
  if (!number) throw new SlackRefusal("invalid_cursor");
  return Number(number);
}
