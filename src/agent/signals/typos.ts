/**
 * Mends the spelling of the few words that decide something, so that the rules can be written in plain words.
 * A word is changed only when it is one slip (letter missing, extra, wrong, or two swapped) from exactly one of
 * them, and is no common word itself.
 */
export function correctWord(word: string): string {
  if (SHORTHAND.has(word)) return SHORTHAND.get(word) ?? word;
  if (word.length < 5 || word.length > 18 || KEYWORDS.has(word) || REAL_WORDS.has(word)) return word;
  if (!/^[a-z]+$/.test(word)) return word;
  return CORRECTIONS.get(word) ?? byDeletion(word) ?? word;
}

const KEYWORDS = new Set(
  (
    "human person agent representative operator supervisor manager somebody someone anyone customer support " +
    "service speak talking speaking please connect transfer escalate refund upgrade downgrade subscription cancel " +
    "useless ridiculous unacceptable frustrated frustrating terrible horrible disappointed waiting mitarbeiter menschen " +
    "mensch persona humano agente conseiller humain personne ruckerstattung remboursement reembolso kundigung " +
    "account business premium enterprise colleague money operador representante berater annual monthly " +
    "callback assistance technician robot chatbot automated answer specialist"
  ).split(" "),
);

/** Words that look like a slip of a keyword and are none. */
const REAL_WORDS = new Set(
  (
    "humans humane persons personal personas agents agenda agency argent gent urgent operators operations managers manage " +
    "managed manages supervisors represents representatives somebodys speaks sneak speck peak spear walking taking " +
    "making baking talks supports supported services serve pleased pleases pleaser plese connects connected connector " +
    "transfers transferred escalated escalates refunds refunded upgrades upgraded downgrades downgraded subscriptions " +
    "cancels cancer cancelled canceled answers answered accounts businesses colleagues robots chatbots humanos agentes " +
    "operadores conseillers humains personnes menschlich menschen specialists monkey honey customers humana humanas " +
    "personal personnel operate operated operating wanting writing customs custom manger monger annually manual " +
    "automate automates automatic services frustrate frustrates urgent agence agenda parson persona pension passion " +
    "version reason prison berate support supporte terribly horribly account accent amount human hunan anyones " +
    "someones robotic rabat mouth month months conseils conseil conseille agents rep manage mangers weiting"
  ).split(" "),
);

const SHORTHAND = new Map<string, string>([
  ["pls", "please"],
  ["plz", "please"],
  ["plse", "please"],
  ["plese", "please"],
  ["pleas", "please"],
  ["u", "you"],
  ["ur", "your"],
  ["yr", "your"],
  ["yall", "you"],
  ["r", "are"],
  ["hooman", "human"],
  ["hoomans", "humans"],
  ["humn", "human"],
  ["hman", "human"],
  ["hum4n", "human"],
  ["agnt", "agent"],
  ["prson", "person"],
  ["persn", "person"],
  ["tlak", "talk"],
  ["takl", "talk"],
  ["tak", "talk"],
  ["tallk", "talk"],
  ["talkk", "talk"],
  ["tawk", "talk"],
  ["spk", "speak"],
  ["speek", "speak"],
  ["spek", "speak"],
  ["spaek", "speak"],
  ["smn", "someone"],
  ["smone", "someone"],
  ["sum1", "someone"],
  ["some1", "someone"],
  ["sm1", "someone"],
  ["sumone", "someone"],
  ["sombody", "somebody"],
  ["sumbody", "somebody"],
  ["any1", "anyone"],
  ["ne1", "anyone"],
  ["ppl", "people"],
  ["peeps", "people"],
  ["reps", "rep"],
  ["repr", "rep"],
  ["cust", "customer"],
  ["svc", "service"],
  ["serivce", "service"],
  ["mgr", "manager"],
  ["acct", "account"],
  ["sub", "subscription"],
  ["wana", "want"],
  ["wanna", "want"],
  ["wnt", "want"],
  ["wann", "want"],
  ["wnat", "want"],
  ["gimme", "give me"],
  ["gimmie", "give me"],
  ["lemme", "let me"],
  ["gotta", "got to"],
  ["need2", "need to"],
  ["2", "2"],
  ["w", "with"],
  ["wit", "with"],
  ["wth", "wth"],
  ["cn", "can"],
  ["cud", "could"],
  ["cld", "could"],
  ["dnt", "dont"],
  ["dun", "dont"],
  ["alguien", "alguien"],
  ["refnd", "refund"],
  ["refudn", "refund"],
  ["reps", "rep"],
  ["agt", "agent"],
  ["moneyback", "money back"],
]);

const CORRECTIONS = new Map<string, string>([
  ["representitive", "representative"],
  ["representive", "representative"],
  ["represenative", "representative"],
  ["representativ", "representative"],
  ["reprasentative", "representative"],
  ["repersentative", "representative"],
  ["representantive", "representative"],
  ["rediculous", "ridiculous"],
  ["rediculus", "ridiculous"],
  ["unexceptable", "unacceptable"],
  ["unacceptible", "unacceptable"],
  ["subsciption", "subscription"],
  ["subscribtion", "subscription"],
  ["dissapointed", "disappointed"],
  ["disapointed", "disappointed"],
  ["supervizer", "supervisor"],
  ["superviser", "supervisor"],
  ["menager", "manager"],
  ["collegue", "colleague"],
]);

/** Every keyword under each of its spellings with one letter left out, so that a look-up finds all single slips. */
const DELETIONS = new Map<string, string[]>();
for (const keyword of KEYWORDS) {
  for (const spelling of [keyword, ...withoutOneLetter(keyword)]) {
    const known = DELETIONS.get(spelling);
    if (known === undefined) DELETIONS.set(spelling, [keyword]);
    else known.push(keyword);
  }
}

function byDeletion(word: string): string | undefined {
  let found: string | undefined;
  for (const spelling of [word, ...withoutOneLetter(word)]) {
    for (const keyword of DELETIONS.get(spelling) ?? []) {
      if (keyword === found || !isOneSlip(word, keyword)) continue;
      if (found !== undefined) return undefined;
      found = keyword;
    }
  }
  return found;
}

function withoutOneLetter(word: string): string[] {
  return Array.from(word, (_, at) => word.slice(0, at) + word.slice(at + 1));
}

/** One letter missing, extra or wrong, or two neighbours swapped; the first letter must be right in a replacement. */
function isOneSlip(word: string, keyword: string): boolean {
  if (word.length !== keyword.length) return Math.abs(word.length - keyword.length) === 1;
  const wrong: number[] = [];
  for (let at = 0; at < word.length; at += 1) if (word[at] !== keyword[at]) wrong.push(at);
  const [first, second] = wrong;
  if (wrong.length === 1) return first !== 0;
  if (wrong.length !== 2 || first === undefined || second !== first + 1) return false;
  return word[first] === keyword[second] && word[second] === keyword[first];
}
