import { z } from "zod";

import type { AdapterMemory } from "../../src/adapter.ts";
import { createWriteBehind } from "./write-behind.ts";

/** What of a message is needed once it is deleted: Discord then names its id only. */
export interface Wrote {
  readonly user: string;
  readonly name: string;
  /** The message whose thread it belonged to. */
  readonly root: string;
}

/** Who wrote the last messages, over a restart. */
export interface Authors {
  load(): Promise<void>;
  wrote(message: string, by: Wrote): void;
  /** Null for a message too long ago, or that was nothing to us. */
  of(message: string): Wrote | null;
  flush(): Promise<void>;
}

const EVERY_MS = 5_000;
const MOST = 5_000;
/** Of those, how many are still known after a restart: the value in memory stays small. */
const MOST_SAVED = 200;
const KEY = "authors";

const saved = z.array(z.tuple([z.string(), z.string(), z.string(), z.string()]));

export function createAuthors(
  memory: AdapterMemory,
  onError: (error: unknown) => void,
  /** Names what of Discord this process hears, when others hear the rest. */
  part = "",
): Authors {
  const key = part === "" ? KEY : `${KEY}@${part}`;
  const known = new Map<string, Wrote>();
  const behind = createWriteBehind(
    async () => {
      const last = [...known].slice(-MOST_SAVED);
      await memory.set(key, JSON.stringify(last.map(([id, { user, name, root }]) => [id, user, name, root])));
    },
    EVERY_MS,
    onError,
  );
  return {
    async load() {
      const value = await memory.get(key);
      const read = value === null ? undefined : saved.safeParse(JSON.parse(value)).data;
      for (const [id, user, name, root] of read ?? []) known.set(id, { user, name, root });
    },
    wrote(message, by) {
      known.set(message, by);
      const [oldest] = known.keys();
      if (known.size > MOST && oldest !== undefined) known.delete(oldest);
      behind.touch();
    },
    of: (message) => known.get(message) ?? null,
    flush: () => behind.flush(),
  };
}
