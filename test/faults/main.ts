import { spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

import { playFence } from "./fence.ts";
import { bundleProgram } from "./kills/bundle.ts";
import { playLoad } from "./load.ts";
import { tableOf } from "./table.ts";

/*
 * npm run faults                                         everything, and a table of it; hours on a small machine
 * npm run faults -- --kills 500 --seed 1 --slice 3/10   a slice of the kill run; its rounds go to --out as JSON lines
 * … --from 12                                           goes on with round 12, after a slice was broken off
 * npm run faults -- --fence 300 --seed 1                 staff act at every boundary of a running turn
 * npm run faults -- --load 5000                          so many conversations at once, two seconds a model call
 * npm run faults -- --together 100 --processes 4        processes on one PostgreSQL: killed, cut off, its restarts
 * npm run faults -- --table faults.jsonl                what all slices came to
 */

const KILLS_PER_ROUND = 20;
const KILLS = 500;
const INTERLEAVINGS = 300;
const CONVERSATIONS = 5_000;
const BLOWS = 100;

const { values } = parseArgs({
  options: {
    kills: { type: "string" },
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    slice: { type: "string", default: "1/1" },
    out: { type: "string", default: "faults.jsonl" },
    fence: { type: "string" },
    load: { type: "string" },
    together: { type: "string" },
    processes: { type: "string", default: "4" },
    table: { type: "string" },
  },
});
const seed = Number(values.seed);

if (values.table !== undefined) process.stdout.write(`${tableOf(values.table)}\n`);
else {
  process.stdout.write(`seed ${seed}\n`);
  mkdirSync(dirname(values.out), { recursive: true });
  const parts = [
    ...(values.kills === undefined ? [] : [() => kills(Number(values.kills))]),
    ...(values.fence === undefined ? [] : [() => fence(Number(values.fence))]),
    ...(values.load === undefined ? [] : [() => load(Number(values.load))]),
    ...(values.together === undefined ? [] : [() => together(Number(values.together))]),
  ];
  if (parts.length === 0) {
    rmSync(values.out, { force: true });
    parts.push(
      outages,
      () => fence(INTERLEAVINGS),
      () => load(CONVERSATIONS),
      () => kills(KILLS),
      () => together(BLOWS),
    );
  }
  let wrong = 0;
  for (const part of parts) wrong += await part();
  process.stdout.write(`\n${tableOf(values.out)}\n`);
  process.exitCode = wrong === 0 ? 0 : 1;
}

/** Order, outages, poison, stop: they are whole in `npm test` already. */
async function outages(): Promise<number> {
  const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
  const { status } = spawnSync(process.execPath, [vitest, "run", "test/faults"], { stdio: "inherit" });
  return status === 0 ? 0 : 1;
}

async function fence(interleavings: number): Promise<number> {
  const played = await playFence({ seed, interleavings });
  appendFileSync(values.out, `${JSON.stringify({ fence: played })}\n`);
  process.stdout.write(`fence: ${interleavings} interleavings, ${verdictOn(played.violations)}\n`);
  return played.violations.length;
}

async function load(conversations: number): Promise<number> {
  const played = await playLoad({ conversations, modelMs: 2_000 });
  appendFileSync(values.out, `${JSON.stringify({ load: played })}\n`);
  process.stdout.write(`load: ${JSON.stringify(played)}\n`);
  return played.conversations - played.answered + played.others;
}

async function together(blows: number): Promise<number> {
  process.env["DESKHAND_PROGRAM"] ??= await bundleProgram();
  const { playTogether } = await import("./together.ts");
  const plan = { seed, processes: Number(values.processes), blows };
  const played = await playTogether(plan, (text) => void process.stderr.write(`${text}\n`));
  appendFileSync(values.out, `${JSON.stringify({ together: played })}\n`);
  process.stdout.write(`together: ${verdictOn(played.violations)}\n`);
  return played.violations.length;
}

async function kills(howMany: number): Promise<number> {
  const [slice = 1, of = 1] = values.slice.split("/").map(Number);
  const rounds = Math.ceil(howMany / KILLS_PER_ROUND);
  let wrong = 0;
  process.env["DESKHAND_PROGRAM"] ??= await bundleProgram();
  const { playRound } = await import("./kills/rounds.ts");
  for (let round = Number(values.from); round < rounds; round += 1) {
    if (round % of !== slice - 1) continue;
    const plan = { seed, round, kills: Math.min(KILLS_PER_ROUND, howMany - round * KILLS_PER_ROUND) };
    const played = await playRound(plan, (text) => void process.stderr.write(`${text}\n`));
    appendFileSync(values.out, `${JSON.stringify(played)}\n`);
    wrong += played.violations.length;
    const late = played.late.length === 0 ? "" : `\n  late: ${played.late.join("\n  late: ")}`;
    process.stdout.write(
      `round ${round} (${played.world}): ${played.kills.length} kills, ${played.seconds} s, ${verdictOn(played.violations)}${late}\n`,
    );
  }
  return wrong;
}

function verdictOn(violations: readonly string[]): string {
  return violations.length === 0 ? "ok" : violations.join("\n  ");
}
