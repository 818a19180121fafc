import { interactiveElements, isElement, isObject, listOf, type Block, type Element } from "./block-types.ts";
import type { OpenView, Slack } from "./core.ts";
import type { Receipt } from "./delivery.ts";
import { messageJson, viewJson, type Json } from "./wire.ts";
import { channelOf, userOf, type Channel, type Message, type Team } from "./world.ts";

export interface Click {
  readonly user: string;
  /** Where the button is: a message (ephemeral ones as well) … */
  readonly channel?: string;
  readonly messageTs?: string;
  /** … or the person's Home tab … */
  readonly home?: boolean;
  readonly team?: string;
  /** … or an open modal. */
  readonly viewId?: string;
  /** Which button: by id, by what it says, or both. With feedback buttons the text picks one of the two. */
  readonly actionId?: string;
  readonly text?: string;
  /** When several buttons are alike. */
  readonly value?: string;
  /** For selects, radio buttons and overflow menus: the option's value. For users_select: the user. */
  readonly option?: string;
}

/**
 * A person presses what is really there. Throws when nobody could: no such button, a message that the person cannot
 * see, several buttons that fit. Resolves once the app acknowledged or did not in time.
 */
export async function click(slack: Slack, what: Click): Promise<Receipt> {
  const place = placeOf(slack, what);
  const { team } = place;
  const pressed = pick(place.blocks, what);
  const user = userOf(team, what.user);
  const payload: Json = {
    type: "block_actions",
    user: { id: user.id, username: user.name, name: user.name, team_id: user.teamId },
    api_app_id: team.appId,
    token: "verification-token",
    container: place.container,
    trigger_id: slack.tickets.trigger(team.id, user.id, place.view?.id),
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
    ...place.surface,
    actions: [{ ...pressed, action_ts: slack.world.ts() }],
  };
  const delivery = slack.deliverer.send({
    kind: "interactive",
    name: "block_actions",
    payload,
    team: team.id,
    eventId: null,
  });
  return delivery.settled;
}

interface Place {
  readonly team: Team;
  readonly blocks: readonly Block[];
  readonly container: Json;
  readonly surface: Json;
  readonly view?: OpenView;
}

function placeOf(slack: Slack, what: Click): Place {
  if (what.home || what.viewId) return viewPlace(slack, what);
  if (!what.channel || !what.messageTs)
    throw new Error("click() needs channel and messageTs, or home, or viewId.");
  const { team, channel } = channelOf(slack.world, what.channel);
  const message = seenBy(team, channel, what.messageTs, what.user);
  const ephemeral = message.ephemeralFor !== undefined;
  const thread = message.threadTs ? { thread_ts: message.threadTs } : {};
  const names = { public: channel.name, private: "privategroup", im: "directmessage", mpim: channel.name };
  return {
    team,
    blocks: message.blocks ?? [],
    container: {
      type: "message",
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: ephemeral,
      ...thread,
    },
    surface: {
      channel: { id: channel.id, name: names[channel.kind] },
      // An ephemeral message is stored nowhere, so its click cannot carry it.
      ...(!ephemeral && { message: messageJson(message, team, { url: slack.url(), metadata: true }) }),
      state: { values: {} },
      response_url: slack.tickets.responseUrl({
        team: team.id,
        channel: channel.id,
        user: what.user,
        messageTs: message.ts,
        ...(message.threadTs && { threadTs: message.threadTs }),
      }),
    },
  };
}

function seenBy(team: Team, channel: Channel, ts: string, user: string): Message {
  const own = team.ephemerals.find((one) => one.ts === ts && one.channel === channel.id && !one.deleted);
  if (own) {
    if (own.ephemeralFor === user) return own;
    throw new Error(`${user} cannot see ${ts}: it is ephemeral, for ${own.ephemeralFor}.`);
  }
  const message = channel.messages.get(ts);
  if (!message || message.deleted) throw new Error(`No message ${ts} in ${channel.id} to click on.`);
  if (channel.kind !== "public" && !channel.members.has(user))
    throw new Error(`${user} is not in ${channel.id}.`);
  return message;
}

function viewPlace(slack: Slack, what: Click): Place {
  const view = what.viewId ? slack.views.get(what.viewId) : homeOf(slack, what);
  if (!view || view.user !== what.user || view.state !== "open") {
    throw new Error(`${what.user} has no open ${what.home ? "Home tab" : `view ${what.viewId ?? ""}`}.`);
  }
  const team = slack.world.teams.get(view.team);
  if (!team) throw new Error(`No workspace ${view.team}.`);
  return {
    team,
    view,
    blocks: view.view.blocks,
    container: { type: "view", view_id: view.id },
    surface: { view: viewJson(view, team) },
  };
}

function homeOf(slack: Slack, { team, user }: Click): OpenView | undefined {
  return [...slack.homes.values()].find((home) => home.user === user && (!team || home.team === team));
}

function pick(blocks: readonly Block[], what: Click): Json {
  const all = interactiveElements(blocks).flatMap(({ block, element }) => pressable(block, element, what));
  const fitting = all.filter(
    ({ actionId, label, value }) =>
      (what.actionId === undefined || actionId === what.actionId) &&
      (what.text === undefined || label === what.text) &&
      (what.value === undefined || value === what.value),
  );
  const [first] = fitting;
  const there = all
    .map(({ actionId, label, value }) => `"${label}" (${actionId}, ${value ?? "no value"})`)
    .join(", ");
  const asked = [what.actionId, what.text, what.value].filter(Boolean).join(" / ");
  if (!first) throw new Error(`There is no button ${asked} to press; there are: ${there || "none"}.`);
  if (fitting.length > 1)
    throw new Error(`Several buttons fit ${asked}: ${there}. Say which by text or value.`);
  return first.action;
}

interface Pressable {
  readonly actionId: string;
  readonly label: string;
  readonly value: string | null;
  readonly action: Json;
}

function pressable(block: Block, element: Element, what: Click): Pressable[] {
  const actionId = element.action_id ?? "";
  const base = { type: element.type, action_id: actionId, block_id: block.block_id };
  const one = (label: string, value: unknown, more: Json): Pressable => ({
    actionId,
    label,
    value: typeof value === "string" ? value : null,
    action: { ...base, ...more },
  });
  switch (element.type) {
    case "button":
    case "icon_button": {
      const { text, value, style, url, icon } = element;
      return [
        one(labelOf(element), value, {
          text,
          ...(value !== undefined && { value }),
          ...(style !== undefined && { style }),
          ...(url !== undefined && { url }),
          ...(icon !== undefined && { icon }),
        }),
      ];
    }
    case "feedback_buttons":
      return [element["positive_button"], element["negative_button"]]
        .filter(isObject)
        .map((side) => one(labelOf(side), side["value"], { text: side["text"], value: side["value"] }));
    case "users_select":
      return what.option ? [one("", null, { selected_user: what.option })] : [];
    default: {
      const options = (listOf(element["options"]) ?? []).filter(isObject);
      const chosen = options.find((option) => option["value"] === what.option);
      return chosen ? [one(labelOf(chosen), null, { selected_option: chosen })] : [];
    }
  }
}

export function labelOf(element: Readonly<Record<string, unknown>>): string {
  const text = element["text"];
  return isElement(text) ? String(text["text"]) : "";
}
