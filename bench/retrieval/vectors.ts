import Database from "better-sqlite3";
import * as sqliteVec from "sqlite-vec";

import { fromBytes, toBytes } from "../../src/knowledge/dense/quantise.ts";
import { createVectorIndex } from "../../src/knowledge/dense/vector-index.ts";
import { type Random, seeded } from "../../test/servers/random.ts";
import { mean, quantile } from "./metrics.ts";

const SIZES = [1_000, 10_000, 100_000];
const DIMENSIONS = 384;
/** Articles come in topics: vectors lie in so many heaps, questions near some of them. */
const HEAPS = 200;
const QUESTIONS = 40;
const WANTED = 40;

/** Ids of the nearest, best first. */
type Nearest = (query: Float32Array) => readonly number[];

interface Way {
  readonly name: string;
  readonly fill: (vectors: readonly Float32Array[]) => Nearest;
}

/** Ways to find the nearest 40 of 1,000 to 100,000 vectors, each on the same vectors and questions, one after another. */
export function vectors(): void {
  console.log("\n## Ways to compare vectors\n");
  console.log(`| vectors | way | filled in s | memory MB | p50 ms | p99 ms | top ${WANTED} as exact |`);
  console.log("|---|---|---|---|---|---|---|");
  for (const size of SIZES) {
    const random = seeded(11);
    const heaps = Array.from({ length: HEAPS }, () => unit(random));
    const held = Array.from({ length: size }, () => beside(random.pick(heaps), random));
    const questions = Array.from({ length: QUESTIONS }, () => beside(random.pick(heaps), random));
    let exact: readonly (readonly number[])[] = [];
    for (const { name, fill } of WAYS) {
      const before = memory();
      const started = performance.now();
      const nearest = fill(held);
      const seconds = (performance.now() - started) / 1_000;
      const grown = memory() - before;
      nearest(questions[0]!);
      const times: number[] = [];
      const found = questions.map((question) => {
        const asked = performance.now();
        const ids = nearest(question);
        times.push(performance.now() - asked);
        return ids;
      });
      if (exact.length === 0) exact = found;
      const agrees = mean(found.map((ids, at) => shared(ids, exact[at] ?? [])));
      const cells = [
        size.toLocaleString("en"),
        name,
        seconds.toFixed(1),
        grown.toFixed(0),
        quantile(times, 0.5).toFixed(1),
        quantile(times, 0.99).toFixed(1),
        agrees.toFixed(3),
      ];
      console.log(`| ${cells.join(" | ")} |`);
    }
  }
}

/** The first is exact: the others are held against it. */
const WAYS: readonly Way[] = [
  {
    name: "float32 array, all compared",
    fill(held) {
      const all = new Float32Array(held.length * DIMENSIONS);
      held.forEach((vector, at) => all.set(vector, at * DIMENSIONS));
      return (query) => byDot(query, all);
    },
  },
  {
    name: "int8 array, all compared",
    fill(held) {
      const all = new Int8Array(held.length * DIMENSIONS);
      const scales = new Float32Array(held.length);
      held.forEach((vector, at) => {
        const { scale, values } = fromBytes(toBytes(vector));
        all.set(values, at * DIMENSIONS);
        scales[at] = scale;
      });
      return (query) => byDot(query, all, scales);
    },
  },
  {
    name: "ours (signs, then int8)",
    fill(held) {
      const index = createVectorIndex();
      index.add(held.map((vector, unitId) => storedAs(unitId, vector)));
      return (query) => index.nearest(query, WANTED).map(({ unitId }) => unitId);
    },
  },
  { name: "sqlite-vec, float", fill: (held) => inSqliteVec(held, "float", (vector) => vector) },
  { name: "sqlite-vec, int8", fill: (held) => inSqliteVec(held, "int8", whole) },
];

function storedAs(unitId: number, vector: Float32Array) {
  return { unitId, articleId: `a${unitId}`, first: 0, last: 0, bytes: toBytes(vector) };
}

function byDot(query: Float32Array, all: Float32Array | Int8Array, scales?: Float32Array): number[] {
  const near = new Float32Array(all.length / DIMENSIONS);
  for (let row = 0, at = 0; row < near.length; row += 1) {
    let sum = 0;
    for (let column = 0; column < DIMENSIONS; column += 1, at += 1) sum += query[column]! * all[at]!;
    near[row] = sum * (scales?.[row] ?? 1);
  }
  return Array.from(near.keys())
    .sort((a, b) => near[b]! - near[a]!)
    .slice(0, WANTED);
}

function inSqliteVec(
  held: readonly Float32Array[],
  kind: "float" | "int8",
  encode: (vector: Float32Array) => Float32Array | Int8Array,
): Nearest {
  const db = new Database(":memory:");
  sqliteVec.load(db);
  db.exec(`create virtual table held using vec0(embedding ${kind}[${DIMENSIONS}] distance_metric=cosine)`);
  const of = kind === "int8" ? "vec_int8(?)" : "?";
  const insert = db.prepare(`insert into held (rowid, embedding) values (?, ${of})`);
  db.transaction(() => {
    held.forEach((vector, at) => insert.run(BigInt(at), Buffer.from(encode(vector).buffer)));
  })();
  const best = db
    .prepare<[Buffer], number>(
      `select rowid from held where embedding match ${of} and k = ${WANTED} order by distance`,
    )
    .pluck();
  return (query) => best.all(Buffer.from(encode(query).buffer));
}

/** One scale for all, as sqlite-vec has no other: no value of these vectors is larger than a third. */
function whole(vector: Float32Array): Int8Array {
  return Int8Array.from(vector, (value) => Math.max(-127, Math.min(127, Math.round(value * 127 * 3))));
}

function unit(random: Random): Float32Array {
  return scaled(Float32Array.from({ length: DIMENSIONS }, () => random.next() + random.next() - 1));
}

/** As near as two passages of one topic: a cosine of some 0.6. */
function beside(heap: Float32Array, random: Random): Float32Array {
  const other = unit(random);
  return scaled(heap.map((value, at) => value + 0.8 * other[at]!));
}

function scaled(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function shared(found: readonly number[], exact: readonly number[]): number {
  const wanted = new Set(exact);
  return found.filter((id) => wanted.has(id)).length / exact.length;
}

function memory(): number {
  const { rss } = process.memoryUsage();
  return rss / 1e6;
}
