/**
 * How many customers one process answers: `npm run bench:throughput -- [--conversations 100,1000,5000]
 * [--latency 200,2000] [--seconds 15]`. Each measurement is a process of its own, one after the other.
 *
 * Ends with 1 when something else than the AI's answers was measured.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { type CellResult, tableOf } from "./table.ts";

const { values } = parseArgs({
  options: {
    conversations: { type: "string", default: "100,1000,5000" },
    latency: { type: "string", default: "200,2000" },
    seconds: { type: "string", default: "15" },
  },
});

const results: CellResult[] = [];
for (const latency of values.latency.split(",")) {
  for (const conversations of values.conversations.split(",")) {
    const { seconds } = values;
    const args = ["--conversations", conversations, "--latency", latency, "--seconds", seconds];
    const { stdout, status } = spawnSync(process.execPath, [join(import.meta.dirname, "cell.ts"), ...args], {
      stdio: ["ignore", "pipe", "inherit"],
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`the measurement ${args.join(" ")} ended with ${status}`);
    results.push(JSON.parse(stdout) as CellResult);
  }
}
process.stdout.write(`${tableOf(results)}\n`);
const others = results.reduce((sum, one) => sum + one.others, 0);
if (others > 0) {
  process.stderr.write(`${others} answers were not the AI's: this run measured something else.\n`);
  process.exitCode = 1;
}
