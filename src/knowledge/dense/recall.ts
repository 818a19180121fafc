import type { Embedder } from "./embedder.ts";

/** Vectors of what customers write, each text worked out once while it is remembered. */
export interface Recall {
  /** True when every one of these is known, or under way. */
  has(texts: readonly string[]): boolean;
  /** In order. What is not known yet is asked for at once, urgently. Rejects when the embedder fails; the next call tries anew. */
  vectorsOf(texts: readonly string[]): Promise<readonly Float32Array[]>;
}

/** Remembers the `limit` texts that were asked for last. */
export function createRecall(embedder: Embedder, limit: number): Recall {
  const known = new Map<string, Promise<Float32Array>>();

  function ask(texts: readonly string[]): void {
    if (texts.length === 0) return;
    const batch = embedder.embed(texts, { urgent: true });
    texts.forEach((text, at) => {
      const vector = batch.then(
        (vectors) => vectors[at] ?? Promise.reject(new Error("the embedder gave no vector")),
      );
      vector.catch(() => known.delete(text));
      known.set(text, vector);
    });
  }

  return {
    has: (texts) => texts.every((text) => known.has(text)),
    async vectorsOf(texts) {
      ask([...new Set(texts)].filter((text) => !known.has(text)));
      const asked = texts.map((text) => {
        const vector = known.get(text)!;
        // Put behind the others, so that what is asked often stays.
        known.delete(text);
        known.set(text, vector);
        return vector;
      });
      while (known.size > limit) known.delete(known.keys().next().value ?? "");
      return Promise.all(asked);
    },
  };
}
