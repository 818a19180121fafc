import type { webApi } from "@slack/bolt";

import type { Finding } from "../../src/adapter.ts";
import { messageOf } from "../../src/errors.ts";
import { failureOf, problemOf, slackCode } from "./failures.ts";

export interface WantedChannel {
  readonly id: string;
  /** The key in the configuration that names it. */
  readonly setting: string;
  readonly isDesk: boolean;
}

export interface Bot {
  readonly client: webApi.WebClient;
  readonly userId: string;
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
    return [
      ...(await checkRights(wanted, channel, bot)),
      ...(isDesk ? await checkReaders(id, name, channel.is_ext_shared ?? false, bot) : []),
    ];
  } catch (error) {
    const code = slackCode(error);
    if (code !== "channel_not_found") return [notLookedAt(wanted, error)];
    return [
      trouble(
        wanted,
        `the bot sees no channel ${id}`,
        `Check the id (in Slack: the channel's name, at the bottom of About). If the channel is private, type /invite @${bot.name} in it.`,
      ),
    ];
  }
}

type Channel = NonNullable<webApi.ConversationsInfoResponse["channel"]>;

const THREADS_ONLY = "restricted_action_thread_only_channel";

/** What admins forbid in the channel. Answers stand in threads, cards in the channel itself. */
async function checkRights(wanted: WantedChannel, channel: Channel, bot: Bot): Promise<Finding[]> {
  const { id, setting, isDesk } = wanted;
  const name = channel.name ?? id;
  const elsewhere = `under the channel's Settings, Permissions, or name another channel in ${setting}.`;
  if (channel.is_non_threadable) {
    const what = `the bot may not answer in threads in #${name}, and it answers nowhere else`;
    return [trouble(wanted, what, `Allow threads ${elsewhere}`)];
  }
  const refused = await tryToWrite(id, bot);
  if (channel.is_thread_only || refused?.code === THREADS_ONLY) {
    const what = `the bot may only answer in threads in #${name}, and cards are messages of their own`;
    return isDesk
      ? [trouble(wanted, what, `Allow the bot to post ${elsewhere}`)]
      : [{ level: "ok", what: `${setting}: the bot is in #${name} and may answer in threads there.` }];
  }
  if (refused?.advice) return [trouble(wanted, `the bot may not write in #${name}`, refused.advice)];
  if (refused === null) {
    return [{ level: "ok", what: `${setting}: the bot is in #${name} and may write there.` }];
  }
  const isThere: Finding = { level: "ok", what: `${setting}: the bot is in #${name}.` };
  return channel.is_general || channel.is_read_only ? [isThere, mayBeRestricted(setting, name)] : [isThere];
}

/** Other codes say that it could not be tried, and not that it is forbidden. */
const FORBIDDEN = /^(restricted_action|posting_to_general_channel_denied|access_denied|no_permission)/;

/**
 * Slack tells nobody beforehand what they may do. So something is written that nobody sees: for one reader alone, who is
 * the bot itself. Null when Slack took it.
 */
async function tryToWrite(channel: string, { client, userId }: Bot) {
  try {
    await client.chat.postEphemeral({ channel, user: userId, text: "May Deskhand write here?" });
    return null;
  } catch (error) {
    const code = slackCode(error) ?? "";
    return { code, advice: FORBIDDEN.test(code) ? messageOf(failureOf(error)) : null };
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

function mayBeRestricted(setting: string, name: string): Finding {
  return {
    level: "warning",
    what: `${setting}: who may post in #${name} may be restricted.`,
    fix: "Look under the channel's Settings, Permissions, whether apps may post and answer in threads.",
  };
}

/** Slack lets some fifty channels a minute be looked at: a start that waited for more would never come to an end. */
function notLookedAt({ id, setting }: WantedChannel, error: unknown): Finding {
  const { code, message } = failureOf(error);
  if (code !== "delivery_rate_limited") return problemOf(error);
  return { level: "warning", what: `${setting}: ${id} could not be looked at: ${message}` };
}

/** Without the staff channel no person would ever be called. */
function trouble({ setting }: WantedChannel, what: string, fix: string): Finding {
  return { level: "problem", what: `${setting}: ${what}.`, fix };
}
