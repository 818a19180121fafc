import { expect, it } from "vitest";

import { steadyClock } from "../src/steady-clock.ts";

function clocks() {
  const at = { wall: 1_000_000, elapsed: 0 };
  const now = steadyClock(
    () => at.wall,
    () => at.elapsed,
  );
  const pass = (ms: number) => {
    at.wall += ms;
    at.elapsed += ms;
  };
  return { at, now, pass };
}

it("the clock shows what the machine's clock shows", () => {
  const { now, pass } = clocks();
  expect(now()).toBe(1_000_000);
  pass(250);
  expect(now()).toBe(1_000_250);
});

it("a machine's clock that is set forward is believed at once", () => {
  const { at, now } = clocks();
  at.wall += 3_600_000;
  expect(now()).toBe(4_600_000);
});

it("a machine's clock that is set back is caught up with at half speed, and never shown", () => {
  const { at, now, pass } = clocks();
  at.wall -= 60_000;
  expect(now()).toBe(1_000_000);
  pass(10_000);
  expect(now()).toBe(1_005_000);
  // A minute back is caught up with in two.
  pass(110_000);
  expect(now()).toBe(1_060_000);
  pass(1_000);
  expect(now()).toBe(1_061_000);
});
