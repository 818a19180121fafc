/** Words that carry no topic, in the languages that customers of a small shop write most. */
const EN =
  "a about above after again all also am an and any are aren as at be because been before being below between both but by can cannot can't could couldn did didn do does doesn doing don don't down during each few for many from further had hadn has hasn have haven having he her here hers him his how i i'd i'll i'm i've if in into is isn it its it's itself just let like ll me more most my myself no nor not now of off on once only or other our ours out over own please pls same shall she should so some such than that that's the their them then there these they this those through to too u under until up ur us ve very want was wasn we were weren what what's whats when where which while who whom why will with won would wouldn you your yours hi hello hey thanks thank dear ok okay need get got im ive dont cant doesnt isnt didnt wont";
const DE =
  "aber alle als am an auch auf aus bei bin bis bitte da dann das dass dein dem den der des die dies diese dieser doch du durch ein eine einem einen einer eines er es für gibt habe haben hallo hat hatte ich ihr im in ist ja kann kein keine können könnt mein meine meinem meinen meiner mich mir mit muss nach nicht noch nur ob oder sehr sein sich sie sind so über um und uns unser von vor wann warum was wenn wer wie wieso wir wird wo zu zum zur";
const ES =
  "a al algo ante antes aquí cómo como con cual cuál cuando cuándo cuánto de del desde donde dónde el ella ellos en entre era es esta está este esto hay hola la las le les lo los más me mi mis muy ni no nos o para pero por porque puedo que qué se ser si sí sin sobre soy su sus te tengo tu un una uno unos y ya yo";
const FR =
  "ai au aux avec bonjour ce ces cette comment dans de des du elle en es est et être eu il ils j'ai je la le les leur lui ma mais me mes mon ne nos notre nous on ou où par pas pour pourquoi puis quand que quel quelle qui sa se ses si son sont sur ta te tes ton tu un une vos votre vous y";

/**
 * Words of conversation: they may find something, but seldom say what a question is about, and that a knowledge base
 * lacks one means nothing. Numbers, times and places of everyday life belong to them too.
 */
const CONVERSATION =
  "able actually ago almost already although always another anybody anyone anything anyway apparently around ask asked asking away back bad basically because become before begin believe best better big bigger biggest bit both bought bring brings brought came certain clearly come comes coming completely could couple currently day days definitely did different directly either else email enough etc even ever every everybody everyone everything exactly far feel few figure figured finally find first five follow following forever found four friday full fully gave getting give gives giving glad go goes going gone gonna good got gotta great guess guys half happen happened happening happens hard hear heard help helps here honest honestly hope hour hours however idea instead issue january february march april june july august september october november december keep keeps kept kind knew know knows last lately later least leave left less little live long longer look looked looking looks lose lot lots love made make makes making matter maybe mean means meant mention might min mind minute minutes moment monday month months morning moved much must myself near never new next nice nobody noone normal nothing notice noticed obviously often old one ones others otherwise part past people per perhaps person pick picked piece place plenty point possible possibly pretty probably problem put quick quickly quite rather read reading real really reason recently remember right run running said same saturday saw say saying says see seem seems seen send sent serious seriously several short show shows side since six somebody somehow someone something sometimes somewhere soon sorry started starting stay still stop straight stuff sunday super supposed sure take taken takes taking talk tell telling ten than thing things think third thought thousand three thursday time times tip tips today together told tomorrow tonight took totally tried trip true truly try trying tuesday twice two understand unless use used uses using usually wait waiting wanna wanted wants way ways wednesday week weekend weeks went whatever whether whole wish without wonder wondering wondered word work working works worry worth wrong yeah year years yep yes yesterday yet yrs";

const WEAK: ReadonlySet<string> = setOf(CONVERSATION);

/** True for a word of conversation and for a bare number, which an example brings along. */
export function isWeak(word: string): boolean {
  return WEAK.has(word) || /^[\d.,]+(?:k|m|st|nd|rd|th)?$/.test(word);
}

const LISTS = { en: setOf(EN), de: setOf(DE), es: setOf(ES), fr: setOf(FR) };

export type Language = keyof typeof LISTS;

export const STOP_WORDS: ReadonlySet<string> = new Set(Object.values(LISTS).flatMap((list) => [...list]));

/** By the small words; English when nothing tells. */
export function languageOf(words: readonly string[]): Language {
  let best: Language = "en";
  let most = words.filter((word) => LISTS.en.has(word)).length;
  for (const language of ["de", "es", "fr"] as const) {
    const found = words.filter((word) => LISTS[language].has(word)).length;
    if (found > most) [best, most] = [language, found];
  }
  return best;
}

function setOf(list: string): ReadonlySet<string> {
  return new Set(list.split(" ").map((word) => word.normalize("NFC")));
}
