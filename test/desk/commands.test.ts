import { describe, expect, it } from "vitest";

import type { StaffCommand } from "../../src/domain.ts";
import { type AppRig, last, openApp, textOf } from "../servers/app.ts";
import { customerNamed, HOUR, MINUTE, staffNamed } from "../servers/shop.ts";
import { contentsOf } from "./bench.ts";

const QUESTION = "How do I reset my password?";

/** What staff ask of Deskhand itself, over the whole app. */
async function command(app: AppRig, name: StaffCommand, text = "", by = "sam") {
  const address = { adapter: "desk", key: "support" };
  await app.send({ kind: "command", command: name, text }, { address, sender: staffNamed(by) }, app.desk);
  expect(last(app.desk)).toMatchObject({ to: address, visibility: "private", recipient: by });
  return textOf(last(app.desk).content);
}

async function asks(app: AppRig, text: string, by = "ann") {
  const link = `https://chat.example/${by}`;
  await app.says(text, { sender: customerNamed(by), address: { adapter: "chat", key: `${by}'s` }, link });
  return contentsOf(app.chat.sent, "reply").at(-1);
}

describe("status", () => {
  it("says what answers, what waits for how long and where, and what the day was like", async () => {
    const app = await openApp();
    expect(await command(app, "status")).toMatch(
      /^\*\*AI\*\*: answers, on .*ffline.*\n\*\*Desk\*\*: 0 waiting; 0 claimed\n\*\*Last 24 hours\*\*: 0 customer turns, \$0\.0000$/,
    );
    await asks(app, "I want to talk to a human");
    app.later(10 * MINUTE);
    await asks(app, "I want to talk to a human", "bob");
    app.later(5 * MINUTE);
    const [first] = contentsOf(app.desk.sent, "card");
    await app.send(
      { kind: "action", action: "claim", escalationId: first?.card.escalationId ?? "" },
      { sender: staffNamed("sam"), address: { adapter: "desk", key: "support" } },
      app.desk,
    );
    const status = await command(app, "status");
    expect(status).toContain("**Desk**: 1 waiting, the longest for 5 min; 1 claimed");
    expect(status).toContain("**Last 24 hours**: 2 customer turns");
    expect(status).toMatch(/\n- E-\d+: T-\d+, high, bob \(\[open\]\(https:\/\/chat\.example\/bob\)\)$/);
  });
});

describe("pause", () => {
  it("sends each new question to a person until somebody resumes it", async () => {
    const app = await openApp();
    expect(await asks(app, QUESTION)).toMatchObject({ by: "ai" });
    expect(await command(app, "pause")).toBe(
      "The AI is paused until somebody resumes it. Each new question comes to the desk instead.",
    );
    expect(await command(app, "status")).toContain("**AI**: paused by sam, on");
    expect(await asks(app, QUESTION, "bob")).toMatchObject({ by: "system" });
    expect(await asks(app, QUESTION), "also where it has answered before").toMatchObject({ by: "system" });
    expect(contentsOf(app.desk.sent, "card")).toHaveLength(2);
    app.later(1_000 * HOUR);
    expect(await asks(app, QUESTION, "cem")).toMatchObject({ by: "system" });
    expect(await command(app, "resume", "", "tom")).toBe("The AI answers again.");
    expect(await asks(app, QUESTION, "dan")).toMatchObject({ by: "ai" });
    expect(await command(app, "resume")).toBe("The AI was not paused.");
  });

  it("leaves a question that is handed back to the AI", async () => {
    const app = await openApp();
    await command(app, "pause");
    await asks(app, QUESTION);
    await command(app, "resume");
    const [first] = contentsOf(app.desk.sent, "card");
    await app.send(
      { kind: "action", action: "hand_back", escalationId: first?.card.escalationId ?? "" },
      { sender: staffNamed("sam"), address: { adapter: "desk", key: "support" } },
      app.desk,
    );
    expect(contentsOf(app.chat.sent, "reply").at(-1)).toMatchObject({ by: "ai" });
  });

  it("ends by itself after the minutes that were given", async () => {
    const app = await openApp();
    expect(await command(app, "pause", " 30 min ")).toContain("paused for 30 minutes.");
    app.later(10 * MINUTE);
    expect(await command(app, "status")).toContain("paused by sam for another 20 min");
    app.later(20 * MINUTE - 1);
    expect(await asks(app, QUESTION)).toMatchObject({ by: "system" });
    app.later(1);
    expect(await asks(app, QUESTION, "bob")).toMatchObject({ by: "ai" });
    expect(await command(app, "status")).toContain("**AI**: answers");
  });

  it("does not call a person for thanks", async () => {
    const app = await openApp();
    await asks(app, QUESTION);
    await command(app, "pause");
    await asks(app, "thanks, that worked!");
    expect(contentsOf(app.desk.sent, "card")).toEqual([]);
  });

  it.each(["0", "-5", "soon", "1h", "30 40", "123456"])(
    "is not understood as %j, and pauses nothing",
    async (text) => {
      const app = await openApp();
      expect(await command(app, "pause", text)).toContain("Say for how many minutes");
      expect(await command(app, "status")).toContain("**AI**: answers");
    },
  );
});

describe("report", () => {
  it("tells the last 24 hours and nothing before", async () => {
    const app = await openApp();
    await asks(app, "I want to talk to a human");
    app.later(25 * HOUR);
    await asks(app, QUESTION, "bob");
    const report = await command(app, "report");
    expect(report).toContain("- 1 customer turns in 1 conversations");
    expect(report).toContain("- 0 escalations; 1 waiting now");
    expect(report).toContain("- claimed after (no claim yet)");
    expect(report).toContain("- ratings: none");
  });
});

describe("find", () => {
  it("finds tickets with their links, and says so when there is none", async () => {
    const app = await openApp();
    await asks(app, "I want a refund of $450 for the display");
    const found = await command(app, "find", " display ");
    expect(found).toMatch(
      /^- T-\d+ \(escalated, normal\) .*display.* \(\[open\]\(https:\/\/chat\.example\/ann\)\)$/,
    );
    expect(await command(app, "find", "ann")).toBe(found);
    expect(await command(app, "find", "100%")).toBe('No ticket holds "100%".');
    expect(await command(app, "find", "  ")).toContain("Say what to look for");
  });
});

describe("the overview", () => {
  const opens = async (app: AppRig, sender = staffNamed("sam")) => {
    const address = { adapter: "desk", key: `${sender.id}'s page` };
    await app.send({ kind: "overview" }, { address, sender }, app.desk);
    return contentsOf(app.desk.sent, "overview").at(-1)?.overview;
  };

  it("shows the queue, what is one's own, the day, and the pause", async () => {
    const app = await openApp();
    await asks(app, QUESTION);
    await asks(app, "I want to talk to a human", "bob");
    await asks(app, "I want to talk to a human", "cem");
    const [bobs] = contentsOf(app.desk.sent, "card");
    app.later(3 * MINUTE);
    await app.send(
      { kind: "action", action: "claim", escalationId: bobs?.card.escalationId ?? "" },
      { sender: staffNamed("sam"), address: { adapter: "desk", key: "support" } },
      app.desk,
    );
    await command(app, "pause", "30", "tom");
    expect(await opens(app)).toMatchObject({
      queue: [{ customer: "cem", status: "open", link: "https://chat.example/cem" }],
      mine: [{ customer: "bob", status: "claimed" }],
      lastDay: { answered: 1, escalated: 2, resolved: 1, claimedAfterMs: 3 * MINUTE, costMicros: 0 },
      paused: { by: "tom", until: app.now() + 30 * MINUTE },
    });
    expect(await opens(app, staffNamed("tom"))).toMatchObject({ mine: [], queue: [{ customer: "cem" }] });
  });

  it("is for staff alone", async () => {
    const app = await openApp();
    await asks(app, "I want to talk to a human");
    const before = app.desk.sent.length;
    expect(await opens(app, customerNamed("eve"))).toBeUndefined();
    expect(app.desk.sent).toHaveLength(before);
  });
});

describe("who is no member of staff", () => {
  it.each<StaffCommand>(["status", "pause", "resume", "report", "find"])(
    "is told no for %s, and nothing happens",
    async (name) => {
      const app = await openApp();
      await asks(app, "I want a refund of $450 for the display");
      const address = { adapter: "chat", key: "c1" };
      await app.send({ kind: "command", command: name, text: "display" }, { address });
      expect(last(app.chat)).toMatchObject({
        visibility: "private",
        recipient: "ann",
        content: { kind: "notice", text: "This command is for the support team." },
      });
      expect(await command(app, "status")).toContain("**AI**: answers");
    },
  );
});

it("staff are staff for commands also where they asked something themselves before", async () => {
  const app = await openApp();
  const sender = staffNamed("sam");
  const address = { adapter: "chat", key: "sam's" };
  await app.says(QUESTION, { sender, address });
  expect(contentsOf(app.chat.sent, "reply").at(-1), "as a customer").toMatchObject({ by: "ai" });
  await app.send({ kind: "command", command: "status", text: "" }, { sender, address });
  expect(textOf(last(app.chat).content)).toContain("**Desk**");
  await app.send({ kind: "overview" }, { sender, address });
  expect(last(app.chat).content).toMatchObject({ kind: "overview" });
  await app.says(QUESTION, { sender, address });
  expect(last(app.chat).content, "and they are still one there").toMatchObject({ by: "ai" });
});
