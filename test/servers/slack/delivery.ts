import { setTimeout as wait } from "node:timers/promises";

import type { Json } from "./wire.ts";

export type DeliveryKind = "events_api" | "interactive" | "slash_commands";

/** One try to hand something to the app. */
export interface Attempt {
  readonly number: number;
  readonly at: number;
  readonly by: "socket" | "http";
  /** Null when it was not acknowledged. */
  ackMs: number | null;
  ack: unknown;
  /** `timeout`, `http_error`, `connection_failed`, …: Slack's retry_reason for the next try. */
  failure: string | null;
  status?: number;
}

/** Something Slack tells the app: an event, a click, a command. */
export interface Delivery {
  readonly kind: DeliveryKind;
  /** `message`, `app_mention`, `block_actions`, `view_submission`, `/support`, … */
  readonly name: string;
  readonly payload: Json;
  readonly team: string;
  /** The same over all tries and repeats; null for interactions. */
  readonly eventId: string | null;
  readonly attempts: Attempt[];
  state: "held" | "under way" | "acknowledged" | "given up";
  /** Never rejects: resolves once it was acknowledged or given up. */
  readonly settled: Promise<Receipt>;
}

export interface Receipt {
  readonly acknowledged: boolean;
  /** From the try that was acknowledged. */
  readonly afterMs: number | null;
  /** What came with the acknowledgement: a view_submission's response_action, a command's message. */
  readonly payload: unknown;
  readonly attempts: readonly Attempt[];
}

/** How a delivery is told to go wrong. */
export interface Timing {
  /** Sent once more after the first acknowledgement, with the same event id, as Slack does when an ack was lost. */
  readonly twice?: boolean;
  readonly lateMs?: number;
  /** Kept back until `server.release()`. */
  readonly hold?: boolean;
}

/** One try; resolves to the attempt with its outcome and never rejects. */
export type Transport = (delivery: Delivery, number: number, lastFailure: string | null) => Promise<Attempt>;

export interface Deliverer {
  send(delivery: Omit<Delivery, "attempts" | "state" | "settled">, timing?: Timing): Delivery;
  /** Sends again what was sent before, with the same ids. */
  repeat(delivery: Delivery): Promise<Attempt>;
  /** Lets go of what is held; `reversed` and `shuffled` change its order. Returns how many there were. */
  readonly release: (order?: "as said" | "reversed" | readonly number[]) => number;
  /** Resolves once nothing is under way. Held deliveries do not count. */
  readonly idle: () => Promise<void>;
  close(): void;
}

export interface DelivererDeps {
  readonly transport: Transport;
  readonly retryDelaysMs: readonly number[];
  readonly changed: () => void;
  readonly record: (delivery: Delivery) => void;
}

/** Slack's patience: a try, and for events up to three more after the given pauses; interactions are tried once. */
export function createDeliverer(deps: DelivererDeps): Deliverer {
  const closing = new AbortController();
  const underWay = new Set<Promise<unknown>>();
  const held: { go: () => void }[] = [];

  function track<T>(work: Promise<T>): Promise<T> {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
    return work;
  }

  async function attempts(delivery: Delivery): Promise<Receipt> {
    delivery.state = "under way";
    const pauses = delivery.kind === "events_api" ? deps.retryDelaysMs : [];
    let failure: string | null = null;
    for (let number = 0; number <= pauses.length; number++) {
      if (number > 0) await pause(pauses[number - 1] ?? 0);
      if (closing.signal.aborted) break;
      const attempt = await deps.transport(delivery, number, failure);
      delivery.attempts.push(attempt);
      deps.changed();
      if (attempt.ackMs !== null) {
        delivery.state = "acknowledged";
        return {
          acknowledged: true,
          afterMs: attempt.ackMs,
          payload: attempt.ack,
          attempts: delivery.attempts,
        };
      }
      failure = attempt.failure;
      if (failure === "no_retry") break;
    }
    delivery.state = "given up";
    deps.changed();
    return { acknowledged: false, afterMs: null, payload: null, attempts: delivery.attempts };
  }

  async function pause(ms: number): Promise<void> {
    // A pause that is cut short by closing is no failure: the loop sees the signal itself.
    if (ms > 0) await wait(ms, undefined, { signal: closing.signal }).catch(() => {});
  }

  async function repeat(delivery: Delivery): Promise<Attempt> {
    const attempt = await deps.transport(delivery, delivery.attempts.length, "timeout");
    delivery.attempts.push(attempt);
    deps.changed();
    return attempt;
  }

  return {
    send(what, timing = {}) {
      const { promise, resolve } = Promise.withResolvers<Receipt>();
      const delivery: Delivery = { ...what, attempts: [], state: "held", settled: promise };
      deps.record(delivery);
      const run = async () => {
        if (timing.lateMs) await pause(timing.lateMs);
        const receipt = await attempts(delivery);
        if (timing.twice && receipt.acknowledged) await repeat(delivery);
        resolve(receipt);
      };
      if (timing.hold) held.push({ go: () => void track(run()) });
      else void track(run());
      return delivery;
    },
    repeat: (delivery) => track(repeat(delivery)),
    release(order = "as said") {
      const all = held.splice(0);
      const sorted =
        order === "as said"
          ? all
          : order === "reversed"
            ? all.toReversed()
            : order.map((index) => all[index]).filter((one) => one !== undefined);
      for (const one of sorted) one.go();
      return sorted.length;
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    close() {
      closing.abort();
    },
  };
}
