/** Hands out times, so that what has one key happens at a distance. */
export interface Pacer {
  /**
   * When `id` may go: `now` means at once, and then it is taken to have gone. Otherwise a time is kept for it: ask again
   * then. `everyMs` lies between one of a key and the next.
   */
  slot(key: string, everyMs: number, id: string, now: number): number;
  /** The platform asks for a pause: nothing of this key goes before `until`. */
  hold(key: string, until: number, now: number): void;
}

interface Queue {
  lastGone: number;
  heldUntil: number;
  /** The first time that nobody has. */
  free: number;
  readonly kept: Map<string, number>;
}

/** From here on, keys and kept times that nobody came back for are looked for and forgotten. */
const MANY = 1_000;
const NOT_COMING_MS = 60_000;

export function createPacer(): Pacer {
  const queues = new Map<string, Queue>();

  function queueOf(key: string, now: number): Queue {
    const known = queues.get(key);
    if (known) return known;
    if (queues.size >= MANY) forgetResting(queues, now);
    const queue = { lastGone: -Infinity, heldUntil: 0, free: 0, kept: new Map<string, number>() };
    queues.set(key, queue);
    return queue;
  }

  return {
    slot(key, everyMs, id, now) {
      const queue = queueOf(key, now);
      const kept = queue.kept.get(id);
      // Those who were late do not go all at once.
      const at = Math.max(kept ?? queue.free, queue.lastGone + everyMs, queue.heldUntil);
      if (at <= now) {
        queue.kept.delete(id);
        queue.lastGone = now;
        queue.free = Math.max(queue.free, now + everyMs);
        return now;
      }
      if (queue.kept.size >= MANY) forgetLate(queue.kept, now);
      queue.kept.set(id, at);
      queue.free = Math.max(queue.free, at + everyMs);
      return at;
    },
    hold(key, until, now) {
      const queue = queueOf(key, now);
      queue.heldUntil = Math.max(queue.heldUntil, until);
    },
  };
}

function forgetResting(queues: Map<string, Queue>, now: number): void {
  for (const [key, { free, heldUntil, kept }] of queues) {
    forgetLate(kept, now);
    if (kept.size === 0 && free <= now && heldUntil <= now) queues.delete(key);
  }
}

function forgetLate(kept: Map<string, number>, now: number): void {
  for (const [id, at] of kept) if (at < now - NOT_COMING_MS) kept.delete(id);
}
