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

const PERSON = "(?:customer|client|caller|cardholder|end[- ]user|shopper|subscriber)";
const TOLD = `(?:the |this |that |your |any |each |every )?(?:${PERSON}s?|users?)\\b`;
const BULLET = "(?:^|[.;:!?]\\s+|\\n\\s*(?:[-*+>]|\\d+[.)])?\\s*|\\()";
const QUOTE = "[\"'“‘«]";

interface Sign {
  readonly pattern: RegExp;
  readonly weight: number;
  readonly secret?: true;
}

const SIGNS: readonly Sign[] = [
  // Says of itself that it is not for customers.
  {
    pattern:
      /\b(?:do not|don['’]t|never|must not|not to|cannot)\s+(?:be\s+)?(?:disclos|reveal)\w*|\b(?:do not|don['’]t|never|must not)\s+(?:tell|inform|mention|share)\b[^.\n]{0,60}\b(?:customers?|users?|callers?|clients?)\b/gi,
    weight: 3,
    secret: true,
  },
  {
    pattern:
      /\b(?:internal use only|for internal use|internal only|staff only|agents? only|not for customers|confidential to staff)\b/gi,
    weight: 3,
    secret: true,
  },
  {
    pattern: /\bbypass(?:es)? (?:codes?|phrases?|pins?|passwords?)\b|\b(?:codes?|passwords?) to bypass\b/gi,
    weight: 3,
    secret: true,
  },
  // Words put into an agent's mouth.
  {
    pattern: new RegExp(
      `\\b(?:say|explain|advise|ask|respond|reply|apologi[sz]e|tell ${TOLD}|inform ${TOLD}|tell (?:them|him|her))(?: with)?\\s*:\\s*\\**\\s*${QUOTE}`,
      "gi",
    ),
    weight: 3,
  },
  // An order to do something with or to a customer.
  {
    pattern: new RegExp(
      `${BULLET}(?:(?:then|please|always|first|next|also|if [^.,\\n]{3,80},)\\s+)?(?:ask|tell|inform|advise|instruct|remind|warn|offer|direct|guide|assist|transfer|notify|thank|reassure|have)\\s+${TOLD}`,
      "gim",
    ),
    weight: 2,
  },
  {
    pattern: new RegExp(`\\b(?:ask|tell|instruct|advise) ${TOLD}\\s+(?:to|if|whether|for|that)\\b`, "gi"),
    weight: 2,
  },
  {
    pattern: new RegExp(
      `\\b(?:verify|confirm|check|authenticate|validate)\\s+(?:the |that the |whether the |if the )?${PERSON}['’]?s?\\b`,
      "gi",
    ),
    weight: 2,
  },
  {
    pattern: new RegExp(
      `\\b(?:look up|pull up|retrieve|review)\\s+(?:the |a )?(?:${PERSON}|(?<=(?:the|a) )user)(?:['’]s)?\\b`,
      "gi",
    ),
    weight: 2,
  },
  { pattern: new RegExp(`\\b(?:asking|telling|informing|asked by) the ${PERSON}\\b`, "gi"), weight: 2 },
  {
    pattern: new RegExp(
      `\\b(?:when|if|before|after|once|whether|where) (?:a|the|any) ${PERSON} (?:contact|call|report|ask|want|need|request|present|inquire|claim|cite|insist|come|believe|say|has|is|was|would|does|did|choose|agree|decline|confirm|provide|cannot|can['’]t|still|actually|appear)\\w*`,
      "gi",
    ),
    weight: 1,
  },
  // Agents as the ones who act.
  {
    pattern:
      /\b(?:support |service |human )?(?:agents?|representatives|reps|staff|associates) (?:must|should|may|are (?:authori[sz]ed|required|able|not)|need to|cannot|do not|can (?:only|retrieve|apply|see|use|view|access|process|issue|then))\b|\bfor (?:support |service )?agents\b\s*:/gi,
    weight: 2,
  },
  {
    pattern:
      /\bthe agent\b|\bagent (?:responsibilit|procedure|tool|instruction|guidance|script|discoverable)\w*/gi,
    weight: 1.5,
  },
  // Tools that only an agent has.
  { pattern: /\b[a-z]+(?:_[a-z]+)+_\d{3,6}\b/g, weight: 3 },
  {
    pattern:
      /`[a-z]+(?:_[a-z]+)+(?:\([^`]*\))?`\s+tool\b|\b[a-z]+(?:_[a-z]+)+\s+tool\b|\b(?:tool|use|call)\b[^.\n]{0,30}\b[a-z]+(?:_[a-z]+){2,}\b/g,
    weight: 2,
  },
  { pattern: /\btransfer_to_human\w*|\bdiscover(?:able|ed) (?:agent )?tool\b/gi, weight: 3 },
  {
    pattern:
      /\bescalate with (?:logs|evidence)\b|\bescalate (?:the (?:case|ticket|customer)|to (?:tier|level|l)\s?\d)/gi,
    weight: 2,
  },
  { pattern: /\b(?:wrap up|close the (?:chat|call)|end the (?:chat|call)) (?:by|with|after)\b/gi, weight: 1 },
];

const PER_SIGN_LIMIT = 4;

/**
 * The customer as a third person: normal once in a policy or in a guide for shop owners, telling when it happens again
 * and again in a text that speaks to nobody else.
 */
const THIRD_PERSON = new RegExp(
  `\\bthe ${PERSON}(?:['’]s)?\\b|(?<![\\w-])${PERSON}s? (?:is|are|has|have|must|needs?|wants?|may|cannot)\\b`,
  "gi",
);
const THIRD_PERSON_WEIGHT = 0.4;
const THIRD_PERSON_LIMIT = { beside: 2, alone: 10 };

/** Pure; looks at one section or at a whole article. */
export function agentSigns(markdown: string): AgentSigns {
  const text = markdown.replaceAll("**", "");
  let score = 0;
  let secret = false;
  const found: { weight: number; words: string }[] = [];
  for (const sign of SIGNS) {
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
