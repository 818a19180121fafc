/** Words of others, made fit for Discord. Pure. */

const ZERO_WIDTH = "\u200B";
/** No word boundary at the end: Discord looks for these letters wherever they stand. */
const MASS_MENTION = /@(?=everyone|here)/gi;
/** `<@1>`, `<@!1>` and `<@&1>`. */
const NAMED_MENTION = /<@(?=[!&]?\d)/g;

/**
 * The text with nothing in it that could call anybody. Messages also go out with `allowed_mentions` empty; this holds
 * where somebody copies the words, or another program reads them.
 */
export function harmless(text: string): string {
  return text.replaceAll(MASS_MENTION, `@${ZERO_WIDTH}`).replaceAll(NAMED_MENTION, `<@${ZERO_WIDTH}`);
}

/** One line that shows as it is written: no mention, no markup, no line break. For names and titles. */
export function plainLine(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return harmless(line).replaceAll(/[\\*_~`|[\]<>#]/g, String.raw`\$&`);
}

/** At most `most` UTF-16 units, never half a character; what is cut ends in an ellipsis. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, safeEnd(text, most - 1)).trimEnd()}…`;
}

/** The largest end up to `end` that does not stand between the halves of one character. */
export function safeEnd(text: string, end: number): number {
  const last = text.charCodeAt(end - 1);
  const isFirstHalf = last >= 0xd800 && last <= 0xdbff && end < text.length;
  return isFirstHalf && end > 1 ? end - 1 : end;
}

/** A link under words; the words alone where the address cannot be opened. */
export function maskedLink(label: string, url: string | undefined): string {
  const target = url && openable(url);
  return target ? `[${plainLine(label)}](${target})` : plainLine(label);
}

/** The address as it may stand in brackets; null for what is not http or https. */
export function openable(url: string): string | null {
  if (!/^https?:\/\/\S+$/i.test(url)) return null;
  return url.replaceAll(/[()<>]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
