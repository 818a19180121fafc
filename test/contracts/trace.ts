import { describe, expect, it } from "vitest";

import type { Store } from "../../src/store/store.ts";
import type { TraceStore } from "../../src/store/trace-port.ts";
import { MINUTE, SECOND, T0 } from "../servers/shop.ts";
import { newBench, newEscalation, newTicket, reply, turnRecord } from "./bench.ts";

interface TracedStores {
  readonly store: Store;
  readonly trace: TraceStore;
}

const NO_LIMITS = { perConversation: 1e9, perCustomerDay: 1e9, perDay: 1e9 };
const NO_TOKENS = {
  inputTokens: 1,
  cacheWrite5mTokens: 2,
  cacheWrite1hTokens: 3,
  cacheReadTokens: 4,
  outputTokens: 5,
};

/** Two turns of Ann: one answered, one handed to staff, who wrote; then words of hers that wait. */
async function happened(store: Store): Promise<number> {
  const bench = newBench(store);
  await bench.says("the first", { at: T0 });
  await bench.says("and more", { at: T0 + SECOND });
  const work = await bench.claim(T0 + SECOND);
  const context = await store.loadTurn(work, T0 + SECOND);
  const { id } = context.conversation;
  const reserved = await store.reserveCall(
    {
      conversationId: id,
      customerId: context.customer.id,
      turnId: "turn-1",
      ticket: null,
      purpose: "answer",
      tier: 1,
      model: "m",
      worstMicros: 100,
    },
    NO_LIMITS,
    T0 + SECOND,
  );
  if (reserved.kind === "reserved") await store.bookCall(reserved.callId, "m-1", NO_TOKENS, 40);
  await bench.commit(
    work,
    context,
    { turn: turnRecord("turn-1", context, { story: { told: true } }), deliveries: [reply("turn-1.1")] },
    T0 + 2 * SECOND,
  );
  await bench.sendAll(T0 + 3 * SECOND);
  const at = T0 + MINUTE;
  await bench.turn(
    (second) => ({
      turn: turnRecord("turn-3", second, { outcome: "escalated", ticket: "T-3", escalationId: "E-3" }),
      conversation: { ticket: "T-3", holder: "waiting" },
      tickets: [newTicket("T-3")],
      openEscalation: newEscalation("E-3", "T-3"),
      deliveries: [reply("turn-3.1"), reply("turn-3.2")],
      audit: [{ kind: "security", detail: "tried another's order" }],
    }),
    { at },
  );
  const said = { authorId: "s1", authorName: "Sam", createdAt: at + SECOND };
  const messages = [
    { ...said, role: "staff", text: "Hello.", messageId: "s1" },
    { ...said, role: "note", text: "odd", messageId: "s2" },
  ] as const;
  await store.commitDesk(null, { conversationId: id, messages }, at + SECOND);
  await bench.says("still there?", { at: at + MINUTE });
  await newBench(store).says("somebody else", { by: "bob", place: "c2", id: "other", at: at + MINUTE });
  return id;
}

/** What `deskhand trace` reads of every store. `open` gives empty ones. */
export function describeTrace(name: string, open: () => Promise<TracedStores>): void {
  describe(`a story read from ${name}`, () => {
    it("is that of a whole conversation, by whichever of its names", async () => {
      const { store, trace } = await open();
      const id = await happened(store);
      const found = (await trace.trace({ conversation: id }))!;
      expect(found).toMatchObject({
        conversation: { id, address: { adapter: "chat", key: "c1" }, link: null },
        customer: { name: "ann", email: null },
        tickets: [{ ticket: "T-3", status: "open" }],
        turns: [{ id: "turn-1" }, { id: "turn-3" }],
        staff: [
          { role: "staff", text: "Hello." },
          { role: "note", text: "odd" },
        ],
      });
      expect(found.waiting.map(({ seq, state, event }) => [seq, state, event.body])).toEqual([
        [4, "pending", expect.objectContaining({ text: "still there?" })],
      ]);
      for (const other of [{ ticket: "T-3" }, { escalation: "E-3" }, { place: "c1" }, { place: "chat:c1" }]) {
        expect(await trace.trace(other)).toEqual(found);
      }
    });

    it("tells of a turn what it answered, spent and sent", async () => {
      const { store, trace } = await open();
      await happened(store);
      const found = (await trace.trace({ turn: "turn-1" }))!;
      expect(found.turns).toHaveLength(1);
      const [turn] = found.turns;
      expect(turn).toMatchObject({ finishedAt: T0 + 2 * SECOND, story: { told: true }, escalation: null });
      expect(turn!.events.map(({ seq, receivedAt }) => [seq, receivedAt])).toEqual([
        [1, T0],
        [2, T0 + SECOND],
      ]);
      expect(turn!.ledger).toMatchObject([
        { state: "booked", booked: true, micros: 40, model: "m-1", ...NO_TOKENS },
      ]);
      expect(turn!.deliveries).toMatchObject([
        {
          id: "turn-1.1",
          to: { adapter: "chat", key: "c1" },
          kind: "reply",
          text: "text of turn-1.1",
          state: "sent",
          sentAt: T0 + 3 * SECOND,
        },
      ]);
      expect({ ...found, turns: [] }).toMatchObject({ staff: [], waiting: [] });
    });

    it("tells of a turn what it opened and what was refused in it", async () => {
      const { store, trace } = await open();
      await happened(store);
      const [turn] = (await trace.trace({ turn: "turn-3" }))!.turns;
      expect(turn!.escalation).toMatchObject({
        id: "E-3",
        reason: "customer_request",
        evidence: { rule: "asked" },
      });
      expect(turn!.ticketChanges).toMatchObject([{ ticket: "T-3", kind: "created" }]);
      expect(turn!.security).toEqual(["security: tried another's order"]);
      expect(turn!.deliveries.map((delivery) => [delivery.id, delivery.state])).toEqual([
        ["turn-3.1", "pending"],
        ["turn-3.2", "pending"],
      ]);
    });

    it("is nothing for a name that nobody has", async () => {
      const { store, trace } = await open();
      await happened(store);
      for (const nobody of [
        { turn: "turn-9" },
        { ticket: "T-9" },
        { escalation: "E-9" },
        { conversation: 99 },
        { place: "c9" },
      ]) {
        expect(await trace.trace(nobody)).toBeNull();
      }
    });
  });
}
