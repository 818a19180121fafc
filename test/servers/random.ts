/** Chance that comes out the same for the same seed, on every machine. */
export interface Random {
  /** From 0 to 1, without 1. */
  next(): number;
  chance(share: number): boolean;
  /** From 0 to `below` - 1. */
  int(below: number): number;
  /** Both ends included. */
  between(least: number, most: number): number;
  /** Throws when there is nothing to pick from. */
  pick<T>(from: readonly T[]): T;
  /** A copy in another order. */
  shuffled<T>(list: readonly T[]): T[];
}

/** mulberry32: 32 bits of state are plenty for a plan of some thousand steps. Every further seed makes another one. */
export function seeded(first: number, ...more: readonly number[]): Random {
  let state = first >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  for (const seed of more) {
    next();
    state ^= Math.imul(seed + 1, 0x85ebca6b);
  }
  const int = (below: number) => Math.floor(next() * below);
  return {
    next,
    int,
    between: (least, most) => least + int(most - least + 1),
    chance: (share) => next() < share,
    pick(from) {
      if (from.length === 0) throw new Error("there is nothing to pick from");
      return from[int(from.length)] as (typeof from)[number];
    },
    shuffled(list) {
      return list
        .map((value) => ({ value, at: next() }))
        .sort((a, b) => a.at - b.at)
        .map(({ value }) => value);
    },
  };
}
