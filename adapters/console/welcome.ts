/** What the screen says of itself: who is who, where to begin, which commands there are. */
import { COMMANDS } from "./commands.ts";
import { body } from "./entries.ts";
import { span, wrap } from "./layout.ts";
import type { Row } from "./layout.ts";
import type { Intro } from "./platform.ts";

/** The two sides that one person plays. The ids stay the same over runs: a proved e-mail is kept. */
export const CUSTOMER = { id: "alex", name: "Alex" };
export const STAFF = { id: "sam", name: "Sam" };

export function welcomeRows(width: number, agentName: string, intro: Intro | undefined): Row[] {
  const questions = intro?.questions ?? [];
  return [
    [],
    ...body(intro?.title ?? `Deskhand: ${agentName} answers here`, width, "strong"),
    ...(intro?.lines ?? []).flatMap((line) => body(line, width, "plain")),
    [],
    ...body(
      `You play both sides: ${CUSTOMER.name}, a customer, and ${STAFF.name} from staff. Write, and ${agentName} answers.`,
      width,
      "plain",
    ),
    ...(questions.length === 0
      ? []
      : [...body("Questions to begin with (arrow up brings them to the prompt):", width, "plain")]),
    ...questions.flatMap((question, at) => body(question, width, "customer", `  ${at + 1}  `)),
    ...body(`Tab changes sides · /help lists the commands · Ctrl-D leaves`, width, "dim"),
    [],
  ];
}

export function helpRows(width: number): Row[] {
  const longest = Math.max(...COMMANDS.map(([usage]) => usage.length)) + 4;
  const rows = COMMANDS.flatMap(([usage, does]) =>
    wrap(does, width - longest).map((row, at) => [
      span(`  ${at === 0 ? usage : ""}`.padEnd(longest), "strong"),
      span(row),
    ]),
  );
  return [...rows, []];
}
