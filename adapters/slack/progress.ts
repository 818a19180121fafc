/** How far a delivery has come, so that another try goes on where this one stopped. Lost with the process. */
export interface Progress {
  /** Timestamps of messages by part. */
  readonly parts: Map<string, string>;
  /** Ids of files by `fileKey`. */
  readonly files: Map<string, string>;
  /** Where Slack says that they are. */
  channel: string | undefined;
  /** Parts that only one person saw. */
  readonly shown: Set<string>;
  /** True while this process knows all that became of it: nothing came before, or it was searched for; and no doubt since. */
  isKnown: boolean;
  /** A call was made whose outcome we never learnt. */
  isUncertain: boolean;
  /** Where an unfinished search goes on. */
  cursor: string | undefined;
}

export interface ProgressBook {
  of(delivery: string): Progress;
  /** True when something of it is on the platform already. */
  hasBegun(delivery: string): boolean;
  forget(delivery: string): void;
}

/** More are not under way at once; the oldest is forgotten, and would be looked up. */
const MOST_REMEMBERED = 2_000;

export function createProgressBook(): ProgressBook {
  const book = new Map<string, Progress>();
  return {
    of(delivery) {
      const known = book.get(delivery);
      if (known) return known;
      const progress: Progress = {
        parts: new Map(),
        files: new Map(),
        channel: undefined,
        shown: new Set(),
        isKnown: false,
        isUncertain: false,
        cursor: undefined,
      };
      const [oldest] = book.keys();
      if (book.size >= MOST_REMEMBERED && oldest !== undefined) book.delete(oldest);
      book.set(delivery, progress);
      return progress;
    },
    hasBegun(delivery) {
      const progress = book.get(delivery);
      return progress !== undefined && progress.parts.size + progress.files.size + progress.shown.size > 0;
    },
    forget(delivery) {
      book.delete(delivery);
    },
  };
}
