import { InteractionResponseType, MessageFlags, MessageType } from "discord.js";

import { NO_CONTENT, ok, type Call, type Reply, type Routes } from "./call.ts";
import { checkModal } from "./components.ts";
import { readChange, readDraft } from "./draft.ts";
import { ApiError, badForm, refuse } from "./errors.ts";
import { createMessage, editMessage, type Draft } from "./messages.ts";
import { messagePayload } from "./payloads.ts";
import { channelOf, type Interaction, type Json, type Message, type World } from "./world.ts";
import { textIn } from "./values.ts";

const TOKEN_LASTS_MS = 15 * 60_000;
const ANSWERS = {
  message: InteractionResponseType.ChannelMessageWithSource,
  thinking: InteractionResponseType.DeferredChannelMessageWithSource,
  later: InteractionResponseType.DeferredMessageUpdate,
  update: InteractionResponseType.UpdateMessage,
  modal: InteractionResponseType.Modal,
} as const;

export const interactionRoutes: Routes = {
  create_interaction_response: (call) => {
    const { world, params, body, query } = call;
    const interaction = world.interactions.get(params["interaction_token"] ?? "");
    if (!interaction || interaction.id !== params["interaction_id"]) return refuse(10062);
    if (interaction.state === "answered" || interaction.state === "deferred") refuse(40060);
    if (interaction.state === "expired" || world.now() - interaction.createdAt > world.interactionMs)
      refuse(10062);
    const message = answer(call, interaction);
    world.changed();
    if (query["with_response"] !== true) return NO_CONTENT;
    return ok(responsePayload(world, interaction, Number(body["type"]), message));
  },
};

function answer(call: Call, interaction: Interaction): Message | undefined {
  const { world, body, files } = call;
  const data = (body["data"] ?? {}) as Json;
  const clicked = interaction.messageId ? findMessage(world, interaction, interaction.messageId) : undefined;
  switch (body["type"]) {
    case ANSWERS.message:
      return reply(
        world,
        interaction,
        readIn(() => draftFor(call, interaction, data)),
        "answered",
      );
    case ANSWERS.thinking: {
      const flags = MessageFlags.Loading | (Number(data["flags"] ?? 0) & MessageFlags.Ephemeral);
      interaction.isLoading = true;
      return reply(world, interaction, { content: "", flags }, "deferred");
    }
    case ANSWERS.later:
      if (!clicked) badForm("type", "INTERACTION_TYPE_INVALID", "There is no message to update.");
      Object.assign(interaction, { state: "deferred", originalId: clicked.id });
      return clicked;
    case ANSWERS.update: {
      if (!clicked) return badForm("type", "INTERACTION_TYPE_INVALID", "There is no message to update.");
      const change = readIn(() => readChange(world, clicked, data, files));
      Object.assign(interaction, { state: "answered", originalId: clicked.id });
      editMessage(world, clicked, change);
      return clicked;
    }
    case ANSWERS.modal:
      if (interaction.kind === "modal")
        badForm("type", "INTERACTION_TYPE_INVALID", "A form cannot open a form.");
      checkModal(data);
      interaction.state = "answered";
      openModal(world, interaction, data);
      return undefined;
    default:
      return badForm(
        "type",
        "BASE_TYPE_CHOICES",
        `Not an answer to this interaction: ${textIn(body["type"])}.`,
      );
  }
}

/** Fields of the form are under `data` here. */
function readIn<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 50035) throw error;
    const fields = Object.entries(error.fields).map(([path, field]) => [`data.${path}`, field]);
    throw new ApiError(error.status, error.code, error.message, Object.fromEntries(fields));
  }
}

function draftFor({ world, files }: Call, interaction: Interaction, body: Json): Draft {
  return readDraft(world, channelOf(world, interaction.channelId), body, files, true);
}

function reply(world: World, interaction: Interaction, draft: Draft, state: Interaction["state"]): Message {
  const message = say(world, interaction, draft);
  interaction.state = state;
  interaction.originalId = message.id;
  return message;
}

function say(world: World, interaction: Interaction, draft: Draft): Message {
  const isHidden = ((draft.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
  return createMessage(world, channelOf(world, interaction.channelId), world.bot.id, {
    ...draft,
    ...(interaction.kind === "command" && { type: MessageType.ChatInputCommand }),
    webhook: null,
    applicationId: world.applicationId,
    interactionId: interaction.id,
    ephemeralFor: isHidden ? interaction.userId : null,
  });
}

function openModal(world: World, interaction: Interaction, data: Json): void {
  const { userId, channelId, messageId } = interaction;
  world.modals.push({
    userId,
    channelId,
    messageId,
    customId: textIn(data["custom_id"]),
    title: textIn(data["title"]),
    components: data["components"] as Json[],
    state: "open",
  });
}

/** A further message; the first one after "thinking" takes that message's place. */
export function followUp(call: Call): Reply {
  const { world, body, files } = call;
  const interaction = tokenIn(call);
  const original = interaction.originalId
    ? findMessage(world, interaction, interaction.originalId)
    : undefined;
  if (interaction.isLoading && original) {
    interaction.isLoading = false;
    const { flags: _, ...rest } = body;
    editMessage(world, original, readChange(world, original, rest, files));
    return ok(messagePayload(world, original));
  }
  return ok(messagePayload(world, say(world, interaction, draftFor(call, interaction, body))));
}

/** The message that an interaction's token may read, change or delete. */
export function interactionMessage(call: Call, asked: string): Message {
  const interaction = tokenIn(call);
  const id = asked === "@original" ? interaction.originalId : asked;
  const message = findMessage(call.world, interaction, id ?? "");
  const isOwn =
    message && (message.interactionId === interaction.id || message.id === interaction.originalId);
  if (!isOwn) return refuse(10008);
  if (message.id === interaction.originalId) interaction.isLoading = false;
  return message;
}

function tokenIn({ world, params }: Call): Interaction {
  const interaction = world.interactions.get(params["webhook_token"] ?? "") ?? refuse(50027);
  // Until the first answer the token is no webhook.
  if (interaction.state === "waiting" || interaction.state === "expired") refuse(10015);
  if (world.now() - interaction.createdAt > TOKEN_LASTS_MS) refuse(50027);
  return interaction;
}

function findMessage(world: World, { channelId }: Interaction, id: string): Message | undefined {
  return world.hidden.get(id) ?? world.channels.get(channelId)?.messages.get(id);
}

function responsePayload(
  world: World,
  interaction: Interaction,
  type: number,
  message: Message | undefined,
): Json {
  const isEphemeral = message !== undefined && message.ephemeralFor !== null;
  return {
    interaction: {
      id: interaction.id,
      type: { command: 2, component: 3, modal: 5 }[interaction.kind],
      channel_id: interaction.channelId,
      guild_id: channelOf(world, interaction.channelId).guildId,
      ...(message && {
        response_message_id: message.id,
        response_message_loading: interaction.isLoading,
        response_message_ephemeral: isEphemeral,
      }),
    },
    resource: { type, ...(message && { message: messagePayload(world, message) }) },
  };
}
