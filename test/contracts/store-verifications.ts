import { beforeEach, describe, expect, it } from "vitest";

import type { InboundEvent } from "../../src/domain.ts";
import type { NewVerification, Store } from "../../src/store/store.ts";
import { customerNamed, eventOf, HOUR, MINUTE, T0 } from "../servers/shop.ts";
import { type Bench, newBench, newTicket } from "./bench.ts";

const ANN = "ann@example.com";

/** Proving an e-mail with a code. The store compares nothing itself: here a hash is the code with `#` before it. */
export function describeVerifications(open: () => Promise<Store>): void {
  let store: Store;
  let bench: Bench;
  let count = 0;
  beforeEach(async () => {
    store = await open();
    bench = newBench(store);
  });

  const asks = async (code: string, more: Partial<NewVerification> = {}, at = T0) =>
    store.startVerification(
      {
        adapter: "chat",
        userId: "ann",
        email: ANN,
        codeHash: `#${code}`,
        expiresAt: at + 10 * MINUTE,
        tries: 5,
        most: 3,
        windowMs: HOUR,
        ...more,
      },
      at,
    );
  const entry = (code: string, { by = "ann", adapter = "chat" } = {}): InboundEvent => {
    count += 1;
    const address = { adapter, key: "c1" };
    return eventOf(`code-${count}`, { kind: "verify_code", code }, { sender: customerNamed(by), address });
  };
  const enters = async (event: InboundEvent, at = T0) => {
    const { body } = event;
    return store.redeemCode(event, (hash) => body.kind === "verify_code" && hash === `#${body.code}`, at);
  };
  const emailOf = async (by: string, adapter = "chat") => {
    const { context, work } = await bench.begin({ by, adapter, place: `${by}'s` });
    await bench.commit(work, context);
    return context.customer.email;
  };
  const verified = { kind: "verified", email: ANN };

  describe("a code", () => {
    it("binds the e-mail to the account when it is the right one", async () => {
      expect(await asks("AAAA")).toBe("started");
      expect(await emailOf("ann"), "asking proves nothing").toBeNull();
      expect(await enters(entry("AAAA"))).toEqual(verified);
      expect(await emailOf("ann")).toBe(ANN);
    });

    it("can be mistyped as often as there are tries, and not once more", async () => {
      await asks("AAAA", { tries: 3 });
      expect(await enters(entry("WRONG"))).toEqual({ kind: "wrong", triesLeft: 2 });
      expect(await enters(entry("WRONG"))).toEqual({ kind: "wrong", triesLeft: 1 });
      expect(await enters(entry("WRONG"))).toEqual({ kind: "wrong", triesLeft: 0 });
      expect(await enters(entry("AAAA")), "the right one comes too late").toEqual({ kind: "none" });
      expect(await emailOf("ann")).toBeNull();
    });

    it("is good at the last try", async () => {
      await asks("AAAA", { tries: 2 });
      await enters(entry("WRONG"));
      expect(await enters(entry("AAAA"))).toEqual(verified);
    });

    it("is good until it expires", async () => {
      await asks("AAAA");
      expect(await enters(entry("AAAA"), T0 + 10 * MINUTE)).toEqual({ kind: "none" });
      expect(await enters(entry("AAAA"), T0 + 10 * MINUTE - 1)).toEqual(verified);
    });

    it("is good once", async () => {
      await asks("AAAA");
      await enters(entry("AAAA"));
      expect(await enters(entry("AAAA"))).toEqual({ kind: "none" });
    });

    it("is good for the account that asked for it and for no other", async () => {
      await asks("AAAA");
      expect(await enters(entry("AAAA", { by: "bob" }))).toEqual({ kind: "none" });
      expect(await enters(entry("AAAA", { adapter: "mail" }))).toEqual({ kind: "none" });
      expect(await enters(entry("AAAA")), "nobody else used up a try or the code").toEqual(verified);
      expect(await emailOf("bob")).toBeNull();
    });

    it("is void when the account asks for another", async () => {
      await asks("AAAA");
      await asks("BBBB");
      expect(await enters(entry("AAAA"))).toEqual({ kind: "wrong", triesLeft: 4 });
      expect(await enters(entry("BBBB"))).toEqual(verified);
    });

    it("is not void because another account asks for one to the same e-mail", async () => {
      await asks("AAAA");
      await asks("BBBB", { userId: "bob" });
      expect(await enters(entry("AAAA"))).toEqual(verified);
    });

    it("was never asked for", async () => {
      expect(await enters(entry("AAAA"))).toEqual({ kind: "none" });
    });
  });

  describe("the same entry of a code again, after a crash", () => {
    const worked = async (event: InboundEvent) => {
      const work = await store.claimWork("w", T0, MINUTE);
      const [again] = work?.events ?? [];
      if (!work || again?.event.eventId !== event.eventId) throw new Error("it was not claimed");
      const redeemed = await enters(again.event);
      await store.returnWork(work, T0);
      return redeemed;
    };
    const accept = async (code: string) => {
      const event = entry(code);
      await store.acceptEvent(event, { lane: "talk:chat:c1", urgent: false, quietMs: 0, now: T0 });
      return event;
    };

    it("is verified as before", async () => {
      await asks("AAAA");
      const event = await accept("AAAA");
      expect(await worked(event)).toEqual(verified);
      await asks("BBBB");
      expect(await worked(event), "whatever was asked for since").toEqual(verified);
    });

    it("is wrong as before, and uses up no second try", async () => {
      await asks("AAAA", { tries: 2 });
      const event = await accept("WRONG");
      expect(await worked(event)).toEqual({ kind: "wrong", triesLeft: 1 });
      expect(await worked(event)).toEqual({ kind: "wrong", triesLeft: 1 });
      expect(await enters(entry("AAAA"))).toEqual(verified);
    });

    it("is the last try as before", async () => {
      await asks("AAAA", { tries: 1 });
      const event = await accept("WRONG");
      expect(await worked(event)).toEqual({ kind: "wrong", triesLeft: 0 });
      expect(await worked(event)).toEqual({ kind: "wrong", triesLeft: 0 });
    });
  });

  describe("how many codes there are", () => {
    it("is limited for an account, whatever e-mails it names", async () => {
      for (const nr of [1, 2, 3]) {
        expect(await asks(`A${nr}`, { email: `ann${nr}@example.com` }, T0 + nr)).toBe("started");
      }
      expect(await asks("A4", { email: "ann4@example.com" }, T0 + HOUR)).toBe("too_many");
      expect(await enters(entry("A3"), T0 + MINUTE), "what was mailed is still good").toMatchObject({
        kind: "verified",
      });
      expect(await asks("A5", { email: "ann5@example.com" }, T0 + HOUR + 2)).toBe("started");
    });

    it("is limited for an e-mail, whatever accounts ask", async () => {
      for (const userId of ["ann", "bob", "cem"]) expect(await asks("X", { userId })).toBe("started");
      expect(await asks("X", { userId: "dan" })).toBe("too_many");
      expect(await asks("X", { userId: "ann", adapter: "mail" })).toBe("too_many");
      expect(await asks("X", { userId: "dan", email: "dan@example.com" })).toBe("started");
    });

    it("is counted by platform for accounts of the same id", async () => {
      for (const nr of [1, 2, 3]) await asks("X", { email: `ann${nr}@example.com` });
      expect(await asks("X", { adapter: "mail", email: "other@example.com" })).toBe("started");
    });
  });

  describe("an e-mail that is taken off an account", () => {
    const unlink = async (by = "ann", more: Partial<InboundEvent["sender"]> = {}) =>
      store.unlink(eventOf("u", { kind: "unlink" }, { sender: customerNamed(by, more) }), T0);

    it("is off it, and what was asked before stays with whose e-mail it is", async () => {
      await asks("AAAA");
      await enters(entry("AAAA"));
      const before = await bench.turn({ tickets: [newTicket("T-1")] });
      expect(await unlink()).toBe(true);
      const after = await bench.turn();
      expect(after.customer.email).toBeNull();
      expect(after.customer.id).not.toBe(before.customer.id);
      expect(await store.ticketsOf({ adapter: "chat", userId: "ann" })).toEqual([]);
      expect(await store.findTickets(ANN, 10)).toMatchObject([
        { ticket: "T-1", customerId: before.customer.id },
      ]);
      expect(await unlink(), "there is none any more").toBe(false);
    });

    it("stays with the other accounts that proved it", async () => {
      await asks("AAAA");
      await enters(entry("AAAA"));
      await asks("BBBB", { adapter: "mail" });
      await enters(entry("BBBB", { adapter: "mail" }));
      await unlink();
      expect(await emailOf("ann")).toBeNull();
      expect(await emailOf("ann", "mail")).toBe(ANN);
    });

    it("says so when there was none, also for somebody who was never seen", async () => {
      expect(await unlink("nobody")).toBe(false);
      await bench.turn();
      expect(await unlink("ann")).toBe(false);
    });

    it("does not come back because the platform vouches for it, but when it is proved", async () => {
      const { customer } = await bench.turn({}, { email: ANN });
      expect(customer.email).toBe(ANN);
      await unlink("ann", { trustedEmail: ANN });
      expect((await bench.turn({}, { email: ANN })).customer.email).toBeNull();
      await asks("AAAA");
      await enters(entry("AAAA"));
      expect((await bench.turn({}, { email: ANN })).customer).toMatchObject({ email: ANN, id: customer.id });
    });
  });

  describe("an e-mail that was proved", () => {
    it("is not replaced by the one that the platform vouches for", async () => {
      await bench.turn({}, { email: "ann@work.example" });
      await asks("AAAA");
      await enters(entry("AAAA"));
      expect((await bench.turn({}, { email: "ann@work.example" })).customer.email).toBe(ANN);
    });

    it("makes one customer of the accounts that proved it, with what they had asked", async () => {
      const here = await bench.turn({ tickets: [newTicket("T-1")] });
      await bench.turn({ tickets: [newTicket("T-2")] }, { adapter: "mail" });
      await asks("AAAA");
      await enters(entry("AAAA"));
      await asks("BBBB", { adapter: "mail" });
      await enters(entry("BBBB", { adapter: "mail" }));
      const { customer } = await bench.turn({}, { adapter: "mail" });
      expect(customer).toMatchObject({ id: here.customer.id, email: ANN });
      const tickets = await store.ticketsOf({ adapter: "chat", userId: "ann" });
      expect(tickets.map(({ ticket }) => ticket).toSorted()).toEqual(["T-1", "T-2"]);
    });
  });
}
