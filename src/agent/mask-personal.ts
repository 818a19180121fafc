const KINDS = ["e-mail", "phone number", "address"] as const;
export type PersonalKind = (typeof KINDS)[number];

/**
 * The text without what leads to a person: e-mail addresses, phone numbers, streets with a house number. For places
 * where others read along, and what a customer wrote there themselves must not be said once more by us.
 *
 * @param mayStay decides over each that is found; without it none stays.
 */
export function maskPersonal(
  text: string,
  mayStay: (found: string, kind: PersonalKind) => boolean = () => false,
): string {
  let masked = text;
  for (const kind of KINDS) {
    masked = masked.replaceAll(PATTERNS[kind], (found) =>
      mayStay(found, kind) ? found : `(${kind} removed)`,
    );
  }
  return masked;
}

const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu;

/** With a plus sign, with a leading zero, or as written in America; a date is none, nor is what letters belong to. */
const PHONE = new RegExp(
  String.raw`(?<![\p{L}\p{N}.+/-])(?!\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d))(?:` +
    [
      String.raw`(?:\+|00)[1-9]\d{0,2}[ ()./-]{0,2}(?:\d[ ()./-]{0,2}){5,12}\d`,
      String.raw`\(?0\d{1,5}\)?[ /.-]{1,2}\d(?:[ ./-]?\d){4,11}`,
      String.raw`(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}`,
      String.raw`0[1-9]\d{8,11}`,
    ].join("|") +
    String.raw`)(?![\p{L}\p{N}]|-\p{N})`,
  "gu",
);

const STREET = new RegExp(
  [
    String.raw`\d{1,5}[a-z]?,? (?:\p{Lu}[\p{L}'.-]{0,30} ){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Boulevard|Blvd|Court|Square|Terrace|Crescent|Highway)(?!\p{L})\.?`,
    String.raw`(?<!\p{L})\p{Lu}[\p{L}-]{0,40}(?:straße|strasse|str\.|[Ss]traße|[Ss]trasse|weg|gasse|platz|allee|ufer|damm) ?\d{1,4}[a-z]?(?!\p{L})`,
    String.raw`(?<!\p{L})\p{Lu}[\p{L}-]{1,40} (?:Straße|Strasse|Str\.|Weg|Platz|Allee) \d{1,4}[a-z]?(?!\p{L})`,
    String.raw`\d{1,4}(?: (?:bis|ter))?,? (?:rue|avenue|boulevard|chemin|impasse|quai) [^,.!?\n\d]{2,40}`,
    String.raw`(?<!\p{L})(?:[Cc]alle|[Aa]venida|[Pp]aseo|[Pp]laza) [^,.!?\n\d]{2,40},? (?:n\.?º ?)?\d{1,4}`,
  ]
    .map((form) => `(?:${form})`)
    .join("|"),
  "gu",
);

const PATTERNS: Readonly<Record<PersonalKind, RegExp>> = {
  "e-mail": EMAIL,
  "phone number": PHONE,
  address: STREET,
};
