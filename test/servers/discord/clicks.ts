import { ComponentType } from "discord.js";

import { walk } from "./components.ts";
import {
  findChannel,
  findMessage,
  findUser,
  type ChannelRef,
  type MessageRef,
  type UserRef,
} from "./find.ts";
import { fullMemberPayload, messagePayload, userPayload } from "./payloads.ts";
import { canSee, permissionsIn } from "./permissions.ts";
import { sendInteraction } from "./interactions.ts";
import { channelOf, type Interaction, type Json, type Modal, type World } from "./world.ts";
import { textIn } from "./values.ts";

export interface Clicked {
  readonly user: UserRef;
  readonly message: MessageRef;
  readonly customId?: string;
  readonly label?: string;
  /** What was chosen, of a select. */
  readonly values?: readonly string[];
}

export interface SlashCommand {
  readonly user: UserRef;
  readonly channel: ChannelRef;
  readonly name: string;
  readonly subcommand?: string;
  readonly options?: Readonly<Record<string, string | number | boolean>>;
}

export interface Clicks {
  /** Presses a button (or chooses in a select) that this person really has before them; throws otherwise. */
  click(clicked: Clicked): Interaction;
  /** Sends the newest form that is open for this person; `values` by custom_id. */
  submitModal(sent: {
    readonly user: UserRef;
    readonly values: Readonly<Record<string, string | readonly string[]>>;
  }): Interaction;
  /** Throws when there is no such command, when an option is wrong, or when this person may not use it. */
  slash(command: SlashCommand): Interaction;
  /** A message's context menu. */
  contextMenu(asked: {
    readonly user: UserRef;
    readonly name: string;
    readonly message: MessageRef;
  }): Interaction;
}

const SUBCOMMAND = 1;
const OPTION_TYPES: Readonly<Record<number, string>> = {
  3: "string",
  4: "number",
  5: "boolean",
  10: "number",
};

export function createClicks(world: World): Clicks {
  return {
    click({ user: ref, message: messageRef, customId, label, values }) {
      const user = findUser(world, ref);
      const message = findMessage(world, messageRef);
      const channel = channelOf(world, message.channelId);
      if (message.ephemeralFor !== null && message.ephemeralFor !== user.id) {
        throw new Error(`${user.username} does not see this message: it is ephemeral`);
      }
      if (!canSee(world, user.id, channel)) throw new Error(`${user.username} cannot see #${channel.name}`);
      const all = walk(message.components).map(({ component }) => component);
      const found = all.find((one) =>
        customId === undefined ? one["label"] === label : one["custom_id"] === customId,
      );
      const there = all.flatMap((one) =>
        one["custom_id"] ? [`${textIn(one["label"])} (${textIn(one["custom_id"])})`] : [],
      );
      if (!found?.["custom_id"])
        throw new Error(`no ${label ?? customId} to click; there is ${there.join(", ") || "nothing"}`);
      if (found["disabled"] === true) throw new Error(`${label ?? customId} is disabled`);
      const data = {
        custom_id: found["custom_id"],
        component_type: found["type"],
        id: found["id"],
        ...(found["type"] !== ComponentType.Button && { values: values ?? [] }),
      };
      const kind = "component" as const;
      return sendInteraction(world, { kind, user, channel, data, message });
    },
    submitModal({ user: ref, values }) {
      const user = findUser(world, ref);
      const modal = world.modals.findLast(({ userId, state }) => userId === user.id && state === "open");
      if (!modal) throw new Error(`no form is open for ${user.username}`);
      const data = { custom_id: modal.customId, components: filled(modal, values), resolved: {} };
      modal.state = "submitted";
      const message = modal.messageId === null ? undefined : findMessage(world, modal.messageId);
      return sendInteraction(world, {
        kind: "modal",
        user,
        channel: channelOf(world, modal.channelId),
        data,
        message,
      });
    },
    slash({ user: ref, channel: channelRef, name, subcommand, options = {} }) {
      const user = findUser(world, ref);
      const channel = findChannel(world, channelRef);
      const command = findCommand(world, name, 1);
      allow(world, command, user.id, channel.id);
      const all = (command["options"] ?? []) as Json[];
      const sub = all.find((option) => option["type"] === SUBCOMMAND && option["name"] === subcommand);
      const needsSub = all.some((option) => option["type"] === SUBCOMMAND);
      if ((subcommand !== undefined || needsSub) && !sub)
        throw new Error(`/${name} has no ${subcommand ?? "command without a subcommand"}`);
      const given = readOptions(world, ((sub ?? command)["options"] ?? []) as Json[], options, name);
      const data = {
        id: command["id"],
        name,
        type: 1,
        ...(command["guild_id"] !== undefined && { guild_id: command["guild_id"] }),
        ...resolvedFor(world, given),
        options: sub ? [{ type: SUBCOMMAND, name: subcommand, options: given }] : given,
      };
      return sendInteraction(world, { kind: "command", user, channel, data });
    },
    contextMenu({ user: ref, name, message: messageRef }) {
      const user = findUser(world, ref);
      const message = findMessage(world, messageRef);
      const channel = channelOf(world, message.channelId);
      const command = findCommand(world, name, 3);
      allow(world, command, user.id, channel.id);
      const data = {
        id: command["id"],
        name,
        type: 3,
        ...(command["guild_id"] !== undefined && { guild_id: command["guild_id"] }),
        target_id: message.id,
        resolved: { messages: { [message.id]: messagePayload(world, message) } },
      };
      return sendInteraction(world, { kind: "command", user, channel, data });
    },
  };
}

function findCommand(world: World, name: string, type: number): Json {
  const all = [...world.commands.values()].flat();
  const found = all.find((one) => one["name"] === name && one["type"] === type);
  if (found) return found;
  throw new Error(
    `no command ${name} of type ${type}; registered: ${all.map((one) => textIn(one["name"])).join(", ")}`,
  );
}

function allow(world: World, command: Json, userId: string, channelId: string): void {
  const needed = command["default_member_permissions"];
  const channel = channelOf(world, channelId);
  if (!canSee(world, userId, channel)) throw new Error(`cannot see #${channel.name}`);
  if (channel.guildId === null) {
    const contexts = command["contexts"] as number[] | null;
    const isForDm =
      command["guild_id"] === undefined && (contexts ? contexts.includes(1) : command["dm_permission"]);
    if (!isForDm) throw new Error(`${textIn(command["name"])} is not for direct messages`);
    return;
  }
  if (typeof needed !== "string") return;
  const bits = BigInt(needed);
  const has = permissionsIn(world, userId, channel);
  // "0": for administrators alone.
  if (bits === 0n ? (has & 8n) === 0n : (has & bits) !== bits) {
    throw new Error(`${world.users.get(userId)?.username} may not use ${textIn(command["name"])}`);
  }
}

function readOptions(
  world: World,
  known: readonly Json[],
  given: Readonly<Record<string, unknown>>,
  name: string,
): Json[] {
  for (const key of Object.keys(given)) {
    if (!known.some((option) => option["name"] === key)) throw new Error(`/${name} has no option ${key}`);
  }
  return known.flatMap((option) => {
    const [key, type] = [textIn(option["name"]), Number(option["type"])];
    if (given[key] === undefined) {
      if (option["required"] === true) throw new Error(`/${name} needs ${key}`);
      return [];
    }
    const value = type >= 6 && type <= 8 ? findUser(world, textIn(given[key])).id : given[key];
    const expected = OPTION_TYPES[type];
    if (expected && typeof value !== expected) throw new Error(`/${name}: ${key} is a ${expected}`);
    const choices = (option["choices"] ?? []) as Json[];
    if (choices.length > 0 && !choices.some((choice) => choice["value"] === value)) {
      throw new Error(
        `/${name}: ${key} is one of ${choices.map((choice) => textIn(choice["value"])).join(", ")}`,
      );
    }
    return [{ name: key, type, value }];
  });
}

function resolvedFor(world: World, options: readonly Json[]): Json {
  const users = options.filter(({ type }) => type === 6).map(({ value }) => findUser(world, textIn(value)));
  if (users.length === 0) return {};
  const members = users.flatMap(({ id }) => {
    const member = world.members.get(id);
    if (!member) return [];
    const { user: _, ...rest } = fullMemberPayload(member);
    return [[id, { ...rest, permissions: permissionsIn(world, id, null).toString() }] as const];
  });
  return {
    resolved: {
      users: Object.fromEntries(users.map((user) => [user.id, userPayload(user)])),
      members: Object.fromEntries(members),
    },
  };
}

/** What Discord sends back of a form: the fields with their values, nothing of how they looked. */
function filled(modal: Modal, values: Readonly<Record<string, string | readonly string[]>>): Json[] {
  const fields = walk(modal.components).filter(({ component }) => component["custom_id"] !== undefined);
  const known = fields.map(({ component }) => textIn(component["custom_id"]));
  for (const key of Object.keys(values)) {
    if (!known.includes(key)) throw new Error(`the form has no field ${key}; it has ${known.join(", ")}`);
  }
  return modal.components.flatMap((component) => {
    const { type, id = 0 } = component;
    if (type === ComponentType.Label) {
      return [{ type, id, component: fillOne(component["component"] as Json, values) }];
    }
    if (type !== ComponentType.ActionRow) return [{ type, id }];
    return [{ type, id, components: (component["components"] as Json[]).map((one) => fillOne(one, values)) }];
  });
}

function fillOne(field: Json, values: Readonly<Record<string, string | readonly string[]>>): Json {
  const key = textIn(field["custom_id"]);
  const given = values[key];
  const common = { type: field["type"], id: field["id"] ?? 0, custom_id: key };
  const isEmpty = given === undefined || given.length === 0;
  if (isEmpty && field["required"] !== false) throw new Error(`the form's field ${key} must be filled in`);
  if (field["type"] !== ComponentType.TextInput)
    return { ...common, values: given === undefined ? [] : [given].flat() };
  const value = textIn(given ?? field["value"] ?? "");
  const [least, most] = [Number(field["min_length"] ?? 0), Number(field["max_length"] ?? 4_000)];
  if (!isEmpty && (value.length < least || value.length > most)) {
    throw new Error(`the form's field ${key} takes ${least} to ${most} characters, not ${value.length}`);
  }
  return { ...common, value };
}
