import { expect, it, vi } from "vitest";

import { consoleWorld } from "./kills/on-console.ts";
import { platformWorld } from "./kills/on-platforms.ts";
import { databaseViolations, isAtRest } from "./kills/database.ts";
import { createRandom } from "./random.ts";

// Programs start and end in it, on a machine that others use as well.
vi.setConfig({ testTimeout: 400_000 });

const LONGEST_STOP_MS = 10_000;

it.each([
  ["Slack and Discord", platformWorld],
  ["the console", consoleWorld],
])(
  "SIGTERM in the middle of turns ends the program on %s within 10 s with 0; the next start finishes",
  async (_name, open) => {
    const world = await open(createRandom(11));
    const running = world.start(null);
    await running.said(world.readySign);
    for (let at = 0; at < 6; at += 1) world.act();
    // At work: the first calls are made, or the first answers are out.
    while (isAtRest(world.folder)) await new Promise((resolve) => setTimeout(resolve, 10));
    const began = performance.now();
    const { code } = await running.kill("SIGTERM");
    expect(code).toBe(0);
    expect(performance.now() - began).toBeLessThan(LONGEST_STOP_MS);
    const next = world.start(null);
    while (world.outstanding().length > 0 || !isAtRest(world.folder))
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await next.kill("SIGTERM")).code).toBe(0);
    expect([...world.violations(), ...databaseViolations(world.folder)]).toEqual([]);
    await world.close();
  },
);
