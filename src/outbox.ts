import type { Adapter } from "./adapter.ts";
import { refuseProgramByContent, refuseProgramByName } from "./attachments.ts";
import type { Attachment } from "./domain.ts";
import { DeskhandError, messageOf } from "./errors.ts";
import type { Log } from "./ops/log.ts";
import { createPacer } from "./pacer.ts";
import { type Pump, startPump } from "./pump.ts";
import type { NewDelivery, Store, TakenDelivery } from "./store/store.ts";

export interface OutboxDeps {
  readonly store: Store;
  /** By name, those that this process sends on. What goes elsewhere waits for a process that has it. */
  readonly adapters: ReadonlyMap<string, Adapter>;
  readonly now: () => number;
  readonly log: Log;
  /** Ends what is on its way: a stop waits no longer for it, and the next start looks whether it arrived. */
  readonly parking?: AbortSignal;
  /** A delivery was given up; tells the people who must know. */
  readonly onFailed: (taken: TakenDelivery, error: string) => Promise<void>;
}

const CONCURRENCY = 16;
/** How long a platform may take for one message before it is tried again. */
const SEND_TIMEOUT_MS = 15_000;
const LEASE_MS = 30_000;
const MOST_ATTEMPTS = 12;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5 * 60_000;
/** A platform that takes nothing at all comes back: an outage, on either side, may last for hours. */
const OUTAGE_MS = 24 * 3_600_000;
const LATELY_MS = 2 * LONGEST_RETRY_MS;

/**
 * Delivers what was committed: in order by place, places side by side, no faster than a platform allows, again after
 * a failure that may pass, with the same delivery id, so that the platform can tell a repeat.
 */
export function startOutbox({ store, adapters, now, log, parking, onFailed }: OutboxDeps): Pump {
  const pacer = createPacer();
  /** When each platform took something last. */
  const delivered = new Map<string, number>();
  /** A clock that was set forward ends leases early: what is on its way here is not sent beside itself. */
  const underWay = new Set<string>();

  return startPump({
    concurrency: CONCURRENCY,
    now,
    nextAt: () => store.nextDeliveryAt([...adapters.keys()]),
    onError: (error) => log.error({ err: error }, "the outbox could not be worked; trying again"),
    async take() {
      const taken = await store.takeDelivery(now(), LEASE_MS, [...adapters.keys()]);
      return taken && (() => once(taken));
    },
  });

  async function once(taken: TakenDelivery): Promise<void> {
    const { id } = taken.delivery;
    if (underWay.has(id)) return;
    underWay.add(id);
    try {
      await deliver(taken);
    } finally {
      underWay.delete(id);
    }
  }

  async function deliver(taken: TakenDelivery): Promise<void> {
    const { delivery, maybeSent, attempts: attempt } = taken;
    const adapter = adapters.get(delivery.to.adapter);
    // Only what goes to one of them is taken.
    if (!adapter) throw new Error(`no platform named ${delivery.to.adapter} is running`);
    const pace = adapter.pace?.(delivery);
    const at = pace ? pacer.slot(pace.key, pace.everyMs, delivery.id, now()) : now();
    if (at > now()) {
      const error = "waiting its turn: the platform takes no more at once";
      await store.retryDelivery(delivery.id, { at, error, attempted: false, maybeSent, attempt });
      return;
    }
    try {
      const timeout = AbortSignal.timeout(SEND_TIMEOUT_MS);
      const signal = parking ? AbortSignal.any([timeout, parking]) : timeout;
      const sent = await adapter.send(delivery, { signal, maybeSent, fetchFile: fetchWith(signal) });
      delivered.set(delivery.to.adapter, now());
      const sentNow = { delivery: delivery.id, kind: delivery.content.kind, to: delivery.to.adapter };
      log.debug(sentNow, "delivered");
      await store.markSent(delivery.id, sent, now(), markOf(taken, "delivered"));
    } catch (error) {
      const pauseMs = pauseAskedFor(error);
      if (pace && pauseMs !== null) pacer.hold(pace.key, now() + pauseMs, now());
      await undelivered(taken, error);
    }
  }

  /** A file is fetched from the platform that holds it, whichever the message goes to. */
  function fetchWith(signal: AbortSignal) {
    return async (attachment: Attachment): Promise<Uint8Array> => {
      const holder = adapters.get(attachment.adapter);
      if (!holder?.fetchFile) {
        const where = `${attachment.adapter} does not give its files away`;
        throw new DeskhandError("attachment_unavailable", where);
      }
      refuseProgramByName(attachment);
      const bytes = await holder.fetchFile(attachment, signal);
      refuseProgramByContent(bytes);
      return bytes;
    };
  }

  /** While a platform takes other messages it is this one that is at fault; else it is the platform. */
  function takesOthers(adapter: string): boolean {
    return now() - (delivered.get(adapter) ?? -Infinity) < LATELY_MS;
  }

  async function undelivered(taken: TakenDelivery, error: unknown): Promise<void> {
    const { delivery, attempts } = taken;
    const known = error instanceof DeskhandError ? error : undefined;
    // A platform that is busy, or still connecting, has not failed: what it puts off is not given up.
    const putOff = rateLimited(error) || known?.code === "delivery_waits" || isConnecting(error);
    const isOutage = now() - delivery.createdAt < OUTAGE_MS && !takesOthers(delivery.to.adapter);
    const mayPass = (known?.retryable ?? true) && (attempts < MOST_ATTEMPTS || isOutage);
    if (putOff || mayPass) {
      const pause = known?.retryAfterMs ?? Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), LONGEST_RETRY_MS);
      // A platform that asks for a pause is an ordinary day, not trouble.
      if (putOff) log.debug({ delivery: delivery.id, pause }, "a delivery was put off");
      else
        log.warn(
          { err: error, delivery: delivery.id, attempts },
          "a delivery failed; it will be tried again",
        );
      await store.retryDelivery(delivery.id, {
        at: now() + pause,
        error: messageOf(error),
        attempted: !putOff,
        attempt: attempts,
        maybeSent: taken.maybeSent || (!putOff && known?.code !== "delivery_unreached"),
      });
      return;
    }
    log.error({ err: error, delivery: delivery.id, attempts }, "a delivery was given up");
    await store.failDelivery(delivery.id, messageOf(error), now(), markOf(taken, "failed"), attempts);
    await onFailed(taken, messageOf(error));
  }
}

/** Adapters say how soon to ask again only while they are not connected at all. */
function isConnecting(error: unknown): boolean {
  const isUnreached = error instanceof DeskhandError && error.code === "delivery_unreached";
  return isUnreached && error.retryAfterMs !== undefined;
}

/** Of a message in several parts the first may be out when the platform asks for a pause. */
function pauseAskedFor(error: unknown): number | null {
  if (rateLimited(error)) return error.retryAfterMs ?? FIRST_RETRY_MS;
  const failed = error instanceof DeskhandError && error.code === "delivery_failed";
  return failed ? (error.retryAfterMs ?? null) : null;
}

function rateLimited(error: unknown): error is DeskhandError {
  return error instanceof DeskhandError && error.code === "delivery_rate_limited";
}

/** Words that were passed on for somebody: they see on their own message what became of it. */
function markOf({ delivery }: TakenDelivery, mark: "delivered" | "failed"): NewDelivery | null {
  const { content } = delivery;
  if ((content.kind !== "reply" && content.kind !== "relay") || !content.source) return null;
  const { place, messageId } = content.source;
  return {
    id: `${delivery.id}.mark`,
    to: place,
    visibility: "public",
    content: { kind: "mark", messageId, mark },
    fenced: false,
  };
}
