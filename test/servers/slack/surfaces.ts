import { isObject } from "./block-types.ts";
import type { Slack } from "./core.ts";
import type { Receipt, Timing } from "./delivery.ts";
import { announce } from "./events.ts";
import { done, type Done } from "./people.ts";
import { applyReply } from "./replies.ts";
import { SlackRefusal } from "./refusal.ts";
import { viewJson, type Json } from "./wire.ts";
import { channelOf, directChannel, NO_FLAGS, store, userOf, type Message, type Team } from "./world.ts";

export interface Command {
  readonly user: string;
  readonly channel: string;
  /** With its slash. */
  readonly command: string;
  readonly text?: string;
}

/** A slash command. What comes back with the acknowledgement is shown, to that person unless it says `in_channel`. */
export async function command(slack: Slack, what: Command): Promise<Receipt> {
  const { team, channel } = channelOf(slack.world, what.channel);
  const user = userOf(team, what.user);
  const place = { team: team.id, channel: channel.id, user: user.id };
  const payload: Json = {
    token: "verification-token",
    team_id: team.id,
    team_domain: team.domain,
    channel_id: channel.id,
    channel_name: channel.kind === "im" ? "directmessage" : channel.name,
    user_id: user.id,
    user_name: user.name,
    command: what.command,
    text: what.text ?? "",
    api_app_id: team.appId,
    is_enterprise_install: "false",
    response_url: slack.tickets.responseUrl(place),
    trigger_id: slack.tickets.trigger(team.id, user.id),
  };
  const sent = { kind: "slash_commands", name: what.command, payload, team: team.id, eventId: null } as const;
  const receipt = await slack.deliverer.send(sent).settled;
  const words = typeof receipt.payload === "string" ? { text: receipt.payload } : receipt.payload;
  if (isObject(words) && Object.keys(words).length > 0) {
    try {
      applyReply(slack, place, words);
    } catch (error) {
      if (!(error instanceof SlackRefusal)) throw error;
      slack.violations.push(`${what.command}: the acknowledgement was refused: ${error.message}`);
    }
  }
  return receipt;
}

/** The Home (or Messages) tab is opened. */
export function openHome(
  slack: Slack,
  team: Team,
  user: string,
  { tab = "home", timing }: { tab?: "home" | "messages"; timing?: Timing } = {},
): Promise<Receipt | null> {
  userOf(team, user);
  const home = slack.homes.get(`${team.id} ${user}`);
  const event = {
    type: "app_home_opened",
    user,
    channel: directChannel(slack.world, team, user).id,
    tab,
    event_ts: slack.world.ts(),
    ...(home && { view: viewJson(home, team) }),
  };
  return announce(slack, team, event, timing ? { timing } : {})?.settled ?? Promise.resolve(null);
}

export interface AssistantThread extends Done {
  /** The direct channel and the thread in which the person writes: `say({channel, user, threadTs, …})`. */
  readonly channel: string;
  readonly threadTs: string;
}

/** A person opens the assistant pane: a new thread in the direct channel, rooted in a message of the bot's. */
export function openAssistant(
  slack: Slack,
  team: Team,
  user: string,
  { from, timing }: { from?: string; timing?: Timing } = {},
): AssistantThread {
  userOf(team, user);
  const channel = directChannel(slack.world, team, user);
  const message: Message = {
    ts: slack.world.ts(),
    channel: channel.id,
    teamId: team.id,
    user: team.bot.userId,
    botId: team.bot.botId,
    subtype: "assistant_app_thread",
    rawText: "New Assistant Thread",
    blocks: null,
    attachments: [],
    metadata: null,
    files: [],
    edited: null,
    deleted: false,
    reactions: new Map(),
    flags: NO_FLAGS,
  };
  store(channel, message);
  const started = assistantEvent("assistant_thread_started", team, message, user, from);
  const told = announce(slack, team, { ...started, event_ts: message.ts }, timing ? { timing } : {});
  return { ...done(slack, message, [told]), channel: channel.id, threadTs: message.ts };
}

/** The person looks at another channel while the pane is open. */
export function changeContext(
  slack: Slack,
  team: Team,
  { user, threadTs, to }: { user: string; threadTs: string; to: string },
): Promise<Receipt | null> {
  const channel = directChannel(slack.world, team, user);
  const message = channel.messages.get(threadTs);
  if (!message) throw new Error(`No assistant thread ${threadTs} of ${user}.`);
  const event = assistantEvent("assistant_thread_context_changed", team, message, user, to);
  return announce(slack, team, { ...event, event_ts: slack.world.ts() })?.settled ?? Promise.resolve(null);
}

function assistantEvent(
  type: "assistant_thread_started" | "assistant_thread_context_changed",
  team: Team,
  root: Message,
  user: string,
  from: string | undefined,
): Json & { type: string } {
  return {
    type,
    assistant_thread: {
      user_id: user,
      context: from ? { channel_id: from, team_id: team.id, enterprise_id: null } : {},
      channel_id: root.channel,
      thread_ts: root.ts,
    },
  };
}
