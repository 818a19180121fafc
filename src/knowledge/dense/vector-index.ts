import { fromBytes } from "./quantise.ts";

/** A unit with its vector, as it comes from the store. */
export interface StoredVector {
  readonly unitId: number;
  readonly articleId: string;
  readonly first: number;
  readonly last: number;
  readonly bytes: Uint8Array;
}

/** A unit that is near to a question. `similarity` is the cosine, -1 to 1. */
export interface Near {
  readonly unitId: number;
  readonly articleId: string;
  readonly first: number;
  readonly last: number;
  readonly similarity: number;
}

/** All vectors in memory, a quarter of what they take as numbers. */
export interface VectorIndex {
  readonly size: () => number;
  /** A unit that is known already is left as it is; so is one whose vector has another length than the first. */
  add(vectors: readonly StoredVector[]): void;
  /** Removes every unit that is not among these. */
  retain(unitIds: ReadonlySet<number>): void;
  /** Nearest first. */
  nearest(query: Float32Array, limit: number): Near[];
  /** Every unit of an article. */
  ofArticle(query: Float32Array, articleId: string): Near[];
}

/** Below this many vectors all are compared; the detour over the signs would not be faster. */
const ALL_UP_TO = 4_000;
/** So many of the nearest by sign are compared in full; how many of the true 40 nearest that finds: bench/retrieval/README.md. */
const COMPARED = 2_000;

/**
 * Two steps, both in plain arrays: the signs of all dimensions as bits (12 words for 384, one pass over all units costs
 * some milliseconds for 100,000), then the bytes of the best few hundred.
 */
export function createVectorIndex(): VectorIndex {
  let dimensions = 0;
  let words = 0;
  let room = 0;
  let bytes = new Int8Array(0);
  let signs = new Uint32Array(0);
  /** 0 where the unit is gone. Such a slot is not used again: articles change seldom, and processes end. */
  let live = new Uint8Array(0);
  let units: Omit<StoredVector, "bytes">[] = [];
  let scales: number[] = [];
  const slots = new Map<number, number>();
  const articles = new Map<string, number[]>();

  function grow(needed: number): void {
    if (needed <= room) return;
    room = Math.max(needed, room * 2, 256);
    const [oldBytes, oldSigns, oldLive] = [bytes, signs, live];
    bytes = new Int8Array(room * dimensions);
    signs = new Uint32Array(room * words);
    live = new Uint8Array(room);
    bytes.set(oldBytes);
    signs.set(oldSigns);
    live.set(oldLive);
  }

  function add({ bytes: stored, ...unit }: StoredVector): void {
    const { scale, values } = fromBytes(stored);
    if (units.length === 0) {
      dimensions = values.length;
      words = Math.ceil(dimensions / 32);
    }
    if (values.length !== dimensions || slots.has(unit.unitId)) return;
    const slot = units.length;
    grow(slot + 1);
    bytes.set(values, slot * dimensions);
    signs.set(signsOf(values, words), slot * words);
    live[slot] = 1;
    units.push(unit);
    scales.push(scale);
    slots.set(unit.unitId, slot);
    const siblings = articles.get(unit.articleId);
    if (siblings) siblings.push(slot);
    else articles.set(unit.articleId, [slot]);
  }

  /** Slots whose signs agree most with the query's. */
  function bySigns(query: Float32Array): number[] {
    const wanted = signsOf(query, words);
    const distances = new Uint16Array(units.length);
    const counts = new Uint32Array(dimensions + 2);
    for (let slot = 0, at = 0; slot < units.length; slot += 1) {
      let distance = 0;
      for (let word = 0; word < words; word += 1, at += 1) distance += bitsIn(signs[at]! ^ wanted[word]!);
      distances[slot] = live[slot] === 1 ? distance : dimensions + 1;
      counts[distances[slot]!]! += 1;
    }
    let [upTo, held] = [0, 0];
    while (upTo <= dimensions && held + counts[upTo]! < COMPARED) held += counts[upTo++]!;
    const chosen: number[] = [];
    for (let slot = 0; slot < units.length; slot += 1) {
      if (distances[slot]! <= Math.min(upTo, dimensions)) chosen.push(slot);
    }
    return chosen;
  }

  function near(query: Float32Array, slot: number): Near {
    const start = slot * dimensions;
    let sum = 0;
    for (let at = 0; at < dimensions; at += 1) sum += query[at]! * bytes[start + at]!;
    const { unitId, articleId, first, last } = units[slot]!;
    return { unitId, articleId, first, last, similarity: sum * scales[slot]! };
  }

  return {
    size: () => slots.size,
    add(vectors) {
      for (const vector of vectors) add(vector);
    },
    retain(unitIds) {
      for (const [unitId, slot] of slots) {
        if (unitIds.has(unitId)) continue;
        live[slot] = 0;
        slots.delete(unitId);
        const { articleId } = units[slot]!;
        const left = (articles.get(articleId) ?? []).filter((other) => other !== slot);
        if (left.length > 0) articles.set(articleId, left);
        else articles.delete(articleId);
      }
      if (slots.size === 0) units = [];
      if (slots.size === 0) scales = [];
    },
    nearest(query, limit) {
      if (query.length !== dimensions) return [];
      const candidates = units.length > ALL_UP_TO ? bySigns(query) : [...slots.values()];
      return candidates
        .map((slot) => near(query, slot))
        .sort((a, b) => b.similarity - a.similarity)
        .slice(0, limit);
    },
    ofArticle(query, articleId) {
      if (query.length !== dimensions) return [];
      return (articles.get(articleId) ?? []).map((slot) => near(query, slot));
    },
  };
}

function signsOf(values: Int8Array | Float32Array, words: number): Uint32Array {
  const signs = new Uint32Array(words);
  for (let at = 0; at < values.length; at += 1) {
    if (values[at]! > 0) signs[at >>> 5]! |= 1 << (at & 31);
  }
  return signs;
}

function bitsIn(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
