import { isObject } from "./block-types.ts";
import type { Slack } from "./core.ts";
import type { Delivery, Timing } from "./delivery.ts";
import type { Json } from "./wire.ts";
import { messageJson } from "./wire.ts";
import type { Channel, Message, Team } from "./world.ts";

const KIND_NAMES = { public: "channels", private: "groups", im: "im", mpim: "mpim" } as const;
export const CHANNEL_TYPES = { public: "channel", private: "group", im: "im", mpim: "mpim" } as const;

/**
 * Tells the app of an event, when it is subscribed, its token has the scope and, for what happens in a channel, the
 * bot is in it. Null when Slack would stay silent.
 */
export function announce(
  slack: Slack,
  team: Team,
  event: Json & { readonly type: string },
  where: { channel?: Channel; timing?: Timing } = {},
): Delivery | null {
  const { channel, timing } = where;
  const name = event.type === "message" && channel ? `message.${KIND_NAMES[channel.kind]}` : event.type;
  const { subscriptions } = slack.settings;
  if (subscriptions && !subscriptions.has(name)) return null;
  if (channel && !channel.members.has(team.bot.userId)) return null;
  if (!team.installed && !AFTER_LEAVING.has(event.type)) return null;
  const scope = channel ? scopeFor(event.type, channel) : null;
  if (scope && !slack.world.tokens.get(team.bot.token)?.scopes.has(scope)) return null;
  const eventId = slack.world.id("Ev");
  const payload: Json = {
    token: "verification-token",
    team_id: team.id,
    context_team_id: team.id,
    context_enterprise_id: null,
    api_app_id: team.appId,
    event,
    type: "event_callback",
    event_id: eventId,
    event_time: Math.floor(slack.world.now() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: team.id,
        user_id: team.bot.userId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: channel?.isShared ?? false,
    event_context: `4-${eventId}`,
  };
  return slack.deliverer.send(
    { kind: "events_api", name: event.type, payload, team: team.id, eventId },
    timing,
  );
}

const AFTER_LEAVING = new Set(["app_uninstalled", "tokens_revoked"]);

function scopeFor(type: string, channel: Channel): string | null {
  if (type === "message") return `${KIND_NAMES[channel.kind]}:history`;
  if (type === "app_mention") return "app_mentions:read";
  if (type === "reaction_added" || type === "reaction_removed") return "reactions:read";
  return null;
}

/** The `message` event of a message that was just written. */
export function messageEvent(
  slack: Slack,
  team: Team,
  channel: Channel,
  message: Message,
): Json & { type: string } {
  return {
    ...messageJson(message, team, { url: slack.url(), metadata: true }),
    type: "message",
    channel: channel.id,
    event_ts: message.ts,
    channel_type: CHANNEL_TYPES[channel.kind],
  };
}

/** `message_changed` or `message_deleted`: the event about an event, hidden and with a timestamp of its own. */
export function hiddenEvent(
  slack: Slack,
  channel: Channel,
  what: { subtype: "message_changed" | "message_deleted" } & Json,
): Json & { type: string } {
  const ts = slack.world.ts();
  return {
    type: "message",
    hidden: true,
    channel: channel.id,
    channel_type: CHANNEL_TYPES[channel.kind],
    ts,
    event_ts: ts,
    ...what,
    ...(isObject(what["message"]) && { message: inner(what["message"]) }),
    ...(isObject(what["previous_message"]) && { previous_message: inner(what["previous_message"]) }),
  };
}

/** A message inside a message_changed has neither its channel nor an event's timestamp. */
export function inner(event: Json): Json {
  const message = { ...event };
  for (const field of ["channel", "event_ts", "channel_type"]) delete message[field];
  return message;
}
