import { expect, it, vi } from "vitest";

import { playTogether } from "./together.ts";

// Programs and a database server start and end in it, on a machine that others use as well.
vi.setConfig({ testTimeout: 600_000 });

// The full run is `npm run faults`; this is enough to see that nothing of it has rotted.
it("two processes on one PostgreSQL lose nothing and say nothing twice while they die and the database comes and goes", async () => {
  const played = await playTogether({ seed: 5, processes: 2, blows: 7 });
  expect(played.violations).toEqual([]);
  expect(played.deaths.length).toBeGreaterThanOrEqual(3);
  expect(played).toMatchObject({ restarts: 1 });
  expect(played.counts["messages"]).toBeGreaterThan(3);
});
