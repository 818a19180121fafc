import type { Changes, Store } from "../store/store.ts";
import type { WatchStore } from "../store/watch-port.ts";
import type { AnsweredBy, Metrics } from "./metrics.ts";

export interface CountedBy {
  readonly metrics: Metrics;
  readonly watch: Pick<WatchStore, "waitingSince" | "escalationOpenedAt">;
  readonly now: () => number;
}

/**
 * The store, counting what passes. Each step of the program ends in one transaction of the store, so this is the one
 * place where everything happens; what was not written is not counted, and a step that is done again counts once.
 */
export function countedStore(store: Store, { metrics, watch, now }: CountedBy): Store {
  return {
    ...store,

    async acceptEvent(event, options) {
      const accepted = await store.acceptEvent(event, options);
      if (event.body.kind === "message") metrics.messageIn(event.address.adapter, accepted);
      return accepted;
    },

    async setAside(work, error, at) {
      await store.setAside(work, error, at);
      metrics.eventsSetAside(work.events.length);
    },

    async commitTurn(work, changes, expect, at) {
      const committed = await store.commitTurn(work, changes, expect, at);
      if (committed === "committed") count(changes);
      return committed;
    },

    async commitDesk(work, changes, at) {
      const committed = await store.commitDesk(work, changes, at);
      if (committed !== "committed" || !changes) return committed;
      count(changes);
      const { changeEscalation: change, messages = [], conversationId } = changes;
      if (change?.status === "claimed") {
        const openedAt = await watch.escalationOpenedAt(change.id);
        if (openedAt !== null) metrics.claimed(at - openedAt);
      }
      if (messages.some(({ role }) => role === "staff")) {
        const since = await watch.waitingSince({ staffIn: conversationId });
        if (since !== null) metrics.firstAnswer("staff", Math.max(0, at - since));
      }
      return committed;
    },

    async markSent(id, sent, at, then) {
      await store.markSent(id, sent, at, then);
      metrics.delivery("sent");
      const since = await watch.waitingSince({ delivery: id });
      if (since !== null) metrics.firstAnswer("ai", Math.max(0, now() - since));
    },

    async retryDelivery(id, tried) {
      await store.retryDelivery(id, tried);
      if (tried.attempted) metrics.delivery("retried");
    },

    async failDelivery(id, error, at, then, attempt) {
      await store.failDelivery(id, error, at, then, attempt);
      metrics.delivery("failed");
    },

    async reserveCall(plan, limits, at) {
      const reservation = await store.reserveCall(plan, limits, at);
      if (reservation.kind === "reserved") metrics.modelCalled(plan.purpose, plan.tier);
      else metrics.budgetUsedUp(reservation.budget);
      return reservation;
    },

    async bookCall(callId, model, usage, micros) {
      await store.bookCall(callId, model, usage, micros);
      metrics.modelAnswered(model, usage, micros);
    },

    async voidCall(callId) {
      await store.voidCall(callId);
      metrics.modelRefused();
    },
  };

  function count({ turn, openEscalation }: Changes): void {
    if (turn) metrics.turnEnded(turn.outcome, answeredBy(turn));
    if (openEscalation) metrics.escalated(openEscalation.reason);
  }
}

function answeredBy({ model, tier }: NonNullable<Changes["turn"]>): AnsweredBy {
  if (model === "offline") return "offline";
  return tier === null ? "none" : tier === 1 ? "1" : "2";
}
