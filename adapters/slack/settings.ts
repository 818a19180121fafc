import type { Config } from "../../src/config/schema.ts";
import type { Address, ChannelMode } from "../../src/domain.ts";
import { SLACK, toPlace } from "./address.ts";

/** What the operator set for one workspace: its own settings first, the common ones behind them. */
export interface WorkspaceSettings {
  /** `null` when the staff channel is elsewhere. */
  readonly deskChannel: string | null;
  readonly staffGroup: string | null;
  readonly directMessages: boolean;
  modeOf(channel: string): ChannelMode;
}

export type SlackConfig = Pick<Config, "slack" | "desk" | "agent" | "shop">;

export function settingsOf(
  { slack, desk }: Pick<SlackConfig, "slack" | "desk">,
  team: string,
): WorkspaceSettings {
  const own = slack.workspaces[team];
  const listed = [...(own?.channels ?? []), ...slack.channels];
  const deskChannel = own?.desk_channel ?? commonDesk(desk, team);
  return {
    deskChannel,
    staffGroup: own?.staff_group ?? slack.staff_group ?? null,
    directMessages: slack.direct_messages,
    modeOf(channel) {
      // Whatever the list says: at the desk the AI speaks when it is spoken to, and never is it deaf there.
      if (channel === deskChannel) return "mention";
      const found = listed.find((one) => one.id === channel);
      return found?.mode ?? own?.other_channels ?? slack.other_channels;
    },
  };
}

/** The staff channel of the customer's workspace, where it has one of its own. */
export function ownDeskOf(customer: Address, { slack }: Pick<SlackConfig, "slack">): Address | null {
  const { team } = toPlace(customer);
  const channel = slack.workspaces[team]?.desk_channel;
  return channel === undefined ? null : { adapter: SLACK, key: `${team}/${channel}` };
}

function commonDesk({ adapter, channel }: Config["desk"], team: string): string | null {
  if (adapter !== SLACK) return null;
  const place = toPlace({ adapter, key: channel });
  if (place.kind !== "channel") return null;
  return place.team === "" || place.team === team ? place.channel : null;
}
