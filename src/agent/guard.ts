import type { Citation, EscalationReason, Visibility } from "../domain.ts";
import type { Passage } from "../knowledge/knowledge.ts";
import type { ModelCitation } from "../models/model.ts";
import { sourceOf } from "../tools/search-knowledge-base.ts";
import type { BurstReading } from "./read.ts";
import { promisesPerson, promisesPlanChange, promisesRefund, soundsUnsure } from "./guard-phrases.ts";

/** Everything the guard may know. No network, no clock: the same input gives the same verdict. */
export interface GuardInput {
  readonly text: string;
  readonly citations: readonly ModelCitation[];
  readonly passages: readonly Passage[];
  readonly reading: BurstReading;
  readonly usedTools: readonly { readonly name: string; readonly ok: boolean }[];
  /** Where the answer would be seen. */
  readonly visibility: Visibility;
  /** The only e-mail that may stand in an answer, besides those of the help centre. */
  readonly customerEmail: string | null;
  /** What the customer wrote: their own words may be repeated in private. */
  readonly question: string;
  readonly linkHosts: ReadonlySet<string>;
  readonly refundLimit: number;
  /** True when the text repeats an internal article; decided by the knowledge base's index. */
  readonly leaksInternal: boolean;
  readonly systemPrompt: string;
}

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
    };

/** Intents whose answers state facts, which need an article or a tool behind them. */
const TALK: ReadonlySet<string> = new Set(["small_talk", "feedback"]);

/** The guard is last: nothing reaches a customer before it. Rules first, then mending of what can be mended. */
export function guard(input: GuardInput): Verdict {
  if (input.leaksInternal) return reject("policy_exception", "the draft repeats an internal article", true);
  if (repeatsPrompt(input.text, input.systemPrompt))
    return reject("policy_exception", "the draft repeats its instructions", true);
  const own = ownWords(input);
  const promise = forbiddenPromise(own, input);
  if (promise) return reject("policy_exception", promise, false);
  if (promisesPerson(own))
    return reject("low_confidence", "the draft promises a person without handing over", false);

  const mended: string[] = [];
  const text = clean(input, mended).trim();
  if (text === "") return reject("low_confidence", "the draft is empty", false);
  if (soundsUnsure(own)) return reject("low_confidence", "the answer says it is not sure", false);
  const cited = supported(input);
  const citations = cited.length > 0 ? cited : supportedByWords(input);
  if (!isSupported(input, citations)) {
    return reject("low_confidence", "no article and no tool supports the answer", false);
  }
  return { kind: "pass", text, citations, mended };
}

function reject(reason: EscalationReason, rule: string, security: boolean): Verdict {
  return { kind: "reject", reason, rule, security };
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

/** Citations of what the model was really shown, one an article, in the order of the answer. */
function supported({ citations, passages }: GuardInput): Citation[] {
  const found = new Map<string, Citation>();
  for (const { source } of citations) {
    const passage = passages.find(
      (candidate) => sourceOf(candidate) === source && candidate.audience === "customer",
    );
    if (!passage) continue;
    found.set(passage.articleId, citationOf(passage));
  }
  return [...found.values()];
}

/** So many of the draft's longer words must stand in one passage for it to count as its source. */
const SUPPORTING_SHARE = 0.6;

/** A model may answer from a passage without citing it: then the passage that holds most of its words is named. */
function supportedByWords({ text, passages }: GuardInput): Citation[] {
  const words = new Set((text.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? []).map(stem));
  if (words.size < 3) return [];
  let best: { passage: Passage; share: number } | null = null;
  for (const passage of passages) {
    if (passage.audience !== "customer") continue;
    const held = new Set(
      (`${passage.title} ${passage.text}`.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu) ?? []).map(stem),
    );
    const share = [...words].filter((word) => held.has(word)).length / words.size;
    if (share >= SUPPORTING_SHARE && share > (best?.share ?? 0)) best = { passage, share };
  }
  return best ? [citationOf(best.passage)] : [];
}

/** Enough of a stem for this: endings of up to three letters make no difference. */
function stem(word: string): string {
  return word.length > 6 ? word.slice(0, 6) : word;
}

function citationOf({ articleId, title, url }: Passage): Citation {
  return { id: articleId, title, ...(url !== null && { url }) };
}

function isSupported(input: GuardInput, citations: readonly Citation[]): boolean {
  if (citations.length > 0) return true;
  if (input.usedTools.some(({ name, ok }) => ok && name !== "search_knowledge_base")) return true;
  if (TALK.has(input.reading.intent)) return true;
  if (asksToVerify(input)) return true;
  // A question back to the customer states nothing.
  return input.text.trim().endsWith("?") && input.text.length < 400;
}

/** Without a proved e-mail the answer to "where is my order" is how to prove one; the context says how. */
function asksToVerify({ customerEmail, text }: GuardInput): boolean {
  return customerEmail === null && text.length < 500 && /verif|vérif|bestätig/i.test(text);
}

const EMAIL = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}/gu;
const MARKDOWN_IMAGE = /!\[([^\]]*)\]\([^)]*\)/g;
const MARKDOWN_LINK = /\[([^\]]*)\]\(\s*<?([^)\s>]+)>?[^)]*\)/g;
const BARE_URL = /\b(?:[a-z][a-z0-9+.-]*:\/\/|www\.)[^\s<>()[\]"']+/gi;
/** What chat clients turn into links by themselves: `//host`, `host/path`, and a bare host of a common ending. */
const BARE_HOST =
  /(?<![@\p{L}\p{N}._/-])(?:\/\/)?(?:[\p{L}\p{N}-]+\.)+(?:\p{L}{2,}(?:[:/][^\s<>()[\]"']*)|(?:com|net|org|io|co|dev|app|info|biz|ru|cn|xyz|top|link|site|online|shop|me|ly|gg|ai|tk|to|cc|example)\b)/giu;
const REFERENCE_LINK = /^\s*\[[^\]]+\]:\s*\S+.*$/gm;
const HTML_TAG = /<\/?[a-z!][^>]*>/gi;
const PLATFORM_CONTROL = /<(?:[@!#]|a?:)[^>]*>/g;
const MASS_MENTION = /@(everyone|here|channel)\b/gi;
// Zero-width and direction characters can hide a word from the rules above.
const INVISIBLE = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/g;

function clean(input: GuardInput, mended: string[]): string {
  const note = (what: string, before: string, after: string) => {
    if (before !== after && !mended.includes(what)) mended.push(what);
    return after;
  };
  let text = input.text.replaceAll(INVISIBLE, "");
  text = note("an image", text, text.replaceAll(MARKDOWN_IMAGE, "$1"));
  text = note("a link definition", text, text.replaceAll(REFERENCE_LINK, ""));
  text = note("a mention", text, text.replaceAll(PLATFORM_CONTROL, "").replaceAll(MASS_MENTION, "$1"));
  text = note("markup", text, text.replaceAll(HTML_TAG, ""));
  text = note(
    "a link to a foreign host",
    text,
    text.replaceAll(MARKDOWN_LINK, (whole, label: string, url: string) =>
      isAllowed(url, input) ? whole : label,
    ),
  );
  text = note(
    "a link to a foreign host",
    text,
    text.replaceAll(BARE_URL, (url) => (isAllowed(url, input) ? url : "(link removed)")),
  );
  text = note(
    "a link to a foreign host",
    text,
    text.replaceAll(BARE_HOST, (found) => (isAllowed(asUrl(found), input) ? found : "(link removed)")),
  );
  return note(
    "an e-mail address",
    text,
    text.replaceAll(EMAIL, (email) => (mayShow(email, input) ? email : "(e-mail removed)")),
  );
}

function isAllowed(url: string, { linkHosts, passages }: GuardInput): boolean {
  const isKnownHost = (host: string) =>
    linkHosts.has(host) || passages.some((passage) => passage.url !== null && hostOf(passage.url) === host);
  try {
    const { protocol, host, username } = new URL(url.startsWith("www.") ? `https://${url}` : url);
    return protocol === "https:" && username === "" && isKnownHost(host.toLowerCase());
  } catch {
    return false;
  }
}

function asUrl(found: string): string {
  return `https:${found.startsWith("//") ? "" : "//"}${found}`;
}

function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).host.toLowerCase() : null;
}

/** The customer's own address in private, or one that an article for customers gives. */
function mayShow(email: string, { customerEmail, visibility, passages, question }: GuardInput): boolean {
  const plain = email.toLowerCase();
  const inArticle = passages.some(
    (passage) => passage.audience === "customer" && passage.text.toLowerCase().includes(plain),
  );
  if (inArticle) return true;
  if (visibility === "public") return false;
  return plain === customerEmail || question.toLowerCase().includes(plain);
}

/** Twelve words in a row of the instructions are no accident. */
const PROMPT_RUN = 12;

function repeatsPrompt(text: string, prompt: string): boolean {
  const words = (value: string) => value.toLowerCase().match(/\p{L}+/gu) ?? [];
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
