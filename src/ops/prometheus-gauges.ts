import { Gauge, type Registry } from "prom-client";

import { MODEL_STATES, type ModelHealth } from "../models/choose.ts";
import type { WaitingNow } from "../store/watch-port.ts";

export interface GaugeSources {
  readonly waitingNow: () => Promise<WaitingNow>;
  readonly modelHealth: () => ModelHealth;
  /** What may be spent on a day, in micro-dollars. */
  readonly dayLimit: number;
  readonly platforms: () => readonly { readonly name: string; readonly connected: boolean }[];
  readonly now: () => number;
}

/** Several Prometheus servers that ask at once shall cost the database one look. */
const KEPT_MS = 3_000;
const MICROS = 1_000_000;

/** What the store and the connections know by themselves: asked for when somebody wants the numbers. */
export function addGauges(registry: Registry, sources: GaugeSources): void {
  const { now, dayLimit, modelHealth, platforms } = sources;
  const waiting = kept(sources.waitingNow, now);
  const age = (at: number | null) => (at === null ? 0 : Math.max(0, now() - at) / 1_000);

  function gauge<L extends string = never>(
    name: string,
    help: string,
    read: (it: Gauge<L>) => void | Promise<void>,
    labelNames: readonly L[] = [],
  ): Gauge<L> {
    const it: Gauge<L> = new Gauge({
      name: `deskhand_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      collect: () => read(it),
    });
    return it;
  }

  /** A number of the store; it is missing while the database does not answer, which is not the same as 0. */
  function stored(name: string, help: string, valueOf: (state: WaitingNow) => number): void {
    gauge(name, help, async (it) => {
      const state = await waiting();
      if (state) it.set(valueOf(state));
      else it.remove();
    });
  }

  stored("inbox_events", "Events on disk that are not yet worked.", (state) => state.events);
  stored("inbox_oldest_seconds", "Age of the oldest of them; 0 when none waits.", (state) =>
    age(state.oldestEventAt),
  );
  stored("outbox_deliveries", "Deliveries that have not left yet.", (state) => state.deliveries);
  stored("outbox_oldest_seconds", "Age of the oldest of them; 0 when none waits.", (state) =>
    age(state.oldestDeliveryAt),
  );
  stored("outbox_failed", "Deliveries that were given up, ever.", (state) => state.failedDeliveries);
  stored(
    "escalation_oldest_open_seconds",
    "How long the longest wait for a claim is; 0 when none.",
    (state) => age(state.oldestOpenEscalationAt),
  );
  stored(
    "budget_day_left_dollars",
    "What may still be spent today (UTC).",
    (state) => Math.max(0, dayLimit - state.spentToday) / MICROS,
  );
  gauge("budget_day_limit_dollars", "budgets.per_day.", (it) => it.set(dayLimit / MICROS));
  gauge("database_up", "1 while the database answers.", async (it) => it.set((await waiting()) ? 1 : 0));
  gauge(
    "escalations_waiting",
    "Escalations that are not closed.",
    async (it) => {
      const state = await waiting();
      it.reset();
      for (const status of ["open", "claimed"] as const) {
        if (state) it.set({ status }, state.escalations[status]);
      }
    },
    ["status"],
  );
  gauge(
    "model_state",
    "1 for the state that the way to the model is in; unreachable: the circuit breaker is open.",
    (it) => {
      for (const state of MODEL_STATES) it.set({ state }, modelHealth() === state ? 1 : 0);
    },
    ["state"],
  );
  gauge(
    "platform_connected",
    "1 while the platform can reach us.",
    (it) => {
      for (const { name, connected } of platforms()) it.set({ adapter: name }, connected ? 1 : 0);
    },
    ["adapter"],
  );
}

/** One answer for everybody who asks within some seconds; null when there is none. */
function kept<T>(read: () => Promise<T>, now: () => number): () => Promise<T | null> {
  let at = -Infinity;
  let last: Promise<T | null> = Promise.resolve(null);
  return () => {
    if (now() - at >= KEPT_MS) {
      at = now();
      last = read().catch(() => null);
    }
    return last;
  };
}
