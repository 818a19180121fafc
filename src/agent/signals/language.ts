/**
 * ISO 639-1 of a text by its script and its commonest words; `en` when nothing tells. Takes sentences as `prepare`
 * makes them (no accents) and the text as written (with them).
 */
export function detectLanguage(sentences: readonly string[], plain: string): string {
  const script = scriptOf(plain);
  if (script !== undefined) return script;
  const scores = new Map<string, number>();
  let read = 0;
  for (const word of sentences.join(" ").split(" ", 120)) {
    read += 1;
    for (const [language, weight] of WORDS.get(word) ?? []) {
      scores.set(language, (scores.get(language) ?? 0) + weight);
    }
  }
  for (const [pattern, language, weight] of LETTERS) {
    if (pattern.test(plain)) scores.set(language, (scores.get(language) ?? 0) + weight);
  }
  let best = "en";
  let highest = (scores.get("en") ?? 0) + 0.3;
  for (const [language, value] of scores) {
    if (value > highest) {
      best = language;
      highest = value;
    }
  }
  // One borrowed word in a long text is no language.
  return highest < 0.04 * read ? "en" : best;
}

const SCRIPTS: readonly (readonly [RegExp, string])[] = [
  [/\p{Script=Hiragana}|\p{Script=Katakana}/gu, "ja"],
  [/\p{Script=Hangul}/gu, "ko"],
  [/\p{Script=Han}/gu, "zh"],
  [/\p{Script=Cyrillic}/gu, "ru"],
  [/\p{Script=Arabic}/gu, "ar"],
  [/\p{Script=Hebrew}/gu, "he"],
  [/\p{Script=Greek}/gu, "el"],
  [/\p{Script=Thai}/gu, "th"],
  [/\p{Script=Devanagari}/gu, "hi"],
  [/\p{Script=Bengali}/gu, "bn"],
  [/\p{Script=Tamil}/gu, "ta"],
  [/\p{Script=Georgian}/gu, "ka"],
  [/\p{Script=Armenian}/gu, "hy"],
];

function scriptOf(plain: string): string | undefined {
  const start = plain.slice(0, 1_000);
  const latin = start.match(/\p{Script=Latin}/gu)?.length ?? 0;
  if (latin === start.length) return undefined;
  for (const [pattern, language] of SCRIPTS) {
    const count = start.match(pattern)?.length ?? 0;
    // A few signs of a script without spaces say as much as a word in letters does.
    if (count === 0 || count * 3 < latin) continue;
    if (language === "ru") return /[іїєґ]/iu.test(start) ? "uk" : "ru";
    if (language === "ar") return /[پچژگ]/u.test(start) ? "fa" : "ar";
    return language;
  }
  return undefined;
}

const LETTERS: readonly (readonly [RegExp, string, number])[] = [
  [/ß/u, "de", 2],
  [/[äöü]/iu, "de", 0.6],
  [/[ñ¿¡]/iu, "es", 2],
  [/[êœç]|(?<!\p{L})(?:[cjlmnst]|qu)['’](?=[aeiouyéèêh])/iu, "fr", 1],
  [/[ãõ]/iu, "pt", 2],
  [/[łąęśżź]/iu, "pl", 2],
  [/[åø]/iu, "sv", 0.7],
  [/[ğışİ]/u, "tr", 2],
];

const COMMON: Readonly<Record<string, string>> = {
  en: "the a an is are was were i you my your we our it its this that to of and or in on for with not no yes have has had do does did can could would will what how why where when who please thanks thank hello hi hey help need want get me from about dont doesnt cant im ive account order password still just refund money working human agent talk speak",
  de: "der die das den dem des ein eine einen einem einer und oder ist sind war ich du ihr wir mein meine meinen meiner mir mich nicht kein keine wie was wo wann warum wer mit auf fur von zu zum zur im aus bei nach seit noch schon bitte danke hallo habe hab hat haben kann konnen kannst will mochte moechte wurde geht gibt es sie er auch aber wenn dass immer wieder jetzt uns euch eure ihre rechnung bestellung konto passwort geld zuruck mensch mitarbeiter sprechen hilfe kundigen mit einem",
  es: "el la los las un una unos unas y o es son esta estan soy mi mis tu tus su sus yo no si que como donde cuando porque quien por para con sin de del al en me te se lo le nos muy mas pero ya hola gracias favor quiero necesito puedo puede tengo hay hacer cuenta pedido dinero factura contrasena persona hablar ayuda cambiar otra vez todavia nadie esto eso cual",
  fr: "le la les un une des et ou est sont suis je tu il elle nous vous mon ma mes ton votre vos notre ne pas plus que qui quoi comment ou quand pourquoi avec sans pour par de du au aux en dans sur ce cette ca j c d l n s m qu ai a avez avoir etre fait faire bonjour salut merci svp plait veux voudrais peux pouvez commande compte mot facture argent remboursement parler aide toujours depuis humain conseiller",
  it: "il lo la gli le un una e o sono mio mia mi ti si non che come dove quando perche chi con senza per di del della al alla nel ciao salve grazie favore voglio vorrei posso ho ha ordine soldi parlare aiuto ancora rimborso fattura questo",
  pt: "o a os as um uma e ou sou meu minha me te se nao que como onde quando porque quem com sem para por de do da no na ola oi obrigado obrigada favor quero preciso posso tenho tem conta pedido dinheiro falar ajuda ainda senha reembolso voces isso esta",
  nl: "de het een en of is zijn ik je jij mijn wij niet geen hoe wat waar wanneer waarom wie met op voor van naar bij aan hallo bedankt alsjeblieft graag wil kan heb heeft mij nog bestelling rekening wachtwoord geld terug spreken hulp iemand",
  pl: "i w na nie jest sie moj moja moje ja ty my jak co gdzie kiedy dlaczego kto z do dla od czesc dzien dobry dziekuje prosze chce moge mam konto zamowienie haslo pieniadze pomoc jeszcze czy to ten rozmawiac",
  sv: "och ar jag du vi min mitt mina inte hur vad var nar varfor vem med pa for av till fran hej tack snalla vill kan har konto bestallning losenord pengar tillbaka hjalp det den ett en som",
  tr: "ve bir bu ben sen biz benim nasil ne nerede zaman neden kim ile icin merhaba tesekkurler lutfen istiyorum hesap siparis sifre para yardim degil var yok mi mu hala musteri",
};

/** Words that several languages share count less for each. */
const WORDS = new Map<string, (readonly [string, number])[]>();
for (const [language, words] of Object.entries(COMMON)) {
  for (const word of new Set(words.split(" "))) WORDS.set(word, [...(WORDS.get(word) ?? []), [language, 1]]);
}
for (const [word, languages] of WORDS) {
  WORDS.set(
    word,
    languages.map(([language]) => [language, 1 / languages.length]),
  );
}
