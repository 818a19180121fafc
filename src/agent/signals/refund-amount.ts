import { addedNumber, bareAmount, findAmounts } from "./amounts.ts";
import type { Amount } from "./amounts.ts";
import type { Prepared } from "./prepare.ts";

/**
 * The sum that a refund is about: the largest one in the sentence that asks, else the largest of the message. Sums that
 * are asked for together ("$199 and $50") are one, and what is meant several times ("3 x $150") counts as often.
 */
export function refundAmount(message: Prepared): Amount | undefined {
  const text = message.plain;
  const named = findAmounts(text);
  const found = named.length > 0 ? named : [bareAmount(text)].filter((amount) => amount !== undefined);
  const amounts = withBareOnes(text, found).map((amount) => timesItsCount(text, amount));
  const asked = amounts.filter((amount) => REFUND_NEAR.test(sentenceAround(text, amount)));
  const candidates = asked.length > 0 ? addedUp(text, asked) : amounts;
  return candidates.toSorted((left, right) => right.cents - left.cents)[0];
}

/** A number after a sum, "$199 and 50", is a sum of the same currency. */
function withBareOnes(text: string, amounts: readonly Amount[]): readonly Amount[] {
  return amounts.flatMap((amount) => {
    const added = addedNumber(text, amount);
    const known =
      added === undefined || amounts.some((other) => other.start < added.end && added.start < other.end);
    return known ? [amount] : [amount, added];
  });
}

/** One amount for each run of sums that "and" or "+" joins; a run told about beside what is asked stays apart. */
function addedUp(text: string, amounts: readonly Amount[]): readonly Amount[] {
  const runs: Amount[][] = [];
  for (const amount of amounts) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && areJoined(text, last, amount)) run.push(amount);
    else runs.push([amount]);
  }
  const named = runs.filter(([first]) => first !== undefined && ASKED_BEFORE.test(textBefore(text, first)));
  return runs.flatMap((run) => (named.length === 0 || named.includes(run) ? totalOf(text, run) : run));
}

function areJoined(text: string, left: Amount, right: Amount): boolean {
  const between = text.slice(left.end, right.start);
  const sameCurrency =
    left.currency === undefined || right.currency === undefined || left.currency === right.currency;
  return sameCurrency && between.length < 60 && (JOINED.test(between) || LISTED.test(between));
}

/** A list without an "and" may be a choice, and "between $50 and $90" is one sum. */
function totalOf(text: string, run: readonly Amount[]): readonly Amount[] {
  const [first] = run;
  const last = run.at(-1);
  if (first === undefined || last === undefined || run.length === 1 || RANGE.test(textBefore(text, first)))
    return run;
  const before = run.at(-2);
  if (before === undefined || !JOINED.test(text.slice(before.end, last.start))) return run;
  const cents = run.reduce((sum, amount) => sum + amount.cents, 0);
  return [{ ...first, cents, text: text.slice(first.start, last.end), end: last.end }];
}

function textBefore(text: string, amount: Amount): string {
  return text.slice(Math.max(0, amount.start - 40), amount.start);
}

const JOINED =
  /^[^.!?\n]{0,40}?(?:,? (?:and|plus|und|y|et|as well as) |,? ?[+&] ?)(?:(?:also|another|the|a|an|my|die|den|los|les|of) )*$/i;
const LISTED = /^ ?, ?(?:the )?$/;
const RANGE = /\b(?:between|from|zwischen|entre)\s+$/i;
const ASKED_BEFORE = /(?:refund|reimburs|credit|rembours|reembols|erstatt)\p{L}*[^.!?\n\d]{0,30}$/iu;

function timesItsCount(text: string, amount: Amount): Amount {
  const times = timesOf(textBefore(text, amount), text.slice(amount.end, amount.end + 20));
  return times === 1 ? amount : { ...amount, cents: amount.cents * times };
}

/** "3 x $150", "two charges of $150 each": how many times the sum is meant. */
function timesOf(before: string, after: string): number {
  const counted =
    /(?<![\d.#])(\d{1,2}|two|three|four|five|six|zwei|drei|vier|dos|tres|cuatro|deux|trois|quatre) ?(?:x|×|times|mal|\p{L}+ (?:of|at|for|zu|de|à|von)) ?$/iu.exec(
      before,
    );
  const each = /^ ?(?:each|apiece|a piece|per (?:order|item|piece)|jeweils|cada un[oa]|chacune?)\b/iu.test(
    after,
  );
  const loose = each
    ? /(?<![\d.#])(\d{1,2}|two|three|four|five|six|zwei|drei|vier|dos|tres|cuatro|deux|trois|quatre) \p{L}+[^.!?\d]{0,30}$/iu.exec(
        before,
      )
    : null;
  const word = (counted ?? loose)?.[1]?.toLowerCase();
  if (word === undefined) return 1;
  const value = COUNTS[word] ?? Number(word);
  return value >= 2 && value <= 50 ? value : 1;
}

const COUNTS: Readonly<Record<string, number>> = {
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  zwei: 2,
  drei: 3,
  vier: 4,
  dos: 2,
  tres: 3,
  cuatro: 4,
  deux: 2,
  trois: 3,
  quatre: 4,
};

function sentenceAround(text: string, amount: Amount): string {
  const from =
    Math.max(text.lastIndexOf("\n", amount.start), lastSentenceEnd(text.slice(0, amount.start))) + 1;
  const rest = text.slice(amount.end).search(/[!?\n]|\.(?!\d)/);
  return text.slice(from, rest === -1 ? undefined : amount.end + rest);
}

function lastSentenceEnd(text: string): number {
  return Math.max(
    text.lastIndexOf("!"),
    text.lastIndexOf("?"),
    text.lastIndexOf(". "),
    text.lastIndexOf(", but"),
  );
}

const REFUND_NEAR =
  /refund|money back|back|reimburs|return|chargeback|credit|owe|compensat|erstatt|zurück|zurueck|reembols|devol|rembours|reverse/i;
