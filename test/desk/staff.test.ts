import { beforeEach, describe, expect, it } from "vitest";

import { place } from "../../src/lanes.ts";
import { newTicket } from "../contracts/bench.ts";
import { messageBody, MINUTE, T0 } from "../servers/shop.ts";
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
    expect(await desk.staff(messageBody("s1", "Lunch?", { mode: "mention" }), { place: "general" })).toBe(
      "quiet",
    );
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

it("staff who answer before the first turn has begun have the conversation all the same", async () => {
  const asked = desk.nextEvent(messageBody("m1", "how do I export?", { mode: "every_post" }), {});
  const { event, lane } = await place(asked, desk.store);
  // Ann's burst may go on for another minute: nobody works it yet.
  await desk.store.acceptEvent(event, { lane, urgent: false, quietMs: MINUTE, now: T0 });
  const answer = messageBody("s1", "Settings, then Export.", { mode: "every_post" });
  expect(await desk.staff(answer, { place: "c1" })).toBe("done");
  const conversation = await desk.store.findConversation({ address: event.address });
  expect(conversation).toMatchObject({ holder: "staff", ownerId: "ann", staffSpokeAt: T0 });
});
