import { STOP_WORDS } from "./stop-words.ts";

/** More than a long question has; what a pasted log has beyond is noise. */
const TERM_LIMIT = 32;
/** Nobody asks in more; reading further would only cost time. */
const QUERY_LIMIT_CHARS = 4_000;

/** Every word of a question, lower case, in order. */
export function wordsOf(query: string): string[] {
  const text = query.slice(0, QUERY_LIMIT_CHARS).normalize("NFC").toLowerCase().replaceAll("’", "'");
  return text.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:'[\p{L}]+)?/gu) ?? [];
}

/**
 * The words of a question that can find something, each once, in order. Never more than 32, never a sign of a query
 * language. A question made of stop words alone keeps them.
 */
export function termsOf(query: string): string[] {
  const words = wordsOf(query);
  const telling = words.filter((word) => !STOP_WORDS.has(word)).map(bare);
  const kept = telling.filter((word) => word.length > 1 || /[\p{N}\p{Lo}]/u.test(word));
  return [...new Set(kept.length > 0 ? kept : words.map(bare))].slice(0, TERM_LIMIT);
}

/** "customer's" finds "customer", "l'argent" finds "argent". */
function bare(word: string): string {
  const [before = "", after = ""] = word.split("'");
  return after.length > before.length ? after : before;
}
