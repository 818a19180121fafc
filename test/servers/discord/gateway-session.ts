import { WebSocket } from "ws";

import {
  channelPayload,
  fullMemberPayload,
  iso,
  threadMemberPayload,
  userPayload,
  withoutContent,
} from "./payloads.ts";
import { canSee } from "./permissions.ts";
import { applicationFlags, guildPayload } from "./routes-guild.ts";
import { isThread, type GatewayEvent, type Json, type World } from "./world.ts";

const MESSAGE_CONTENT = 1 << 15;
const GUILDS = 1;
const DISPATCH = 0;

export interface Session {
  readonly id: string;
  attach(socket: WebSocket): void;
  detach(socket: WebSocket): void;
  isConnected(): boolean;
  /** READY and the guilds of this shard. */
  start(): void;
  /** Everything since `seq` again, then RESUMED; false for a number that was never sent. */
  resume(socket: WebSocket, seq: number): boolean;
  /** Sent when the session's intents, shard and permissions say so; kept while nobody is connected. */
  tell(event: GatewayEvent): void;
  send(frame: Json): void;
}

export interface Identity {
  readonly id: string;
  readonly intents: number;
  readonly shard: number;
  readonly count: number;
}

export function createSession(world: World, identity: Identity): Session {
  const { id, intents, shard, count } = identity;
  const frames: string[] = [];
  let socket: WebSocket | undefined;
  const isOwn = (guildId: string | null) =>
    guildId === null ? shard === 0 : Number((BigInt(guildId) >> 22n) % BigInt(count)) === shard;
  const write = (text: string) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(text);
  };
  const dispatch = (name: string, data: Json) => {
    const text = JSON.stringify({ op: DISPATCH, s: frames.length + 1, t: name, d: data });
    frames.push(text);
    write(text);
  };
  return {
    id,
    attach(given) {
      socket = given;
    },
    detach(given) {
      if (socket === given) socket = undefined;
    },
    isConnected: () => socket?.readyState === WebSocket.OPEN,
    start() {
      const isHere = isOwn(world.guildId) && (intents & GUILDS) !== 0;
      dispatch("READY", readyPayload(world, identity, isHere));
      if (isHere) dispatch("GUILD_CREATE", guildCreatePayload(world, intents));
    },
    resume(given, seq) {
      if (!(seq >= 0 && seq <= frames.length)) return false;
      socket = given;
      for (const frame of frames.slice(seq)) write(frame);
      dispatch("RESUMED", { _trace: [] });
      return true;
    },
    tell(event) {
      if (!isOwn(event.guildId)) return;
      if (event.intent !== 0 && !(intents & event.intent)) return;
      if (!isVisible(world, event)) return;
      dispatch(event.name, redacted(world, event, intents));
    },
    send: (frame) => write(JSON.stringify({ s: null, t: null, ...frame })),
  };
}

function isVisible(world: World, { channelId, name }: GatewayEvent): boolean {
  const channel = channelId === undefined ? undefined : world.channels.get(channelId);
  if (!channel || name === "INTERACTION_CREATE") return true;
  // Channels themselves are told of also where one cannot read.
  return name.startsWith("CHANNEL_") || canSee(world, world.bot.id, channel);
}

function redacted(world: World, { data, message, name }: GatewayEvent, intents: number): Json {
  if (!message || name === "INTERACTION_CREATE" || intents & MESSAGE_CONTENT) return data;
  return withoutContent(world, message, data);
}

function readyPayload(world: World, { id, shard, count }: Identity, isHere: boolean): Json {
  return {
    v: 10,
    user: { ...userPayload(world.bot), mfa_enabled: false, verified: true, email: null },
    guilds: isHere ? [{ id: world.guildId, unavailable: true }] : [],
    session_id: id,
    resume_gateway_url: `${world.url.replace("http", "ws")}/resume`,
    shard: [shard, count],
    application: { id: world.applicationId, flags: applicationFlags(world) },
    session_type: "normal",
    private_channels: [],
    presences: [],
    relationships: [],
    user_settings: {},
    user_settings_proto: "",
    guild_join_requests: [],
    geo_ordered_rtc_regions: [],
    _trace: [],
  };
}

function guildCreatePayload(world: World, intents: number): Json {
  const channels = [...world.channels.values()].filter(({ guildId }) => guildId !== null);
  const threads = channels.filter(
    (one) => isThread(one) && !one.thread.archived && canSee(world, world.bot.id, one),
  );
  // Without the presences intent only the bot itself is in the list.
  const members = [...world.members.values()].filter(
    ({ user }) => intents & (1 << 8) || user.id === world.bot.id,
  );
  return {
    ...guildPayload(world, world.guildId),
    joined_at: iso(world.now()),
    large: false,
    unavailable: false,
    member_count: world.members.size,
    voice_states: [],
    members: members.map(fullMemberPayload),
    channels: channels.filter((one) => !isThread(one)).map((one) => channelPayload(world, one)),
    threads: threads.map((one) => ({
      ...channelPayload(world, one),
      ...(one.thread?.members.has(world.bot.id) && { member: threadMemberPayload(one, world.bot.id) }),
    })),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}
