import { firstMatch } from "./human.ts";
import type { Rule, RuleFinding } from "./human.ts";

/** What the rules say about a topic: does the message touch it, and is it a request. */
export interface TopicFinding extends RuleFinding {
  readonly mentioned: boolean;
}

/** A clause that is a question is never a request; of several findings the strongest request counts. */
export function findTopic(
  clauses: readonly string[],
  questions: readonly Rule[],
  requests: readonly Rule[],
  words: RegExp,
): TopicFinding {
  let found: TopicFinding = { points: 0, evidence: "", mentioned: false };
  for (const clause of clauses) {
    const question = firstMatch(questions, clause);
    const request = question === undefined ? firstMatch(requests, clause) : undefined;
    if (request !== undefined && request.points === 2) return { ...request, mentioned: true };
    const finding = request ?? question;
    if (finding !== undefined && (found.points === 0 || finding.points > found.points)) {
      found = { ...finding, mentioned: true };
    } else if (!found.mentioned && words.test(clause)) {
      found = { points: 0, evidence: words.exec(clause)?.[0] ?? "", mentioned: true };
    }
  }
  return found;
}

/** A rule from the source of its pattern. */
export const rule = (points: number, source: string): Rule => [points, new RegExp(source, "u")];
