import { describe, expect, it } from "vitest";

import type { Store } from "../../src/store/store.ts";
import type { WatchStore } from "../../src/store/watch-port.ts";
import { MINUTE, SECOND, T0 } from "../servers/shop.ts";
import { newBench, newEscalation, newTicket, reply } from "./bench.ts";

interface WatchedStores {
  readonly store: Store;
  readonly watch: WatchStore;
}

const NO_LIMITS = { perConversation: 1e9, perCustomerDay: 1e9, perDay: 1e9 };

/** What metrics read of every store. `open` gives empty ones. */
export function describeWatch(name: string, open: () => Promise<WatchedStores>): void {
  describe(`what waits in ${name}`, () => {
    it("is nothing in an empty store", async () => {
      const { watch } = await open();
      expect(await watch.waitingNow(T0)).toEqual({
        events: 0,
        oldestEventAt: null,
        deliveries: 0,
        oldestDeliveryAt: null,
        failedDeliveries: 0,
        escalations: { open: 0, claimed: 0 },
        oldestOpenEscalationAt: null,
        spentToday: 0,
      });
      expect(await watch.escalationOpenedAt("E-1")).toBeNull();
      expect(await watch.waitingSince({ delivery: "turn-1.1" })).toBeNull();
      expect(await watch.waitingSince({ staffIn: 1 })).toBeNull();
    });

    it("is events, deliveries and escalations with the time of the oldest", async () => {
      const { store, watch } = await open();
      const bench = newBench(store);
      await bench.turn(
        {
          tickets: [newTicket("T-1")],
          openEscalation: newEscalation("E-1", "T-1"),
          deliveries: [reply("turn-1.1")],
        },
        { place: "c1", by: "ann", at: T0 },
      );
      const at = T0 + MINUTE;
      await bench.turn(
        { tickets: [newTicket("T-2")], openEscalation: newEscalation("E-2", "T-2") },
        { place: "c2", by: "bob", at },
      );
      const found = await store.findConversation({ address: { adapter: "chat", key: "c2" } });
      const claimedBy = { id: "s1", name: "Sam" };
      const changeEscalation = { id: "E-2", version: 0, status: "claimed", claimedBy } as const;
      await store.commitDesk(null, { conversationId: found!.id, changeEscalation }, at);
      await bench.says("waits", { place: "c3", by: "eve", at: at + SECOND });
      await bench.says("waits too", { place: "c4", by: "eve", at: at + 2 * SECOND });
      expect(await watch.waitingNow(at)).toEqual({
        events: 2,
        oldestEventAt: at + SECOND,
        deliveries: 1,
        oldestDeliveryAt: T0,
        failedDeliveries: 0,
        escalations: { open: 1, claimed: 1 },
        oldestOpenEscalationAt: T0,
        spentToday: 0,
      });
      expect(await watch.escalationOpenedAt("E-2")).toBe(at);
    });

    it("is not what was sent, what failed, or what is done", async () => {
      const { store, watch } = await open();
      const bench = newBench(store);
      await bench.turn({ deliveries: [reply("turn-1.1"), reply("turn-1.2")] });
      const first = await store.takeDelivery(T0, MINUTE);
      await store.markSent(first!.delivery.id, { messageId: "p1" }, T0);
      const second = await store.takeDelivery(T0, MINUTE);
      expect(await watch.waitingNow(T0)).toMatchObject({ deliveries: 1, events: 0 });
      await store.failDelivery(second!.delivery.id, "no such channel", T0);
      expect(await watch.waitingNow(T0)).toMatchObject({ deliveries: 0, failedDeliveries: 1 });
    });

    it("is money that was booked or is reserved on this UTC day", async () => {
      const { store, watch } = await open();
      const { conversation, customer } = await newBench(store).turn();
      const plan = {
        conversationId: conversation.id,
        customerId: customer.id,
        turnId: "turn-1",
        ticket: null,
        purpose: "answer",
        tier: 1,
        model: "m",
      } as const;
      const reserve = async (worstMicros: number, at: number) => {
        const reserved = await store.reserveCall({ ...plan, worstMicros }, NO_LIMITS, at);
        if (reserved.kind !== "reserved") throw new Error("over budget");
        return reserved.callId;
      };
      const none = {
        inputTokens: 0,
        cacheWrite5mTokens: 0,
        cacheWrite1hTokens: 0,
        cacheReadTokens: 0,
        outputTokens: 0,
      };
      await reserve(10, T0 - 24 * 60 * MINUTE);
      await reserve(100, T0);
      await store.bookCall(await reserve(1_000, T0), "m", none, 300);
      await store.voidCall(await reserve(5_000, T0));
      expect((await watch.waitingNow(T0)).spentToday).toBe(400);
    });

    it("is a customer since their first message that nobody had answered", async () => {
      const { store, watch } = await open();
      const bench = newBench(store);
      const wrote = (role: "customer" | "ai" | "staff" | "system", messageId: string, createdAt: number) => ({
        role,
        authorId: role,
        authorName: role,
        text: "words",
        messageId,
        createdAt,
      });
      const answer = "turn-1.1";
      const { conversation } = await bench.turn({
        messages: [
          wrote("customer", "m1", T0),
          wrote("customer", "m2", T0 + SECOND),
          wrote("system", "notice", T0 + 2 * SECOND),
          wrote("ai", answer, T0 + 5 * SECOND),
        ],
        deliveries: [reply(answer)],
      });
      expect(await watch.waitingSince({ delivery: answer })).toBe(T0);
      const { id } = conversation;
      const desk = async (...messages: ReturnType<typeof wrote>[]) =>
        store.commitDesk(null, { conversationId: id, messages }, T0 + MINUTE);
      await desk(wrote("staff", "s1", T0 + MINUTE));
      expect(await watch.waitingSince({ staffIn: id })).toBeNull();
      await desk(wrote("customer", "m3", T0 + 2 * MINUTE), wrote("staff", "s2", T0 + 3 * MINUTE));
      expect(await watch.waitingSince({ staffIn: id })).toBe(T0 + 2 * MINUTE);
    });
  });
}
