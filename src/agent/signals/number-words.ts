/** A number written in words, and where it stands. */
export interface NumberPhrase {
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

/** Numbers of ten and more in English, German, Spanish or French words: "three hundred", "dreihundert", "mil doscientos". */
export function numberWords(text: string): readonly NumberPhrase[] {
  const found: NumberPhrase[] = [];
  let run: Word[] = [];
  const close = (): void => {
    const phrase = phraseOf(run);
    if (phrase !== undefined) found.push(phrase);
    run = [];
  };
  let lastEnd = 0;
  for (const match of text.matchAll(/\p{L}+/gu)) {
    const parts = match[0].length > 40 ? undefined : readWord(fold(match[0]));
    const gap = text.slice(lastEnd, match.index);
    lastEnd = match.index + match[0].length;
    if (run.length > 0 && !/^(?:\s|-){1,3}$/.test(gap)) close();
    if (parts === undefined) close();
    else run.push({ parts, start: match.index, end: lastEnd });
  }
  close();
  return found;
}

interface Word {
  readonly parts: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** Stands for "and", which joins two numbers and begins none. */
const AND = -1;

/** The numbers that make up one word ("dreihundert" is 3 and 100); undefined when it is no number. */
function readWord(word: string): readonly number[] | undefined {
  const known = WORDS.get(word);
  if (known !== undefined) return [known];
  // German writes a number in one word; units stand before "und" and the tens.
  const parts: number[] = [];
  let rest = word;
  while (rest.length > 0) {
    const piece = GERMAN.find(([name]) => rest.startsWith(name));
    if (piece === undefined) return undefined;
    parts.push(piece[1]);
    rest = rest.slice(piece[0].length);
  }
  return parts.length > 1 ? parts : undefined;
}

function phraseOf(run: readonly Word[]): NumberPhrase | undefined {
  let words = [...run];
  while (words[0]?.parts[0] === AND) words = words.slice(1);
  while (words.at(-1)?.parts[0] === AND) words = words.slice(0, -1);
  const first = words[0];
  const last = words.at(-1);
  if (first === undefined || last === undefined) return undefined;
  let total = 0;
  let group = 0;
  for (const part of words.flatMap((word) => word.parts)) {
    if (part === AND) continue;
    if (part === 1_000 || part === 1_000_000) {
      total += (group === 0 ? 1 : group) * part;
      group = 0;
    } else if (part === 100 && group % 100 > 0 && group < 100) group *= 100;
    // French: quatre-vingt is four twenties.
    else if (part === 20 && group % 100 === 4) group += 76;
    else group += part;
  }
  const value = total + group;
  return value >= 2 && value < 1e9 ? { value, start: first.start, end: last.end } : undefined;
}

function fold(word: string): string {
  return word
    .toLowerCase()
    .replace(/ß/g, "ss")
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "");
}

const TABLE =
  "a 1 an 1 one 1 two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 ten 10 eleven 11 twelve 12 thirteen 13 fourteen 14 " +
  "fifteen 15 sixteen 16 seventeen 17 eighteen 18 nineteen 19 twenty 20 thirty 30 forty 40 fourty 40 fifty 50 sixty 60 " +
  "seventy 70 eighty 80 ninety 90 hundred 100 hundreds 100 hunderd 100 thousand 1000 grand 1000 million 1000000 and -1 " +
  "ein 1 eine 1 eins 1 zwei 2 zwo 2 drei 3 vier 4 funf 5 fuenf 5 sechs 6 sieben 7 acht 8 neun 9 zehn 10 elf 11 zwolf 12 zwoelf 12 " +
  "zwanzig 20 dreissig 30 vierzig 40 funfzig 50 fuenfzig 50 sechzig 60 siebzig 70 achtzig 80 neunzig 90 hundert 100 tausend 1000 und -1 " +
  "un 1 uno 1 una 1 dos 2 tres 3 cuatro 4 cinco 5 seis 6 siete 7 ocho 8 nueve 9 diez 10 once 11 doce 12 quince 15 veinte 20 treinta 30 " +
  "cuarenta 40 cincuenta 50 sesenta 60 setenta 70 ochenta 80 noventa 90 cien 100 ciento 100 doscientos 200 doscientas 200 trescientos 300 " +
  "trescientas 300 cuatrocientos 400 quinientos 500 quinientas 500 seiscientos 600 setecientos 700 ochocientos 800 novecientos 900 mil 1000 y -1 " +
  "une 1 deux 2 trois 3 quatre 4 cinq 5 sept 7 huit 8 neuf 9 dix 10 onze 11 douze 12 treize 13 quatorze 14 quinze 15 seize 16 vingt 20 vingts 20 " +
  "trente 30 quarante 40 cinquante 50 soixante 60 cent 100 cents 100 mille 1000 et -1";

const WORDS = new Map<string, number>();
const names = TABLE.split(" ");
for (let at = 0; at + 1 < names.length; at += 2) WORDS.set(names[at] ?? "", Number(names[at + 1]));

const GERMAN: readonly (readonly [string, number])[] = (
  [
    ["tausend", 1_000],
    ["hundert", 100],
    ["zwanzig", 20],
    ["dreissig", 30],
    ["vierzig", 40],
    ["funfzig", 50],
    ["sechzig", 60],
    ["siebzig", 70],
    ["achtzig", 80],
    ["neunzig", 90],
    ["sechzehn", 16],
    ["siebzehn", 17],
    ["zehn", 10],
    ["elf", 11],
    ["zwolf", 12],
    ["eins", 1],
    ["ein", 1],
    ["zwei", 2],
    ["drei", 3],
    ["vier", 4],
    ["funf", 5],
    ["sechs", 6],
    ["sieben", 7],
    ["acht", 8],
    ["neun", 9],
    ["und", AND],
  ] as const
).toSorted((left, right) => right[0].length - left[0].length);
