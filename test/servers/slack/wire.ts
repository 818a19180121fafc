import type { OpenView } from "./core.ts";
import { readMessage, type NameOf } from "./read-blocks.ts";
import type { Channel, Message, StoredFile, Team, User } from "./world.ts";

/** How things look in Slack's JSON. */

export type Json = Record<string, unknown>;

/** A message as `conversations.history` and the events show it. */
export function messageJson(
  message: Message,
  team: Team,
  options: { metadata?: boolean; url: string },
): Json {
  const customised = message.username ?? message.iconUrl ?? message.iconEmoji;
  const subtype = message.subtype ?? (customised && message.botId ? "bot_message" : undefined);
  const user = team.users.get(message.user);
  return {
    type: "message",
    ...(subtype && { subtype }),
    ...(subtype !== "bot_message" && { user: message.user }),
    ts: message.ts,
    ...(message.clientMsgId && { client_msg_id: message.clientMsgId }),
    text: message.rawText,
    team: user?.teamId ?? team.id,
    ...(user?.isForeign && { user_team: user.teamId, source_team: user.teamId }),
    ...(message.botId && { bot_id: message.botId, app_id: appOf(message, team) }),
    ...(message.botId && !customised && { bot_profile: botProfile(message.botId, team) }),
    ...(message.username && { username: message.username }),
    ...((message.iconUrl ?? message.iconEmoji) && { icons: icons(message) }),
    ...(message.threadTs && { thread_ts: message.threadTs }),
    ...(message.threadTs && message.threadTs !== message.ts && { parent_user_id: parentUser(message, team) }),
    ...(message.blocks && { blocks: message.blocks }),
    ...(message.attachments.length > 0 && { attachments: message.attachments }),
    ...(message.files.length > 0 && {
      files: message.files.map((file) => fileJson(file, options.url)),
      upload: false,
    }),
    ...(message.edited && { edited: message.edited }),
    ...(message.reactions.size > 0 && {
      reactions: [...message.reactions].map(([name, users]) => ({
        name,
        users: [...users],
        count: users.size,
      })),
    }),
    ...(options.metadata && message.metadata && { metadata: message.metadata }),
  };
}

/** What a root that has replies carries besides. */
export function threadJson(message: Message, channel: Channel): Json {
  const replies = (channel.threads.get(message.ts) ?? []).filter((reply) => !reply.deleted);
  const last = replies.at(-1);
  if (!last) return {};
  const users = [...new Set(replies.map((reply) => reply.user))];
  return {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    reply_users: users,
    latest_reply: last.ts,
    is_locked: false,
    subscribed: true,
  };
}

export function fileJson(file: StoredFile, url: string): Json {
  const type = file.name.split(".").at(-1) ?? "binary";
  return {
    id: file.id,
    created: 1_700_000_000,
    timestamp: 1_700_000_000,
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    filetype: type,
    pretty_type: type.toUpperCase(),
    user: file.user,
    user_team: file.teamId,
    editable: false,
    size: file.bytes?.length ?? 0,
    mode: "hosted",
    is_external: false,
    external_type: "",
    is_public: true,
    public_url_shared: false,
    display_as_bot: false,
    username: "",
    url_private: `${url}/files-pri/${file.teamId}-${file.id}/${encodeURIComponent(file.name)}`,
    url_private_download: `${url}/files-pri/${file.teamId}-${file.id}/download/${encodeURIComponent(file.name)}`,
    permalink: `https://test.slack.com/files/${file.user}/${file.id}/${encodeURIComponent(file.name)}`,
    file_access: "visible",
    channels: file.channels,
    groups: [],
    ims: [],
  };
}

export function userJson(user: User, team: Team, withEmail: boolean): Json {
  return {
    id: user.id,
    team_id: user.teamId,
    name: user.name,
    deleted: false,
    real_name: user.realName,
    tz: "Europe/Berlin",
    tz_label: "Central European Time",
    tz_offset: 3600,
    locale: user.locale,
    profile: {
      real_name: user.realName,
      display_name: user.displayName,
      real_name_normalized: user.realName,
      display_name_normalized: user.displayName,
      image_72: `https://avatars.invalid/${user.id}_72.png`,
      team: user.teamId,
      ...(user.botId && { bot_id: user.botId }),
      ...(withEmail && user.email && !user.isBot && { email: user.email }),
    },
    is_admin: user.isAdmin,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_bot: user.isBot,
    is_app_user: false,
    // Slack says so only of those with whom the bot shares no channel.
    ...(user.isForeign && { is_stranger: ![...team.channels.values()].some(meets(team, user)) }),
    updated: 1_700_000_000,
  };
}

function meets(team: Team, user: User): (channel: Channel) => boolean {
  return ({ members }) => members.has(user.id) && members.has(team.bot.userId);
}

export function channelJson(channel: Channel, team: Team): Json {
  const other = [...channel.members].find((member) => member !== team.bot.userId);
  if (channel.kind === "im") {
    return {
      id: channel.id,
      created: 1_700_000_000,
      is_im: true,
      is_archived: false,
      user: other,
      is_org_shared: false,
    };
  }
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    created: 1_700_000_000,
    creator: other,
    is_channel: channel.kind === "public",
    is_group: channel.kind === "private",
    is_im: false,
    is_mpim: channel.kind === "mpim",
    is_private: channel.kind !== "public",
    is_archived: channel.isArchived,
    is_general: false,
    ...(channel.restriction !== null && { [`is_${channel.restriction}`]: true }),
    is_member: channel.members.has(team.bot.userId),
    is_shared: channel.isShared,
    is_ext_shared: channel.isShared,
    is_org_shared: false,
    context_team_id: team.id,
    topic: { value: "", creator: "", last_set: 0 },
    purpose: { value: "", creator: "", last_set: 0 },
  };
}

export function viewJson(open: OpenView, team: Team, state: Json = {}): Json {
  const { view } = open;
  const modal = view.type === "modal";
  return {
    id: open.id,
    team_id: team.id,
    type: view.type,
    blocks: view.blocks,
    private_metadata: view["private_metadata"] ?? "",
    callback_id: view["callback_id"] ?? "",
    state: { values: state },
    hash: open.hash,
    title: view["title"] ?? { type: "plain_text", text: "View Title", emoji: true },
    clear_on_close: view["clear_on_close"] ?? false,
    notify_on_close: view["notify_on_close"] ?? false,
    close: view["close"] ?? null,
    submit: view["submit"] ?? null,
    previous_view_id: modal ? open.previousId : null,
    root_view_id: open.rootId,
    app_id: team.appId,
    external_id: view["external_id"] ?? "",
    app_installed_team_id: team.id,
    bot_id: team.bot.botId,
  };
}

export function namesOf(team: Team): NameOf {
  return (kind, id) => {
    if (kind === "user") return team.users.get(id)?.displayName ?? id;
    if (kind === "channel") return team.channels.get(id)?.name ?? id;
    return team.usergroups.get(id)?.handle ?? id;
  };
}

export function readable(message: Message, team: Team): string {
  return readMessage(message.rawText, message.blocks, namesOf(team));
}

function appOf(message: Message, team: Team): string {
  return message.botId === team.bot.botId ? team.appId : `A${message.botId?.slice(1) ?? ""}`;
}

function botProfile(botId: string, team: Team): Json {
  const own = botId === team.bot.botId;
  const user = [...team.users.values()].find((one) => one.botId === botId);
  return {
    id: botId,
    app_id: own ? team.appId : `A${botId.slice(1)}`,
    user_id: user?.id,
    name: user?.name ?? botId,
    deleted: false,
    team_id: team.id,
    icons: {},
    updated: 1_700_000_000,
  };
}

function icons(message: Message): Json {
  return message.iconEmoji ? { emoji: message.iconEmoji } : { image_48: message.iconUrl };
}

function parentUser(message: Message, team: Team): string | undefined {
  return team.channels.get(message.channel)?.messages.get(message.threadTs ?? "")?.user;
}
