import { ChannelType } from "discord.js";

import { channelIn, NO_CONTENT, ok, type Call, type Reply, type Routes } from "./call.ts";
import { readChange, readDraft } from "./draft.ts";
import { badForm, refuse } from "./errors.ts";
import { followUp, interactionMessage } from "./interaction-replies.ts";
import { createMessage, deleteMessage, editMessage } from "./messages.ts";
import { messagePayload, webhookPayload } from "./payloads.ts";
import { need } from "./permissions.ts";
import { refuseArchived } from "./routes-messages.ts";
import { createThread } from "./threads.ts";
import { checkTags } from "./routes-threads.ts";
import {
  channelOf,
  isForum,
  isThread,
  randomToken,
  type Channel,
  type Json,
  type Message,
  type Webhook,
  type World,
} from "./world.ts";
import { lengthOf, textIn } from "./values.ts";

const MOST_WEBHOOKS = 15;

export const webhookRoutes: Routes = {
  create_webhook: (call) => {
    const { world, body } = call;
    const channel = channelIn(call);
    if (channel.guildId === null || isThread(channel)) refuse(50024);
    need(world, channel, "ManageWebhooks");
    const inChannel = [...world.webhooks.values()].filter(({ channelId }) => channelId === channel.id);
    if (inChannel.length >= MOST_WEBHOOKS) {
      badForm("", "MAXIMUM_WEBHOOKS", `Maximum number of webhooks reached (${MOST_WEBHOOKS})`);
    }
    const name = checkWebhookName("name", textIn(body["name"]));
    const [id, token] = [world.nextId(), randomToken()];
    const webhook = { id, token, channelId: channel.id, creatorId: world.bot.id, name };
    world.webhooks.set(id, webhook);
    tellWebhooks(world, channel);
    return ok(webhookPayload(world, webhook));
  },
  list_channel_webhooks: (call) => {
    const channel = channelIn(call);
    need(call.world, channel, "ManageWebhooks");
    return ok(webhooksIn(call.world, channel.id));
  },
  get_guild_webhooks: ({ world, params }) => {
    if (params["guild_id"] !== world.guildId) refuse(10004);
    for (const { channelId } of world.webhooks.values())
      need(world, channelOf(world, channelId), "ManageWebhooks");
    return ok([...world.webhooks.values()].map((webhook) => webhookPayload(world, webhook)));
  },
  get_webhook: (call) => {
    const webhook = call.world.webhooks.get(call.params["webhook_id"] ?? "") ?? refuse(10015);
    need(call.world, channelOf(call.world, webhook.channelId), "ManageWebhooks");
    return ok(webhookPayload(call.world, webhook));
  },
  get_webhook_by_token: (call) => ok(webhookPayload(call.world, webhookIn(call))),
  delete_webhook: ({ world, params }) => {
    const webhook = world.webhooks.get(params["webhook_id"] ?? "") ?? refuse(10015);
    need(world, channelOf(world, webhook.channelId), "ManageWebhooks");
    world.webhooks.delete(webhook.id);
    tellWebhooks(world, channelOf(world, webhook.channelId));
    return NO_CONTENT;
  },
  execute_webhook: (call) => (isInteraction(call) ? followUp(call) : execute(call)),
  get_webhook_message: (call) => ok(messagePayload(call.world, messageOf(call))),
  get_original_webhook_message: (call) =>
    ok(messagePayload(call.world, interactionMessage(call, "@original"))),
  update_webhook_message: update,
  update_original_webhook_message: update,
  delete_webhook_message: remove,
  delete_original_webhook_message: remove,
};

/** The same two routes serve webhooks and interactions: an interaction's id is the application's. */
function isInteraction({ world, params }: Call): boolean {
  return params["webhook_id"] === world.applicationId;
}

function webhookIn({ world, params }: Call): Webhook {
  const webhook = world.webhooks.get(params["webhook_id"] ?? "") ?? refuse(10015);
  return webhook.token === params["webhook_token"] ? webhook : refuse(50027);
}

function execute(call: Call): Reply {
  const { world, body, query, files } = call;
  const webhook = webhookIn(call);
  const parent = channelOf(world, webhook.channelId);
  const name = checkWebhookName("username", textIn(body["username"] ?? webhook.name));
  const target = targetOf(world, parent, query, body, webhook);
  if (target.thread?.locked && target.thread.archived) refuse(160005);
  const message = createMessage(world, target, webhook.id, {
    ...readDraft(world, target, body, files),
    applicationId: world.applicationId,
    webhook: { id: webhook.id, name, avatarUrl: (body["avatar_url"] as string | undefined) ?? null },
  });
  return query["wait"] === true ? ok(messagePayload(world, message)) : NO_CONTENT;
}

function targetOf(world: World, parent: Channel, query: Json, body: Json, webhook: Webhook): Channel {
  if (query["thread_id"] !== undefined) {
    const thread = world.channels.get(textIn(query["thread_id"]));
    return thread && isThread(thread) && thread.parentId === parent.id ? thread : refuse(10003);
  }
  if (!isForum(parent)) {
    if (body["thread_name"]) badForm("thread_name", "WEBHOOKS_CANNOT_CREATE_THREADS", "Only in a forum.");
    return parent;
  }
  if (!body["thread_name"]) {
    badForm(
      "",
      "WEBHOOKS_FORUM_NEED_THREAD",
      "Webhooks posted to forum channels must have a thread_name or thread_id",
    );
  }
  return createThread(world, parent, webhook.id, {
    name: textIn(body["thread_name"]),
    type: ChannelType.PublicThread,
    appliedTags: checkTags(world, parent, (body["applied_tags"] ?? []) as string[]),
  });
}

function checkWebhookName(field: string, name: string): string {
  const found = /discord|clyde/i.exec(name)?.[0];
  if (found) badForm(field, "USERNAME_INVALID_CONTAINS", `Username cannot contain "${found.toLowerCase()}"`);
  const isBad = name.trim().length < 1 || lengthOf(name) > 80;
  if (isBad) badForm(field, "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 80 in length.");
  return name;
}

function messageOf(call: Call): Message {
  const id = call.params["message_id"] ?? "@original";
  if (isInteraction(call)) return interactionMessage(call, id);
  const webhook = webhookIn(call);
  const parent = channelOf(call.world, webhook.channelId);
  const place =
    call.query["thread_id"] === undefined ? parent : call.world.channels.get(textIn(call.query["thread_id"]));
  const message = place?.messages.get(id);
  return message?.webhook?.id === webhook.id ? message : refuse(10008);
}

function update(call: Call): Reply {
  const message = messageOf(call);
  if (!isInteraction(call)) refuseArchived(channelOf(call.world, message.channelId));
  editMessage(call.world, message, readChange(call.world, message, call.body, call.files));
  return ok(messagePayload(call.world, message));
}

function remove(call: Call): Reply {
  const message = messageOf(call);
  if (!isInteraction(call)) refuseArchived(channelOf(call.world, message.channelId));
  deleteMessage(call.world, message);
  return NO_CONTENT;
}

function webhooksIn(world: World, channelId: string): Json[] {
  const here = [...world.webhooks.values()].filter((webhook) => webhook.channelId === channelId);
  return here.map((webhook) => webhookPayload(world, webhook));
}

function tellWebhooks(world: World, channel: Channel): void {
  world.publish({
    name: "WEBHOOKS_UPDATE",
    data: { guild_id: world.guildId, channel_id: channel.id },
    guildId: world.guildId,
    channelId: channel.id,
    intent: 1 << 5,
  });
}
