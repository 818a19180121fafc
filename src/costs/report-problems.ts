import type { AnswerFact, TicketFact, TurnFact } from "../store/reports-port.ts";

/**
 * One thing that a customer needed: a ticket with the turns spent on it, or a question that never got a ticket.
 */
export interface Problem {
  readonly conversationId: number;
  /** When its first message was on disk. */
  readonly startedAt: number;
  readonly turns: readonly TurnFact[];
  readonly ticket: TicketFact | null;
  readonly state: ProblemState;
  /** True when somebody from staff had a part in it: an escalation, an answer, a resolution. */
  readonly person: boolean;
  /** When it was resolved; null unless `state` is `resolved`. */
  readonly resolvedAt: number | null;
}

/** `came_back`: resolved, and taken up again soon enough to count as unresolved, for ever. */
export type ProblemState = "resolved" | "came_back" | "unresolved";

export interface ProblemRules {
  /** A follow-up after this long is a new problem (`conversation.resolve_after_hours`). */
  readonly quietMs: number;
  /** A ticket taken up again within this time counts as unresolved (`conversation.reopen_within_hours`). */
  readonly reopenMs: number;
}

/**
 * Sorts turns into problems.
 *
 * A question is *settled in one turn* when the AI answered it, the answer reached the customer, it has no ticket, and
 * nothing that followed in the conversation within `quietMs` belongs to a ticket, an escalation or staff. Small talk is
 * no problem. The answer that a ticket grew out of belongs to that ticket, with its cost.
 *
 * @param turns in order, conversation by conversation; turns of tickets that are not among `tickets` are left out.
 * @param answers what reached customers, to see where staff spoke.
 */
export function problemsOf(
  turns: readonly TurnFact[],
  tickets: readonly TicketFact[],
  answers: readonly AnswerFact[],
  rules: ProblemRules,
): Problem[] {
  const turnsOfTicket = Map.groupBy(turns, (turn) => turn.ticket ?? "");
  const staffSpoke = Map.groupBy(
    answers.filter(({ by }) => by === "staff"),
    ({ conversationId }) => conversationId,
  );
  const grewInto = new Map<string, TurnFact[]>();
  const questions: Problem[] = [];
  for (const conversation of Map.groupBy(turns, (turn) => turn.conversationId).values()) {
    conversation.forEach((turn, at) => {
      if (!isQuestion(turn)) return;
      const next = conversation.slice(at + 1).find((later) => !isNoise(later));
      const soon = next && next.receivedAt - turn.finishedAt <= rules.quietMs ? next : undefined;
      if (soon?.ticket) {
        grewInto.set(soon.ticket, [...(grewInto.get(soon.ticket) ?? []), turn]);
        return;
      }
      const until = Math.min(turn.finishedAt + rules.quietMs, soon?.receivedAt ?? Infinity);
      const spoken = staffSpoke.get(turn.conversationId) ?? [];
      const person =
        soon?.outcome === "relayed" || spoken.some(({ at }) => at >= turn.finishedAt && at <= until);
      questions.push(questionOf(turn, person));
    });
  }
  const withTicket = tickets.map((ticket) => {
    const own = [...(grewInto.get(ticket.ticket) ?? []), ...(turnsOfTicket.get(ticket.ticket) ?? [])];
    return ticketProblem(ticket, own, rules);
  });
  return [...questions, ...withTicket].sort((a, b) => a.startedAt - b.startedAt);
}

/** Turns that neither ask nor decide anything. */
const NOISE: ReadonlySet<string> = new Set(["ignored", "noted", "greeted", "limited"]);

function isNoise(turn: TurnFact): boolean {
  return (
    NOISE.has(turn.outcome) || (turn.intent === "small_talk" && turn.outcome === "answered" && !turn.ticket)
  );
}

function isQuestion(turn: TurnFact): boolean {
  return turn.outcome === "answered" && turn.ticket === null && turn.intent !== "small_talk";
}

function questionOf(turn: TurnFact, person: boolean): Problem {
  const settled = !person && !turn.replyLost;
  return {
    conversationId: turn.conversationId,
    startedAt: turn.receivedAt,
    turns: [turn],
    ticket: null,
    state: settled ? "resolved" : "unresolved",
    person,
    resolvedAt: settled ? turn.finishedAt : null,
  };
}

function ticketProblem(ticket: TicketFact, turns: readonly TurnFact[], rules: ProblemRules): Problem {
  const { state, resolvedAt } = stateOf(ticket, rules.reopenMs);
  return {
    conversationId: ticket.conversationId,
    startedAt: Math.min(ticket.createdAt, ...turns.map((turn) => turn.receivedAt)),
    turns,
    ticket,
    state,
    person:
      ticket.escalated || ticket.resolvedBy === "staff" || turns.some(({ outcome }) => outcome === "relayed"),
    resolvedAt,
  };
}

/** Resolved by its first resolution, unless it was taken up again within `reopenMs` of any. */
function stateOf(ticket: TicketFact, reopenMs: number): Pick<Problem, "state" | "resolvedAt"> {
  let first: number | null = null;
  let last: number | null = null;
  for (const { at, to } of ticket.turningPoints) {
    if (to === "resolved") {
      first ??= at;
      last = at;
    } else if (last !== null && at - last <= reopenMs) return { state: "came_back", resolvedAt: null };
  }
  return first === null
    ? { state: "unresolved", resolvedAt: null }
    : { state: "resolved", resolvedAt: first };
}
