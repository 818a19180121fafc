/**
 * Vectors reduced to the `dims` directions in which they differ most (principal components, by subspace iteration), side by
 * side in one row, scaled to a mean square of 1 over all. Starts from fixed numbers, so the result does not depend on chance.
 */
export function principalParts(
  vectors: readonly Float32Array[],
  weights: readonly number[],
  dims: number,
): Float64Array {
  const size = vectors[0]?.length ?? 0;
  const mean = weightedMean(vectors, weights, size);
  const spread = covariance(vectors, weights, mean, size);
  let axes: readonly Float64Array[] = Array.from({ length: dims + 8 }, (_, axis) =>
    Float64Array.from({ length: size }, (_, at) => Math.sin(1 + at * (axis + 1) * 1.37)),
  );
  for (let round = 0; round < ROUNDS; round += 1) axes = orthogonal(axes.map((axis) => times(spread, axis)));
  const parts = new Float64Array(vectors.length * dims);
  let square = 0;
  for (const [row, vector] of vectors.entries()) {
    for (let axis = 0; axis < dims; axis += 1) {
      let sum = 0;
      for (let at = 0; at < size; at += 1) sum += axes[axis]![at]! * (vector[at]! - mean[at]!);
      parts[row * dims + axis] = sum;
      square += sum * sum;
    }
  }
  const scale = Math.sqrt(parts.length / square);
  return parts.map((value) => value * scale);
}

const ROUNDS = 40;

function weightedMean(
  vectors: readonly Float32Array[],
  weights: readonly number[],
  size: number,
): Float64Array {
  const mean = new Float64Array(size);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (const [row, vector] of vectors.entries()) {
    for (let at = 0; at < size; at += 1) mean[at]! += (vector[at]! * weights[row]!) / total;
  }
  return mean;
}

function covariance(
  vectors: readonly Float32Array[],
  weights: readonly number[],
  mean: Float64Array,
  size: number,
): readonly Float64Array[] {
  const spread = Array.from({ length: size }, () => new Float64Array(size));
  const centred = new Float64Array(size);
  for (const [row, vector] of vectors.entries()) {
    for (let at = 0; at < size; at += 1) centred[at] = vector[at]! - mean[at]!;
    for (const [at, line] of spread.entries()) {
      const value = weights[row]! * centred[at]!;
      for (let other = 0; other < size; other += 1) line[other]! += value * centred[other]!;
    }
  }
  return spread;
}

function times(matrix: readonly Float64Array[], vector: Float64Array): Float64Array {
  return Float64Array.from(matrix, (row) => dot(row, vector));
}

/** Each axis without what it shares with those before it, of length 1. */
function orthogonal(axes: readonly Float64Array[]): readonly Float64Array[] {
  const done: Float64Array[] = [];
  for (const axis of axes) {
    for (const other of done) {
      const shared = dot(axis, other);
      for (let at = 0; at < axis.length; at += 1) axis[at]! -= shared * other[at]!;
    }
    const length = Math.sqrt(dot(axis, axis));
    done.push(axis.map((value) => value / length));
  }
  return done;
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < left.length; at += 1) sum += left[at]! * right[at]!;
  return sum;
}
