import type { AnswerFact, EscalationFact } from "../store/reports-port.ts";
import type { Problem } from "./report-problems.ts";

/** How long something took, in milliseconds; null when nothing was measured. */
export interface Spread {
  readonly count: number;
  readonly medianMs: number | null;
  readonly p90Ms: number | null;
}

export interface Waiting {
  /** From the first message of a problem on disk to the first answer of the AI or of staff on the platform. */
  readonly firstAnswer: Spread;
  /** From the card to the claim; one that was closed without a claim counts as claimed by who closed it. */
  readonly claim: Spread;
  /** From the first message of a problem with a ticket to its resolution. */
  readonly resolve: Spread;
}

export function waitingOf(
  problems: readonly Problem[],
  answers: readonly AnswerFact[],
  escalations: readonly EscalationFact[],
): Waiting {
  return {
    firstAnswer: spreadOf(firstAnswers(problems, answers)),
    claim: spreadOf(
      escalations.flatMap(({ createdAt, claimedAt, closedAt }) => {
        const taken = claimedAt ?? closedAt;
        return taken === null ? [] : [taken - createdAt];
      }),
    ),
    resolve: spreadOf(
      problems.flatMap(({ ticket, startedAt, resolvedAt }) =>
        ticket && resolvedAt !== null ? [resolvedAt - startedAt] : [],
      ),
    ),
  };
}

/** The median is the mean of the middle two when there is no middle one; the 90th percentile is by nearest rank. */
export function spreadOf(durations: readonly number[]): Spread {
  const sorted = durations.toSorted((a, b) => a - b);
  const count = sorted.length;
  const low = sorted[Math.floor((count - 1) / 2)];
  const high = sorted[Math.floor(count / 2)];
  return {
    count,
    medianMs: low === undefined || high === undefined ? null : Math.round((low + high) / 2),
    p90Ms: sorted[Math.ceil(count * 0.9) - 1] ?? null,
  };
}

/** An answer belongs to the problem that began last before it, so that a problem never takes the next one's answer. */
function firstAnswers(problems: readonly Problem[], answers: readonly AnswerFact[]): number[] {
  const answersOf = Map.groupBy(answers, ({ conversationId }) => conversationId);
  const problemsIn = Map.groupBy(problems, ({ conversationId }) => conversationId);
  return [...problemsIn].flatMap(([conversationId, here]) => {
    const times = (answersOf.get(conversationId) ?? []).map(({ at }) => at).sort((a, b) => a - b);
    const starts = here.map(({ startedAt }) => startedAt).sort((a, b) => a - b);
    return starts.flatMap((startedAt, nth) => {
      const next = starts[nth + 1] ?? Infinity;
      const first = times.find((at) => at >= startedAt && at < next);
      return first === undefined ? [] : [first - startedAt];
    });
  });
}
