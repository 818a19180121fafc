/** Work of one key is done one after the other, in the order in which it came; keys side by side. */
export interface InOrder {
  /** Settles as the task does; a task that fails does not keep the next one from its turn. */
  run(key: string, task: () => Promise<void>): Promise<void>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export function createInOrder(): InOrder {
  const lasts = new Map<string, Promise<void>>();

  async function after(before: Promise<void> | undefined, task: () => Promise<void>): Promise<void> {
    await before?.catch(() => undefined);
    await task();
  }

  async function forget(key: string, result: Promise<void>): Promise<void> {
    await result.catch(() => undefined);
    if (lasts.get(key) === result) lasts.delete(key);
  }

  return {
    run(key, task) {
      const result = after(lasts.get(key), task);
      lasts.set(key, result);
      void forget(key, result);
      return result;
    },
    async idle() {
      while (lasts.size > 0) await Promise.allSettled(lasts.values());
    },
  };
}
