import type { GuardInput } from "./guard-input.ts";

/** What it takes to know which links and addresses may stay. */
export type CleanInput = Pick<
  GuardInput,
  "text" | "passages" | "visibility" | "customerEmail" | "question" | "linkHosts" | "systemPrompt"
>;

/** Mends what can be mended in a draft: links, mentions, markup and addresses that must not go out. */

const MARKDOWN_IMAGE = /!\[([^\]]{0,500})\]\([^()]{0,2000}\)/g;
const MARKDOWN_LINK = /\[([^\]]{0,500})\]\(\s{0,9}<?([^()\s<>]{1,2000})>?[^()]{0,200}\)/g;
const LINK_DEFINITION = /^[ \t>*+-]*\[[^\]\n]{1,200}\]:\s*\S.*$/gm;
/** What is left: labels and targets with brackets of their own. A blank between the two makes it no link. */
const LINK_TARGET = /\]\((\s{0,9}<?)([^()\s<>]{0,2000})/g;
/** `<https://host>` and Slack's `<https://host|label>`; the address alone is judged like any other. */
const ANGLE_LINK = /<((?:https?:)?\/\/[^\s<>|]{1,2000})(?:\|[^<>]{0,500})?>/gi;
const HTML_TAG = /<\/?[a-z!][^<>]{0,1000}>/gi;
const PLATFORM_CONTROL = /<(?:[@!#]|a?:)[^<>]{0,1000}>/g;
const MASS_MENTION = /@(everyone|here|channel)\b/gi;

/**
 * What chat clients turn into links by themselves: an address with a scheme or `www.`, an e-mail address, `//host`,
 * `host/path`, and a bare host of a common ending. One pattern, so that what was judged is not looked at again.
 */
const NOT_IN_ADDRESS = String.raw`[^\s<>()[\]"'|]`;
const COMMON_ENDING =
  "com|net|org|io|co|dev|app|info|biz|ru|cn|xyz|top|link|site|online|shop|me|ly|gg|ai|tk|to|cc|example|" +
  "de|fr|es|nl|pl|uk|eu|jp|br|ca|se|click|live|support|tech|store|cloud|icu|pw|su|pro|vip|win|world";
const ADDRESS = new RegExp(
  [
    String.raw`(?<ip>[a-z][a-z0-9+.-]{0,20}:\/\/\[[^\s<>()\]"'|]{0,100}\]?${NOT_IN_ADDRESS}*)`,
    String.raw`(?<url>(?:[a-z][a-z0-9+.-]{0,20}:\/\/|www\.)${NOT_IN_ADDRESS}+)`,
    String.raw`(?:mailto:)?(?<email>[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}.-]{1,255}\.(?=[\p{N}-]{0,60}\p{L})[\p{L}\p{N}-]{2,63})`,
    String.raw`(?<![\p{L}\p{N}-])(?<host>(?:\/\/)?(?:[\p{L}\p{N}-]{1,63}\.){1,8}(?:\p{L}{2,24}(?::\d|\/)${NOT_IN_ADDRESS}*|(?:${COMMON_ENDING})(?![\p{L}\p{N}])(?:@${NOT_IN_ADDRESS}*)?))`,
  ].join("|"),
  "giu",
);

// Zero-width, direction and control characters can hide a word from the rules above.
const INVISIBLE = /[\p{Cf}\u034F\u115F\u1160\u17B4\u17B5\u3164\uFFA0]|(?![\n\t])\p{Cc}/gu;
/** Browsers, or readers, take these for the dot in a host. */
const OTHER_DOTS = /(?<=[\p{L}\p{N}])[\u3002\uFF0E\uFF61\u2024\uFE52](?=\p{L})/gu;
/** Letters and digits in circles, in full width or in mathematical type; superscripts and fractions stay. */
const STYLED = /[\u{1D400}-\u{1D7FF}\u{FF10}-\u{FF19}\u{FF21}-\u{FF3A}\u{FF41}-\u{FF5A}\u{24B6}-\u{24E9}]/gu;
/** `host[.]example` and `host (dot) example`: written so that no rule sees it, and read all the same. */
const BRACED_DOT = /(?<=[\p{L}\p{N}]) ?(?:[[({] ?(?:\.|dot|punkt|punto|point) ?[\])}]) ?(?=\p{L})/giu;
const SPOKEN_DOT = / dot (?=(?:com|net|org|io|dev|example|ru|cn|xyz)(?![\p{L}\p{N}]))/giu;
const BRACED_AT = /(?<=[\p{L}\p{N}]) ?[[({] ?(?:@|at) ?[\])}] ?(?=(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L})/giu;

/** Markdown shows what these stand for. */
const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(colon|period|sol|commat|num|excl));?/gi;
const NAMED_SIGNS: Readonly<Record<string, string>> = {
  colon: ":",
  period: ".",
  sol: "/",
  commat: "@",
  num: "#",
  excl: "!",
};
const ESCAPED = /\\(?=[.:/@])/g;

/** The text without what hides a word from the rules. */
function visible(text: string): string {
  return text
    .replaceAll(ENTITY, (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return NAMED_SIGNS[name.toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "";
    })
    .replaceAll(ESCAPED, "")
    .replaceAll(INVISIBLE, "")
    .replaceAll(STYLED, (sign) => sign.normalize("NFKC"))
    .replaceAll(OTHER_DOTS, ".")
    .replaceAll(BRACED_DOT, ".")
    .replaceAll(SPOKEN_DOT, ".")
    .replaceAll(BRACED_AT, "@");
}

/** What no platform ends the way ours expect it to. */
const CONTROL_START = /<(?=[@!#])/g;

/** Taking one thing out may put another together, so it is done until nothing changes; a text that plays on is bared. */
const MOST_ROUNDS = 5;

export function clean(input: CleanInput, mended: string[]): string {
  let { text } = input;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const before = text;
    text = cleanOnce(visible(text), input, mended);
    if (text === before) text = text.replaceAll(CONTROL_START, "");
    if (text === before) return text.trim();
  }
  return cleanOnce(visible(text).replaceAll(/[<>@[\]&\\]/g, ""), input, mended).trim();
}

function cleanOnce(given: string, input: CleanInput, mended: string[]): string {
  const note = (what: string, before: string, after: string) => {
    if (before !== after && !mended.includes(what)) mended.push(what);
    return after;
  };
  let text = given;
  text = note("an image", text, text.replaceAll(MARKDOWN_IMAGE, "$1"));
  text = note("a link definition", text, text.replaceAll(LINK_DEFINITION, ""));
  text = text.replaceAll(ANGLE_LINK, "$1");
  text = note("a mention", text, text.replaceAll(PLATFORM_CONTROL, ""));
  text = note("a mention", text, text.replaceAll(MASS_MENTION, "$1"));
  text = note("markup", text, text.replaceAll(HTML_TAG, ""));
  text = note(
    "a link to a foreign host",
    text,
    text.replaceAll(MARKDOWN_LINK, (whole, label: string, url: string) => {
      if (!isAllowed(url, input)) return label;
      // A label that reads as one address and leads to another.
      return namesAddress(label) && label.trim() !== url ? url : whole;
    }),
  );
  text = text.replaceAll(LINK_TARGET, (whole, before: string, url: string) =>
    isAllowed(url, input) ? whole : `] (${before}${url}`,
  );
  return text.replaceAll(ADDRESS, (found, ...rest) => {
    const { url, email } = rest.at(-1) as Readonly<Record<"url" | "email" | "host", string | undefined>>;
    if (email !== undefined) {
      return mayShow(email, input) ? found : note("an e-mail address", found, "(e-mail removed)");
    }
    return isAllowed(url ?? asUrl(found), input)
      ? found
      : note("a link to a foreign host", found, "(link removed)");
  });
}

/** The end of a sentence or of an emphasis is no part of an address. */
const AFTER_ADDRESS = /[.,;:!?*_~`]+$/;

function isAllowed(url: string, input: CleanInput): boolean {
  const { linkHosts, passages } = input;
  const isKnownHost = (host: string) =>
    linkHosts.has(host) || passages.some((passage) => passage.url !== null && hostOf(passage.url) === host);
  const address = (url.startsWith("www.") ? `https://${url}` : url).replace(AFTER_ADDRESS, "");
  // Programs read these in different ways, so that one sees our host and another does not.
  if (/[\\@]/.test(address) || address.indexOf("://") !== address.lastIndexOf("://")) return false;
  try {
    const parsed = new URL(address);
    const isOurs =
      parsed.protocol === "https:" && parsed.username === "" && isKnownHost(parsed.host.toLowerCase());
    return isOurs && (isGiven(address, input) || leadsNoFurther(parsed));
  } catch {
    return false;
  }
}

/** The shop's own, in an article or in its instructions. */
function isGiven(address: string, { passages, systemPrompt }: CleanInput): boolean {
  if (systemPrompt.includes(address)) return true;
  return passages.some(
    ({ audience, url, text }) => audience === "customer" && (url === address || text.includes(address)),
  );
}

const NAMES_HOST = new RegExp(
  String.raw`\/\/|[\\@]|(?:[\p{L}\p{N}-]\.)(?:${COMMON_ENDING})(?![\p{L}\p{N}])`,
  "iu",
);

/** A link that a model made up may name a page, and nothing through which our own host would send a reader elsewhere. */
function leadsNoFurther({ search, pathname, hash }: URL): boolean {
  let rest = pathname + search + hash;
  for (let before = ""; rest !== before;) {
    before = rest;
    rest = decodeURIComponent(rest);
  }
  return !NAMES_HOST.test(rest);
}

function namesAddress(label: string): boolean {
  return /:\/\/|^\s*www\./i.test(label);
}

function asUrl(found: string): string {
  return `https:${found.startsWith("//") ? "" : "//"}${found}`;
}

function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).host.toLowerCase() : null;
}

/** The customer's own address in private, or one that an article for customers gives. */
function mayShow(email: string, { customerEmail, visibility, passages, question }: CleanInput): boolean {
  const plain = email.toLowerCase();
  const inArticle = passages.some(
    (passage) => passage.audience === "customer" && passage.text.toLowerCase().includes(plain),
  );
  if (inArticle) return true;
  if (visibility === "public") return false;
  return plain === customerEmail || question.toLowerCase().includes(plain);
}
