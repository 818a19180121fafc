import { findCards } from "./mask-card.ts";

export const CARD_REMOVED = "[card number removed]";
export const BANK_REMOVED = "[bank account removed]";
export const SECRET_REMOVED = "[secret removed]";

/**
 * The text without what nobody needs in order to help and what must not lie about: card numbers with their check
 * codes, bank accounts, keys, tokens and passwords. Order, ticket, tracking and phone numbers stay.
 *
 * Linear in the text, and done twice it gives the same as done once.
 */
export function mask(text: string): string {
  let masked = text;
  for (const { start, end } of findCards(text).toReversed()) {
    masked = `${masked.slice(0, start)}${CARD_REMOVED}${masked.slice(end)}`;
  }
  masked = masked.replaceAll(CHECK_CODE, `$<before>${SECRET_REMOVED}`);
  masked = masked.replaceAll(IBAN, (found) => (isIban(found) ? BANK_REMOVED : found));
  masked = masked.replaceAll(PRIVATE_KEY, SECRET_REMOVED);
  masked = masked.replaceAll(IN_ADDRESS, `$<before>${SECRET_REMOVED}@`);
  masked = masked.replaceAll(KNOWN_KEY, SECRET_REMOVED);
  masked = masked.replaceAll(CREDENTIALS, `$<before>${SECRET_REMOVED}`);
  return maskNamed(masked);
}

const CHECK_CODE =
  /(?<before>(?<![\p{L}\p{N}])(?:cvv2?|cvc2?|cid|security code|prüfziffer|kartenprüfnummer)[\s:=#-]{0,3}(?:(?:is|ist|es|est)\s{1,3})?)\d{3,4}(?!\d)/giu;

const IBAN = /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![\p{L}\p{N}])/gu;

/** The checksum of ISO 7064: letters count as 10 to 35, the first four characters come last, and 97 leaves 1. */
function isIban(found: string): boolean {
  const plain = found.replaceAll(" ", "");
  if (plain.length < 15 || plain.length > 34) return false;
  let rest = 0;
  for (const letter of plain.slice(4) + plain.slice(0, 4)) {
    const value = Number.parseInt(letter, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

const PRIVATE_KEY =
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----[\s\S]{0,20000}?(?:-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----|$)/g;

/** `postgres://user:password@host`. */
const IN_ADDRESS =
  /(?<before>[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/]{0,80}:)(?!\[secret removed\])[^\s@/]{1,200}@/gi;

/** Keys and tokens that their makers gave a form of their own. */
const KNOWN_KEY = new RegExp(
  [
    String.raw`(?:sk|pk|rk)[-_](?:live|test|ant|proj|or|svcacct)[-_][\w-]{8,300}`,
    String.raw`sk-[A-Za-z0-9]{20,200}`,
    String.raw`xox[abeoprs]-[\w-]{8,300}|xapp-[\w-]{8,300}|xoxe\.[\w.-]{8,300}`,
    String.raw`gh[oprsu]_\w{20,255}|github_pat_\w{20,255}|glpat-[\w-]{20,200}`,
    String.raw`(?:AKIA|ASIA)[0-9A-Z]{16}|AIza[\w-]{30,50}|ya29\.[\w-]{20,300}`,
    String.raw`SG\.[\w-]{16,40}\.[\w-]{16,80}|npm_\w{30,60}|hf_\w{25,60}|dop_v1_\w{40,80}|shp(?:at|ca|pa|ss)_\w{20,60}`,
    String.raw`whsec_\w{16,100}|re_\w{20,60}|key-[0-9a-f]{32}|ntn_\w{30,80}|figd_[\w-]{30,80}|lin_api_\w{30,80}`,
    String.raw`eyJ[\w-]{8,2000}\.[\w-]{4,4000}(?:\.[\w-]{0,2000})?`,
    String.raw`[MNO][\w-]{23,28}\.[\w-]{6}\.[\w-]{27,45}`,
  ]
    .map((form) => String.raw`(?<![\p{L}\p{N}])(?:${form})`)
    .join("|"),
  "gu",
);

/** `Authorization: Bearer …`. */
const CREDENTIALS =
  /(?<before>(?<![\p{L}\p{N}])(?:bearer|basic) {1,3})(?=[\w.~+/-]{0,300}[\d=])[\w.~+/-]{12,300}={0,2}/giu;

const NAME =
  "pass(?:word|wort|code|phrase)s?|passwd|pwd|kennwort|contraseña|clave|mot de passe|pin(?: code)?|" +
  "(?:api|access|secret|private|licen[cs]e|recovery|backup|encryption)[ _-]{0,1}(?:key|code|token)s?|" +
  "(?:access|auth|refresh|bearer|bot|session|id)[ _-]{0,1}tokens?|client[ _-]{0,1}secret|secret|token|otp|2fa code";
const NAMED = new RegExp(
  String.raw`(?<before>(?<![\p{L}\p{N}])(?:[\p{L}\p{N}]{1,30}[_-]){0,4}(?:${NAME})["'\x60*_]{0,3}(?<link>\s{0,3}[:=]{1,2}>?\s{0,3}|\s{1,3}(?:is|was|ist|war|lautet|es|est|était)[ :]{1,3})["'\x60*_«“]{0,3})(?<value>(?<=["'\x60«“])[^"'\x60»”<>\n]{1,100}(?=["'\x60»”])|[^\s"'\x60»”<>]{1,200})`,
  "giu",
);

/** What follows a name such as "password": with an equals sign anything, else what has the look of a secret. */
function maskNamed(text: string): string {
  return text.replaceAll(NAMED, (whole, ...rest) => {
    const groups = rest.at(-1) as Readonly<Record<"before" | "link" | "value", string>>;
    const { before, link, value } = groups;
    const word = value.replace(/[.,;:!?)\]*_]+$/, "");
    if (value.startsWith("[") || word === "") return whole;
    const quoted = /["'`«“]$/.test(before);
    const isSecret = link.includes("=") || quoted ? word.length >= 3 : looksSecret(word, !/[:=]/.test(link));
    return isSecret ? `${before}${SECRET_REMOVED}${value.slice(word.length)}` : whole;
  });
}

/** "My password is swordfish" tells one, "my password is wrong" does not. */
function looksSecret(word: string, said: boolean): boolean {
  if (word.length < 4) return false;
  if (/^(?:https?:\/\/|T-\d+$)/i.test(word)) return false;
  if (/\d/.test(word) || /[^\p{L}\p{N}'’-]/u.test(word)) return true;
  if (/\p{Ll}\p{Lu}/u.test(word)) return true;
  return said && !SAYS_HOW.test(word);
}

/** What people say of a password when they do not tell it. */
const SAYS_HOW =
  /^(?:\p{L}+(?:ed|ing|able|ive|ly|ten|en|n't)|not|never|always|still|also|only|just|very|wrong|right|correct|incorrect|invalid|valid|lost|gone|weak|strong|long|short|same|different|missing|broken|safe|unsafe|secure|insecure|empty|blank|unknown|known|public|private|visible|secret|good|fine|okay|bad|reset|kept|sent|shown|what|when|where|that|this|there|here|asked|like|from|with|your|mine|ours|theirs|case-sensitive|falsch|nicht|weg|richtig|ungültig|incorrecta?|errónea|incorrecte?|perdue?|mauvais)$/iu;
