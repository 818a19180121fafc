import { DeskhandError } from "../../errors.ts";
import type { SqliteConnection } from "../prepared.ts";
import type { Store } from "../store.ts";

/** A group ends after this long, so that platforms and models are heard between two. */
const LONGEST_GROUP_MS = 20;

interface Waiting {
  readonly work: () => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * What is asked of the store in one round of the event loop is written with one commit: a commit waits for the disk,
 * and with many conversations that would be most of the time. Order is kept, one that fails is undone alone, and
 * nobody hears of success before all of it is on disk.
 *
 * Every method of `store` must do its work before it returns its promise, as SQLite's do.
 */
export function inGroups(store: Store, connection: SqliteConnection): Store {
  const begin = connection.prepare("begin immediate");
  const commit = connection.prepare("commit");
  const waiting: Waiting[] = [];
  let isDue = false;

  function flush(): void {
    isDue = false;
    const isGroup = waiting.length > 1 && begun();
    const until = performance.now() + LONGEST_GROUP_MS;
    const done: (Waiting & { readonly result: Promise<unknown> })[] = [];
    let at = 0;
    let failure: unknown;
    for (; at < waiting.length && performance.now() < until; at++) {
      const one = waiting[at];
      if (!one) break;
      done.push({ ...one, result: one.work() });
      // On a full disk SQLite undoes the whole transaction by itself.
      if (isGroup && !connection.inTransaction) {
        failure = new DeskhandError("database_unusable", "The database undid what was being written.");
        at++;
        break;
      }
    }
    waiting.splice(0, at);
    if (isGroup && failure === undefined) failure = committed();
    for (const { result, resolve, reject } of done) {
      if (failure === undefined) {
        resolve(result);
      } else {
        result.catch(() => undefined);
        reject(failure);
      }
    }
    if (waiting.length > 0) soon();
  }

  /** While another process writes there is no group: what only reads needs none. */
  function begun(): boolean {
    try {
      begin.run();
      return true;
    } catch {
      return false;
    }
  }

  function committed(): unknown {
    try {
      commit.run();
      return undefined;
    } catch (error) {
      if (connection.inTransaction) connection.exec("rollback");
      return error;
    }
  }

  function soon(): void {
    if (isDue) return;
    isDue = true;
    setImmediate(flush);
  }

  function join(work: Waiting["work"]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      waiting.push({ work, resolve, reject });
      soon();
    });
  }

  const methods = Object.entries(store).map(([name, method]: [string, (...given: unknown[]) => unknown]) => [
    name,
    (...given: unknown[]) => join(async () => method(...given)),
  ]);
  return {
    // The same methods with the same arguments, only later.
    ...(Object.fromEntries(methods) as Store),
    async close() {
      while (waiting.length > 0) flush();
      await store.close();
    },
  };
}
