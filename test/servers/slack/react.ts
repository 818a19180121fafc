import type { Slack } from "./core.ts";
import type { Delivery, Timing } from "./delivery.ts";
import { announce } from "./events.ts";
import type { Channel, Message, Team } from "./world.ts";

export interface Reaction {
  readonly channel: Channel;
  readonly message: Message;
  readonly name: string;
  readonly user: string;
  readonly added: boolean;
}

export function announceReaction(
  slack: Slack,
  team: Team,
  { channel, message, name, user, added }: Reaction,
  timing?: Timing,
): Delivery | null {
  const event = {
    type: added ? "reaction_added" : "reaction_removed",
    user,
    reaction: name,
    item: { type: "message", channel: channel.id, ts: message.ts },
    item_user: message.user,
    event_ts: slack.world.ts(),
  };
  return announce(slack, team, event, { channel, ...(timing && { timing }) });
}
