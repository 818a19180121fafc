import { describe, expect, it } from "vitest";

import {
  higher,
  isOpen,
  nextPriority,
  subjectFrom,
  type TicketDraft,
  ticketNumber,
  turnTickets,
} from "../../src/tickets/tickets.ts";
import { T0, ticketOf } from "../servers/shop.ts";

const draft: TicketDraft = {
  subject: "Export fails",
  description: "At 90 %",
  priority: "normal",
  email: null,
  by: "code",
};

describe("the ticket of a turn", () => {
  it("is made once: what would be a second becomes a note on the first", () => {
    const tickets = turnTickets(null, "T-1017");
    expect(tickets.current()).toBeNull();
    expect(tickets.open(draft)).toMatchObject({ existed: false, view: { ticket: "T-1017", status: "open" } });
    expect(tickets.open({ ...draft, subject: "And slow", priority: "high" })).toMatchObject({
      existed: true,
      view: { ticket: "T-1017", priority: "high" },
    });
    expect(tickets.changes()).toMatchObject([
      { kind: "create", ticket: "T-1017" },
      { kind: "update", ticket: "T-1017", note: "And slow: At 90 %", priority: "high" },
    ]);
  });

  it("is the one that is open already, and its priority never falls by opening again", () => {
    const tickets = turnTickets(ticketOf({ priority: "urgent" }), "T-2000");
    expect(tickets.open({ ...draft, priority: "low" })).toMatchObject({
      existed: true,
      view: { ticket: "T-1001", priority: "urgent" },
    });
  });

  it.each(["resolved", "closed"] as const)("is a new one when the last is %s", (status) => {
    const tickets = turnTickets(ticketOf({ status, resolvedAt: T0 }), "T-2000");
    expect(tickets.current()).toBeNull();
    expect(tickets.open(draft).view.ticket).toBe("T-2000");
  });

  it("is the resolved one again when its problem is back", () => {
    const tickets = turnTickets(ticketOf({ status: "resolved", resolvedAt: T0 }), "T-2000");
    tickets.reopen();
    expect(tickets.current()).toMatchObject({ ticket: "T-1001", status: "open" });
    expect(tickets.open(draft)).toMatchObject({ existed: true });
    expect(tickets.changes().map((change) => change.ticket)).toEqual(["T-1001", "T-1001"]);
  });

  it("is not taken up again when one is open or there was none", () => {
    for (const existing of [null, ticketOf()]) {
      const tickets = turnTickets(existing, "T-2000");
      tickets.reopen();
      expect(tickets.changes()).toEqual([]);
    }
  });

  it("shows its changes to what comes later in the turn", () => {
    const tickets = turnTickets(ticketOf(), "T-2000");
    tickets.update({ status: "escalated", by: "code" });
    tickets.update({ priority: "high", by: "ai" });
    expect(tickets.current()).toMatchObject({ status: "escalated", priority: "high" });
  });

  it("cannot be changed when there is none", () => {
    expect(() => turnTickets(null, "T-1").update({ note: "x", by: "ai" })).toThrow("no ticket");
  });
});

describe("tickets", () => {
  it("are numbered by the event that made them, so that a replay makes the same", () => {
    expect([ticketNumber(1), ticketNumber(17)]).toEqual(["T-1001", "T-1017"]);
  });

  it("are open until they are resolved or closed", () => {
    expect((["open", "pending", "escalated", "resolved", "closed"] as const).filter(isOpen)).toEqual([
      "open",
      "pending",
      "escalated",
    ]);
  });

  it("climb one priority at a time, up to urgent", () => {
    expect((["low", "normal", "high", "urgent"] as const).map(nextPriority)).toEqual([
      "normal",
      "high",
      "urgent",
      "urgent",
    ]);
    expect([higher("low", "high"), higher("urgent", "low"), higher("normal", "normal")]).toEqual([
      "high",
      "urgent",
      "normal",
    ]);
  });

  it("have a subject of one short line, whatever the customer wrote", () => {
    expect(subjectFrom("  my export\n\nfails  ")).toBe("my export fails");
    expect(subjectFrom("")).toBe("Question without text");
    const long = subjectFrom("word ".repeat(100));
    expect(long.length).toBeLessThanOrEqual(80);
    expect(long).toMatch(/word…$/);
  });
});
