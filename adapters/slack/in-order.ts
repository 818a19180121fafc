/**
 * Finishes work of one key in the order in which it was begun, however long each takes to prepare: a message that waits
 * for the name of somebody in it must not be overtaken by the next. What failed holds up nothing.
 */
export function createInOrder() {
  const last = new Map<string, Promise<void>>();

  return async function inOrder<T>(
    key: string,
    prepared: Promise<T>,
    finish: (ready: T) => Promise<void>,
  ): Promise<void> {
    const before = last.get(key);
    const mine = (async () => {
      const [ready] = await Promise.allSettled([prepared, before]);
      if (ready.status === "rejected") throw ready.reason;
      await finish(ready.value);
    })();
    last.set(key, mine);
    try {
      await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
