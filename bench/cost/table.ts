import { type Asked, type Totals, totalsOf } from "./asked.ts";

export interface Column {
  readonly name: string;
  readonly asked: readonly Asked[];
}

/** One Markdown table: a column a design, the last column against which ours is measured. */
export function tableOf(title: string, columns: readonly Column[], versus: string): string {
  const totals = columns.map(({ name, asked }) => ({ name, ...totalsOf(asked) }));
  const plain = totals.find(({ name }) => name === versus);
  if (!plain) throw new Error(`no design is called ${versus}`);
  const row = (label: string, cell: (one: Totals) => string) =>
    `| ${[label, ...totals.map((one) => cell(one))].join(" | ")} |`;
  const perQuestion = (count: (one: Totals) => number) => (one: Totals) =>
    (count(one) / one.questions).toFixed(1);
  return [
    `## ${title}`,
    "",
    `| | ${totals.map(({ name }) => name).join(" | ")} |`,
    `|---|${totals.map(() => "---:|").join("")}`,
    row("questions", (one) => `${one.questions}`),
    row("answered", (one) => percent(one.answered / one.questions)),
    row("settled at tier 1", (one) => percent(one.onTier1 / one.questions)),
    row("handed to a person", (one) => percent(one.handedOver / one.questions)),
    row("model calls a question", (one) => (one.calls / one.questions).toFixed(2)),
    row(`calls, of ${versus}`, (one) => percent(one.calls / one.questions / (plain.calls / plain.questions))),
    row("classifier calls a question", (one) => (one.reads / one.questions).toFixed(2)),
    row(
      "input tokens, full price",
      perQuestion(({ usage }) => usage.inputTokens),
    ),
    row(
      "written to the cache",
      perQuestion(({ usage }) => usage.cacheWrite5mTokens + usage.cacheWrite1hTokens),
    ),
    row(
      "read from the cache",
      perQuestion(({ usage }) => usage.cacheReadTokens),
    ),
    row(
      "output tokens",
      perQuestion(({ usage }) => usage.outputTokens),
    ),
    row("$ a question", (one) => dollars(one.micros / one.questions, 6)),
    row("$ an answered question", (one) =>
      one.answered === 0 ? "-" : dollars(one.micros / one.answered, 6),
    ),
    row("$ a thousand questions", (one) => dollars((one.micros * 1_000) / one.questions, 3)),
    row("of it for the strong model", (one) => percent(one.strongMicros / one.micros)),
    row("of it for the classifier", (one) => percent(one.readMicros / one.micros)),
    row(`cost, of ${versus}`, (one) =>
      percent(one.micros / one.questions / (plain.micros / plain.questions)),
    ),
    row("wait, median", (one) => `${one.p50.toFixed(0)} ms`),
    row("wait, 9 of 10 within", (one) => `${one.p90.toFixed(0)} ms`),
  ].join("\n");
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function dollars(micros: number, digits: number): string {
  return `$${(micros / 1_000_000).toFixed(digits)}`;
}
