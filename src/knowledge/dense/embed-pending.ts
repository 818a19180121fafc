import { setTimeout as pause } from "node:timers/promises";

import { messageOf } from "../../errors.ts";
import type { PendingUnit, VectorStore } from "../index-port.ts";
import type { Embedder } from "./embedder.ts";
import { toBytes } from "./quantise.ts";

export interface EmbedOptions {
  readonly store: VectorStore;
  readonly embedder: Embedder;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

/** Looked up at once, and worked out in one turn. */
const LOOKED_UP = 256;
/** Written at once: what a crash may cost, and how often the disk is waited for. */
const WRITTEN = 16;
/** How often somebody who waits for the end looks whether another process has got there, or has given up. */
const ASK_AGAIN_MS = 1_000;

/**
 * Sees to it that every unit has its vector: works them out itself, or waits while another process on the database does.
 * What is done is kept, so a run that was cut short goes on where it stopped. Rejects when the embedder or the store
 * fails; stops quietly when the signal says so.
 */
export async function embedPending(options: EmbedOptions & { readonly askAgainMs?: number }): Promise<void> {
  const { store, embedder, onProgress, signal, askAgainMs = ASK_AGAIN_MS } = options;
  for (;;) {
    const done = await embedPart(options);
    if (done === "nothing" || signal?.aborted) return;
    if (done === "something") continue;
    const progress = await store.progress(embedder.model);
    onProgress?.(progress);
    if (progress.done === progress.total) return;
    // Rejects only because the signal spoke, which the next round sees.
    await pause(askAgainMs, undefined, { signal }).catch(() => undefined);
  }
}

/** The next units without a vector get theirs, unless another process is at it: what both work out, one does in vain. */
async function embedPart(options: EmbedOptions): Promise<"nothing" | "something" | "elsewhere"> {
  const { store, embedder, signal } = options;
  if (signal?.aborted) return "nothing";
  let found = 0;
  const whose = await store.inTurn(async () => {
    const pending = await store.pending(embedder.model, LOOKED_UP);
    found = pending.length;
    await embedAll(pending, options);
  });
  if (whose === "elsewhere") return "elsewhere";
  return found === 0 ? "nothing" : "something";
}

async function embedAll(
  pending: readonly PendingUnit[],
  { store, embedder, onProgress, signal }: EmbedOptions,
): Promise<void> {
  const { model } = embedder;
  if (pending.length > 0) onProgress?.(await store.progress(model));
  for (let at = 0; at < pending.length && !signal?.aborted; at += WRITTEN) {
    const part = pending.slice(at, at + WRITTEN);
    const vectors = await embedder.embed(part.map(({ text }) => text));
    // Whoever said stop may close the database next.
    if (signal?.aborted) return;
    await store.saveVectors(
      model,
      part.flatMap(({ hash }, which) => {
        const vector = vectors[which];
        return vector ? [{ hash, bytes: toBytes(vector) }] : [];
      }),
    );
    onProgress?.(await store.progress(model));
  }
}

export interface Background {
  /** Resolves when nothing is written any more. */
  stop(): Promise<void>;
}

/** The first answers after a start should have the machine to themselves. */
const FIRST_MS = 20_000;
/** How often is looked whether articles have come, from another process perhaps. */
const LOOK_MS = 30_000;
const LONGEST_PAUSE_MS = 600_000;

/**
 * Embeds in the background for as long as the process lives, one process at a time on one database. Failures are told once
 * and tried again, ever more seldom; that another process is at it is none.
 */
export function startEmbedding(
  options: Omit<EmbedOptions, "signal" | "onProgress"> & {
    readonly onTrouble: (problem: string) => void;
    readonly firstMs?: number;
    readonly lookMs?: number;
  },
): Background {
  const { store, embedder, onTrouble, firstMs = FIRST_MS, lookMs = LOOK_MS } = options;
  const stopping = new AbortController();
  let timer: NodeJS.Timeout;
  let running: Promise<void> = Promise.resolve();
  let again = lookMs;
  let seen = "";

  /** Until nothing is left or another process is at it. */
  async function embedNew(): Promise<void> {
    while (!stopping.signal.aborted) {
      // Read before looking: what comes between the two is looked for once more, and never missed.
      const version = await store.version();
      if (version === seen) return;
      const done = await embedPart({ store, embedder, signal: stopping.signal });
      if (done === "elsewhere") return;
      if (done === "nothing") seen = version;
    }
  }

  async function round(): Promise<void> {
    try {
      await embedNew();
      again = lookMs;
    } catch (error) {
      if (stopping.signal.aborted) return;
      if (again === lookMs) onTrouble(messageOf(error));
      again = Math.min(again * 2, LONGEST_PAUSE_MS);
    }
    if (!stopping.signal.aborted) wait(again);
  }

  function wait(ms: number): void {
    timer = setTimeout(() => {
      running = round();
    }, ms);
    timer.unref();
  }

  wait(firstMs);
  return {
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await embedder.close();
      await running;
    },
  };
}
