import { text, type Args, type CallContext, type Methods } from "../api.ts";
import { announceReaction } from "../react.ts";
import { SlackRefusal } from "../refusal.ts";
import type { Channel, Message } from "../world.ts";
import { joinedChannel } from "./places.ts";

export const reactions: Methods = {
  "reactions.add": {
    token: "bot",
    scopes: ["reactions:write"],
    run(args, call) {
      const { channel, message, name } = target(args, call);
      const users = message.reactions.get(name) ?? new Set();
      if (users.has(call.team.bot.userId)) throw new SlackRefusal("already_reacted");
      message.reactions.set(name, users.add(call.team.bot.userId));
      announceReaction(call.slack, call.team, {
        channel,
        message,
        name,
        user: call.team.bot.userId,
        added: true,
      });
      return {};
    },
  },
  "reactions.remove": {
    token: "bot",
    scopes: ["reactions:write"],
    run(args, call) {
      const { channel, message, name } = target(args, call);
      const users = message.reactions.get(name);
      if (!users?.delete(call.team.bot.userId)) throw new SlackRefusal("no_reaction");
      if (users.size === 0) message.reactions.delete(name);
      announceReaction(call.slack, call.team, {
        channel,
        message,
        name,
        user: call.team.bot.userId,
        added: false,
      });
      return {};
    },
  },
};

function target(args: Args, call: CallContext): { channel: Channel; message: Message; name: string } {
  const name = text(args, "name");
  if (!/^[a-z0-9_+'-]+(::skin-tone-\d)?$/.test(name)) throw new SlackRefusal("invalid_name");
  const channel = joinedChannel(text(args, "channel"), call);
  const message = channel.messages.get(text(args, "timestamp"));
  if (!message || message.deleted) throw new SlackRefusal("message_not_found");
  return { channel, message, name };
}
