import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { createClicks, type Clicks } from "./clicks.ts";
import { createFaults, type Fault } from "./faults.ts";
import { findChannel, findMember, findMessage, findUser, roleNamed } from "./find.ts";
import type { ChannelRef, MessageRef, UserRef } from "./find.ts";
import { startGateway, type Gateway } from "./gateway.ts";
import { addMember, fillGuild, type GuildSpec } from "./guild.ts";
import { serve, type SeenCall } from "./http.ts";
import { createLimiter, type RateLimits } from "./limits.ts";
import { createPeople, type People } from "./people.ts";
import type { PermissionName } from "./permissions.ts";
import { SYSTEM, toSeen, type SeenMessage } from "./reading.ts";
import { dmWith } from "./routes-guild.ts";
import { deleteChannel, joinThread, leaveThread, setArchived, threadsOf } from "./threads.ts";
import { setPermission } from "./moderation.ts";
import { waitFor } from "./waiting.ts";
import {
  createWorld,
  type Channel,
  type Json,
  type Modal,
  type Ping,
  type Portal,
  type World,
} from "./world.ts";

/**
 * Discord on 127.0.0.1, stricter than the real one, for the real discord.js:
 *
 *     const discord = await startDiscord();
 *     const client = new Client({ intents, rest: { api: `${discord.url}/api` } });
 *     await client.login(discord.token);
 *     const asked = discord.say({ channel: "support", user: "ann", content: "Where is my order?" });
 *     const answer = await discord.waitFor(() => discord.messages("support").at(1), "an answer");
 *     discord.click({ user: "ann", message: answer, label: "Talk to a person" });
 *     expect(discord.violations).toEqual([]);
 *     await discord.close();
 *
 * By default: a guild with @everyone, the roles `staff` and `deskhand` (the bot's); members ann, bea (customers), sam,
 * tia (staff), owner; channels #support, #general, #staff (private), the forum #help with tags billing, bug, solved.
 * Users, channels and messages are named by id, by name, or by the object that a method returned.
 *
 * - People: `say` (also in threads; `channel: "@dm"`), `edit`, `embed`, `remove`, `react`, `unreact`, `postInForum`,
 *   `startThread`, `sayAsWebhook`, `click`, `submitModal`, `slash`, `contextMenu`. What Discord would not let that
 *   person do throws.
 * - Moderation: `archive`, `lock`, `deleteChannel`, `permit`, `joinThread`, `leaveThread`, `closeDms`, `addMember`.
 * - Reading: `messages`, `ephemerals`, `threads`, `modals`, `typing`, `commands`, `pings`, `calls`, `waitFor`.
 * - Trouble: `failNext`, `together`, `revokeToken`, and `gateway`: `drop`, `askToReconnect`, `invalidate`, `loseSessions`,
 *   `acknowledge`, `accept`, `hold`/`release` (late or out of order), `replay` (delivered again).
 * - `client.ts` has `connectBot`, `disconnect` and `refusal` for tests. discord.js waits 5 s between two IDENTIFYs, and
 *   sends at most 50 requests a second unless `rest.globalRequestsPerSecond` says otherwise.
 * - `violations`: what the real Discord would have refused or a person would have seen fail. A good test ends with
 *   none. Missing access or an unknown message is no violation: it happens to a good client too (see `calls`).
 */
export async function startDiscord(options: DiscordOptions = {}): Promise<DiscordServer> {
  const now = options.now ?? Date.now;
  const portal = { messageContent: true, guildMembers: false, presences: false, ...options.portal };
  const world = createWorld(now, options.interactionMs ?? 3_000, portal);
  fillGuild(world, options);
  world.token = options.token ?? world.token;
  const faults = createFaults();
  const calls: SeenCall[] = [];
  const limiter = createLimiter(options.rateLimits ?? "real", now);
  const server = createServer();
  server.keepAliveTimeout = 60_000;
  const { shards = 1, heartbeatMs = 41_250 } = options;
  const gateway = startGateway(server, world, { shards, heartbeatMs });
  const front = { world, limiter, faults, calls, gatewayRoutes: gateway.routes };
  server.on("request", (request, response) => {
    void serve(request, response, front).catch((error: unknown) => {
      world.violations.push(
        `the test server failed: ${error instanceof Error ? error.stack : String(error)}`,
      );
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  world.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    ...createPeople(world),
    ...createClicks(world),
    ...createView(world),
    ...createModeration(world),
    url: world.url,
    token: world.token,
    world,
    gateway,
    portal,
    calls,
    failNext: (route, fault) => faults.add(route, fault),
    together: (route, count) => faults.together(route, count),
    faultsLeft: () => faults.left(),
    revokeToken() {
      world.token = `${world.token}x`;
    },
    waitFor: (look, what, patienceMs) => waitFor(world, look, what, patienceMs),
    async close() {
      for (const timer of world.timers) clearTimeout(timer);
      gateway.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface DiscordOptions extends GuildSpec {
  readonly token?: string;
  readonly port?: number;
  /** Privileged intents; only the message content is switched on when absent. */
  readonly portal?: Partial<Portal>;
  /** `real` when absent: 5 messages in 5 s and channel, 50 requests a second. */
  readonly rateLimits?: RateLimits;
  readonly shards?: number;
  readonly heartbeatMs?: number;
  /** For the first answer to an interaction; 3 s as Discord has it when absent. */
  readonly interactionMs?: number;
  readonly now?: () => number;
}

export interface DiscordServer extends People, Clicks, View, Moderation {
  /** For discord.js: `rest: { api: url + "/api" }`. */
  readonly url: string;
  readonly token: string;
  /** Everything there is, for what has no method here. */
  readonly world: World;
  readonly gateway: Gateway;
  /** The portal's switches; they can be turned while it runs. */
  readonly portal: Portal;
  /** Every REST request, in order. */
  readonly calls: readonly SeenCall[];
  /** The next requests to `POST /channels/:id/messages` go wrong. */
  failNext(route: string, fault: Fault): void;
  /** The next `count` requests to a route are carried out only once all of them are there. */
  together(route: string, count: number): void;
  /** What `failNext` was asked for and did not happen. */
  faultsLeft(): readonly string[];
  /** REST answers 401 from now on, and the gateway closes with 4004. */
  revokeToken(): void;
  /** Looks now and whenever something changes. */
  waitFor<T>(look: () => T | undefined | null | false, what: string, patienceMs?: number): Promise<T>;
  close(): Promise<void>;
}

interface View {
  readonly violations: string[];
  readonly pings: readonly Ping[];
  readonly modals: readonly Modal[];
  readonly typing: readonly { readonly channelId: string; readonly at: number }[];
  readonly guildId: string;
  readonly botId: string;
  user(ref: UserRef): { readonly id: string; readonly username: string };
  channel(ref: ChannelRef): Channel;
  role(name: string): { readonly id: string };
  /** The direct messages of a person with the bot; opened if need be. */
  dm(user: UserRef): Channel;
  /**
   * In order, what everybody there reads, without the lines that Discord writes itself ("sam added ann"); a name, an
   * id, or "@ann" for the DM with ann.
   */
  messages(channel: ChannelRef): SeenMessage[];
  /** One message as it is now, also an ephemeral one. */
  message(ref: MessageRef): SeenMessage;
  ephemerals(user: UserRef): SeenMessage[];
  threads(channel: ChannelRef): Channel[];
  /** The commands registered for everybody and for the guild. */
  commands(): readonly Json[];
}

function createView(world: World): View {
  const dm = (user: UserRef) => dmWith(world, findUser(world, user).id);
  const placeOf = (ref: ChannelRef) =>
    typeof ref === "string" && ref.startsWith("@") ? dm(ref.slice(1)) : findChannel(world, ref);
  return {
    violations: world.violations,
    pings: world.pings,
    modals: world.modals,
    typing: world.typing,
    guildId: world.guildId,
    botId: world.bot.id,
    user: (ref) => findUser(world, ref),
    channel: (ref) => findChannel(world, ref),
    role: (name) => ({ id: roleNamed(world, name) }),
    dm,
    messages: (ref) => {
      const written = [...placeOf(ref).messages.values()].filter(({ type }) => !SYSTEM.has(type));
      return written.map((message) => toSeen(world, message));
    },
    message: (ref) => toSeen(world, findMessage(world, ref)),
    ephemerals: (ref) => {
      const { id } = findUser(world, ref);
      const shown = [...world.hidden.values()].filter(({ ephemeralFor }) => ephemeralFor === id);
      return shown.map((message) => toSeen(world, message));
    },
    threads: (ref) => threadsOf(world, findChannel(world, ref).id),
    commands: () => [...world.commands.values()].flat(),
  };
}

interface Moderation {
  archive(thread: ChannelRef, isArchived?: boolean): void;
  /** Locks and archives, as the button of Discord's client does. */
  lock(thread: ChannelRef): void;
  unlock(thread: ChannelRef): void;
  deleteChannel(channel: ChannelRef): void;
  /** An overwrite for one user or role in a channel: true allows, false denies, undefined takes it away. */
  permit(channel: ChannelRef, who: string, permission: PermissionName, isAllowed: boolean | undefined): void;
  joinThread(thread: ChannelRef, user: UserRef): void;
  leaveThread(thread: ChannelRef, user: UserRef): void;
  /** This person takes no direct messages from the bot. */
  closeDms(user: UserRef): void;
  addMember(name: string, roles?: readonly string[]): { readonly id: string };
  /** Gives or takes a role. */
  setRole(user: UserRef, role: string, has: boolean): void;
}

function createModeration(world: World): Moderation {
  return {
    archive: (ref, isArchived = true) => setArchived(world, findChannel(world, ref), isArchived),
    lock: (ref) => setArchived(world, findChannel(world, ref), true, true),
    unlock: (ref) => setArchived(world, findChannel(world, ref), false, false),
    deleteChannel: (ref) => deleteChannel(world, findChannel(world, ref)),
    permit: (ref, who, permission, isAllowed) =>
      setPermission(world, findChannel(world, ref), who, permission, isAllowed),
    joinThread: (ref, user) => joinThread(world, findChannel(world, ref), findUser(world, user).id),
    leaveThread: (ref, user) => leaveThread(world, findChannel(world, ref), findUser(world, user).id),
    closeDms: (user) => {
      findUser(world, user).dmsClosed = true;
    },
    addMember: (name, roles = []) =>
      addMember(
        world,
        name,
        roles.map((role) => roleNamed(world, role)),
      ),
    setRole: (ref, role, has) => {
      const { roles } = findMember(world, ref);
      if (has) roles.add(roleNamed(world, role));
      else roles.delete(roleNamed(world, role));
    },
  };
}
