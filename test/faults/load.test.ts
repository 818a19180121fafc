import { expect, it } from "vitest";

import { playLoad } from "./load.ts";

it("many conversations with a slow model are answered all, once and fairly, in bounded memory", async () => {
  const load = await playLoad({ conversations: 300, modelMs: 200 });
  expect(load.answered).toBe(300);
  expect(load.most).toBe(1);
  // Everybody came at once: nobody who came first waits for whoever came last.
  expect(load.outOfOrder).toBeLessThan(0.25);
  expect(load.heapMb).toBeLessThan(400);
});
