import type { GuardInput } from "./guard.ts";

/** Mends what can be mended in a draft: links, mentions, markup and addresses that must not go out. */

const EMAIL = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}.-]+\.\p{L}{2,}/gu;
const MARKDOWN_IMAGE = /!\[([^\]]*)\]\([^)]*\)/g;
const MARKDOWN_LINK = /\[([^\]]*)\]\(\s*<?([^)\s>]+)>?[^)]*\)/g;
const BARE_URL = /\b(?:[a-z][a-z0-9+.-]*:\/\/|www\.)[^\s<>()[\]"']*[^\s<>()[\]"'.,;:!?]/gi;
/** What chat clients turn into links by themselves: `//host`, `host/path`, and a bare host of a common ending. */
const BARE_HOST =
  /(?<![@\p{L}\p{N}._/-])(?:\/\/)?(?:[\p{L}\p{N}-]+\.)+(?:\p{L}{2,}(?:[:/][^\s<>()[\]"']*)|(?:com|net|org|io|co|dev|app|info|biz|ru|cn|xyz|top|link|site|online|shop|me|ly|gg|ai|tk|to|cc|example)\b)/giu;
const REFERENCE_LINK = /^\s*\[[^\]]+\]:\s*\S+.*$/gm;
const HTML_TAG = /<\/?[a-z!][^>]*>/gi;
const PLATFORM_CONTROL = /<(?:[@!#]|a?:)[^>]*>/g;
const MASS_MENTION = /@(everyone|here|channel)\b/gi;

// Zero-width and direction characters can hide a word from the rules above.
const INVISIBLE = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/g;

/** The text without what hides a word from the rules; the first thing that is done to a draft. */
export function visible(text: string): string {
  return text.replaceAll(INVISIBLE, "");
}

export function clean(input: GuardInput, mended: string[]): string {
  const note = (what: string, before: string, after: string) => {
    if (before !== after && !mended.includes(what)) mended.push(what);
    return after;
  };
  let { text } = input;
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
