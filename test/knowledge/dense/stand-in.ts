import type { Embedder } from "../../../src/knowledge/dense/embedder.ts";

/**
 * Stands in for the real engine wherever a test is not about the engine: a vector of 64 numbers that counts words by a
 * hash of each, with a few pairs of words that mean the same. The same text always has the same vector.
 */
export interface StandIn extends Embedder {
  readonly asked: string[];
  /** Set to make every call fail, or hang until it is taken away. */
  trouble: "none" | "fails" | "hangs";
}

const DIMENSIONS = 64;
const MEANS: Readonly<Record<string, string>> = {
  money: "refund",
  back: "refund",
  kettle: "boiler",
  parcel: "delivery",
};

export function standIn(model = "stand-in"): StandIn {
  const asked: string[] = [];
  return {
    model,
    asked,
    trouble: "none",
    async embed(texts) {
      asked.push(...texts);
      if (this.trouble === "fails") throw new Error("the engine is broken");
      if (this.trouble === "hangs") return new Promise(() => {});
      return texts.map(vectorOf);
    },
    async close() {},
  };
}

export function vectorOf(text: string): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) {
    let hash = 7;
    for (const letter of MEANS[word] ?? word) hash = (hash * 31 + letter.codePointAt(0)!) % 1_000_003;
    vector[hash % DIMENSIONS]! += 1;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}
