/** How the next calls of a method go wrong. Without `status`, `error` and `cut` it is an HTTP 500. */
export interface Fault {
  /** An HTTP status with Slack's body for it: 429 (with Retry-After), 500, 503. */
  readonly status?: number;
  /** An answer `{ok:false, error}` with status 200. */
  readonly error?: string;
  /** Cut the connection without an answer. */
  readonly cut?: boolean;
  /** How often; once by default. */
  readonly times?: number;
  /** The call is carried out first, and only its answer is lost. */
  readonly afterApplying?: boolean;
  /** For 429; 1 by default. */
  readonly retryAfterSeconds?: number;
  /** Wait before going wrong; with `slow: true` it only waits and then goes right. */
  readonly delayMs?: number;
  readonly slow?: boolean;
}

export interface Faults {
  readonly add: (method: string, fault: Fault) => void;
  /** The fault for this call, used up; null when it is to go right. `*` stands for any method. */
  take(method: string): Fault | null;
  readonly clear: () => void;
}

export function createFaults(): Faults {
  const queued = new Map<string, { fault: Fault; left: number }[]>();
  return {
    add(method, fault) {
      const queue = queued.get(method) ?? [];
      queue.push({ fault, left: fault.times ?? 1 });
      queued.set(method, queue);
    },
    take(method) {
      for (const key of [method, "*"]) {
        const queue = queued.get(key);
        const first = queue?.[0];
        if (!queue || !first) continue;
        if (--first.left <= 0) queue.shift();
        return first.fault;
      }
      return null;
    },
    clear() {
      queued.clear();
    },
  };
}
