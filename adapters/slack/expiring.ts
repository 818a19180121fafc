export interface ExpiringOptions<T> {
  load(key: string): Promise<T>;
  readonly now: () => number;
  /** Older ones are given out once more while a new one is fetched. */
  readonly freshMs: number;
  /** Older ones are not given out. */
  readonly keepMs: number;
  readonly most: number;
  readonly onError: (error: unknown, key: string) => void;
}

/** Look-ups that must not keep anybody waiting: what is known is given out at once and renewed behind the scenes. */
export interface Expiring<T> {
  /** Null when nothing is known and Slack does not answer within `waitMs`; the answer is kept for the next time. */
  readonly get: (key: string, waitMs: number) => Promise<T | null>;
}

interface Known<T> {
  readonly value: T;
  readonly at: number;
}

export function createExpiring<T>(options: ExpiringOptions<T>): Expiring<T> {
  const { now, freshMs, keepMs, most } = options;
  const known = new Map<string, Known<T>>();
  const underWay = new Map<string, Promise<T | null>>();

  function load(key: string): Promise<T | null> {
    const running = underWay.get(key);
    if (running) return running;
    const loading = options
      .load(key)
      .then((value) => {
        keep(key, value);
        return value;
      })
      .catch((error: unknown) => {
        options.onError(error, key);
        return null;
      })
      .finally(() => underWay.delete(key));
    underWay.set(key, loading);
    return loading;
  }

  function keep(key: string, value: T): void {
    known.delete(key);
    known.set(key, { value, at: now() });
    const [oldest] = known.keys();
    if (known.size > most && oldest !== undefined) known.delete(oldest);
  }

  return {
    async get(key, waitMs) {
      const have = known.get(key);
      const age = have ? now() - have.at : Infinity;
      if (have && age < freshMs) return have.value;
      const loading = load(key);
      return have && age < keepMs ? have.value : within(loading, waitMs);
    },
  };
}

/** What a promise gives, or null once `ms` are over. The promise must not reject. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
