import { fieldsOf } from "../../src/knowledge/rank.ts";
import { conceptsOf } from "../../src/knowledge/concepts.ts";
import type { Outcome } from "./metrics.ts";
import type { Candidates } from "./variants.ts";

/** Of our order so many are put into a new one. */
const LOOKED_AT = 10;
const ROUNDS = 400;
const RATE = 0.3;
const SHRINK = 0.003;

/**
 * A small re-ranker: which of two articles is the right one, learnt by logistic regression on the differences of what
 * the search knows about them. Returns how it orders another question's candidates.
 */
export function learnedOrder(learnt: readonly Candidates[]): (asked: Candidates) => Outcome {
  const pairs = learnt.flatMap((asked) => {
    const rows = rowsOf(asked);
    const right = rows.filter(({ id }) => asked.question.rel.includes(id));
    const wrong = rows.filter(({ id }) => !asked.question.rel.includes(id));
    return right.flatMap((good) =>
      wrong.map((bad) => good.inputs.map((input, at) => input - bad.inputs[at]!)),
    );
  });
  const weights = Array.from({ length: pairs[0]?.length ?? 0 }, () => 0);
  for (let round = 0; round < ROUNDS; round += 1) {
    const slopes = weights.map((weight) => SHRINK * weight);
    for (const pair of pairs) {
      const margin = pair.reduce((sum, input, at) => sum + input * weights[at]!, 0);
      const error = 1 / (1 + Math.exp(-margin)) - 1;
      for (let at = 0; at < slopes.length; at += 1) slopes[at]! += (error * pair[at]!) / pairs.length;
    }
    for (let at = 0; at < weights.length; at += 1) weights[at]! -= RATE * slopes[at]!;
  }
  return (asked) => {
    const ranking = rowsOf(asked)
      .map(({ id, inputs }) => ({
        id,
        score: inputs.reduce((sum, input, at) => sum + input * weights[at]!, 0),
      }))
      .sort((a, b) => b.score - a.score)
      .map(({ id }) => id);
    return { relevant: asked.question.rel, ranking };
  };
}

interface Row {
  readonly id: string;
  readonly inputs: readonly number[];
}

function rowsOf({ question, fused, rarest, hits }: Candidates): Row[] {
  const own = conceptsOf(question.q).flatMap((concept) => concept[0]?.stems[0] ?? []);
  const top = fused.slice(0, LOOKED_AT);
  const bestWords = Math.max(...top.map(({ lexical }) => lexical), 0.001);
  const nearest = Math.max(...top.map(({ similarity }) => similarity ?? 0));
  return top.map(({ hit, score, lexical, similarity }, at) => {
    const title = fieldsOf({ title: hit.title, heading: "", text: "" }).title;
    const inTitle = own.filter((stem) => title.includes(stem)).length;
    const passages = hits.filter(({ articleId }) => articleId === hit.articleId);
    const said = new Set(passages.flatMap((one) => Object.values(fieldsOf(one)).flat()));
    const inputs = [
      score,
      lexical / rarest,
      lexical / bestWords,
      similarity ?? nearest / 2,
      (similarity ?? 0) / (nearest || 1),
      inTitle / Math.max(1, own.length),
      inTitle / Math.max(1, title.length),
      own.filter((stem) => said.has(stem)).length / Math.max(1, own.length),
      Math.log(passages.length),
      1 / (1 + at),
    ];
    return { id: hit.articleId, inputs };
  });
}
