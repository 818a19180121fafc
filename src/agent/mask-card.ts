/** Where a card number stands in a text. */
export interface CardAt {
  readonly start: number;
  readonly end: number;
}

/** Digits of any script with what people put between them. */
const BETWEEN = String.raw`[\p{Zs}\p{Cf}\p{Pd}.\n_]{0,3}`;
const RUN = new RegExp(String.raw`(?<![\p{Nd}+])\p{Nd}(?:${BETWEEN}\p{Nd}){12,400}`, "gu");

/**
 * Payment card numbers: a known issuer, its length, the check digit, written in one piece or in the groups that
 * stand on a card. A phone number with its plus sign, and a long number of another kind, is none.
 */
export function findCards(text: string): CardAt[] {
  const cards: CardAt[] = [];
  for (const { 0: run, index } of text.matchAll(RUN)) {
    const groups = groupsOf(run);
    let first = 0;
    while (first < groups.length) {
      const count = cardFrom(groups, first);
      const begin = groups[first];
      const last = groups[first + count - 1];
      if (count > 0 && begin && last) {
        cards.push({ start: index + begin.start, end: index + last.end });
      }
      first += Math.max(1, count);
    }
  }
  return cards;
}

interface Group extends CardAt {
  readonly digits: string;
}

function groupsOf(run: string): Group[] {
  return Array.from(run.matchAll(/\p{Nd}+/gu), ({ 0: found, index }) => ({
    digits: Array.from(found, digitOf).join(""),
    start: index,
    end: index + found.length,
  }));
}

/** Blocks of digits lie in tens, zero first. */
function digitOf(character: string): string {
  const plain = character.normalize("NFKC");
  if (/^[0-9]$/.test(plain)) return plain;
  const point = plain.codePointAt(0) ?? 0;
  for (let value = 1; value <= 9; value += 1) {
    if (!/^\p{Nd}$/u.test(String.fromCodePoint(point - value))) return String(value - 1);
  }
  return "9";
}

const LONGEST = 19;

/** How many groups from `first` on make a card number; 0 when none do. The longest one counts. */
function cardFrom(groups: readonly Group[], first: number): number {
  let digits = "";
  let found = 0;
  for (let at = first; at < groups.length && digits.length < LONGEST; at += 1) {
    digits += groups[at]?.digits ?? "";
    const shape = groups.slice(first, at + 1).map((group) => group.digits.length);
    if (isCard(digits) && isShape(shape)) found = at + 1 - first;
  }
  return found;
}

/** In one piece, in fours, as on an American Express or a Diners card, in halves, in pairs, or digit by digit. */
function isShape(lengths: readonly number[]): boolean {
  const shape = lengths.join("-");
  return (
    lengths.length === 1 ||
    /^(?:4-){3}4(?:-[1-3])?$/.test(shape) ||
    /^(?:4-6-5|4-6-4|8-8|4-4-4-3|6-10|6-13)$/.test(shape) ||
    /^(?:2-){7}2$/.test(shape) ||
    /^(?:1-){12,18}1$/.test(shape)
  );
}

const ISSUERS =
  /^(?:4\d{15}(?:\d{3})?|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|6(?:011|4[4-9]\d|5\d\d)\d{12}(?:\d{3})?|62\d{14,17}|35(?:2[89]|[3-8]\d)\d{12}|(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{12,15})$/;

function isCard(digits: string): boolean {
  return ISSUERS.test(digits) && hasCheckDigit(digits);
}

/** Luhn: every second digit from the right doubled, the digits of all summed up, a multiple of ten. */
function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits.at(-1 - at));
    const weighed = at % 2 === 0 ? digit : digit * 2;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}
