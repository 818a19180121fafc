/** One call of the Web API, in the order in which the answers were given. */
export interface Call {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly team: string | null;
  readonly at: number;
  status: number;
  answer: Readonly<Record<string, unknown>>;
  retryAfterSeconds?: number;
  /** How `failNext` or a limit spoilt it. */
  spoilt?: string;
}

export interface Journal {
  readonly calls: Call[];
  /** Something changed: whoever waits looks again. */
  readonly changed: () => void;
  readonly waitFor: <T>(predicate: () => T, what: string, timeoutMs?: number) => Promise<NonNullable<T>>;
  close(): void;
}

const HEARTBEAT_MS = 100;

interface Waiting {
  look(): void;
  giveUp(why: string): void;
}

/**
 * The record of what was called, and the only way in which tests wait: `waitFor` looks again whenever something
 * changed, once for all changes of one round of the event loop, so that a soak does not drown in looking. What
 * changes only inside the app (it has not called since) is seen by the slow heartbeat.
 */
export function createJournal(whatThereIs: () => string): Journal {
  const calls: Call[] = [];
  const waiting = new Set<Waiting>();
  let looking = false;
  let heartbeat: NodeJS.Timeout | undefined;
  const lookAgain = () => {
    for (const one of waiting) one.look();
  };
  return {
    calls,
    changed() {
      if (looking || waiting.size === 0) return;
      looking = true;
      setImmediate(() => {
        looking = false;
        lookAgain();
      });
    },
    waitFor(predicate, what, timeoutMs = 60_000) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => one.giveUp(`not within ${timeoutMs} ms`), timeoutMs);
        const end = () => {
          clearTimeout(timer);
          waiting.delete(one);
          if (waiting.size > 0) return;
          clearInterval(heartbeat);
          heartbeat = undefined;
        };
        const one: Waiting = {
          look() {
            try {
              const value = predicate();
              if (!value) return;
              end();
              resolve(value);
            } catch (error) {
              end();
              reject(error instanceof Error ? error : new Error(String(error)));
            }
          },
          giveUp(why) {
            end();
            reject(new Error(`Waited for ${what}: ${why}.\n${whatThereIs()}`));
          },
        };
        waiting.add(one);
        heartbeat ??= setInterval(lookAgain, HEARTBEAT_MS);
        one.look();
      });
    },
    close() {
      for (const one of waiting) one.giveUp("the server was closed");
    },
  };
}
