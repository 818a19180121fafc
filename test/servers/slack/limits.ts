import { SlackTooFast } from "./refusal.ts";

export interface Limit {
  /** So many calls are let through … */
  readonly calls: number;
  /** … in any window of this length. */
  readonly windowMs: number;
  /** What Retry-After says, in whole seconds as Slack does; by default until the window frees. */
  readonly retryAfterSeconds?: number;
}

export interface Limits {
  /** Counts a call under a key; throws `SlackTooFast` when there were too many. A refused call is not counted. */
  take(key: string, limit: Limit | false): void;
}

export function createLimits(now: () => number): Limits {
  const taken = new Map<string, number[]>();
  return {
    take(key, limit) {
      if (!limit) return;
      const at = now();
      const recent = (taken.get(key) ?? []).filter((time) => at - time < limit.windowMs);
      taken.set(key, recent);
      const oldest = recent[0];
      if (oldest !== undefined && recent.length >= limit.calls) {
        const wait = Math.ceil((oldest + limit.windowMs - at) / 1000);
        throw new SlackTooFast(limit.retryAfterSeconds ?? Math.max(1, wait));
      }
      recent.push(at);
    },
  };
}
