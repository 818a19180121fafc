import { dot } from "../../src/agent/signals/network.ts";
import type { Vocabulary } from "../../src/agent/signals/vocabulary.ts";

/** How many like words are known of each. */
export const NEIGHBOURS = 4;

/** The words nearest to each by the angle of their vectors. */
export function neighboursOf({ dims, vectors, steps, numbers }: Vocabulary): Int32Array {
  const count = numbers.size;
  const unit = new Float64Array(count * dims);
  for (let word = 0; word < count; word += 1) {
    let square = 0;
    for (let at = 0; at < dims; at += 1) square += (vectors[word * dims + at]! * steps[at]!) ** 2;
    for (let at = 0; at < dims; at += 1)
      unit[word * dims + at] = (vectors[word * dims + at]! * steps[at]!) / Math.sqrt(square || 1);
  }
  const nearest = new Int32Array(count * NEIGHBOURS);
  const values = new Float64Array(NEIGHBOURS);
  for (let word = 0; word < count; word += 1) {
    values.fill(-2);
    const row = word * NEIGHBOURS;
    for (let other = 0; other < count; other += 1) {
      const sum = dot(unit, word * dims, unit, other * dims, dims);
      if (other === word || sum <= values[NEIGHBOURS - 1]!) continue;
      let place = NEIGHBOURS - 1;
      for (; place > 0 && sum > values[place - 1]!; place -= 1) {
        values[place] = values[place - 1]!;
        nearest[row + place] = nearest[row + place - 1]!;
      }
      values[place] = sum;
      nearest[row + place] = other;
    }
  }
  return nearest;
}

/** Rows of `dims` values to signed bytes, with one step per dimension; the few largest values are cut. */
export function toBytes(
  values: Float64Array,
  dims: number,
): { readonly vectors: Int8Array; readonly steps: readonly number[] } {
  const rows = values.length / dims;
  const steps = Array.from({ length: dims }, (_, at) => {
    const sizes = Float64Array.from({ length: rows }, (_, row) => Math.abs(values[row * dims + at]!)).sort();
    return Number(Math.max((sizes[Math.floor(rows * 0.999)] ?? 1) / 127, 1e-9).toPrecision(6));
  });
  const vectors = new Int8Array(values.length);
  for (let at = 0; at < values.length; at += 1)
    vectors[at] = Math.max(-127, Math.min(127, Math.round(values[at]! / steps[at % dims]!)));
  return { vectors, steps };
}
