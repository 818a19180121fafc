import { beforeEach, describe, expect, it } from "vitest";

import type { Store, Work } from "../../src/store/store.ts";
import { HOUR, MINUTE, SECOND, T0 } from "../servers/shop.ts";
import { type Bench, newBench, texts } from "./bench.ts";

export function describeInbox(open: () => Promise<Store>): void {
  let store: Store;
  let bench: Bench;
  beforeEach(async () => {
    store = await open();
    bench = newBench(store);
  });
  /** What comes of a turn that has nothing to say. */
  const ends = async (work: Work) => {
    const { id, epoch } = (await store.loadTurn(work, T0)).conversation;
    return store.commitTurn(work, { conversationId: id }, { epoch, ignoreOvertaken: false }, T0);
  };

  describe("accepting events", () => {
    it("takes an event once, however often its platform delivers it", async () => {
      expect(await bench.accept({ kind: "delete", messageId: "m1" }, { id: "same" })).toBe("accepted");
      expect(await bench.accept({ kind: "delete", messageId: "m1" }, { id: "same" })).toBe("duplicate");
      expect((await bench.claim()).events).toHaveLength(1);
    });

    it("still knows an event that was worked long ago", async () => {
      await bench.accept({ kind: "delete", messageId: "m1" }, { id: "same" });
      const work = await bench.claim();
      await store.commitDesk(work, null, T0);
      expect(
        await bench.accept({ kind: "delete", messageId: "m1" }, { id: "same", at: T0 + 1_000 * HOUR }),
      ).toBe("duplicate");
    });

    it("keeps apart two platforms that use the same event id", async () => {
      expect(await bench.accept({ kind: "delete", messageId: "m1" }, { id: "same", adapter: "chat" })).toBe(
        "accepted",
      );
      expect(await bench.accept({ kind: "delete", messageId: "m1" }, { id: "same", adapter: "mail" })).toBe(
        "accepted",
      );
    });
  });

  describe("lanes", () => {
    it("gives nothing when nothing waits", async () => {
      expect(await store.claimWork("w1", T0, MINUTE)).toBeNull();
      expect(await store.nextWorkAt()).toBeNull();
    });

    it("gives a lane to one worker, and other lanes to others at the same time", async () => {
      await bench.says("one", { place: "c1" });
      await bench.says("two", { place: "c2" });
      const lanes = [(await bench.claim()).lane, (await bench.claim(T0, "w2")).lane];
      expect(lanes.toSorted()).toEqual(["talk:chat:c1", "talk:chat:c2"]);
      expect(await store.claimWork("w3", T0, MINUTE)).toBeNull();
    });

    it("gives the lane that is asked for, or nothing, and says when that one will be ready", async () => {
      await bench.says("one", { place: "c1" });
      await bench.says("two", { place: "c2", quietMs: SECOND });
      expect(await store.nextWorkAt("talk:chat:c1")).toBe(T0);
      expect(await store.nextWorkAt("talk:chat:c2")).toBe(T0 + SECOND);
      expect(await store.nextWorkAt("talk:chat:c3")).toBeNull();
      expect(await store.claimWork("w1", T0, MINUTE, "talk:chat:c2")).toBeNull();
      const two = await store.claimWork("w1", T0 + SECOND, MINUTE, "talk:chat:c2");
      expect(two?.lane).toBe("talk:chat:c2");
      expect(await store.claimWork("w2", T0 + SECOND, MINUTE, "talk:chat:c2")).toBeNull();
      expect(await store.nextWorkAt("talk:chat:c2")).toBe(T0 + SECOND + MINUTE);
      expect((await bench.claim(T0 + SECOND)).lane).toBe("talk:chat:c1");
    });

    it("gives what came during the work only after it, in order", async () => {
      await bench.says("first");
      const first = await bench.claim();
      await bench.says("second", { at: T0 + 1 });
      await bench.says("third", { at: T0 + 2 });
      expect(await store.claimWork("w2", T0 + SECOND, MINUTE)).toBeNull();
      await store.commitDesk(first, null, T0 + SECOND);
      expect(texts(await bench.claim(T0 + SECOND))).toEqual(["second", "third"]);
    });

    it("gives what one person said in one breath as it was said, however it came", async () => {
      await bench.says("two", { at: T0 + 10, sentAt: T0 + 1, quietMs: SECOND });
      await bench.says("three", { at: T0 + 11, sentAt: T0 + 2, quietMs: SECOND });
      await bench.says("one", { at: T0 + 40, sentAt: T0, quietMs: SECOND });
      expect(texts(await bench.claim(T0 + 2 * SECOND))).toEqual(["one", "two", "three"]);
    });

    it("keeps the order in which different people were heard, and that of words far apart", async () => {
      await bench.says("ann", { at: T0 + 10, sentAt: T0 + 5 });
      await bench.says("bob", { by: "bob", at: T0 + 11, sentAt: T0 });
      await bench.says("bob again", { by: "bob", at: T0 + MINUTE, sentAt: T0 - SECOND });
      const first = await bench.claim(T0 + MINUTE);
      expect(texts(first)).toEqual(["ann"]);
      await store.commitDesk(first, null, T0 + MINUTE);
      expect(texts(await bench.claim(T0 + MINUTE))).toEqual(["bob", "bob again"]);
    });

    it("starts with the lane that has been ready longest", async () => {
      await bench.says("young", { place: "c1", at: T0 + 10 });
      await bench.says("old", { place: "c2", at: T0 });
      expect(texts(await bench.claim(T0 + SECOND))).toEqual(["old"]);
    });

    it("says when the next lane will be ready, and not a moment of one that is being worked", async () => {
      await bench.says("one", { quietMs: 1_200 });
      expect(await store.nextWorkAt()).toBe(T0 + 1_200);
      await bench.claim(T0 + 1_200);
      expect(await store.nextWorkAt()).toBe(T0 + 1_200 + MINUTE);
    });
  });

  describe("bursts", () => {
    const quietMs = 1_000;

    it("waits until a customer has been quiet for the window", async () => {
      await bench.says("one", { quietMs });
      await bench.says("two", { quietMs, at: T0 + 600 });
      expect(await store.claimWork("w1", T0 + 1_599, MINUTE)).toBeNull();
      expect(texts(await bench.claim(T0 + 1_600))).toEqual(["one", "two"]);
    });

    it("does not wait for ever for someone who keeps writing", async () => {
      for (let at = T0; at <= T0 + 4_800; at += 600) await bench.says("more", { quietMs, at });
      expect(await store.nextWorkAt()).toBe(T0 + 5 * quietMs);
    });

    it("waits as long for a burst that begins while a turn is being worked", async () => {
      await bench.says("one", { quietMs });
      const work = await bench.claim(T0 + quietMs);
      await bench.says("two", { quietMs, at: T0 + 20 * SECOND });
      await store.commitDesk(work, null, T0 + 20 * SECOND + 1);
      expect(await store.nextWorkAt()).toBe(T0 + 21 * SECOND);
    });

    it("makes a turn of one sender's messages only", async () => {
      await bench.says("a1");
      await bench.says("a2");
      await bench.says("b1", { by: "bob" });
      await bench.says("a3");
      const taken: string[][] = [];
      for (let turn = 0; turn < 3; turn += 1) {
        const work = await bench.claim();
        taken.push(texts(work));
        await store.commitDesk(work, null, T0);
      }
      expect(taken).toEqual([["a1", "a2"], ["b1"], ["a3"]]);
    });

    it("takes a rating and a button press alone", async () => {
      await bench.says("a1");
      await bench.accept({ kind: "rate", score: 5 });
      await bench.says("a2");
      expect(texts(await bench.claim())).toEqual(["a1"]);
    });

    it("brings an edit, a deletion and a call for a person into the turn, whatever was said between", async () => {
      await bench.says("a1");
      await bench.says("b1", { by: "bob" });
      await bench.accept({ kind: "edit", messageId: "m1", text: "a1, edited" }, { urgent: true });
      await bench.says("a2, no hurry");
      await bench.says("a3, a person please", { urgent: true });
      expect(texts(await bench.claim())).toEqual(["a1", "a1, edited", "a3, a person please"]);
    });

    it("leaves a change to a message that still waits with that message", async () => {
      await bench.says("a1");
      await bench.says("b1", { by: "bob" });
      const later = await bench.says("a2");
      await bench.accept({ kind: "edit", messageId: later, text: "a2, edited" }, { urgent: true });
      const first = await bench.claim();
      expect(texts(first)).toEqual(["a1"]);
      expect(await ends(first)).toBe("committed");
    });

    it("brings them in even from the end of a flood", async () => {
      for (let n = 1; n <= 30; n += 1) await bench.says(`a${n}`);
      await bench.says("a person please", { urgent: true });
      const taken = texts(await bench.claim());
      expect(taken.slice(0, 2)).toEqual(["a1", "a2"]);
      expect(taken.at(-1)).toBe("a person please");
      expect(taken.length).toBeLessThan(31);
    });
  });

  describe("overtaking", () => {
    it("tells a turn that its customer edited, deleted or called for a person meanwhile", async () => {
      await bench.says("a1");
      const work = await bench.claim();
      await bench.says("a2");
      await bench.accept({ kind: "edit", messageId: "m1", text: "better" }, { urgent: true });
      expect(await ends(work)).toBe("overtaken");
    });

    it("is not what a further message does: that is the next turn's", async () => {
      await bench.says("a1");
      const work = await bench.claim();
      await bench.says("a2");
      expect(await ends(work)).toBe("committed");
    });

    it("leaves a turn alone when it was somebody else in the thread", async () => {
      await bench.says("a1");
      const work = await bench.claim();
      await bench.accept({ kind: "edit", messageId: "m9", text: "hm" }, { by: "bob", urgent: true });
      await bench.accept(
        { kind: "edit", messageId: "m8", text: "hm" },
        { by: "bot", role: "bot", urgent: true },
      );
      expect(await ends(work)).toBe("committed");
    });
  });

  describe("leases", () => {
    it("gives the work to another worker when its lease has run out, and stops the first from committing", async () => {
      const { work, context } = await bench.begin();
      const second = await bench.claim(T0 + MINUTE, "w2");
      expect(second.events[0].seq).toBe(work.events[0].seq);
      const message = { role: "ai", authorId: "d", authorName: "d", text: "hi", messageId: "x" } as const;
      const changes = { messages: [{ ...message, createdAt: T0 }] };
      expect(await bench.commit(work, context, changes)).toBe("lost");
      expect(await store.commitDesk(work, { conversationId: context.conversation.id, ...changes }, T0)).toBe(
        "lost",
      );
      expect(await store.transcriptOf(context.conversation.id)).toEqual([]);
      expect(await bench.commit(second, context, changes)).toBe("committed");
      expect(await store.transcriptOf(context.conversation.id)).toHaveLength(1);
    });

    it("keeps a lease that is renewed, but not one that was lost", async () => {
      await bench.says("one");
      const work = await bench.claim();
      await store.renewWork(work, T0 + 2 * MINUTE);
      expect(await store.claimWork("w2", T0 + MINUTE, MINUTE)).toBeNull();
      const second = await bench.claim(T0 + 2 * MINUTE, "w2");
      await store.renewWork(work, T0 + HOUR);
      expect((await bench.claim(T0 + 3 * MINUTE, "w3")).fence).toBe(second.fence + 1);
    });

    it("lets a worker whose lease was lost neither give back nor set aside what another holds", async () => {
      await bench.says("one");
      const lost = await bench.claim();
      const held = await bench.claim(T0 + MINUTE, "w2");
      await store.returnWork(lost, T0, "broken");
      await store.setAside(lost, "broken", T0 + MINUTE);
      expect((await store.counts()).setAside).toBe(0);
      expect(await store.claimWork("w3", T0 + MINUTE, MINUTE)).toBeNull();
      await store.returnWork(held, T0 + MINUTE);
      expect((await bench.claim(T0 + MINUTE)).events[0].attempts).toBe(0);
    });
  });

  describe("work that fails", () => {
    it("comes again when it was given back for, with the failure counted", async () => {
      await bench.says("one");
      await store.returnWork(await bench.claim(), T0 + SECOND, "no luck");
      expect(await store.claimWork("w1", T0 + 999, MINUTE)).toBeNull();
      expect((await bench.claim(T0 + SECOND)).events[0].attempts).toBe(1);
    });

    it("is not counted as failed when it was only given back", async () => {
      await bench.says("one");
      await store.returnWork(await bench.claim(), T0);
      expect((await bench.claim()).events[0].attempts).toBe(0);
    });

    it("waits for its next try, whatever comes in meanwhile", async () => {
      await bench.says("one");
      await store.returnWork(await bench.claim(), T0 + HOUR, "no luck");
      await bench.says("two", { at: T0 + SECOND });
      expect(await store.claimWork("w1", T0 + MINUTE, MINUTE)).toBeNull();
      expect(texts(await bench.claim(T0 + HOUR))).toEqual(["one", "two"]);
    });

    it("is set aside, and what came after it goes on", async () => {
      await bench.says("poison");
      const work = await bench.claim();
      await bench.says("next", { by: "bob" });
      await store.setAside(work, "cannot be read", T0);
      expect(await store.counts()).toMatchObject({ setAside: 1 });
      expect(texts(await bench.claim())).toEqual(["next"]);
    });
  });
}
