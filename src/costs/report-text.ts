import type { Config } from "../config/schema.ts";
import type { CostOf, LedgerLine } from "./report-cost.ts";
import type { Gap } from "./report-gaps.ts";
import type { Report } from "./report.ts";
import type { Spread } from "./report-waiting.ts";

export interface TextFacts {
  readonly rules: Pick<Config["conversation"], "resolve_after_hours" | "reopen_within_hours">;
  /** The models in use and the day that their prices are from. */
  readonly prices: readonly { readonly model: string; readonly asOf: string }[];
}

/** The report for people. Figures that are not obvious carry a number, and a note below says what was counted. */
export function reportText(report: Report, facts: TextFacts): string {
  const period = `Deskhand report, ${minuteOf(report.since)} to ${minuteOf(report.until)} (UTC)`;
  const nothing =
    report.volume.turns === 0
      ? ["", "Nothing has come in during this time yet; the figures will fill as customers write."]
      : [];
  const sections = [
    section("Volume", volumeRows(report)),
    section("Who dealt with them [1]", tierRows(report)),
    section("Resolution [2]", resolutionRows(report, facts)),
    section("Escalations", escalationRows(report)),
    section("Cost", costRows(report)),
    ...(report.cost.ledger.length > 0 ? [ledgerTable(report.cost.ledger)] : []),
    section("Waiting [5]", waitingRows(report)),
    section("Care", careRows(report)),
    notes(report, facts),
  ];
  return `${[period, ...nothing].join("\n")}\n\n${sections.join("\n\n")}\n`;
}

export function gapsText(gaps: readonly Gap[]): string {
  if (gaps.length === 0) return "No question went without an article during this time.\n";
  const width = Math.max(...gaps.map(({ count }) => String(count).length));
  const lines = gaps.flatMap(({ count, customers, lastAt, question, solvedBy }) => {
    const asked = `${String(count).padStart(width)}×`;
    const by = customers === 1 ? "1 customer " : `${customers} customers`;
    return [
      `${asked}  ${by}  last ${lastAt.slice(0, 10)}  ${oneLine(question)}`,
      ...solvedBy.map((note) => `${" ".repeat(asked.length)}  solved: ${oneLine(note, LONGEST_SOLUTION)}`),
    ];
  });
  const total = gaps.reduce((sum, { count }) => sum + count, 0);
  return (
    `Questions that the knowledge base could not answer: ${total}, most frequent first. ` +
    `Those that say the same in near the same words are one line, shown by the newest.\n\n${lines.join("\n")}\n`
  );
}

type Row = readonly [label: string, value: string, remark?: string];

function volumeRows({ volume }: Report): Row[] {
  const ignored = volume.byOutcome["ignored"] ?? 0;
  return [
    ["customer turns", String(volume.turns), ignored > 0 ? `${ignored} more were not for us` : ""],
    ["conversations", String(volume.conversations)],
    ["passed on to staff", String(volume.relayed), "turns while a person had the conversation"],
  ];
}

function tierRows({ tiers }: Report): Row[] {
  return [
    ["tier 1", String(tiers.tier1.turns), percent(tiers.tier1.share)],
    ["tier 2", String(tiers.tier2.turns), percent(tiers.tier2.share)],
    ["offline model", String(tiers.offline.turns), percent(tiers.offline.share)],
    ["no model", String(tiers.none.turns), percent(tiers.none.share)],
  ];
}

function resolutionRows({ resolution }: Report, { rules }: TextFacts): Row[] {
  const { questions, tickets } = resolution;
  return [
    ["problems", String(resolution.problems)],
    ["resolved", String(resolution.resolved)],
    ["without a person", String(resolution.withoutPerson), percent(resolution.withoutPersonRate)],
    ["settled in one turn", String(questions.settledInOneTurn), `of ${questions.asked} without a ticket`],
    ["tickets opened", String(tickets.opened)],
    ["tickets resolved", String(tickets.resolved), "[3]"],
    [`back within ${rules.reopen_within_hours} h`, String(tickets.cameBack), "counted as unresolved"],
    ["tickets open", String(tickets.open)],
  ];
}

function escalationRows({ escalations }: Report): Row[] {
  const reasons = Object.entries(escalations.byReason).map(([reason, count]): Row => [
    `  ${reason.replaceAll("_", " ")}`,
    String(count),
  ]);
  const longest =
    escalations.longestWaitingMs === null ? "" : `longest ${duration(escalations.longestWaitingMs)}`;
  return [
    ["opened", String(escalations.opened)],
    ...reasons,
    ["problems escalated", String(escalations.problems), percent(escalations.rate)],
    ["waiting now", String(escalations.waitingNow), longest],
    ["claimed now", String(escalations.claimedNow)],
  ];
}

function costRows({ cost }: Report): Row[] {
  const { perResolvedTicket: tickets, perSettledQuestion: questions } = cost;
  const allIn = cost.allInPerResolvedMicros;
  return [
    ["total", dollars(cost.totalMicros)],
    ["all in, per problem resolved", allIn === null ? "–" : dollars(allIn), "[4]"],
    costRow("per resolved ticket", tickets.all),
    costRow("  tier 1", tickets.tier1),
    costRow("  tier 2", tickets.tier2),
    costRow("  offline model", tickets.offline),
    ...(tickets.none.count > 0 ? [costRow("  no model", tickets.none)] : []),
    costRow("  with a person", tickets.person),
    costRow("per question settled in one turn", questions.all),
    costRow("  tier 1", questions.tier1),
    costRow("  tier 2", questions.tier2),
    costRow("  offline model", questions.offline),
  ];
}

function costRow(label: string, { count, averageMicros }: CostOf): Row {
  return [label, averageMicros === null ? "–" : dollars(averageMicros), `of ${count}`];
}

const LEDGER_HEAD = ["purpose", "model", "calls", "$", "input", "cache write", "cache read", "output"];

function ledgerTable(ledger: readonly LedgerLine[]): string {
  const rows = ledger.map(({ purpose, model, calls, micros, tokens }) => [
    purpose,
    model,
    String(calls),
    dollars(micros),
    String(tokens.inputTokens),
    String(tokens.cacheWrite5mTokens + tokens.cacheWrite1hTokens),
    String(tokens.cacheReadTokens),
    String(tokens.outputTokens),
  ]);
  const lines = [LEDGER_HEAD, ...rows];
  const widths = LEDGER_HEAD.map((_, column) =>
    Math.max(...lines.map((cells) => cells[column]?.length ?? 0)),
  );
  const aligned = lines.map((cells) =>
    cells
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  "),
  );
  return `Calls and their tokens\n${aligned.map((line) => `  ${line.trimEnd()}`).join("\n")}`;
}

function waitingRows({ waiting }: Report): Row[] {
  return [
    spreadRow("to the first answer", waiting.firstAnswer),
    spreadRow("to the claim", waiting.claim),
    spreadRow("to the resolution", waiting.resolve),
  ];
}

function spreadRow(label: string, { count, medianMs, p90Ms }: Spread): Row {
  if (medianMs === null || p90Ms === null) return [label, "–", "nothing measured"];
  return [label, duration(medianMs), `median of ${count}; 90 % within ${duration(p90Ms)}`];
}

function careRows({ ratings, feedback, setAside }: Report): Row[] {
  return [
    ["ratings", String(ratings.count), ratings.average === null ? "" : `average ${ratings.average} of 5`],
    ["thumbs under answers", `${feedback.helpful} up, ${feedback.unhelpful} down`],
    ["events set aside", String(setAside), setAside > 0 ? "deskhand doctor lists them" : ""],
  ];
}

function notes({ cost }: Report, { rules, prices }: TextFacts): string {
  const lines = [
    "[1] Turns by the strongest model called in them, small reading and summary calls included; without those passed on to staff.",
    "[2] A problem is a ticket, or a question without one, that began in this time; it counts as it stands now, so what is still open counts as unresolved. " +
      `Settled in one turn: answered, and within ${rules.resolve_after_hours} h no ticket, no escalation and no word from staff after it.`,
    `[3] Resolved or closed, and not taken up again within ${rules.reopen_within_hours} h; one that was stays unresolved here even when resolved once more.`,
    "[4] Everything spent in this time, shared among the problems resolved. The figures below it are what those resolved cost themselves, every call of theirs included.",
    "[5] First answer: first message stored to first answer of the AI or staff delivered. Claim: card to claim. Resolution: first message of a ticket's problem to its resolution" +
      `; a customer who says nothing more resolves it after ${rules.resolve_after_hours} h.`,
  ];
  if (cost.cutOff.calls > 0) {
    lines.push(
      `Calls cut off before their price was known: ${cost.cutOff.calls}; they stand in these figures with the most that they can have cost, ${dollars(cost.cutOff.micros)}.`,
    );
  }
  if (prices.length > 0) {
    lines.push(`Prices: ${prices.map(({ model, asOf }) => `${model} as of ${asOf}`).join(", ")}.`);
  }
  return lines.join("\n");
}

const LABEL_WIDTH = 34;
const VALUE_WIDTH = 10;

function section(title: string, rows: readonly Row[]): string {
  const lines = rows.map(([label, value, remark = ""]) =>
    `  ${label.padEnd(LABEL_WIDTH)}${value.padStart(VALUE_WIDTH)}  ${remark}`.trimEnd(),
  );
  return [title, ...lines].join("\n");
}

/** Micro-dollars in dollars; small amounts with enough digits to tell them apart. */
export function dollars(micros: number): string {
  if (micros === 0) return "$0";
  return `$${(micros / 1_000_000).toFixed(micros < 100_000 ? 6 : 2)}`;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export function duration(ms: number): string {
  if (ms < SECOND) return `${ms} ms`;
  if (ms < MINUTE) return `${(ms / SECOND).toFixed(1)} s`;
  if (ms < HOUR) return `${Math.round(ms / MINUTE)} min`;
  if (ms < 48 * HOUR) return `${(ms / HOUR).toFixed(1)} h`;
  return `${(ms / (24 * HOUR)).toFixed(1)} days`;
}

function percent(share: number | null): string {
  return share === null ? "" : `${(share * 100).toFixed(1)} %`;
}

function minuteOf(iso: string): string {
  return iso.slice(0, 16).replace("T", " ");
}

const LONGEST_QUESTION = 140;
const LONGEST_SOLUTION = 400;

/** A customer's own words on one line, without anything that a terminal would obey. */
function oneLine(text: string, most = LONGEST_QUESTION): string {
  const line = text.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, " ").trim();
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}
