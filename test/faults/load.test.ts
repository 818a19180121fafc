import { expect, it, vi } from "vitest";

import { playLoad } from "./load.ts";

vi.setConfig({ testTimeout: 400_000 });

it("many conversations with a slow model are answered all, once, by Claude and fairly, in bounded memory", async () => {
  const load = await playLoad({ conversations: 400, modelMs: 200 });
  expect(load.answered).toBe(load.conversations);
  expect(load.most).toBe(1);
  expect(load.others).toBe(0);
  // Everybody came at once: nobody who came first waits for whoever came last, or for who writes most.
  expect(load.furthestPlaces).toBeLessThan(40);
  // The others wait on disk.
  expect(load.mostAtOnce).toBeLessThanOrEqual(256);
  expect(load.heapMb - load.heapBeforeMb).toBeLessThan(300);
});
