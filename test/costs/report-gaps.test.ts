import { describe, expect, it } from "vitest";

import { type Gap, gapsOf } from "../../src/costs/report-gaps.ts";
import { gapsText } from "../../src/costs/report-text.ts";
import { type Books, DAY, escalation, MINUTE, newBooks, opensTicket, T0 } from "./seed.ts";

/** Each question from a customer of their own, a minute apart. */
async function asked(books: Books, questions: readonly string[]): Promise<Gap[]> {
  let at = T0;
  for (const text of questions) {
    at += MINUTE;
    const record = { answerable: false };
    await books.turn({ conversation: `c${at}`, at, text, outcome: "escalated", record });
  }
  return gapsOf(await books.reports.gapsSince(T0));
}

describe("gaps in the knowledge base", () => {
  it("groups near-identical questions, most frequent first, each shown by its newest", async () => {
    const gaps = await asked(newBooks(), [
      "Can I export my tasks to Excel?",
      "Do you ship to Mongolia?",
      "how do i EXPORT tasks to excel",
      "Exporting a task to Excel, please?",
      "Is there a dark mode?",
      "Do you ship to Norway?",
    ]);
    expect(gaps.map(({ question, count }) => [question, count])).toEqual([
      ["Exporting a task to Excel, please?", 3],
      ["Do you ship to Norway?", 1],
      ["Is there a dark mode?", 1],
      ["Do you ship to Mongolia?", 1],
    ]);
    expect(gaps[0]).toEqual({
      question: "Exporting a task to Excel, please?",
      count: 3,
      customers: 3,
      escalated: 3,
      firstAt: "2026-11-20T10:01:01.000Z",
      lastAt: "2026-11-20T10:04:01.000Z",
      solvedBy: [],
    });
  });

  it("counts a question that names one thing more among four with the others", async () => {
    const gaps = await asked(newBooks(), [
      "export tasks excel",
      "export tasks excel",
      "export tasks excel columns",
    ]);
    expect(gaps.map(({ count }) => count)).toEqual([3]);
  });

  it("says what staff wrote that solved it, the newest first and each once", async () => {
    const books = newBooks();
    const notes = [
      "Settings > Export, pro plan only.",
      undefined,
      "Since May: File > Export.",
      "Since May: File > Export.",
    ];
    for (const [at, note] of notes.entries()) {
      const id = `E-${at}`;
      const ticket = `T-${at}`;
      await books.turn({
        conversation: `c${at}`,
        at: T0 + at * MINUTE,
        text: "Can I export my tasks to Excel?",
        outcome: "escalated",
        record: { answerable: false, ticket },
        changes: opensTicket(ticket, escalation(id, ticket, "low_confidence")),
      });
      await books.desk(`c${at}`, T0 + at * MINUTE + 2_000, () => ({
        changeEscalation: { id, version: 0, status: "resolved", ...(note !== undefined && { note }) },
      }));
    }
    const gaps = gapsOf(await books.reports.gapsSince(T0));
    expect(gaps.map(({ count, solvedBy }) => ({ count, solvedBy }))).toEqual([
      { count: 4, solvedBy: ["Since May: File > Export.", "Settings > Export, pro plan only."] },
    ]);
    expect(gapsText(gaps).split("\n").slice(2)).toEqual([
      "4×  4 customers  last 2026-11-20  Can I export my tasks to Excel?",
      "    solved: Since May: File > Export.",
      "    solved: Settings > Export, pro plan only.",
      "",
    ]);
  });

  it("leaves out what was answerable, what was never searched for, and what is older", async () => {
    const books = newBooks();
    const turn = { conversation: "c1", outcome: "answered", text: "Where is my invoice?" };
    await books.turn({ ...turn, at: T0 + MINUTE, record: { answerable: true } });
    await books.turn({ ...turn, at: T0 + 2 * MINUTE, record: { answerable: null } });
    await books.turn({ ...turn, at: T0 - DAY, record: { answerable: false } });
    expect(gapsOf(await books.reports.gapsSince(T0))).toEqual([]);
  });

  it("is no gap when a look at the customer's orders answered it", async () => {
    const books = newBooks();
    const answered = (ok: boolean) => ({
      conversation: "c1",
      at: T0 + MINUTE,
      outcome: "answered",
      text: `Where is my parcel ${ok ? "one" : "two"}?`,
      record: { answerable: false, story: { tools: [{ name: "get_order_status", ok }] } },
    });
    await books.turn(answered(true));
    await books.turn(answered(false));
    const gaps = gapsOf(await books.reports.gapsSince(T0));
    expect(gaps.map(({ question }) => question)).toEqual(["Where is my parcel two?"]);
  });

  it("prints a customer's words on one line, with nothing in them that a terminal obeys", () => {
    const gap = { count: 1, customers: 1, escalated: 0, firstAt: "2026-11-20T10:00:00.000Z", solvedBy: [] };
    const text = gapsText([{ ...gap, lastAt: gap.firstAt, question: "red \u001b[31m\nalert\u202e now" }]);
    expect(text).toContain("1×  1 customer   last 2026-11-20  red [31m alert now\n");
  });

  it("says so when there is none", () => {
    expect(gapsText([])).toBe("No question went without an article during this time.\n");
  });
});
