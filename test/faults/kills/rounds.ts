import { loadavg } from "node:os";
import { setTimeout as pause } from "node:timers/promises";

import { seeded, type Random } from "../../servers/random.ts";
import { databaseViolations, isAtRest } from "./database.ts";
import { consoleWorld } from "./on-console.ts";
import { platformWorld } from "./on-platforms.ts";
import type { Running } from "./program.ts";
import type { World } from "./world.ts";

/** What one database file went through. */
export interface Round {
  readonly seed: number;
  readonly round: number;
  readonly world: "console" | "platforms";
  /** How each death came: `after-commitTurn:2`, or `random` for a kill from outside. */
  readonly kills: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
  /** What came, once and whole, after nothing had moved for two minutes. No violation of a law, and not what anybody wants. */
  readonly late: readonly string[];
  readonly seconds: number;
  /** How many wanted the processor in the last minutes, at the end: whoever judges a late answer needs it. */
  readonly machineLoad: number;
}

/** Every boundary that talk, the desk, the model and the outbox come by. */
export const POINTS = [
  "before-acceptEvent",
  "after-acceptEvent",
  "before-claimWork",
  "after-claimWork",
  "before-loadTurn",
  "after-loadTurn",
  "before-reserveCall",
  "after-reserveCall",
  "before-bookCall",
  "after-bookCall",
  "before-commitTurn",
  "after-commitTurn",
  "before-commitDesk",
  "after-commitDesk",
  "before-takeDelivery",
  "after-takeDelivery",
  "before-markSent",
  "after-markSent",
  "before-remember",
  "after-remember",
  "before-recover",
  "after-recover",
] as const;

/** A point that is not reached by then is not waited for: the process is killed where it is. */
const REACHED_WITHIN_MS = 30_000;
/** Then the talk goes on slowly: a point waits for somebody to come by, not for a crowd. */
const LIVELY_MS = 4_000;
/** The others die at any moment after they were up. */
const LONGEST_LIFE_MS = 4_000;
const LATE_MS = 120_000;
const NEVER_MS = 600_000;
const STOPPED_WITHIN_MS = 10_000;

/** Kills the program `kills` times in one shop, starts it a last time, and looks at what became of everything. */
export async function playRound(
  plan: { readonly seed: number; readonly round: number; readonly kills: number },
  note: (text: string) => void = () => undefined,
): Promise<Round> {
  const began = performance.now();
  const random = seeded(plan.seed, plan.round);
  const kind = plan.round % 2 === 1 ? "platforms" : "console";
  const world = await (kind === "console" ? consoleWorld(random) : platformWorld(random));
  const kills: string[] = [];
  const { seed, round } = plan;
  const played = async (rest: Rest): Promise<Round> => {
    const seconds = Math.round((performance.now() - began) / 1_000);
    return {
      seed,
      round,
      world: kind,
      kills,
      counts: await world.counts(),
      ...rest,
      seconds,
      machineLoad: loadavg()[1] ?? 0,
    };
  };
  try {
    for (let n = 0; n < plan.kills; n += 1) {
      kills.push(await dieOnce(world, n === 0, random));
      note(`round ${round}, kill ${n + 1}: ${kills.at(-1)}`);
    }
    return await played(await comeToRest(world));
  } catch (error) {
    // A program that ends by itself is the worst violation, and none to end the run with.
    return await played({ violations: [String(error)], late: [] });
  } finally {
    await world.close();
  }
}

/** Starts the program, talks to it, and sees it die; how it died. */
async function dieOnce(world: World, isFirst: boolean, random: Random): Promise<string> {
  const point = !isFirst && random.chance(0.7) ? `${random.pick(POINTS)}:${1 + random.int(2)}` : null;
  const running = world.start(point);
  const dead = running.exited.then(() => true);
  const ready = running.said(world.readySign).then(() => false);
  // The very first start has to be up once: what was said before a shop ever ran is nobody's message.
  if (isFirst) await Promise.race([ready, mustLive(running)]);
  else await world.act();
  // One in six dies while it starts, the others while they work.
  if (!random.chance(1 / 6)) await Promise.race([ready, dead]);
  const livelyUntil = Date.now() + LIVELY_MS;
  const until = Date.now() + (point === null ? random.int(LONGEST_LIFE_MS) : REACHED_WITHIN_MS);
  while (Date.now() < until) {
    await world.act();
    if (random.chance(0.2)) world.redeliver();
    if (await Promise.race([dead, pause((Date.now() < livelyUntil ? 50 : 1_500) + random.int(400), false)]))
      break;
  }
  const died = await Promise.race([dead, pause(0, false)]);
  const { signal, code } = await running.kill("SIGKILL");
  if (signal !== "SIGKILL") throw new Error(`the program ended by itself with ${code}:\n${running.errors()}`);
  return died && point !== null ? point : "random";
}

async function mustLive(running: Running): Promise<never> {
  const { code, signal } = await running.exited;
  throw new Error(`the program did not start (${code ?? signal}):\n${running.errors()}`);
}

export type Rest = Pick<Round, "violations" | "late">;

/**
 * A last start of `processes`, left alone until everything is answered; then what was heard is said again, and they are
 * stopped.
 */
export async function comeToRest(world: World, processes = 1): Promise<Rest> {
  const running = Array.from({ length: processes }, () => world.start(null));
  const anyDeath = Promise.race(running.map(mustLive));
  await Promise.race([Promise.all(running.map((one) => one.said(world.readySign))), anyDeath]);
  let late: readonly string[] = [];
  const rest = async () => {
    let left = Number.POSITIVE_INFINITY;
    let movedAt = 0;
    for (;;) {
      const open = world.outstanding();
      if (open.length === 0 && (await isAtRest(world.books))) return;
      if (open.length < left) movedAt = Date.now();
      left = Math.min(left, open.length);
      // A machine may be slow: late is told apart from never, and both are told.
      if (Date.now() > movedAt + LATE_MS && late.length === 0) late = [...open, "the store is not at rest"];
      if (Date.now() > movedAt + NEVER_MS) return;
      await pause(200);
    }
  };
  await Promise.race([rest(), anyDeath]);
  const open = world.outstanding().map((what) => `never: ${what}`);
  world.redeliver();
  // Nothing is to come of it, and nothing says when nothing has come.
  await pause(1_000);
  await Promise.race([rest(), anyDeath]);
  anyDeath.catch(() => undefined);
  const stops = await Promise.all(running.map(stopped));
  const violations = [
    ...open,
    ...(await world.violations()),
    ...(await databaseViolations(world.books)),
    ...stops.flat(),
  ];
  return { violations, late };
}

/** What is wrong with how it ended when it was asked to. */
async function stopped(running: Running): Promise<string[]> {
  const stopping = performance.now();
  const { code } = await running.kill("SIGTERM");
  const took = performance.now() - stopping;
  return [
    ...(code === 0 ? [] : [`ended with ${code}: ${running.errors().slice(-2_000)}`]),
    ...(took < STOPPED_WITHIN_MS ? [] : [`took ${Math.round(took)} ms to stop`]),
  ];
}
