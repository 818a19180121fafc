import { beforeEach, describe, expect, it } from "vitest";

import { runTimer } from "../../src/desk/reminders.ts";
import { handleRating } from "../../src/desk/rating.ts";
import { handleStaff } from "../../src/desk/staff.ts";
import type { Delivery, InboundBody, OutboundContent } from "../../src/domain.ts";
import type { Conversation, Escalation, Store } from "../../src/store/store.ts";
import { type Bench, newBench, newEscalation, newTicket, reply } from "../contracts/bench.ts";
import { messageBody, MINUTE, shopConfig, storeOnFile, T0 } from "../servers/shop.ts";

/** The desk over the real store: what staff and timers do to an escalation that is open. */
describe("the desk", () => {
  let store: Store;
  let bench: Bench;
  let now: number;
  let conversation: Conversation;
  let events = 0;

  beforeEach(async () => {
    store = await storeOnFile();
    bench = newBench(store);
    now = T0;
    const context = await bench.turn({
      conversation: { holder: "waiting", escalationId: "E-1", ticket: "T-1" },
      tickets: [newTicket("T-1"), { kind: "update", ticket: "T-1", status: "escalated", by: "code" }],
      openEscalation: newEscalation("E-1", "T-1"),
      deliveries: [{ ...cardPosted(), escalationId: "E-1" }],
    });
    ({ conversation } = context);
    const card = await store.takeDelivery(now, MINUTE);
    await store.markSent(card?.delivery.id ?? "", { messageId: "p-card", thread: at("card") }, now);
  });

  const deps = () => ({
    store,
    now: () => now,
    config: shopConfig({ desk: { adapter: "chat", channel: "desk", remind_after_minutes: [5, 15] } }),
    wantsReports: () => false,
    wantsStates: () => false,
  });
  const at = (key: string) => ({ adapter: "chat", key });
  /** What a person from staff does, in the card's thread unless said otherwise; what went out after it. */
  const staff = async (by: string, body: InboundBody, place = "card"): Promise<Delivery[]> => {
    await bench.accept(body, { by, role: "staff", place, at: now });
    expect(await handleStaff(await bench.claim(now), deps())).not.toBe("busy");
    return (await bench.sendAll(now)).map(({ delivery }) => delivery);
  };
  const says = (by: string, text: string, place?: string) => {
    events += 1;
    return staff(by, messageBody(`s${events}`, text), place);
  };
  const clicks = (by: string, action: "claim" | "resolve" | "hand_back", note?: string) =>
    staff(by, { kind: "action", action, ...(note !== undefined && { note }) });
  const escalation = async (): Promise<Escalation | null> => store.findEscalation({ id: "E-1" });
  const here = async () => store.findConversation({ id: conversation.id });
  const contents = (deliveries: readonly Delivery[], kind: OutboundContent["kind"]) =>
    deliveries.filter(({ content }) => content.kind === kind);

  it("gives it to who claims it, changes the card in place and tells the customer who is there", async () => {
    const sent = await clicks("sam", "claim");
    expect(await escalation()).toMatchObject({ status: "claimed", claimedBy: { id: "sam", name: "sam" } });
    expect(await here()).toMatchObject({ holder: "staff", epoch: 1 });
    expect(sent).toMatchObject([
      { replaces: "p-card", content: { kind: "card", card: { status: "claimed", ping: false } } },
      { to: at("c1"), content: { kind: "reply", by: "system", text: expect.stringContaining("sam") } },
    ]);
  });

  it("tells the second who has it, in private, and changes nothing", async () => {
    await clicks("sam", "claim");
    const sent = await clicks("tom", "claim");
    expect(sent).toMatchObject([
      {
        visibility: "private",
        recipient: "tom",
        content: { kind: "notice", text: expect.stringContaining("sam has") },
      },
    ]);
    expect(await clicks("sam", "claim")).toMatchObject([
      { content: { text: expect.stringContaining("You have") } },
    ]);
    expect(await escalation()).toMatchObject({ version: 1, claimedBy: { id: "sam" } });
  });

  it("sends what staff write in the card's thread to the customer under their name; who answers has claimed it", async () => {
    const sent = await says("sam", "Hello Ann!");
    expect(contents(sent, "reply")).toMatchObject([
      { to: at("c1"), content: { by: "staff", author: "sam", text: "Hello Ann!" } },
    ]);
    expect(contents(sent, "card")).toMatchObject([{ content: { card: { status: "claimed" } } }]);
    expect(await store.transcriptOf(conversation.id)).toMatchObject([{ role: "staff", text: "Hello Ann!" }]);
    expect(contents(await says("sam", "Still there?"), "card")).toEqual([]);
  });

  it("keeps a note among staff, and takes nothing from anybody for it", async () => {
    expect(await says("sam", "  // a VIP, careful")).toEqual([]);
    expect(await escalation()).toMatchObject({ status: "open" });
    expect(await here()).toMatchObject({ holder: "waiting", epoch: 0 });
    expect(await store.transcriptOf(conversation.id)).toMatchObject([
      { role: "note", text: "a VIP, careful" },
    ]);
  });

  it("does not send twice what staff write in the customer's own thread", async () => {
    const sent = await says("sam", "I'm on it.", "c1");
    expect(contents(sent, "reply")).toEqual([]);
    expect(await escalation()).toMatchObject({ status: "claimed" });
    expect(await here()).toMatchObject({ holder: "staff" });
  });

  it("resolves: ticket, card, conversation back to the AI, and the customer is asked how it went", async () => {
    await clicks("sam", "claim");
    const sent = await clicks("sam", "resolve", "Sent a new invoice.");
    expect(await escalation()).toMatchObject({ status: "resolved" });
    expect(await store.ticketOf("T-1")).toMatchObject({ status: "resolved", resolvedAt: now });
    expect(await here()).toMatchObject({ holder: "ai", escalationId: null, ticket: null, frustration: 0 });
    expect(contents(sent, "reply")).toMatchObject([{ to: at("c1"), content: { asksRating: true } }]);
  });

  it("hands back with the ticket open, and the AI may speak again", async () => {
    await says("sam", "The bot can answer that.");
    await clicks("sam", "hand_back");
    expect(await escalation()).toMatchObject({ status: "handed_back" });
    expect(await store.ticketOf("T-1")).toMatchObject({ status: "open" });
    expect(await here()).toMatchObject({ holder: "ai", escalationId: null, ticket: "T-1" });
    await store.commitDesk(null, { conversationId: conversation.id, deliveries: [reply("ai.1")] }, now);
    expect(await store.takeDelivery(now, MINUTE)).toMatchObject({ delivery: { id: "ai.1" } });
  });

  it.each(["resolve", "hand_back"] as const)(
    "after a %s tells staff so, and sends nothing to the customer",
    async (end) => {
      await clicks("sam", end);
      const sent = [...(await says("sam", "One more thing")), ...(await clicks("tom", "claim"))];
      expect(sent.map(({ to, recipient, content }) => [to.key, recipient, content.kind])).toEqual([
        ["card", "sam", "notice"],
        ["card", "tom", "notice"],
      ]);
      expect(await here()).toMatchObject({ holder: "ai" });
    },
  );

  it("waits while an AI message is on the wire", async () => {
    await store.commitDesk(null, { conversationId: conversation.id, deliveries: [reply("ai.1")] }, now);
    await store.takeDelivery(now, MINUTE);
    await bench.accept({ kind: "action", action: "claim" }, { by: "sam", role: "staff", place: "card" });
    expect(await handleStaff(await bench.claim(now), deps())).toBe("busy");
    expect(await escalation()).toMatchObject({ status: "open" });
  });

  it("leaves staff alone where nothing of ours is going on", async () => {
    expect(await says("sam", "lunch?", "canteen")).toEqual([]);
    expect(await store.pending(["chat"])).toEqual({ events: 0, deliveries: 0 });
  });

  describe("an escalation that nobody claims", () => {
    const remind = async () => {
      const timer = await store.takeTimer(now);
      if (!timer) throw new Error("no timer is due");
      await runTimer(timer, deps());
      await store.finishTimer(timer);
      return (await bench.sendAll(now)).map(({ delivery }) => delivery);
    };
    beforeEach(async () => {
      const timers = [{ key: "remind:E-1", kind: "remind", ref: "E-1", dueAt: T0 + 5 * MINUTE } as const];
      await store.commitDesk(null, { conversationId: conversation.id, timers }, T0);
    });

    it("is pinged again, climbs, and is pinged once more later", async () => {
      now = T0 + 5 * MINUTE;
      const first = await remind();
      expect(first).toMatchObject([
        { content: { kind: "card", card: { priority: "high", ping: false } } },
        { content: { kind: "notice", text: "Unclaimed for 5 minutes; priority is now high.", ping: true } },
      ]);
      expect(await escalation()).toMatchObject({ priority: "high", reminders: 1 });
      expect(await store.ticketOf("T-1")).toMatchObject({ priority: "high" });
      expect(await store.nextTimerAt()).toBe(now + 15 * MINUTE);
      now += 15 * MINUTE;
      expect(await remind()).toMatchObject([{ content: { card: { priority: "urgent" } } }, {}]);
      expect(await store.nextTimerAt(), "the list is at its end").toBeNull();
    });

    it("is not pinged when it was claimed, also when the timer is carried out all the same", async () => {
      const timer = { key: "remind:E-1", kind: "remind", ref: "E-1", dueAt: now, attempts: 0 } as const;
      await clicks("sam", "claim");
      expect(await store.nextTimerAt()).toBeNull();
      await runTimer(timer, deps());
      expect(await bench.sendAll(now)).toEqual([]);
      expect(await escalation()).toMatchObject({ priority: "normal" });
    });
  });

  describe("a problem about which the customer says nothing more", () => {
    const quiet = () =>
      ({ key: "q", kind: "resolve_quiet", ref: String(conversation.id), dueAt: now, attempts: 0 }) as const;

    it("counts as resolved when the AI had it", async () => {
      await clicks("sam", "hand_back");
      await runTimer(quiet(), deps());
      expect(await store.ticketOf("T-1")).toMatchObject({ status: "resolved" });
      expect(await here()).toMatchObject({ ticket: null });
    });

    it("stays open while a person has it", async () => {
      await runTimer(quiet(), deps());
      expect(await store.ticketOf("T-1")).toMatchObject({ status: "escalated" });
    });
  });

  describe("a rating", () => {
    const rates = async (score: number, by = "ann") => {
      await bench.accept({ kind: "rate", score, comment: "hm" }, { by });
      await handleRating(await bench.claim(now), deps());
      return (await bench.sendAll(now)).map(({ delivery: { to, content } }) => [to.key, content.kind]);
    };

    it("is thanked for, and a poor one is shown to the desk", async () => {
      expect(await rates(5)).toEqual([["c1", "reply"]]);
      expect(await rates(2)).toEqual([
        ["c1", "reply"],
        ["desk", "notice"],
      ]);
    });

    it("counts only from the customer whose conversation it is", async () => {
      expect(await rates(1, "bob")).toEqual([]);
      expect(await store.pending(["chat"])).toMatchObject({ events: 0 });
    });
  });
});

function cardPosted() {
  const { customerName: customer, desk: to, evidence: _evidence, id, ...rest } = newEscalation("E-1", "T-1");
  const where = { conversation: { adapter: "chat", key: "c1" }, waitingSince: T0, ping: true };
  const card = { ...rest, ...where, escalationId: id, customer, status: "open" } as const;
  return { id: "card.1", to, visibility: "public", content: { kind: "card", card }, fenced: false } as const;
}
