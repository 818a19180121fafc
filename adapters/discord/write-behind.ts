/** Saves what changed every few seconds, not at each change. What is lost in a crash must be harmless to do again. */
export interface WriteBehind {
  /** Something changed; it is saved soon. */
  touch(): void;
  /** Saves now what was not saved yet. Never rejects. */
  flush(): Promise<void>;
}

export function createWriteBehind(
  save: () => Promise<void>,
  everyMs: number,
  onError: (error: unknown) => void,
): WriteBehind {
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  function flush(): Promise<void> {
    if (timer === null) return writing;
    clearTimeout(timer);
    timer = null;
    writing = writing.then(save).catch(onError);
    return writing;
  }

  return {
    touch() {
      timer ??= setTimeout(() => void flush(), everyMs).unref();
    },
    flush,
  };
}
