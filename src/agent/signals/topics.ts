import type { PolicyTopic } from "../reading.ts";

/** A topic of the operator's own, as the configuration gives it. */
export interface OperatorTopic {
  readonly name: string;
  readonly phrases: readonly string[];
}

/**
 * The operator's topics that a message touches, each once, in the order of the configuration. A phrase matches whole
 * words, whatever their case, accents and spacing. `requested` is always true: the operator asked for a person.
 */
export function matchTopics(text: string, topics: readonly OperatorTopic[]): readonly PolicyTopic[] {
  if (topics.length === 0) return [];
  const words = ` ${plainWords(text.slice(0, MOST_READ))} `;
  const found: PolicyTopic[] = [];
  for (const topic of topics) {
    const phrase = topic.phrases.find((phrase) => {
      const wanted = plainWords(phrase);
      return wanted !== "" && contains(words, wanted);
    });
    if (phrase !== undefined)
      found.push({ kind: "custom", requested: true, name: topic.name, evidence: phrase });
  }
  return found;
}

const MOST_READ = 20_000;

/** Scripts written without spaces have no word boundaries to look for. */
function contains(words: string, wanted: string): boolean {
  return words.includes(UNSPACED.test(wanted) ? wanted : ` ${wanted} `);
}

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

function plainWords(text: string): string {
  return text
    .toWellFormed()
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\p{M}'’]/gu, "")
    .replace(/ß/g, "ss")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
