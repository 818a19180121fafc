import { stemOf } from "../knowledge/stem.ts";
import { termsOf } from "../knowledge/terms.ts";
import type { GapFact } from "../store/reports-port.ts";

/**
 * Questions of one kind that the knowledge base could not answer. `deskhand report --gaps --json` prints an array of
 * these; fields are added, never changed.
 */
export interface Gap {
  /** The newest of them, as the customer wrote it. */
  readonly question: string;
  readonly count: number;
  /** How many different customers asked. */
  readonly customers: number;
  /** How many of them ended with a person. */
  readonly escalated: number;
  /** ISO times. */
  readonly firstAt: string;
  readonly lastAt: string;
  /** What staff wrote when they resolved them, the newest first: what an article about it could say. */
  readonly solvedBy: readonly string[];
}

/** Questions share a gap when this part of their telling words is the same: one word of four may differ. */
const ALIKE = 0.75;

/**
 * Groups near-identical questions and counts them, most frequent first, then newest.
 *
 * Two questions are near-identical when their sets of telling words (stop words left out, compared by stem) overlap by
 * three quarters (Jaccard). A question that a look at the customer's orders answered is no gap.
 *
 * @param facts newest first.
 */
export function gapsOf(facts: readonly GapFact[]): Gap[] {
  const open = facts.filter(
    ({ outcome, tools }) => outcome !== "answered" || !tools.includes("get_order_status"),
  );
  const exact = Map.groupBy(open, ({ question }) => [...stemsOf(question)].sort().join(" "));
  const groups: { readonly words: ReadonlySet<string>; readonly facts: GapFact[] }[] = [];
  // Largest first, so that the commonest wording is what the others are compared with.
  for (const [, same] of [...exact].sort(([, a], [, b]) => b.length - a.length)) {
    const words = stemsOf(same[0]?.question ?? "");
    const home = groups.find((group) => overlap(group.words, words) >= ALIKE);
    if (home) home.facts.push(...same);
    else groups.push({ words, facts: [...same] });
  }
  return groups
    .map((group) => gapOf(group.facts))
    .sort((a, b) => b.count - a.count || (a.lastAt < b.lastAt ? 1 : -1));
}

function gapOf(facts: readonly GapFact[]): Gap {
  const newestFirst = facts.toSorted((a, b) => b.at - a.at);
  const newest = newestFirst[0];
  const oldest = newestFirst.at(-1);
  return {
    question: newest?.question ?? "",
    count: facts.length,
    customers: new Set(facts.map(({ customerId }) => customerId)).size,
    escalated: facts.filter(({ outcome }) => outcome === "escalated").length,
    firstAt: new Date(oldest?.at ?? 0).toISOString(),
    lastAt: new Date(newest?.at ?? 0).toISOString(),
    solvedBy: solutionsIn(newestFirst),
  };
}

const MOST_SOLUTIONS = 5;

function solutionsIn(newestFirst: readonly GapFact[]): string[] {
  const written = newestFirst.flatMap(({ solvedBy }) => (solvedBy === null ? [] : [solvedBy]));
  return [...new Set(written)].slice(0, MOST_SOLUTIONS);
}

function stemsOf(question: string): ReadonlySet<string> {
  return new Set(termsOf(question).map(stemOf));
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((word) => b.has(word)).length;
  const all = a.size + b.size - shared;
  return all === 0 ? 1 : shared / all;
}
