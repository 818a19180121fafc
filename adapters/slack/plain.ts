/** Slack's control characters made harmless: nothing in the result can mention, link or ping. */
export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The first `most` characters, no character cut in half, with an ellipsis when something is missing. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, safeCut(text, most - 1)).trimEnd()}…`;
}

/** One line without control characters, for places that show one line. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\s]+/gu, " ").trim();
}

/** `at`, or one less where a cut there would tear a surrogate pair. */
export function safeCut(text: string, at: number): number {
  const code = text.charCodeAt(at - 1);
  return at < text.length && at > 1 && code >= 0xd800 && code <= 0xdbff ? at - 1 : at;
}

/** Slack advises 4,000; escaping may make each character five. */
const LONGEST_FALLBACK = 3_900;

/** What notifications and screen readers show of a message, escaped. */
export function fallbackOf(text: string): string {
  let cut = shorten(text.trim(), LONGEST_FALLBACK);
  while (escapeText(cut).length > LONGEST_FALLBACK) cut = shorten(cut, Math.floor(cut.length * 0.8));
  return escapeText(cut);
}
