import { readFileSync } from "node:fs";

import type { Fence } from "./fence.ts";
import type { Round } from "./kills/rounds.ts";
import type { Load } from "./load.ts";
import type { Together } from "./together.ts";

type Line = Round | { readonly fence: Fence } | { readonly load: Load } | { readonly together: Together };

/** Adds up what all parts and slices have written, in Markdown. */
export function tableOf(file: string): string {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Line);
  const rounds = lines.filter((line) => "kills" in line);
  return [
    ...(rounds.length === 0 ? [] : [killTable(rounds)]),
    ...lines.flatMap((line) => ("fence" in line ? [fenceLine(line.fence)] : [])),
    ...lines.flatMap((line) => ("load" in line ? [loadLine(line.load)] : [])),
    ...lines.flatMap((line) => ("together" in line ? [togetherLine(line.together)] : [])),
  ].join("\n\n");
}

function killTable(rounds: readonly Round[]): string {
  const worlds = ["platforms", "console"] as const;
  const of = (world: Round["world"]) => rounds.filter((round) => round.world === world);
  const columns: readonly (readonly [string, (some: readonly Round[]) => number])[] = [
    ["kills", (some) => sum(some.map(({ kills }) => kills.length))],
    ["at a named boundary", (some) => sum(some.map(({ kills }) => kills.filter(isNamed).length))],
    ["at random", (some) => sum(some.map(({ kills }) => kills.filter((how) => !isNamed(how)).length))],
    ["database files", (some) => some.length],
    ...COUNTED.map(
      ([name, title]) =>
        [title, (some: readonly Round[]) => sum(some.map(({ counts }) => counts[name] ?? 0))] as const,
    ),
    ["rounds in which nothing moved for two minutes", (some) => some.filter(isLate).length],
    ["**violations**", (some) => sum(some.map(({ violations }) => violations.length))],
  ];
  const rows = columns.map(
    ([title, count]) =>
      `| ${title} | ${[...worlds.map((world) => count(of(world))), count(rounds)].join(" | ")} |`,
  );
  const boundaries = new Set(
    rounds.flatMap(({ kills }) => kills.filter(isNamed).map((how) => how.split(":")[0])),
  );
  return [
    "| | Slack and Discord | console | together |",
    "|---|---:|---:|---:|",
    ...rows,
    "",
    `Boundaries at which it died: ${[...boundaries].toSorted((a, b) => String(a).localeCompare(String(b))).join(", ")}.`,
  ].join("\n");
}

const COUNTED = [
  ["messages", "customers' messages, each answered once"],
  ["escalations", "escalations, each with one card and one ticket"],
  ["staffLines", "lines of staff, each relayed once"],
  ["redeliveries", "redeliveries"],
  ["repeatedOnConsole", "repeats on the console (same delivery id)"],
  ["modelCalls", "model calls that the model server saw"],
  ["booked", "of the ledger: booked"],
  ["leftReserved", "of the ledger: left at their worst cost"],
] as const;

function fenceLine({ interleavings, points, seed, ...fence }: Fence): string {
  return (
    `Fence, seed ${seed}: ${interleavings} interleavings at ${points.length} boundaries; the answer was out first ` +
    `${fence.answeredBefore} times, silenced ${fence.silenced} times; **${fence.violations.length}** violations.`
  );
}

function loadLine(load: Load): string {
  return (
    `Load: ${load.answered} of ${load.conversations} conversations answered, at most ${load.most} answer each, ` +
    `${load.others} not by Claude; all who came at once were accepted after ${load.acceptMs} ms and answered after ` +
    `${load.allAnsweredMs} ms, whoever came meanwhile was accepted within ${load.longestAcceptMs} ms; at most ` +
    `${load.mostAtOnce} turns at once; at most ${load.furthestPlaces} places out of turn; heap ${load.heapBeforeMb} MB ` +
    `before, at most ${load.heapMb} MB.`
  );
}

function togetherLine({ counts, deaths, ...run }: Together): string {
  const named = deaths.filter(isNamed).length;
  return (
    `${run.processes} processes on one PostgreSQL, seed ${run.seed}: ${deaths.length} deaths (${named} at a named ` +
    `boundary), ${run.restarts} restarts of the database, ${run.cut} connections cut, ${run.refused} starts while it was ` +
    `away; ${counts["messages"]} messages of customers, ${counts["escalations"]} escalations, ${counts["staffLines"]} ` +
    `lines of staff, ${counts["redeliveries"]} redeliveries; ${run.late.length > 0 ? "nothing moved for two minutes once; " : ""}` +
    `**${run.violations.length}** violations.`
  );
}

function isLate({ late }: Round): boolean {
  return late.length > 0;
}

function isNamed(how: string): boolean {
  return how !== "random";
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
