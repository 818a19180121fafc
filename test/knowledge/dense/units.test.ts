import * as fc from "fast-check";
import { expect, it } from "vitest";

import { fromBytes, toBytes } from "../../../src/knowledge/dense/quantise.ts";
import { unitsOf, unitText } from "../../../src/knowledge/dense/units.ts";
import { createVectorIndex, type StoredVector } from "../../../src/knowledge/dense/vector-index.ts";

const piece = (text: string, audience: "customer" | "internal" = "customer", heading = "") => ({
  text,
  audience,
  heading,
});

it("short passages are embedded together, long ones on their own, and none for staff", () => {
  const long = "word ".repeat(150);
  const units = unitsOf("Title", [
    piece("a"),
    piece("b"),
    piece("secret", "internal"),
    piece("c"),
    piece(long),
    piece("d"),
  ]);
  expect(units.map(({ first, last }) => [first, last])).toEqual([
    [0, 1],
    [3, 3],
    [4, 4],
    [5, 5],
  ]);
});

it("a unit's text has the title and every heading path", () => {
  expect(unitText("Refunds", [piece("Ask us.", "customer", "Who › How"), piece("Wait.")])).toBe(
    "Refunds\nWho › How: Ask us.\nWait.",
  );
});

it("the same text has the same hash, another title another one", () => {
  const [first] = unitsOf("A", [piece("x")]);
  const [again] = unitsOf("A", [piece("x")]);
  const [other] = unitsOf("B", [piece("x")]);
  expect(again).toEqual(first);
  expect(other?.hash).not.toBe(first?.hash);
});

it("a byte a dimension is near enough: no number moves by more than half a step", () => {
  fc.assert(
    fc.property(
      fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 400 }),
      (numbers) => {
        const { scale, values } = fromBytes(toBytes(Float32Array.from(numbers)));
        numbers.forEach((number, at) =>
          expect(Math.abs(number - values[at]! * scale)).toBeLessThanOrEqual(scale / 2 + 1e-6),
        );
      },
    ),
  );
});

function random(seed: number, dimensions = 64): Float32Array {
  let state = seed;
  const next = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5;
  for (let at = 0; at < 10; at += 1) next();
  const vector = Float32Array.from({ length: dimensions }, next);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

const stored = (unitId: number): StoredVector => ({
  unitId,
  articleId: `a${unitId % 100}`,
  first: 0,
  last: 0,
  bytes: toBytes(random(unitId)),
});

it("among thousands of vectors the nearest is found by its signs", () => {
  const index = createVectorIndex();
  index.add(Array.from({ length: 5_000 }, (_, at) => stored(at + 1)));
  for (const wanted of [1, 77, 2_500, 5_000]) {
    const [best] = index.nearest(random(wanted), 3);
    expect(best?.unitId).toBe(wanted);
    expect(best?.similarity).toBeCloseTo(1, 1);
  }
});

it("a unit that is gone is found no more, by nearness or by its article", () => {
  const index = createVectorIndex();
  index.add([stored(1), stored(2), stored(101)]);
  index.retain(new Set([2, 101]));
  expect(index.size()).toBe(2);
  expect(index.nearest(random(1), 10).map((unit) => unit.unitId)).not.toContain(1);
  expect(index.ofArticle(random(1), "a1").map((unit) => unit.unitId)).toEqual([101]);
});

it("a vector of another length finds nothing and is not taken in", () => {
  const index = createVectorIndex();
  index.add([stored(1), { ...stored(2), bytes: toBytes(random(2, 32)) }]);
  expect(index.size()).toBe(1);
  expect(index.nearest(random(1, 32), 5)).toEqual([]);
});
