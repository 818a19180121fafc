import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { createActivities } from "../src/activities.ts";
import type { Activity, Adapter } from "../src/adapter.ts";
import type { Address } from "../src/domain.ts";

const log = pino({ level: "silent" });

describe("what the agent is doing", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is shown again as long as it lasts, where the platform forgets it, and not after its end", () => {
    const { shown, activities } = open(8_000);
    activities.show(place("a"), "reading");
    activities.show(place("a"), "answering");
    activities.show(place("b"), "answering");
    vi.advanceTimersByTime(17_000);
    activities.end(place("a"));
    vi.advanceTimersByTime(8_000);
    expect(shown.filter(({ key }) => key === "a").map(({ activity }) => activity)).toEqual([
      "reading",
      "answering",
      "answering",
      "answering",
    ]);
    expect(shown.filter(({ key }) => key === "b")).toHaveLength(4);
  });

  it("is shown once where it stays by itself", () => {
    const { shown, activities } = open(undefined);
    activities.show(place("a"), "reading");
    vi.advanceTimersByTime(60_000);
    expect(shown).toHaveLength(1);
  });

  it("harms nobody when it cannot be shown, or when the platform shows nothing", async () => {
    const adapter = { showActivity: () => Promise.reject(new Error("gone")), activityLastsMs: 1_000 };
    const activities = createActivities({ adapterNamed: nameless(adapter), log });
    activities.show(place("a"), "reading");
    await vi.advanceTimersByTimeAsync(3_000);
    activities.end(place("a"));
    createActivities({ adapterNamed: () => undefined, log }).show(place("a"), "reading");
    expect(vi.getTimerCount()).toBe(0);
  });
});

function open(activityLastsMs: number | undefined) {
  const shown: { readonly key: string; readonly activity: Activity }[] = [];
  const showActivity = async ({ key }: Address, activity: Activity) => void shown.push({ key, activity });
  const adapter = { showActivity, ...(activityLastsMs !== undefined && { activityLastsMs }) };
  return { shown, activities: createActivities({ adapterNamed: nameless(adapter), log }) };
}

function nameless(adapter: Partial<Adapter>) {
  return () => adapter as Adapter;
}

function place(key: string): Address {
  return { adapter: "discord", key };
}
