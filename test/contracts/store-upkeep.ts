import { beforeEach, describe, expect, it } from "vitest";

import type { NewTimer, Store, Timer } from "../../src/store/store.ts";
import { HOUR, MINUTE, SECOND, T0 } from "../servers/shop.ts";
import { type Bench, newBench, reply } from "./bench.ts";

export function describeUpkeep(open: () => Promise<Store>): void {
  let store: Store;
  let bench: Bench;
  beforeEach(async () => {
    store = await open();
    bench = newBench(store);
  });

  describe("timers", () => {
    const timer = (dueAt: number, key = "remind:E-1"): NewTimer => ({
      key,
      kind: "remind",
      ref: "E-1",
      dueAt,
    });
    const take = async (): Promise<Timer> => {
      const due = await store.takeTimer(T0);
      if (!due) throw new Error("no timer was due");
      return due;
    };
    const set = (...timers: readonly NewTimer[]) => bench.turn({ timers });

    it("come due in their order, and not before", async () => {
      await set(timer(T0 + 2 * MINUTE, "b"), timer(T0 + MINUTE, "a"));
      expect(await store.nextTimerAt()).toBe(T0 + MINUTE);
      expect(await store.takeTimer(T0 + MINUTE - 1)).toBeNull();
      expect(await store.takeTimer(T0 + HOUR)).toMatchObject({ key: "a", kind: "remind", ref: "E-1" });
    });

    it("are gone when finished", async () => {
      await set(timer(T0));
      await store.finishTimer(await take());
      expect(await store.nextTimerAt()).toBeNull();
    });

    it("move when they are set again, also while they are being carried out", async () => {
      await set(timer(T0));
      const due = await take();
      await set(timer(T0 + HOUR));
      await store.finishTimer(due);
      expect(await store.nextTimerAt()).toBe(T0 + HOUR);
      await store.retryTimer(due, T0 + SECOND);
      expect(await store.nextTimerAt(), "a failure does not undo the move").toBe(T0 + HOUR);
    });

    it("come again when carrying them out failed, with the failure counted", async () => {
      await set(timer(T0));
      await store.retryTimer(await take(), T0 + MINUTE);
      expect(await store.takeTimer(T0)).toBeNull();
      expect(await store.takeTimer(T0 + MINUTE)).toMatchObject({ attempts: 1 });
    });

    it("are gone when they are cancelled", async () => {
      await set(timer(T0, "a"), timer(T0, "b"));
      await bench.turn({ cancelTimers: ["a", "never set"] });
      expect(await store.takeTimer(T0)).toMatchObject({ key: "b" });
    });
  });

  describe("after a crash", () => {
    it("gives back at once what the process that is gone was working on", async () => {
      const { work, context } = await bench.begin({ place: "c2" });
      await bench.turn({ deliveries: [reply("a.1")] });
      await store.takeDelivery(T0, HOUR);
      expect(await store.claimWork("w2", T0, MINUTE)).toBeNull();
      expect(await store.takeDelivery(T0, HOUR)).toBeNull();
      await store.recover(T0);
      const again = await bench.claim(T0, "w2");
      expect(again.events[0].seq).toBe(work.events[0].seq);
      expect(await bench.commit(work, context), "the process that was thought gone").toBe("lost");
      expect(await store.takeDelivery(T0, HOUR)).toMatchObject({ delivery: { id: "a.1" }, attempts: 2 });
    });
  });

  describe("what is pending", () => {
    it("counts events that are not worked and deliveries that these platforms could send", async () => {
      expect(await store.pending(["chat", "mail"])).toEqual({ events: 0, deliveries: 0 });
      await bench.turn({ deliveries: [reply("a.1"), reply("b.1", { to: { adapter: "mail", key: "x" } })] });
      await bench.says("one more");
      expect(await store.pending(["chat", "mail"])).toEqual({ events: 1, deliveries: 2 });
      expect(await store.pending(["chat"])).toEqual({ events: 1, deliveries: 1 });
      expect(await store.pending([])).toEqual({ events: 1, deliveries: 0 });
      await bench.sendAll();
      expect(await store.pending(["chat", "mail"])).toMatchObject({ deliveries: 0 });
    });
  });
}
