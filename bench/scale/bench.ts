/**
 * How many customers several processes answer on one PostgreSQL: `node bench/scale/bench.ts [--processes 1,2,4]
 * [--conversations 200] [--latency 1000] [--seconds 20]`. Each measurement has a database server of its own.
 *
 * Ends with 1 when something else than the AI's answers was measured.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { ingest } from "../../src/knowledge/ingest.ts";
import { openStorage } from "../../src/store/open-storage.ts";
import { measure, type ScaleResult } from "./cell.ts";
import { startMeasured } from "./database.ts";

const { values } = parseArgs({
  options: {
    processes: { type: "string", default: "1,2,4" },
    conversations: { type: "string", default: "200" },
    latency: { type: "string", default: "1000" },
    seconds: { type: "string", default: "20" },
    "warm-up": { type: "string", default: "8" },
    port: { type: "string", default: "54871" },
  },
});
const ARTICLES = join(import.meta.dirname, "..", "..", "examples", "acme", "articles");
const MODEL = join(import.meta.dirname, "..", "throughput", "model-server.ts");
const UNTOUCHED = { internal_titles: ["internal"], internal_ids: ["internal/*"], customer_ids: [] };

process.stdout.write(
  "| processes | conversations | answers/s | p50, s | p99, s | our CPU, ms an answer | database CPU, ms an answer | transactions an answer | WAL, kB an answer | connections | RSS, MB each | load of the machine |\n",
);
process.stdout.write(`|${"---:|".repeat(12)}\n`);
for (const processes of values.processes.split(",").map(Number)) {
  for (const conversations of values.conversations.split(",").map(Number)) {
    const result = await cell(processes, conversations);
    process.stdout.write(`${rowOf(result)}\n`);
    if (result.others > 0) {
      process.stderr.write(`${result.others} answers were not the AI's: this run measured something else.\n`);
      process.exitCode = 1;
    }
  }
}

async function cell(processes: number, conversations: number): Promise<ScaleResult> {
  const database = await startMeasured(Number(values.port));
  const model = spawn(process.execPath, [MODEL, values.latency], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    const [port] = (await once(model.stdout, "data")) as [Buffer];
    const storage = await openStorage(database.url);
    await ingest({ sources: [ARTICLES], index: storage.index, config: UNTOUCHED, now: Date.now });
    await storage.close();
    return await measure({
      processes,
      conversations,
      seconds: Number(values.seconds),
      warmUpMs: Number(values["warm-up"]) * 1_000,
      database,
      modelUrl: `http://127.0.0.1:${port.toString().trim()}`,
    });
  } finally {
    model.stdin.end();
    await database.stop();
  }
}

function rowOf(one: ScaleResult): string {
  const cells = [
    one.processes,
    one.conversations,
    one.perSecond.toFixed(1),
    (one.p50 / 1_000).toFixed(1),
    (one.p99 / 1_000).toFixed(1),
    one.ourCpu.toFixed(0),
    one.databaseCpu.toFixed(0),
    one.transactions.toFixed(0),
    one.walKb.toFixed(0),
    one.connections,
    Math.round(one.rssMb),
    (loadavg()[0] ?? 0).toFixed(0),
  ];
  return `| ${cells.join(" | ")} |`;
}
