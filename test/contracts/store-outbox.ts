import { beforeEach, describe, expect, it } from "vitest";

import type { Store, Undelivered } from "../../src/store/store.ts";
import { HOUR, MINUTE, SECOND, T0 } from "../servers/shop.ts";
import { type Bench, newBench, newEscalation, newTicket, reply } from "./bench.ts";
import { card } from "./store-desk.ts";

function notNow(error: string, at: number): Undelivered {
  return { at, error, attempted: true, maybeSent: false };
}

export function describeOutbox(open: () => Promise<Store>): void {
  let store: Store;
  let bench: Bench;
  beforeEach(async () => {
    store = await open();
    bench = newBench(store);
  });
  const to = (key: string) => ({ to: { adapter: "chat", key } });
  const taken = async (at = T0) => (await store.takeDelivery(at, MINUTE))?.delivery.id ?? null;

  describe("the outbox", () => {
    it("keeps the order within a place, and lets places pass each other", async () => {
      await bench.turn({ deliveries: [reply("a.1"), reply("a.2"), reply("b.1", to("c2"))] });
      expect([await taken(), await taken(), await taken()]).toEqual(["a.1", "b.1", null]);
      await store.markSent("a.1", { messageId: "p1" }, T0);
      expect(await taken()).toBe("a.2");
    });

    it("holds back what follows a delivery that waits for its next try", async () => {
      await bench.turn({ deliveries: [reply("a.1"), reply("a.2")] });
      await taken();
      await store.retryDelivery("a.1", notNow("rate limited", T0 + SECOND));
      expect(await taken()).toBeNull();
      expect(await store.takeDelivery(T0 + SECOND, MINUTE)).toMatchObject({
        delivery: { id: "a.1" },
        attempts: 2,
      });
    });

    it("does not count as an attempt what was not even tried", async () => {
      await bench.turn({ deliveries: [reply("a.1")] });
      await taken();
      await store.retryDelivery("a.1", { ...notNow("no such platform", T0), attempted: false });
      expect(await store.takeDelivery(T0, MINUTE)).toMatchObject({ attempts: 1 });
    });

    it("gives to a process only what goes to its platforms", async () => {
      const elsewhere = { to: { adapter: "mail", key: "x" } };
      await bench.turn({ deliveries: [reply("a.1", elsewhere), reply("b.1", to("c2"))] });
      expect(await store.nextDeliveryAt([])).toBeNull();
      expect(await store.takeDelivery(T0, MINUTE, [])).toBeNull();
      expect(await store.takeDelivery(T0, MINUTE, ["chat"])).toMatchObject({ delivery: { id: "b.1" } });
      expect(await store.takeDelivery(T0, MINUTE, ["chat"])).toBeNull();
      expect(await store.nextDeliveryAt(["chat"])).toBe(T0 + MINUTE);
      expect(await store.takeDelivery(T0, MINUTE, ["chat", "mail"])).toMatchObject({
        delivery: { id: "a.1" },
      });
    });

    it("does not listen to a sender whose lease ran out and whose delivery somebody else has", async () => {
      await bench.turn({ deliveries: [reply("a.1")] });
      const late = await store.takeDelivery(T0, MINUTE);
      const attempt = late?.attempts ?? 0;
      await store.takeDelivery(T0 + MINUTE, MINUTE);
      await store.retryDelivery("a.1", { ...notNow("late", T0), attempt });
      await store.failDelivery("a.1", "late", T0, reply("a.1.mark"), attempt);
      expect(await store.takeDelivery(T0 + MINUTE, MINUTE), "still on its way").toBeNull();
      await store.markSent("a.1", { messageId: "p1" }, T0);
      await store.retryDelivery("a.1", { ...notNow("late", T0), attempt });
      await store.failDelivery("a.1", "late", T0, null, attempt);
      expect(await store.findDelivery("a.1"), "sent, and nothing else").not.toBeNull();
      expect(await store.takeDelivery(T0 + HOUR, MINUTE)).toBeNull();
    });

    it("says when the next delivery may leave, not when one that must wait behind another might", async () => {
      await bench.turn({ deliveries: [reply("a.1"), reply("a.2")] });
      expect(await store.nextDeliveryAt()).toBeLessThanOrEqual(T0);
      await taken();
      expect(await store.nextDeliveryAt()).toBe(T0 + MINUTE);
      await store.retryDelivery("a.1", notNow("not now", T0 + HOUR));
      expect(await store.nextDeliveryAt()).toBe(T0 + HOUR);
      await store.failDelivery("a.1", "gone", T0);
      expect(await store.nextDeliveryAt()).toBeLessThanOrEqual(T0);
    });

    it("goes on behind a delivery that was given up", async () => {
      await bench.turn({ deliveries: [reply("a.1"), reply("a.2")] });
      await taken();
      await store.failDelivery("a.1", "the channel is gone", T0);
      expect(await taken()).toBe("a.2");
      expect(await taken(T0 + HOUR), "what was given up never comes again").toBe("a.2");
    });

    it("takes a delivery again, as the same one, when its sender was lost", async () => {
      await bench.turn({ deliveries: [reply("a.1")] });
      const first = await store.takeDelivery(T0, MINUTE);
      expect(await store.takeDelivery(T0 + MINUTE - 1, MINUTE)).toBeNull();
      const second = await store.takeDelivery(T0 + MINUTE, MINUTE);
      expect(second?.delivery).toEqual(first?.delivery);
      expect(second?.attempts).toBe(2);
    });

    it("gives a delivery as it was committed", async () => {
      const given = reply("a.1", { visibility: "public", recipient: "ann", fenced: false });
      const context = await bench.turn({ deliveries: [given] });
      const { id, to: place, visibility, recipient, content } = given;
      expect(await store.takeDelivery(T0, MINUTE)).toEqual({
        attempts: 1,
        maybeSent: false,
        conversationId: context.conversation.id,
        delivery: { id, to: place, visibility, recipient, content, createdAt: T0 },
      });
    });

    it("cancels what the AI wrote before a person took over, and forgets that it was said", async () => {
      const unseen = { role: "ai", authorId: "d", authorName: "d", text: "late", messageId: "a.1" } as const;
      const context = await bench.turn({
        deliveries: [reply("a.1"), reply("a.2", { fenced: false })],
        messages: [{ ...unseen, createdAt: T0 }],
      });
      const { id } = context.conversation;
      expect(await store.transcriptOf(id)).toHaveLength(1);
      await store.commitDesk(null, { conversationId: id, raiseEpoch: true }, T0);
      expect(await taken(), "what staff and system say leaves").toBe("a.2");
      expect(await taken(T0 + HOUR)).not.toBe("a.1");
      expect(await store.transcriptOf(id)).toEqual([]);
    });

    it("lets what the AI writes after a hand back leave", async () => {
      const context = await bench.turn();
      await store.commitDesk(null, { conversationId: context.conversation.id, raiseEpoch: true }, T0);
      await bench.turn({ deliveries: [reply("a.1")] });
      expect(await taken()).toBe("a.1");
    });

    it("updates the card that was posted instead of posting another", async () => {
      const context = await bench.turn({
        tickets: [newTicket("T-1")],
        openEscalation: newEscalation("E-1", "T-1"),
        deliveries: [card("E-1", "card.1")],
      });
      const first = await store.takeDelivery(T0, MINUTE);
      expect(first?.delivery).not.toHaveProperty("replaces");
      const thread = { adapter: "chat", key: "thread-of-card" };
      await store.markSent("card.1", { messageId: "p-card", thread }, T0);
      expect(await store.findEscalation({ id: "E-1" })).toMatchObject({ bridge: thread });
      const { id } = context.conversation;
      await store.commitDesk(null, { conversationId: id, deliveries: [card("E-1", "card.2", false)] }, T0);
      expect((await store.takeDelivery(T0, MINUTE))?.delivery).toMatchObject({
        id: "card.2",
        replaces: "p-card",
      });
      await store.markSent("card.2", { messageId: "p-card" }, T0);
      expect(await store.findEscalation({ id: "E-1" }), "an update keeps the bridge").toMatchObject({
        bridge: thread,
      });
    });

    it("keeps what is about one escalation in order, into the card's thread too, and lets no card hold up another", async () => {
      const desk = { adapter: "chat", key: "desk" };
      const said = (id: string, place = desk) =>
        reply(id, {
          to: place,
          escalationId: "E-2",
          fenced: false,
          content: { kind: "relay", escalationId: "E-2", from: "ann", text: id, attachments: [] },
        });
      await bench.turn({
        tickets: [newTicket("T-1"), newTicket("T-2")],
        openEscalation: newEscalation("E-1", "T-1"),
        deliveries: [card("E-1", "card.1")],
      });
      const other = await bench.turn(
        { openEscalation: newEscalation("E-2", "T-2"), deliveries: [card("E-2", "card.2"), said("first")] },
        { by: "bob", place: "c2" },
      );
      await taken();
      await store.retryDelivery("card.1", notNow("the platform has trouble with it", T0 + HOUR));
      expect(await taken(), "another's card").toBe("card.2");
      const thread = { adapter: "chat", key: "thread-2" };
      await store.markSent("card.2", { messageId: "p2", thread }, T0);
      const { id } = other.conversation;
      await store.commitDesk(null, { conversationId: id, deliveries: [said("second", thread)] }, T0);
      expect(await store.takeDelivery(T0, MINUTE)).toMatchObject({ delivery: { id: "first", to: thread } });
      expect(await taken(), "the second waits for the first").toBeNull();
      await store.markSent("first", { messageId: "p3" }, T0);
      expect(await taken()).toBe("second");
    });

    it("posts what the desk must know, once", async () => {
      await store.post(reply("notice-1", { fenced: false }), T0);
      await store.post(reply("notice-1", { fenced: false }), T0);
      expect(
        (await bench.sendAll()).map(({ delivery, conversationId }) => [delivery.id, conversationId]),
      ).toEqual([["notice-1", null]]);
    });
  });
}
