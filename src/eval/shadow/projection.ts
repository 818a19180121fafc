import type { EscalationReason } from "../../domain.ts";
import { type Gap, gapsOf } from "../../costs/report-gaps.ts";
import type { GapFact } from "../../store/reports-port.ts";
import type { CommittedTurn } from "../core.ts";
import { share } from "../summary.ts";
import type { Asked } from "./asked.ts";

/**
 * What a replay of an export projects; `deskhand shadow --json` prints exactly this. Fields are added, never changed. Money is
 * micro-dollars, shares are 0 to 1; a share of nothing is null.
 */
export interface Projection {
  readonly model: string;
  readonly questions: number;
  readonly customers: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly days: number;
  /** Who would deal with them; `code` settles or hands over without a model's answer. */
  readonly tiers: Readonly<Record<"tier1" | "tier2" | "code", { count: number; share: number | null }>>;
  readonly resolution: number | null;
  readonly escalated: number;
  readonly byReason: Readonly<Partial<Record<EscalationReason, number>>>;
  /** Of the questions that nobody answered then, those that would have got an answer. */
  readonly unansweredThen: { readonly count: number; readonly answeredNow: number };
  readonly cost: {
    /** `booked` by the model that was asked, or `estimated` from tokens and the price table. */
    readonly kind: "booked" | "estimated";
    readonly totalMicros: number;
    readonly perQuestionMicros: number | null;
    readonly perMonthMicros: number;
  };
  readonly gaps: readonly Gap[];
  /** Gaps beyond those that were grouped. */
  readonly gapsLeftOut: number;
}

/** So many unanswered questions are kept and grouped; each is compared with each. */
const MOST_GAPS = 3_000;
const DAY = 86_400_000;
const MONTH_DAYS = 30;

/** Adds up turn after turn; what it keeps does not grow with the export, but for customers' ids. */
export function startProjection() {
  const tiers = { tier1: 0, tier2: 0, code: 0 };
  const byReason: Partial<Record<EscalationReason, number>> = {};
  const customers = new Map<string, number>();
  const gaps: GapFact[] = [];
  let [questions, resolved, escalated, unanswered, answeredNow, gapsLeftOut, micros] = [0, 0, 0, 0, 0, 0, 0];
  let [first, last] = [Infinity, -Infinity];

  return {
    add(asked: Asked, turn: CommittedTurn, costMicros: number): void {
      const { record } = turn;
      questions += 1;
      micros += costMicros;
      first = Math.min(first, asked.at);
      last = Math.max(last, asked.at);
      const customerId = customers.get(asked.authorId) ?? customers.size + 1;
      customers.set(asked.authorId, customerId);
      tiers[record.tier === 1 ? "tier1" : record.tier === 2 ? "tier2" : "code"] += 1;
      if (turn.escalated === null) {
        resolved += 1;
        if (!asked.answered) answeredNow += 1;
      } else {
        escalated += 1;
        byReason[turn.escalated] = (byReason[turn.escalated] ?? 0) + 1;
      }
      if (!asked.answered) unanswered += 1;
      if (record.answerable !== false) return;
      if (gaps.length >= MOST_GAPS) {
        gapsLeftOut += 1;
        return;
      }
      const { intent, outcome } = record;
      gaps.push({
        question: record.question.slice(0, 400),
        at: asked.at,
        customerId,
        intent,
        outcome,
        tools: turn.tools,
        solvedBy: null,
      });
    },

    end(model: string, kind: Projection["cost"]["kind"]): Projection {
      const days = questions === 0 ? 0 : Math.max(1, (last - first) / DAY);
      const part = (count: number) => ({ count, share: share(count, questions) });
      return {
        model,
        questions,
        customers: customers.size,
        from: questions === 0 ? null : new Date(first).toISOString(),
        to: questions === 0 ? null : new Date(last).toISOString(),
        days: Math.round(days * 10) / 10,
        tiers: { tier1: part(tiers.tier1), tier2: part(tiers.tier2), code: part(tiers.code) },
        resolution: share(resolved, questions),
        escalated,
        byReason,
        unansweredThen: { count: unanswered, answeredNow },
        cost: {
          kind,
          totalMicros: micros,
          perQuestionMicros: questions === 0 ? null : Math.round(micros / questions),
          perMonthMicros: days === 0 ? 0 : Math.round((micros / days) * MONTH_DAYS),
        },
        gaps: gapsOf(gaps.toSorted((a, b) => b.at - a.at)),
        gapsLeftOut,
      };
    },
  };
}
