import type { Adapter } from "./adapter.ts";
import { DeskhandError, messageOf } from "./errors.ts";
import type { Log } from "./ops/log.ts";
import { type Pump, startPump } from "./pump.ts";
import type { Store, TakenDelivery } from "./store/store.ts";

export interface OutboxDeps {
  readonly store: Store;
  readonly adapterNamed: (name: string) => Adapter | undefined;
  readonly now: () => number;
  readonly log: Log;
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
/** A platform that is not running now may be configured again; its messages wait. */
const NO_ADAPTER_RETRY_MS = 60_000;

/**
 * Delivers what was committed: in order by place, places side by side, again after a failure that may pass, with the
 * same delivery id, so that the platform can tell a repeat.
 */
export function startOutbox({ store, adapterNamed, now, log, onFailed }: OutboxDeps): Pump {
  return startPump({
    concurrency: CONCURRENCY,
    now,
    nextAt: () => store.nextDeliveryAt(),
    onError: (error) => log.error({ err: error }, "the outbox could not be worked; trying again"),
    async take() {
      const taken = await store.takeDelivery(now(), LEASE_MS);
      return taken && (() => deliver(taken));
    },
  });

  async function deliver(taken: TakenDelivery): Promise<void> {
    const { delivery } = taken;
    const adapter = adapterNamed(delivery.to.adapter);
    if (!adapter) {
      const error = `no platform named ${delivery.to.adapter} is running`;
      await store.retryDelivery(delivery.id, now() + NO_ADAPTER_RETRY_MS, error, false);
      return;
    }
    try {
      const sent = await adapter.send(delivery, AbortSignal.timeout(SEND_TIMEOUT_MS));
      await store.markSent(delivery.id, sent, now());
    } catch (error) {
      await undelivered(taken, error);
    }
  }

  async function undelivered(taken: TakenDelivery, error: unknown): Promise<void> {
    const { delivery, attempts } = taken;
    const mayPass = !(error instanceof DeskhandError) || error.retryable;
    if (mayPass && attempts < MOST_ATTEMPTS) {
      const asked = error instanceof DeskhandError ? error.retryAfterMs : undefined;
      const pause = asked ?? Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), LONGEST_RETRY_MS);
      log.warn({ err: error, delivery: delivery.id, attempts }, "a delivery failed; it will be tried again");
      await store.retryDelivery(delivery.id, now() + pause, messageOf(error));
      return;
    }
    log.error({ err: error, delivery: delivery.id, attempts }, "a delivery was given up");
    await store.failDelivery(delivery.id, messageOf(error));
    await onFailed(taken, messageOf(error));
  }
}
