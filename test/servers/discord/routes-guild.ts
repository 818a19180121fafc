import { ChannelType, MessageType } from "discord.js";

import { channelIn, ok, userIn, type Call, type Reply, type Routes } from "./call.ts";
import { badForm, refuse } from "./errors.ts";
import { createMessage, openDm } from "./messages.ts";
import { channelPayload, fullMemberPayload, rolePayload, userPayload } from "./payloads.ts";
import { canSee, may, need, permissionsIn } from "./permissions.ts";
import { checkTags } from "./routes-threads.ts";
import { deleteChannel, setArchived, tellChannelChanged } from "./threads.ts";
import { createChannel, isForum, isThread, userOf, type Channel, type Json, type World } from "./world.ts";
import { textIn } from "./values.ts";

export const guildRoutes: Routes = {
  get_my_user: ({ world }) => ok({ ...userPayload(world.bot), ...PRIVATE }),
  get_user: (call) => ok(userPayload(userIn(call))),
  get_my_application: ({ world }) => ok(applicationPayload(world)),
  get_my_oauth2_application: ({ world }) => ok(applicationPayload(world)),
  list_my_guilds: ({ world }) => ok([myGuildPayload(world)]),
  get_guild: ({ world, params }) => ok(guildPayload(world, params["guild_id"])),
  list_guild_roles: ({ world, params }) => ok(guildPayload(world, params["guild_id"])["roles"]),
  list_guild_channels: ({ world, params }) => {
    guildPayload(world, params["guild_id"]);
    const all = [...world.channels.values()].filter((one) => one.guildId && !isThread(one));
    return ok(all.filter((one) => canSee(world, world.bot.id, one)).map((one) => channelPayload(world, one)));
  },
  get_guild_role: ({ world, params }) => {
    guildPayload(world, params["guild_id"]);
    return ok(rolePayload(world.roles.get(params["role_id"] ?? "") ?? refuse(10011)));
  },
  get_guild_member: (call) => {
    guildPayload(call.world, call.params["guild_id"]);
    const member = call.world.members.get(userIn(call).id) ?? refuse(10007);
    return ok(fullMemberPayload(member));
  },
  create_dm: ({ world, body }) => {
    const id = textIn(body["recipient_id"]);
    const user = world.users.get(id) ?? refuse(10013);
    if (user.bot) refuse(50007);
    return ok(channelPayload(world, dmWith(world, id)));
  },
  get_channel: (call) => ok(channelPayload(call.world, channelIn(call))),
  update_channel: (call) => {
    const channel = channelIn(call);
    return isThread(channel) ? updateThread(call, channel) : updateChannel(call, channel);
  },
  delete_channel: (call) => {
    const channel = channelIn(call);
    need(call.world, channel, isThread(channel) ? "ManageThreads" : "ManageChannels");
    const payload = channelPayload(call.world, channel);
    deleteChannel(call.world, channel);
    return ok(payload);
  },
};

const PRIVATE = { mfa_enabled: false, locale: "en-US", verified: true, email: null };

export function dmWith(world: World, userId: string): Channel {
  return openDm(world, userId, () =>
    createChannel(world, ChannelType.DM, null, { recipient: userOf(world, userId) }),
  );
}

function updateThread({ world, body }: Call, channel: Channel): Reply {
  const { thread } = channel;
  if (!thread) return refuse(50024);
  const archives = body["archived"] as boolean | undefined;
  const locks = body["locked"] as boolean | undefined;
  // An archived thread takes no change but to be opened again.
  if (
    thread.archived &&
    archives !== false &&
    Object.keys(body).some((key) => key !== "archived" && key !== "locked")
  ) {
    refuse(50083);
  }
  const onlyOpens = archives === false && Object.keys(body).length === 1;
  const isOwner = thread.ownerId === world.bot.id;
  const isManager = may(world, world.bot.id, channel, "ManageThreads");
  if (thread.locked && !isManager) refuse(160005);
  if (locks !== undefined && !isManager) refuse(50013);
  if (!isManager && !isOwner && !(onlyOpens && may(world, world.bot.id, channel, "SendMessagesInThreads")))
    refuse(50013);
  const parent = world.channels.get(channel.parentId ?? "");
  if (Array.isArray(body["applied_tags"]) && parent) {
    thread.appliedTags = [...checkTags(world, parent, body["applied_tags"] as string[])];
  }
  if (typeof body["name"] === "string" && body["name"] !== channel.name) {
    channel.name = checkName(body["name"]);
    const renamed = { content: channel.name, type: MessageType.ChannelNameChange };
    createMessage(world, channel, world.bot.id, renamed);
  }
  if (typeof body["auto_archive_duration"] === "number")
    thread.autoArchiveMinutes = body["auto_archive_duration"];
  if (typeof body["invitable"] === "boolean") thread.invitable = body["invitable"];
  if (typeof body["rate_limit_per_user"] === "number") channel.slowmode = body["rate_limit_per_user"];
  setArchived(world, channel, archives ?? thread.archived, locks);
  return ok(channelPayload(world, channel));
}

function checkName(name: string): string {
  if (name.trim() === "") badForm("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.");
  return name;
}

function updateChannel({ world, body }: Call, channel: Channel): Reply {
  if (channel.guildId === null) return refuse(50003);
  need(world, channel, "ManageChannels");
  if (typeof body["name"] === "string") channel.name = checkName(body["name"]);
  if (typeof body["topic"] === "string") channel.topic = body["topic"];
  if (typeof body["rate_limit_per_user"] === "number") channel.slowmode = body["rate_limit_per_user"];
  if (Array.isArray(body["available_tags"]) && isForum(channel)) {
    channel.tags = (body["available_tags"] as Json[]).map((tag) => ({
      id: textIn(tag["id"] ?? world.nextId()),
      name: textIn(tag["name"]),
      moderated: tag["moderated"] === true,
    }));
  }
  tellChannelChanged(world, channel);
  return ok(channelPayload(world, channel));
}

export function guildPayload(world: World, asked: string | undefined): Json {
  if (asked !== world.guildId) refuse(10004);
  return {
    id: world.guildId,
    name: world.guildName,
    icon: null,
    description: null,
    home_header: null,
    splash: null,
    discovery_splash: null,
    features: [],
    banner: null,
    owner_id: world.ownerId,
    application_id: null,
    region: "deprecated",
    afk_channel_id: null,
    afk_timeout: 300,
    system_channel_id: null,
    system_channel_flags: 0,
    widget_enabled: false,
    widget_channel_id: null,
    verification_level: 0,
    roles: [...world.roles.values()].map(rolePayload),
    default_message_notifications: 0,
    mfa_level: 0,
    explicit_content_filter: 0,
    max_presences: null,
    max_members: 500_000,
    max_stage_video_channel_users: 50,
    max_video_channel_users: 25,
    vanity_url_code: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    preferred_locale: "en-US",
    rules_channel_id: null,
    safety_alerts_channel_id: null,
    public_updates_channel_id: null,
    premium_progress_bar_enabled: false,
    premium_progress_bar_enabled_user_updated_at: null,
    nsfw: false,
    nsfw_level: 0,
    emojis: [],
    stickers: [],
    incidents_data: null,
    inventory_settings: null,
    embed_enabled: false,
    embed_channel_id: null,
    hub_type: null,
    latest_onboarding_question_id: null,
  };
}

function myGuildPayload(world: World): Json {
  return {
    id: world.guildId,
    name: world.guildName,
    icon: null,
    banner: null,
    owner: false,
    permissions: permissionsIn(world, world.bot.id, null).toString(),
    features: [],
    approximate_member_count: world.members.size,
    approximate_presence_count: world.members.size,
  };
}

/** GATEWAY_PRESENCE_LIMITED, GATEWAY_GUILD_MEMBERS_LIMITED, GATEWAY_MESSAGE_CONTENT_LIMITED. */
export function applicationFlags({ portal }: World): number {
  return (
    (portal.presences ? 1 << 13 : 0) |
    (portal.guildMembers ? 1 << 15 : 0) |
    (portal.messageContent ? 1 << 19 : 0)
  );
}

function applicationPayload(world: World): Json {
  return {
    eligible_oauth2_scopes: [],
    id: world.applicationId,
    name: "Deskhand",
    icon: null,
    description: "",
    type: null,
    summary: "",
    is_monetized: false,
    is_verified: false,
    is_discoverable: false,
    bot: userPayload(world.bot),
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: "0".repeat(64),
    owner: userPayload(userOf(world, world.ownerId)),
    team: null,
    flags: applicationFlags(world),
    flags_new: String(applicationFlags(world)),
    hook: true,
    integration_public: true,
    integration_require_code_grant: false,
    integration_types_config: {},
    redirect_uris: [],
    rpc_origins: [],
    interactions_endpoint_url: null,
    role_connections_verification_url: null,
    approximate_guild_count: 1,
    approximate_user_install_count: 0,
    approximate_user_authorization_count: 0,
    explicit_content_filter: 0,
    storefront_available: false,
    store_application_state: 1,
    rpc_application_state: 0,
    verification_state: 1,
    discoverability_state: 1,
    discovery_eligibility_flags: 0,
    monetization_state: 1,
    monetization_eligibility_flags: 0,
    internal_guild_restriction: 1,
    event_webhooks_status: 1,
    tags: [],
  };
}
