import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { showActivities } from "../src/activities.ts";
import type { Activity, Adapter } from "../src/adapter.ts";
import type { Address } from "../src/domain.ts";

const log = pino({ level: "silent" });

describe("what the agent is doing", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is shown again as long as it lasts, where the platform forgets it, and not after its end", () => {
    const { shown, at } = open(8_000);
    const [here, there] = [at(place("a")), at(place("b"))];
    here.show("reading");
    here.show("answering");
    there.show("answering");
    vi.advanceTimersByTime(17_000);
    here.end();
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
    const { shown, at } = open(undefined);
    at(place("a")).show("reading");
    vi.advanceTimersByTime(60_000);
    expect(shown).toHaveLength(1);
  });

  it("goes on while somebody else's work in the same place ends", () => {
    const { shown, at } = open(8_000);
    at(place("a")).show("answering");
    at(place("a")).end();
    vi.advanceTimersByTime(8_000);
    expect(shown).toHaveLength(2);
  });

  it("is taken away, and not shown again, when nothing will be said", () => {
    const { shown, hidden, at } = open(8_000);
    const activity = at(place("a"));
    activity.show("answering");
    activity.hide();
    vi.advanceTimersByTime(20_000);
    expect(hidden).toEqual(["a"]);
    expect(shown).toHaveLength(1);
  });

  it("harms nobody when it cannot be shown, or when the platform shows nothing", async () => {
    const adapter = { showActivity: () => Promise.reject(new Error("gone")), activityLastsMs: 1_000 };
    const activity = showActivities({ adapterNamed: nameless(adapter), log })(place("a"));
    activity.show("reading");
    await vi.advanceTimersByTimeAsync(3_000);
    activity.hide();
    showActivities({ adapterNamed: () => undefined, log })(place("a")).show("reading");
    expect(vi.getTimerCount()).toBe(0);
  });
});

function open(activityLastsMs: number | undefined) {
  const shown: { readonly key: string; readonly activity: Activity }[] = [];
  const showActivity = async ({ key }: Address, activity: Activity) => void shown.push({ key, activity });
  const hidden: string[] = [];
  const hideActivity = async ({ key }: Address) => void hidden.push(key);
  const adapter = { showActivity, hideActivity, ...(activityLastsMs !== undefined && { activityLastsMs }) };
  return { shown, hidden, at: showActivities({ adapterNamed: nameless(adapter), log }) };
}

function nameless(adapter: Partial<Adapter>) {
  return () => adapter as Adapter;
}

function place(key: string): Address {
  return { adapter: "discord", key };
}
