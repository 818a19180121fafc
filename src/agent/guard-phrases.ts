import { findAmounts } from "./signals/amounts.ts";

/**
 * What a draft must not say, as patterns in the four languages that Deskhand speaks by code. They err on the side
 * of a person: a wrong hit costs a hand-over, a miss costs a broken promise.
 */

const UNSURE =
  /\b(i(?:'|’)?m (?:not (?:entirely |completely |quite |really )?(?:sure|certain)|unsure|afraid i (?:don(?:'|’)?t|do not|can(?:'|’)?t|cannot))|i (?:don(?:'|’)?t|do not) (?:know|have (?:any |enough |specific |reliable )?(?:information|details|access to that))|(?:i )?(?:could(?:n(?:'|’)?t| not)|can(?:'|’)?t|cannot|was(?:n(?:'|’)?t| not) able to) (?:find|locate|confirm|verify) (?:any |that |this |an? |the )?(?:information|article|answer|details|documentation|specific|anything)|no (?:article|information) (?:about|on|in)|not (?:covered|mentioned|documented) (?:in|by)|i would guess|my best guess|i (?:think|believe) (?:it|this|that|you) (?:might|may|could)|ich bin (?:mir )?nicht sicher|(?:das )?weiß ich (?:leider )?nicht|no estoy segur[oa]|no lo sé|je ne suis pas sûre?|je ne sais pas)/i;

/** The answer says that it does not know. */
export function soundsUnsure(text: string): boolean {
  return UNSURE.test(text);
}

const PERSON =
  /\b((?:i(?:'|’)?ll|i will|i(?:'|’)?ve|i have|let me|i(?:'|’)?m going to|i(?:'|’)?m) (?:now |just |already )?(?:have |get |ask |connect(?:ing|ed)? |transfer(?:ring|red)? |escalat(?:e|ing|ed) |forward(?:ing|ed)? |hand(?:ing|ed)? |pass(?:ing|ed)? |put(?:ting)? |loop(?:ing|ed)? |notif(?:y|ied|ying) |alert(?:ed|ing)? )[^.!?\n]{0,60}\b(?:person|human|agent|colleague|specialist|manager|team|representative|someone|support engineer)|(?:someone|a (?:colleague|person|human|specialist|manager|representative|team member)|(?:our|the) (?:\w+ )?team|(?:an?|our) (?:support )?agent) (?:will|is going to|shall) (?:\w+ )?(?:contact|reach out|get back|be in touch|call|reply|respond|answer|follow up|take over|help|assist|review|look into)|ein(?:e)? (?:mensch|mitarbeiter(?:in)?|kolleg(?:e|in)) (?:wird|meldet)|una persona (?:le|te) (?:contactará|responderá)|(?:un conseiller|une personne|un collègue) (?:va|vous))/i;

/** The draft promises a person; only code does that. */
export function promisesPerson(text: string): boolean {
  return PERSON.test(text);
}

const REFUND_DONE =
  /\b((?:i(?:'|’)?ve|i have|we(?:'|’)?ve|we have|i(?:'|’)?ll|i will|we(?:'|’)?ll|we will|i(?:'|’)?m|i am|i can|we can|let me|i(?:'|’)?d be happy to) (?:\w+ ){0,3}?(?:refund(?:ed|ing)?|credit(?:ed|ing)?|reimburs(?:e|ed|ing)|compensat(?:e|ed|ing))|(?:issue|issued|issuing|process|processed|processing|approve|approved|approving|grant|granted|authoriz(?:e|ed)|initiated?) (?:you )?(?:an?|the|your|this|that)? ?(?:full |partial )?(?:refund|credit|reimbursement)|(?:your|the|a) (?:full )?(?:refund|credit|reimbursement)(?: of [^.!?\n]{0,30})? (?:has been|is being|was|is) (?:issued|processed|approved|granted|confirmed|initiated)|(?:erstatte|habe[n]? (?:ihnen )?[^.!?\n]{0,30}erstattet|rückerstattung (?:wurde|ist) (?:veranlasst|genehmigt))|(?:he|hemos) (?:reembolsado|procesado (?:su|el) reembolso)|(?:j(?:'|’)ai|nous avons) (?:remboursé|procédé au remboursement))/i;

const REFUND_AHEAD =
  /\b(you(?:'|’)?(?:ll| will| are going to|(?:'|’)re going to) (?:\w+ )?(?:get|receive|be getting|have)[^.!?\n]{0,40}\b(?:refund|money back|credit|reimburse)|(?:consider it|it(?:'|’)?s) (?:done|refunded)|sie (?:erhalten|bekommen)[^.!?\n]{0,40}(?:zurück|erstatt)|(?:recibirá|vous recevrez)[^.!?\n]{0,40}rembours?)/i;

/**
 * Says what is wrong with what a draft promises about money, or null. "You will get a refund within 5 days" explains
 * the policy to one who asks how it works (`asked` false), and is a promise to one who asked for money.
 */
export function promisesRefund(text: string, limit: number, asked: boolean): string | null {
  for (const sentence of text.split(/(?<=[.!?\n])\s+/)) {
    const over = findAmounts(sentence).find((amount) => amount.cents > limit * 100);
    const ahead = REFUND_AHEAD.test(sentence) && (asked || over !== undefined);
    if (!ahead && !REFUND_DONE.test(sentence)) continue;
    return over ? `the draft promises a refund of more than ${limit}` : "the draft promises a refund";
  }
  return null;
}

const PLAN_DONE =
  /\b((?:i(?:'|’)?ve|i have|we(?:'|’)?ve|we have|i(?:'|’)?ll|i will|we will) (?:now |just |already |successfully )?(?:upgrad(?:e|ed)|downgrad(?:e|ed)|chang(?:e|ed)|switch(?:ed)?|mov(?:e|ed)|cancel(?:l?ed)?) (?:you|your)\b|your (?:plan|tier|subscription|account) (?:has been|was|is now) (?:upgraded|downgraded|changed|switched|moved|cancel))/i;

/** The draft says that it changed a plan, which it has no means to do. */
export function promisesPlanChange(text: string): boolean {
  return PLAN_DONE.test(text);
}
