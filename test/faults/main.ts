import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";

import { playFence } from "./fence.ts";
import { playLoad } from "./load.ts";
import { bundleProgram } from "./kills/bundle.ts";
import { tableOf } from "./table.ts";

/*
 * npm run faults -- --kills 500 --seed 1 --slice 3/10   a slice of the kill run; its rounds go to --out as JSON lines
 * … --from 12                                           goes on with round 12, after a slice was broken off
 * npm run faults -- --fence 300 --seed 1                 staff act at every boundary of a running turn
 * npm run faults -- --load 5000                          so many conversations at once, two seconds a model call
 * npm run faults -- --table results.jsonl               what all slices came to
 */

const KILLS_PER_ROUND = 20;

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "500" },
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    slice: { type: "string", default: "1/1" },
    out: { type: "string", default: "faults.jsonl" },
    fence: { type: "string" },
    load: { type: "string" },
    table: { type: "string" },
  },
});

if (values.table !== undefined) process.stdout.write(`${tableOf(values.table)}\n`);
else if (values.fence !== undefined) process.exitCode = await fence(Number(values.fence));
else if (values.load !== undefined) {
  const played = await playLoad({ conversations: Number(values.load), modelMs: 2_000 });
  process.stdout.write(`${JSON.stringify(played, null, 2)}\n`);
} else process.exitCode = await playSlice();

async function fence(interleavings: number): Promise<number> {
  const played = await playFence({ seed: Number(values.seed), interleavings });
  appendFileSync(values.out, `${JSON.stringify({ fence: played })}\n`);
  process.stdout.write(`${JSON.stringify(played, null, 2)}\n`);
  return played.violations.length === 0 ? 0 : 1;
}

async function playSlice(): Promise<number> {
  const [slice = 1, of = 1] = values.slice.split("/").map(Number);
  const kills = Number(values.kills);
  const rounds = Math.ceil(kills / KILLS_PER_ROUND);
  let wrong = 0;
  process.env["DESKHAND_PROGRAM"] ??= await bundleProgram();
  const { playRound } = await import("./kills/rounds.ts");
  mkdirSync(dirname(values.out), { recursive: true });
  for (let round = Number(values.from); round < rounds; round += 1) {
    if (round % of !== slice - 1) continue;
    const most = Math.min(KILLS_PER_ROUND, kills - round * KILLS_PER_ROUND);
    const plan = { seed: Number(values.seed), round, kills: most };
    const played = await playRound(plan, (text) => void process.stderr.write(`${text}\n`));
    appendFileSync(values.out, `${JSON.stringify(played)}\n`);
    wrong += played.violations.length;
    const verdict = played.violations.length === 0 ? "ok" : played.violations.join("\n  ");
    const late = played.late.length === 0 ? "" : `\n  late: ${played.late.join("\n  late: ")}`;
    process.stdout.write(
      `round ${round} (${played.world}): ${played.kills.length} kills, ${played.seconds} s, ${verdict}${late}\n`,
    );
  }
  return wrong === 0 ? 0 : 1;
}
