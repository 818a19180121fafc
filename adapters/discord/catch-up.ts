import { setTimeout as pause } from "node:timers/promises";

import { type Client, Routes } from "discord.js";

import type { Host } from "../../src/adapter.ts";
import { messageOf } from "../../src/errors.ts";
import type { Log } from "../../src/ops/log.ts";
import { toPlace } from "./address.ts";
import { type Directory, unlessGone } from "./directory.ts";
import { type MessagePayload, readMessage, readMessages, readThreads } from "./gateway-payloads.ts";
import type { InOrder } from "./in-order.ts";
import type { Listener } from "./listen.ts";
import { type Gap, isAfter, type LastSeen } from "./last-seen.ts";
import type { Shards } from "./shards.ts";

export interface CatchUpDeps {
  readonly client: Client;
  readonly shards: Shards | null;
  readonly directory: Directory;
  readonly lastSeen: LastSeen;
  readonly inOrder: InOrder;
  readonly listener: Pick<Listener, "takeMessage" | "takeEdit">;
  readonly host: Pick<Host, "activePlaces">;
  readonly log: Log;
}

export interface CatchUp {
  /** Reads what was missed, if anything was. Called again while it runs it does nothing; it tries until it is done. */
  run(): void;
  /**
   * Reads what was missed in one channel, if that is still to be done: nothing new of it may be taken before. Called
   * within the channel's order. Never throws: what cannot be read now is read later, and then comes late.
   */
  readFirst(channel: string, guild: string | null): Promise<void>;
  /** Ends after the message under way; what is left is read after the next start. */
  stop(): Promise<void>;
}

/** Channels read at once: one after the other, the last of many conversations would wait for minutes. */
const READ_AT_ONCE = 8;
/** Conversations that rested longer are not looked through for edits. */
const ACTIVE_MS = 24 * 3_600_000;
const PAGE = 100;
/** Of one channel. More than that was no conversation with us. */
const MOST_PAGES = 10;
const EDITS_LOOKED_AT = 50;
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 5 * 60_000;

/** A place to read, and whether its older messages may have been edited. */
interface Place {
  readonly channel: string;
  readonly guild: string | null;
  /** Set where somebody talked with us lately; `root` is the channel of the message that a thread may hang on. */
  readonly active: { readonly root: string | null } | null;
}

/**
 * Discord replays events only to a session that it still knows. After a new one, what was said meanwhile is read from
 * the channels, oldest first, through the same way as live events: an event that came both ways is one.
 */
export function createCatchUp(deps: CatchUpDeps): CatchUp {
  const { lastSeen, log } = deps;
  const controller = new AbortController();
  let running: Promise<void> | null = null;
  /** What was read of which gap before something new was taken. */
  const readBefore = new WeakMap<Gap, Set<string>>();

  async function work(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    /** What was read of which gap: another try goes on where this one stopped. */
    const read = new WeakMap<Gap, Set<string>>();
    for (let gap = lastSeen.gap(); gap !== null && !controller.signal.aborted; gap = lastSeen.gap()) {
      const channels = read.get(gap) ?? new Set<string>();
      read.set(gap, channels);
      try {
        await readGap(gap, channels, deps, controller.signal);
        if (controller.signal.aborted) return;
        lastSeen.closeGap(gap);
        retryMs = FIRST_RETRY_MS;
      } catch (error) {
        if (controller.signal.aborted) return;
        log.warn(
          { err: error, retryMs },
          `what was missed on Discord could not be read: ${messageOf(error)}`,
        );
        await pause(retryMs, undefined, { signal: controller.signal }).catch(() => undefined);
        retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
      }
    }
  }

  function run(): void {
    running ??= work().finally(() => {
      running = null;
      // A gap that was opened in the last moment.
      if (lastSeen.gap() !== null && !controller.signal.aborted) run();
    });
  }

  return {
    run,
    async readFirst(channel, guild) {
      const gap = lastSeen.gap();
      if (gap === null || controller.signal.aborted) return;
      const channels = readBefore.get(gap) ?? new Set<string>();
      readBefore.set(gap, channels);
      if (channels.has(channel)) return;
      try {
        await readPlace({ channel, guild, active: null }, gap, deps, controller.signal);
        channels.add(channel);
      } catch (error) {
        log.warn({ channel, err: error }, "what was missed in a channel on Discord comes after what is new");
      }
    },
    async stop() {
      controller.abort();
      await running;
    },
  };
}

/**
 * Throws what went wrong first; the others that were being read are finished before.
 *
 * @param read the channels that are done; what is read is added.
 */
async function readGap(gap: Gap, read: Set<string>, deps: CatchUpDeps, signal: AbortSignal): Promise<void> {
  const places = await placesOf(gap, deps, signal);
  const left = places.filter(({ channel }) => !read.has(channel)).values();
  const failed: unknown[] = [];
  const reader = async () => {
    for (const place of left) {
      if (signal.aborted || failed.length > 0) return;
      try {
        // Behind the channel's live events, so that nobody's words overtake their own.
        await deps.inOrder.run(place.channel, () => readPlace(place, gap, deps, signal));
        read.add(place.channel);
      } catch (error) {
        failed.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: READ_AT_ONCE }, reader));
  if (failed.length > 0) throw failed[0];
}

/**
 * Where something new stands, by what Discord says was written last, and after these where somebody talked with us
 * lately, who may have edited something.
 */
async function placesOf(
  gap: Gap,
  { client, shards, host }: CatchUpDeps,
  signal: AbortSignal,
): Promise<Place[]> {
  const places = new Map<string, Place>();
  // What another process holds is read there.
  const isHere = (guild: string | null) =>
    !shards || (guild === null ? shards.ids.includes(0) : client.guilds.cache.has(guild));
  const add = (channel: string, guild: string | null, active: Place["active"]) => {
    if (isHere(guild)) places.set(channel, { channel, guild, active });
  };
  const addIfNewer = (channel: string, guild: string, last: string | null | undefined) => {
    if (last && isAfter(last, gap.after(channel))) add(channel, guild, null);
  };

  for (const channel of client.channels.cache.values()) {
    if ("guildId" in channel && "lastMessageId" in channel && channel.guildId !== null) {
      addIfNewer(channel.id, channel.guildId, channel.lastMessageId);
    }
  }
  for (const guild of client.guilds.cache.keys()) {
    const active = await unlessGone(() => client.rest.get(Routes.guildActiveThreads(guild), { signal }));
    for (const thread of readThreads(active)) addIfNewer(thread.id, guild, thread.last_message_id);
  }
  for (const channel of gap.directs) add(channel, null, null);
  for (const address of await host.activePlaces(gap.since - ACTIVE_MS)) {
    const place = toPlace(address);
    if (place.kind === "thread") add(place.thread, place.guild, { root: place.parent });
    if (place.kind === "channel" && place.guild !== "") {
      add(place.channel, place.guild === "dm" ? null : place.guild, { root: null });
    }
  }
  return [...places.values()];
}

async function readPlace(place: Place, gap: Gap, deps: CatchUpDeps, signal: AbortSignal): Promise<void> {
  const { directory, lastSeen, listener } = deps;
  if (place.active?.root != null) await readRoot(place, place.active.root, gap, deps, signal);
  const spot = await directory.spot(place.channel, place.guild);
  if (!spot) return;
  const seen = gap.after(place.channel);
  if (place.active) {
    const last = await pageOf(deps.client, place.channel, { limit: String(EDITS_LOOKED_AT) }, signal);
    const known = last.filter(({ id }) => !isAfter(id, seen));
    for (const message of known.filter((one) => isEditedSince(one, gap.since))) {
      await listener.takeEdit(message, spot);
    }
  }
  let after = seen;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const messages = await pageOf(deps.client, place.channel, { after, limit: String(PAGE) }, signal);
    const oldestFirst = messages.toSorted((a, b) => (isAfter(a.id, b.id) ? 1 : -1));
    for (const message of oldestFirst) {
      if (signal.aborted) return;
      await listener.takeMessage(message, spot);
      lastSeen.saw(place.channel, message.id, spot.kind === "dm");
      after = message.id;
    }
    if (messages.length < PAGE) return;
  }
  deps.log.warn(
    { channel: place.channel },
    "too much was said on Discord while we were away; the rest is left out",
  );
}

/** The message that a thread hangs on stands in the channel. A post has none. */
async function readRoot(
  { channel, guild }: Place,
  root: string,
  gap: Gap,
  { client, directory, listener }: CatchUpDeps,
  signal: AbortSignal,
): Promise<void> {
  const spot = await directory.spot(root, guild);
  if (spot?.kind !== "channel" || isAfter(channel, gap.after(root))) return;
  const message = readMessage(
    await unlessGone(() => client.rest.get(Routes.channelMessage(root, channel), { signal })),
  );
  if (message && isEditedSince(message, gap.since)) await listener.takeEdit(message, spot);
}

function isEditedSince({ edited_timestamp: at }: MessagePayload, since: number): boolean {
  return at !== null && at >= since;
}

async function pageOf(client: Client, channel: string, query: Record<string, string>, signal: AbortSignal) {
  const page = await unlessGone(() =>
    client.rest.get(Routes.channelMessages(channel), { query: new URLSearchParams(query), signal }),
  );
  return readMessages(page);
}
