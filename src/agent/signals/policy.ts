import { bareAmount, findAmounts } from "./amounts.ts";
import type { Amount } from "./amounts.ts";
import { firstMatch } from "./human.ts";
import type { Rule, RuleFinding } from "./human.ts";
import type { Prepared } from "./prepare.ts";

/** What the rules say about a topic: does the message touch it, and is it a request. */
export interface TopicFinding extends RuleFinding {
  readonly mentioned: boolean;
}

/** A request for money back, against a question about refunds. */
export function findRefund(clauses: readonly string[]): TopicFinding {
  return findTopic(clauses, REFUND_QUESTIONS, REFUND_REQUESTS, REFUND_WORDS);
}

/** A request to change or end a plan, against a question about plans. */
export function findPlanChange(clauses: readonly string[]): TopicFinding {
  return findTopic(clauses, PLAN_QUESTIONS, PLAN_REQUESTS, PLAN_WORDS);
}

/** Somebody asking for what belongs to another customer. */
export function findOtherCustomer(clauses: readonly string[]): TopicFinding {
  return findTopic(clauses, OTHER_QUESTIONS, OTHER_REQUESTS, OTHER_REQUESTS[0]?.[1] ?? /$^/);
}

/** The sum that a refund is about: the largest one in the sentence that asks, else the largest of the message. */
export function refundAmount(message: Prepared): Amount | undefined {
  const text = message.plain;
  const named = findAmounts(text);
  const amounts = named.length > 0 ? named : [bareAmount(text)].filter((amount) => amount !== undefined);
  const asked = amounts.filter((amount) => REFUND_NEAR.test(sentenceAround(text, amount)));
  const largest = (asked.length > 0 ? asked : amounts).toSorted((left, right) => right.cents - left.cents)[0];
  if (largest === undefined) return undefined;
  const times = timesOf(
    text.slice(Math.max(0, largest.start - 40), largest.start),
    text.slice(largest.end, largest.end + 20),
  );
  return times === 1 ? largest : { ...largest, cents: largest.cents * times };
}

function findTopic(
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

/** "3 x $150", "two charges of $150 each": how many times the sum is meant. */
function timesOf(before: string, after: string): number {
  const counted =
    /(?<![\d.#])(\d{1,2}|two|three|four|five|six|zwei|drei|vier|dos|tres|cuatro|deux|trois|quatre) ?(?:x|×|times|mal|\p{L}+ (?:of|at|for|zu|de|à|von)) ?$/iu.exec(
      before,
    );
  const each = /^ ?(?:each|apiece|a piece|per (?:order|item|piece)|jeweils|cada un[oa]|chacune?)\b/iu.test(
    after,
  );
  const loose = each
    ? /(?<![\d.#])(\d{1,2}|two|three|four|five|six|zwei|drei|vier|dos|tres|cuatro|deux|trois|quatre) \p{L}+[^.!?\d]{0,30}$/iu.exec(
        before,
      )
    : null;
  const word = (counted ?? loose)?.[1]?.toLowerCase();
  if (word === undefined) return 1;
  const value = COUNTS[word] ?? Number(word);
  return value >= 2 && value <= 50 ? value : 1;
}

const COUNTS: Readonly<Record<string, number>> = {
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  zwei: 2,
  drei: 3,
  vier: 4,
  dos: 2,
  tres: 3,
  cuatro: 4,
  deux: 2,
  trois: 3,
  quatre: 4,
};

function sentenceAround(text: string, amount: Amount): string {
  const from =
    Math.max(text.lastIndexOf("\n", amount.start), lastSentenceEnd(text.slice(0, amount.start))) + 1;
  const rest = text.slice(amount.end).search(/[!?\n]|\.(?!\d)/);
  return text.slice(from, rest === -1 ? undefined : amount.end + rest);
}

function lastSentenceEnd(text: string): number {
  return Math.max(
    text.lastIndexOf("!"),
    text.lastIndexOf("?"),
    text.lastIndexOf(". "),
    text.lastIndexOf(", but"),
  );
}

const REFUND_NEAR =
  /refund|money back|back|reimburs|return|chargeback|credit|erstatt|zurück|zurueck|reembols|devol|rembours|reverse/i;

const rule = (points: number, source: string): Rule => [points, new RegExp(source, "u")];

const REFUND =
  "(?:refund|refunds|refunding|refunded|money back|reimburse|reimbursed|reimbursement|chargeback|full refund|partial refund|cash back|my (?:\\w+ )?back|credited back)";
const REFUND_WORDS =
  /\b(?:refund\w*|money back|reimburse\w*|chargeback|\w*erstatt\w*|geld zuruck|reembols\w*|devolucion|rembourse\w*)\b/u;

const QUESTION_WORD =
  "(?:what|whats|how long|how many|when|where|which|does|is there|are there|why|who|do you (?:do|offer|give|provide|have|allow|accept|issue|refund|guys|ever)|do u|are (?:refunds|you)|is (?:it|a|the|my|your|there)|if (?:i|we)|would (?:i|we)|will (?:i|we)|wondering|curious|explain|tell me (?:about|how|what)|how (?:do|does|would|are|is|much|soon|will|to)|policy|polic(?:y|ies)|terms|eligible|under what|in case)";

const REFUND_QUESTIONS: readonly Rule[] = [
  rule(
    -2,
    `\\b(?:dont|do not|not|no|never|didnt|without) (?:\\w+ ){0,4}(?:need |want |ask(?:ed|ing)? for |looking for |requesting |expecting )?(?:a |any |the |your |my )?(?:refund|money back|chargeback|reimbursement)(?! (?:yet|after|since|for \\d|received|has))\\b(?<!have not (?:\\w+ ){0,4}refund)(?<!not (?:gotten|received|got|seen|had|been given) (?:a |any |the |my )*refund)`,
  ),
  rule(
    -2,
    `\\b(?:refund|return|money back|reimbursement|cancellation) (?:policy|policies|terms|rules|window|period|process|conditions|button|page|api|endpoint|webhook|feature|guarantee|report|fee|fees|rate|requests (?:from|in|are|get)|events?|status (?:of|field)|line|column)\\b`,
  ),
  rule(
    -2,
    `\\b(?:how|where|can|do|does|should|when|if|let|allow|help) (?:\\w+ ){0,4}(?:refund|refunding|reimburse|refunds|refunded) (?:\\w+ )?(?:a |an |one of |our |my |the |their |to )*(?:customers?|clients?|buyers?|guests?|users?|shoppers|subscribers|patients|attendees)\\b|\\b(?:my|our|a|the) (?:customers?|clients?|buyers?|guests?|users?) (?:\\w+ ){0,4}(?:refund|refunded|money back|reimbursed)`,
  ),
  rule(
    -2,
    `\\b(?:already|was|were|been|got|received|thanks for|thank you for|for) (?:\\w+ ){0,3}(?:refunded|the (?:quick |fast )?refund|my refund|your refund)\\b(?! yet)(?=.*(?:thank|received|fine|great|arrived|already|fast|quick|yesterday|last))`,
  ),
  rule(
    -2,
    `\\b(?:where|when|what|has|have|hasnt|havent|how long|status|track|tracking|check|still no|still waiting|waiting|any (?:update|news)|didnt|did not|not received|not seen|why|did|is)(?: \\w+){0,7} (?:my |the |our )?refund(?:ed)?\\b(?! me)(?! us)(?! my order)(?!.*\\b(?:i want|please refund|demand)\\b)`,
  ),
  rule(
    -2,
    `\\b${QUESTION_WORD}(?: \\w+){0,8}? ${REFUND}\\b(?! me)(?! us)(?! please)(?!.*\\b(?:i want|please refund|i demand|want my)\\b)`,
  ),
  rule(
    -2,
    `\\b(?:can|could|am|are|may|would|will|do) (?:i|we|one|you guys|people|customers|a customer|someone) (?:still |ever |even |only |also |be )*(?:get|getting|ask for|request|claim|have|receive|eligible for|entitled to|refunded|qualify for) (?:\\w+ ){0,3}${REFUND}\\b(?=.* (?:if|after|when|within|once|later|in case|unless|days|up to|without|even though|whenever|before|during|on (?:sale|annual|monthly|digital|gift)|for (?:annual|monthly|digital|unused|sale|gift|used|opened)))`,
  ),
  rule(
    -2,
    "\\b(?:wie|was|wann|wo|gibt es|welche|wird|werden|bekommt man|bekomme ich|ist|konnte man|kann man|habt ihr|bietet ihr|wo bleibt)(?: \\w+){0,7} (?:\\w*erstatt\\w*|geld zuruck|ruckgabe\\w*)\\b(?! bitte)|\\b(?:que|cual|cuando|como|donde|cuanto|hay|se puede|hacen|ofrecen|aceptan)(?: \\w+){0,7} (?:reembolsos?|devolucion(?:es)?|devuelven)\\b|\\b(?:quelle?s?|quand|comment|ou|combien|faites vous|proposez vous|est il possible|peut on|y a t il|est ce que vous)(?: \\w+){0,7} (?:remboursements?|rembourser|remboursez|remboursement|rembourses?)\\b",
  ),
];

const REFUND_REQUESTS: readonly Rule[] = [
  rule(
    2,
    "\\b(?:refund|reimburse|repay|compensate) (?:me|us|my|our|this|it|that|these|the (?:order|payment|charge|money|full|whole|amount|purchase|difference|last|second|duplicate|extra|rest|item|shoes|subscription|annual|invoice|entire|ticket|transaction|\\d)|both|all|everything|order|invoice|now|please|immediately|asap|half|\\$|€|£|\\d)",
  ),
  rule(
    2,
    `\\b(?:want|need|demand|request|requesting|like|expect|require|get|deserve|insist on|asking for|ask for|have|give me|gimme|issue|process|send(?: me)?|owe(?: me)?|seeking|looking for|claim|initiate|start|arrange|file|apply for|entitled to|after|approve|make|do|order) (?:me |us |to |for |get |have |be |to get |to request |to claim |on |in |just |only |you to |him |give me |receive )*(?:a |an |my |our |the |full |partial |complete |immediate |that |this |all |half |some |of |entire |whole |total |instant |\\$ |€ |£ |[\\d.,k]+ |dollars? |euros? |bucks |quid |pounds |usd |eur |gbp )*(?:refund|refunded|money back|reimbursed|reimbursement|money returned|payment back|cash back|funds back|credited back|money)\\b(?! (?:policy|from my customers|transfer|order))(?<!(?:make|have|get|send|need|like|do|receive|arrange|give me|process|claim|request) (?:the |some |my |a |of |all )*money)`,
  ),
  rule(
    2,
    "\\b(?:want|need|give(?: me)?|gimme|like|get|send(?: me)?|demand|return|pay|owe|put|have|getting|expect|wire|transfer|hand)(?: me| us)? (?:to have |to get |to see |have |get |back )?(?:all |every cent of |all of |each of |both )*(?:my|our|the|that|those|these|a|\\$|€|£|[\\d.,]+)? ?(?:[\\p{L}\\d.,$€£]+ ){0,5}back\\b(?! (?:in|up|online|to (?:normal|you|me|work|my|the (?:old|previous|dashboard|main))|office|end|door|button|from (?:vacation|holiday|you)|into|and forth|soon|pain|then))(?=.*)(?<=(?:money|cash|funds|payment|dollars|bucks|euros|pounds|quid|usd|eur|gbp|\\$|€|£|\\d|cent|penny|everything i paid|fee|charge|fees|charges|deposit|difference|it|grand) back)(?<!(?:get|need|want|put|give|have) it back)",
  ),
  rule(
    2,
    "\\b(?:money back|refund|full refund|reimbursement)(?: please| now| asap| immediately| today)+|^(?:please |just |i |a |full |my |pls |immediate |hi |hello )*(?:refund|money back|full refund|my money back)(?: please| now| asap| me| immediately| it| this| thanks)*$|\\bback to my (?:card|account|paypal|bank)|\\b(?:reverse|dispute|undo|cancel and refund|void) (?:the |this |that |my |a )*(?:charge|payment|transaction|purchase|debit)",
  ),
  rule(
    2,
    "\\b(?:can|could|would|will|may|might) (?:i|we|you) (?:please |kindly |just |also |guys )*(?:get|have|receive|process|issue|give|send|do|request|refund|reimburse|arrange|claim|be|ask for|return|organise|organize|sort out|pls)(?: me| us| my| for| back| out)* (?:a |an |the |my |our |full |partial |that |it |this |for |refunded |[\\d$€£.,]+ |dollars |euros )*(?:refund|refunded|money back|reimbursed|reimbursement|\\$|€|£|\\d+|purchase|order|payment|money|it|this|charge)\\b(?! (?:if|when|after|later|policy|in case|within))(?!.*\\b(?:if i|if we|in case|after \\d+ days|within \\d)\\b)(?<=(?:refund|refunded|back|reimburse\\w*|refund \\S{1,12}|reimburse \\S{1,9}|refund the \\S{1,12}|refund my \\S{1,12}|refund our \\S{1,12}))",
  ),
  rule(
    1,
    "\\b(?:return (?:this|these|it|my|the|them) (?:\\w+ ){0,5}(?:for|and get|and have) (?:a |my |full )*(?:refund|money)|i(?:d| would)? (?:like|want) to return)\\b",
  ),
  rule(
    2,
    "\\b(?:returned|refunded|credited|reimbursed|sent back|paid back|transferred back|put back) (?:back )?(?:to (?:my|our|me|us)|on(?:to)? my)\\b|\\b(?:please |kindly |just |can you |could you )+(?:credit|pay|wire|send|put|transfer|return)(?: [\\p{L}\\d.,$€£]+){1,6} back\\b(?! (?:up|online|to normal))|\\b(?:return|send(?: me)?|pay back|give me|send back) (?:my|our) (?:money|payment|cash|funds|deposit|fee)\\b|(?:\\b(?:dollars?|euros?|bucks|quid|pounds|usd|eur|gbp)|[€£$]) back\\b|\\breverse (?:\\w+ ){0,4}(?:charge|payment|debit|transaction)\\b|\\bright of withdrawal\\b|\\bwithdraw from the (?:contract|purchase)|\\bpay (?:me|us) back\\b|\\bpaid back\\b|\\bundo (?:the|my) (?:purchase|payment|charge)\\b|\\b(?:give|want|put|gimme)(?: me)? (?:\\w+ ){0,2}money(?: back)?(?: into| on| to)? ?(?:my|over|instead|back|$)",
  ),
  rule(
    2,
    "\\bgeld (?:\\w+ ){0,2}(?:wieder|wiederhaben|zuruckuberweisen|zurueck\\w*|zuruck\\w*)\\b|\\bkauf ruckgangig|\\bwiderrufe?\\b(?=.*(?:kauf|erstatt|geld|bestell))|\\b(?:quiero|dame|devuelv\\w+) mi dinero\\b|\\brecuperer (?:mon argent|mes|la somme)|\\b(?:euro|euros|€) (?:zuruck\\w*|de vuelta|erstatt\\w+)|\\bvolle erstattung\\b",
  ),
  // German
  rule(
    2,
    "\\b(?:erstatte\\w*|ruckerstatte\\w*|zuruckerstatte\\w*|ruckerstattung|erstattung|geld|betrag|euro|eur|€|summe|kohle|kaufpreis|zahlung|kosten|gebuhr)(?: \\w+){0,5} (?:zuruck\\w*|erstatte\\w*|erstattet|bitte|ruckerstatten|rueckerstatten|zurueck)\\b|\\b(?:will|mochte|moechte|verlange|fordere|brauche|hatte gern|haette gern|beantrage|bitte um|wunsche|wurde gern)(?: [\\p{L}\\d€.,]+){0,7} (?:erstattung|ruckerstattung|rueckerstattung|geld(?: \\w+){0,3} zuruck|zuruck|zuruckhaben|erstattet|zurueck)\\b(?! zu)|\\berstatte\\w* (?:sie |ihr |mir |uns |bitte )+|\\bgebt mir(?: [\\p{L}\\d€.,]+){0,4} zuruck",
  ),
  // Spanish
  rule(
    2,
    "\\b(?:quiero|quisiera|necesito|exijo|solicito|pido|deseo|dame|denme|reclamo|me gustaria|puedo|podrian|pueden|podeis|puedes|tramit\\w+|hagan|hacer|hagan|procesen)(?: [\\p{L}\\d$€.,]+){0,6} (?:reembols\\w*|devolucion|devuelv\\w*|devolver\\w*|mi dinero|mi plata)\\b(?! (?:tarda|funciona|hay))|\\b(?:devuelv\\w+|reembols\\w+|devolved\\w*|regresen\\w*|regresenme|devolverme)(?:me|nos)?(?: [\\p{L}\\d$€.,]+){0,5} (?:dinero|plata|pesos|euros|dolares|€|\\$|importe|pago|compra|pedido|cobro|\\d+)\\b|\\b(?:devuelvanme|devuelveme|devolvedme|reembolsenme|reembolsame|reembolsadme)\\b",
  ),
  // French
  rule(
    2,
    "\\b(?:je|j|nous|on|merci de|veuillez|pouvez vous|pourriez vous|peux tu|svp|s il vous plait)(?: [\\p{L}\\d€.,]+){0,8} (?:rembours\\w*|mon argent|mes sous|mon fric|me rendre|rendez moi)\\b|\\brembourse\\w* (?:moi|nous|la|le|ma|mon|mes|les|cette)|\\brendez (?:moi|nous)|\\bremboursement (?:svp|immediat|integral|total|s il|merci)\\b|\\b(?:exige|demande|veux|voudrais|souhaite)(?: \\w+){0,4} (?:remboursement|etre rembourse\\w*)",
  ),
  // Italian, Portuguese, Dutch
  rule(
    2,
    "\\b(?:voglio|vorrei|chiedo|esigo)(?: \\w+){0,4} (?:rimborso|soldi|essere rimborsat\\w)\\b|\\b(?:rimborsatemi|rimborsami)\\b|\\b(?:quero|preciso|exijo|gostaria)(?: \\w+){0,5} (?:reembolso|dinheiro de volta|estorno)\\b|\\b(?:wil|graag)(?: \\w+){0,4} (?:geld terug|terugbetaling|terugbetaald)\\b",
  ),
];

const TIER =
  "(?:free|pro|basic|standard|starter|plus|premium|gold|platinum|silver|bronze|business|enterprise|team|teams|growth|scale|professional|personal|individual|family|ultimate|unlimited|advanced|essential|essentials|lite|hobby|student|annual|annually|yearly|monthly|month to month|quarterly|paid|higher|lower|cheaper|cheapest|bigger|smaller|next|top|highest|lowest|max|solo|solo|creator|studio|agency|nonprofit|education|deluxe|vip|elite|a different|another|nitro|freemium|developer|trial)";
const PLAN_THING =
  "(?:plan|plans|tier|tiers|subscription|membership|package|billing|billing cycle|level|abo|contract|seats|licen[cs]es|edition)";
const PLAN = `(?:(?:your|the|a|an|our|my|that|this|one of your|to) )*(?:${TIER} ){0,3}(?:${TIER}|${PLAN_THING})\\b`;
const CHANGE =
  "(?:upgrade|downgrade|switch|flip|roll|move|change|bump|put|convert|migrate|transition|shift|get|place|step|drop|swap|take|go|set|sign)";
const SUBJECT =
  "(?:me|us|my|our|this|the|it|account|workspace|team|org|organi[sz]ation|subscription|plan|membership|company|server|license|licence|tier|package|current|\\w+ plan|\\w+ account|from|the whole|entire|everyone|up|down|over|back|straight|" +
  `${TIER})`;

const PLAN_WORDS = new RegExp(
  `\\b(?:upgrad\\w+|downgrad\\w+|${PLAN_THING}|kundig\\w*|tarif\\w*|abonnement|suscripcion|pricing|${TIER} ${PLAN_THING})\\b`,
  "u",
);

const PLAN_QUESTIONS: readonly Rule[] = [
  rule(
    -2,
    `\\b(?:dont|do not|not|never|didnt|did not|without|wasnt|havent) (?:\\w+ ){0,3}(?:want|need|ask|asked|wish|plan|going|planning|looking|thinking|authorize|request|requested|like|charge|gonna|trying|intend|agree|to)? ?(?:to |for |me )*(?:be |be )?(?:upgrade|downgrade|switch|change|cancel|upgraded|downgraded|switching|upgrading|moved|switched|cancelling|canceling)\\w*\\b`,
  ),
  rule(
    -2,
    `\\b(?:how|where|what|whats|which|why|when|who|does|do you|is there|are there|is it|will|would|if|whether|thinking|considering|wondering|curious|difference|compare|price|cost|costs|pricing|before|after|once|possible|someday|eventually|maybe|might|may|happens|should i|worth)(?: [\\p{L}\\d$€]+){0,9} (?:upgrad\\w*|downgrad\\w*|switch\\w*|chang\\w* (?:my |our |the )?plan|plan|plans|tier|tiers|subscription|annual|cancel\\w*|membership|go(?:ing)? (?:to )?(?:the )?(?:pro|annual|premium|enterprise|business|yearly))\\b(?!.*\\b(?:please (?:upgrade|downgrade|switch|move|cancel|change|do it)|(?:can|could|would) you (?:please )?(?:upgrade|downgrade|switch|move|cancel|change|put)|i (?:want|need|would like) to (?:upgrade|downgrade|switch|move|cancel|change)|if you (?:upgrade|switch|move|downgrade|change|put) (?:me|us))\\b)(?<!why (?:not|dont you) (?:upgrade|switch))`,
  ),
  rule(
    -2,
    `\\b(?:can|could|am|may|would) (?:i|we|one|users?|customers?|someone|it|my \\w+) (?:\\w+ )?(?:${CHANGE}|cancel|upgrade|downgrade)\\b(?!.* (?:please|now|today|asap|right away|immediately)\\b)`,
  ),
  rule(
    -2,
    "\\b(?:since|after|i|we|just|already|have|was|were|been|got|has|recently|yesterday|last \\w+|accidentally) (?:i |we |my \\w+ |our \\w+ |was |were |just |already |been |to )*(?:upgraded|downgraded|switched|cancelled|canceled|changed plan|changed our plan|changed my plan|moved)\\b",
  ),
  rule(
    -2,
    "\\b(?:upgrade|downgrade|update|change|cancel) (?:\\w+ ){0,3}(?:node|python|sdk|version|library|firmware|package|ios|android|windows|macos|driver|browser|php|java|postgres|database|api|server software|app|client|laptop|phone|os|plugin|module|dependency|shipping|address|order|password|email|appointment|booking|reservation|meeting|event|invite|upload|job|run|payment method|card|invoice|transfer)\\b|\\b(?:upgrade|cancel|switch|change) (?:button|page|link|option|screen|dialog|flow)\\b|\\b(?:cancel|delete|stop|track|return) (?:my |the |this |an |our )*(?:order|purchase|package|delivery|item|refund|request|ticket|export|import|account deletion)\\b",
  ),
  rule(
    -2,
    "\\b(?:wie|was|wann|welche|kann man|kann ich|konnte ich|gibt es|lohnt|kostet|wo|unterschied)(?: \\w+){0,8} (?:upgrad\\w*|wechsel\\w*|tarif\\w*|abo|abos|kundig\\w*|plan|plane|downgrad\\w*)\\b(?! bitte)|\\b(?:como|cuanto|cual|que|cuando|puedo|se puede|hay|donde|diferencia)(?: \\w+){0,8} (?:cambi\\w*|plan|planes|suscripcion|cancel\\w*|mejor\\w*|actualiz\\w*)\\b(?! por favor)|\\b(?:comment|combien|quelle?s?|quand|puis je|peut on|est ce que je peux|est il possible|ou|difference)(?: \\w+){0,8} (?:chang\\w*|abonnement|forfait|offre|resili\\w*|passer|formule|plan)\\b(?! svp)",
  ),
];

const PLAN_REQUESTS: readonly Rule[] = [
  rule(
    2,
    `\\b(?:upgrade|downgrade) (?:me|us|my|our|this|the (?:account|workspace|team|subscription|plan|org\\w*|company|server)|it|account|workspace|to|from|plan|subscription)\\b`,
  ),
  rule(
    2,
    `\\b(?:want|need|like|wish|ready|decided|going|gonna|ok|please|request|requesting|asking|prefer|lets|let me|wanna|must|have|help me|hoping|i will|ill|we will|well)(?: (?:an?|to|you to|our|my|it|be|get|the|us|me|just|now|immediately|for|go ahead and|please|go|have|on|us to|if you|you|could|can))* (?:upgrade|downgrade|upgraded|downgraded|upgrading|downgrading)\\b`,
  ),
  rule(
    2,
    `\\b${CHANGE} (?:${SUBJECT} ){0,7}(?:to|on|onto|into|over to|back to|down to|up to|from|for|with) (?:be on )?(?:\\w+ ){0,2}?${PLAN}(?! (?:mode|view|tab|page|question|documentation|docs|folder|channel|user|member|name|report|export|chat|photo|picture))`,
  ),
  rule(
    2,
    `\\b(?:want|need|like|wish|ready|decided|please|wanna|lets|ill|i will|going|prefer|request)(?: to| a| an| you to| us to| me to| please| now| just)* (?:go|be on|have|get|take|buy|move to|switch to|change to|start|be moved to|be switched to|cancel|end|terminate|stop|change|switch) (?:${PLAN}|(?:my|our|the|this) (?:${TIER} )?(?:${PLAN_THING}))`,
  ),
  rule(
    2,
    `\\b(?:cancel|terminate|end|stop|discontinue|close|kill) (?:my|our|the|this|that|all|us|me|it|your|his)? ?(?:\\w+ )?(?:${TIER} )?(?:subscription|subscriptions|plan|membership|renewal|auto ?renewal|auto ?renew|auto ?billing|abo|contract|trial|subs|${TIER} (?:account|plan)|pro|premium|service)\\b|\\bunsubscribe (?:me|us|my account) from (?:the |my |your )?(?:${TIER}|plan|paid)|\\b(?:pause|renew|reactivate|restart) (?:my|our|the) (?:subscription|plan|membership)\\b`,
  ),
  rule(
    2,
    `\\b(?:add|remove|drop|reduce|increase|buy|give us|need|want) (?:\\w+ ){0,3}(?:seats|licen[cs]es)(?: (?:to|from|on) (?:our|my|the))?\\b(?! (?:cost|price|how))`,
  ),
  rule(
    1,
    `\\b(?:make|set|give|grant) (?:me|us|my account|our account|our workspace) (?:a |an |the )?(?:${TIER})(?: (?:plan|account|user|member|tier|access|subscription))\\b`,
  ),
  rule(
    2,
    `\\b${CHANGE} (?:me|us|(?:my|our|the|this) (?:\\w+ ){1,4}?)(?:over |back |down |up )?(?:from (?:\\w+ ){1,3}?)?(?:to|on|onto|into) (?:the |a |your |an )?${TIER}\\b(?! (?:mode|view|tab|page|folder|channel|user|member|template))`,
  ),
  rule(
    2,
    "\\b(?:lets|let us|well|we will|ill|i will|decided to) (?:go with|take|go for|go to) (?:the )?(?:enterprise|business|pro|premium|annual|team|growth|scale)\\b|\\b(?:darme|denme|dame|deme) de baja\\b|\\b(?:actualic\\w+|mejor\\w+|pas\\w+|baj\\w+|sub\\w+) (?:nuestra|mi|la|nuestro|el) (?:cuenta|plan|suscripcion) (?:a|al)\\b|\\bje resilie\\b|\\bich kundige\\b",
  ),
  // German, Spanish, French
  rule(
    2,
    "\\b(?:stell\\w*|wechsel\\w*|upgrade\\w*|ander\\w*|setz\\w*|stuf\\w*|buch\\w*|schalte\\w*|mach\\w*|hebt|bring\\w*)(?: \\w+){0,7} (?:auf|zu|zum|in|um|hoch|hochstufen|runter|den|die|upgraden|umstellen)(?: \\w+){0,4}?(?: (?:pro|business|premium|enterprise|basic|team|starter|jahres\\w*|monats\\w*|free|gratis|kostenlos\\w*|tarif|plan|abo|paket|jahrlich\\w*))\\b|\\b(?:mochte|moechte|will|wollen|mochten|wurde|bitte|konnt ihr|konnen sie|kannst du)(?: \\w+){0,9} (?:wechseln|upgraden|downgraden|umsteigen|kundigen|umstellen|hochstufen|herabstufen|upgrade|kundige|verlangern|umgestellt|hochgestuft)\\b|\\b(?:kundig\\w*|beend\\w*|storn\\w*) (?:\\w+ ){0,4}(?:abo\\w*|vertrag|mitgliedschaft|tarif|plan|subscription)\\b|\\bhiermit kundige",
  ),
  rule(
    2,
    "\\b(?:cambi\\w+|pas\\w+|sub\\w+|mejor\\w+|actualiz\\w+|baj\\w+|mover|muev\\w+|pong\\w+|migr\\w+|quiero|quisiera|queremos|necesito)(?: \\w+){0,6} (?:al|a|el|la|mi|de|nuestro|nuestra|un) (?:\\w+ ){0,3}?(?:plan|pro|business|premium|enterprise|basico|gratuito|anual|mensual|suscripcion|tarifa|paquete|membresia)\\b|\\b(?:cancel\\w+|dar de baja|denme de baja|dame de baja|deme de baja|anul\\w+)(?: \\w+){0,4} (?:suscripcion|plan|membresia|cuenta premium)\\b",
  ),
  rule(
    2,
    "\\b(?:passez|passer|passe|changez|changer|basculez|basculer|mettez|mettre|migrez|migrer|upgradez|upgrader|veux|voudrais|souhaite|aimerais|voulons)(?: \\w+){0,7} (?:au|a|en|sur|vers|l|la|le|mon|notre|d|de|mon) (?:\\w+ ){0,3}?(?:forfait|offre|plan|abonnement|pro|business|premium|entreprise|annuel\\w*|mensuel\\w*|gratuit\\w*|formule|tarif)\\b|\\b(?:resili\\w+|annul\\w+|arret\\w+|stopp\\w+)(?: \\w+){0,3} (?:abonnement|forfait|contrat|souscription)\\b",
  ),
];

const WHOSE =
  "(?:my |our |the |a |an |another |some |any |other |one of (?:my|our|your) |your (?:other )?|someone elses |somebody elses |this |that |random |certain |all |every |different |specific |previous )";
const WHO =
  "(?:colleagues?|coworkers?|co workers?|boss(?:es)?|managers?|wifes?|husbands?|sons?|daughters?|moms?|mothers?|dads?|fathers?|brothers?|sisters?|friends?|roommates?|partners?|girlfriends?|boyfriends?|exs?|ex (?:wife|husband|girlfriend|boyfriend|partner)s?|neighbou?rs?|competitors?|customers?|users?|clients?|buyers?|subscribers?|accounts?|persons?|guys?|companys?|tenants?|members?|employees?|roomates?|kids?|uncles?|aunts?|cousins?|parents?|flatmates?|teammates?|shoppers?|people|peoples|persons|landlords?|teachers?|students?|assistants?|gf|bf|guy|someone|somebody|sellers?)";
const THEIRS =
  "(?:orders?|purchases?|purchase history|order history|accounts?|e ?mails?|email address(?:es)?|address(?:es)?|phone numbers?|phone|contact (?:info|details|information|data)|details|info|information|data|invoices?|payments?|payment (?:info|details|method|history)|card|cards|card details|credit cards?|tickets?|subscriptions?|history|tracking|tracking numbers?|shipments?|packages?|deliver(?:y|ies)|passwords?|profiles?|receipts?|billing|balance|plan|plans|messages|conversations?|names|transactions?|login|logins|usage|bill|bills|records?|order status|spending)";
const TELL =
  "(?:show|give|tell|send|share|provide|get|let me see|look up|lookup|pull up|pull|find|check|list|display|fetch|access|open|view|see|read|export|dump|print|reveal|look at|look into|see|download|track|know|read out|bring up|retrieve|what is|whats|what are|what was|where is|wheres|where are|who is|whos|need|want|change|update|reset|cancel|delete|refund|disclose|leak|query|log into|log in to|get into|confirm|verify)";

const OTHER_QUESTIONS: readonly Rule[] = [
  rule(
    -1,
    `^(?!.*\\b(?:${WHO}|others?|another|else|elses|emailx)\\b).*\\b(?:my|our) (?:last |latest |own |recent |previous |current |open |past |first |whole )*${THEIRS}\\b`,
  ),
  rule(
    -2,
    "\\b(?:my|our) (?:\\w+ )?e ?mail (?:is|address is)\\b|\\bi (?:ordered|booked|signed up|registered|used|paid) (?:\\w+ ){0,2}(?:under|with|using|via)? ?emailx|\\bemailx (?:\\w+ )?(?:thats me|is me|me$|is mine)",
  ),
  rule(
    -2,
    "\\b(?:can|could|do|does|will|would|are|is|how do i (?:stop|prevent|keep|hide|block|make sure)|prevent|hide|stop|make sure|so that|worried|who can|allowed|able) (?:\\w+ ){0,3}(?:other|another|any|my|anyone|anybody|others|somebody|everyone|employees|colleagues?|strangers?|random) ?(?:\\w+ )?(?:else )?(?:customers?|users?|people|members|colleagues?|teammates|person|admins?|companies|employees|coworkers?)? ?(?:be able to |able to |also |ever |still )?(?:see|view|access|read|look at|find|get|know) (?:my|our|the|mine|this|what|it)\\b",
  ),
  rule(
    -2,
    "\\b(?:invite|add|remove|share|transfer|assign|delegate|grant|give|make|onboard|gift|refer|recommend|forward) (?:\\w+ ){0,4}(?:colleagues?|coworkers?|friends?|teammates?|wife|husband|users?|members?|partner|client|accountant|customers?)(?: \\w+){0,2} (?:access|to|as|an|a|admin|permission|from|into|with|the)\\b",
  ),
  rule(
    -2,
    "\\b(?:how (?:do|can|does|would|to|should)|where (?:do|can|is|are)|is there|does (?:your|the|it|acme)|do you (?:have|support|offer)|which (?:page|menu|report|endpoint|permission)|can (?:i|we|admins?)) (?:\\w+ ){0,6}(?:(?:my|our|all|own|the) )*(?:customers?|users?|clients?|buyers?|subscribers?|members?|teammates?|colleagues?|employees?)\\b(?: \\w+){0,5} (?:data|list|orders|emails|api|export|report|dashboard|crm|csv|permissions?|activity|role|access|settings|password|profile|workspace|in|on|from|into|via|endpoint|usage|invoices?)\\b(?!.*\\b(?:another|other|someone elses|else|neighbou?rs?|competitors?|your)\\b)",
  ),
  rule(
    -2,
    "\\b(?:my|our|his|her|the|a) (?:\\w+ )?(?:colleagues?|coworkers?|boss|wife|husband|friend|teammate|user|manager|customer|client|accountant|partner|son|daughter)s? (?:cant|cannot|can not|isnt|is not|has|doesnt|does not|gets|sees|got|also|is (?:getting|seeing|having|locked|unable|also)|told|says|said|recommended|referred|uses|already|never|left|needs|wants|and i|tried|keeps|who|was|will|would|did|lost|forgot|invited|sent|needs to|should|could|just|still)\\b(?!.*\\b(?:show me|give me|tell me|see what|look up|bought|ordered)\\b)",
  ),
  rule(
    -2,
    "\\b(?:my|our) (?:own )?(?:customers?|clients?|users?|members?|subscribers?)\\b(?=.*\\b(?:crm|export|import|segment|csv|dashboard|api|report|store|shop|list|workspace|contacts)\\b)",
  ),
  rule(
    -2,
    "\\b(?:gift|present|bought|ordered|buying|sent) (?:it |this |one |them )?(?:for|to) (?:my|our|a)\\b(?!.*\\b(?:their|his|her) (?:account|order history|email|orders)\\b)",
  ),
];

const OTHER_REQUESTS: readonly Rule[] = [
  rule(
    2,
    `\\b${TELL} (?:me |us |you |to |up |out |for me |what |please |about |into |at |on |in |the |if |all |whats |is |are |see |know |and |give |a list of |list of |every |just |now |which )*(?:the )?(?:${WHOSE})+(?:other |former |ex |old |new |own |last |girlfriend |[a-z]{2,14} )?${WHO}(?: \\w+)? (?:\\w+ ){0,2}${THEIRS}\\b`,
  ),
  rule(
    2,
    `\\b${THEIRS} (?:\\w+ )?(?:of|for|from|on|about|belonging to|made by|placed by|under|with|registered to|linked to|in|by|that belongs? to|used by|sent to) (?:(?:${WHOSE})+(?:other |another |different |former |someone |somebody |[a-z]{2,14} )?${WHO}|someone else|somebody else|others|emailx)\\b(?<!\\b(?:my|our) (?:account|company|email|plan|team|accounts|user|partner|customers|users|clients))(?<!\\b(?:from|of|for|on) (?:the|this|my|our|that|your) (?:account|company|user|seller|person|guy|employee|people|member|tenant|team|assistant|partner|manager|boss|customers|users))(?!.*\\b(?:i used|is mine|my email|thats me|my account|my address|which is me)\\b)(?<!(?:confirm\\w*|reset|update|updates?|receipt|invoice|invoices|change\\w*|my|send\\w*|link) (?:\\w+ )?(?:email|e mail|data|info|information|details|account|address|login|order|invoice|receipt) (?:\\w+ )?(?:to|for|from|with|under|is) emailx)`,
  ),
  rule(
    2,
    `\\b(?:what|which \\w+|what did|what has|what have|whats|how much|how many \\w+|how many|when|where|did|has|does|how often|show me what|tell me what|see what|know what|check if|know if|know whether|see if|find out (?:if|what)|check what|what else)(?: \\w+)? (?:did |has |have |does |is |was |do |that |all )?(?:${WHOSE})*(?:other |[a-z]{2,14} )?(?:${WHO}|emailx|others|everyone else|anyone else|people like|user named \\w+)(?: named \\w+| called \\w+| \\w+)? (?:\\w+ )?(?:buy|bought|order|ordered|purchase|purchased|spend|spent|pay|paid|paying|pays|have|has an? account|subscribed|cancel|cancelled|live|lives|use|return|returned|a customer|on|get|buying|ordering|sign up|signed up)\\b(?<!(?:my|our) (?:customers?|users?|clients?) (?:buy|order|pay|have|on|use|get|see|return|purchase|spend|sign up|cancel|live|bought|ordered|paid))(?! for (?:the|a) (?:plan|seat|tier))`,
  ),
  rule(
    2,
    `\\b(?:other|another|different|someone elses|somebody elses|other peoples?|another persons?|everyone elses|anyone elses|somebody|any) (?:\\w+ )?(?:customers?|users?|clients?|peoples?|accounts?|buyers?|members?|companys?|companies|subscribers?|tenants?|persons?|shoppers?|orgs?|workspaces?|guests?|passengers?)s? ?(?:${THEIRS}|usage|logs|env vars|members|admins|numbers)\\b(?<!(?:add|use|create|link|another|need|different|buy|make|place|change|with|from|to|have|order|send|purchase|open|via|any|enter|set|update) (?:to |an?(?:other)? |a )*(?:another|different|other|any) (?:\\w+ )?(?:account|order|card|email|address|plan|phone|invoice|ticket|payment|subscription|phone number|email address|payment method|plans|profile|password|message|package|data|info|information|details|orders|cards|history|delivery|receipt|login|bill|conversation|tickets|accounts|payments|subscriptions|emails|addresses|purchase|usage|billing|record))`,
  ),
  rule(
    2,
    `\\b(?:log|sign) (?:me )?(?:in ?to|in|into|on) (?:as|to|with|using)? ?(?:${WHOSE})*(?:[a-z]{2,14} )?(?:${WHO}) (?:${THEIRS})\\b|\\b(?:login|log in|sign in|impersonate|act) as (?:another|a different|an? other|other|someone|my|emailx|user|admin)|\\b(?:access|hack|get|break|log|let me) (?:me )?(?:in|into|to) (?:${WHOSE})*(?:[a-z]{2,14} )?(?:exs?|wifes?|husbands?|friends?|colleagues?|bosss?|girlfriends?|boyfriends?|neighbou?rs?|coworkers?|someone elses|sons?|daughters?) (?:\\w+ )?(?:account|email|profile|orders?)`,
  ),
  rule(
    2,
    `\\b(?:list|dump|show|give|send|export|share|print|reveal|who are)(?: me| us)? (?:a list of |the list of |a |the |all |every |of |full |entire |complete |out |whole |names of |the names of |emails of |email addresses of )*(?:your |the |other |acme |company |registered |paying |active |existing )*(?:customers?|users?|clients?|subscribers?|user list|customer list|customer database|customer data|user data|database|customer emails?|client list|customer base|members list|other users)\\b(?! (?:my|our|in (?:my|our)|can|could|the (?:new|page|dashboard|button)|how|a (?:message|notification|discount|banner|code)|notification|feedback|an? )\\b)(?<!(?:show|give|send|share) (?:the |all |every |a )*(?:customers?|users?|clients?|subscribers?))`,
  ),
  rule(
    2,
    `\\b(?:who|anyone|anybody|who else|which (?:other )?(?:customers?|users?|people|companies)|what (?:other )?(?:customers?|people|companies)) (?:else )?(?:has |have |is |are |did )?(?:bought|ordered|purchased|buy|buys|order|uses this address|lives at|ordered this|subscribed|paid for|placed|owns|is behind|else bought)\\b(?! (?:it|from you) (?:and|but|had) (?:the same|similar))`,
  ),
  rule(
    2,
    "\\b(?:what|when|where|which|did|has|how much|show me what|tell me what|whether|if)(?: \\w+)? (?:did |has |is |was |does )?(?!the |my |this |that |your |our |it |i |we |you |they |an? )(?:[a-z]{2,14}(?: [a-z]{2,16})?|emailx) (?:buy|bought|ordered|order from you|purchase|purchased)\\b(?! (?:button|page|flow|history page|link|option))(?<!(?:to|can|i|we|you|ive|have|just|never|people|dont|not|ever|cant|already|one|last|recently|items?|orders?|products?|shoes|same|thing|stuff|people|must|should|they|customers?|users?|clients?|will) (?:buy|bought|ordered|purchase|purchased))(?<!(?:i|we|you|they|to|ive|weve|that|it)(?: [a-z]{2,16})? (?:buy|bought|ordered|purchase|purchased))",
  ),
  rule(
    2,
    "\\b(?:is|are|does) (?:emailx|(?:my|our) (?:\\w+ )?(?:boss|wife|husband|colleague|friend|ex|competitor|neighbou?r|girlfriend|boyfriend)) (?:\\w+ )?(?:a customer|registered|one of your|have an account|using|subscribed|a member)|\\b(?:look up|lookup|search for|find|pull up|check|open) (?:the |this |user |customer |account |for )*emailx\\b(?!.*\\b(?:my|mine|i)\\b)|\\b(?:email|phone number|address|number|card|contact|name|details|orders?|account) of (?:the )?(?:other|another|previous|next|person|customer|guy|buyer|user|woman|man|lady|someone) ?(?:who|that|customer|user|before|named|called|with|behind|else)?\\b",
  ),
  rule(
    2,
    "\\bwho(?:se| owns?) (?:the )?(?:account|order|workspace|org|email)\\b(?! (?:am|are) i)|\\b(?:someone|somebody) elses (?:\\w+ )?(?:order|tracking|account|email|address|data|invoice|number|details)\\b(?<!(?:got|received|have|delivered|sent me|see) (?:someone|somebody) elses (?:\\w+ )?(?:order|tracking|account|email|address|data|invoice|number|details))|\\b(?:if|whether|does|is) my (?:wife|husband|ex|boss|neighbou?r|friend|girlfriend|boyfriend|son|daughter|roommate|partner|competitor) (?:has|have|is|using|a customer|registered)\\b",
  ),
  rule(
    1,
    "\\b(?:whats|what is|what are|give me|tell me|send me|show me|find|get me|i want|i need) (?!my|our|the|your|this|that|an?|all|some|more|it|todays|sales)(?:[a-z]{2,14} )?[a-z]{2,14}s (?:\\w+ )?(?:address|e ?mail|phone number|number|password|account|orders?|order history|invoices?|details|balance|location)\\b|\\b(?:address|e ?mail|phone|phone number|account|orders?|details|invoices?|card number) (?:for|of) (?!my|our|the|your|this|that|an?|me|us|each|every|all|order|free|business|pro|one|two|new|more)[a-z]{2,14} [a-z]{2,16}$|\\b(?:another|a different|other) (?:person|workspaces?|orgs?|tenants?|passengers?|guests?|companies|accounts?)\\b(?=.*(?:show|look|see|read|data|usage|details|logs|check|numbers|messages|info))(?<!can (?:another|other) \\w+)|\\b(?:show|give|tell|read|send|list|dump|let|need|want|get)\\b.*\\b(?:data|details|email|phone number|number|address|logs|messages|passport|seat|room|members|admins|usage|invoices|env vars) (?:\\w+ )?(?:of|for) (?:the |another |an? |other |some )?(?:other |org |user |customer |person |passenger |guest |tenant |company )",
  ),
  // German, Spanish, French
  rule(
    2,
    "\\b(?:zeig\\w*|gib\\w*|gebt|nenn\\w*|schick\\w*|sag\\w*|such\\w*|was|wo|welche|wie viel|mochte|will|kann ich|offne\\w*|prufe?\\w*)(?: \\w+){0,7} (?:kolleg\\w*|andere[nrms]? (?:kund\\w*|nutzer\\w*|person\\w*|leute\\w*|account\\w*|benutzer\\w*)|freund\\w*|chef\\w*|nachbar\\w*|frau|mann(?:es)?|exfreund\\w*|ex|schwester|bruder\\w*|mutter|eurer kunden|ihrer kunden|kundenliste|fremde\\w*)(?: \\w+){0,4} (?:bestell\\w*|gekauft|konto|daten|adresse|rechnung\\w*|e ?mail\\w*|telefonnummer|passwort|sehen|einsehen|zeigen|bezahlt|liste|account)\\b|\\b(?:bestellung\\w*|daten|konto|adresse\\w*|e ?mail\\w*|rechnung\\w*|telefonnummer\\w*|bestellhistorie|mailadressen?) (?:\\w+ )?(?:von|des|der|meine[rs]|meinem|eines|einer|anderer) (?:\\w+ )?(?:kolleg\\w*|ander\\w+ (?:kund\\w*|nutzer\\w*)|freund\\w*|chefs?|nachbar\\w*|frau|mannes|mann|ex\\w*|schwester|bruders?|mutter|kunden|emailx)\\b|\\bwas hat (?!das|dies|es|sich|mich|mir|ihr|der bot)(?:\\w+ ){1,3}(?:bestellt|gekauft)",
  ),
  rule(
    2,
    "\\b(?:muestr\\w*|ensen\\w*|dame|deme|denme|dime|digame|busca\\w*|quiero|ver|consult\\w*|que|cual es|envia\\w*|pasa\\w*|necesito|puedes|revis\\w*)(?: \\w+){0,7} (?:companer[oa]s?|otr[oa]s? (?:client\\w*|usuari\\w*|person\\w*|cuentas?)|amig[oa]s?|jef[ea]|vecin[oa]s?|espos[oa]|marido|mujer|novi[oa]|herman[oa]|ex|sus clientes|tus clientes|emailx)\\b(?!.*\\b(?:invitar|anadir|agregar)\\b)(?<=(?:pedidos?|compras?|cuenta|datos|direccion|correos?|emails?|telefonos?|facturas?|historial|compro|pidio|lista|tarjeta|informacion)(?: \\w+){0,6})|\\bque (?:compro|ha comprado|pidio|ha pedido) (?:mi |el |la |emailx|\\w+)",
  ),
  rule(
    2,
    "\\b(?:montre\\w*|donne\\w*|affiche\\w*|envoie\\w*|envoyez|dites|dis|voir|consulter|quelle?s?|qu est ce|trouve\\w*|cherche\\w*|veux|voudrais|acceder|accede)(?: \\w+){0,8} (?:commandes?|achats?|compte|donnees|adresses?|e ?mails?|mails?|telephone|numero|factures?|historique|coordonnees|infos?|informations?|mot de passe|liste)(?: \\w+){0,3} (?:de |d |du |des )?(?:\\w+ )?(?:collegues?|autres? (?:client\\w*|utilisat\\w*|personnes?)|ami[es]?|amie|chef|patron|voisin\\w*|femme|mari|copain|copine|ex|soeur|frere|vos (?:autres )?clients|emailx)\\b|\\bqu (?:a|est ce que a|est ce qu a) (?:achete|commande) |\\bqu est ce que (?:\\w+ ){1,3}a (?:achete|commande)",
  ),
];
