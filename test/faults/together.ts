import { loadavg } from "node:os";
import { setTimeout as pause } from "node:timers/promises";

import { type PostgresServer, startPostgres } from "../servers/postgres.ts";
import { platformWorld } from "./kills/on-platforms.ts";
import type { Exit, Running } from "./kills/program.ts";
import { comeToRest, POINTS } from "./kills/rounds.ts";
import type { World } from "./kills/world.ts";
import { seeded, type Random } from "../servers/random.ts";

/** What several processes on one PostgreSQL went through. */
export interface Together extends Plan {
  /** How each process died: `after-commitTurn:2`, or `random` for a kill from outside. */
  readonly deaths: readonly string[];
  readonly restarts: number;
  /** Connections that were cut while the database lived. */
  readonly cut: number;
  /** Starts that ended with words because the database was away at that moment. */
  readonly refused: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
  readonly late: readonly string[];
  readonly seconds: number;
  readonly machineLoad: number;
}

/** What befalls them, over and over: mostly one of them dies. */
const BLOWS = ["kill", "kill", "cut", "kill", "kill", "kill", "restart", "kill", "cut", "kill"] as const;
const LONGEST_BETWEEN_MS = 3_000;

interface Plan {
  readonly seed: number;
  readonly processes: number;
  readonly blows: number;
}

/**
 * Slack and Discord traffic over `processes` equal processes on one PostgreSQL. They are killed one by one and replaced
 * at once, the database is restarted, its connections are cut; whoever was not killed has to live through all of it. Then
 * all of them are left alone, and everything is looked at.
 */
export async function playTogether(
  plan: Plan,
  note: (text: string) => void = () => undefined,
): Promise<Together> {
  const began = performance.now();
  const random = seeded(plan.seed, 0);
  const postgres = await startPostgres();
  const world = await platformWorld(random, await postgres.newDatabase());
  try {
    const blows = await struck(world, postgres, random, plan, note);
    const rest = await comeToRest(world, plan.processes);
    return {
      ...plan,
      ...blows,
      ...rest,
      violations: [...blows.violations, ...rest.violations],
      counts: await world.counts(),
      seconds: Math.round((performance.now() - began) / 1_000),
      machineLoad: loadavg()[1] ?? 0,
    };
  } finally {
    await world.close();
    await postgres.stop();
  }
}

type Blows = Pick<Together, "deaths" | "restarts" | "cut" | "refused" | "violations">;

async function struck(
  world: World,
  postgres: PostgresServer,
  random: Random,
  plan: Plan,
  note: (text: string) => void,
): Promise<Blows> {
  const deaths: string[] = [];
  const violations: string[] = [];
  let [restarts, cut, refused] = [0, 0, 0];
  const processes = Array.from({ length: plan.processes }, () => begin(world, null));
  await Promise.all(processes.map(async (process) => process.ready));
  for (let n = 0; n < plan.blows; n += 1) {
    await talk(world, random);
    const blow = BLOWS[n % BLOWS.length];
    if (blow === "restart") {
      await postgres.restart();
      restarts += 1;
    } else if (blow === "cut") cut += await postgres.cutConnections();
    else await processes[random.int(processes.length)]?.running.kill("SIGKILL");
    for (const [at, process] of processes.entries()) {
      const end = endOf(process);
      if (end.kind === "lives") continue;
      if (end.kind === "killed") deaths.push(end.how);
      else if (end.kind === "refused") refused += 1;
      else violations.push(end.what);
      processes[at] = begin(world, random.chance(0.5) ? `${random.pick(POINTS)}:${1 + random.int(3)}` : null);
    }
    note(`blow ${n + 1}: ${blow}; ${deaths.length} deaths so far`);
  }
  for (const process of processes) {
    await process.running.kill("SIGKILL");
    const end = endOf(process);
    if (end.kind === "broke") violations.push(end.what);
  }
  return { deaths, restarts, cut, refused, violations };
}

interface Process {
  readonly running: Running;
  readonly crashAt: string | null;
  /** Resolves when it is up; rejects when it ends before. */
  readonly ready: Promise<void>;
  isUp: boolean;
  exit: Exit | null;
}

function begin(world: World, crashAt: string | null): Process {
  const running = world.start(crashAt);
  const exited = async () => {
    const exit = await running.exited;
    process.exit = exit;
    throw new Error(`it ended before it was up: ${running.errors()}`);
  };
  const up = async () => {
    await running.said(world.readySign);
    process.isUp = true;
  };
  const process: Process = {
    running,
    crashAt,
    // Both wait first, so that `process` is there when they write to it.
    ready: Promise.race([up(), exited()]),
    isUp: false,
    exit: null,
  };
  // Heard by whoever waits for it; for the others `exit` says it.
  process.ready.catch(() => undefined);
  return process;
}

type End =
  | { readonly kind: "lives" }
  | { readonly kind: "killed"; readonly how: string }
  /** It was started while the database was down, said so and ended: whatever starts it tries again. */
  | { readonly kind: "refused" }
  | { readonly kind: "broke"; readonly what: string };

/** How PostgreSQL, its driver and we ourselves say so. */
const DATABASE_AWAY =
  /cannot be used|ECONNREFUSED|terminating connection|Connection terminated|the database system is/;

function endOf({ running, crashAt, isUp, exit }: Process): End {
  if (!exit) return { kind: "lives" };
  // A process that dies at its boundary kills itself.
  if (exit.signal === "SIGKILL") return { kind: "killed", how: crashAt ?? "random" };
  const words = running.errors();
  if (!isUp && exit.code === 1 && DATABASE_AWAY.test(words)) return { kind: "refused" };
  return { kind: "broke", what: `a process ended by itself with ${exit.code}: ${words.slice(-2_000)}` };
}

async function talk(world: World, random: Random): Promise<void> {
  const until = Date.now() + random.int(LONGEST_BETWEEN_MS);
  do {
    await world.act();
    if (random.chance(0.2)) world.redeliver();
    await pause(50 + random.int(400));
  } while (Date.now() < until);
}
