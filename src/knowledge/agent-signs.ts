/**
 * What gives away a text that was written for support agents, with how much each counts. Measured on 2026-11-24: of a
 * bank's 698 labelled articles all 61 internal ones are found and no customer one is hidden (`test/knowledge/bank.test.ts`).
 * Of 3,950 public help pages of a maker of electronics, a mail service and a statistics service, 7 lose a part or all,
 * each in the mail server's API reference.
 */
export interface Sign {
  readonly pattern: RegExp;
  readonly weight: number;
  /** The text says that it must not be told. */
  readonly secret?: true;
  /** Counts only in a text that speaks of customers too: "agent" and "user" are also pieces of software. */
  readonly besideCustomers?: true;
}

// Neither "client" nor "user" nor "subscriber" alone: in help pages these are programs and the reader's own customers.
const PERSON = "(?:customer|caller|cardholder|end[- ]user|shopper)";
const TOLD = `(?:the |this |that |any |each |every )?(?:${PERSON}s?|users?)\\b`;
const BULLET = "(?:^|[.;:!?]\\s+|\\n\\s*(?:[-*+>]|\\d+[.)])?\\s*|\\()";
const QUOTE = "[\"'“‘«]";
const NEVER = "\\b(?:do not|don['’]t|never|must not|may not|not to|cannot)\\s+(?:be\\s+)?";
/** "Never tell anyone your password" is said to customers. */
const NOT_YOURS = "(?![^.\\n]{0,40}\\byour?\\b)";

export const SIGNS: readonly Sign[] = [
  // Says of itself that it is not for customers.
  { pattern: new RegExp(`${NEVER}disclos\\w*${NOT_YOURS}`, "gi"), weight: 3, secret: true },
  {
    pattern: new RegExp(
      `${NEVER}(?:tell|inform|mention|share|reveal)\\b${NOT_YOURS}[^.\\n]{0,60}\\b(?:customers?|users?|callers?)\\b`,
      "gi",
    ),
    weight: 3,
    secret: true,
  },
  {
    pattern: /\b(?:staff only|(?:support )?agents? only|not for customers|confidential to staff)\b/gi,
    weight: 3,
    secret: true,
  },
  {
    pattern: /\bbypass(?:es)? (?:codes?|phrases?|pins?|passwords?)\b|\b(?:codes?|passwords?) to bypass\b/gi,
    weight: 3,
    secret: true,
  },
  { pattern: /\binternal(?: use)? only\b|\bfor internal use\b|\bour internal\b/gi, weight: 1.5 },
  // Words put into an agent's mouth.
  {
    pattern: new RegExp(
      `\\b(?:say|explain|advise|ask|respond|reply|apologi[sz]e|tell ${TOLD}|inform ${TOLD}|tell (?:them|him|her))(?: with)?\\s*:\\s*${QUOTE}`,
      "gi",
    ),
    weight: 3,
  },
  { pattern: /(?:^|[.;:]\s+)say that (?:we|it|a|the|this|there)\b/gim, weight: 1.5 },
  {
    pattern: new RegExp(
      `(?:^|[.;:]\\s+)never (?:say|tell|promise|name|post|offer|quote)\\b${NOT_YOURS}`,
      "gim",
    ),
    weight: 1.5,
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
      `\\b(?:look up|pull up|retrieve)\\s+(?:the |a )?(?:${PERSON}|(?<=(?:the|a) )user)(?:['’]s)?\\b`,
      "gi",
    ),
    weight: 2,
  },
  { pattern: new RegExp(`\\b(?:asking|telling|informing|asked by) the ${PERSON}\\b`, "gi"), weight: 2 },
  {
    pattern: new RegExp(
      `\\b(?:when|if|before|after|once|whether|where|whatever) (?:a|the|any) ${PERSON} (?:contact|call|report|ask|want|need|request|present|inquire|claim|cite|insist|come|believe|say|has|is|was|would|does|did|choose|agree|decline|confirm|provide|cannot|can['’]t|still|actually|appear)\\w*`,
      "gi",
    ),
    weight: 1,
  },
  { pattern: /\b(?:what|which) customers (?:may|can|must not) (?:know|see|be told)\b/gi, weight: 2 },
  // Agents as the ones who act, and the people and places only they know.
  {
    pattern:
      /\b(?:support |service |human )?(?:agents?|representatives|reps|associates) (?:must|should|may|are (?:authori[sz]ed|required|able|not)|need to|cannot|do not|can (?:only|retrieve|apply|see|use|view|access|process|issue|then))\b|\bfor (?:support |service )?agents\b\s*:/gi,
    weight: 2,
    besideCustomers: true,
  },
  { pattern: /\bthe agent\b/gi, weight: 1.5, besideCustomers: true },
  {
    pattern:
      /\bagent (?:responsibilit|procedure|instruction|guidance|script)\w*|\b(?:agent|internal) (?:discoverable )?tools?\b/gi,
    weight: 1.5,
  },
  {
    pattern:
      /\b(?:shift|team|support|desk) lead\b|\b(?:first|second|third)[- ]line (?:support|agents?|team|staff|may|handles?)\b|\bon-call\b|\breason code\b|\bapproved by\b|\bhand(?:ed|s)? over to\b|\brisk desk\b|\bwar room\b|(?<=^|\s)#[a-z]+(?:-[a-z]+)+\b/gim,
    weight: 1,
  },
  // Tools that only an agent has.
  { pattern: /\b[a-z]+(?:_[a-z]+)+_\d{4}\b/g, weight: 3 },
  {
    pattern:
      /\b[a-z]+(?:_[a-z]+)+(?:\([^)\n]*\))?`?\s+tool\b|\btools?\b[^.\n]{0,20}[:`]\s*`?[a-z]+(?:_[a-z]+)+\b/g,
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

/** The customer as a third person. */
export const THIRD_PERSON = new RegExp(
  `\\bthe ${PERSON}(?:['’]s)?\\b|(?<![\\w-])${PERSON}s? (?:is|are|has|have|must|needs?|wants?|may|cannot)\\b`,
  "gi",
);

export const SPEAKS_OF_CUSTOMERS = new RegExp(`\\b${PERSON}s?\\b|\\bthe users?\\b`, "i");
