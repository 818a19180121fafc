import { setTimeout as pause } from "node:timers/promises";

import type { Host } from "../../src/adapter.ts";
import { messageOf } from "../../src/errors.ts";
import type { Log } from "../../src/ops/log.ts";
import { toPlace } from "./address.ts";
import { failureOf } from "./failures.ts";
import type { HistoryAllowance } from "./history.ts";
import { isDirectMessage, timeOf } from "./normalise.ts";
import { historyMessage } from "./payload.ts";
import { settingsOf, type SlackConfig } from "./settings.ts";
import type { Workspaces } from "./workspaces.ts";

export interface CatchUpDeps {
  readonly config: SlackConfig;
  readonly workspaces: Workspaces;
  readonly host: Pick<Host, "activePlaces" | "memory">;
  readonly allowance: HistoryAllowance;
  /** The way that live events go: what came both ways is one event. */
  readonly hear: (body: unknown, team: string) => Promise<void>;
  readonly now: () => number;
  readonly log: Log;
}

export interface CatchUp {
  /** Slack can reach us from now on: what was said before is read behind the scenes. */
  connected(): void;
  disconnected(): void;
  isConnected(): boolean;
  /** What is left is read after the next start. */
  stop(): Promise<void>;
}

/** Slack's own repeats (at once, after a minute, after five) bring what fell into a shorter gap. */
const SHORTEST_GAP_MS = 60_000;
/** The last of Slack's repeats is over by then. */
const REPEATS_END_MS = 6 * 60_000;
/** Conversations that rested longer before the gap are not looked at. */
const ACTIVE_MS = 24 * 3_600_000;
const BEAT_MS = 30_000;
const MEMORY_KEY = "heard-until";
/** What Slack gives an app that is sold: others get no more, so that both behave the same. */
const PAGE = 15;
const MOST_PAGES = 10;
const RETRY_MS = 10_000;
/** Deliveries that look for themselves share the allowance, and go first. */
const COURTESY_MS = 2_000;

interface Spot {
  readonly team: string;
  readonly channel: string;
  readonly thread?: string;
}

/** Slack gives up on an event after some minutes. What was said in a longer absence is read from its history. */
export function createCatchUp(deps: CatchUpDeps): CatchUp {
  const { host, now, log } = deps;
  const controller = new AbortController();
  let isConnected = false;
  let running: Promise<void> | null = null;
  let repeatsUntil = 0;

  async function mark(): Promise<void> {
    // While older words are still being read, a crash must find where that began. The same while Slack may repeat what
    // fell into a short gap: a program that dies again and again might miss each repeat.
    if (!isConnected || running || now() < repeatsUntil) return;
    await host.memory.set(MEMORY_KEY, String(now())).catch((error: unknown) => {
      log.warn({ err: messageOf(error) }, "how far Slack was heard could not be noted");
    });
  }

  const beat = setInterval(() => void mark(), BEAT_MS);
  beat.unref();

  async function work(): Promise<void> {
    const since = Number(await host.memory.get(MEMORY_KEY));
    const isLeftToSlack = since > 0 && now() - since < SHORTEST_GAP_MS;
    repeatsUntil = isLeftToSlack ? now() + REPEATS_END_MS : 0;
    if (since === 0 || isLeftToSlack) return;
    const spots = await spotsOf(since, deps);
    log.info({ places: spots.length }, "reading what was said in Slack meanwhile");
    for (const spot of spots) {
      await readSpot(spot, since, spots, deps, controller.signal);
      if (controller.signal.aborted) return;
    }
  }

  async function untilDone(): Promise<void> {
    const { signal } = controller;
    while (!signal.aborted) {
      try {
        return await work();
      } catch (error) {
        log.warn({ err: messageOf(error) }, "what was said in Slack meanwhile cannot be read yet");
        await pause(RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }

  return {
    connected() {
      isConnected = true;
      running ??= untilDone().finally(() => {
        running = null;
        if (!controller.signal.aborted) void mark();
      });
    },
    disconnected() {
      void mark();
      isConnected = false;
    },
    isConnected: () => isConnected,
    async stop() {
      clearInterval(beat);
      controller.abort();
      const unfinished = running;
      await unfinished;
      if (!unfinished) await mark();
    },
  };
}

/** Where people talked with us lately, the newest first, and the channels that may hold new questions. */
async function spotsOf(since: number, { host, config, workspaces }: CatchUpDeps): Promise<Spot[]> {
  const threads = new Map<string, Spot>();
  const channels = new Map<string, Spot>();
  for (const address of await host.activePlaces(since - ACTIVE_MS)) {
    const place = toPlace(address);
    if (place.kind !== "channel" || place.team === "") continue;
    const { team, channel, thread } = place;
    if (thread !== undefined) threads.set(address.key, { team, channel, thread });
    channels.set(`${team}/${channel}`, { team, channel });
  }
  const teams = await workspaces.teams();
  for (const team of teams) {
    const own = config.slack.workspaces[team]?.channels ?? [];
    // With several workspaces the common list may name channels of any of them.
    const common = teams.length === 1 ? config.slack.channels : [];
    for (const { id } of [...own, ...common]) channels.set(`${team}/${id}`, { team, channel: id });
  }
  const open = [...channels.values()].filter(({ team, channel }) => {
    const settings = settingsOf(config, team);
    if (channel === settings.deskChannel) return false;
    return isDirectMessage(channel) || settings.modeOf(channel) !== "off";
  });
  return [...threads.values(), ...open];
}

/** A thread that began in the gap is put on the list of what is read. */
async function readSpot(
  spot: Spot,
  since: number,
  spots: Spot[],
  deps: CatchUpDeps,
  signal: AbortSignal,
): Promise<void> {
  const messages: HistoryMessage[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES && !signal.aborted; page++) {
    const read = await pageOf(spot, since, cursor, deps, signal);
    if (!read) break;
    messages.push(...read.messages);
    cursor = read.cursor;
    if (!cursor) break;
  }
  if (cursor) {
    const { team, channel } = spot;
    deps.log.warn({ team, channel }, "more was said in Slack meanwhile than is read; the rest is left out");
  }
  // A channel's pages come the newest first; words that follow each other are heard in their order all the same.
  for (const message of messages.toSorted((a, b) => timeOf(a.ts) - timeOf(b.ts))) {
    if (signal.aborted) return;
    const wasAnswered = timeOf(message.latest_reply ?? "") > since;
    if (spot.thread === undefined && wasAnswered && timeOf(message.ts) > since) {
      spots.push({ ...spot, thread: message.ts });
    }
    await hearAgain(message, spot, since, deps);
  }
}

type HistoryMessage = ReturnType<typeof historyMessage.parse>;

async function hearAgain(
  message: HistoryMessage,
  { team, channel }: Spot,
  since: number,
  { hear }: CatchUpDeps,
) {
  const where = {
    channel,
    ...(isDirectMessage(channel) && { channel_type: "im" }),
  };
  const event = { ...message, ...where, type: "message" };
  if (timeOf(message.ts) > since) await hear({ team_id: team, event }, team);
  if (timeOf(message.edited?.ts ?? "") <= since) return;
  const changed = { type: "message", subtype: "message_changed", message, ...where, ts: message.ts };
  await hear({ team_id: team, event: changed }, team);
}

interface Page {
  readonly messages: readonly HistoryMessage[];
  readonly cursor: string | undefined;
}

/** Null for a place that is not ours to read any more. Waits as long as Slack asks for. */
async function pageOf(
  { team, channel, thread }: Spot,
  since: number,
  cursor: string | undefined,
  { workspaces, allowance, log }: CatchUpDeps,
  signal: AbortSignal,
): Promise<Page | null> {
  while (!signal.aborted) {
    try {
      const { client } = await workspaces.of(team);
      allowance.take(team);
      const range = { channel, oldest: String(since / 1_000), limit: PAGE, ...(cursor && { cursor }) };
      const page =
        thread === undefined
          ? await client.conversations.history(range)
          : await client.conversations.replies({ ...range, ts: thread });
      const messages = (page.messages ?? []).flatMap((value) => {
        const read = historyMessage.safeParse(value);
        return read.success ? [read.data] : [];
      });
      return { messages, cursor: page.has_more ? page.response_metadata?.next_cursor : undefined };
    } catch (error) {
      const failure = failureOf(error);
      if (!failure.retryable) {
        log.debug({ err: messageOf(failure), channel }, "a place in Slack is not read");
        return null;
      }
      const wait = (failure.retryAfterMs ?? RETRY_MS) + COURTESY_MS;
      await pause(wait, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
  return null;
}
