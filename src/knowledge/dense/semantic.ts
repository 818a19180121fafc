import type { VectorMark, VectorStore } from "../index-port.ts";
import type { Embedder } from "./embedder.ts";
import { createVectorIndex, type Near, type VectorIndex } from "./vector-index.ts";

/** What is near to a question by meaning, of what customers may read. */
export interface Look {
  /** Nearest units first. */
  readonly nearest: readonly Near[];
  /** Every embedded unit of an article; none when it is too new to have vectors. */
  ofArticle(articleId: string): readonly Near[];
}

/** Search by meaning. Never fails: null when there is nothing to search in, or no vector for the question in time. */
export interface Semantic {
  look(query: string, limit: number): Promise<Look | null>;
}

export interface SemanticOptions {
  readonly store: VectorStore;
  readonly embedder: Embedder;
  readonly now: () => number;
  /** How long a question's vector is waited for; then words alone answer. */
  readonly deadlineMs?: number;
  /** Of how many questions the vectors are kept. */
  readonly cached?: number;
  readonly onTrouble?: (problem: string) => void;
}

/** A customer waits for the answer; a slow machine takes a quarter of a second for a question. */
const DEADLINE_MS = 2_000;
/** After a failure words alone answer for so long, so that not every question waits for what does not come. */
const REST_MS = 30_000;
/** Questions whose vectors are kept: a conversation asks the same several times (search, tool, second tier). */
const CACHED = 500;
/** More of a question than the model reads is not sent. */
const QUERY_CHARS = 1_000;

export function createSemantic(options: SemanticOptions): Semantic {
  const { store, embedder, now, onTrouble } = options;
  const { deadlineMs = DEADLINE_MS, cached = CACHED } = options;
  const held = createHeld(store, embedder.model);
  const known = new Map<string, Promise<Float32Array>>();
  let restUntil = 0;

  async function vectorOf(query: string): Promise<Float32Array | null> {
    const text = query.slice(0, QUERY_CHARS);
    if (!known.has(text) && now() < restUntil) return null;
    const asked = known.get(text) ?? embedder.embed([text], { urgent: true }).then(first);
    // Put behind the others, so that what is asked often stays.
    known.delete(text);
    known.set(text, asked);
    if (known.size > cached) known.delete(known.keys().next().value ?? "");
    try {
      return await inTime(asked, deadlineMs);
    } catch (error) {
      if (error !== TOO_LATE) known.delete(text);
      asked.catch(() => known.delete(text));
      restUntil = now() + REST_MS;
      onTrouble?.(error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  return {
    async look(query, limit) {
      const index = await held();
      // Before the first vectors have come, the model need not even be loaded.
      if (index.size() === 0) return null;
      const vector = await vectorOf(query);
      if (!vector) return null;
      return {
        nearest: index.nearest(vector, limit),
        ofArticle: (articleId) => index.ofArticle(vector, articleId),
      };
    },
  };
}

/** The vectors in memory, brought up to date whenever the store has changed, by this process or another one. */
function createHeld(store: VectorStore, model: string): () => Promise<VectorIndex> {
  const index = createVectorIndex();
  let mark: VectorMark = { unit: 0, vector: 0 };
  let version = "";
  let units: string | null = null;
  let running: Promise<void> = Promise.resolve();

  async function refresh(): Promise<void> {
    const current = await store.version();
    if (current === version) return;
    const changed = await store.unitIds(units);
    if (changed) index.retain(new Set(changed.ids));
    const { vectors, mark: next } = await store.vectorsSince(model, mark);
    index.add(vectors);
    mark = next;
    units = changed?.known ?? units;
    version = current;
  }

  return async () => {
    running = running.then(refresh, refresh);
    await running;
    return index;
  };
}

const TOO_LATE = new Error("the question's vector did not come in time");

async function inTime<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(TOO_LATE), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function first(vectors: readonly Float32Array[]): Float32Array {
  const [vector] = vectors;
  if (!vector) throw new Error("the embedder gave no vector");
  return vector;
}
