import { expect, it } from "vitest";

import { playFence } from "./fence.ts";

it("no AI message leaves after a person has taken over, whatever step the turn is at", async () => {
  const fence = await playFence({ seed: 1, interleavings: 30 });
  expect(fence.violations).toEqual([]);
  // Both ways must have been met, or nothing was tried.
  expect(fence.answeredBefore).toBeGreaterThan(0);
  expect(fence.silenced).toBeGreaterThan(0);
  expect(fence.points).toEqual(
    expect.arrayContaining([
      "while Claude writes#1",
      "before commitTurn#1",
      "after commitTurn#1",
      "after takeDelivery#1",
      "before send#1",
    ]),
  );
});
