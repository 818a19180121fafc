import type { Difference } from "./last-run.ts";
import type { Played } from "./play.ts";
import type { Summary } from "./summary.ts";

/** A run for people: each conversation, the figures, what changed. */
export function evalText(played: readonly Played[], summary: Summary, difference: Difference | null): string {
  return [...played.map(lineOf), "", ...figures(summary), "", ...changes(difference), ""].join("\n");
}

function lineOf(one: Played): string {
  const mark = one.failures.length === 0 ? "ok    " : "FAILED";
  const how = one.escalated === null ? (one.resolved ? "answered" : "not answered") : `→ ${one.escalated}`;
  const cost = one.costMicros > 0 ? ` · ${dollars(one.costMicros)}` : "";
  const head = `${mark} ${one.name} · ${how}${cost}`;
  return [head, ...one.failures.map((failure) => `         ${failure}`)].join("\n");
}

function figures(summary: Summary): string[] {
  const { escalation, tools } = summary;
  const used = Object.entries(tools).map(([name, count]) => `${name} ${count}`);
  const row = (name: string, value: string) => `${name.padEnd(24)}${value}`;
  return [
    row("model", summary.model),
    row("passed", `${summary.passed} of ${summary.conversations} conversations`),
    row("resolution", `${percent(summary.resolution)} of those that need no person`),
    row(
      "calls for a person",
      `precision ${percent(escalation.precision)}, recall ${percent(escalation.recall)}, right reason ${percent(escalation.rightReason)} (${escalation.expected} expected, ${escalation.called} made)`,
    ),
    row("tools", used.length === 0 ? "none" : used.join(", ")),
    row(
      "turns",
      `${summary.turns}: tier 1 ${summary.tier1}, tier 2 ${summary.tier2}, ${summary.calls} model calls`,
    ),
    row(
      "cost",
      `${dollars(summary.costMicros)}; ${dollars(summary.costPerConversation)} a conversation, ${dollars(summary.costPerTicket)} a ticket (${summary.tickets} tickets)`,
    ),
    row("time", `${(summary.ms / 1_000).toFixed(1)} s`),
  ];
}

function changes(difference: Difference | null): string[] {
  if (difference === null) return ["No earlier run of this model to compare with."];
  const { since, nowFailing, nowPassing, added, gone, changed } = difference;
  const list = (title: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`  ${title}: ${names.join("; ")}`];
  const lines = [
    ...list("fails now", nowFailing),
    ...list("passes now", nowPassing),
    ...list("new", added),
    ...list("gone", gone),
    ...changed.map(
      ({ what, from, to }) => `  ${what}: ${valueOf(what, from)} before, ${valueOf(what, to)} now`,
    ),
  ];
  return lines.length === 0 ? [`Nothing changed since ${since}.`] : [`Since ${since}:`, ...lines];
}

function valueOf(what: string, value: number | null): string {
  if (what === "costMicros") return dollars(value);
  return what === "passed" || what === "calls" ? String(value) : percent(value);
}

export function percent(value: number | null): string {
  return value === null ? "–" : `${(value * 100).toFixed(1)} %`;
}

export function dollars(micros: number | null): string {
  if (micros === null) return "–";
  if (micros === 0) return "$0";
  return `$${(micros / 1_000_000).toFixed(micros < 10_000 ? 5 : micros < 1_000_000 ? 4 : 2)}`;
}
