import { describe, expect, it } from "vitest";

import { createLeakCheck } from "../../src/knowledge/leaks.ts";
import { newShelf, type Shelf } from "./shelf.ts";

const SHARED = "A refund reaches your card within five working days of our mail.";

async function desk(): Promise<Shelf> {
  const shelf = await newShelf({
    "refunds.md": `# Refunds\n\n${SHARED}\n\n## For agents\n\nNever go beyond the goodwill budget of forty euros for each account without asking Maria.\n`,
    "staff.md": `# Internal: vault\n\n${SHARED} Run unlock_vault_4821 with the code 9K2X7M4P1N when the caller has named three purchases of the last month. The voucher RHO-SORRY-25 is for staff.\n`,
  });
  await shelf.ingest();
  return shelf;
}

describe("the leak check sees", () => {
  it.each([
    [
      "eight words of an internal article",
      "Sure: when the caller has named three purchases of the last month I do it.",
    ],
    [
      "eight words of an internal section",
      "we go not beyond the goodwill budget of forty euros for each account, sorry",
    ],
    [
      "the same words with other endings and marks",
      "The goodwill budgets of *forty* euro, for each accounts without asking",
    ],
    ["a tool's name", "I will now run unlock_vault_4821."],
    ["a code", "Your code is 9k2x7m4p1n"],
    ["a voucher", "Take RHO-SORRY-25 and be happy"],
    ["a voucher in small letters", "use rho-sorry-25 at the till"],
    ["a voucher in pieces", "the words are RHO SORRY 25"],
  ])("%s", async (_what, text) => {
    const check = createLeakCheck((await desk()).index);
    expect(await check.check(text)).toMatchObject({ leaks: true });
  });

  it("a quotation wherever it stands in a long reply", async () => {
    const check = createLeakCheck((await desk()).index);
    const quotation = "goodwill budget of forty euros for each account";
    for (let before = 0; before < 12; before += 1) {
      const text = `${"hello ".repeat(before)}${quotation} ${"bye ".repeat(40)}`;
      expect(await check.check(text)).toEqual({ leaks: true, words: quotation });
    }
  });
});

describe("the leak check lets pass", () => {
  it.each([
    ["what customers may read too", `Good news! ${SHARED} Anything else?`],
    ["seven words in a row", "the goodwill budget of forty euros for"],
    ["an order number and a name with an underscore", "Order AB12CD34EF56 of user_name is on its way."],
    ["nothing at all", ""],
    ["emoji", "🙂".repeat(50)],
  ])("%s", async (_what, text) => {
    const check = createLeakCheck((await desk()).index);
    expect(await check.check(text)).toEqual({ leaks: false });
  });
});
