import type { webApi } from "@slack/bolt";

import type { Finding } from "../../src/adapter.ts";
import { problemOf, slackCode } from "./failures.ts";

export interface WantedChannel {
  readonly id: string;
  /** The key in the configuration that names it. */
  readonly setting: string;
  readonly isDesk: boolean;
}

export interface Bot {
  readonly client: webApi.WebClient;
  readonly name: string;
}

/** Whether the bot can work in a channel: it is there, the bot is in it, and it may write. Throws never. */
export async function checkChannel(wanted: WantedChannel, bot: Bot): Promise<Finding[]> {
  const { id, setting, isDesk } = wanted;
  try {
    const { channel } = await bot.client.conversations.info({ channel: id });
    const name = channel?.name ?? id;
    if (channel?.is_archived) {
      return [
        trouble(wanted, `#${name} is archived`, `Unarchive it, or name another channel in ${setting}.`),
      ];
    }
    if (!channel?.is_member) {
      const fix = `Invite the bot: type /invite @${bot.name} in #${name}.`;
      return [trouble(wanted, `the bot is not in #${name}`, fix)];
    }
    const good: Finding = { level: "ok", what: `${setting}: the bot is in #${name}.` };
    if (channel.is_general || channel.is_read_only || channel.is_thread_only) {
      return [good, restricted(setting, name)];
    }
    return [good, ...(isDesk ? await checkReaders(id, name, channel.is_ext_shared ?? false, bot) : [])];
  } catch (error) {
    const code = slackCode(error);
    if (code !== "channel_not_found") return [problemOf(error)];
    return [
      trouble(
        wanted,
        `the bot sees no channel ${id}`,
        `Check the id (in Slack: the channel's name, at the bottom of About). If the channel is private, type /invite @${bot.name} in it.`,
      ),
    ];
  }
}

/** Who reads what staff say among themselves, and whether anybody does. */
async function checkReaders(
  id: string,
  name: string,
  isShared: boolean,
  { client }: Bot,
): Promise<Finding[]> {
  const { members = [] } = await client.conversations.members({ channel: id, limit: 10 });
  const found: Finding[] = [];
  if (members.length < 2) {
    found.push({
      level: "warning",
      what: `Nobody but the bot is in #${name}: nobody would see an escalation.`,
      fix: "Invite your staff to it.",
    });
  }
  if (isShared) {
    found.push({
      level: "problem",
      what: `#${name} is shared with another company, which would read every escalation.`,
      fix: "Take a channel of your own for desk.channel.",
    });
  }
  return found;
}

function restricted(setting: string, name: string): Finding {
  return {
    level: "warning",
    what: `${setting}: who may post in #${name} may be restricted.`,
    fix: "Look under the channel's Settings, Permissions, whether apps may post and answer in threads.",
  };
}

/** Without the staff channel no person would ever be called. */
function trouble({ setting }: WantedChannel, what: string, fix: string): Finding {
  return { level: "problem", what: `${setting}: ${what}.`, fix };
}
