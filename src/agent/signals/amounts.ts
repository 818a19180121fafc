import { numberWords } from "./number-words.ts";

/** A sum of money in a message, in hundredths of the currency's unit. */
export interface Amount {
  readonly cents: number;
  /** ISO 4217, when the message says. */
  readonly currency?: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Every sum of money that a message names, in the order it names them: `$450`, `450 bucks`, `1.200,50 €`, `£1,234.50`,
 * `1.5k usd`, `three hundred dollars`, `dreihundert Euro`. Bare numbers are not money; see `bareAmount`.
 */
export function findAmounts(text: string): readonly Amount[] {
  const found: Amount[] = [];
  for (const pattern of [BEFORE, AFTER]) {
    for (const match of text.matchAll(pattern)) {
      const { number, multiple, unit } = match.groups ?? {};
      const value = number === undefined ? undefined : parseNumber(number);
      const currency = unit === undefined ? undefined : currencyOf(unit);
      if (value === undefined || currency === undefined) continue;
      const cents = Math.round(value * factorOf(multiple) * 100 * (currency.hundredth ? 0.01 : 1));
      keep(found, withCode(cents, currency.code, match[0], match.index));
    }
  }
  for (const phrase of numberWords(text)) {
    const rest = text.slice(phrase.end, phrase.end + 24);
    const unit = UNIT_AFTER_WORDS.exec(rest)?.groups?.["unit"];
    const currency = unit === undefined ? undefined : currencyOf(unit);
    if (currency === undefined || currency.hundredth) continue;
    const length = phrase.end - phrase.start + rest.search(/\S/) + (unit?.length ?? 0);
    keep(
      found,
      withCode(
        phrase.value * 100,
        currency.code,
        text.slice(phrase.start, phrase.start + length),
        phrase.start,
      ),
    );
  }
  return found.sort((left, right) => left.start - right.start);
}

/** A number that must be money because of where it stands, as in "refund me 450". Undefined for order numbers and counts. */
export function bareAmount(text: string): Amount | undefined {
  for (const pattern of [BARE, GROUPED, GRAND]) {
    const amount = readBare(pattern.exec(text), 0);
    if (amount !== undefined) return amount;
  }
  return undefined;
}

/** A number that is added to a sum, as the 50 in "$199 and 50"; undefined when it counts something. */
export function addedNumber(text: string, amount: Amount): Amount | undefined {
  const added = readBare(ADDED.exec(text.slice(amount.end, amount.end + 60)), amount.end);
  if (added === undefined) return undefined;
  const number = withCode(added.cents, amount.currency, added.text.replace(/^\D+/, ""), added.start);
  return { ...number, start: added.end - number.text.length, end: added.end };
}

function readBare(match: RegExpExecArray | null, offset: number): Amount | undefined {
  if (match === null) return undefined;
  const { number, multiple, grand } = match.groups ?? {};
  const value = grand === undefined ? parseNumber(number ?? "") : (GRANDS[grand.toLowerCase()] ?? 1) * 1_000;
  if (value === undefined || value >= 1_000_000) return undefined;
  const cents = Math.round(value * factorOf(multiple) * 100);
  return cents > 0 ? withCode(cents, undefined, match[0], offset + match.index) : undefined;
}

/** `1,234.50`, `1.200,50`, `1 200,50`, `1'200`, `899`: the last mark with one or two digits after it is the decimal one. */
export function parseNumber(written: string): number | undefined {
  const tight = written.replace(/[\s'’_]/g, "");
  const decimal = /[.,](\d{1,2})$/.exec(tight);
  const whole = (decimal === null ? tight : tight.slice(0, decimal.index)).replace(/[.,]/g, "");
  if (!/^\d{1,12}$/.test(whole)) return undefined;
  return Number(decimal === null ? whole : `${whole}.${decimal[1]}`);
}

const NUMBER = String.raw`(?<number>\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?)`;
const MULTIPLE = String.raw`(?:[ ]?(?<multiple>k|grand|thousand|tausend|mil|mille|million|m)(?![a-z\d]))?`;
const SIGN = String.raw`us ?\$|ca?\$|au?\$|nz\$|hk\$|r\$|mx\$|s\$|[$€£¥₹₽₺₩₪₴]|zł`;
const CODE =
  "usd|eur|gbp|chf|cad|aud|nzd|jpy|inr|sek|nok|dkk|pln|czk|brl|mxn|cny|try|zar|sgd|hkd|krw|ils|huf|aed";
const NAME =
  "us dollars?|dollars?|dollers?|dolares|dólares|dollar|bucks?|euros?|eur|quid|pounds?|pounds sterling|pfund|libras?|livres|francs?|franken|pesos?|reais|" +
  "rupees?|yen|kronor|kroner|krona|kr|zloty(?:ch)?|złotych|cents?|pence|cts|yuan|rmb|lira|rand|tl|rs";

const BEFORE = new RegExp(
  `(?<![\\p{L}\\d])(?<unit>${SIGN}|(?:${CODE}|rs\\.?|fr\\.?)(?= ?\\d)) ?${NUMBER}${MULTIPLE}(?!\\d)`,
  "giu",
);
const AFTER = new RegExp(
  `(?<![\\p{L}\\d#.,])${NUMBER}${MULTIPLE}(?: ?|-)(?<unit>${SIGN}|(?:${CODE}|${NAME})(?![\\p{L}\\d]))`,
  "giu",
);
const UNIT_AFTER_WORDS = new RegExp(
  `^[ -]{0,2}(?:us |u\\.s\\. |de )?(?<unit>${SIGN}|(?:${CODE}|${NAME})(?![\\p{L}\\d]))`,
  "iu",
);

const NOT_A_COUNT =
  "(?![\\d/:%#]|[.,]\\d| ?(?:\\p{L}*orders?|items?|days?|weeks?|months?|hours?|times?|x\\b|%|percent|years?|tickets?|minutes?|seats?|licen[cs]es|users|people|products?|pairs?|of them|answers?|repl(?:y|ies)|e?mails?|apologies|am|pm|st|nd|rd|th|tage|tagen|stunden|wochen|mal|veces|dias|fois|jours)\\b)";

const BARE = new RegExp(
  "(?:(?<![\\p{L}])(?:refund(?: of| me| us| for| the| my| total| amount)*|money back(?: of)?|reimburse(?: me| us| for)*|give me(?: back)?|want(?: back)?(?: my| the)?|return(?: me| my| the)*|pay(?: me)? back|paid(?: you)?|charged(?: me| us| for)*|cost(?: me| us)?|spent|worth|back my|get my|get back|owe(?: me| us)?|credit(?: me| us| back| with| for| my account| my card)*|compensat(?:e|ion)(?: me| us| of| for)*|rückerstattung von|erstattet mir|reembolso de|devolved?me|remboursez(?: moi|-moi)?|remboursement de)[ :]{1,2})(?!#)" +
    `${NUMBER}${MULTIPLE}${NOT_A_COUNT}`,
  "iu",
);

/** "refund the annual plan, 9,600": only money has its thousands or its hundredths set apart. */
const GROUPED = new RegExp(
  "(?<![\\p{L}])(?:refund|money back|reimburse|owe)[^.!?\\n\\d]{0,60}(?<=[\\s,:(])(?<!(?:order|no|no\\.|nr|nr\\.|number|invoice|ticket|case|version|v) )" +
    `(?<number>\\d{1,3}(?:[.,'’]\\d{3})+(?:[.,]\\d{1,2})?|\\d{1,6}[.,]\\d{2})${NOT_A_COUNT}`,
  "iu",
);

const GRAND =
  /(?<![\p{L}\d])(?<grand>a|one|two|three|four|five|half a) grand(?![\p{L}\d])(?! (?:piano|total|opening|tour|prix|slam|final|scale|plan|design|idea|gesture))/iu;
const GRANDS: Readonly<Record<string, number>> = { "half a": 0.5, two: 2, three: 3, four: 4, five: 5 };

const ADDED = new RegExp(
  `^(?:,? (?:and|plus|und|y|et) |,? ?[+&] ?)(?:another |the )?${NUMBER}${MULTIPLE}(?= ?(?:$|[.!?;)\\n])| (?:back|please|pls|for|charges?|payments?|refund\\w*|too|as well|in total|to my|on my)\\b)`,
  "iu",
);

function keep(found: Amount[], amount: Amount): void {
  const overlaps = found.some((other) => amount.start < other.end && other.start < amount.end);
  if (!overlaps && amount.cents > 0 && Number.isSafeInteger(amount.cents)) found.push(amount);
}

function withCode(cents: number, code: string | undefined, text: string, start: number): Amount {
  const amount = { cents, text: text.trim(), start, end: start + text.length };
  return code === undefined ? amount : { ...amount, currency: code };
}

function factorOf(multiple: string | undefined): number {
  if (multiple === undefined) return 1;
  return /^(?:m|million)$/i.test(multiple) ? 1_000_000 : 1_000;
}

interface Currency {
  readonly code: string;
  /** The unit named is itself the hundredth (cents, pence). */
  readonly hundredth: boolean;
}

function currencyOf(unit: string): Currency | undefined {
  const tight = unit.toLowerCase().replace(/[\s.]/g, "");
  if (/^(?:cents?|pence|cts)$/.test(tight))
    return { code: tight === "pence" ? "GBP" : "USD", hundredth: true };
  const code = CURRENCIES.find(([, pattern]) => pattern.test(tight))?.[0];
  return code === undefined ? undefined : { code, hundredth: false };
}

const CURRENCIES: readonly (readonly [string, RegExp])[] = [
  ["CAD", /^(?:ca?\$|cad)$/],
  ["AUD", /^(?:au?\$|aud)$/],
  ["NZD", /^(?:nz\$|nzd)$/],
  ["HKD", /^(?:hk\$|hkd)$/],
  ["SGD", /^(?:s\$|sgd)$/],
  ["BRL", /^(?:r\$|brl|reais)$/],
  ["MXN", /^(?:mx\$|mxn|pesos?)$/],
  ["USD", /^(?:\$|us\$|usd|usdollars?|dollars?|dollers?|dolares|dólares|bucks?)$/],
  ["EUR", /^(?:€|eur|euros?)$/],
  ["GBP", /^(?:£|gbp|quid|pounds?|poundssterling|pfund|libras?|livres)$/],
  ["CHF", /^(?:chf|fr|francs?|franken)$/],
  ["JPY", /^(?:¥|jpy|yen)$/],
  ["CNY", /^(?:cny|yuan|rmb)$/],
  ["INR", /^(?:₹|inr|rs|rupees?)$/],
  ["SEK", /^(?:sek|kr|kronor|krona)$/],
  ["NOK", /^(?:nok|kroner)$/],
  ["DKK", /^dkk$/],
  ["PLN", /^(?:pln|zł|zloty(?:ch)?|złotych)$/],
  ["RUB", /^₽$/],
  ["TRY", /^(?:₺|try|lira|tl)$/],
  ["KRW", /^(?:₩|krw)$/],
  ["ILS", /^(?:₪|ils)$/],
  ["UAH", /^₴$/],
  ["CZK", /^czk$/],
  ["HUF", /^huf$/],
  ["ZAR", /^(?:zar|rand)$/],
  ["AED", /^aed$/],
];
