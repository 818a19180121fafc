import type { Rule } from "./human.ts";
import { findTopic, rule } from "./topic-rules.ts";
import type { TopicFinding } from "./topic-rules.ts";

/** Somebody asking for what belongs to another customer. */
export function findOtherCustomer(clauses: readonly string[]): TopicFinding {
  return findTopic(clauses, OTHER_QUESTIONS, OTHER_REQUESTS, OTHER_REQUESTS[0]?.[1] ?? /$^/);
}

const WHOSE =
  "(?:my |our |the |a |an |another |some |any |other |one of (?:my|our|your) |your (?:other )?|someone elses |somebody elses |this |that |random |certain |all |every |different |specific |previous )";
const WHO =
  "(?:colleagues?|coworkers?|co workers?|boss(?:es)?|managers?|wifes?|husbands?|sons?|daughters?|moms?|mothers?|dads?|fathers?|brothers?|sisters?|friends?|roommates?|partners?|girlfriends?|boyfriends?|exs?|ex (?:wife|husband|girlfriend|boyfriend|partner)s?|neighbou?rs?|competitors?|customers?|users?|clients?|buyers?|subscribers?|accounts?|persons?|guys?|companys?|tenants?|members?|employees?|roomates?|kids?|uncles?|aunts?|cousins?|parents?|flatmates?|teammates?|shoppers?|people|peoples|persons|landlords?|teachers?|students?|assistants?|gf|bf|guy|someone|somebody|sellers?)";
const THEIRS =
  "(?:orders?|purchases?|purchase history|order history|accounts?|e ?mails?|email address(?:es)?|address(?:es)?|phone numbers?|phone|contact (?:info|details|information|data)|details|info|information|data|invoices?|payments?|payment (?:info|details|method|history)|card|cards|card details|credit cards?|tickets?|subscriptions?|history|tracking|tracking numbers?|shipments?|packages?|deliver(?:y|ies)|passwords?|profiles?|receipts?|billing|balance|plan|plans|messages|conversations?|names|transactions?|login|logins|usage|bill|bills|records?|order status|spending)";
const TELL =
  "(?:show|give|tell|send|share|provide|get|let me see|look up|lookup|pull up|pull|find|check|list|display|fetch|access|open|view|see|read|export|dump|print|reveal|look at|look into|see|download|track|know|read out|bring up|retrieve|what is|whats|what are|what was|where is|wheres|where are|who is|whos|need|want|change|update|reset|cancel|delete|refund|disclose|leak|query|log into|log in to|get into|confirm|verify)";

const OTHER_QUESTIONS: readonly Rule[] = [
  // An address and nothing else answers "which is yours?".
  rule(-2, "^(?:it ?is |its |mail |e ?mail |email address )?emailx(?: please| thanks)?$"),
  // What anybody must do or have, or may do in one's name, is nobody's data.
  rule(
    -1,
    "\\b(?:does|do|can|may|must) (?:a |an |each |every |the |my |another |second |any )*(?:persons?|people|someone|somebody|anyone|anybody|manager|host|waiter|driver|staff|carer|parents?) (?:\\w+ )?(?:have|need|act|come|sign)\\b|\\bhow many (?:people|persons|customers|users|seats)\\b(?! (?:does|do|did|has|have) (?!i\\b|we\\b|you\\b))|\\bperson (?:profile|record|field|card|list)\\b|\\b(?:someone|somebody|anyone|anybody|a person) who (?:will|can|could|would|knows|does|speaks)\\b",
  ),
  rule(
    -2,
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
