export interface CellResult {
  readonly conversations: number;
  readonly latencyMs: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** How late the event loop was, in ms. */
  readonly lagP50: number;
  readonly lagP99: number;
  readonly cpuMsPerAnswer: number;
  /** Of one core. */
  readonly cpuShare: number;
  readonly rssMb: number;
  readonly heapMb: number;
  readonly others: number;
  readonly ranSeconds: number;
}

/** Rows of one latency stand together; `ratio` is the throughput against the fewest conversations of that latency. */
export function tableOf(results: readonly CellResult[]): string {
  const head =
    "| model, ms | conversations | answers/s | ratio | p50 wait, ms | p99 wait, ms | loop lag p50 / p99, ms | CPU ms an answer | CPU, of one core | RSS, MB |";
  const rows = results.map((one) => {
    const first = results.find(({ latencyMs }) => latencyMs === one.latencyMs) ?? one;
    const cells = [
      one.latencyMs,
      one.conversations,
      one.perSecond.toFixed(1),
      (one.perSecond / first.perSecond).toFixed(2),
      one.p50,
      one.p99,
      `${Math.max(0, one.lagP50).toFixed(0)} / ${Math.max(0, one.lagP99).toFixed(0)}`,
      one.cpuMsPerAnswer.toFixed(1),
      `${Math.round(one.cpuShare * 100)} %`,
      Math.round(one.rssMb),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [head, `|${"---:|".repeat(10)}`, ...rows].join("\n");
}
