import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { openSqlite } from "../../src/store/open.ts";
import { ratings } from "../../src/store/schema.ts";
import { sqliteStore } from "../../src/store/sqlite/index.ts";
import { newTicket } from "../contracts/bench.ts";
import { temporaryFolder } from "../servers/deskhand.ts";
import { contentsOf, newDesk } from "./bench.ts";

/** The desk, and the ratings as they lie in the database. */
async function ratedDesk() {
  const opened = openSqlite(join(temporaryFolder(), "deskhand.db"));
  const desk = await newDesk(sqliteStore(opened));
  onTestFinished(() => desk.store.close());
  const kept = () =>
    opened.db
      .select({ ticket: ratings.ticket, escalation: ratings.escalationId, score: ratings.score })
      .from(ratings)
      .all();
  return { ...desk, kept };
}

it("a rating belongs to the ticket that was resolved, and the last word on it counts", async () => {
  const desk = await ratedDesk();
  await desk.escalate();
  await desk.click("resolve");
  await desk.rate(1);
  await desk.rate(4);
  await desk.rate(1, "mallory");
  expect(desk.kept()).toEqual([{ ticket: "T-1", escalation: "E-1", score: 4 }]);
});

it("another problem has a rating of its own", async () => {
  const desk = await ratedDesk();
  await desk.escalate();
  await desk.click("resolve");
  await desk.rate(5);
  await desk.turn({ conversation: { ticket: "T-2" }, tickets: [newTicket("T-2")] });
  await desk.rate(2);
  await desk.rate(3);
  expect(desk.kept().map(({ ticket, score }) => [ticket, score])).toEqual([
    ["T-1", 5],
    ["T-2", 3],
  ]);
});

it("without any ticket there is one rating of the conversation", async () => {
  const desk = await ratedDesk();
  await desk.turn();
  await desk.rate(2);
  await desk.rate(5);
  expect(desk.kept()).toEqual([{ ticket: null, escalation: null, score: 5 }]);
});

it("a poor rating is shown to the desk, with what it is about", async () => {
  const desk = await ratedDesk();
  await desk.escalate();
  await desk.click("resolve");
  await desk.sent();
  await desk.rate(1);
  const [notice] = contentsOf(await desk.sent(), "notice");
  expect(notice?.text).toBe("ann rated the help 1 of 5 (E-1, T-1).");
});
