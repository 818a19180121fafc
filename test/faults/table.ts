import { readFileSync } from "node:fs";

import type { Round } from "./kills/rounds.ts";

/** Adds up the rounds that slices have written, and prints them as a Markdown table. */
export function tableOf(file: string): string {
  const rounds = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Partial<Round>)
    .filter((line): line is Round => line.kills !== undefined);
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
    ["**violations**", (some) => sum(some.map(({ violations }) => violations.length))],
  ];
  const lines = columns.map(
    ([title, count]) =>
      `| ${title} | ${[...worlds.map((world) => count(of(world))), count(rounds)].join(" | ")} |`,
  );
  const boundaries = new Set(
    rounds.flatMap(({ kills }) => kills.filter(isNamed).map((how) => how.split(":")[0])),
  );
  return [
    "| | Slack and Discord | console | together |",
    "|---|---:|---:|---:|",
    ...lines,
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

function isNamed(how: string): boolean {
  return how !== "random";
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
