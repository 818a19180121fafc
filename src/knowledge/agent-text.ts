import { SIGNS, SPEAKS_OF_CUSTOMERS, THIRD_PERSON } from "./agent-signs.ts";

/**
 * Tells a text written for support agents from one written for customers. Support teams keep both in one place, and an
 * agent's procedure shown to a customer is the worst mistake a knowledge base can make, so this errs on hiding; the
 * ingest summary names what it hid and how to undo it.
 */

/** From here on a text counts as written for agents. */
export const AGENT_TEXT_FLOOR = 2;

export interface AgentSigns {
  readonly score: number;
  /** The words that gave it away, most telling first. */
  readonly evidence: readonly string[];
  /** True when the text itself says that it must not be told. Taints the whole article. */
  readonly secret: boolean;
}

const PER_SIGN_LIMIT = 4;

/**
 * The customer as a third person: normal once in a policy or in a guide for shop owners, telling when it happens again
 * and again in a text that speaks to nobody else.
 */
const THIRD_PERSON_WEIGHT = 0.4;
const THIRD_PERSON_LIMIT = { beside: 2, alone: 10 };

/** Pure; looks at one section or at a whole article. */
export function agentSigns(markdown: string): AgentSigns {
  const text = markdown.replaceAll("**", "");
  let score = 0;
  let secret = false;
  const found: { weight: number; words: string }[] = [];
  const ofCustomers = SPEAKS_OF_CUSTOMERS.test(text);
  for (const sign of SIGNS) {
    if (sign.besideCustomers && !ofCustomers) continue;
    const matches = text.match(sign.pattern);
    if (!matches) continue;
    score += sign.weight * Math.min(matches.length, PER_SIGN_LIMIT);
    secret ||= sign.secret === true;
    found.push({
      weight: sign.weight,
      words: matches[0]
        .replaceAll(/\s+/g, " ")
        .replace(/^[^\p{L}\p{N}]+/u, "")
        .trim(),
    });
  }
  const third = text.match(THIRD_PERSON)?.length ?? 0;
  const limit = speaksToReader(text) ? THIRD_PERSON_LIMIT.beside : THIRD_PERSON_LIMIT.alone;
  score += THIRD_PERSON_WEIGHT * Math.min(third, limit);
  if (found.length === 0 && third > 0) found.push({ weight: 0, words: "the customer, as somebody else" });
  found.sort((a, b) => b.weight - a.weight);
  return { score, secret, evidence: [...new Set(found.map((one) => one.words))].slice(0, 3) };
}

/** True when the text says "you" or "your" outside of quotations, which in an agents' text are what to say. */
export function speaksToReader(text: string): boolean {
  return /\b(?:you|your|my|I)\b/i.test(
    text.replaceAll(/(?<!\w)(?:'[^'\n]*(?:'\w[^'\n]*)*'(?!\w)|"[^"\n]*"|“[^”\n]*”|‘[^’\n]*’)/g, ""),
  );
}

const AGENT_HEADING =
  /^(?:(?:notes?|guidance|instructions?|information|procedures?|steps|script|info|section)\s+)?for\s+(?:(?:our|the|all|support|service|customer service|internal)\s+)*(?:agents?|staff|employees|representatives|reps|internal use|(?<=(?:support|service|internal) )teams?)\b|\b(?:internal|agents?|staff|employee)(?:['’]s?)?[\s:-]+(?:(?:use )?only|notes?|instructions?|procedures?|process|guidance|guidelines?|guide|section|responsibilit(?:y|ies)|script|steps|workflow|policy|playbook|information|info|details|tools?|actions?|handbook|use)\b|^(?:internal|agents?|staff)(?:\s*[:–—-].*)?$|\((?:internal|agents?|staff)(?: only)?\)/i;

/**
 * A heading such as "For agents", "Internal notes", "Staff only", "Agent procedure": it marks off its own section. One
 * that speaks of what must not be disclosed is no such mark: it tells of an article that is not for customers at all.
 */
export function isAgentHeading(heading: string): boolean {
  return AGENT_HEADING.test(heading.trim()) && !/disclos/i.test(heading);
}
