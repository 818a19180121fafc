/**
 * One measurement, as JSON: `node bench/throughput/cell.ts --conversations 1000 --latency 200 --seconds 15`. For a
 * profile: `node --cpu-prof --cpu-prof-dir DIR bench/throughput/cell.ts …`.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";

import { createCrowd } from "./platform.ts";
import { openProgram } from "./program.ts";
import type { CellResult } from "./table.ts";

const { values } = parseArgs({
  options: {
    conversations: { type: "string", default: "1000" },
    latency: { type: "string", default: "200" },
    seconds: { type: "string", default: "15" },
  },
});
const conversations = Number(values.conversations);
const latencyMs = Number(values.latency);
/** Until the first answers are there and the code is warm. */
const WARM_UP_MS = 3_000 + latencyMs;

const model = spawn(process.execPath, [join(import.meta.dirname, "model-server.ts"), values.latency], {
  stdio: ["pipe", "pipe", "inherit"],
});
const [port] = (await once(model.stdout, "data")) as [Buffer];
const folder = mkdtempSync(join(tmpdir(), "deskhand-throughput-"));
const crowd = createCrowd(conversations);
const app = await openProgram(`http://127.0.0.1:${port.toString().trim()}`, folder);

const lag = monitorEventLoopDelay({ resolution: 10 });
await app.start([crowd.adapter]);
const startedAt = performance.now();
await crowd.begin();
await pause(WARM_UP_MS);
crowd.take();
lag.enable();
const cpu = process.cpuUsage();
const from = performance.now();
await pause(Number(values.seconds) * 1_000);
const { answers, waits, others } = crowd.take();
const seconds = (performance.now() - from) / 1_000;
const used = process.cpuUsage(cpu);
lag.disable();
crowd.end();
const { rss, heapUsed } = process.memoryUsage();
const sorted = waits.toSorted((a, b) => a - b);
const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? NaN);
const result: CellResult = {
  conversations,
  latencyMs,
  perSecond: answers / seconds,
  p50: at(0.5),
  p99: at(0.99),
  lagP50: lag.percentile(50) / 1e6 - 10,
  lagP99: lag.percentile(99) / 1e6 - 10,
  cpuMsPerAnswer: (used.user + used.system) / 1_000 / answers,
  cpuShare: (used.user + used.system) / 1e6 / seconds,
  rssMb: rss / 2 ** 20,
  heapMb: heapUsed / 2 ** 20,
  others,
  ranSeconds: Math.round((performance.now() - startedAt) / 1_000),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
model.stdin.end();
rmSync(folder, { recursive: true, force: true });
process.exit(0);
