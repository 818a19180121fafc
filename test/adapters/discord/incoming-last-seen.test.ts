import { describe, expect, it } from "vitest";

import { createLastSeen, isAfter } from "../../../adapters/discord/last-seen.ts";
import { idOfTime, timeOfId } from "../../../adapters/discord/spots.ts";
import { memoryInHand } from "./incoming-rig.ts";

const T0 = Date.parse("2026-11-20T10:00:00Z");
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function lastSeenAt(memory = memoryInHand(), start = T0) {
  const clock = { now: start };
  const fail = (error: unknown) => {
    throw error;
  };
  return { clock, memory, lastSeen: createLastSeen(memory, () => clock.now, fail) };
}

describe("the last message seen in each channel", () => {
  it("begins with the first start: what was said before is history", async () => {
    const { lastSeen } = lastSeenAt();
    await lastSeen.load();
    lastSeen.openGap();
    expect(timeOfId(lastSeen.gap()?.after("1") ?? "")).toBe(T0);
  });

  it("is known after a restart, and other channels are read from shortly before the newest", async () => {
    const { lastSeen, memory } = lastSeenAt();
    await lastSeen.load();
    const newest = idOfTime(T0 + 60 * MINUTE);
    lastSeen.saw("1", idOfTime(T0 + MINUTE), false);
    lastSeen.saw("2", newest, true);
    await lastSeen.flush();
    const { lastSeen: next } = lastSeenAt(memory, T0 + 90 * MINUTE);
    await next.load();
    next.openGap();
    const gap = next.gap();
    expect(gap?.after("1")).toBe(idOfTime(T0 + MINUTE));
    expect(gap?.after("2")).toBe(newest);
    expect(timeOfId(gap?.after("3") ?? "")).toBe(T0 + 50 * MINUTE);
    expect(gap?.directs).toEqual(["2"]);
    expect(gap?.since).toBe(T0 + 60 * MINUTE);
  });

  it("stays as it was while a gap is open, whatever is seen meanwhile, and over a crash", async () => {
    const { lastSeen, memory } = lastSeenAt();
    await lastSeen.load();
    lastSeen.saw("1", idOfTime(T0 + MINUTE), false);
    await lastSeen.flush();
    lastSeen.openGap();
    lastSeen.saw("1", idOfTime(T0 + 5 * MINUTE), false);
    await lastSeen.flush();
    expect(lastSeen.gap()?.after("1")).toBe(idOfTime(T0 + MINUTE));
    expect(await memory.get("seen/1")).toBe(idOfTime(T0 + MINUTE));
  });

  it("closes only the gap that was read, not one that was opened meanwhile", async () => {
    const { lastSeen, memory } = lastSeenAt();
    await lastSeen.load();
    lastSeen.openGap();
    const gap = lastSeen.gap();
    if (!gap) throw new Error("no gap");
    lastSeen.openGap();
    lastSeen.closeGap(gap);
    const again = lastSeen.gap();
    expect(again).not.toBeNull();
    if (again) lastSeen.closeGap(again);
    expect(lastSeen.gap()).toBeNull();
    lastSeen.saw("1", "5", false);
    await lastSeen.flush();
    expect(await memory.get("seen/1")).toBe("5");
  });

  it("never goes back, and never further than three days", async () => {
    const { lastSeen, clock } = lastSeenAt();
    await lastSeen.load();
    lastSeen.saw("1", idOfTime(T0 + 2 * MINUTE), false);
    lastSeen.saw("1", idOfTime(T0 + MINUTE), false);
    lastSeen.openGap();
    expect(lastSeen.gap()?.after("1")).toBe(idOfTime(T0 + 2 * MINUTE));
    clock.now = T0 + 30 * DAY;
    expect(timeOfId(lastSeen.gap()?.after("1") ?? "")).toBe(T0 + 27 * DAY);
  });

  it("is kept for a thousand channels, the latest", async () => {
    const { lastSeen, memory } = lastSeenAt();
    await lastSeen.load();
    for (let channel = 1; channel <= 1_001; channel += 1) lastSeen.saw(String(channel), "5", false);
    await lastSeen.flush();
    expect(await memory.list("seen/")).toHaveLength(1_000);
    expect(await memory.get("seen/1")).toBeNull();
  });
});

describe("ids", () => {
  it("grow with time, whatever their length", () => {
    expect(isAfter("10", "9")).toBe(true);
    expect(isAfter("9", "10")).toBe(false);
    expect(isAfter("1440000000000000001", "1440000000000000000")).toBe(true);
    expect(isAfter("7", "7")).toBe(false);
  });
});
