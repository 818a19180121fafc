import { flag, optionalText, type CallContext } from "./api.ts";
import type { Slack } from "./core.ts";
import { publish, readDraft, recordPings, refuseEmpty } from "./methods/posting.ts";
import { SlackRefusal } from "./refusal.ts";
import type { ReplyPlace } from "./tickets.ts";
import type { Channel, Message, Team } from "./world.ts";

export type ReplyBody = Readonly<Record<string, unknown>>;

/**
 * What a response_url does, and what a command's acknowledgement does: a new message (ephemeral unless told
 * otherwise), or the original replaced or deleted. The bot need not be in the channel.
 */
export function applyReply(slack: Slack, place: ReplyPlace, body: ReplyBody): void {
  const team = slack.world.teams.get(place.team);
  const token = team && slack.world.tokens.get(team.bot.token);
  const channel = team?.channels.get(place.channel);
  if (!team || !token || !channel) throw new SlackRefusal("channel_not_found");
  const call: CallContext = { slack, team, token, method: "response_url", need: () => {} };
  if (flag(body, "delete_original")) {
    original(team, channel, place).deleted = true;
    return;
  }
  const draft = readDraft(body, call);
  refuseEmpty(draft);
  if (flag(body, "replace_original") && place.messageTs) {
    const message = original(team, channel, place);
    message.rawText = draft.text ?? "";
    message.blocks = draft.blocks;
    message.edited = { user: team.bot.userId, ts: slack.world.ts() };
    recordPings(message, draft, call);
    return;
  }
  const ephemeral = optionalText(body, "response_type") !== "in_channel";
  const threadTs = optionalText(body, "thread_ts") ?? (ephemeral ? place.threadTs : undefined);
  publish(draft, { channel, threadTs, ...(ephemeral && { ephemeralFor: place.user }) }, call);
}

function original(team: Team, channel: Channel, { messageTs = "" }: ReplyPlace): Message {
  const message = channel.messages.get(messageTs) ?? team.ephemerals.find((one) => one.ts === messageTs);
  if (!message || message.deleted) throw new SlackRefusal("message_not_found");
  return message;
}
