import { STOP_WORDS } from "./stop-words.ts";

/** More than a long question has; what a pasted log has beyond is noise. */
const TERM_LIMIT = 32;
/** Nobody asks in more; reading further would only cost time. */
const QUERY_LIMIT_CHARS = 4_000;

/**
 * The words of a question that can find something, lower case, each once, in order. Never more than 32, never a sign
 * of a query language. A question made of stop words alone keeps them.
 */
export function termsOf(query: string): string[] {
  const words = query
    .slice(0, QUERY_LIMIT_CHARS)
    .normalize("NFC")
    .toLowerCase()
    .replaceAll("’", "'")
    .match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:'[\p{L}]+)?/gu);
  if (!words) return [];
  const telling = words.filter((word) => !STOP_WORDS.has(word)).map((word) => word.replace(/'s?$|'.*$/, ""));
  const kept = telling.filter((word) => word.length > 1 || /[\p{N}\p{Lo}]/u.test(word));
  return [...new Set(kept.length > 0 ? kept : words)].slice(0, TERM_LIMIT);
}
