import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

import type { Load } from "./database.ts";

export interface ScaleResult {
  readonly processes: number;
  readonly conversations: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly others: number;
  /** An answer's share of the processor, in ms: of ours, and of the database's. */
  readonly ourCpu: number;
  readonly databaseCpu: number;
  readonly transactions: number;
  readonly walKb: number;
  readonly connections: number;
  readonly rssMb: number;
}

interface Taken {
  readonly waits: readonly number[];
  readonly others: number;
  readonly cpuMs: number;
  readonly rssMb: number;
}

export interface Cell {
  readonly processes: number;
  readonly conversations: number;
  readonly seconds: number;
  readonly warmUpMs: number;
  readonly database: { readonly url: string; load(): Promise<Load> };
  readonly modelUrl: string;
}

/** So many processes on one database, for so long. */
export async function measure(cell: Cell): Promise<ScaleResult> {
  const { processes, conversations, database } = cell;
  const workers = Array.from({ length: processes }, () => startWorker(database.url, cell.modelUrl));
  await Promise.all(workers.map((worker) => worker.next()));
  const share = conversations / processes;
  await Promise.all(
    workers.map((worker, at) =>
      worker.ask(`begin ${Math.round(at * share)} ${Math.round((at + 1) * share)}`),
    ),
  );
  await pause(cell.warmUpMs);
  const before = await Promise.all(workers.map(async (worker) => (await worker.ask("take")) as Taken));
  const [loadBefore, from] = [await database.load(), performance.now()];
  await pause(cell.seconds * 1_000);
  const after = await Promise.all(workers.map(async (worker) => (await worker.ask("take")) as Taken));
  const [loadAfter, seconds] = [await database.load(), (performance.now() - from) / 1_000];
  for (const worker of workers) worker.child.kill("SIGKILL");
  const waits = after.flatMap((taken) => taken.waits).toSorted((a, b) => a - b);
  const at = (part: number) => waits[Math.floor((waits.length - 1) * part)] ?? NaN;
  const sum = (of: (taken: Taken) => number, all: readonly Taken[]) =>
    all.reduce((total, one) => total + of(one), 0);
  return {
    processes,
    conversations,
    perSecond: waits.length / seconds,
    p50: at(0.5),
    p99: at(0.99),
    others: sum((taken) => taken.others, after),
    ourCpu: (sum((taken) => taken.cpuMs, after) - sum((taken) => taken.cpuMs, before)) / waits.length,
    databaseCpu: (loadAfter.cpuMs - loadBefore.cpuMs) / waits.length,
    transactions: (loadAfter.transactions - loadBefore.transactions) / waits.length,
    walKb: (loadAfter.walBytes - loadBefore.walBytes) / 1_024 / waits.length,
    connections: loadAfter.connections,
    rssMb: sum((taken) => taken.rssMb, after) / processes,
  };
}

interface Worker {
  readonly child: ChildProcess;
  next(): Promise<unknown>;
  ask(command: string): Promise<unknown>;
}

function startWorker(databaseUrl: string, modelUrl: string): Worker {
  const child = spawn(process.execPath, [join(import.meta.dirname, "worker.ts"), databaseUrl, modelUrl], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, DESKHAND_EMBEDDING: "none" },
  });
  const lines = createInterface({ input: child.stdout });
  const next = async (): Promise<unknown> => {
    const [line] = (await once(lines, "line")) as [string];
    return JSON.parse(line) as unknown;
  };
  return {
    child,
    next,
    async ask(command) {
      const answer = next();
      child.stdin.write(`${command}\n`);
      return answer;
    },
  };
}
