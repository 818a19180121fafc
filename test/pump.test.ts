import { describe, expect, it, onTestFinished } from "vitest";

import { type PumpOptions, startPump } from "../src/pump.ts";
import { until } from "./servers/shop.ts";

function pumpOf(options: Partial<PumpOptions>) {
  const pump = startPump({
    concurrency: 2,
    now: Date.now,
    take: async () => null,
    nextAt: async () => null,
    onError: () => undefined,
    ...options,
  });
  onTestFinished(() => pump.stop());
  return pump;
}

describe("a pump", () => {
  it("does nothing until it is woken, then everything that is ready", async () => {
    const done: number[] = [];
    let left = 5;
    const pump = pumpOf({
      take: async () => {
        if (left === 0) return null;
        const piece = left;
        left -= 1;
        return async () => void done.push(piece);
      },
    });
    expect(done).toEqual([]);
    pump.wake();
    await until(() => done.length === 5);
    expect(done).toEqual([5, 4, 3, 2, 1]);
  });

  it("never has more at once than it may", async () => {
    let most = 0;
    let atOnce = 0;
    let left = 20;
    const pump = pumpOf({
      concurrency: 3,
      take: async () => {
        if (left === 0) return null;
        left -= 1;
        return async () => {
          atOnce += 1;
          most = Math.max(most, atOnce);
          await new Promise((resolve) => setImmediate(resolve));
          atOnce -= 1;
        };
      },
    });
    pump.wake();
    await until(() => left === 0 && pump.running() === 0);
    expect(most).toBe(3);
  });

  it("misses no work that comes while it is looking", async () => {
    let ready = false;
    let worked = false;
    const pump = pumpOf({
      take: async () => {
        if (ready && !worked) return async () => void (worked = true);
        // The work comes just after it was not found.
        await Promise.resolve();
        if (!ready) {
          ready = true;
          pump.wake();
        }
        return null;
      },
    });
    pump.wake();
    await until(() => worked);
    expect(worked).toBe(true);
  });

  it("wakes by itself when the next piece is due", async () => {
    const due = Date.now() + 30;
    let worked = 0;
    const pump = pumpOf({
      take: async () => (worked === 0 && Date.now() >= due ? async () => void (worked = Date.now()) : null),
      nextAt: async () => (worked === 0 ? due : null),
    });
    pump.wake();
    await until(() => worked > 0);
    expect(worked).toBeGreaterThanOrEqual(due);
  });

  it("reports what went wrong and goes on", async () => {
    const errors: unknown[] = [];
    let call = 0;
    const pump = pumpOf({
      take: async () => {
        call += 1;
        if (call === 1) throw new Error("the database is locked");
        return call === 2 ? () => Promise.reject(new Error("the work failed")) : null;
      },
      onError: (error) => errors.push(error),
    });
    pump.wake();
    await until(() => errors.length === 1);
    pump.wake();
    await until(() => errors.length === 2);
    expect(errors.map(String)).toEqual(["Error: the database is locked", "Error: the work failed"]);
  });

  it("lets what is running end when it is stopped, and takes nothing more", async () => {
    const release = Promise.withResolvers<void>();
    let taken = 0;
    const pump = pumpOf({
      concurrency: 1,
      take: async () => {
        taken += 1;
        return () => release.promise;
      },
    });
    pump.wake();
    await until(() => pump.running() === 1);
    let stopped = false;
    const stopping = pump.stop().then(() => (stopped = true));
    await Promise.resolve();
    expect(stopped).toBe(false);
    release.resolve();
    await stopping;
    pump.wake();
    expect([taken, pump.running()]).toEqual([1, 0]);
  });
});
