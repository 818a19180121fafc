import type { Random } from "../../test/servers/random.ts";
import type { Example } from "./corpus.ts";

/**
 * The same message as somebody else might type it: without capitals and marks, with a slip of the finger, with a
 * greeting before or a courtesy after. Never shouted, since shouting changes what it says.
 */
export function varied(example: Example, random: Random): readonly Example[] {
  const { text } = example;
  const parts = sentencesOf(example);
  if (parts.length > 0) return parts;
  if (text.length > 200 || !/[a-z]/i.test(text)) return [];
  const variants = [withSlip(text.toLowerCase(), random)];
  if (example.signals.angry !== true && random.next() < 0.5)
    variants.push(`${random.pick(OPENINGS)} ${text}`);
  const recast = withOtherRole(text, random);
  if (recast !== undefined) variants.push(recast);
  if (random.next() < 0.4) variants.push(text.replace(/[.,!?'"]/g, "").toLowerCase());
  return variants.filter((variant) => variant !== text).map((variant) => ({ ...example, text: variant }));
}

/**
 * The sentences of a longer message, each with the signals that the whole has not: signals are scored sentence by
 * sentence, and a sentence torn from a calm message must not look like a signal.
 */
function sentencesOf(example: Example): readonly Example[] {
  const parts = example.text.split(/(?<=[.!?])\s+|\n+/).filter((part) => part.trim().length > 3);
  if (parts.length < 2) return [];
  const absent = Object.fromEntries(Object.entries(example.signals).filter(([, value]) => !value));
  return parts.map((text) => ({ text, theme: example.theme, intents: [], signals: absent }));
}

const OPENINGS = [
  "hi,",
  "hello,",
  "hey",
  "hi there,",
  "ok",
  "so",
  "good morning,",
  "um,",
  "quick one:",
  "sorry,",
];

/**
 * The first word for a person of ours replaced by another calling: what makes a request is what is said around it, and
 * every trade has its own people.
 */
function withOtherRole(text: string, random: Random): string | undefined {
  const match = ROLE.exec(text);
  if (match === null) return undefined;
  const role = random.pick(ROLES);
  const word = match[2] === undefined ? role : `${role}s`;
  const before = text.slice(0, match.index).replace(/\ban $/i, "a ");
  return `${before}${word}${text.slice(match.index + match[0].length)}`;
}

const ROLE =
  /\b(human|agent|representative|operator|person|manager|supervisor|advis[eo]r|employee|technician|engineer|specialist|moderator|colleague|consultant|rep|gm|mod|dev|nurse|doctor|driver|planner|banker|treasurer|coach|teacher)(s)?\b/i;

const ROLES = (
  "nurse doctor dentist therapist pharmacist receptionist secretary clerk cashier teller banker broker bookkeeper lawyer " +
  "notary teacher tutor lecturer coach trainer counsellor mentor librarian driver courier dispatcher steward mechanic plumber " +
  "electrician carpenter fitter gardener florist baker chef waiter concierge porter caretaker landlord planner designer " +
  "stylist tailor optician photographer producer treasurer trustee warden usher guard officer surveyor underwriter " +
  "case+handler recruiter researcher programmer sysadmin tester referee salesperson shopkeeper foreman director founder " +
  "volunteer game+master team+leader shift+manager product+owner duty+officer member+of+staff colleague representative " +
  "specialist technician consultant engineer moderator adviser supervisor manager agent person human"
)
  .split(" ")
  .map((role) => role.replaceAll("+", " "));

/** Swaps, drops or doubles one letter inside a word of five letters or more. */
function withSlip(text: string, random: Random): string {
  const words = text.split(" ");
  const long = words.flatMap((word, index) => (/^[a-z]{5,}$/.test(word) ? [index] : []));
  if (long.length === 0) return text;
  const index = random.pick(long);
  const word = words[index] ?? "";
  const at = 1 + Math.floor(random.next() * (word.length - 2));
  const kind = random.next();
  if (kind < 0.4) words[index] = word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
  else if (kind < 0.75) words[index] = word.slice(0, at) + word.slice(at + 1);
  else words[index] = word.slice(0, at) + word[at] + word.slice(at);
  return words.join(" ");
}
