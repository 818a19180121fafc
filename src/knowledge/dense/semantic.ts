import type { VectorMark, VectorStore } from "../index-port.ts";
import type { Embedder } from "./embedder.ts";
import { createRecall } from "./recall.ts";
import { createVectorIndex, type Near, type VectorIndex } from "./vector-index.ts";

/** What is near to a question by meaning, of what customers may read. */
export interface Look {
  /** Nearest units first. */
  readonly nearest: readonly Near[];
  /** Every embedded unit of an article; none when it is too new to have vectors. */
  ofArticle(articleId: string): readonly Near[];
  /** How near each word is to the question, -1 to 1; null when that could not be found out in time. */
  closeness(words: readonly string[]): Promise<readonly number[] | null>;
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
/** Single words whose vectors are kept. */
const WORDS_CACHED = 2_000;
/** A word takes a few milliseconds; a judgement that is a little less sharp is better than a longer wait. */
const WORDS_DEADLINE_MS = 700;
/** More of a question than the model reads is not sent. */
const QUERY_CHARS = 1_000;

export function createSemantic(options: SemanticOptions): Semantic {
  const { store, embedder, now, onTrouble } = options;
  const { deadlineMs = DEADLINE_MS, cached = CACHED } = options;
  const held = createHeld(store, embedder.model);
  const questions = createRecall(embedder, cached);
  const words = createRecall(embedder, WORDS_CACHED);
  let restUntil = 0;

  async function vectorOf(query: string): Promise<Float32Array | null> {
    const text = query.slice(0, QUERY_CHARS);
    if (!questions.has([text]) && now() < restUntil) return null;
    try {
      const [vector] = await inTime(questions.vectorsOf([text]), deadlineMs);
      return vector ?? null;
    } catch (error) {
      restUntil = now() + REST_MS;
      onTrouble?.(error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  /** Words only sharpen a judgement, so nobody is told, and nothing rests, when they do not come. */
  async function closeness(vector: Float32Array, of: readonly string[]): Promise<readonly number[] | null> {
    try {
      const vectors = await inTime(words.vectorsOf(of), options.deadlineMs ?? WORDS_DEADLINE_MS);
      return vectors.map((other) => dot(vector, other));
    } catch {
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
        closeness: async (of) => closeness(vector, of),
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

async function inTime<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the question's vector did not come in time")), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function dot(one: Float32Array, other: Float32Array): number {
  return one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
}
