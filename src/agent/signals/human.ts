import { REQUESTS_IN_OTHER_LANGUAGES } from "./human-languages.ts";

/** What the rules say about one signal: points for or against, and the words that earned them. */
export interface RuleFinding {
  /** 2 certain, 1 likely, 0 nothing said, -1 likely not, -2 certainly not. */
  readonly points: number;
  readonly evidence: string;
}

/** Does the customer ask for a person? Takes clauses as `prepare` makes them. */
export function findHumanRequest(clauses: readonly string[]): RuleFinding {
  let against: RuleFinding = { points: 0, evidence: "" };
  let likely: RuleFinding | undefined;
  for (const clause of clauses) {
    const plain = firstMatch(REQUESTS_AS_QUESTIONS, clause);
    if (plain !== undefined) return plain;
    const denial = firstMatch(NOT_A_REQUEST, clause);
    if (denial !== undefined) {
      if (denial.points < against.points) against = denial;
      continue;
    }
    const request = firstMatch(REQUESTS, clause);
    if (request === undefined) continue;
    if (request.points === 2) return request;
    likely ??= request;
  }
  if (likely !== undefined) return against.points === -2 ? { ...likely, points: 0 } : likely;
  const bare = clauses.length <= 4 ? clauses.join(" ") : "";
  if (against.points === 0 && BARE.test(bare)) return { points: 2, evidence: bare };
  return against;
}

/** The first rule that matches, with its points. */
export function firstMatch(rules: readonly Rule[], clause: string): RuleFinding | undefined {
  for (const [points, pattern] of rules) {
    const match = pattern.exec(clause);
    if (match !== null) return { points, evidence: match[0].trim() };
  }
  return undefined;
}

export type Rule = readonly [points: number, pattern: RegExp];

const rule = (points: number, source: string): Rule => [points, new RegExp(source, "u")];

const QUALIFIER =
  "(?:a|an|the|your|you|any|some|one|another|actual|real|live|living|breathing|proper|competent|physical|genuine|" +
  "customer|support|service|client|tech|technical|help|helpdesk|senior|qualified|trained|sales|billing|accounts?|" +
  "finance|success|care|team|staff|human|fucking|freaking|damn|bloody|goddamn|flesh and blood|higher|level|duty|" +
  "different|local|english speaking|available|normal|smart|smarter|true|thinking|carbon based)";

/** Words that mean a person of ours and hardly anything else. */
const SURE_PERSON =
  "(?:humans?|human beings?|human person|person|agents?|representatives?|rep|operators?|advis[oe]rs?|manager|" +
  "supervisor|superior|boss|employee|staff|staffer|team member|member of (?:the |your )?(?:staff|team)|csr|" +
  "homo sapiens|sales ?person|support person|consultant|adult|mod|moderator|higher up|live chat)";

/** Words that mean a person only in the right company. */
const ANY_PERSON =
  `(?:${SURE_PERSON.slice(3, -1)}|somebody|someone|anyone|anybody|specialist|technician|engineer|expert|` +
  "developer|dev|support|service|care|helpdesk|help desk|team|guy|lady|dude|folks|people|soul|admin|owner|one of you|you guys|department|colleagues?|teammate|team lead|technical support|tech support)";

const SURE = `(?:${QUALIFIER} ){0,6}${SURE_PERSON}`;
const ANY = `(?:${QUALIFIER} ){0,6}${ANY_PERSON}`;
const REAL = "(?:real|live|actual|living|proper|breathing|genuine|physical|human)";

/** What follows when the word before was only half of a thing's name. */
const NOT_A_THING =
  "(?! (?:resources?|readable|errors?|rights|traffic|bod(?:y|ies)|nature|names?|seats?|roles?|licen[sc]es?|mode|apis?|keys?|" +
  "tokens?|strings?|ids?|versions?|installers?|software|settings?|headers?|config\\w*|status|fields?|limits?|" +
  "permissions?|profiles?|pages?|types?|dashboards?|log ?ins?|logs?|views?|tables?|records?|objects?|entity|" +
  "precedence|overload\\w*|console|plans?|detection|counter|count|sample|emailx|approval|told|said|promised|tab|button|" +
  "feature|app|widget|bots?|workflow|assist|builder|template|urls?|webhooks?|number of|performance|queue|inbox|" +
  "verification|in the (?:crm|loop)|for (?:linux|windows|mac|macos)|on (?:linux|windows|our|my|the server)))\\b";

const TALK =
  "(?:talk|speak|chat|converse|communicate|discuss (?:this|it|things|my \\w+)|deal|interact|be (?:talking|speaking)|rather talking|" +
  "prefer (?:talking|speaking)|mind talking|like talking|a (?:chat|word|talk|conversation|convo|call)|word|connect|be connected|" +
  "get connected|get in touch|in touch|get in contact|get through|get ahold|get a hold|get hold|reach out|be transferred|" +
  "transferred|be put through|hear from|hear back from|get an answer from|help from|assistance from|support from|response from|reply from|answer from)";

const WANT =
  "(?:want|need|needs|require|request|requesting|demand|demanding|would like|id like|like to (?:see|get|have)|prefer|" +
  "give me|get me|bring me|fetch me|find me|send me|send in|looking for|ask(?:ed|ing)? for|insist on|show me|" +
  "(?:can|could|may|might) (?:i|we) (?:please |just |now )?(?:get|have)|let me (?:have|get)|how (?:do|can) i get|" +
  "how to get|trying to get|want to see|waiting (?:for|on)|get (?:us )?|have|wish for|hand me|pass me|call me|" +
  "trying to reach|trying to contact|want to reach|need to reach|need to contact|want to contact|like to contact|like to reach|" +
  "how (?:do|can) (?:i|we) (?:reach|contact)|how to (?:reach|contact)|page|summon|ping|alert|notify|call|get)";

const MOVE =
  "(?:transfer|connect|escalate|forward|redirect|re ?route|route|pass|hand|switch|put|patch|refer|direct|send|move|" +
  "take|get|bring|link|hook|raise|loop|escalat\\w+|transferr\\w+)";

const THIS =
  "(?:me|us|this|it|that|my (?:case|ticket|issue|chat|problem|request|complaint|call|question)|this (?:case|ticket|issue|chat|problem|request|conversation|to)|" +
  "the (?:case|chat|issue|ticket|conversation))";

const BOT =
  "(?:bots?|robots?|ai|a i|machines?|chat ?bots?|computers?|chatgpt|gpt|llm|scripts?|algorithms?|clankers?|automat\\w+|" +
  "virtual assistants?|assistant|recordings?|toaster|claude|program|canned (?:answers?|replies|responses))";

/** Questions about the way to a person; they look like questions about the product, so they are tried first. */
const REQUESTS_AS_QUESTIONS: readonly Rule[] = [
  rule(
    2,
    "\\b(?:is|are|isnt) (?:there )?(?:any(?:one|body)|some(?:one|body)) (?:actually |really )?(?:real|human|living|not a bot)(?: here| there| around| out there| at all| reading| on| online| please)*$|^(?:hello |hi |hey |please )*any(?:one|body) (?:real|human)(?: here| there| around| out there| please)*$",
  ),
  rule(
    2,
    "\\b(?:which|what) (?:button|option|word|key|number|command|link|menu|magic word)(?: \\w+){0,5} (?:human|agent|person|representative|operator|staff)\\b(?! (?:role|seat|mode|field|api))|\\bwhat (?:do|must|should) i (?:have to )?(?:say|type|press|write|do|click) (?:\\w+ ){0,3}(?:human|agent|person|representative|someone|operator)\\b|\\bhow (?:many times|often) (?:do|must|should) i (?:have to )?(?:say|type|ask|write|ask for) (?:\\w+ ){0,3}(?:human|agent|person|representative|operator)\\b|\\bwhy (?:cant|can i not|wont you let me) (?:i )?(?:just )?(?:talk|speak|get|reach)(?: \\w+){0,3} (?:human|agent|person|representative|someone|somebody)\\b|\\bwhen (?:does|do|will|can|is) (?:the|a|an|my|some)? ?(?:real )?(?:human|agent|person|representative|somebody|someone) (?:come|take over|going to|arrive|answer|reply|join|get here)",
  ),
];

const NOT_A_REQUEST: readonly Rule[] = [
  // Nobody answered; what one's own customers may do; is it a machine
  rule(
    -2,
    "\\bno (?:reply|response|answer|reaction|word) (?:\\w+ )?from\\b(?!.*\\b(?:get|give|want|need|connect|speak|talk)\\b)|\\b(?:let|allow) (?:our |my |the |your )?(?:customers?|users?|visitors?|clients?|players|members|guests) (?:to )?(?:request|book|ask|start|open|schedule)\\b|\\b(?:add|embed|install|put|place|remove|enable|style|hide) (?:an? |the |your |our |my )?(?:live )?chat (?:button|widget|window|box|bubble)\\b|^(?:are you |are u |r u |u )?(?:an? )?(?:bot|robot|ai|machine) or (?:an? )?(?:real |actual )?(?:person|human|people)$|^(?:are you |are u |r u |u )(?:an? )?(?:real |actual )?(?:human|person|bot|robot|ai|real)$",
  ),
  // A question to whoever reads it, a machine to talk to, a question about how support works
  rule(
    -2,
    "^(?:hi |hello |hey |please |so |ok |um |sorry )*(?!.*\\b(?:talk|speak|reach|contact|get|connected|through) (?:\\w+ ){0,3}(?:humans?|person|agent|representative|staff|operator|someone|manager)\\b)(?:can|could|would|does|do|will|may) (?:some|any)(?:one|body) (?:here |please |kindly |quickly |maybe |just |possibly )*(?:tell (?:me|us) (?:how|what|where|when|why|whether|if|which)|explain (?:how|what|where|why|the|this)|know|point (?:me|us) to|clarify|recommend|suggest)\\b",
  ),
  rule(
    -2,
    "^(?:hi |hello |hey |please |so |ok |um |sorry )*(?:can|could|would|will) you (?:please |kindly |maybe |perhaps |also )*(?:help|assist)(?: me| us)?(?: out| please| here| with (?:this|that|it|something|a question|my \\w+))*$",
  ),
  rule(
    -2,
    "\\b(?:talk|speak|connect|chat|interface) (?:directly )?(?:to|with) (?:the |your |our |my |an? |this |its |rest |graphql |public |internal |local |remote )*(?:(?!human|person|agent|someone|somebody)\\w+ )?(?:apis?|endpoints?|databases?|db|servers?|webhooks?|sdk|backend|printer|broker|cluster|s3|postgres|mysql|redis)\\b",
  ),
  rule(
    -2,
    "^(?:take care|thats (?:it|all|everything)(?: for (?:now|today))?)$|\\bas an? (?:human|person)\\b(?!.*\\b(?:talk|speak|humans?|person|agent|someone)\\b)|^(?:and |so |also |hi )*(?:do|does|did|will) (?:(?:a|an|the|your|any|real|actual|live|human) )+(?:humans?|person|people|agents?|staff|representatives?|operators?|team) (?:\\w+ ){0,2}(?:answer|review|check|monitor|handle|pick up|respond|reply|moderate|approve|verify)\\b(?!.*\\b(?:me|my|us|here)\\b)(?<!\\bever \\w+)",
  ),
  rule(
    -2,
    "\\bwie (?:fuge|losche|loesche|lege|weise|erstelle|entferne|andere|lade|verwalte|teile|kann ich \\w+ (?:mitarbeiter|person\\w*) (?:hinzu|losch|einlad|verwalt)) ?(?:\\w+ ){0,5}(?:mitarbeiter|person\\w*|ansprechpartner|agent\\w*|berater|menschen|kollegen)|\\bcomo (?:agrego|anado|asigno|invito|elimino|creo|borro|gestiono)\\b|\\bcomment (?:ajouter|assigner|inviter|supprimer|creer|retirer|gerer)\\b|\\b(?:bist du|sind sie|bin ich|eres|es usted|es tu|tu es|etes vous|vous etes)(?: \\w+){0,2} (?:mensch|humano|humana|persona|humain|humaine|personne|bot|robot|ki|ia)\\b|\\b(?:transfer|send|pay|wire|lend) (?:money|cash|funds|it) to\\b|\\btransfer to a person\\b|\\b(?:better|smarter|faster|nicer|cleverer) than (?:a |any |most )?(?:human|person|agent)s?\\b|\\brather (?:\\w+ ){0,3}(?:with )?the bot\\b|\\b(?:compliments?|kudos|shout ?out|thanks|thank you|cheers|credit) to (?:the|your)\\b|\\bagents? (?:crashed|offline|is offline|stopped|keeps|wont start|not running|process|service|based|rotation)\\b|\\bbot or (?:a )?human\\b|\\bhuman or (?:a )?(?:bot|machine|robot)\\b(?! or nah)",
  ),
  // "I don't need a human", "no need to talk to anyone", "without talking to an agent"
  rule(
    -3,
    "\\b(?:dont|do not|doesnt|no|not|without|never|neednt|need not|rather than|instead of|didnt|no need for|avoid|isnt|wont)" +
      " (?:really |actually |even |yet |want |need |have |having |wanna |necessarily |think i |asking |ask |going |" +
      "to |for |you |be |being |in |get |getting |talk |talking |speak |speaking |transfer |transferred |connect |connected |escalate |pass |hand |put |me |it |this |with |over )*" +
      `(?:a |an |any |the |another |real |live |human )*(?:humans?|agents?|person|representatives?|rep|operators?|someone|anyone|manager|staff|phone call|callback)${NOT_A_THING}(?! but)(?! who)(?! (?:is |has |was )?(?:answer|help|repl|respond|call|get|got|come|came|look|there|available|pick)\\w*)`,
  ),
  rule(
    -1,
    "\\b(?:dont|do not|no need to|please dont) (?:escalate|transfer|call me|hand (?:me|this) over)\\b",
  ),
  rule(
    -2,
    "\\bdo (?:i|we) (?:really )?(?:have|need) to (?:talk|speak|call|contact|phone)\\b|\\bno (?:call ?back|phone call|call)\\b|\\bpas besoin (?:de|d)\\b|\\bn ai pas besoin\\b|\\bno (?:necesito|hace falta|quiero) (?:hablar|que me llamen|una llamada)(?! con (?:un |una )?(?:bot|robot|maquina|ia))|\\b(?:keinen?|kein) (?:ruckruf|mitarbeiter|anruf|menschen) (?:notig|noetig|sprechen|nur)|\\bbrauche (?:keinen|kein) (?:mitarbeiter|ruckruf|menschen|anruf)",
  ),
  rule(
    -1,
    "\\b(?:you|they|he|she|it) (?:said|promised|told me|told us|says) (?:that )?(?:someone|somebody|a human|an agent|a person)\\b",
  ),
  // Told about the past or about others.
  rule(
    -2,
    "\\b(?:i|we) (?:(?:just|already|previously|have|had|ve|did|also|even|once|finally|recently) )*(?:spoke|spoken|talked|chatted|was (?:talking|speaking|chatting)|were (?:talking|speaking)|been (?:talking|speaking))\\b",
  ),
  rule(
    -2,
    `\\b(?:your|the|an|a|one of your|my) (?:${QUALIFIER} )*(?:humans?|agents?|representatives?|rep|operators?|manager|person|staff|guy|lady|team|supervisor|advisor)` +
      "(?: i (?:spoke|talked|chatted) (?:to|with))?(?: \\w+)? (?:told|said|says|promised|mentioned|explained|was (?:very |super |so |really )?(?:\\w+)|assured|sent|gave|refunded|helped|informed|advised|confirmed|offered|suggested|quoted|never|already)\\b",
  ),
  rule(
    -2,
    "\\b(?:customers?|users?|clients?|visitors?|guests?|callers?|they|people|students|members|buyers|patients|employees|agents|admins) (?:can|could|to|who|want|wants|will|should|must|need|needs|cant|may|say|says|type|types|ask|asks) (?:\\w+ ){0,3}(?:talk|speak|chat|contact|human|agent|person|operator|representative|connect|reach|escalate|call)",
  ),
  rule(
    -2,
    "\\b(?:our|my|the|their|let|lets) (?:\\w+ )?(?:customers?|users?|clients?|visitors?|guests?|callers?|players|students|subscribers) (?:\\w+ ){0,3}(?:talk|speak|chat|reach|contact|connect|escalate|call)\\b",
  ),
  // Configuring our product, not asking for us.
  rule(
    -2,
    "\\b(?!.* to (?:my (?:case|ticket|issue|chat)|this|me|us)\\b)(?:add|assign|create|invite|remove|delete|configure|install|set up|setup|deploy|uninstall|update|upgrade|define|rename|manage|build|write|train|hire|import|export|automate|restart|implement|enable|disable|calculate|count|debug|rotate|schedule|parse|mention|tag|list|filter|see which|change the|edit) (?:\\w+ ){0,4}(?:humans?|agents?|person|people|representatives?|reps?|operators?|managers?|staff|supervisors?|members?|callbacks?|employees?|teammates?|bots?)\\b",
  ),
  rule(
    -2,
    "\\b(?:human resources|human readable|user ?agents?|agent (?:api|mode|string|token|id|key|role|seat|desktop|version|config\\w*)s?|ai agents?|(?:monitoring|build|backup|ssh|datadog|runner|background|proxy|sync|polling|jenkins|mail transfer|travel|estate|insurance|free|chemical|bonding|secret) agents?|operator precedence|(?:ternary|logical|spread|null|boolean|kubernetes|k8s|pipe|comparison|and|or|not|in|sql|math|assignment|mobile|phone|tour|network|like) operators?|operators? (?:in|for|of|does|do|overloading|supported|work)|callback (?:urls?|function|endpoint|uri|handler|hook|is|hell)|representative (?:of|sample|image)|person (?:field|object|record|id|account|detection|column|or company)|per person|first person|third person|in person|persona (?:for|of|does|do|field)|personal|human (?:error|error|body|rights|verification|check|in the loop)|not a (?:robot|human)|captcha|im human|are (?:a |you )?human|prove|proof|contact (?:form|list|field|record|sync|import|page|person|us page)s?|contacts)\\b",
  ),
  rule(
    -2,
    "\\b(?:how many|how much|which|what(?:s| is| are| does| do| kind| type| user)?|why (?:do|is|are)|do you (?:have|support|offer|provide) an? (?:api|sdk|plan|discount)|is there an? (?:limit|api|way to (?:add|assign|limit|see|track|filter|export))) (?:\\w+ ){0,6}(?:humans?|agents?|person|people|persons|representatives?|operators?|callbacks?|members?|staff|managers?|team)\\b(?! (?:i|we) (?:can|could|should|may) (?:talk|speak|call|contact|reach))(?! to (?:talk|speak))",
  ),
  rule(
    -2,
    "\\b(?:are|r) (?:you|u) (?:an? |the |really |actually |even )*(?:real |live |actual |human |just )*(?:human|person|bot|robot|ai|machine|real|agent)\\b|\\bam i (?:talking|speaking|chatting) (?:to|with)|\\bis this (?:an? |really )*(?:real |live )*(?:human|person|bot|robot|ai)\\b|\\byou(?:re| are) (?:an? |the |really )*(?:human|person|real)\\b",
  ),
  rule(
    -1,
    "\\bhow (?:do|can|does|would|should) (?:i|we|you|one|my \\w+|our \\w+) (?:transfer|assign|route|hand|pass|forward|escalate|reassign|send|give|share|call|ping|notify|alert|page) (?!me|us\\b)(?:\\w+ ){0,6}(?:humans?|agents?|person|someone|team|operators?|manager|admin|owner|people)\\b",
  ),
  rule(
    -1,
    "\\b(?:transfer|give|assign|hand|pass|switch|move|change) (?:the |my |our |this |full |account |workspace |project )*(?:ownership|workspace|account|domain|project|files?|licen[cs]e|seat|subscription|phone number|number|admin rights|channel)\\b",
  ),
  rule(-1, "\\bhow many (?:people|persons|humans|users|agents|members)\\b"),
];

const REQUESTS: readonly Rule[] = [
  // "could the trainer call me back", "can a mod step in", "rather not do this with a machine"
  rule(
    1,
    "\\b(?:could|can|would|will|may|please|get|have|let|ask|make) (?:please )?(?:the|your|an?|one of your|some|someone|somebody|any|anyone)(?: (?!app|bot|system|site|tool|phone)\\w+){0,3} (?:to )?(?:write|call|ring|phone|contact|message|text) (?:me|us|my \\w+)(?: back)?\\b(?! (?:an?|the|how|what|if|when|whether|once)\\b)",
  ),
  rule(
    1,
    "\\b(?:can|could|would|will|please have|let) (?:an?|any|some|one of the|one of your|the) (?:mods?|moderators?|admins?|staff|staff member|humans?|real person|person|employee|agent|manager|supervisor) (?:please |pls |maybe |just )?(?:step in|jump in|join|take over|look at|take a look|help|answer|reply|respond|come|assist)\\b(?! (?:two|multiple|several|more|many|a|an)\\b)",
  ),
  rule(
    1,
    `\\b(?:rather not|dont want to|not going to|wont|refuse to|sick of|tired of|done|no more) (?:\\w+ ){0,3}(?:talk\\w*|speak\\w*|chat\\w*|discuss\\w*|deal\\w*|do|explain\\w*|writ\\w*) (?:\\w+ ){0,3}(?:with|to) (?:an? |the |this |your |some )?${BOT}\\b`,
  ),
  rule(
    2,
    `\\b${TALK} (?:now |directly |live |please |instead |over the phone |on the phone |right now |properly |again |only |just )*(?:to|with|2|of|by|from)? ?${ANY}${NOT_A_THING}`,
  ),
  rule(2, `\\b${WANT} (?:to |me |a hold of |hold of |in |on |help from |through to )*${SURE}${NOT_A_THING}`),
  rule(
    2,
    `\\b${WANT} (?:a |an |some |any |one )?(?:${QUALIFIER} )*${REAL} (?:\\w+ )?(?:one|someone|somebody|people|support|help|being|team|answer|help|assistance|service|contact|response|reply|touch|interaction)\\b`,
  ),
  rule(
    2,
    `\\b${MOVE} ${THIS} ?(?:please |now |straight |right )*(?:over |up |on |through |across |off |along |directly |in |back |straight )*(?:to|with|2|for|at) ${ANY}${NOT_A_THING}`,
  ),
  rule(
    2,
    "\\b(?:put|patch|get|pass) (?:me|us) (?:through|in touch|thru|on (?:to|with|the phone))\\b|\\b(?:transfer|hand) (?:me|us)\\b|\\bhand (?:me|this|it|us) over\\b|\\b(?:transfer|connect) me (?:now|please|already)\\b",
  ),
  rule(
    2,
    `\\b(?:escalate|escalating) (?:this|it|me|my|the|that|to|now|please|immediately|asap)\\b|\\b(?:i|we) (?:want|need|would like|demand|request) (?:to |this |it |an? |my \\w+ )*(?:be )?escalat\\w+|\\bescalation (?:please|now)|^(?:please |just |can you |you )*escalate(?: please| now)?$`,
  ),
  // Away from the bot.
  rule(
    2,
    `^(?:please |sorry |no |but |and |look )*(?:i |we )(?:really |just |still )*(?:dont|do not|didnt|dont even) (?:want|need) (?:to use |to deal with |an? |any |the |your |this |some |stupid |help from )*${BOT}(?: please| answers?| replies| support| help| here| anymore| anything| for this| now)*$`,
  ),
  rule(
    2,
    `\\b(?:dont|do not|not|wont|refuse to|not gonna|not going to|never|cant|cannot|hate|hating|tired of|sick of|fed up with|done with|done|enough of|rather not|stop|no more|instead of|rather than|not here to|not interested in|no point in|no desire to|without) (?:really |actually |wanna |want to |want |need to |like to |like |be |to |waste (?:my )?time |me |making me |be )*(?:talk|talking|speak|speaking|chat|chatting|deal|dealing|argue|arguing|type|typing|communicate|communicating|interact|interacting|converse|helped|use|using|trust|mess|play|fight)(?: with| to| by)? (?:a |an |the |this |any |some |your |you |another |stupid |damn |dumb |fucking |silly )*${BOT}\\b`,
  ),
  rule(
    2,
    `\\b(?:no|no more|not (?:a|another|the|your|some)|enough with|enough of|stop with|get rid of|fuck|screw|skip|forget|away from|past|around|bypass|out of|turn off|done with|sick of|tired of|fed up with|over|hate) (?:a |an |the |this |any |your |you |these |those |damn |stupid |dumb |fucking |silly |talking to )*${BOT}(?: (?:please|thanks|thx|crap|shit|stuff|bs|nonsense|answers|replies|talk|now|already|anymore|loop))*$`,
  ),
  rule(
    2,
    `\\b(?:not|other than|besides|instead of|who isnt|who is not|that isnt|that is not|which is not|but not|isnt|thats not|whos not) (?:just )?(?:a |an |the |this |some |another )*${BOT}\\b(?=.*(?:someone|somebody|person|people|help|talk|speak|anyone|answer))|\\b(?:someone|somebody|anyone|anybody|person|people|help|support) (?:that|who|which)? ?(?:isnt|is not|s not|not|thats not|whos not|other than|besides|arent|are not) (?:just )?(?:a |an |the |this )*${BOT}\\b`,
  ),
  // Call me.
  rule(
    2,
    "\\b(?:call|ring|phone) me (?:back|please|now|asap|at|on|today|tomorrow|when you|instead|up|this|in the)\\b|^(?:please |just |can you |could you |you |someone |have someone |can someone |can somebody |could someone |can a person |can anyone |ok |need you to )+(?:please )?(?:call|ring|phone|contact) (?:me|us)\\b|^(?:call|ring|phone) me(?: please)?$|\\b(?:give|gimme|get|want|need|request|schedule|book|arrange|have|like|expect|waiting for) (?:me |us )?(?:a |an )?(?:quick |phone |return |video |zoom |teams )?(?:call ?back|phone call|call from|ring from|call please|call with)\\b|^call ?back(?: please| request| now| asap)*$|\\b(?:give (?:me|us) a (?:call|ring|bell|shout|buzz))\\b",
  ),
  rule(
    2,
    "\\b(?:someone|somebody|anyone|anybody|a person|human|person|your team|support|staff|manager|agent|representative|rep|people|guys|one of you|specialist|engineer) (?:from |on |in |at |of )?(?:(?:your |the |you |ur )?(?:team|side|end|company|office|support|staff|billing|sales|finance|tech|technical|engineering|department|desk|there) ?)*(?:can |could |to |please |would |should |that can |who can |will |might |needs to |need to |must |actually |just )+(?:please |just |actually |maybe |quickly )?(?:call|phone|ring|contact|reach out|get back to|get in touch|email|talk to|speak (?:to|with)|chat with|step in|jump in|take over|hop on|look into|look at|take a look|handle|deal with|sort|review|intervene|assist|pick (?:this|it) up|check (?:this|my|it|on)|answer me|respond|reply)\\b(?=.*(?:me|us|this|it|my|in|over|\\bon\\b|instead|out|$))",
  ),
  rule(
    2,
    "\\b(?:can|could|would|will|may) (?:someone|somebody|anyone|anybody|one of you|a person) (?:from|on|in|at|of) (?:your|the|you|support|customer|billing|sales|staff|deskhand|acme)\\b",
  ),
  rule(
    2,
    `\\b(?:can|could|would|will|is|are|any|has|have|let|get|need|want|only|just|please|where is|wheres|where are|is there|are there|got) (?:${QUALIFIER} )*(?:${REAL} (?:humans?|persons?|people|agents?|someone|somebody|one|support|staff)|human|humans|human being)(?: (?:please|here|around|there|online|available|awake|on|in|to|who|that|i|we|help|look|take|check|answer|step|jump|handle|reading|working|behind|left|now|out|deal|sort|fix|review|assist|call|respond|reply|read|instead|can|could))`,
  ),
  rule(
    2,
    "\\b(?:is|are) there (?:any |an? |some )?(?:chance |way |option |possibility )?(?:\\w+ )?(?:(?:of |to |for |i can |that i can |i could |we can |me to |us to )+)?(?:someone|somebody|anyone|anybody|a person|people|a phone|a human|human|an agent|an actual|a real|a live|live|a support|talk|speak|chat|get|reach|call|be) (?:\\w+ ){0,4}(?:i|we|who|that|to|can|could|available|around|alive|me|us|human|person|agent|someone|somebody|representative|team|support|staff)\\b(?=.*(?:talk|speak|chat|call|help|discuss|reach|contact|human|person|agent|available|around|alive|representative|staff|team))",
  ),
  rule(
    2,
    `\\b(?:who|whom) (?:can|could|do|should|may|might) (?:i|we) (?:please |actually )?(?:talk|speak|call|chat|contact|reach|phone|complain|turn)\\b|\\b(?:someone|somebody|anyone|person|anybody|people|human) (?:else )?(?:that |who |whom )?(?:i|we) (?:can|could|may|might|should)(?: \\w+)? (?:talk|speak|call|chat|contact|reach|phone|discuss|ask|turn|get|complain)\\b`,
  ),
  rule(
    2,
    `\\b(?:help|support|assistance|assist|answer|service|contact|touch|intervention|interaction|response|reply|eyes) (?:from|by|with) (?:${QUALIFIER} )*(?:human|humans|person|people|someone real|someone)\\b|\\bhuman (?:please|now|support|help|assistance|assist|agent|needed|required|asap|intervention|touch|contact|eyes|attention|operator|representative|rep|being please|only|instead|takeover|handoff|response|service|customer)\\b`,
  ),
  rule(
    2,
    "\\b(?:live|real|human|actual) (?:agent|person|human|rep|representative|operator|support|chat|help|people|advisor|someone|customer service)\\b(?! (?:mode|api|feature|widget|tab|view|updates|preview|metrics|status))(?:(?=.*\\b(?:please|now|asap|instead|only)\\b)|(?<=\\b(?:want|need|get|gimme|give|talk|speak|connect|transfer|prefer|bring|require|demand|request|chat)\\b.{0,40}))",
  ),
  rule(
    2,
    "\\b(?:let me|id like to|i want to|i need to|can i|could i|may i|i must|i wish to|gonna|let us|wanna|i will|ill|i demand to|i have to|want to) (?:\\w+ )?(?:talk|speak|chat|complain|discuss this|escalate)(?: \\w+)? (?:to|with) (?:your|the|ur|a|an|some|any) (?:\\w+ ){0,2}(?:manager|boss|supervisor|superior|lead|ceo|owner|management|team|department|people|staff|colleague|humans?|creator|developers?)",
  ),
  rule(
    2,
    "\\b(?:human|agent|representative|operator|supervisor|manager|person|rep|advisor) (?:please|now|asap|immediately|this instant|right now|plz)\\b|\\b(?:please|now|just|want|need|get|gimme|give me) (?:an? |the |real |live )*(?:human|agent|representative|operator|supervisor|rep)$",
  ),
  rule(
    2,
    `\\b(?:want|need|would like|id like|require|give me|get me|find me|bring me|send me|asked for|asking for|waiting for|can i (?:get|have)|could i (?:get|have)|may i have|looking for) (?:to (?:see|reach|contact|message|dm|have|get) )?(?:an?|your|one of your|some|another|one of the|any|a member of your)? ?(?:${QUALIFIER} )*(?:admins?|devs?|developer|engineer|technician|specialist|expert|gm|game master|team lead|lead|colleagues?|teammate|executive|higher up|somebody|someone|architect|consultant)${NOT_A_THING}(?! else to| elses)`,
  ),
  rule(
    2,
    `\\b(?:let|have|make|ask|get|tell|want|wants|need|like) (?:${QUALIFIER} |of |your )*(?:human|person|colleagues?|someone|somebody|member of (?:\\w+ ){0,4}team|team|teammate|manager|specialist|engineer|admin|mod|staff member|employee|agent|supervisor) (?:of yours |from \\w+ \\w+ |else )?(?:to )?(?:personally )?(?:answer|handle|respond|reply|call|ring|phone|contact|look|check|review|confirm|verify|read|dm|message|email|explain|join|take|step|walk|decide|reconsider|deal|intervene|reach|talk|speak|get back|write|assist)\\b`,
  ),
  rule(
    1,
    `\\b(?:can|could|would|will|may|might|please have|is it possible for) (?:${QUALIFIER} |of |your |one )*(?:human|person|colleagues?|member of (?:\\w+ ){0,4}(?:team|staff)|teammate|manager|specialist|engineers?|admins?|mods?|moderator|gm|devs?|staff|staff member|employee|agent|supervisor|finance \\w+|billing \\w+|support \\w+|humans|the team)(?: (?:from|on|in|at|of) \\w+(?: \\w+)?)? (?:please |just |maybe |also )*(?:answer|handle|respond|reply|call|ring|phone|contact|look|have a look|check|review|confirm|verify|read|dm|message|explain|join|take|step|help|walk|decide|reconsider|deal|intervene|reach|talk|speak|get back|write|assist|see|jump|double check|weigh|chime|hmu|hit me)\\b(?! (?:my messages|my private|our messages|all|their|the queue|at once|messages))`,
  ),
  rule(
    2,
    "\\b(?:discuss|negotiate|sort|solve|resolve|handle|clarify|explain|continue|settle|go over|review|confirm|go through|chat|talk|look into|check|arrange|clear up|do|complaint)(?: [\\p{L}\\d]+){0,5} (?:with|to) (?:a|an|your|one of your|some|the|another) (?:\\w+ ){0,3}(?:person|rep|representative|agent|human|someone|somebody|colleague|advisor|manager|specialist|engineer|employee)\\b(?! (?:account|plan|role|permission|licen[cs]e))|\\bpress (?:0|zero)\\b|\\b(?:0|zero) (?:for )?operator|\\b(?:quick|phone|video|zoom|voice) call (?:please|with (?:you|your|someone|support|somebody))|\\b(?:can|could) (?:we|i) (?:do|have|get on|hop on|jump on|schedule|set up|arrange|request) (?:a |an )?(?:quick |short |phone |video |zoom )*call(?: ?back)?\\b(?! in the app)(?! with (?:my|a teammate|teammates))|\\bget (?:someone|somebody|a person|a human) (?:on|from|in|here|else|to|for|who|with|over)\\b",
  ),
  rule(
    2,
    `\\b(?:get|find|bring|call|fetch|summon|page|grab|loop in|pull in|bring in|ping|tag|alert|flag (?:this )?for|assign|assign (?:this|it|me|my \\w+) (?:\\w+ )?to|transfer to|connect to|switch to|change to|escalate to|speak|talk|chat|handoff to|hand off to|skip to|route to|straight to) (?:me |us )?(?:to |with )?(?:a |an |the |your |one of your |another |some )?(?:${QUALIFIER} )*(?:humans?|agents?|representatives?|rep|operator|colleagues?|manager|supervisor|boss|employee|staff|support team|person|tier 2|l2|second level|real one|sales|tech support|technical support|human being)${NOT_A_THING}`,
  ),
  rule(
    2,
    "\\b(?:put|get|have) (?:someone|somebody|a person) (?:on(?! hold)|in|else|here)\\b|\\b(?:someone|somebody|anyone|anybody|any (?:staff|agents?|mods?|admins?|employees?|support person|support|people)|an? (?:agent|person|supervisor|human)|staff|agents) (?:\\w+ )?(?:available|online|awake|working|on duty|free|alive)(?: \\w+){0,3}$|\\b(?:anyone|anybody|someone|somebody|any (?:employee|staff)) (?:from|of) (?:the|your) (?:company|team|staff|support)\\b|\\b(?:please |could i |can i |may i |id like to )+(?:please )?(?:be )?(?:connect|connected|transferred|transfer)(?: me| please)?$|\\bget in (?:touch|contact) with me\\b|\\b(?:contact|reach out to|phone|call|ring) (?:me|us)(?: directly| please| on| at| by|$)",
  ),
  rule(
    2,
    `\\b(?:exit|quit|stop|bypass|avoid|leave|disable|override|skip|ditch|opt out of|no|not|without|dump) (?:the |this |a |an |your |talking to |using )*${BOT}(?: (?:part|please|mode|loop|thing))?$|\\b${BOT} (?:off|stop|go away|cant help|doesnt help|isnt helping|is useless|no good|bye)\\b(?=.*(?:human|person|someone|somebody|agent|staff|$))|\\b(?:not|dont|do not) consent to (?:\\w+ )*${BOT}|\\bnon ${BOT}\\b|\\bother than (?:a |the |this )*${BOT}\\b|\\bless ${BOT}\\b`,
  ),
  rule(
    1,
    `\\b(?:want|need|give|get|gimme|talk|speak|connect|transfer|put|pass|reach|find|please|now|any|bring|prefer|where are the|where r the|with a) (?:\\w+ ){0,4}(?:humans?|human being|homo sapiens|flesh and blood|pulse|heartbeat)${NOT_A_THING}|\\bhumans?$`,
  ),
  rule(
    1,
    `\\b(?:where|wheres|still|waiting|need|want|please|give|ask|asked|any|get|bring|find|one of your|put|hold for|emergency) (?:\\w+ ){0,2}(?:agents?|representatives?|supervisor|staff|real person|actual person|live person|real one|technician|colleagues?|moderators?|mods|admin|engineers?|support team|somebody|employee|specialist)${NOT_A_THING}`,
  ),
  rule(
    1,
    "\\b(?:get|ask|find) (?:me )?(?:someone|somebody)\\b|\\bwho(?:s| is) (?:in charge|responsible)\\b|\\bsome(?:one|body) (?:going to|gonna) (?:take over|help me|answer)|\\bcan the (?:team|staff) |\\bwhoever (?:runs|handles|owns|is|deals)|\\b(?:someone|somebody) (?:real|competent|senior|above|alive|with|who knows|higher)\\b|\\b(?:talk\\w*|speak\\w*|chat|me|us|this|through|over|connected|discuss\\w*|passed|handed) (?:\\w+ )?(?:with|to) (?:a |the )?(?:person|someone|somebody)$|\\b(?:from|by) a (?:real |actual )person\\b|\\bsupport team please|\\byour boss\\b",
  ),
  rule(
    2,
    "\\bkolleg\\w* von (?:ihnen|euch)|\\b(?:einer?|eine[rn]) (?:ihrer|eurer) (?:kollegen|mitarbeiter)|\\b(?:zuruckrufen|ruckruf|zuruck ?rufen)\\b|\\bmelden sie sich\\b|\\b(?:an|zum|zur) (?:den |die )?(?:second level|support|kundendienst|kundenservice)\\b|\\b(?:deinen|euren|ihren|einen) (?:chef|vorgesetzten|berater|menschen|mitarbeiter|ansprechpartner)\\b|\\b(?:mitarbeiter|mensch|berater|menschen|techniker) (?:bitte|erreichen|sprechen)\\b|\\bechte[nr]? (?:menschen|mitarbeiter|berater|person)\\b|\\bjemand\\w* (?:vom|von|aus) (?:\\w+ )?(?:kundenservice|support|team|ihnen|euch)",
  ),
  rule(
    2,
    "\\b(?:persona|humano|agente|alguien|tecnico|ingeniero)\\b(?=.*\\b(?:atienda|atender|atiende|ayude|de verdad|real|por favor|me llame)\\b)|\\b(?:atienda|atender|ayuda de|ayude|me llame) (?:\\w+ ){0,2}(?:persona|humano|agente|alguien|tecnico|ingeniero)\\b|\\b(?:necesito|quiero|quisiera) (?:que me llamen|una llamada|la llamada)|^llame\\w*(?: por favor)?$|\\b(?:no (?:quiero|mas)|basta de) (?:bots?|robots?)\\b|\\b(?:agente|asistencia|ayuda|atencion) human[oa]\\b|\\b(?:gerente|supervisor|encargado) por favor|\\bk?quiero un u?mano\\b",
  ),
  rule(
    2,
    "\\b(?:technicien|dev|developpeur|ingenieur|quelqu un|conseiller|personne|collegue) de (?:chez vous|votre (?:equipe|cote))|\\bpas parler a un robot|\\bpouvez vous m appeler|\\b(?:votre|ton) (?:chef|responsable|superieur)\\b|\\b(?:agent|conseiller|humain|quelqu un) (?:est )?(?:disponible|svp|s il vous plait|merci)\\b|\\bmarre (?:des|de ce|du) (?:robots?|bots?)|\\b(?:parler|parle) (?:a|avec) (?:un |une |votre )?(?:vrai |vraie )?(?:qqun|qqn|humain|personne|agent|conseiller)",
  ),
  // German
  rule(
    2,
    "\\b(?:mit|an|zu|durch|von|bei|nach) (?:(?:einem|einen|einer|eine|eurem|ihrem|euren|ihren|ihrer|eurer|dem|den|der|nem|nen|ner|ne|n|so|irgend|irgendeinem|irgendjemandem|echten|echte|richtigen|richtige|menschlichen|lebenden|realen|wirklichen|anderen|kompetenten|zustandigen|vom|support|service|kunden|team) )*(?:mensch\\w*|person|mitarbeiter\\w*|berater\\w*|kundenberater\\w*|kundenservice|kundendienst|kundenbetreuer\\w*|support\\w*|servicemitarbeiter\\w*|vorgesetzten?|chef\\w*|jemand\\w*|ansprechpartner\\w*|agenten?|teamleiter\\w*|team|hotline|kollegen|wem) (?:\\w+ ){0,6}(?:sprech\\w*|red\\w*|verbind\\w*|verbunden|durchstell\\w*|chatten|telefonier\\w*|weiterleit\\w*|weitergeleitet|schreiben|ubergeb\\w*|kontakt\\w*|helfen|geholfen|unterhalt\\w*|quatschen|weitergeben|wenden|bekommen|spreche)",
  ),
  rule(
    2,
    "\\b(?:will|mochte|moechte|wurde|wuerde|kann|konnte|koennte|brauche|benotige|benoetige|verlange|hatte gern|haette gern|gib|gebt|geben|hol|holt|gibt es|bitte|sprech\\w*|red\\w*|verbind\\w*|ist|nur|endlich|suche|will mit|konnte ich|konnt ihr|konnen sie) (?:\\w+ ){0,5}(?:echte[nrsm]? (?:mensch\\w*|person|mitarbeiter\\w*|jemand\\w*)|richtige[nrsm]? (?:mensch\\w*|person)|mensch(?:en|lichen?)?|mitarbeiter(?:in)?|kundenberater|ansprechpartner\\w*|vorgesetzten?|ruckruf|rueckruf|jemand\\w* (?:echtes|vom|von|aus|mit dem|der|sprechen|reden|zuruckrufen|anrufen)|kundendienst|servicemitarbeiter|berater)\\b",
  ),
  rule(
    2,
    "\\b(?:ruft?|rufen sie|rufen) (?:mich|uns|mal|bitte|zuruck|mich bitte)\\b|\\bjemand\\w* (?:\\w+ ){0,4}(?:anrufen|zuruckrufen|anruft|zuruckruft|melden|kontaktieren|sprechen|drauf ?schauen|ansehen|ubernehmen)\\b|\\b(?:kein(?:en?)?|nicht (?:mit )?(?:einem|einer|dem|nem|diesem)|statt(?: einem)?|keine lust auf|genug von) (?:\\w+ ){0,3}(?:bot|bots|roboter|maschine|ki|computer|automat|chatbot)\\b|\\bweiterleiten an\\b|\\bverbinde\\w* (?:sie )?(?:mich|uns)\\b",
  ),
  // Spanish
  rule(
    2,
    "\\b(?:hablar|habla|hablo|chatear|comunicar\\w*|contactar\\w*|conectar\\w*|conecta\\w*|pasar\\w*|pasa\\w*|paseme|pasenme|transferir\\w*|transfier\\w*|comunique\\w*|ponme|pongame|poneme|derivar\\w*|deriva\\w*|atienda|atender|atencion|quiero|necesito|quisiera|dame|deme|prefiero|busco|exijo|solicito|pido|hay|puede|podria|puedo|ayuda de|contacto con|escalar|respuesta de)(?: \\w+){0,5}? (?:(?:un|una|el|la|algun|alguna|tu|su|vuestro|otro|otra|cualquier) )*(?:verdadero |verdadera |supuesto )?(?:persona|humano|humana|agente|representante|operador|operadora|asesor|asesora|alguien (?:real|de verdad|humano|del|de (?:soporte|tu|su|vuestro|el)|que)|ser humano|encargado|supervisor|gerente|jefe|responsable|empleado|ejecutivo|atencion al cliente|servicio al cliente|soporte humano|gente)\\b(?! (?:de ventas me dijo|de usuario|api|fisica))",
  ),
  rule(
    2,
    "\\b(?:llam(?:e|en|a|ame|enme|adme)(?:me)? (?:por telefono|por favor|ya|manana|hoy|al|a mi)|que (?:me|alguien me|alguien) (?:llame|llamen|contacte|contacten|atienda)|no (?:quiero|deseo|me interesa|voy a) (?:\\w+ ){0,4}(?:bot|robot|maquina|ia|contestadora)|hablar con alguien|alguien con quien (?:hablar|pueda))\\b",
  ),
  // French
  rule(
    2,
    "\\b(?:parler|parle|discuter|echanger|joindre|contacter|avoir|contact|veux|voudrais|souhaite|besoin|passez|passe|passer|transferez|transferer|transfere|mettez|mettre|exige|demande|prefere|relation|ligne|y a t il|reponse|aide|donnez|est ce que|appeler|communiquer)(?: \\w+){0,5}? (?:(?:a|avec|un|une|d|l|le|la|vrai|vraie|quelqu|autre|votre|vos|des|du|de|au|aupres) )*(?:humain|humaine|etre humain|personne|conseiller|conseillere|agent|operateur|operatrice|responsable|superieur|quelqu un|quelquun|qqn|qq1|representant|technicien|collaborateur|service client|support humain|manager|interlocuteur|charge de clientele|teleconseiller|employe)\\b(?! (?:ne|n) )(?! utilisateur)(?! immobilier)(?! morale)",
  ),
  rule(
    2,
    "\\b(?:rappelez|rappeler|rappelle|appelez|appeler) (?:moi|me)\\b|\\b(?:etre|me) (?:rappele|recontacte|rappeler)e?\\b|\\bpas (?:a |avec |de |d )?(?:un |une |ce |cette )?(?:robot|bot|machine|ia|chatbot|ordinateur)\\b",
  ),
  ...REQUESTS_IN_OTHER_LANGUAGES.map((source) => rule(2, source)),
];

const FILLER =
  "(?:please|now|just|a|an|the|hi|hello|hey|ok|okay|yo|ayo|dear|fine|yes|said|awake|around|here|any|talk|speak|chat|to|with|now|stat|ugh|bruh|get|give|me|want|need|i|asap|immediately|right|real|live|actual|sir|um|uh|thanks|thank|you|bitte|jetzt|sofort|por|favor|un|una|ya|s|il|vous|te|plait|svp|einen|ein|le|la|l|no|nope|again|human|to|bot|stop|still|any|s v p)";

/** A message that is nothing but the word. */
const BARE = new RegExp(
  `^(?:${FILLER} ){0,8}(?:human|humans|human being|agent|agents|representative|rep|operator|person|real person|live person|manager|supervisor|mods?|moderator|admin|staff|staff member|team lead|boss|call ?back|customer service representative|tech support|technician|someone real|somebody real|` +
    "live agent|live chat|real human|customer service rep|customer service|customer support|support agent|support rep|csr|advisor|staff|real people|talk to someone|speak to someone|" +
    "mensch|menschen|mitarbeiter|mitarbeiterin|kundenberater|berater|echter mensch|kundendienst|persona|persona real|humano|agente|asesor|operador|representante|operadora|" +
    `humain|conseiller|conseillere|operateur|etre humain|vraie personne|operatore|umano|atendente|pessoa|pessoa real|medewerker|mens|echt mens|konsultant|czlowiek|temsilci|musteri temsilcisi|yetkili)(?: ${FILLER}){0,8}(?: human| agent| representative| operator| person)*$`,
  "u",
);
