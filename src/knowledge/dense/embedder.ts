/**
 * Turns texts into vectors of length one. Implementations: `local.ts` (a small model in a worker thread), `remote.ts` (an
 * OpenAI-compatible endpoint), and in tests a stand-in that counts words.
 */
export interface Embedder {
  /** Which model: vectors of different models cannot be compared, and are kept apart. */
  readonly model: string;
  /**
   * One vector a text, in order. `urgent` texts (somebody waits for an answer) overtake all that are not.
   * Rejects when the engine cannot run or the endpoint does not answer; the next call tries anew.
   */
  embed(texts: readonly string[], options?: { readonly urgent?: boolean }): Promise<Float32Array[]>;
  close(): Promise<void>;
}
