import type { Citation, EscalationReason } from "../domain.ts";
import { clean } from "./guard-clean.ts";
import type { GuardInput } from "./guard-input.ts";
import { isSpelledOut, plainLetters } from "./look-alikes.ts";
import { maskPersonal } from "./mask-personal.ts";
import { promisesPerson, promisesPlanChange, promisesRefund, soundsUnsure } from "./guard-phrases.ts";
import { citationsOf, isSupported } from "./guard-support.ts";

export type Verdict =
  | {
      readonly kind: "pass";
      readonly text: string;
      readonly citations: readonly Citation[];
      readonly mended: readonly string[];
    }
  | {
      readonly kind: "reject";
      readonly reason: EscalationReason;
      readonly rule: string;
      readonly security: boolean;
      /** True when a stronger model may do better: the draft was unsure, not forbidden. */
      readonly retryStronger: boolean;
    };

/** What a stronger model may do better; what is forbidden stays so. */
export const CAN_BE_OUTDONE: ReadonlySet<EscalationReason> = new Set(["low_confidence", "complex_technical"]);

/**
 * The guard is last: nothing reaches a customer before it. It mends what can be mended, then judges exactly the text
 * that would be sent.
 */
export function guard(given: GuardInput): Verdict {
  const mended: string[] = [];
  const input = { ...given, text: withoutPersonal({ ...given, text: clean(given, mended) }, mended) };
  const { text } = input;
  const secret = secretIn(input);
  if (secret) return reject("policy_exception", secret, true);
  const own = ownWords(input);
  const promise = forbiddenPromise(own, input);
  if (promise) return reject("policy_exception", promise, false);
  if (promisesPerson(own)) {
    return reject("low_confidence", "the draft promises a person without handing over", false);
  }
  if (text === "") return reject("low_confidence", "the draft is empty", false);
  if (soundsUnsure(own)) return reject("low_confidence", "the answer says it is not sure", false);
  const citations = citationsOf(input);
  if (!isSupported(input, citations)) {
    return reject("low_confidence", "no article and no tool supports the answer", false);
  }
  return { kind: "pass", text, citations, mended };
}

/**
 * A line by which a model names something (a ticket's subject), as customers may read it. Null when it says what no
 * answer may say.
 */
export function guardLine(given: GuardInput): string | null {
  const input = { ...given, text: withoutPersonal({ ...given, text: clean(given, []) }, []) };
  const { text } = input;
  const isForbidden = secretIn(input) ?? forbiddenPromise(text, input);
  return text === "" || isForbidden !== null || promisesPerson(text) ? null : text;
}

/**
 * Numbers to call and places to go, as far as they come from nowhere. In public what a customer wrote is not repeated,
 * in private what they wrote and what their account says may be; e-mails were weighed with the links.
 */
function withoutPersonal(input: GuardInput, mended: string[]): string {
  const { text, passages, visibility, question, usedTools } = input;
  const fromAccount = usedTools.some(({ name, ok }) => ok && name === "get_order_status");
  return maskPersonal(text, (found, kind) => {
    const isGiven =
      kind === "e-mail" ||
      passages.some((passage) => passage.audience === "customer" && passage.text.includes(found)) ||
      (visibility === "private" && (fromAccount || question.includes(found)));
    if (!isGiven && !mended.includes(`a ${kind}`)) mended.push(`a ${kind}`);
    return isGiven;
  });
}

function secretIn({ text, leaksInternal, systemPrompt }: GuardInput): string | null {
  if (leaksInternal) return "the draft repeats an internal article";
  if (repeatsPrompt(text, systemPrompt)) return "the draft repeats its instructions";
  return isSpelledOut(text) ? "the draft spells something out letter by letter" : null;
}

function reject(reason: EscalationReason, rule: string, security: boolean): Verdict {
  return { kind: "reject", reason, rule, security, retryStronger: CAN_BE_OUTDONE.has(reason) && !security };
}

/** The draft without the sentences that stand word for word in an article for customers: quoting promises nothing. */
function ownWords({ text, passages }: GuardInput): string {
  const known = passages
    .filter(({ audience }) => audience === "customer")
    .map((passage) => plain(passage.text));
  return text
    .split(/(?<=[.!?])\s+|\n+/)
    .filter((sentence) => !known.some((article) => article.includes(plain(sentence))))
    .join("\n");
}

function plain(text: string): string {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(" ");
}

function forbiddenPromise(own: string, { reading, refundLimit }: GuardInput): string | null {
  const asked = reading.policy.some((topic) => topic.kind === "refund" && topic.requested);
  const refund = promisesRefund(own, refundLimit, asked);
  if (refund) return refund;
  return promisesPlanChange(own) ? "the draft says that a plan was changed" : null;
}

/** Twelve words in a row of the instructions are no accident. */
const PROMPT_RUN = 12;

function repeatsPrompt(text: string, prompt: string): boolean {
  const words = (value: string) =>
    plainLetters(value)
      .toLowerCase()
      .match(/\p{L}+/gu) ?? [];
  const draft = words(text);
  if (draft.length < PROMPT_RUN) return false;
  const known = new Set(runs(words(prompt)));
  return runs(draft).some((run) => known.has(run));
}

function runs(words: readonly string[]): string[] {
  const result: string[] = [];
  for (let start = 0; start + PROMPT_RUN <= words.length; start += 1) {
    result.push(words.slice(start, start + PROMPT_RUN).join(" "));
  }
  return result;
}
