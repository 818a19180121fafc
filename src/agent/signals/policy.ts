import type { Rule } from "./human.ts";
import { findTopic, rule } from "./topic-rules.ts";
import type { TopicFinding } from "./topic-rules.ts";

/** A request for money back, against a question about refunds. */
export function findRefund(clauses: readonly string[]): TopicFinding {
  const requests = clauses.some((clause) => MONEY.test(clause))
    ? [...REFUND_REQUESTS, WANTED_BACK]
    : REFUND_REQUESTS;
  return findTopic(clauses, REFUND_QUESTIONS, requests, REFUND_WORDS);
}

/** A request to change or end a plan, against a question about plans. */
export function findPlanChange(clauses: readonly string[]): TopicFinding {
  return findTopic(clauses, PLAN_QUESTIONS, PLAN_REQUESTS, PLAN_WORDS);
}

const REFUND =
  "(?:refund|refunds|refunding|refunded|money back|reimburse|reimbursed|reimbursement|chargeback|full refund|partial refund|cash back|my (?:\\w+ )?back|credited back)";
const REFUND_WORDS =
  /\b(?:refund\w*|money back|reimburse\w*|chargeback|\w*erstatt\w*|geld zuruck|reembols\w*|devolucion|rembourse\w*)\b/u;

/** "Is it possible to be refunded the $450" asks for it; "is it possible to be refunded after 30 days" does not. */
const POSSIBLE =
  "is it possible (?:for (?:me|us) )?(?:to |that i |that we )?(?:(?:be|get) refunded|get (?:a |my |the )*(?:refund|money back)(?: for| of| on)?|refund|reimburse)(?: for| of| me| us)* (?:the|my|this|these|our|me|us|[$€£]|\\d)(?!.*\\b(?:if|after|when|within|once|later|in case|unless|days|policy)\\b)";

const QUESTION_WORD =
  "(?:what|whats|how long|how many|when|where|which|does|is there|are there|why|who|do you (?:do|offer|give|provide|have|allow|accept|issue|refund|guys|ever)|do u|are (?:refunds|you)|is (?:it|a|the|my|your|there)|if (?:i|we)|would (?:i|we)|will (?:i|we)|wondering|curious|explain|tell me (?:about|how|what)|how (?:do|does|would|are|is|much|soon|will|to)|policy|polic(?:y|ies)|terms|eligible|under what|in case)";

const COUNTED =
  "(?:days?|weeks?|months?|hours?|minutes?|years?|times?|orders?|items?|seats?|answers?|e ?mails?|repl(?:y|ies)|points?|tickets?|licen[cs]es?|gb|mb|percent|credits?|coins|gems|tokens|apolog\\w+|explanations?)";

const REFUND_QUESTIONS: readonly Rule[] = [
  // "do you refund $450 orders": of orders in general
  rule(
    -2,
    "\\bdo (?:you|u|they) (?:guys |also |still |usually |actually |always |normally |automatically |generally |even |ever |just )*(?:refund|reimburse|compensate)\\b(?! (?:me|us|my|our|this|that|it|the)\\b)",
  ),
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
    `\\b(?!${POSSIBLE})(?:where|when|what|has|have|hasnt|havent|how long|status|track|tracking|check|still no|still waiting|waiting|any (?:update|news)|didnt|did not|not received|not seen|why|did|is)(?: \\w+){0,7} (?:my |the |our )?refund(?:ed)?\\b(?! me)(?! us)(?! my order)(?!.*\\b(?:i want|please refund|demand)\\b)`,
  ),
  rule(
    -2,
    `\\b(?!${POSSIBLE})${QUESTION_WORD}(?: \\w+){0,8}? ${REFUND}\\b(?! me)(?! us)(?! please)(?!.*\\b(?:i want|please refund|i demand|want my)\\b)`,
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

/** "The $450 charge is wrong, I want it back": only money in sight makes it a refund, not a lost setting. */
const WANTED_BACK = rule(
  2,
  "\\bi(?: \\w+)? (?:want|need|demand|expect) (?:it|them|that|all of it) (?:all )?back(?: please| now| today| asap| on my card| immediately)*$",
);
const MONEY = /[$€£]|\b(?:charged?|charges|paid|payment|dollars|euros|pounds|bucks|debited|fee)\b/u;

const REFUND_REQUESTS: readonly Rule[] = [
  rule(2, `\\b${POSSIBLE}`),
  // "you owe me 450", "I deserve compensation", "credit me 300"
  rule(
    2,
    `\\b(?:you|u|yall|you guys) (?:still |really |now |guys |currently )*owe (?:me|us) (?:back |at least |exactly |over |about |like |roughly |the |a |an |my |another |full )*(?:[$€£¥]|\\d[\\d.,]*k?(?! ?${COUNTED})\\b|money|refund|grand|hundred|thousand)|\\b(?:want|deserve|demand|expect|require|request|claim|seeking|insist on|entitled to|need) (?:to be |to get |to have |a |an |some |the |full |fair |proper |financial |monetary |my |for )*compensat(?:ion|ed)\\b(?! (?:policy|terms|rules))|\\b(?:please |kindly |just |can you |could you |would you )+(?:please )?credit (?:me|us|back|my (?:card|account|paypal)|our (?:card|account)) (?:back |with |for |the |an? |about )*(?:[$€£¥]|\\d[\\d.,]*k?(?! ?${COUNTED})\\b|difference|amount|money)`,
  ),
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
