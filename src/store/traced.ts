import type * as schema from "./schema.ts";
import type { TracedDelivery, TracedEvent } from "./trace-port.ts";

/** Rows of any engine, turned into what a trace tells. */

export function toTracedEvent(row: typeof schema.inbox.$inferSelect): TracedEvent {
  const { seq, event, receivedAt, attempts, error } = row;
  return { seq, event, receivedAt, attempts, error };
}

/** An event that is not worked, or was put aside. */
export function toWaitingEvent(
  row: typeof schema.inbox.$inferSelect,
): TracedEvent & { readonly state: "pending" | "set_aside" } {
  return { ...toTracedEvent(row), state: row.state === "pending" ? "pending" : "set_aside" };
}

export function toTracedDelivery(row: typeof schema.outbox.$inferSelect): TracedDelivery {
  const { toAdapter, toKey, content, ...rest } = row;
  return {
    ...rest,
    to: { adapter: toAdapter, key: toKey },
    kind: content.kind,
    text: "text" in content ? content.text : content.kind === "card" ? content.card.summary : null,
  };
}
