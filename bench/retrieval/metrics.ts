/** One question's outcome: article ids, best first, and whether the search thought that they carry an answer. */
export interface Outcome {
  readonly relevant: readonly string[];
  readonly ranking: readonly string[];
}

export interface Figures {
  readonly hit1: number;
  readonly hit3: number;
  readonly mrr10: number;
  readonly ndcg10: number;
}

/** The usual figures of retrieval, averaged over the questions. */
export function figuresOf(outcomes: readonly Outcome[]): Figures {
  const first = outcomes.map(({ relevant, ranking }) => ranking.findIndex((id) => relevant.includes(id)));
  return {
    hit1: mean(first.map((at) => (at === 0 ? 1 : 0))),
    hit3: mean(first.map((at) => (at >= 0 && at < 3 ? 1 : 0))),
    mrr10: mean(first.map((at) => (at >= 0 && at < 10 ? 1 / (at + 1) : 0))),
    ndcg10: mean(outcomes.map(ndcg10)),
  };
}

function ndcg10({ relevant, ranking }: Outcome): number {
  const got = ranking.slice(0, 10).reduce((sum, id, at) => sum + (relevant.includes(id) ? gain(at) : 0), 0);
  const best = relevant.slice(0, 10).reduce((sum, _, at) => sum + gain(at), 0);
  return best === 0 ? 0 : got / best;
}

function gain(at: number): number {
  return 1 / Math.log2(at + 2);
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The value below which this part of the values lies. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
}
