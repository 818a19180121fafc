import type { RuleFinding } from "./human.ts";
import type { Prepared } from "./prepare.ts";

/**
 * Signs of impatience or anger at us, the product or the wait. Each sign adds to the sum, so that two weak ones are
 * one strong one; a sign that something is meant kindly, or is about others, takes away.
 */
export function findFrustration(message: Prepared): RuleFinding {
  let points = 0;
  const evidence: string[] = [];
  const add = (value: number, words: string): void => {
    points += value;
    if (value > 0) evidence.push(words);
  };
  for (const sentence of message.sentences) {
    for (const [value, pattern] of SIGNS) {
      const match = pattern.exec(sentence);
      if (match !== null) add(value, match[0]);
    }
  }
  const { style } = message;
  if (style.capitals > 0.7 && message.sentences.join(" ").includes(" ")) add(0.8, "CAPITALS");
  else if (style.shoutedWords >= 2 && style.capitals > 0.25) add(0.5, "shouted words");
  if (/[!?]{3,}/.test(message.plain))
    add(/!{3,}|[!?]*\?![!?]*|[!?]*!\?[!?]*/.test(message.plain) ? 0.5 : 0.4, "!!!");
  if (/[😡🤬🖕💢]/u.test(message.plain)) add(1.2, "angry emoji");
  else if (/[😤😠👎🙄😒🤦🤡🗑]/u.test(message.plain)) add(0.8, "angry emoji");
  if (points > 0 && /[😂🤣😊😍🎉🥳👍❤😄😁🙏🔥]/u.test(message.plain)) add(-0.5, "kind emoji");
  return { points: Math.max(-2, Math.min(3, points)), evidence: evidence.slice(0, 4).join(" · ") };
}

const sign = (points: number, source: string): readonly [number, RegExp] => [
  points,
  new RegExp(`(?<![\\p{L}\\p{N}])(?:${source})(?![\\p{L}\\p{N}])`, "u"),
];

const TIMES =
  "(?:2nd|second|3rd|third|4th|fourth|5th|fifth|6th|sixth|7th|seventh|tenth|10th|nth|umpteenth|millionth|hundredth|\\d+th)";

const SIGNS: readonly (readonly [number, RegExp])[] = [
  // Leave taken, or who one is: an answer and no more
  sign(
    -1.2,
    "^(?:take care|thats (?:it|all|everything)(?: for (?:now|today))?|thats all thank you|im all set|done|im an? (?:\\w+ )?(?:member|customer|user|student|bronze|silver|gold|platinum))$",
  ),
  // Anger in so many words
  sign(
    1,
    "(?:this|thats|that|its|it|you|u|your \\w+|what|how|simply|just|absolutely|totally|completely|utterly|so|such|beyond|frankly|getting|been|are|all|is|pretty|really|quite|honestly|and|the most|an|a) (?:\\w+ )?(?:is |are |was |a |an |so |just |beyond |absolutely |fucking |freaking |really |getting |completely |utterly |totally |bit |such |frankly )*(?:ridiculous|unacceptable|outrageous|useless|pathetic|appalling|disgraceful|disgusting|laughable|infuriating|maddening|insulting|shameful|absurd|insane|bullshit|bs|garbage|trash|rubbish|a joke|joke|a scam|scam|scammers|crap|crappy|shit|shitty|shitshow|clown ?show|nightmare|a mess|incompetent|clueless|worthless|hopeless|shambles|abysmal|atrocious|dreadful|diabolical|unbelievable|exasperating|mental|madness|lousy|unprofessional)",
  ),
  sign(
    0.9,
    "ridiculous|unacceptable|outrageous|pathetic|appalling|disgraceful|infuriating|incompetent|bullshit|wtf|wth|ffs|stfu|fml|omfg|for fucks sake|for gods sake|for christs sake|for crying out loud|for the love of god|jesus christ|goddamn|goddammit|god damn|piece of (?:shit|crap|junk|garbage|trash)|are you kidding me|you(?:ve| have)? got to be kidding|kidding me|are you (?:serious|joking|for real|deaf|stupid|dumb|even (?:reading|listening|trying))|you must be joking|seriously guys",
  ),
  sign(
    0.8,
    "fuck|fucking|fucked|fuckin|fkn|fking|effing|f ing|bloody hell|shit|bollocks|screw (?:you|this|it|your)|damn it|dammit|piss(?:ed|es|ing)? (?:me )?off|pissed|bs|sucks|suck|crap|crappy|shitty",
  ),
  sign(
    1,
    "(?:i am|im|i m|i|were|we are|we re|getting|got|very|really|so|beyond|quite|extremely|now|more than|pretty|feel|feeling|a bit|bit|kinda|seriously|losing|lost) (?:\\w+ )?(?:\\w+ )?(?:frustrated|furious|angry|mad|livid|fuming|annoyed|irritated|upset|pissed|outraged|fed up|sick and tired|sick of|tired of|disappointed|disgusted|enraged|raging|exhausted|at my wits end|at the end of my (?:rope|tether)|done with (?:this|you|your)|losing (?:my )?(?:patience|mind|it|hope|faith)|my patience|running out of patience|out of patience|over it|unhappy|dissatisfied|let down|not happy|not impressed|unimpressed|gobsmacked|about to lose it)",
  ),
  sign(
    0.7,
    "frustrat\\w+|annoying|infuriat\\w+|fed up|sick and tired|had enough|ive had it|had it with|at my wits end|losing (?:my )?patience|(?:very|so|really|extremely|hugely|deeply) (?:disappoint\\w+|annoy\\w+|upset|angry)|terrible (?:service|support|experience|company|product|app|customer)|(?:horrible|awful|worst|shocking|lousy|poor|dreadful|bad|abysmal|crap|zero|non ?existent|shitty|garbage|joke of a) (?:\\w+ )?(?:service|support|experience|company|product|app|customer service|update|bot|team|platform|communication|response)|worst \\w+ (?:ever|i)|hate (?:this|your|you|it|that|when you|the new|how you)|i despise|waste of (?:my )?(?:time|money|space)|wast(?:ed|ing) (?:my|our|hours|half|an? \\w+|so much|enough|the|another|two|three) ?\\w*|wasted \\w+ hours?",
  ),
  sign(
    0.7,
    "this is (?:nonsense|stupid|dumb|idiotic|crazy|insane|hell|exhausting|not ok|not okay|not good enough|unreal|so bad|terrible|awful|horrible|the worst|theft|robbery|fraud|daylight robbery|getting old|going nowhere|beyond me|wild)|what a (?:joke|mess|waste|disaster|shame|disgrace|farce|circus|shambles|nightmare|load of|scam|rip ?off)|disaster|rip ?off|ripped off|farce|a disgrace|shambolic|stupid (?:bot|app|thing|site|system|machine|service|company|update|ai|chatbot)|dumb (?:bot|ai|app|machine|thing)|useless (?:bot|app|thing|site|ai|support|service|answer|chatbot|piece)|idiots?|morons?|clowns?|liars?|thieves|crooks|a bunch of",
  ),
  sign(
    0.9,
    "(?:like )?talking to a (?:brick )?wall|unusable|not (?:good enough|acceptable)|driv\\w+ (?:me|us) (?:mad|crazy|nuts|insane|up the wall|round the bend)|shut up|is this (?:a|some kind of) (?:joke|prank)|patience is|dumpster fire|so done|(?:dumb|stupid|useless|terrible|worst|braindead|trash) (?:bot|ai|devs|app|company|service|update|support)|(?:bot|ai|app|support|service) (?:is|s) (?:so |really |such |a |just )*(?:dumb|stupid|useless|trash|garbage|bad|terrible|a joke|braindead)|excuses|you had one job|robbery|ruined (?:my|our|the|everything)|never again|fed up|beyond (?:annoyed|tired|frustrated|angry)|nobody (?:told|tells|cares|bothered)|(?:treat|treating) (?:your |paying |me |us )|dont (?:care|treat me|patronise|patronize)|a+r+gh+|ugh+|daylight robbery|false advertising|zumutung|unterirdisch|euer ernst|das allerletzte|es el colmo|no lo puedo creer|ca suffit|en dessous de tout|on me balade",
  ),
  sign(
    -1,
    "^(?:oh |ah |ok |okay |actually |hm |hmm |no |sorry )*(?:never ?mind|nvm|nm)(?: then| thanks| thank you| all good| its (?:fine|ok|okay|sorted)| please)*$",
  ),
  sign(
    -1,
    "(?:never ?mind|nvm) (?:found|solved|got|fixed)|finally (?:works|working|got it|thanks)|take your time|well done everyone|you did a great|insane in a good",
  ),
  // Again and again
  sign(
    0.9,
    `(?:this is |now |its |thats |for |the |my |literally )+(?:the |my |literally |like )*${TIMES} (?:\\w+ )?(?:time|day|week|ticket|email|message|attempt|try|person|agent|month|request|bug|outage)(?! (?:user|buyer|customer|zone|slot))`,
  ),
  sign(
    0.9,
    "(?:third|fourth|fifth|sixth|3rd|4th|5th|6th|10th|tenth|nth|umpteenth|millionth|hundredth) (?:\\w+ )?(?:time|ticket|email|message|day in a row|week in a row|attempt)(?: (?:i|ive|im|asking|i ask|today|this|now|were|we|that|in))?",
  ),
  sign(
    1,
    "how many (?:more )?(?:times|weeks|tickets|emails|months|days|hours) (?:do|must|have|will|am|are|should|does|until|before|is|more)|how (?:much )?(?:longer|long) (?:do|must|will|am|are|should|is this going|does this|until|more|exactly) ?(?:i|we|you|it|this|to|have|take)*(?: (?:have|need|supposed|expected|going|gonna|expect|meant))|how hard (?:can|is) (?:it|this|that)|how (?:is|can) (?:this|it) (?:still|even|possible|be this|possibly)",
  ),
  sign(
    0.9,
    "(?:already|literally|clearly|just) (?:told|said|explained|answered|asked|sent|given|tried|did|done|gave|written|wrote) (?:you |this |that |all of |it )*(?:you|this|that|twice|three|\\d|times|already|all|everything|a hundred|so many|a million|thrice)|(?:i|ive|i have) (?:told|asked|said|explained|written|emailed|messaged|called|contacted|reported) (?:you |this |it |to you |this to you |already |in |about |support )*(?:again and again|over and over|multiple times|many times|several times|\\d+ times|\\d+x|twice|three times|four times|five times|a (?:hundred|million|thousand|dozen|few|couple of) times|countless times|repeatedly|so many times|a zillion times|already)|as i (?:already )?(?:said|told)|read what i (?:wrote|said|typed)|did you (?:even )?read|you(?:re| are) not (?:listening|reading|helping)|you (?:keep|kept|always|never|still dont|dont even|obviously|clearly|didnt even|just) (?:\\w+ )?(?:repeat\\w*|say\\w*|tell\\w*|send\\w*|ask\\w*|give|giv\\w*|giving|ignore|ignor\\w*|dodg\\w*|copy\\w*|past\\w*|listen|answer|understand|read|care|fix|reply|respond|help|promis\\w*|charg\\w*|break\\w*|crash\\w*|chang\\w*|closing|close|delet\\w*|pass\\w*|sending|making|make)",
  ),
  sign(
    0.5,
    "over and over|again and again|time and again|every (?:single|damn|bloody|freaking|fucking) (?:\\w+)|once again|yet again|yet another|not again|here we go again|keeps? (?:happening|crashing|failing|breaking|freezing|charging|sending|logging|kicking|disconnecting|losing|giving)|same (?:issue|problem|bug|answer|thing|reply|response|link|article|question|error|nonsense|shit|copy|canned) (?:again|every|over|for|as|since|yet)|still (?:nothing|no (?:answer|reply|response|update|refund|word|sign|solution|fix|help|news|order|package)|waiting|havent|hasnt|not (?:fixed|working|resolved|solved|here|refunded|done|arrived|shipped)|doesnt work|dont have|broken|the same|down|getting|being)|nothing (?:works|helps|has changed|happens|happened|has happened|ever works)|never (?:works|worked|answers?|responds?|replies|fixed|arrives|helps|again)|doesnt (?:even )?(?:help|answer|work at all)|did(?:nt| not) (?:help|work) (?:at all|either|again)|not (?:helpful|helping)|unhelpful|isnt helping|no help|zero help|no use",
  ),
  // Waiting, ignored
  sign(
    0.8,
    "(?:no ?one|nobody|no one|none of you|noone|not one person|not a single person|never anyone) (?:\\w+ )?(?:answers?|answered|repl\\w+|responds?|responded|helps?|helped|cares?|called|calls|bothers?|bothered|gets back|got back|knows|is (?:answering|helping|replying|responding|listening)|has (?:answered|replied|responded|helped|called|gotten|got|bothered|contacted|come))|(?:ive|i have|been|we have|weve|were|am|im) (?:been )?(?:waiting|ignored|on hold|chasing|asking|begging|going (?:round|around|back and forth)|trying to (?:reach|get|sort|fix) \\w+|stuck|sitting here)(?: \\w+){0,4} (?:hours?|days?|weeks?|months?|ages|forever|all (?:day|week|morning|afternoon|night)|since|years?|eternity|circles|minutes|hrs|wks)|(?:waiting|waited) (?:\\w+ ){0,3}(?:hours|days|weeks|months|ages|forever|all day|long enough|an eternity|a month|a week|an hour)|ignoring (?:me|us|my|our|everyone)|being ignored|ignored (?:me|us|my|for)|radio silence|ghosted|ghosting|given the run ?around|run ?around|fobbed off|passed (?:around|from)|going (?:in|around in|round in) circles|go(?:ing)? nowhere|get(?:ting)? nowhere|leading nowhere|left (?:hanging|in the dark)|hello anyone|anyone alive",
  ),
  sign(
    0.5,
    "(?:for|since) (?:over |more than |almost |the last |the past |like |about |literally )*(?:\\w+ )?(?:weeks|months|days|hours|ages|forever|years) (?:now|already)|(?:\\w+ )?(?:weeks|months|days|hours|hrs) (?:and (?:still|counting|nothing|no|you|not)|later and|of (?:this|waiting|nothing|silence|back and forth|emails|excuses))|hours? on (?:hold|the phone)|when (?:will|are) (?:you|this|it|they) (?:finally|ever|actually|going to)|finally (?:fix|answer|do|help|get|respond|reply|ship)|do your job|get your (?:act|shit|stuff) together|fix (?:your|this) (?:shit|crap|damn|mess|already|garbage|now|stupid|app|thing)|just (?:fix|do|answer|refund|cancel) (?:it|this|me|my|the)(?: \\w+)? (?:already|now|damn)|come on|hurry up|enough is enough|enough already",
  ),
  // Leaving, threatening
  sign(
    0.7,
    "(?:going to|gonna|will|ill|about to|seriously|ready to|thinking of|time to) (?:be )?(?:cancel everything|leave|leaving|switch(?:ing)? to (?:a )?(?:competitor|\\w+ instead)|sue|report you|dispute|charge ?back|leave a (?:bad|1|one) star|never (?:buy|use|order|come)|take (?:my|our) (?:business|money) elsewhere|tell everyone|throw|smash|lose it|scream|cry)|lawyer|legal action|small claims|trading standards|better business bureau|bbb|consumer protection|chargeback|1 star|one star|zero stars|last (?:straw|chance|warning)|final straw|never (?:again|buying|using|ordering|recommending|recommend)|regret (?:buying|signing|ever|this|paying)|lost (?:a|all) (?:customer|faith|trust|respect|confidence)|shame on (?:you|u)|should be ashamed|dont care|couldnt care less|stealing|stole|robbed|scamm\\w+|lying|lied",
  ),
  // Sarcasm
  sign(
    1,
    "(?:great|wow|fantastic|brilliant|wonderful|lovely|awesome|amazing|perfect|nice|cool|excellent|superb|oh great|ah great|yay|terrific|marvelous|marvellous|splendid|bravo|well done|congrats|congratulations|thanks|good job|nice job|nice one|nice work|oh good|oh look|of course|sure|right|ah yes|oh)(?: just| guys| \\w+)? ?(?:another (?:useless|canned|bot|update|outage|broken|bug|crash|error|day|week|failed|link|automated|copy|generic|article|wasted|ticket|failure|round|delay|price)|just (?:great|brilliant|what i needed|perfect|wonderful|fantastic|lovely|amazing|awesome)|so (?:helpful|useful|much for)|that (?:really )?(?:helps|helped|clears|solved) (?:a lot|so much|nothing|loads|heaps|everything|zero)|very helpful not|real helpful|for (?:nothing|wasting|the (?:useless|non|zero|copy|runaround|great|amazing)|ignoring|breaking|losing|absolutely nothing|deleting|charging)|super helpful|really helpful bot|broken again|down again|it broke again|now (?:its|it|nothing|everything|the \\w+) (?:is |s )?(?:broken|worse|down|gone|even worse|dead|doesnt work))",
  ),
  sign(
    1,
    "thanks for nothing|thank you for nothing|so helpful|much help|big help|some help you are|slow clap|clap clap|how (?:helpful|wonderful|lovely|nice|delightful|convenient|very helpful|kind)|love (?:how|that|it when|being|waiting|paying|losing) (?:\\w+ ){0,6}(?:\\w+)|what (?:a|an) (?:surprise|shock|treat|joy|delight)|quelle surprise|shocker|oh joy|good to know you|keep up the (?:great|good|amazing) work (?:breaking|ignoring|losing)|money well spent|worth every penny|dont worry im only|only (?:took|been|waited|had to|the \\w+ time) |must be nice|genius|geniuses|brilliant idea|top notch|first class|world class|stellar|real classy|yeah right|as if|lol ok sure|couldnt be (?:happier|more useless)|as useful as|about as \\w+ as|have you even|do you (?:even|people|guys) (?:even )?(?:read|test|work|care|know|listen|understand|speak|do)|does (?:anyone|anybody) (?:even|actually|there|over there|at all) (?:\\w+)|is (?:anyone|anybody) (?:even|actually|ever) (?:\\w+)|what am i (?:even )?paying (?:\\w+ )?for|why (?:do|am|did) i (?:even )?(?:pay|paying|bother|keep paying)|what(?:s| is) the (?:point|use) (?:of|in)|whats wrong with you|what is wrong with (?:you|this|your)|what the (?:hell|heck|fuck|f|actual)|the hell|why (?:the hell|on earth|in gods name|the fuck)",
  ),
  // German
  sign(
    1,
    "unverschamt\\w*|frechheit|saftladen|scheiss\\w*|scheisse|verdammt\\w*|lacherlich|unmoglich(?:er|e)? (?:service|laden|support)|katastroph\\w*|unter aller sau|reicht(?:s| es)? (?:mir|jetzt|langsam)|mir reicht|die schnauze voll|nase voll|hab(?:e)? (?:es )?(?:satt|genug|die)|genervt|nervt|sauer|wutend|stinksauer|enttauscht\\w*|frustrier\\w*|argerlich|verarsch\\w*|wollt ihr mich|das darf doch nicht wahr|kann doch nicht (?:wahr )?sein|unfassbar|abzocke\\w*|betrug|witz|nutzlos\\w*|unbrauchbar\\w*|zum (?:dritten|vierten|funften|x ten|hundertsten|zehnten|\\d+) ?(?:ten )?mal|zum kotzen|nie wieder|wie (?:oft|lange) (?:soll|muss|noch|denn)|immer noch (?:nicht|nichts|kein\\w*)|seit (?:\\w+ ){0,3}(?:wochen|tagen|stunden|monaten)|wieder (?:mal|einmal) (?:nicht|kaputt)|niemand (?:antwortet|hilft|meldet)|keiner (?:antwortet|hilft|meldet)|na toll|ganz toll|danke fur nichts|schlechteste\\w*|miserabel\\w*|inakzeptabel|zeitverschwendung|schon (?:drei|vier|funf|zehn|x|3|4|5) ?mal|endlich mal|schon wieder|was soll (?:das|der)|unzumutbar|bodenlos\\w*|mull|schrott",
  ),
  // Spanish
  sign(
    1,
    "ridicul[oa]|inaceptable|indignante|verguenza|vergonzos[oa]|hart[oa]s?|enfadad[oa]|enojad[oa]|cabread[oa]|furios[oa]|molest[oa]|decepcionad[oa]|decepcionante|frustrad[oa]|frustrante|inutil(?:es)?|mierda|joder|carajo|puta|putos?|cono|pesim[oa]|horrible|una estafa|estafa|estafadores|ladrones|tomadura de pelo|me estan (?:tomando|vacilando|robando)|es una broma|no puede ser|cuantas veces|(?:tercera|cuarta|quinta|enesima|decima) vez|sigo (?:esperando|sin)|sigue sin|llevo (?:\\w+ ){0,3}(?:dias|semanas|horas|meses|anos)|nadie (?:\\w+ )?(?:responde|contesta|ayuda|resuelve|hace)|ya (?:basta|estoy|me canse|les dije|lo dije|os he dicho)|estoy cansad[oa]|perdida de tiempo|gracias por nada|que asco|el peor|la peor|otra vez (?:lo mismo|igual|con|no|falla|caido)|no sirve(?:n)?(?: para nada)?|basura|increible que|de verdad siguen|hasta cuando|todavia no",
  ),
  // French
  sign(
    1,
    "ridicule|inacceptable|honteux|honte|scandaleux|marre|ras le bol|enerv\\w+|agace\\w*|furieux|furieuse|en colere|decu\\w*|decevant|frustr\\w+|inadmissible|nul a chier|nulle? part|c est nul|c est n importe quoi|n importe quoi|merde|putain|bordel|foutage de gueule|vous foutez|moquez|se moque|se fout|arnaque\\w*|voleurs|incompetents?|inutiles?|pire (?:service|support)|(?:troisieme|quatrieme|cinquieme|enieme|dixieme|\\d+ ?e(?:me)?) fois|combien de fois|toujours (?:pas|rien|aucun\\w*)|personne ne (?:repond|m aide|me repond|fait)|depuis (?:\\w+ ){0,3}(?:semaines|jours|heures|mois)|j attends|merci pour rien|perte de temps|plus jamais|honnetement lamentable|lamentable|catastroph\\w*|insupportable|j en peux plus|assez|bravo|super encore|encore (?:une fois|en panne|un bug)|c est une blague|une blague|scandale|pitoyable|desesperant",
  ),
  // Not meant so, or not about us
  sign(
    -1.5,
    "not (?:angry|frustrated|mad|annoyed|upset|complaining|a complaint|a big deal|urgent|in a hurry|trying to be|disappointed|blaming)|no (?:worries|rush at all|hurry|biggie|problem|stress|pressure|complaints)|not a rush|dont worry|whenever you (?:can|have|get)|when you have a (?:minute|moment|sec)|just (?:curious|wondering|checking|fyi)|sorry (?:if|for) (?:this|the|being|bother\\w*|to bother|my|i|asking|im)|sorry to (?:bother|ask|be)|excuse my|my bad|my fault|my own (?:fault|stupid)|silly (?:me|question)|stupid question|dumb question|dumb of me|im (?:useless|hopeless|terrible|bad|an idiot|so dumb|stupid)|i suck|feel (?:stupid|dumb|silly)",
  ),
  sign(
    -1.2,
    "thank you so much|thanks so much|works (?:great|now|perfectly|again|fine now)|(?:its|is|all) (?:fixed|working|sorted|good|solved) now|love (?:this|your|the) (?:app|product|tool|service|new|bot|team|update|feature|game)|really appreciate|much appreciated|you(?:re| guys are| all are| people are)? (?:awesome|amazing|great|the best|a lifesaver|legend\\w*)|thats (?:awesome|amazing|great|perfect|insane(?:ly)? good)|happy with|great (?:job|work|tool|app|product) (?:on|with|guys|team|everyone|so far)|sick (?:update|design|feature|theme)|damn (?:good|nice|fast|thats|that was|fine)|holy (?:shit|crap) (?:that|this|its|you|thanks)|insanely (?:good|fast|useful)|crazy (?:good|fast)",
  ),
  sign(
    -1.2,
    "(?:my|our|the|their|some|your) (?:\\w+ )?(?:customers?|users?|clients?|students?|players|viewers|kids?|boss|team|colleagues?|wife|husband|son|daughter) (?:\\w+ ){0,3}(?:frustrated|angry|annoyed|upset|complain\\w*|furious|disappointed|mad|hate|hates|impatient)|(?:angry|annoyed|frustrated|upset|unhappy|rude|abusive|toxic) (?:customers?|users?|clients?|emails?|birds?|players?|tweets?|callers?|messages?|reviews?)|detect (?:anger|frustration|sentiment)|sentiment|profanity filter|swear words",
  ),
];
