import { optionalText, text, type CallContext, type Methods } from "../api.ts";
import { announce, hiddenEvent, messageEvent } from "../events.ts";
import { SlackRefusal } from "../refusal.ts";
import { messageJson, type Json } from "../wire.ts";
import type { Channel, Message } from "../world.ts";
import { joinedChannel, knownChannel, writableChannel } from "./places.ts";
import { publish, readDraft, readThread, recordPings, refuseEmpty } from "./posting.ts";

export const chat: Methods = {
  "chat.postMessage": {
    token: "bot",
    scopes: ["chat:write"],
    run(args, call) {
      const customised = {
        username: optionalText(args, "username"),
        iconUrl: optionalText(args, "icon_url"),
        iconEmoji: optionalText(args, "icon_emoji"),
      };
      if (customised.username ?? customised.iconUrl ?? customised.iconEmoji)
        call.need("chat:write.customize");
      const channel = writableChannel(text(args, "channel"), call);
      const draft = readDraft(args, call);
      refuseEmpty(draft);
      const threadTs = readThread(args, channel);
      call.slack.limits.take(`post ${channel.id}`, call.slack.settings.postLimit);
      const message = publish(draft, { channel, threadTs, ...customised }, call);
      return { channel: channel.id, ts: message.ts, message: shown(message, call) };
    },
  },
  "chat.postEphemeral": {
    token: "bot",
    scopes: ["chat:write"],
    run(args, call) {
      const channel = joinedChannel(text(args, "channel"), call);
      const user = text(args, "user");
      if (!call.team.users.has(user)) throw new SlackRefusal("user_not_found");
      if (!channel.members.has(user)) throw new SlackRefusal("user_not_in_channel");
      const draft = readDraft(args, call);
      refuseEmpty(draft);
      const threadTs = readThread(args, channel);
      const message = publish(draft, { channel, threadTs, ephemeralFor: user }, call);
      return { message_ts: message.ts };
    },
  },
  "chat.update": {
    token: "bot",
    scopes: ["chat:write"],
    run(args, call) {
      const { channel, message } = ownMessage(
        text(args, "channel"),
        text(args, "ts"),
        call,
        "cant_update_message",
      );
      const draft = readDraft(args, call);
      if (draft.text === null && !draft.blocks && !draft.attachments) throw new SlackRefusal("no_text");
      const before = messageEvent(call.slack, call.team, channel, message);
      if (draft.text !== null) message.rawText = draft.text;
      // What is left out stays as it was; an empty list removes it.
      if (draft.blocks) message.blocks = draft.blocks.length > 0 ? draft.blocks : null;
      if (draft.attachments) message.attachments = draft.attachments;
      if ("metadata" in args) message.metadata = draft.metadata;
      message.edited = { user: call.team.bot.userId, ts: call.slack.world.ts() };
      recordPings(message, draft, call);
      const after = messageEvent(call.slack, call.team, channel, message);
      announce(
        call.slack,
        call.team,
        hiddenEvent(call.slack, channel, {
          subtype: "message_changed",
          message: after,
          previous_message: before,
        }),
        { channel },
      );
      return { channel: channel.id, ts: message.ts, text: message.rawText, message: shown(message, call) };
    },
  },
  "chat.delete": {
    token: "bot",
    scopes: ["chat:write"],
    run(args, call) {
      const { channel, message } = ownMessage(
        text(args, "channel"),
        text(args, "ts"),
        call,
        "cant_delete_message",
      );
      const before = messageEvent(call.slack, call.team, channel, message);
      message.deleted = true;
      announce(
        call.slack,
        call.team,
        hiddenEvent(call.slack, channel, {
          subtype: "message_deleted",
          deleted_ts: message.ts,
          previous_message: before,
        }),
        { channel },
      );
      return { channel: channel.id, ts: message.ts };
    },
  },
  "chat.getPermalink": {
    token: "bot",
    run(args, call) {
      const channel = knownChannel(text(args, "channel"), call);
      const ts = text(args, "message_ts");
      const message = channel.messages.get(ts);
      if (!message || message.deleted) throw new SlackRefusal("message_not_found");
      return { channel: channel.id, permalink: permalink(message, call) };
    },
  },
};

function ownMessage(
  id: string,
  ts: string,
  call: CallContext,
  error: string,
): { channel: Channel; message: Message } {
  const channel = knownChannel(id, call);
  const message = channel.messages.get(ts);
  if (!message || message.deleted) throw new SlackRefusal("message_not_found");
  if (message.botId !== call.team.bot.botId) throw new SlackRefusal(error);
  return { channel, message };
}

function permalink(message: Message, { team }: CallContext): string {
  const base = `https://${team.domain}.slack.com/archives/${message.channel}/p${message.ts.replace(".", "")}`;
  const inThread = message.threadTs && message.threadTs !== message.ts;
  return inThread ? `${base}?thread_ts=${message.threadTs}&cid=${message.channel}` : base;
}

function shown(message: Message, { team, slack }: CallContext): Json {
  return messageJson(message, team, { url: slack.url(), metadata: true });
}
