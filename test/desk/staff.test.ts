import { beforeEach, describe, expect, it } from "vitest";

import { newTicket } from "../contracts/bench.ts";
import { messageBody } from "../servers/shop.ts";
import { contentsOf, newDesk } from "./bench.ts";

let desk: Awaited<ReturnType<typeof newDesk>>;
beforeEach(async () => {
  desk = await newDesk();
});

describe("what staff aim at nothing", () => {
  it.each([
    [messageBody("s1", "Hello?", { escalationId: "E-999" }), "There is no E-999; this was not sent."],
    [
      { kind: "action", action: "resolve", escalationId: "E-999" } as const,
      "There is no E-999; nothing was done.",
    ],
    [
      { kind: "delete", messageId: "s1", escalationId: "E-999" } as const,
      "There is no E-999; nothing was taken back.",
    ],
    [messageBody("s1", "Hello?", { namesPlace: true }), "There is no such conversation; this was not sent."],
    [{ kind: "action", action: "claim" } as const, "There is no such conversation; nothing was done."],
  ])("is answered at the desk, to that person only: %j", async (body, text) => {
    expect(await desk.staff(body, { place: "nowhere" })).toBe("quiet");
    expect(await desk.sent()).toEqual([
      expect.objectContaining({
        to: { adapter: "chat", key: "desk" },
        visibility: "private",
        recipient: "sam",
        content: expect.objectContaining({ kind: "notice", text }),
      }),
    ]);
    expect(await desk.store.pending(["chat"])).toEqual({ events: 0, deliveries: 0 });
  });

  it("is nobody's business when it is chat in a channel", async () => {
    expect(await desk.staff(messageBody("s1", "Lunch?"), { place: "general" })).toBe("quiet");
    expect(await desk.sent()).toEqual([]);
  });
});

describe("whether staff took the conversation over", () => {
  it("is true of words to the customer and of a claim, not of a note or a second click", async () => {
    await desk.escalate();
    const note = messageBody("s1", "// a VIP", { escalationId: "E-1" });
    expect(await desk.staff(note)).toBe("quiet");
    expect(await desk.click("claim")).toBe("done");
    expect(await desk.click("claim", undefined, { by: "tom" })).toBe("quiet");
    expect(await desk.staff(messageBody("s2", "Hello Ann", { escalationId: "E-1" }))).toBe("done");
    expect(contentsOf(await desk.sent(), "reply").map(({ by }) => by)).toEqual(["system", "staff"]);
  });
});

describe("a click in a conversation that has no escalation", () => {
  const here = { place: "c1" };
  const notices = async () =>
    (await desk.sent())
      .filter(({ content }) => content.kind === "notice")
      .map(({ to, visibility, recipient, content }) => [
        to.key,
        visibility,
        recipient,
        "text" in content && content.text,
      ]);

  it("is confirmed to who clicked", async () => {
    await desk.turn({ conversation: { ticket: "T-1" }, tickets: [newTicket("T-1")] });
    const confirmed = (text: string) => [["c1", "private", "sam", text]];
    await desk.click("claim", {}, here);
    expect(await notices()).toEqual(confirmed("The conversation is yours; the AI is silent here."));
    await desk.click("hand_back", {}, here);
    expect(await notices()).toEqual(confirmed("The AI has the conversation again."));
    await desk.click("resolve", {}, here);
    expect(await notices()).toEqual(confirmed("T-1 is resolved; the customer is asked how it went."));
    await desk.click("resolve", {}, here);
    expect(await notices()).toEqual(
      confirmed("There is no open ticket here. The AI has the conversation again."),
    );
  });
});
