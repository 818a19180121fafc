import { beforeEach, describe, expect, it } from "vitest";

import type { Changes, Store } from "../../src/store/store.ts";
import { eventOf, messageBody, MINUTE, T0 } from "../servers/shop.ts";
import { type Bench, newBench, newEscalation, newTicket } from "./bench.ts";

/** What staff look through. */
export function describeStaff(open: () => Promise<Store>): void {
  let store: Store;
  let bench: Bench;
  beforeEach(async () => {
    store = await open();
    bench = newBench(store);
  });

  describe("the queue", () => {
    it("holds what waits or is claimed, the longest wait first, with the customer's place", async () => {
      const link = "https://chat.example/c2";
      const options = { lane: "talk:chat:c2", urgent: false, quietMs: 0, now: T0 };
      const address = { adapter: "chat", key: "c2" };
      await store.acceptEvent(eventOf("e", messageBody("m", "hi"), { address, link }), options);
      await store.loadTurn(await bench.claim(), T0);
      await bench.turn({}, { place: "c1" });
      const escalate = (nr: number): Changes => ({
        conversationId: nr,
        tickets: [newTicket(`T-${nr}`)],
        openEscalation: newEscalation(`E-${nr}`, `T-${nr}`),
      });
      const idOf = async (key: string) =>
        (await store.findConversation({ address: { adapter: "chat", key } }))?.id ?? 0;
      await store.commitDesk(null, { ...escalate(1), conversationId: await idOf("c1") }, T0 + 2 * MINUTE);
      await store.commitDesk(null, { ...escalate(2), conversationId: await idOf("c2") }, T0 + MINUTE);
      await store.commitDesk(null, { ...escalate(3), conversationId: await idOf("c2") }, T0);
      const change = async (id: string, status: "claimed" | "resolved" | "handed_back", key: string) => {
        const by = { id: "sam", name: "Sam" };
        const changeEscalation = { id, version: 0, status, claimedBy: by };
        await store.commitDesk(null, { conversationId: await idOf(key), changeEscalation }, T0 + MINUTE);
      };
      await change("E-1", "claimed", "c1");
      await change("E-3", "resolved", "c2");
      expect(await store.openEscalations()).toMatchObject([
        { id: "E-2", status: "open", claimedBy: null, place: { address, link } },
        { id: "E-1", status: "claimed", claimedBy: { id: "sam" }, place: { link: null } },
      ]);
      await change("E-2", "handed_back", "c2");
      expect((await store.openEscalations()).map(({ id }) => id)).toEqual(["E-1"]);
    });
  });

  describe("looking for a ticket", () => {
    const ticket = (number: string, subject: string, description = "") => ({
      ...newTicket(number),
      subject,
      description,
    });
    const find = async (words: string, limit = 10) =>
      (await store.findTickets(words, limit)).map((found) => found.ticket);
    beforeEach(async () => {
      const opened = (made: ReturnType<typeof ticket>) => ({ tickets: [made] });
      await bench.turn(opened(ticket("T-1001", "Export fails", "It stops at 90 %.")), { by: "Ann Meyer" });
      await bench.turn(opened(ticket("T-1002", "Invoice is wrong", "snake_case")), {
        by: "bob",
        place: "c2",
        email: "Bob.Stone@Example.com",
        at: T0 + MINUTE,
      });
      await bench.turn(opened(ticket("T-1003", "Export to CSV", String.raw`C:\exports`)), {
        by: "bob",
        place: "c2",
        email: "Bob.Stone@Example.com",
        at: T0 + 2 * MINUTE,
      });
    });

    it.each([
      ["by its number", "T-1002", ["T-1002"]],
      ["by its number in another case", "t-1001", ["T-1001"]],
      ["by the customer's e-mail", "bob.stone@example.com", ["T-1003", "T-1002"]],
      ["by the customer's name", "meyer", ["T-1001"]],
      ["by words of the subject, the newest first", "export", ["T-1003", "T-1001"]],
      ["by words of the description", "stops", ["T-1001"]],
      ["by words that stand in different places", "bob  invoice", ["T-1002"]],
      ["only where all words are", "invoice stops", []],
      ["with a % as a letter", "90 %", ["T-1001"]],
      ["with a % that is no wildcard", "E%t", []],
      ["with a _ as a letter", "snake_case", ["T-1002"]],
      ["with a _ that is no wildcard", "Expor_", []],
      ["with a backslash as a letter", String.raw`C:\ex`, ["T-1003"]],
      ["with a quote in it", "o'brien", []],
    ])("finds it %s", async (_how, words, expected) => {
      expect(await find(words)).toEqual(expected);
    });

    it("finds so many and no more, the newest", async () => {
      expect(await find("T-", 2)).toEqual(["T-1003", "T-1002"]);
      expect(await store.findTickets("T-1001", 1)).toMatchObject([
        { ticket: "T-1001", subject: "Export fails", status: "open", link: null },
      ]);
    });
  });
}
