import { readLocally } from "../../src/agent/signals/index.ts";
import { SUMMARY_PROMPT } from "../../src/agent/summary.ts";
import type { Knowledge } from "../../src/knowledge/knowledge.ts";
import {
  after,
  type Behaviour,
  callTools,
  countTokens,
  say,
  type Scripted,
} from "../../test/servers/claude.ts";
import { isObject, type Block, type Body, searchResultsIn } from "../../test/servers/claude-rules.ts";

/** How long an answer is, in tokens of the local server's count: a few sentences, as the prompt asks for. */
const ANSWER_TOKENS = { least: 60, aim: 75, most: 90 };
/** The prompt asks for one more search with other words before a person is called. */
const SEARCHES = 2;

/**
 * The model that all designs are served by: it follows the prompt to the letter. It answers from the first article it is
 * shown, in the same words whoever asks; shown none, it searches, once more with other words, and then asks for a
 * person. As a classifier it reads what the local reader reads.
 *
 * It cannot show how a real model differs: length of answers, searches it would make although it was shown an article, or
 * thinking.
 */
export async function standIn(
  knowledge: Knowledge,
  questions: readonly string[],
  delayMs: number,
): Promise<Behaviour> {
  const answers = new Map<string, string>();
  for (const question of questions) answers.set(question, await answerTo(question, knowledge));
  return (request) => after(delayMs, reply(request, answers));
}

function reply(request: Body, answers: ReadonlyMap<string, string>): Scripted {
  const text = textOf(request);
  const question = /<customer_message>\n([\s\S]*?)\n<\/customer_message>/.exec(text)?.[1] ?? "";
  if (isObject(request["output_config"]) && request["output_config"]["format"] !== undefined) {
    return say(JSON.stringify(readingOf(question)));
  }
  if (JSON.stringify(request["system"])?.includes(SUMMARY_PROMPT.slice(0, 40))) return say(SUMMARY);
  const reading = readLocally(question);
  if (reading.wantsHuman) return handOver("customer_request");
  if (reading.policy.some(({ kind, requested }) => requested && kind !== "refund"))
    return handOver("policy_exception");
  const blocks = blocksOf(request);
  if (searchResultsIn(blocks).length > 0) return say(answers.get(question) ?? "", { cite: [0] });
  if (reading.intent === "small_talk" || reading.intent === "feedback")
    return say("Hello! What can I look up for you?");
  const byTool = blocks.filter((block) => block.type === "tool_use").length;
  const byCode = text.includes("help centre: no article was found") ? 1 : 0;
  if (byTool + byCode >= SEARCHES) return handOver("low_confidence");
  const query = byTool + byCode === 0 ? question : otherWords(question);
  return callTools([{ name: "search_knowledge_base", input: { query } }]);
}

const SUMMARY =
  "The customer asks for help with their account and needs a person. The help centre was searched and nothing that " +
  "answers the question was found; no promise was made. Open: look at the account and answer the question.";

function handOver(reason: string): Scripted {
  return callTools([{ name: "escalate_to_human", input: { reason, summary: SUMMARY } }]);
}

/** What the schema of `src/agent/read.ts` asks for. */
function readingOf(question: string): Readonly<Record<string, unknown>> {
  const { intent, complexity, frustrated, wantsHuman, policy, language } = readLocally(question);
  const asksFor = (kind: string) => policy.some((topic) => topic.kind === kind && topic.requested);
  return {
    intent,
    complexity,
    frustrated,
    wants_human: wantsHuman,
    refund_requested: asksFor("refund"),
    plan_change_requested: asksFor("plan_change"),
    other_customers_data: asksFor("other_customer"),
    language,
  };
}

/** The first sentences of the best article, so that what is cited says what is answered. */
async function answerTo(question: string, knowledge: Knowledge): Promise<string> {
  let text = "";
  for (const query of [question, otherWords(question)]) {
    const { answerable, passages } = await knowledge.search(query, { limit: 1, audience: "customer" });
    if (!answerable || !passages[0]) continue;
    text = passages[0].text;
    break;
  }
  let answer = "";
  for (const sentence of plain(text).match(/[^.!?]+[.!?]*\s*/g) ?? []) {
    if (countTokens(answer + sentence) > ANSWER_TOKENS.most) break;
    answer += sentence;
    if (countTokens(answer) >= ANSWER_TOKENS.aim) break;
  }
  if (countTokens(answer) >= ANSWER_TOKENS.least) return answer.trim();
  const words = plain(text).split(" ");
  let cut = "";
  for (const word of words) {
    if (countTokens(cut) >= ANSWER_TOKENS.aim) break;
    cut += `${word} `;
  }
  return cut.trim();
}

function plain(markdown: string): string {
  return markdown
    .replaceAll(/[#*_`|>]+/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
}

function otherWords(question: string): string {
  const words = question.match(/[\p{L}\p{N}]{4,}/gu) ?? [];
  return words.toReversed().join(" ") || question;
}

function blocksOf(request: Body): Block[] {
  const turns = request["messages"] as { content: string | Block[] }[];
  return turns.flatMap(({ content }) => (typeof content === "string" ? [] : content));
}

function textOf(request: Body): string {
  return blocksOf(request)
    .map((block) => (block.type === "text" ? String(block["text"]) : ""))
    .join("\n");
}
