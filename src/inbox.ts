import { setTimeout as pause } from "node:timers/promises";

import { readLocally } from "./agent/signals/index.ts";
import type { Config } from "./config/schema.ts";
import type { InboundEvent, Intake } from "./domain.ts";
import { messageOf } from "./errors.ts";
import { turnId } from "./delivery-ids.ts";
import { place } from "./lanes.ts";
import { maskedEvent } from "./masked-event.ts";
import type { Log } from "./ops/log.ts";
import { type Pump, startPump } from "./pump.ts";
import type { Store, Work } from "./store/store.ts";

export interface InboxDeps {
  readonly store: Store;
  readonly config: Pick<Config, "conversation">;
  readonly now: () => number;
  readonly log: Log;
  /** Who this process is, on its leases. */
  readonly owner: string;
  /**
   * Does the work of one claim. `again` and `busy` give it back to be claimed anew, at once or in a moment.
   * A throw counts as a failed attempt.
   */
  readonly handle: (work: Work, signal: AbortSignal) => Promise<"done" | "again" | "busy">;
  /**
   * True where several processes share the store: a lane is then drained by the one that is asked to, and what is found
   * by looking is only what nobody was asked for, or what a process that is gone has left.
   */
  readonly isShared: boolean;
  /** Events that failed too often were put aside; tells the people who must know. */
  readonly onSetAside: (work: Work, error: string) => Promise<void>;
}

export interface Inbox {
  readonly intake: Intake;
  readonly pump: Pump;
  /**
   * Works a lane until nothing is left in it, waiting for its quiet windows; returns at once when somebody else is at it.
   * `unfinished` when it was told to stop before. Never rejects.
   */
  drain(lane: string): Promise<"done" | "unfinished">;
  /** Drains end after what they have in hand. */
  stopDraining(): void;
  /** Ends what is being written for a lane: a person took over. The work is claimed again and sees it. */
  interrupt(lane: string): void;
  /** Ends everything that is being written: it is given back and done after the next start. */
  interruptAll(): void;
}

interface UnderWay {
  readonly controller: AbortController;
  /** Whose messages are being worked. */
  readonly senderId: string;
}

/**
 * Conversations worked at once. A turn mostly waits for a model: with 64 and a model that takes two seconds, 32 customers
 * a second were the most however idle the machine (`bench/throughput`).
 */
export const CONCURRENCY = 256;
const LEASE_MS = 60_000;
const RENEW_MS = 20_000;
const MOST_ATTEMPTS = 5;
const FIRST_RETRY_MS = 1_000;
/** An AI message on the wire is gone in a moment; then the person's click counts. */
const BUSY_RETRY_MS = 150;
/** A lane that is not ready for longer is left: it is worked elsewhere, or waits for its next try. The pump finds it. */
const LONGEST_WATCH_MS = 5_000;
/**
 * What is said in one breath may come in through several processes, in any order: so long each word waits for those
 * that were said before it.
 */
const IN_ORDER_MS = 250;
/** Another process is looking at the lane at this moment. */
const TAKEN_MS = 25;

/**
 * The inbox: an event is on disk before its platform is acknowledged, each lane is worked in order by one worker,
 * lanes run side by side. Failed work is tried again with growing pauses, then put aside so that it blocks nobody.
 */
export function createInbox(deps: InboxDeps): Inbox {
  const { store, now, log } = deps;
  const underWay = new Map<string, UnderWay>();
  /** By lane: whether something came for it that its drain may not have seen. */
  const drains = new Map<string, { again: boolean }>();
  const stopping = new AbortController();

  const pump = startPump({
    concurrency: CONCURRENCY,
    now,
    nextAt: async () => (deps.isShared ? null : store.nextWorkAt()),
    onError: (error) => log.error({ err: error }, "the inbox could not be worked; trying again"),
    async take() {
      const work = await store.claimWork(deps.owner, now(), LEASE_MS);
      return work && (() => run(work));
    },
  });

  async function run(work: Work): Promise<void> {
    const controller = new AbortController();
    const mine: UnderWay = { controller, senderId: work.events[0].event.sender.id };
    // Its lease ran out, by a clock that was set forward, and what it comes to is void.
    underWay.get(work.lane)?.controller.abort();
    underWay.set(work.lane, mine);
    const log = deps.log.child({ turn: turnId(work) });
    log.debug({ lane: work.lane, events: work.events.map(({ event }) => event.eventId) }, "taken up");
    const renewal = setInterval(() => {
      store
        .renewWork(work, now() + LEASE_MS)
        .catch((error: unknown) => log.warn({ err: error }, "lease not renewed"));
    }, RENEW_MS);
    try {
      const result = await deps.handle(work, controller.signal);
      log.debug({ result }, "worked");
      if (result === "again") await store.returnWork(work, now());
      if (result === "busy") await store.returnWork(work, now() + BUSY_RETRY_MS);
    } catch (error) {
      if (controller.signal.aborted) await store.returnWork(work, now());
      else await failed(work, error, log);
    } finally {
      clearInterval(renewal);
      if (underWay.get(work.lane) === mine) underWay.delete(work.lane);
    }
  }

  async function drainUntilEmpty(lane: string, mine: { again: boolean }): Promise<"done" | "unfinished"> {
    for (;;) {
      mine.again = false;
      const at = await store.nextWorkAt(lane);
      if (at === null || at - now() > LONGEST_WATCH_MS) {
        // Asked for between our look and its answer: look once more, or nobody does.
        if (mine.again) continue;
        drains.delete(lane);
        return "done";
      }
      if (stopping.signal.aborted) return "unfinished";
      const work = at > now() ? null : await store.claimWork(deps.owner, now(), LEASE_MS, lane);
      if (work) await run(work);
      else {
        const ms = Math.max(TAKEN_MS, at - now());
        await pause(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  async function failed(work: Work, error: unknown, log: Log): Promise<void> {
    const attempts = work.events[0].attempts + 1;
    const context = {
      err: error,
      lane: work.lane,
      events: work.events.map((waiting) => waiting.seq),
      attempts,
    };
    if (attempts < MOST_ATTEMPTS) {
      log.warn(context, "an event could not be worked; it will be tried again");
      await store.returnWork(work, now() + FIRST_RETRY_MS * 4 ** (attempts - 1), messageOf(error));
      return;
    }
    log.error(context, "an event failed too often and was put aside");
    // What joined the burst later has tries of its own left: it is not to blame for what was there before it.
    const [first, ...rest] = work.events;
    const wornOut = rest.filter((waiting) => waiting.attempts + 1 >= MOST_ATTEMPTS);
    const aside = { ...work, events: [first, ...wornOut] } as const;
    await store.setAside(aside, messageOf(error), now());
    await deps.onSetAside(aside, messageOf(error));
  }

  function quietMsOf(event: InboundEvent): number {
    const orderMs = deps.isShared && event.body.kind === "message" ? IN_ORDER_MS : 0;
    return isTalk(event) ? Math.max(deps.config.conversation.quiet_window_ms, orderMs) : orderMs;
  }

  return {
    pump,
    async intake(given) {
      const placed = await place(given, store);
      const { lane } = placed;
      const event = maskedEvent(placed.event);
      const urgent = isUrgent(event);
      const accepted = await store.acceptEvent(event, {
        lane,
        urgent,
        quietMs: quietMsOf(event),
        now: now(),
      });
      // The claim that follows sees the new event; what was being written is out of date. Not so when somebody else
      // in the thread wrote it: an answer to one is not changed by another.
      const writing = underWay.get(lane);
      if (accepted === "accepted" && urgent && writing?.senderId === event.sender.id)
        writing.controller.abort();
      log.debug({ lane, event: event.eventId, accepted }, "an event is on disk");
      if (!deps.isShared) pump.wake();
      return accepted;
    },
    async drain(lane) {
      const known = drains.get(lane);
      if (known) {
        known.again = true;
        return "done";
      }
      const mine = { again: false };
      drains.set(lane, mine);
      try {
        return await drainUntilEmpty(lane, mine);
      } catch (error) {
        log.error({ err: error, lane }, "a lane could not be worked; it is looked for again");
        return "done";
      } finally {
        if (drains.get(lane) === mine) drains.delete(lane);
      }
    },
    stopDraining() {
      stopping.abort();
    },
    interrupt(lane) {
      underWay.get(lane)?.controller.abort();
    },
    interruptAll() {
      for (const { controller } of underWay.values()) controller.abort();
    },
  };
}

/** What a burst is made of; an edit waits like the message it belongs to. */
function isTalk({ sender, body }: InboundEvent): boolean {
  return (
    sender.role !== "staff" && (body.kind === "message" || body.kind === "edit" || body.kind === "delete")
  );
}

/** What makes an answer that is being written out of date. */
function isUrgent({ sender, body }: InboundEvent): boolean {
  if (sender.role !== "customer") return false;
  if (body.kind === "edit" || body.kind === "delete") return true;
  return body.kind === "message" && readLocally(body.text).wantsHuman;
}
