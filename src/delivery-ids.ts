import type { Work } from "./store/store.ts";

/** One id from the first event of a turn to its last delivery, in the store and in the log. */
export function turnId({ events: [{ seq }] }: Pick<Work, "events">): string {
  return `turn-${seq}`;
}

/**
 * Delivery ids follow from the step that makes them (`turn-17.1`, `turn-17.2`), so that a step that runs again after
 * a crash makes the same ones.
 */
export function deliveryIds(step: string): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `${step}.${count}`;
  };
}
