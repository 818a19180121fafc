import { z } from "zod";

import type { Store } from "../store/store.ts";

/** While the AI is paused every question goes to a person. */
export interface Pause {
  readonly by: string;
  /** Milliseconds since the epoch; null until somebody resumes it. */
  readonly until: number | null;
}

type Memory = Pick<Store, "recall" | "remember">;

const OWNER = "core";
const KEY = "pause";
const kept = z.object({ by: z.string(), until: z.number().nullable() });

export async function pauseNow(store: Memory, now: number): Promise<Pause | null> {
  const value = await store.recall(OWNER, KEY);
  if (value === null) return null;
  const pause = kept.parse(JSON.parse(value));
  return pause.until === null || pause.until > now ? pause : null;
}

/** `null` ends it. */
export async function setPause(store: Memory, pause: Pause | null, now: number): Promise<void> {
  await store.remember(OWNER, KEY, pause && JSON.stringify(pause), now);
}
