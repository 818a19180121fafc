/** Turns "there may be work" into work done: takes what is ready, runs it, sleeps until more is due. */
export interface Pump {
  /** Looks again now; call it after anything that may have made work. */
  wake(): void;
  /** Takes nothing more and waits for what is running. */
  stop(): Promise<void>;
  running(): number;
}

export interface PumpOptions {
  readonly concurrency: number;
  readonly now: () => number;
  /** Takes the next piece of work that is ready, or null. It must not throw for a piece of work that fails. */
  readonly take: () => Promise<(() => Promise<void>) | null>;
  /** When the next piece will be ready, or null. */
  readonly nextAt: () => Promise<number | null>;
  /** Called with what `take`, `nextAt` or the work threw; the pump goes on after a pause. */
  readonly onError: (error: unknown) => void;
}

/** Looks at least this often, in case a clock jumped or another process made work. */
const LONGEST_SLEEP_MS = 5_000;
const PAUSE_AFTER_ERROR_MS = 1_000;

export function startPump(options: PumpOptions): Pump {
  const active = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let again = false;
  let stopped = false;

  const wake = () => {
    if (stopped) return;
    if (looking) {
      again = true;
      return;
    }
    clearTimeout(timer);
    looking = look()
      .catch((error: unknown) => {
        options.onError(error);
        sleep(PAUSE_AFTER_ERROR_MS);
      })
      .finally(() => {
        looking = undefined;
        if (again) {
          again = false;
          wake();
        }
      });
  };

  async function look(): Promise<void> {
    while (!stopped && active.size < options.concurrency) {
      const work = await options.take();
      if (!work) {
        const at = await options.nextAt();
        sleep(at === null ? LONGEST_SLEEP_MS : Math.max(1, at - options.now()));
        return;
      }
      const running: Promise<void> = work()
        .catch(options.onError)
        .finally(() => {
          active.delete(running);
          wake();
        });
      active.add(running);
    }
  }

  function sleep(ms: number): void {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(wake, Math.min(ms, LONGEST_SLEEP_MS));
  }

  return {
    wake,
    running: () => active.size,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await looking;
      await Promise.all(active);
    },
  };
}
