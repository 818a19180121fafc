import { beforeEach, describe, expect, it } from "vitest";

import type { Changes, Store, TurnContext } from "../../src/store/store.ts";
import { MINUTE, SECOND, T0 } from "../servers/shop.ts";
import { type Bench, newBench, newEscalation, newTicket, reply } from "./bench.ts";

export function describeDesk(open: () => Promise<Store>): void {
  let store: Store;
  let bench: Bench;
  beforeEach(async () => {
    store = await open();
    bench = newBench(store);
  });

  const escalated = (at = T0): Promise<TurnContext> =>
    bench.turn(
      {
        conversation: { holder: "waiting", escalationId: "E-1", ticket: "T-1" },
        tickets: [newTicket("T-1")],
        openEscalation: newEscalation("E-1", "T-1"),
      },
      { at },
    );
  const claimBy = (id: string, conversationId: number): Changes => ({
    conversationId,
    raiseEpoch: true,
    conversation: { holder: "staff" },
    changeEscalation: { id: "E-1", version: 0, status: "claimed", claimedBy: { id, name: id } },
  });

  describe("the desk", () => {
    it("lets one of two claims win", async () => {
      const { conversation } = await escalated();
      const both = await Promise.all([
        store.commitDesk(null, claimBy("sam", conversation.id), T0 + SECOND),
        store.commitDesk(null, claimBy("tom", conversation.id), T0 + SECOND),
      ]);
      expect(both.toSorted()).toEqual(["committed", "conflict"]);
      const winner = both[0] === "committed" ? "sam" : "tom";
      expect(await store.findEscalation({ id: "E-1" })).toMatchObject({
        status: "claimed",
        version: 1,
        claimedBy: { id: winner, name: winner },
      });
      expect(await store.findConversation({ id: conversation.id })).toMatchObject({
        holder: "staff",
        epoch: 1,
      });
    });

    it("writes nothing of the claim that lost, and keeps its event for another try", async () => {
      const { conversation } = await escalated();
      await bench.accept({ kind: "action", action: "claim" }, { by: "tom", role: "staff", place: "desk" });
      const work = await bench.claim();
      await store.commitDesk(null, claimBy("sam", conversation.id), T0);
      const lost = { ...claimBy("tom", conversation.id), deliveries: [reply("desk-9.1", { fenced: false })] };
      expect(await store.commitDesk(work, lost, T0)).toBe("conflict");
      expect(await store.pending(["chat"])).toEqual({ events: 1, deliveries: 0 });
      expect(await store.commitDesk(work, null, T0)).toBe("committed");
      expect(await store.pending(["chat"])).toEqual({ events: 0, deliveries: 0 });
    });

    it("makes a claim wait while an AI message is on the wire, and no longer", async () => {
      const { conversation } = await escalated();
      await store.commitDesk(null, { conversationId: conversation.id, deliveries: [reply("turn-1.1")] }, T0);
      expect(await store.takeDelivery(T0, MINUTE)).toMatchObject({ delivery: { id: "turn-1.1" } });
      expect(await store.commitDesk(null, claimBy("sam", conversation.id), T0)).toBe("busy");
      expect(await store.findEscalation({ id: "E-1" })).toMatchObject({ status: "open" });
      await store.markSent("turn-1.1", { messageId: "p1" }, T0);
      expect(await store.commitDesk(null, claimBy("sam", conversation.id), T0)).toBe("committed");
    });

    it("does not wait for an AI message whose sender is gone", async () => {
      const { conversation } = await escalated();
      await store.commitDesk(null, { conversationId: conversation.id, deliveries: [reply("turn-1.1")] }, T0);
      await store.takeDelivery(T0, MINUTE);
      expect(await store.commitDesk(null, claimBy("sam", conversation.id), T0 + MINUTE)).toBe("committed");
    });

    it("does not wait for messages that no person needs to overtake", async () => {
      const { conversation } = await escalated();
      const deliveries = [reply("turn-1.1", { fenced: false })];
      await store.commitDesk(null, { conversationId: conversation.id, deliveries }, T0);
      await store.takeDelivery(T0, MINUTE);
      expect(await store.commitDesk(null, claimBy("sam", conversation.id), T0)).toBe("committed");
    });

    it("finds an escalation by its number and by its card's thread, a conversation by its place", async () => {
      const { conversation } = await escalated();
      const bridge = { adapter: "chat", key: "desk-thread" };
      expect(await store.findEscalation({ bridge })).toBeNull();
      await store.commitDesk(null, { conversationId: conversation.id, deliveries: [card("E-1", "c.1")] }, T0);
      await store.takeDelivery(T0, MINUTE);
      await store.markSent("c.1", { messageId: "p9", thread: bridge }, T0);
      expect(await store.findEscalation({ bridge })).toMatchObject({ id: "E-1", bridge });
      expect(await store.findEscalation({ bridge: { adapter: "other", key: "desk-thread" } })).toBeNull();
      expect(await store.findConversation({ address: conversation.address })).toMatchObject({
        id: conversation.id,
      });
      expect(await store.findConversation({ address: { adapter: "chat", key: "nowhere" } })).toBeNull();
    });

    it("measures how long claims took, the newest first", async () => {
      const { conversation } = await escalated();
      expect(await store.claimTimes(5)).toEqual([]);
      await store.commitDesk(null, claimBy("sam", conversation.id), T0 + 4 * MINUTE);
      await bench.turn(
        { tickets: [newTicket("T-2")], openEscalation: newEscalation("E-2", "T-2") },
        { place: "c2", at: T0 + 5 * MINUTE },
      );
      const claimed = {
        id: "E-2",
        version: 0,
        status: "claimed",
        claimedBy: { id: "sam", name: "sam" },
      } as const;
      await store.commitDesk(
        null,
        { conversationId: conversation.id, changeEscalation: claimed },
        T0 + 6 * MINUTE,
      );
      expect(await store.claimTimes(5)).toEqual([MINUTE, 4 * MINUTE]);
      expect(await store.claimTimes(1)).toEqual([MINUTE]);
    });

    it("counts an escalation as open until it is resolved or handed back", async () => {
      const { conversation } = await escalated();
      expect(await store.counts()).toMatchObject({ openEscalations: 1 });
      await store.commitDesk(null, claimBy("sam", conversation.id), T0);
      expect(await store.counts()).toMatchObject({ openEscalations: 1 });
      const resolved = { id: "E-1", version: 1, status: "resolved" } as const;
      await store.commitDesk(null, { conversationId: conversation.id, changeEscalation: resolved }, T0);
      expect(await store.counts()).toMatchObject({ openEscalations: 0 });
    });
  });
}

/** A card as the desk would post it; only what the store looks at is true to life. */
export function card(
  escalationId: string,
  id: string,
  ping = true,
): NonNullable<Changes["deliveries"]>[number] {
  const { customerName: customer, desk, evidence: _evidence, ...rest } = newEscalation(escalationId, "T-1");
  return {
    id,
    to: desk,
    visibility: "public",
    content: {
      kind: "card",
      card: {
        ...rest,
        escalationId,
        customer,
        status: "open",
        conversation: { adapter: "chat", key: "c1" },
        waitingSince: T0,
        ping,
      },
    },
    escalationId,
    fenced: false,
  };
}
