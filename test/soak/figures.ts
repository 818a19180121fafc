import type { Findings } from "./audit.ts";
import type { Plan } from "./plan.ts";

/** The table that a soak prints: what really ran, and how it went. */
export function printFigures(
  name: string,
  { seed, messages, talks }: Plan,
  found: Findings,
  more: Readonly<Record<string, number>>,
): void {
  const sorted = found.waits.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  const figures = {
    seed,
    messages,
    conversations: talks.length,
    answers: found.answers,
    "answers to several messages": found.toBursts,
    "hand-overs": [...found.handOvers].map(([reason, count]) => `${count} ${reason}`).join(", "),
    "passed on to the desk": found.relays,
    "answers withheld for a person": found.silenced,
    "deliveries tried more than once": found.triedAgain,
    ...more,
    "median wait, ms": at(0.5),
    "99 % wait, ms": at(0.99),
    "longest wait, ms": at(1),
    problems: found.problems.length,
  };
  const lines = Object.entries(figures).map(([label, value]) => `  ${label.padEnd(42)}${value}`);
  const problems = found.problems.map((problem) => `  ! ${problem}`);
  process.stdout.write(`\n${name}\n${[...lines, ...problems].join("\n")}\n`);
}

/** For a failure: how to run the same again. */
export function replay({ seed, messages }: Plan): string {
  return `Replay: SOAK_MESSAGES=${messages} SOAK_SEED=${seed} npx vitest run test/soak`;
}
