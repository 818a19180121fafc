import { beforeEach, describe, expect, it } from "vitest";

import type { Store, Undelivered } from "../../src/store/store.ts";
import { DAY, eventOf, HOUR, messageBody, MINUTE, SECOND, T0 } from "../servers/shop.ts";
import { type Bench, newBench, newEscalation, newTicket, reply, texts } from "./bench.ts";
import { card } from "./store-desk.ts";

/** What the platforms need of the store beside conversations: small values, places, deliveries that may have arrived. */
export function describePlatforms(open: () => Promise<Store>): void {
  let store: Store;
  let bench: Bench;
  beforeEach(async () => {
    store = await open();
    bench = newBench(store);
  });

  describe("what is remembered", () => {
    const keys = async (prefix: string) => (await store.recallAll("slack", prefix)).map(({ key }) => key);

    it("is the last that was said about it, until it is forgotten", async () => {
      expect(await store.recall("slack", "team")).toBeNull();
      await store.remember("slack", "team", "T1", T0);
      await store.remember("slack", "team", "T2", T0 + 1);
      expect(await store.recall("slack", "team")).toBe("T2");
      await store.remember("slack", "team", null, T0 + 2);
      expect(await store.recall("slack", "team")).toBeNull();
      await store.remember("slack", "team", null, T0 + 3);
      await store.remember("slack", "team", "", T0 + 4);
      expect(await store.recall("slack", "team"), "an empty text is not nothing").toBe("");
    });

    it("belongs to one owner", async () => {
      await store.remember("slack", "key", "of slack", T0);
      await store.remember("discord", "key", "of discord", T0);
      expect(await store.recallAll("discord", "")).toEqual([{ key: "key", value: "of discord" }]);
      await store.remember("discord", "key", null, T0);
      expect(await store.recall("slack", "key")).toBe("of slack");
    });

    it("is listed by how its key begins, to the letter", async () => {
      for (const key of ["a%b:1", "a%b:2", "axb:1", "a_b:1", "A%b:1", "xa%b:1", String.raw`a\b:1`]) {
        await store.remember("slack", key, `value of ${key}`, T0);
      }
      expect(await store.recallAll("slack", "a%b:")).toEqual([
        { key: "a%b:1", value: "value of a%b:1" },
        { key: "a%b:2", value: "value of a%b:2" },
      ]);
      expect(await keys("a_b")).toEqual(["a_b:1"]);
      expect(await keys(String.raw`a\b`)).toEqual([String.raw`a\b:1`]);
      expect(await keys("a%b:3")).toEqual([]);
      expect(await keys("")).toHaveLength(7);
    });
  });

  describe("the places worth a look after an absence", () => {
    const keys = async (since: number, adapter = "chat") =>
      (await store.activePlaces(adapter, since)).map(({ key }) => key);

    it("are those of the platform where somebody wrote since then, the newest first", async () => {
      await bench.turn({}, { place: "old", at: T0 });
      await bench.turn({}, { place: "newer", at: T0 + MINUTE });
      await bench.turn({}, { place: "newest", at: T0 + HOUR });
      await bench.turn({}, { place: "elsewhere", adapter: "mail", at: T0 + HOUR });
      expect(await keys(T0 + MINUTE)).toEqual(["newest", "newer"]);
      expect(await keys(T0)).toEqual(["newest", "newer", "old"]);
      expect(await store.activePlaces("mail", T0)).toEqual([{ adapter: "mail", key: "elsewhere" }]);
      await bench.turn({}, { place: "old", at: T0 + 2 * HOUR });
      expect(await keys(T0 + 2 * HOUR), "a later word makes a place new again").toEqual(["old"]);
    });

    it("are the threads of escalations that wait or are claimed, however old, and no others", async () => {
      for (const nr of [1, 2, 3]) {
        await bench.turn(
          {
            tickets: [newTicket(`T-${nr}`)],
            openEscalation: newEscalation(`E-${nr}`, `T-${nr}`),
            deliveries: nr === 3 ? [] : [card(`E-${nr}`, `card.${nr}`)],
          },
          { place: `c${nr}`, at: T0 + nr },
        );
      }
      expect(await keys(T0 + DAY), "a card that is not posted has no thread").toEqual([]);
      for (const nr of [1, 2]) {
        await store.takeDelivery(T0 + HOUR, MINUTE);
        const thread = { adapter: "chat", key: `thread-${nr}` };
        await store.markSent(`card.${nr}`, { messageId: `p${nr}`, thread }, T0);
      }
      expect(await keys(T0 + DAY)).toEqual(["thread-2", "thread-1"]);
      expect(await keys(T0 + DAY, "mail")).toEqual([]);
      const { conversationId } = (await store.findEscalation({ id: "E-1" })) ?? { conversationId: 0 };
      const done = { id: "E-1", version: 0, status: "resolved" } as const;
      await store.commitDesk(null, { conversationId, changeEscalation: done }, T0);
      expect(await keys(T0 + DAY)).toEqual(["thread-2"]);
    });
  });

  describe("what was said under an id", () => {
    it("is found once it was sent, with where and for whom it was", async () => {
      const given = reply("a.1", { recipient: "ann", fenced: false });
      const { conversation } = await bench.turn({ deliveries: [given] });
      expect(await store.findDelivery("a.1"), "not yet").toBeNull();
      await store.takeDelivery(T0, MINUTE);
      expect(await store.findDelivery("a.1"), "on its way").toBeNull();
      await store.markSent("a.1", { messageId: "p1" }, T0);
      const { to, recipient, content } = given;
      expect(await store.findDelivery("a.1")).toEqual({
        to,
        recipient,
        content,
        conversationId: conversation.id,
      });
      expect(await store.findDelivery("a.2")).toBeNull();
    });

    it("is not found when it was given up or cancelled", async () => {
      const { conversation } = await bench.turn({
        deliveries: [reply("a.1", { fenced: false }), reply("a.2")],
      });
      await store.takeDelivery(T0, MINUTE);
      await store.failDelivery("a.1", "gone", T0);
      expect(await store.findDelivery("a.1")).toBeNull();
      await store.commitDesk(null, { conversationId: conversation.id, raiseEpoch: true }, T0);
      expect(await store.takeDelivery(T0, MINUTE)).toBeNull();
      expect(await store.findDelivery("a.2")).toBeNull();
    });
  });

  describe("a delivery that may have reached the platform", () => {
    const taken = async (at: number) => (await store.takeDelivery(at, MINUTE))?.maybeSent;
    const tried = (maybeSent: boolean, attempted = true): Undelivered => ({
      at: T0,
      error: "e",
      attempted,
      maybeSent,
    });
    beforeEach(async () => {
      await store.post(reply("a.1", { fenced: false }), T0);
    });

    it("is none at its first try", async () => {
      expect(await taken(T0)).toBe(false);
    });

    it("is one whose sender was not heard of again", async () => {
      await taken(T0);
      expect(await taken(T0 + MINUTE)).toBe(true);
    });

    it("is one that was on its way when the process ended, and not one that was still waiting", async () => {
      await store.post(reply("b.1", { fenced: false, to: { adapter: "chat", key: "c2" } }), T0);
      await taken(T0);
      await store.recover(T0);
      const both = [await store.takeDelivery(T0, MINUTE), await store.takeDelivery(T0, MINUTE)];
      expect(both.map((one) => [one?.delivery.id, one?.maybeSent])).toEqual([
        ["a.1", true],
        ["b.1", false],
      ]);
    });

    it.each([
      [true, true],
      [false, true],
      [true, false],
      [false, false],
    ])("is one as its last try says: %j, tried %j", async (maybeSent, attempted) => {
      await taken(T0);
      await store.retryDelivery("a.1", tried(maybeSent, attempted));
      expect(await taken(T0)).toBe(maybeSent);
    });

    it("is none any more when a later look says that it certainly was not made", async () => {
      await taken(T0);
      await store.retryDelivery("a.1", tried(true));
      await taken(T0);
      await store.retryDelivery("a.1", tried(false));
      expect(await taken(T0)).toBe(false);
    });
  });

  describe("what follows from a delivery", () => {
    const mark = reply("a.1.mark", { fenced: false, to: { adapter: "chat", key: "desk" } });

    it("is in line when it was sent, once", async () => {
      await store.post(reply("a.1", { fenced: false }), T0);
      await store.takeDelivery(T0, MINUTE);
      await store.markSent("a.1", { messageId: "p1" }, T0, mark);
      await store.markSent("a.1", { messageId: "p1" }, T0, mark);
      expect((await bench.sendAll()).map(({ delivery }) => delivery.id)).toEqual(["a.1.mark"]);
    });

    it("is in line when it was given up", async () => {
      await store.post(reply("a.1", { fenced: false }), T0);
      await store.takeDelivery(T0, MINUTE);
      await store.failDelivery("a.1", "gone", T0, mark);
      expect((await bench.sendAll()).map(({ delivery }) => delivery.id)).toEqual(["a.1.mark"]);
    });

    it("leaves a card's thread where it is", async () => {
      await bench.turn({
        tickets: [newTicket("T-1")],
        openEscalation: newEscalation("E-1", "T-1"),
        deliveries: [card("E-1", "card.1")],
      });
      await store.takeDelivery(T0, MINUTE);
      const thread = { adapter: "chat", key: "thread" };
      await store.markSent("card.1", { messageId: "p1", thread }, T0, mark);
      expect(await store.findEscalation({ id: "E-1" })).toMatchObject({ bridge: thread });
    });
  });

  describe("a conversation's link", () => {
    it("is the one under which it was opened", async () => {
      const link = "https://chat.example/c1";
      const options = { lane: "talk:chat:c1", urgent: false, quietMs: 0, now: T0 };
      await store.acceptEvent(eventOf("e-1", messageBody("m-1", "hi"), { link }), options);
      const context = await store.loadTurn(await bench.claim(), T0);
      expect(context.conversation.link).toBe(link);
      const { id } = context.conversation;
      expect(await store.findConversation({ id })).toMatchObject({ link });
      const { context: other } = await bench.begin({ place: "c2" });
      expect(other.conversation.link).toBeNull();
    });
  });

  describe("changes of a member's turn", () => {
    it("are theirs where it says so, and the owner's where it does not", async () => {
      const { customer: ann } = await bench.turn({ tickets: [newTicket("T-1")] });
      const { work, context } = await bench.begin({ by: "bob" });
      const { customer: bob } = context;
      await bench.commit(work, context, {
        customerId: bob.id,
        tickets: [newTicket("T-2")],
        openEscalation: newEscalation("E-2", "T-2"),
      });
      expect(bob.id).not.toBe(ann.id);
      expect((await store.ticketsOf({ adapter: "chat", userId: "ann" })).map(({ ticket }) => ticket)).toEqual(
        ["T-1"],
      );
      expect((await store.ticketsOf({ adapter: "chat", userId: "bob" })).map(({ ticket }) => ticket)).toEqual(
        ["T-2"],
      );
      expect(await store.findEscalation({ id: "E-2" })).toMatchObject({ customerId: bob.id });
      expect(await store.findConversation({ id: context.conversation.id })).toMatchObject({
        customerId: ann.id,
      });
    });
  });

  describe("what is to be worked again", () => {
    const asked = eventOf("again-1", messageBody("m1", "how do I export?"));

    it("comes before what was said after it and waits", async () => {
      const { work, context } = await bench.begin();
      const changes = { conversationId: context.conversation.id };
      const again = [{ lane: "talk:chat:c1", event: asked }];
      await bench.says("and how do I pay?");
      expect(await store.commitDesk(null, { ...changes, again }, T0)).toBe("committed");
      expect(await bench.commit(work, context)).toBe("committed");
      expect(texts(await bench.claim())).toEqual(["how do I export?", "and how do I pay?"]);
    });

    it("is in the inbox with the commit, once, and can be claimed at once", async () => {
      const { conversation } = await bench.turn();
      const changes = { conversationId: conversation.id, again: [{ lane: "talk:chat:c1", event: asked }] };
      await store.commitDesk(null, changes, T0);
      await store.commitDesk(null, changes, T0);
      const work = await store.claimWork("w", T0, MINUTE);
      expect(work?.events.map(({ event }) => event)).toEqual([asked]);
      expect(await store.pending([])).toMatchObject({ events: 1 });
    });

    it("is not there when the commit did not come about", async () => {
      const { work, context } = await bench.begin();
      const { id } = context.conversation;
      await store.commitDesk(null, { conversationId: id, raiseEpoch: true }, T0);
      const again = [{ lane: "talk:chat:c1", event: asked }];
      expect(await bench.commit(work, context, { again })).toBe("fenced");
      await store.returnWork(work, T0);
      expect((await bench.claim(T0 + SECOND)).events).toHaveLength(1);
    });
  });
}
