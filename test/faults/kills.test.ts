import { expect, it, vi } from "vitest";

import { playRound } from "./kills/rounds.ts";

// Programs start and end in it, on a machine that others use as well.
vi.setConfig({ testTimeout: 400_000 });

// The full run is `npm run faults`; this is enough to see that nothing of it has rotted.
it.each([
  ["console", 0],
  ["platforms", 1],
])("a program that dies at any boundary loses nothing and says nothing twice (%s)", async (world, round) => {
  const played = await playRound({ seed: 3, round, kills: 3 });
  expect(played.world).toBe(world);
  expect(played.violations).toEqual([]);
  expect(played.kills).toHaveLength(3);
  expect(played.counts["messages"]).toBeGreaterThan(3);
  expect(played.counts["modelCalls"]).toBeGreaterThan(0);
});
