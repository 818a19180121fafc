/** Words that carry no topic, in the languages that customers of a small shop write most. */
const EN =
  "a about above after again all also am an and any are aren as at be because been before being below between both but by can cannot can't could couldn did didn do does doesn doing don don't down during each few for from further had hadn has hasn have haven having he her here hers him his how i i'd i'll i'm i've if in into is isn it its it's itself just let like ll me more most my myself no nor not now of off on once only or other our ours out over own please pls same shall she should so some such than that that's the their them then there these they this those through to too u under until up ur us ve very want was wasn we were weren what what's whats when where which while who whom why will with won would wouldn you your yours hi hello hey thanks thank dear ok okay need get got im ive dont cant doesnt isnt didnt wont";
const DE =
  "aber alle als am an auch auf aus bei bin bis bitte da dann das dass dein dem den der des die dies diese dieser doch du durch ein eine einem einen einer eines er es für gibt habe haben hallo hat hatte ich ihr im in ist ja kann kein keine können könnt mein meine meinem meinen meiner mich mir mit muss nach nicht noch nur ob oder sehr sein sich sie sind so über um und uns unser von vor wann warum was wenn wer wie wieso wir wird wo zu zum zur";
const ES =
  "a al algo ante antes aquí cómo como con cual cuál cuando cuándo cuánto de del desde donde dónde el ella ellos en entre era es esta está este esto hay hola la las le les lo los más me mi mis muy ni no nos o para pero por porque puedo que qué se ser si sí sin sobre soy su sus te tengo tu un una uno unos y ya yo";
const FR =
  "ai au aux avec bonjour ce ces cette comment dans de des du elle en es est et être eu il ils j'ai je la le les leur lui ma mais me mes mon ne nos notre nous on ou où par pas pour pourquoi puis quand que quel quelle qui sa se ses si son sont sur ta te tes ton tu un une vos votre vous y";

export const STOP_WORDS: ReadonlySet<string> = new Set(
  [EN, DE, ES, FR].flatMap((list) => list.split(" ")).map((word) => word.normalize("NFC")),
);
