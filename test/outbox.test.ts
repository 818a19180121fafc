import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Adapter } from "../src/adapter.ts";
import type { Delivery } from "../src/domain.ts";
import { DeskhandError } from "../src/errors.ts";
import { startOutbox } from "../src/outbox.ts";
import type { Pump } from "../src/pump.ts";
import type { NewDelivery, Store, TakenDelivery } from "../src/store/store.ts";
import { HOUR, memoryPlatform, MINUTE, noLog, SECOND, storeOnFile, T0, until } from "./servers/shop.ts";

/** The outbox over the real store and a platform in memory, with a clock that the test turns. */
describe("the outbox", () => {
  let store: Store;
  let outbox: Pump;
  let now: number;
  let givenUp: [TakenDelivery, string][];
  let running: readonly string[];

  const open = (...adapters: readonly Adapter[]) => {
    running = adapters.map(({ name }) => name);
    outbox = startOutbox({
      store,
      adapters: new Map(adapters.map((adapter) => [adapter.name, adapter])),
      now: () => now,
      log: noLog(),
      onFailed: async (taken, error) => void givenUp.push([taken, error]),
    });
  };
  const post = async (id: string, key = "c1", adapter = "chat") => {
    const delivery: NewDelivery = {
      id,
      to: { adapter, key },
      visibility: "private",
      content: { kind: "notice", text: `text of ${id}` },
      fenced: false,
    };
    await store.post(delivery, now);
    outbox.wake();
  };
  const later = (ms: number) => {
    now += ms;
    outbox.wake();
  };
  /** Until everything that may happen at this time of the clock has happened. */
  const settled = async () => {
    await until(async () => {
      const next = await store.nextDeliveryAt(running);
      return outbox.running() === 0 && (next === null || next > now);
    });
  };
  const drained = () => until(async () => (await store.pending(["chat", "mail"])).deliveries === 0);

  beforeEach(async () => {
    store = await storeOnFile();
    now = T0;
    givenUp = [];
  });
  afterEach(() => outbox.stop());

  it("sends what was committed, in order within a place", async () => {
    const chat = memoryPlatform();
    open(chat);
    for (const id of ["a.1", "a.2", "a.3"]) await post(id);
    await drained();
    expect(chat.sent.map(({ id }) => id)).toEqual(["a.1", "a.2", "a.3"]);
    expect(chat.sent[0]).toEqual({
      id: "a.1",
      to: { adapter: "chat", key: "c1" },
      visibility: "private",
      content: { kind: "notice", text: "text of a.1" },
      createdAt: T0,
    });
  });

  it("does not let a place that is slow hold up another", async () => {
    const release = Promise.withResolvers<void>();
    const chat = memoryPlatform("chat", async ({ to }) => {
      if (to.key === "slow") await release.promise;
    });
    open(chat);
    await post("s.1", "slow");
    await post("s.2", "slow");
    await post("q.1", "quick");
    await until(() => chat.sent.length === 1);
    expect(chat.sent.map(({ id }) => id)).toEqual(["q.1"]);
    release.resolve();
    await drained();
    expect(chat.sent.map(({ id }) => id)).toEqual(["q.1", "s.1", "s.2"]);
  });

  it("tries again with growing pauses and the same delivery, and keeps the order meanwhile", async () => {
    const seen: [number, Delivery][] = [];
    const chat = memoryPlatform("chat", (delivery, attempt) => {
      seen.push([now - T0, delivery]);
      if (attempt <= 3) throw new Error("the socket closed");
    });
    open(chat);
    await post("a.1");
    await post("a.2");
    for (const pause of [500, 1_000, 2_000]) {
      await settled();
      later(pause);
    }
    await drained();
    expect(seen.map(([at, { id }]) => [at, id])).toEqual([
      [0, "a.1"],
      [500, "a.1"],
      [1_500, "a.1"],
      [3_500, "a.1"],
      [3_500, "a.2"],
    ]);
    expect(new Set(seen.slice(0, 4).map(([, delivery]) => JSON.stringify(delivery))).size).toBe(1);
    expect(givenUp).toEqual([]);
  });

  it("waits as long as the platform says", async () => {
    const chat = memoryPlatform("chat", (_delivery, attempt) => {
      if (attempt === 1) {
        const options = { retryable: true, retryAfterMs: 30 * SECOND };
        throw new DeskhandError("delivery_rate_limited", "slow down", options);
      }
    });
    open(chat);
    await post("a.1");
    await settled();
    expect(await store.nextDeliveryAt()).toBe(T0 + 30 * SECOND);
    later(30 * SECOND - 1);
    await settled();
    expect(chat.sent).toEqual([]);
    later(1);
    await drained();
    expect(chat.sent).toHaveLength(1);
  });

  it("gives up at once what the platform will never take, says so, and goes on with the next", async () => {
    const chat = memoryPlatform("chat", ({ id }) => {
      if (id === "a.1") throw new DeskhandError("delivery_refused", "the channel is archived");
    });
    open(chat);
    await post("a.1");
    await post("a.2");
    await drained();
    expect(givenUp.map(([{ delivery, attempts }, error]) => [delivery.id, attempts, error])).toEqual([
      ["a.1", 1, "the channel is archived"],
    ]);
    expect(chat.sent.map(({ id }) => id)).toEqual(["a.2"]);
  });

  it("gives up after a dozen tries, none of them more than five minutes apart, what alone is not taken", async () => {
    const tries: number[] = [];
    const chat = memoryPlatform("chat", ({ id }) => {
      if (id !== "a.1") return;
      tries.push(now);
      throw new Error("503");
    });
    open(chat);
    await post("a.1");
    for (let round = 0; round < 20 && givenUp.length === 0; round += 1) {
      await post(`other.${round}`, "c2");
      await settled();
      later(5 * MINUTE);
    }
    expect(tries).toHaveLength(12);
    expect(givenUp.map(([, error]) => error)).toEqual(["503"]);
    expect(await store.nextDeliveryAt()).toBeNull();
  });

  it("keeps everything for a day while the platform takes nothing at all", async () => {
    let isUp = false;
    const chat = memoryPlatform("chat", () => {
      if (!isUp) throw new Error("503");
    });
    open(chat);
    await post("a.1");
    for (let round = 0; round < 30; round += 1) {
      await settled();
      later(5 * MINUTE);
    }
    await settled();
    expect(givenUp).toEqual([]);
    isUp = true;
    later(5 * MINUTE);
    await drained();
    expect(chat.sent.map(({ id }) => id)).toEqual(["a.1"]);
  });

  it("keeps what is for a platform that is not running, and sends it when it is", async () => {
    open(memoryPlatform("chat"));
    await post("m.1", "x", "mail");
    await settled();
    expect(await store.pending(["mail"])).toMatchObject({ deliveries: 1 });
    for (let hours = 0; hours < 20; hours += 1) {
      later(HOUR);
      await settled();
    }
    expect(givenUp).toEqual([]);
    await outbox.stop();
    const mail = memoryPlatform("mail", (_delivery, attempt) => {
      if (attempt === 1) throw new Error("the first connection fails");
    });
    open(mail);
    later(HOUR);
    await settled();
    later(MINUTE);
    await drained();
    expect(givenUp, "waiting was no failure").toEqual([]);
    expect(mail.sent).toHaveLength(1);
  });

  it("does not look again and again while a place waits for its next try", async () => {
    let looks = 0;
    const nextDeliveryAt = store.nextDeliveryAt.bind(store);
    store = {
      ...store,
      nextDeliveryAt: (adapters) => {
        looks += 1;
        return nextDeliveryAt(adapters);
      },
    };
    const chat = memoryPlatform("chat", () => {
      throw new Error("it is down");
    });
    open(chat);
    await post("m.1", "x");
    await post("m.2", "x");
    await settled();
    looks = 0;
    await new Promise((resolve) => setTimeout(resolve, 100));
    // The last delivery's own look may still come; again and again would be dozens.
    expect(looks).toBeLessThanOrEqual(2);
  });
});
