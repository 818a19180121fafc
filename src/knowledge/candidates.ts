/**
 * How every store chooses candidates, so that all of them give the ranking the same. First the terms that candidates are
 * looked for by, then plain BM25 over these three fields.
 */

/**
 * Weights of a term in the title, in the heading path and in the text; measured with `bench/retrieval/bench.ts`.
 */
export const CANDIDATE_WEIGHTS = { title: 2, heading: 1.5, text: 1 };

/**
 * Together the terms that candidates are looked for by are held by at most so many passages, the rarest first: half of
 * the bank's, 6,500 of 100,000. What every third passage holds costs most of the time and finds nothing that rarer words
 * do not; between 1,500 and 20,000 the benchmark's figures are the same.
 */
const LOOKED_THROUGH = { atLeast: 1_500, share: 0.05 };

export interface Counted {
  readonly term: string;
  /** How many passages hold it. */
  readonly n: number;
}

/** The terms that somebody holds, the rarest first, as many as there is time for. */
export function telling(terms: readonly Counted[], all: number): Counted[] {
  const most = LOOKED_THROUGH.atLeast + LOOKED_THROUGH.share * all;
  let passages = 0;
  return terms
    .filter(({ n }) => n > 0)
    .sort((a, b) => a.n - b.n)
    .filter(({ n }, at) => at === 0 || (passages += n) <= most);
}
