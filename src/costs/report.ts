import { ESCALATION_REASONS, type EscalationReason } from "../domain.ts";
import type { AnswerFact, CallFact, EscalationFact, ReportStore, TurnFact } from "../store/reports-port.ts";
import { type Cost, costOf, type Handler, handlerOf } from "./report-cost.ts";
import { type Problem, type ProblemRules, problemsOf } from "./report-problems.ts";
import { type Waiting, waitingOf } from "./report-waiting.ts";

/**
 * The numbers of a period; `deskhand report --json` prints exactly this. Fields are added, never changed or taken away.
 *
 * Times are ISO strings, durations milliseconds, money micro-dollars (1,000,000 = $1), shares and rates 0 to 1. A
 * share, a rate or an average of nothing is null.
 */
export interface Report {
  readonly since: string;
  readonly until: string;
  readonly volume: Volume;
  readonly tiers: Tiers;
  readonly resolution: Resolution;
  readonly escalations: Escalations;
  readonly cost: Cost;
  readonly waiting: Waiting;
  readonly ratings: {
    readonly count: number;
    readonly average: number | null;
    readonly byScore: Readonly<Record<string, number>>;
  };
  /** Thumbs under AI answers. */
  readonly feedback: { readonly helpful: number; readonly unhelpful: number };
  /** Events that could not be worked and still lie aside, whenever they came. */
  readonly setAside: number;
}

export interface Volume {
  /** Bursts of customers' messages that were for us: without what was ignored, and without mere edits and deletions. */
  readonly turns: number;
  /** Conversations with at least one of them. */
  readonly conversations: number;
  /** Of the turns: those passed on to staff who had the conversation already. */
  readonly relayed: number;
  /** How every turn ended, ignored ones included. */
  readonly byOutcome: Readonly<Record<string, number>>;
}

/** Who dealt with the turns that were not relayed, by the strongest model that was called in them. */
export type Tiers = Readonly<Record<Handler, { readonly turns: number; readonly share: number | null }>>;

/** Of the problems that began in the period, as they stand now. */
export interface Resolution {
  /** Questions without a ticket, and tickets. Small talk is none. */
  readonly problems: number;
  readonly resolved: number;
  /** Resolved with no escalation and no word from staff. */
  readonly withoutPerson: number;
  /** `withoutPerson` of `problems`: what is still open counts against it. */
  readonly withoutPersonRate: number | null;
  readonly questions: {
    readonly asked: number;
    /** Answered, with no ticket, no escalation and no word from staff after it. */
    readonly settledInOneTurn: number;
  };
  readonly tickets: {
    readonly opened: number;
    readonly resolved: number;
    /** Taken up again within `conversation.reopen_within_hours`: unresolved, even when resolved once more. */
    readonly cameBack: number;
    readonly open: number;
  };
}

export interface Escalations {
  /** Opened in the period. */
  readonly opened: number;
  readonly byReason: Readonly<Record<EscalationReason, number>>;
  /** Problems of the period that were escalated at least once, and their share of `resolution.problems`. */
  readonly problems: number;
  readonly rate: number | null;
  /** Now, whenever they were opened. */
  readonly waitingNow: number;
  readonly claimedNow: number;
  readonly longestWaitingMs: number | null;
}

/** Reads what the period needs, and computes the report from it. */
export async function makeReport(
  store: ReportStore,
  period: { readonly since: number; readonly now: number },
  rules: ProblemRules,
): Promise<Report> {
  const { since } = period;
  // The answer that a ticket grew out of may be older than the period.
  const earlier = since - rules.quietMs;
  const turns = await store.turnsSince(earlier);
  const calls = await store.callsSince(earlier);
  const answers = await store.answersSince(earlier);
  const tickets = await store.ticketsOpenedSince(since);
  const begun = problemsOf(turns, tickets, answers, rules);
  return computeReport(
    {
      turns: turns.filter(({ finishedAt }) => finishedAt >= since),
      problems: begun.filter(
        ({ ticket, turns: [turn] }) => ticket !== null || (turn !== undefined && turn.finishedAt >= since),
      ),
      calls,
      answers,
      escalations: await store.escalationsSince(since),
      openEscalations: await store.openEscalations(),
      ratings: await store.ratingsSince(since),
      feedback: await store.feedbackSince(since),
      setAside: (await store.setAsideEvents()).length,
    },
    period,
  );
}

export interface ReportFacts {
  readonly turns: readonly TurnFact[];
  readonly problems: readonly Problem[];
  readonly calls: readonly CallFact[];
  readonly answers: readonly AnswerFact[];
  readonly escalations: readonly EscalationFact[];
  readonly openEscalations: readonly EscalationFact[];
  readonly ratings: readonly number[];
  readonly feedback: Report["feedback"];
  readonly setAside: number;
}

export function computeReport(
  facts: ReportFacts,
  { since, now }: { readonly since: number; readonly now: number },
): Report {
  const { turns, problems, calls, answers, escalations, openEscalations, ratings, feedback, setAside } =
    facts;
  return {
    since: new Date(since).toISOString(),
    until: new Date(now).toISOString(),
    volume: volumeOf(turns),
    tiers: tiersOf(turns, calls),
    resolution: resolutionOf(problems),
    escalations: escalationsOf(escalations, openEscalations, problems, now),
    cost: costOf(problems, calls, since),
    waiting: waitingOf(problems, answers, escalations),
    ratings: ratingsOf(ratings),
    feedback,
    setAside,
  };
}

const NOT_FOR_US: ReadonlySet<string> = new Set(["ignored", "noted"]);

function volumeOf(turns: readonly TurnFact[]): Volume {
  const ours = turns.filter(({ outcome }) => !NOT_FOR_US.has(outcome));
  return {
    turns: ours.length,
    conversations: new Set(ours.map(({ conversationId }) => conversationId)).size,
    relayed: ours.filter(({ outcome }) => outcome === "relayed").length,
    byOutcome: countBy(turns.map(({ outcome }) => outcome)),
  };
}

function tiersOf(turns: readonly TurnFact[], calls: readonly CallFact[]): Tiers {
  const callsOf = Map.groupBy(calls, ({ turnId }) => turnId);
  const handlers = turns
    .filter(({ outcome }) => !NOT_FOR_US.has(outcome) && outcome !== "relayed")
    .map(({ id }) => handlerOf(callsOf.get(id) ?? []));
  const of = (handler: Handler) => {
    const count = handlers.filter((one) => one === handler).length;
    return { turns: count, share: part(count, handlers.length) };
  };
  return { tier1: of("tier1"), tier2: of("tier2"), offline: of("offline"), none: of("none") };
}

function resolutionOf(problems: readonly Problem[]): Resolution {
  const resolved = problems.filter(({ state }) => state === "resolved");
  const alone = resolved.filter(({ person }) => !person).length;
  const tickets = problems.filter(({ ticket }) => ticket !== null);
  const ticketsIn = (state: Problem["state"]) => tickets.filter((problem) => problem.state === state).length;
  return {
    problems: problems.length,
    resolved: resolved.length,
    withoutPerson: alone,
    withoutPersonRate: part(alone, problems.length),
    questions: {
      asked: problems.length - tickets.length,
      settledInOneTurn: resolved.filter(({ ticket }) => ticket === null).length,
    },
    tickets: {
      opened: tickets.length,
      resolved: ticketsIn("resolved"),
      cameBack: ticketsIn("came_back"),
      open: ticketsIn("unresolved"),
    },
  };
}

function escalationsOf(
  opened: readonly EscalationFact[],
  openNow: readonly EscalationFact[],
  problems: readonly Problem[],
  now: number,
): Escalations {
  const counts = countBy(opened.map(({ reason }) => reason));
  const byReason = Object.fromEntries(ESCALATION_REASONS.map((reason) => [reason, counts[reason] ?? 0]));
  const escalated = problems.filter(({ ticket }) => ticket?.escalated).length;
  const waiting = openNow.filter(({ status }) => status === "open");
  return {
    opened: opened.length,
    byReason: byReason as Record<EscalationReason, number>,
    problems: escalated,
    rate: part(escalated, problems.length),
    waitingNow: waiting.length,
    claimedNow: openNow.length - waiting.length,
    longestWaitingMs: waiting.length === 0 ? null : now - Math.min(...waiting.map((one) => one.createdAt)),
  };
}

function ratingsOf(scores: readonly number[]): Report["ratings"] {
  const total = scores.reduce((sum, score) => sum + score, 0);
  const byScore = { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0, ...countBy(scores.map(String)) };
  const average = scores.length === 0 ? null : Math.round((total / scores.length) * 100) / 100;
  return { count: scores.length, average, byScore };
}

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** To four decimals; null of nothing. */
function part(count: number, of: number): number | null {
  return of === 0 ? null : Math.round((count / of) * 10_000) / 10_000;
}
