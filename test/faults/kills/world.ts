import type { Books } from "./database.ts";
import type { Running } from "./program.ts";

/**
 * A shop under fire: the program outside, whoever talks to it inside this process. It goes on over any number of deaths
 * of the program, on one database file.
 */
export interface World {
  readonly books: Books;
  start(crashAt: string | null): Running;
  /** What the program writes on standard error once it takes messages. */
  readonly readySign: string;
  /** Somebody says or does something; also while nobody is there to hear it. */
  act(): Promise<void> | void;
  /** Says to the program once more what it has heard already, as platforms do. */
  redeliver(): void;
  /** What was said and is not answered yet. */
  outstanding(): readonly string[];
  /** What is not as it must be, once everything is at rest. */
  violations(): Promise<readonly string[]>;
  /** What was said and done, by kind, and what came of it; for the table. */
  counts(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

/** A customer's thread. Each `turn` has one answer that the customer sees, each line of staff comes through once. */
export interface Talk {
  readonly key: string;
  readonly turns: string[];
  readonly staffLines: string[];
  readonly wantsPerson: boolean;
}

export const QUESTIONS = [
  "How do I reset my password?",
  "How do I export a project as CSV?",
  "How do I invite a teammate?",
  "How do I turn on two-factor authentication?",
] as const;

export const CALLS_FOR_A_PERSON = [
  "Can I talk to a human?",
  "I want a refund of $450",
  "Let me speak to a real person please",
] as const;

/** For each talk: what the customer saw there, against what they said. */
export function answersOf(
  talk: Talk,
  seen: {
    readonly answers: number;
    readonly staffLines: readonly string[];
    readonly texts?: readonly string[];
  },
): string[] {
  const wrong: string[] = [];
  if (seen.answers !== talk.turns.length) {
    wrong.push(
      `${talk.key}: ${talk.turns.length} said, ${seen.answers} answered (${talk.turns.join(" | ")}): ${(seen.texts ?? []).join(" / ")}`,
    );
  }
  for (const line of talk.staffLines) {
    const times = seen.staffLines.filter((text) => text.includes(line)).length;
    if (times !== 1) wrong.push(`${talk.key}: "${line}" from staff came ${times} times`);
  }
  return wrong;
}
