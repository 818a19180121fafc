import type { Message } from "../store/store.ts";
import { readLocally } from "./signals/index.ts";

/** So many messages in a row without a sign of frustration, and an earlier one is forgiven. */
const CALM_AFTER = 3;

/**
 * Whether a customer who was frustrated has calmed down: the last three messages they wrote, before what is being read now,
 * show no frustration. Read by the same classifier that read them when they came in.
 */
export function hasCalmedDown(transcript: readonly Message[]): boolean {
  const own = transcript.filter(({ role }) => role === "customer").slice(-CALM_AFTER);
  return own.length === CALM_AFTER && own.every(({ text }) => !readLocally(text).frustrated);
}
