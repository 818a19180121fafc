import {
  DECLINED_ELSEWHERE,
  GOES_BACK_ELSEWHERE,
  PERSON_ELSEWHERE,
  PLAN_DONE_ELSEWHERE,
  REFUND_AHEAD_ELSEWHERE,
  REFUND_DONE_ELSEWHERE,
  SUPPOSED_ELSEWHERE,
  UNSURE_ELSEWHERE,
} from "./guard-languages.ts";
import { plainLetters } from "./look-alikes.ts";
import { findAmounts } from "./signals/amounts.ts";

/**
 * What a draft must not say, as patterns in the four languages that Deskhand speaks by code. They err on the side
 * of a person: a wrong hit costs a hand-over, a miss costs a broken promise. `test/agent/guard-phrases.test.ts` holds
 * the wordings of real models on both sides of the line; a new pattern begins there.
 */

/** Patterns of one meaning, tried in any case. */
function anyOf(...patterns: readonly RegExp[]): RegExp {
  const flags = patterns.some(({ unicode }) => unicode) ? "iu" : "i";
  return new RegExp(patterns.map((pattern) => `(?:${pattern.source})`).join("|"), flags);
}

/** The words as a reader sees them: without marks of emphasis, with one kind of apostrophe and of letter. */
function prose(text: string): string {
  return plainLetters(text)
    .replaceAll(/[*_~`]+/g, "")
    .replaceAll(/[’ʼ´‘]/g, "'")
    .replaceAll(/[^\S\n]+/g, " ");
}

/** Labels of buttons and fields are quoted, and say nothing of the answer. */
const QUOTED = /["“][^"”\n]{1,60}["”]/g;

const SUBJECT_MATTER = /(?:articles?|information|answers?|details|documentation|mention|anything|specific)/;
const UNSURE = anyOf(
  /\bi(?:'m| am) (?:not (?:\w+ )?(?:sure|certain)\b|unsure|afraid i (?:don't|do not|can't|cannot))/,
  /\bi (?:don't|do not) (?:know\b|have (?:any |enough |specific |reliable )?(?:information|details|access to that))/,
  new RegExp(
    `(?<!\\byou |\\byou're |\\byou are )(?:couldn't|could not|can't|cannot|unable to|not able to) (?:find|locate|see) (?:any |that |this |an? |the )?${SUBJECT_MATTER.source}`,
  ),
  /\bi (?:can't|cannot|can not) (?:confirm (?:that|this)(?=[.,;!?]|$)|(?:confirm|say|tell)[^.!?\n]{0,20} for (?:sure|certain))/,
  /\bno (?:articles?|information|details) (?:about|on|in|regarding|covering) (?:this|that|it|how|the (?:help|documentation))\b/,
  /\bnot (?:mentioned|documented|described|covered|addressed) (?:in|by) (?:any of )?(?:the|our|these|any) (?:\w+ ){0,2}?(?:articles?|documentation|docs|help|passages?|knowledge|sources?)\b/,
  /\b(?:i would|i'd) guess|my (?:best )?guess|i(?:'m| am) guessing/,
  /\bi (?:think|believe|suspect|assume) (?:it|this|that|you|they) (?:might|may|could)\b/,
  ...UNSURE_ELSEWHERE,
);

/** The answer says that it does not know. */
export function soundsUnsure(text: string): boolean {
  return UNSURE.test(prose(text).replaceAll(QUOTED, ""));
}

/** "Our team", "a human agent", "someone from the billing team"; not the team plan, nor the customer's own team. */
const STAFF =
  /(?:someone (?:from|on|in|at|to|who)|someone else|(?:an?|another|one of our|our|the|my|any) (?:\w+ ){0,2}?(?:person|human|agent|colleague|specialist|manager|representative|engineers?|specialists?|team member|team(?! (?:plan|member|page|settings|workspace|admin|owner)|'s)))\b/;
const WILL_DO =
  /(?:i|we)(?:'ll| will|'ve| have|'m|'re| am| are|'d)(?: (?:now|just|already|also|going to|like to|happy to))*/;
const PERSON = anyOf(
  new RegExp(
    `\\b(?:${WILL_DO.source}|let me|i) (?:connect|transfer|forward|hand|pass|loop|notif|alert|assign|refer|inform)\\w*[^.!?\\n]{0,60}?\\b${STAFF.source}`,
  ),
  new RegExp(
    `\\b(?:${WILL_DO.source}|let me) (?:get|getting|have|ask|asked|asking|find|bring in|involve|contact|check with|reach out to) (?:you )?(?:to |in touch with )?${STAFF.source}`,
  ),
  new RegExp(
    `\\b${WILL_DO.source} (?:shar|flagg|rais|report|submitt|sent|send|not)\\w*[^.!?\\n]{0,40}? (?:with|to|for) ${STAFF.source}`,
  ),
  new RegExp(`\\b${WILL_DO.source} (?:\\w+ )?escalat(?:e|ed|ing)\\b`),
  new RegExp(
    `\\b(?:someone|a person|(?:a member|one|someone) (?:of|from|on) (?:our|the)[^.!?\\n]{0,30}?|${STAFF.source}[^.!?\\n]{0,20}?)(?: will|'ll| is going to| shall) (?:\\w+ ){0,2}?(?:contact|reach out|get back|get in touch|be in touch|call|reply|respond|answer|follow up|take over|help|assist|review|look into|take a look|investigate)`,
  ),
  /\byou(?:'ll| will) (?:hear|get an answer|get a reply|receive an? (?:answer|reply|response|call)) (?:back )?(?:soon |shortly )?from (?:us|our|a|the|someone)\b/,
  /\b(?:i|we)(?:'ll| will) (?:get back to you|be in touch|reach out|contact you|follow up|keep you (?:posted|updated|informed))/,
  ...PERSON_ELSEWHERE,
);

/** The draft promises a person; only code does that. */
export function promisesPerson(text: string): boolean {
  return PERSON.test(prose(text));
}

/** "I can't approve a refund" promises nothing. */
const DECLINED =
  /\b(?:can't|cannot|can not|couldn't|won't|will not|unable to|not (?:able|authori[sz]ed|allowed|permitted) to|don't have (?:the )?(?:authority|permission|ability|means) to) (?:\w+ ){0,2}?(?:refund|credit|reimburse|compensate|issue|process|approve|grant|give|offer|promise|authori[sz]e)\b(?: (?:you )?(?:an?|the|your|this|that|any)? ?(?:\w+ )?(?:refunds?|credits?)\b)?/gi;
/** "Once a refund is approved" says what would be, not what is; it ends where we come in. */
const SUPPOSED =
  /\b(?:if|once|when|after|until|unless|as soon as|whether)\b[^,.!?\n]*?(?=\b(?:i|we)\b|[,.!?\n]|$)/gi;

const MONEY_BACK = /(?:refund|credit|reimbursement)(?!s\b| (?:card|note|policy|balance|page))\b/;
/** A sum, or a word for one. */
const MONEY =
  /(?:money|amount|payment|difference|(?:full )?price|sum|[$€£]\s?\d[\d.,]*|\d[\d.,]* ?(?:dollars|euros?|pounds|usd|eur|gbp))/;
/** Words between subject and verb, other than those after which the verb is a thing that is talked about. */
const BETWEEN =
  /(?:,? (?!see\b|find\b|explain\b|help\b|sorry\b|understand\b|check\b|tell\b|show\b|know\b|hear\b|not\b)[\w']+,?){0,4}?/;
const REFUND_DONE = anyOf(
  new RegExp(
    `\\b(?:i|we)(?:'\\w+)?${BETWEEN.source} (?:refunded|refunding|credited|crediting|reimburs(?:ed|ing)|compensat(?:ed|ing))\\b`,
  ),
  new RegExp(
    `\\b(?:(?:i|we)(?:'ll|'d| will| can| would|'m| am|'re| are)${BETWEEN.source}|let me) (?:refund|credit|reimburse|compensate) (?:you|your|it|this|that|the|half|all|both|everything|[$€£\\d])`,
  ),
  new RegExp(
    `(?:\\b(?:i|we)(?:'\\w+)?\\b(?:(?!\\byou (?:can|could|may|should|must|need|want|submit|start|request)\\b|\\bhow to\\b)[^.!?\\n;]){0,40}?|\\blet me |^(?=\\w+ed ))\\b(?:issu|process|approv|grant|authori[sz]|initiat|giv|gave|offer|arrang|submit|start|mak|made)\\w* (?:you )?(?:an?|the|your|this|that)? ?(?:\\w+ )?${MONEY_BACK.source}`,
  ),
  new RegExp(
    `\\b(?:your|the|a|this) (?:\\w+ )?${MONEY_BACK.source}(?: of [^!?\\n]{0,30}?)? (?:has (?:now |already )?been|is being|was) (?:\\w+ )?(?:issued|processed|approved|granted|confirmed|initiated|sent|made)`,
  ),
  /\byou(?:'ve| have| were) (?:just |already |now )?(?:been )?(?:fully |partially )?(?:refunded|reimbursed|credited)\b/,
  /\byour (?:account|card|balance|wallet) (?:has (?:now |already )?been|was|is being) (?:\w+ )?(?:refunded|reimbursed|credited)\b/,
  /\b(?:amount|payment|charge|money|difference|total|it) (?:has been|was|is being) (?:\w+ )?(?:refunded|reimbursed|credited)\b/,
  new RegExp(
    `\\b(?:your|the|a|this) (?:\\w+ )?${MONEY_BACK.source}(?: of [^!?\\n]{0,30}?)? is (?:now |already )?(?:on (?:its|the) way|under ?way|coming|complete|confirmed|done|yours)\\b`,
  ),
  new RegExp(`\\b(?:approved|granted|confirmed)[:!,]? (?:an?|the|your) (?:\\w+ )?${MONEY_BACK.source}`),
  new RegExp(
    `\\b(?:${WILL_DO.source}|let me) (?:send|sending|sent|pay|paying|paid|give|giving|gave|transfer|transferring|transferred|return|returning|returned|wire|wiring|wired) (?:you|your|the|it|[$€£\\d])[^.!?\\n]{0,40}? back\\b(?! to (?:you on|us)\\b)`,
  ),
  new RegExp(
    `\\b(?:${WILL_DO.source}|let me) (?:return|sen[dt]|pa(?:y|id)|transfer|deposit|wire|put)\\w* (?:you |back |the |your |this |that |full )*${MONEY.source}[^.!?\\n]{0,40}? (?:to|into|onto|on) your\\b`,
  ),
  new RegExp(
    `${MONEY.source} (?:has|have|was|were|is|are)(?: \\w+){0,2} (?:returned|paid back|sent back|deposited)\\b`,
  ),
  new RegExp(
    `\\b(?:${WILL_DO.source}|let me) (?:waiv|void|revers|remov|writ(?:e|ten|ing) off|forgiv|cancell?)\\w* (?:the |your |this |that |all |any )*(?:[\\w$€£.,]+ )?(?:charges?|fees?|invoices?|bill|payments?|balance)\\b`,
  ),
  /\b(?:the|your|this|that) (?:\w+ )?(?:charges?|fees?|invoices?|bill)(?: of [^!?\n]{0,30}?)? (?:has been|have been|was|were|is) (?:\w+ )?(?:waived|voided|reversed|written off|forgiven)\b/,
  new RegExp(
    `\\b(?:${WILL_DO.source}|let me) (?:appl|giv|gave|grant|add|offer|arrang)\\w* (?:you |to your account )?(?:an?|your|the|\\d+ ?%|\\d+|two|three|four|six|twelve)(?: [\\w%-]+){0,3}? (?:discount|voucher|coupon|free (?:months?|year|seats?))\\b`,
  ),
  /\b(?:your|the) next (?:\w+ )?(?:months?|years?|invoices?|payments?) (?:is|are|will be) (?:free|on us|on the house)\b/,
  ...REFUND_DONE_ELSEWHERE,
);

const REFUND_AHEAD = anyOf(
  /\byou(?:'ll| will|'re going to| are going to) (?:\w+ )?(?:get|receive|be getting|have)\b[^.!?\n]{0,40}\b(?:refund|(?:money|dollars|euros|pounds|bucks|amount) back|credit|reimburse)/,
  /\byou(?:'ll| will) be (?:\w+ )?(?:refunded|reimbursed|credited)|\b(?:refund|credit) will be (?:\w+ )?(?:issued|processed|approved|sent|made)/,
  /\bconsider it (?:done|refunded)|\bit's refunded/,
  new RegExp(`${MONEY.source} (?:will|should) be (?:back )?(?:in|on) your (?:account|card|bank)`),
  new RegExp(
    `\\byou(?:'ll| will) (?:see|have|find) (?:the |your )?${MONEY.source}[^.!?\\n]{0,20} (?:back )?(?:in|on) your\\b`,
  ),
  ...REFUND_AHEAD_ELSEWHERE,
);

const MONEY_GOES_BACK = anyOf(
  /\b(?:refund(?:ed|ing)?|reimburs\w*|credited|money back|(?:dollars|euros|pounds) back)\b(?!s\b| (?:policy|page|of more than|over|above))/,
  ...GOES_BACK_ELSEWHERE,
);

const SENTENCE_END = /(?<=[.!?])\s+|(?<=[。！？])|\n+/;

/**
 * Says what is wrong with what a draft promises about money, or null. "You will get a refund within 5 days" explains
 * the policy to one who asks how it works (`asked` false), and is a promise to one who asked for money.
 */
export function promisesRefund(text: string, limit: number, asked: boolean): string | null {
  for (const sentence of prose(text).split(SENTENCE_END)) {
    const said = claimed(sentence);
    const over = findAmounts(sentence).find((amount) => amount.cents > limit * 100);
    const ahead = REFUND_AHEAD.test(said) && (asked || over !== undefined);
    // No wording of a sum over the limit that goes back is ours to send; a person finds a better one.
    const goesBack = over !== undefined && MONEY_GOES_BACK.test(said) && !said.trimEnd().endsWith("?");
    if (!ahead && !goesBack && !REFUND_DONE.test(said)) continue;
    return over ? `the draft promises a refund of more than ${limit}` : "the draft promises a refund";
  }
  return null;
}

/** A sentence without what it says cannot be, or would be. */
function claimed(sentence: string): string {
  const patterns = [DECLINED, SUPPOSED, ...DECLINED_ELSEWHERE, ...SUPPOSED_ELSEWHERE];
  return patterns.reduce((rest, pattern) => rest.replaceAll(pattern, ""), sentence);
}

const CHANGED = /(?:upgraded|downgraded|changed|switched|moved|cancell?ed)/;
const THEIRS = /(?:you|your|the (?:plan|tier|subscription|workspace|account))\b/;
const FREELY = /(?: (?:now|just|already|successfully|also|gladly|gone ahead and|happy to|going to))*/;
const PLAN_DONE = anyOf(
  new RegExp(
    `\\b(?:i|we)(?:'ve|'m|'re| have| am| are)?${FREELY.source} (?:${CHANGED.source}|upgrading|downgrading|changing|switching|moving|cancell?ing) ${THEIRS.source}`,
  ),
  new RegExp(
    `\\b(?:(?:i|we)(?:'ll|'d|'m| will| can| am)${FREELY.source}|let me) (?:upgrade|downgrade|change|switch|move|cancel) ${THEIRS.source}`,
  ),
  new RegExp(
    `\\byour (?:plan|tier|subscription|account|workspace) (?:has (?:now |already )?been|was|is being) (?:\\w+ )?${CHANGED.source}`,
  ),
  new RegExp(
    `\\byour (?:plan|tier) is now\\b|\\byour (?:subscription|account|workspace) is now (?:on|under|${CHANGED.source})\\b`,
  ),
  /\byou(?:'re| are) now on (?:the |our |a )?(?:\w+ ){1,2}?(?:plan|tier)\b/,
  ...PLAN_DONE_ELSEWHERE,
);

/** The draft says that it changed a plan, which it has no means to do. */
export function promisesPlanChange(text: string): boolean {
  return PLAN_DONE.test(
    [SUPPOSED, ...SUPPOSED_ELSEWHERE].reduce((rest, pattern) => rest.replaceAll(pattern, ""), prose(text)),
  );
}
