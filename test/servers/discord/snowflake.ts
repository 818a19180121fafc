const EPOCH = 1_420_070_400_000;

/** Ids that grow for ever, made as Discord makes them: the time in the upper bits (19 digits since 2022). */
export function createIds(now: () => number): () => string {
  let last = 0n;
  return () => {
    const next = BigInt(now() - EPOCH) << 22n;
    last = next > last ? next : last + 1n;
    return last.toString();
  };
}

export function timeOf(id: string): number {
  return Number(BigInt(id) >> 22n) + EPOCH;
}
