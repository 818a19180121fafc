import { ChannelType } from "discord.js";

import { channelPayload, fullMemberPayload, messagePayload, userPayload } from "./payloads.ts";
import { permissionsIn } from "./permissions.ts";
import {
  randomToken,
  type Channel,
  type Interaction,
  type Json,
  type Message,
  type User,
  type World,
} from "./world.ts";
import { textIn } from "./values.ts";

const TYPES = { command: 2, component: 3, modal: 5 } as const;

export interface Made {
  readonly kind: Interaction["kind"];
  readonly user: User;
  readonly channel: Channel;
  readonly data: Json;
  readonly message?: Message | undefined;
}

/** Tells the client; one that is not answered in time is a violation, as the person sees "This interaction failed". */
export function sendInteraction(world: World, { kind, user, channel, data, message }: Made): Interaction {
  const interaction: Interaction = {
    id: world.nextId(),
    token: randomToken(),
    kind,
    userId: user.id,
    channelId: channel.id,
    messageId: message?.id ?? null,
    createdAt: world.now(),
    state: "waiting",
    originalId: null,
    isLoading: false,
  };
  world.interactions.set(interaction.token, interaction);
  const timer = setTimeout(() => {
    world.timers.delete(timer);
    if (interaction.state !== "waiting") return;
    interaction.state = "expired";
    const what = textIn(data["custom_id"] ?? data["name"]);
    world.violations.push(
      `the interaction ${what} of ${user.username} was not answered in ${world.interactionMs} ms`,
    );
    world.changed();
  }, world.interactionMs);
  timer.unref();
  world.timers.add(timer);
  world.publish({
    name: "INTERACTION_CREATE",
    data: payload(world, interaction, user, channel, data, message),
    guildId: channel.guildId,
    channelId: channel.id,
    intent: 0,
  });
  return interaction;
}

function payload(
  world: World,
  interaction: Interaction,
  user: User,
  channel: Channel,
  data: Json,
  message: Message | undefined,
): Json {
  const member = world.members.get(user.id);
  const inGuild = channel.guildId !== null;
  return {
    id: interaction.id,
    application_id: world.applicationId,
    type: TYPES[interaction.kind],
    token: interaction.token,
    version: 1,
    data,
    channel_id: channel.id,
    channel: {
      ...channelPayload(world, channel),
      ...(inGuild && { permissions: permissionsIn(world, user.id, channel).toString() }),
    },
    ...(inGuild && {
      guild_id: channel.guildId,
      guild: { id: channel.guildId, locale: "en-US", features: [] },
      guild_locale: "en-US",
    }),
    ...(inGuild && member
      ? {
          member: {
            ...fullMemberPayload(member),
            permissions: permissionsIn(world, user.id, channel).toString(),
          },
        }
      : { user: userPayload(user) }),
    locale: "en-US",
    app_permissions: permissionsIn(world, world.bot.id, channel).toString(),
    entitlements: [],
    authorizing_integration_owners: inGuild ? { "0": world.guildId } : { "0": "0" },
    context: channel.type === ChannelType.DM ? 1 : 0,
    attachment_size_limit: 10_485_760,
    ...(message && { message: messagePayload(world, message) }),
  };
}
