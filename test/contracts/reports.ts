import { beforeAll, describe, expect, it } from "vitest";

import { reportText } from "../../src/costs/report-text.ts";
import { makeReport, type Report } from "../../src/costs/report.ts";
import {
  type Books,
  type BookStores,
  DAY,
  escalation,
  HAIKU,
  HOUR,
  MINUTE,
  newBooks,
  opensTicket,
  resolves,
  SECOND,
  SONNET,
  staffSays,
  T0,
} from "../costs/seed.ts";

const RULES = { quietMs: 48 * HOUR, reopenMs: 72 * HOUR };
const NOW = T0 + DAY;

const haiku = (micros: number) => ({ model: HAIKU, micros });
const sonnet = (micros: number) => ({ model: SONNET, micros });

/** A day at the shop. The comments give what each conversation cost in micro-dollars. */
async function aDay(books: Books): Promise<void> {
  // Settled in one turn on tier 1, with thanks: 370.
  await books.turn({
    conversation: "c1",
    at: T0,
    outcome: "answered",
    calls: [haiku(370)],
    answeredAfter: 2 * SECOND,
  });
  await books.turn({
    conversation: "c1",
    at: T0 + 10 * MINUTE,
    outcome: "settled",
    record: { intent: "small_talk" },
  });

  // A follow-up made it a ticket, which tier 2 resolved after an hour: 400 + 300 + 7,000.
  await books.turn({
    conversation: "c2",
    at: T0,
    outcome: "answered",
    calls: [haiku(400)],
    answeredAfter: 6 * SECOND,
  });
  await books.turn({
    conversation: "c2",
    at: T0 + 30 * MINUTE,
    outcome: "answered",
    calls: [haiku(300), sonnet(7_000)],
    answeredAfter: 9 * SECOND,
    record: { ticket: "T-2", tier: 2 },
    changes: opensTicket("T-2"),
  });
  await books.turn({
    conversation: "c2",
    at: T0 + HOUR - SECOND,
    outcome: "settled",
    record: { ticket: "T-2", intent: "small_talk" },
    changes: () => resolves("T-2", "ai"),
  });

  // A refund over the limit: a summary for 50, claimed after 6 minutes, resolved by staff after 20.
  await books.turn({
    conversation: "c3",
    at: T0,
    outcome: "escalated",
    calls: [{ ...haiku(50), purpose: "summary" }],
    record: { ticket: "T-3", intent: "refund" },
    changes: opensTicket("T-3", escalation("E-3", "T-3", "policy_exception")),
  });
  await books.turn({ conversation: "c3", at: T0 + MINUTE, outcome: "relayed" });
  const opened = T0 + SECOND;
  const sam = { id: "s1", name: "Sam" };
  await books.desk("c3", opened + 6 * MINUTE, () => ({
    changeEscalation: { id: "E-3", version: 0, status: "claimed", claimedBy: sam },
  }));
  await books.desk("c3", T0 + 7 * MINUTE, () => staffSays("s-1", T0 + 7 * MINUTE));
  await books.desk("c3", T0 + 20 * MINUTE, () => ({
    ...resolves("T-3", "staff"),
    changeEscalation: { id: "E-3", version: 1, status: "resolved" },
  }));
  await books.desk("c3", T0 + 25 * MINUTE, () => ({ rating: { score: 5, comment: null, ticket: "T-3" } }));
  for (const [userId, helpful] of [
    ["ann", true],
    ["bob", false],
    ["bob", true],
    ["eve", false],
  ] as const) {
    const feedback = { answer: "turn-1.1", from: { adapter: "chat", userId }, helpful };
    await books.desk("c3", T0 + 26 * MINUTE, () => ({ feedback }));
  }

  // Resolved after an hour, back after two: unresolved, and 500 + 600 spent.
  await books.turn({
    conversation: "c4",
    at: T0,
    outcome: "answered",
    calls: [haiku(500)],
    answeredAfter: 4 * SECOND,
    record: { ticket: "T-4" },
    changes: opensTicket("T-4"),
  });
  await books.desk("c4", T0 + HOUR, () => resolves("T-4", "ai"));
  await books.desk("c4", T0 + HOUR, () => ({ rating: { score: 2, comment: null, ticket: "T-4" } }));
  await books.turn({
    conversation: "c4",
    at: T0 + 2 * HOUR,
    outcome: "answered",
    calls: [haiku(600)],
    answeredAfter: 4 * SECOND,
    record: { ticket: "T-4" },
    changes: () => ({
      conversation: { ticket: "T-4" },
      tickets: [{ kind: "update", ticket: "T-4", status: "open", by: "code" }],
    }),
  });

  // Nobody knew, both tiers tried, nobody has claimed: 200 + 3,000. A call that never got there is free.
  await books.turn({
    conversation: "c5",
    at: T0,
    outcome: "escalated",
    calls: [{ ...sonnet(9_999), end: "void" }, haiku(200), sonnet(3_000)],
    record: { ticket: "T-5", answerable: false },
    changes: opensTicket("T-5", escalation("E-5", "T-5", "low_confidence")),
  });

  // A greeting: 30, and one call that a crash cut off, counted with the 900 that it may have cost.
  await books.turn({
    conversation: "c6",
    at: T0,
    outcome: "answered",
    calls: [haiku(30), { ...haiku(900), end: "cut" }],
    answeredAfter: SECOND,
    record: { intent: "small_talk" },
  });

  // Two members chatting.
  await books.turn({ conversation: "c7", at: T0, outcome: "ignored" });

  // Answered for 100, and a minute later a person from staff said more in the thread.
  await books.turn({
    conversation: "c8",
    at: T0,
    outcome: "answered",
    calls: [haiku(100)],
    answeredAfter: 3 * SECOND,
  });
  await books.desk("c8", T0 + MINUTE, () => staffSays("s-2", T0 + MINUTE));

  // Answered by the offline model.
  await books.turn({
    conversation: "c9",
    at: T0,
    outcome: "answered",
    calls: [{ model: "offline", micros: 0 }],
    answeredAfter: 2 * SECOND,
  });

  // Answered for 80, but a person took over before the answer left, so nobody ever saw it.
  await books.turn({
    conversation: "c10",
    at: T0,
    outcome: "answered",
    calls: [haiku(80)],
    answeredAfter: Infinity,
  });
  await books.desk("c10", T0 + 2 * SECOND, () => ({ raiseEpoch: true, conversation: { holder: "staff" } }));
  await books.deliver(T0 + 3 * SECOND);

  // Before the period.
  await books.turn({
    conversation: "c11",
    at: T0 - 9 * DAY,
    outcome: "answered",
    calls: [haiku(77_777)],
    answeredAfter: SECOND,
  });
  await books.setAside("c12", T0, "TypeError: x is not a function");
}

/** What every store owes the report: figures as they were counted by hand. `open` gives empty ones. */
export function describeReports(name: string, open: () => Promise<BookStores>): void {
  describe(`the report on ${name}`, () => {
    describe("a day's report", () => {
      let report: Report;

      beforeAll(async () => {
        const books = newBooks(await open());
        await aDay(books);
        report = await makeReport(books.reports, { since: NOW - 7 * DAY, now: NOW }, RULES);
      });

      it("counts customers' turns and conversations without what was not for us", () => {
        expect(report.volume).toEqual({
          turns: 14,
          conversations: 9,
          relayed: 1,
          byOutcome: { answered: 9, settled: 2, escalated: 2, relayed: 1, ignored: 1 },
        });
      });

      it("shares turns out by the strongest model that was called", () => {
        // 13 turns were ours to deal with: 8 on tier 1, c2's follow-up and c5 on tier 2, c9 offline, two thanks with no model.
        expect(report.tiers).toEqual({
          tier1: { turns: 8, share: 0.6154 },
          tier2: { turns: 2, share: 0.1538 },
          offline: { turns: 1, share: 0.0769 },
          none: { turns: 2, share: 0.1538 },
        });
      });

      it("counts as resolved what stayed resolved, and without a person what nobody touched", () => {
        // Problems: c1, c8, c9, c10 without a ticket, and T-2 to T-5. Resolved: c1, c9, T-2, T-3.
        expect(report.resolution).toEqual({
          problems: 8,
          resolved: 4,
          withoutPerson: 3,
          withoutPersonRate: 0.375,
          questions: { asked: 4, settledInOneTurn: 2 },
          tickets: { opened: 4, resolved: 2, cameBack: 1, open: 1 },
        });
      });

      it("states escalations by reason, and who waits now", () => {
        expect(report.escalations).toEqual({
          opened: 2,
          byReason: {
            customer_request: 0,
            policy_exception: 1,
            low_confidence: 1,
            repeated_frustration: 0,
            complex_technical: 0,
          },
          problems: 2,
          rate: 0.25,
          waitingNow: 1,
          claimedNow: 0,
          longestWaitingMs: DAY - SECOND,
        });
      });

      it("gives a resolved ticket every call of its problem, the answer before it too", () => {
        const none = { count: 0, micros: 0, averageMicros: null };
        expect(report.cost.perResolvedTicket).toEqual({
          tier1: none,
          tier2: { count: 1, micros: 7_700, averageMicros: 7_700 },
          offline: none,
          none,
          person: { count: 1, micros: 50, averageMicros: 50 },
          all: { count: 2, micros: 7_750, averageMicros: 3_875 },
        });
        expect(report.cost.perSettledQuestion).toEqual({
          tier1: { count: 1, micros: 370, averageMicros: 370 },
          tier2: none,
          offline: { count: 1, micros: 0, averageMicros: 0 },
          none,
          all: { count: 2, micros: 370, averageMicros: 185 },
        });
      });

      it("adds up everything that was spent, by purpose and model", () => {
        // 370 + 7,700 + 50 + 1,100 + 3,200 + 930 + 100 + 80, shared among four.
        expect(report.cost.totalMicros).toBe(13_530);
        expect(report.cost.allInPerResolvedMicros).toBe(3_383);
        expect(report.cost.cutOff).toEqual({ calls: 1, micros: 900 });
        expect(
          report.cost.ledger.map(({ purpose, model, calls, micros }) => [purpose, model, calls, micros]),
        ).toEqual([
          ["answer", SONNET, 2, 10_000],
          ["answer", HAIKU, 10, 3_480],
          ["summary", HAIKU, 1, 50],
          ["answer", "offline", 1, 0],
        ]);
        // Nine of the ten were booked, 100 + 20 + 300 + 10 tokens each.
        expect(report.cost.ledger[1]?.tokens).toEqual({
          inputTokens: 900,
          cacheWrite5mTokens: 180,
          cacheWrite1hTokens: 0,
          cacheReadTokens: 2_700,
          outputTokens: 90,
        });
      });

      it("measures waiting as the customer felt it", () => {
        // First answers: 2, 6, 420 (Sam), 4, 3 and 2 seconds; c5 has none yet, c10 never got its own.
        expect(report.waiting).toEqual({
          firstAnswer: { count: 6, medianMs: 3.5 * SECOND, p90Ms: 420 * SECOND },
          claim: { count: 1, medianMs: 6 * MINUTE, p90Ms: 6 * MINUTE },
          resolve: { count: 2, medianMs: 40 * MINUTE, p90Ms: HOUR },
        });
      });

      it("counts ratings and what lies aside", () => {
        expect(report.ratings).toEqual({
          count: 2,
          average: 3.5,
          byScore: { "1": 0, "2": 1, "3": 0, "4": 0, "5": 1 },
        });
        // Bob changed his mind.
        expect(report.feedback).toEqual({ helpful: 2, unhelpful: 1 });
        expect(report.setAside).toBe(1);
      });

      it("prints the same figures for people", () => {
        const text = reportText(report, {
          rules: { resolve_after_hours: 48, reopen_within_hours: 72 },
          prices: [{ model: HAIKU, asOf: "2026-11-22" }],
        });
        const lines = text.split("\n").map((line) => line.replaceAll(/\s+/g, " ").trim());
        expect(lines).toEqual(
          expect.arrayContaining([
            "customer turns 14 1 more were not for us",
            "tier 1 8 61.5 %",
            "without a person 3 37.5 %",
            "back within 72 h 1 counted as unresolved",
            "per resolved ticket $0.003875 of 2",
            "tier 2 $0.007700 of 1",
            "with a person $0.000050 of 1",
            "all in, per problem resolved $0.003383 [4]",
            "answer claude-haiku-5-5 10 $0.003480 900 180 2700 90",
            "to the first answer 3.5 s median of 6; 90 % within 7 min",
            "events set aside 1 deskhand doctor lists them",
            "Prices: claude-haiku-5-5 as of 2026-11-22.",
          ]),
        );
        expect(text).toContain("Calls cut off before their price was known: 1;");
      });
    });

    it("lists questions that had no article, each with what staff wrote that solved its ticket", async () => {
      const books = newBooks(await open());
      const asks = (conversation: string, at: number, ticket: string | null) =>
        books.turn({
          conversation,
          at,
          text: `Do you ship to ${conversation}?`,
          outcome: ticket === null ? "answered" : "escalated",
          record: {
            answerable: false,
            ticket,
            story: { tools: [{ name: "search_knowledge_base", ok: true }] },
          },
          ...(ticket !== null && {
            changes: opensTicket(ticket, escalation(`E-${ticket}`, ticket, "low_confidence")),
          }),
        });
      await asks("Oslo", T0, "T-1");
      await asks("Rome", T0 + MINUTE, "T-2");
      await asks("Nice", T0 + 2 * MINUTE, null);
      const closes = (ticket: string, status: "resolved" | "handed_back", note: string) => ({
        changeEscalation: { id: `E-${ticket}`, version: 0, status, note },
      });
      await books.desk("Oslo", T0 + HOUR, () => closes("T-1", "resolved", "By post, 12 days."));
      await books.desk("Rome", T0 + HOUR, () => closes("T-2", "handed_back", "ask me later"));
      const gaps = await books.reports.gapsSince(T0);
      expect(gaps.map(({ question, tools, solvedBy }) => [question, tools, solvedBy])).toEqual([
        ["Do you ship to Nice?", ["search_knowledge_base"], null],
        ["Do you ship to Rome?", ["search_knowledge_base"], null],
        ["Do you ship to Oslo?", ["search_knowledge_base"], "By post, 12 days."],
      ]);
    });

    describe("a report's edges", () => {
      it("is all zeros, and says so kindly, when nothing has come in", async () => {
        const books = newBooks(await open());
        const report = await makeReport(books.reports, { since: T0, now: NOW }, RULES);
        expect(report.volume.turns).toBe(0);
        expect(report.resolution.withoutPersonRate).toBeNull();
        expect(report.cost.perResolvedTicket.all.averageMicros).toBeNull();
        expect(report.waiting.firstAnswer).toEqual({ count: 0, medianMs: null, p90Ms: null });
        const text = reportText(report, {
          rules: { resolve_after_hours: 48, reopen_within_hours: 72 },
          prices: [],
        });
        expect(text).toContain("Nothing has come in during this time yet");
        expect(text).not.toMatch(/NaN|null|undefined|Infinity/);
      });

      it("keeps a ticket that came back unresolved even when it is resolved once more", async () => {
        const books = newBooks(await open());
        await aTicket(books, "c1", "T-1");
        await books.desk("c1", T0 + HOUR, () => resolves("T-1", "ai"));
        await reopen(books, "c1", "T-1", T0 + HOUR + 72 * HOUR);
        await books.desk("c1", T0 + 80 * HOUR, () => resolves("T-1", "ai"));
        const { resolution } = await week(books);
        expect(resolution.tickets).toEqual({ opened: 1, resolved: 0, cameBack: 1, open: 0 });
        expect(resolution.withoutPerson).toBe(0);
      });

      it("lets a resolution stand that was taken up again only after the time for it", async () => {
        const books = newBooks(await open());
        await aTicket(books, "c1", "T-1");
        await books.desk("c1", T0 + HOUR, () => resolves("T-1", "ai"));
        await reopen(books, "c1", "T-1", T0 + HOUR + 72 * HOUR + 1);
        const { resolution } = await week(books);
        expect(resolution.tickets).toEqual({ opened: 1, resolved: 1, cameBack: 0, open: 0 });
      });

      it("does not count an answer as settled when an escalation followed it", async () => {
        const books = newBooks(await open());
        await books.turn({
          conversation: "c1",
          at: T0,
          outcome: "answered",
          calls: [haiku(100)],
          answeredAfter: SECOND,
        });
        await books.turn({ conversation: "c1", at: T0 + MINUTE, outcome: "greeted" });
        await books.turn({
          conversation: "c1",
          at: T0 + HOUR,
          outcome: "escalated",
          record: { ticket: "T-1" },
          changes: opensTicket("T-1", escalation("E-1", "T-1", "customer_request")),
        });
        const { resolution } = await week(books);
        expect(resolution.questions).toEqual({ asked: 0, settledInOneTurn: 0 });
        expect(resolution.problems).toBe(1);
      });

      it("takes what follows after the quiet time for a new problem", async () => {
        const books = newBooks(await open());
        await books.turn({ conversation: "c1", at: T0, outcome: "answered", answeredAfter: SECOND });
        await books.turn({
          conversation: "c1",
          at: T0 + 49 * HOUR,
          outcome: "escalated",
          record: { ticket: "T-1" },
          changes: opensTicket("T-1", escalation("E-1", "T-1", "customer_request")),
        });
        const { resolution } = await week(books);
        expect(resolution.questions).toEqual({ asked: 1, settledInOneTurn: 1 });
        expect(resolution.problems).toBe(2);
      });

      it("settles each of two questions that have nothing to do with each other", async () => {
        const books = newBooks(await open());
        await books.turn({ conversation: "c1", at: T0, outcome: "answered", answeredAfter: SECOND });
        await books.turn({ conversation: "c1", at: T0 + MINUTE, outcome: "answered", answeredAfter: SECOND });
        const { resolution } = await week(books);
        expect(resolution.questions).toEqual({ asked: 2, settledInOneTurn: 2 });
      });

      it("books the answer that a ticket grew out of to that ticket, even from before the period", async () => {
        const books = newBooks(await open());
        await books.turn({
          conversation: "c1",
          at: T0,
          outcome: "answered",
          calls: [haiku(100)],
          answeredAfter: SECOND,
        });
        await books.turn({
          conversation: "c1",
          at: T0 + HOUR,
          outcome: "answered",
          calls: [haiku(20)],
          answeredAfter: SECOND,
          record: { ticket: "T-1" },
          changes: opensTicket("T-1"),
        });
        await books.desk("c1", T0 + 2 * HOUR, () => resolves("T-1", "ai"));
        const since = T0 + 30 * MINUTE;
        const report = await makeReport(books.reports, { since, now: T0 + DAY }, RULES);
        expect(report.volume.turns).toBe(1);
        expect(report.cost.totalMicros).toBe(20);
        expect(report.cost.perResolvedTicket.tier1).toEqual({ count: 1, micros: 120, averageMicros: 120 });
      });
    });
  });
}

async function aTicket(books: Books, conversation: string, ticket: string): Promise<void> {
  await books.turn({
    conversation,
    at: T0,
    outcome: "answered",
    answeredAfter: SECOND,
    record: { ticket },
    changes: opensTicket(ticket),
  });
}

async function reopen(books: Books, conversation: string, ticket: string, at: number): Promise<void> {
  await books.desk(conversation, at, () => ({
    conversation: { ticket },
    tickets: [{ kind: "update", ticket, status: "open", by: "code" }],
  }));
}

async function week(books: Books): Promise<Report> {
  return makeReport(books.reports, { since: T0 - DAY, now: T0 + 7 * DAY }, RULES);
}
