import type { KnowledgeIndex } from "./index-port.ts";

/** So many words in a row from an internal passage are a quotation, not a turn of phrase. */
const QUOTED_WORDS = 8;
/** Any 8 words in a row hold at least one of the groups of 4 that begin at every fifth word. */
const PROBE_WORDS = 4;
const PROBE_STEP = QUOTED_WORDS - PROBE_WORDS + 1;
/** A reply is far shorter; the rest of a longer text is checked in parts of this size. */
const PHRASES_AT_ONCE = 400;

/** What a text gives away. `words` come from an internal passage and from no customer passage. */
export type Leak = { readonly leaks: false } | { readonly leaks: true; readonly words: string };

/** For the guard: says whether a text that is about to go to a customer quotes what is for staff only. */
export interface LeakCheck {
  check(text: string): Promise<Leak>;
}

/**
 * A leak is eight words in a row of an internal passage, or a code or tool name that only internal passages hold. What
 * customer passages say as well is no secret. Words are compared by their stem, so "accounts" for "account" is seen.
 */
export function createLeakCheck(index: KnowledgeIndex): LeakCheck {
  const onlyInternal = async (phrases: readonly string[]): Promise<string | undefined> => {
    const internal = await held(index, phrases, "internal");
    const suspects = phrases.filter((_, at) => internal[at]);
    if (suspects.length === 0) return undefined;
    const open = await held(index, suspects, "customer");
    return suspects.find((_, at) => !open[at]);
  };
  return {
    async check(text) {
      const words = text.normalize("NFC").match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
      const secret =
        (await onlyInternal(codesIn(text))) ?? (await onlyInternal(await quotations(index, words)));
      return secret === undefined ? { leaks: false } : { leaks: true, words: secret };
    },
  };
}

/** Eight-word runs around every place where the text agrees with an internal passage. */
async function quotations(index: KnowledgeIndex, words: readonly string[]): Promise<string[]> {
  const starts: number[] = [];
  for (let at = 0; at + PROBE_WORDS <= words.length; at += PROBE_STEP) starts.push(at);
  const probes = starts.map((at) => words.slice(at, at + PROBE_WORDS).join(" "));
  const agrees = await held(index, probes, "internal");
  const runs = new Set<number>();
  starts.forEach((start, probe) => {
    if (!agrees[probe]) return;
    for (let at = start + PROBE_WORDS - QUOTED_WORDS; at <= start; at += 1) {
      if (at >= 0 && at + QUOTED_WORDS <= words.length) runs.add(at);
    }
  });
  return [...runs].map((at) => words.slice(at, at + QUOTED_WORDS).join(" "));
}

/** `open_account_4821`, `9K2X7M4P`, `ACME-GOODWILL-25`, `VIP 100`: short, and telling all the same. */
function codesIn(text: string): string[] {
  const names = text.match(/\b[a-z0-9]+(?:_[a-z0-9]+)+\b/gi) ?? [];
  const codes = text.match(/\b(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{8,}\b/g) ?? [];
  const shouted = text.match(/\b[A-Z][A-Z0-9]+(?:[ -][A-Z0-9]+)+\b/g) ?? [];
  const hyphened = text.match(/\b[a-z0-9]+(?:-[a-z0-9]+){2,}\b/gi) ?? [];
  const parted = [...shouted, ...hyphened].filter((code) => /\d/.test(code));
  return [...new Set([...names, ...codes, ...parted])];
}

async function held(
  index: KnowledgeIndex,
  phrases: readonly string[],
  audience: "customer" | "internal",
): Promise<boolean[]> {
  const answers: boolean[] = [];
  for (let at = 0; at < phrases.length; at += PHRASES_AT_ONCE) {
    const part = phrases.slice(at, at + PHRASES_AT_ONCE);
    const { passagesWith } = await index.match(part, { audience, limit: 0 });
    answers.push(...passagesWith.map((n) => n > 0));
  }
  return answers;
}
