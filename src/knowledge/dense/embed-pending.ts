import { messageOf } from "../../errors.ts";
import type { VectorStore } from "../index-port.ts";
import type { Embedder } from "./embedder.ts";
import { toBytes } from "./quantise.ts";

export interface EmbedOptions {
  readonly store: VectorStore;
  readonly embedder: Embedder;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

/** Looked up at once. */
const LOOKED_UP = 256;
/** Written at once: what a crash may cost, and how often the disk is waited for. */
const WRITTEN = 16;

/**
 * Gives every unit its vector. What is done is kept, so a run that was cut short goes on where it stopped. Rejects when
 * the embedder fails; stops quietly when the signal says so.
 */
export async function embedPending({ store, embedder, onProgress, signal }: EmbedOptions): Promise<void> {
  const { model } = embedder;
  for (;;) {
    const pending = signal?.aborted ? [] : await store.pending(model, LOOKED_UP);
    if (pending.length === 0) return;
    onProgress?.(await store.progress(model));
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

/** Embeds in the background for as long as the process lives. Failures are told once and tried again, ever more seldom. */
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
  let pause = lookMs;
  let seen = "";

  async function round(): Promise<void> {
    try {
      const version = await store.version();
      if (version !== seen) await embedPending({ store, embedder, signal: stopping.signal });
      seen = await store.version();
      pause = lookMs;
    } catch (error) {
      if (stopping.signal.aborted) return;
      if (pause === lookMs) onTrouble(messageOf(error));
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
    if (!stopping.signal.aborted) wait(pause);
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
