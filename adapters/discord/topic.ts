import { cut } from "./text.ts";

/** What Discord takes for the name of a thread. */
export const LONGEST_NAME = 100;

const MENTIONS_AND_EMOJI = /<(?:[@#]|a?:)[^<>]{0,100}>/g;
const MARKUP = /[*_~`|>#]+/g;
/** In the languages that code itself speaks. Whom a greeting is for goes with it. */
const GREETING = new RegExp(
  `^(?:${[
    "hi|hello|hey|hiya|good (?:morning|afternoon|evening|day)",
    "hallo|moin|servus|guten (?:morgen|tag|abend)",
    "hola|buen(?:os d[ií]as|as tardes|as noches|as)",
    "bonjour|bonsoir|salut",
  ].join("|")})(?: (?:there|all|everyone|everybody|team|folks|guys|zusammen|alle|a todos|à tous))?` +
    String.raw`(?:[\s,.!:;–👋-]+|$)`,
  "iu",
);

/** The first words of a question that say what it is about; `null` when it has no words. */
export function topicOf(content: string): string | null {
  const words = content
    .replaceAll(MENTIONS_AND_EMOJI, " ")
    .replaceAll(MARKUP, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  if (words === "") return null;
  const topic = words.replace(GREETING, "");
  const name = topic === "" || topic === words ? words : upperFirst(topic);
  if (name.length <= LONGEST_NAME) return name;
  // Not in the middle of a word, unless the one word is longer than a name.
  return `${cut(name, LONGEST_NAME)
    .slice(0, -1)
    .replace(/\s+\S*$/, "")}…`;
}

function upperFirst(text: string): string {
  return text.replace(/^\P{L}*\p{Ll}/u, (beginning) => beginning.toUpperCase());
}
