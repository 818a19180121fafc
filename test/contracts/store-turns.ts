import { beforeEach, describe, expect, it } from "vitest";

import type { Changes, Store } from "../../src/store/store.ts";
import { HOUR, MINUTE, SECOND, T0 } from "../servers/shop.ts";
import { type Bench, newBench, newEscalation, newTicket, reply, turnRecord } from "./bench.ts";

export function describeTurns(open: () => Promise<Store>): void {
  let store: Store;
  let bench: Bench;
  beforeEach(async () => {
    store = await open();
    bench = newBench(store);
  });
  const said = (messageId: string, text: string, role: "customer" | "ai" = "customer") => ({
    role,
    authorId: "ann",
    authorName: "ann",
    text,
    messageId,
    createdAt: T0,
  });

  describe("loading a turn", () => {
    it("opens conversation and customer once, however often it is loaded", async () => {
      const { work, context } = await bench.begin();
      const again = await store.loadTurn(work, T0 + SECOND);
      expect(again).toEqual(context);
      expect(context).toMatchObject({
        conversation: { holder: "ai", epoch: 0, ownerId: "ann", address: { adapter: "chat", key: "c1" } },
        customer: { name: "ann", email: null },
        transcript: [],
        ticket: null,
        escalation: null,
        lastAnswer: null,
      });
      expect((await store.counts()).conversations).toBe(1);
    });

    it("knows whose thread it is when somebody else writes in it", async () => {
      await bench.turn();
      const { context } = await bench.begin({ by: "bob" });
      expect(context.conversation.ownerId).toBe("ann");
      expect(context.customer.userId).toBe("bob");
      expect(context.customer.id).not.toBe(context.conversation.customerId);
    });

    it("gives the transcript oldest first, edited as edited and without what was deleted", async () => {
      await bench.turn({ messages: [said("m-a", "one"), said("m-b", "two"), said("m-c", "three", "ai")] });
      await bench.turn({
        edits: [
          { messageId: "m-a", text: "one, better" },
          { messageId: "m-b", text: null },
          { messageId: "not-there", text: "x" },
        ],
      });
      const { context } = await bench.begin();
      expect(context.transcript.map(({ text, edited }) => [text, edited])).toEqual([
        ["one, better", true],
        ["three", false],
      ]);
    });

    it("lets nobody change what another wrote", async () => {
      await bench.turn({ messages: [said("m-a", "one")] });
      const edit = { messageId: "m-a", text: "forged" };
      await bench.turn({
        edits: [
          { ...edit, authorId: "bob" },
          { ...edit, text: null, authorId: "deskhand" },
        ],
      });
      expect((await bench.begin()).context.transcript).toMatchObject([{ text: "one", edited: false }]);
    });

    it("counts the customer's messages of the last minute, here and over all conversations", async () => {
      await bench.says("long ago", { place: "c2", at: T0 - 2 * MINUTE });
      await bench.says("elsewhere", { place: "c3", at: T0 - SECOND });
      await bench.says("somebody else's", { place: "c4", by: "bob" });
      await bench.says("here", { place: "c1" });
      let work = await bench.claim();
      while (work.lane !== "talk:chat:c1") work = await bench.claim();
      expect((await store.loadTurn(work, T0)).recentMessages).toEqual({ here: 1, everywhere: 2 });
    });

    it("knows the last answer and the ticket that was resolved last", async () => {
      await bench.turn((context) => ({
        conversation: { ticket: "T-1" },
        tickets: [newTicket("T-1")],
        turn: turnRecord("turn-1", context, { tier: 2, articleIds: ["exports"] }),
      }));
      await bench.turn(
        (context) => ({
          conversation: { ticket: null },
          tickets: [{ kind: "update", ticket: "T-1", status: "resolved", by: "code" }],
          turn: turnRecord("turn-2", context, { tier: null, articleIds: [] }),
        }),
        { at: T0 + HOUR },
      );
      const { context } = await bench.begin({ at: T0 + 2 * HOUR });
      expect(context.lastAnswer).toEqual({ tier: 2, articleIds: ["exports"] });
      expect(context.ticket).toMatchObject({ ticket: "T-1", status: "resolved", resolvedAt: T0 + HOUR });
    });
  });

  describe("committing a turn", () => {
    const everything = (conversationId: number): Changes => ({
      conversationId,
      conversation: { holder: "waiting", ticket: "T-1", escalationId: "E-1" },
      messages: [said("m-a", "help")],
      deliveries: [reply("turn-1.1", { fenced: false })],
      tickets: [newTicket("T-1")],
      openEscalation: newEscalation("E-1", "T-1"),
      timers: [{ key: "remind:E-1", kind: "remind", ref: "E-1", dueAt: T0 + MINUTE }],
    });

    it("writes everything and frees the lane", async () => {
      const { work, context } = await bench.begin();
      const { id } = context.conversation;
      expect(await bench.commit(work, context, everything(id))).toBe("committed");
      expect(await store.findConversation({ id })).toMatchObject({
        holder: "waiting",
        ticket: "T-1",
        escalationId: "E-1",
      });
      expect(await store.ticketOf("T-1")).toMatchObject({ status: "open", conversationId: id });
      expect(await store.findEscalation({ id: "E-1" })).toMatchObject({
        status: "open",
        ticket: "T-1",
        version: 0,
      });
      expect(await store.transcriptOf(id)).toHaveLength(1);
      expect(await store.nextTimerAt()).toBe(T0 + MINUTE);
      expect(await store.pending(["chat"])).toEqual({ events: 0, deliveries: 1 });
      expect(await store.nextWorkAt()).toBeNull();
    });

    it("writes nothing at all when one change cannot be written", async () => {
      const { work, context } = await bench.begin();
      const { id } = context.conversation;
      const broken = { kind: "update", ticket: "T-unknown", status: "resolved", by: "code" } as const;
      const changes = { ...everything(id), tickets: [newTicket("T-1"), broken] };
      await expect(bench.commit(work, context, changes)).rejects.toThrow("T-unknown");
      expect(await store.findConversation({ id })).toEqual(context.conversation);
      expect(await store.ticketOf("T-1")).toBeNull();
      expect(await store.findEscalation({ id: "E-1" })).toBeNull();
      expect(await store.transcriptOf(id)).toEqual([]);
      expect(await store.nextTimerAt()).toBeNull();
      expect(await store.pending(["chat"])).toEqual({ events: 1, deliveries: 0 });
      expect(await bench.commit(work, context, everything(id))).toBe("committed");
    });

    it.each(["fenced", "overtaken"] as const)("writes nothing when it is %s", async (why) => {
      const { work, context } = await bench.begin();
      const { id } = context.conversation;
      if (why === "fenced") await store.commitDesk(null, { conversationId: id, raiseEpoch: true }, T0);
      else await bench.says("a person please", { urgent: true });
      expect(await bench.commit(work, context, everything(id))).toBe(why);
      expect(await store.ticketOf("T-1")).toBeNull();
      expect(await store.findEscalation({ id: "E-1" })).toBeNull();
      expect(await store.pending(["chat"])).toMatchObject({ deliveries: 0 });
      expect(await store.claimWork("w2", T0, MINUTE), "the lane stays with its worker").toBeNull();
    });

    it("commits a turn that has been overtaken too long all the same", async () => {
      const { work, context } = await bench.begin();
      await bench.says("a person please", { urgent: true });
      const expected = { epoch: 0, ignoreOvertaken: true };
      expect(await store.commitTurn(work, everything(context.conversation.id), expected, T0)).toBe(
        "committed",
      );
      expect((await bench.claim()).events).toHaveLength(1);
    });

    it("makes one ticket, one escalation and each delivery once when a step runs again", async () => {
      const { work, context } = await bench.begin();
      const { id } = context.conversation;
      await bench.commit(work, context, everything(id));
      await store.commitDesk(null, everything(id), T0 + SECOND);
      expect(await store.ticketsOf({ adapter: "chat", userId: "ann" })).toHaveLength(1);
      expect(await store.counts()).toMatchObject({ openEscalations: 1 });
      expect(await store.transcriptOf(id)).toHaveLength(1);
      expect((await bench.sendAll(T0 + MINUTE)).map((taken) => taken.delivery.id)).toEqual(["turn-1.1"]);
      await store.commitDesk(null, everything(id), T0 + MINUTE);
      expect(await bench.sendAll(T0 + MINUTE), "not even after it was sent").toEqual([]);
    });

    it("notes when a ticket is resolved and when it is taken up again", async () => {
      await bench.turn({ tickets: [newTicket("T-1")] });
      const to = (status: "resolved" | "closed" | "open", at: number) =>
        bench.turn({ tickets: [{ kind: "update", ticket: "T-1", status, by: "code" }] }, { at });
      await to("resolved", T0 + HOUR);
      await to("closed", T0 + 2 * HOUR);
      expect(await store.ticketOf("T-1")).toMatchObject({ status: "closed", resolvedAt: T0 + HOUR });
      await to("open", T0 + 3 * HOUR);
      expect(await store.ticketOf("T-1")).toMatchObject({ status: "open", resolvedAt: null });
    });
  });

  describe("customers and their e-mails", () => {
    const proves = (email: string, by: string, adapter: string) =>
      bench.accept({ kind: "identity", email, method: "code" }, { by, adapter });
    const customerBehind = async (by: string, adapter: string) => {
      const { work, context } = await bench.begin({ by, adapter, place: `place-of-${by}-${adapter}` });
      await bench.commit(work, context);
      return context.customer;
    };

    it("makes one customer of two accounts that proved the same e-mail", async () => {
      await proves("Ann@Example.com", "U1", "slack");
      await proves(" ann@example.com ", "900", "discord");
      const [a, b] = [await customerBehind("U1", "slack"), await customerBehind("900", "discord")];
      expect(a.email).toBe("ann@example.com");
      expect(b).toMatchObject({ id: a.id, email: "ann@example.com" });
    });

    it("applies a proof at once, without a turn", async () => {
      await proves("ann@example.com", "U1", "slack");
      expect(await store.claimWork("w1", T0, MINUTE)).toBeNull();
    });

    it("trusts the e-mail that a platform vouches for", async () => {
      const { context } = await bench.begin({ email: "Ann@Example.com" });
      expect(context.customer.email).toBe("ann@example.com");
    });

    it("moves what an account asked before it proved its e-mail", async () => {
      await proves("ann@example.com", "U1", "slack");
      const known = await customerBehind("U1", "slack");
      const stranger = await bench.turn(
        { conversation: { ticket: "T-1" }, tickets: [newTicket("T-1")] },
        { by: "900", adapter: "discord" },
      );
      expect(stranger.customer.id).not.toBe(known.id);
      await proves("ann@example.com", "900", "discord");
      expect((await customerBehind("900", "discord")).id).toBe(known.id);
      expect(await store.ticketsOf({ adapter: "slack", userId: "U1" })).toHaveLength(1);
      expect(await store.findConversation({ id: stranger.conversation.id })).toMatchObject({
        customerId: known.id,
      });
    });

    it("moves what it has cost as well, so that a proof gives no new budget", async () => {
      await proves("ann@example.com", "U1", "slack");
      const known = await customerBehind("U1", "slack");
      const stranger = await customerBehind("900", "discord");
      const limits = { perConversation: 1_000, perCustomerDay: 100, perDay: 1_000 };
      const call = {
        turnId: "t",
        ticket: null,
        purpose: "answer",
        tier: 1,
        model: "m",
        worstMicros: 60,
      } as const;
      await store.reserveCall({ ...call, customerId: stranger.id, conversationId: 1 }, limits, T0);
      await proves("ann@example.com", "900", "discord");
      const next = await store.reserveCall({ ...call, customerId: known.id, conversationId: 2 }, limits, T0);
      expect(next).toEqual({ kind: "over_budget", budget: "customer_day" });
    });

    it("leaves the history with the first e-mail when an account proves another", async () => {
      await proves("ann@example.com", "U1", "slack");
      const ann = await bench.turn({ tickets: [newTicket("T-1")] }, { by: "U1", adapter: "slack" });
      await proves("ben@example.com", "U1", "slack");
      const ben = await customerBehind("U1", "slack");
      expect(ben).toMatchObject({ email: "ben@example.com" });
      expect(ben.id).not.toBe(ann.customer.id);
      expect(await store.ticketsOf({ adapter: "slack", userId: "U1" })).toEqual([]);
      await proves("ann@example.com", "U1", "slack");
      expect(await store.ticketsOf({ adapter: "slack", userId: "U1" })).toHaveLength(1);
    });

    it("does not take a letter that only looks like another for the same mailbox", async () => {
      await proves("kim@example.com", "U1", "slack");
      await proves("\u212Aim@example.com", "U2", "slack");
      expect((await customerBehind("U1", "slack")).id).not.toBe((await customerBehind("U2", "slack")).id);
    });
  });
}
