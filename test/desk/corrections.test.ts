import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { cardOf, type DeskhandProcess, says, staff, startDeskhand } from "../servers/deskhand.ts";
import { messageBody } from "../servers/shop.ts";
import { contentsOf, newDesk } from "./bench.ts";

describe("staff who correct what they wrote", () => {
  let desk: Awaited<ReturnType<typeof newDesk>>;
  let conversationId: number;
  beforeEach(async () => {
    desk = await newDesk();
    conversationId = (await desk.escalate()).id;
  });
  const at = { escalationId: "E-1" };
  const spoken = async () => (await desk.store.transcriptOf(conversationId)).map(({ text }) => text);

  it("change what the customer has, where it stands", async () => {
    await desk.staff(messageBody("s1", "It is 20 euros.", at));
    const [original] = (await desk.sent()).filter(({ content }) => content.kind === "reply");
    expect(await desk.staff({ kind: "edit", messageId: "s1", text: "It is 12 euros.", ...at })).toBe("quiet");
    await desk.staff({ kind: "delete", messageId: "s1", ...at });
    const changes = { kind: "reply", by: "staff", author: "sam", changes: original?.id };
    expect(await desk.sent()).toMatchObject([
      { replaces: `p-${original?.id}`, content: { ...changes, change: "edited", text: "It is 12 euros." } },
      { replaces: `p-${original?.id}`, content: { ...changes, change: "deleted", text: "" } },
    ]);
    expect(await spoken()).toEqual([]);
  });

  it("take it back by making it a note; a note stays among staff whatever is edited", async () => {
    await desk.staff(messageBody("s1", "He is difficult.", at));
    await desk.staff(messageBody("s2", "// a VIP", at));
    await desk.sent();
    await desk.staff({ kind: "edit", messageId: "s1", text: "// He is difficult.", ...at });
    await desk.staff({ kind: "edit", messageId: "s2", text: "no VIP after all", ...at });
    expect(await desk.sent()).toMatchObject([{ content: { change: "deleted", text: "" } }]);
    expect(await spoken()).toEqual(["no VIP after all", "He is difficult."]);
  });

  it("keep lines of their words among staff, when they write them and when they edit", async () => {
    const code = "```\n// like so\n```";
    await desk.staff(messageBody("s1", `Hello Ann\n// a VIP\n${code}`, at));
    await desk.staff({ kind: "edit", messageId: "s1", text: "Hi Ann\n  // no VIP after all", ...at });
    const replies = contentsOf(await desk.sent(), "reply").filter(({ by }) => by === "staff");
    expect(replies.map(({ text }) => text)).toEqual([`Hello Ann\n${code}`, "Hi Ann"]);
    expect(await spoken()).toEqual(["Hi Ann", "no VIP after all"]);
    await desk.staff({ kind: "edit", messageId: "s1", text: "Hi Ann!", ...at });
    await desk.staff(messageBody("s2", "Bye", at));
    await desk.staff({ kind: "edit", messageId: "s2", text: "Bye\n// at last", ...at });
    expect(await spoken()).toEqual(["Hi Ann!", "Bye", "at last"]);
    const later = contentsOf(await desk.sent(), "reply").map(({ text }) => text);
    expect(later).toEqual(["Hi Ann!", "Bye", "Bye"]);
  });

  it("cannot change the words of another", async () => {
    await desk.staff(messageBody("s1", "Hello Ann", at));
    await desk.sent();
    await desk.staff({ kind: "edit", messageId: "s1", text: "Go away", ...at }, { by: "tom" });
    expect(await desk.sent()).toEqual([]);
    expect(await spoken()).toEqual(["Hello Ann"]);
  });

  it("change only the transcript when they wrote in the customer's own thread", async () => {
    await desk.staff(messageBody("s1", "I am on it"), { place: "c1" });
    await desk.sent();
    await desk.staff({ kind: "edit", messageId: "s1", text: "I'm on it" }, { place: "c1" });
    expect(await desk.sent()).toEqual([]);
    expect(await spoken()).toEqual(["I'm on it"]);
  });

  it("send what they attach", async () => {
    const invoice = {
      name: "invoice.pdf",
      mimeType: "application/pdf",
      bytes: 9,
      adapter: "console",
      ref: "s1/0",
    };
    await desk.staff(messageBody("s1", "", { ...at, attachments: [invoice] }));
    expect(contentsOf(await desk.sent(), "reply")).toMatchObject([{ attachments: [invoice] }]);
  });
});

describe("corrections by staff over the console's protocol", () => {
  let shop: DeskhandProcess;
  beforeAll(() => {
    shop = startDeskhand();
  });
  afterAll(() => shop.kill());

  it("reach the customer, also when the line names the conversation; unknown places are answered", async () => {
    shop.send(says("c1", "talk", "cem", "can I talk to a real person please"));
    const escalation = String((await shop.until(cardOf("talk")))["escalation"]);
    shop.send({ ...staff(escalation, "sam", "Hello Cen"), id: "s1", attachments: [{ name: "hello.png" }] });
    shop.send({ type: "edit", id: "s1", escalation, user: { id: "sam", name: "sam" }, text: "Hello Cem" });
    shop.send({ type: "delete", id: "s1", conversation: "talk" });
    const reply = await shop.until((line) => line["by"] === "staff" && line["change"] === undefined);
    expect(reply).toMatchObject({ text: "Hello Cen", attachments: ["hello.png"] });
    const edited = await shop.until((line) => line["by"] === "staff" && line["change"] === "edited");
    expect(edited).toMatchObject({
      conversation: "talk",
      text: "Hello Cem",
      changes: reply["id"],
      replaces: reply["id"],
    });
    const deleted = await shop.until((line) => line["by"] === "staff" && line["change"] === "deleted");
    expect(deleted).toMatchObject({ changes: reply["id"] });
    shop.send({ type: "staff", conversation: "nope", user: "sam", text: "Anybody?" });
    await shop.until(
      (line) =>
        line.type === "notice" && line["text"] === "There is no such conversation; this was not sent.",
    );
    shop.send({ type: "action", action: "resolve", escalation: "E-999", user: "sam" });
    const told = await shop.until((line) => line.type === "notice" && line["escalation"] === "E-999");
    expect(told).toMatchObject({ recipient: "sam", text: "There is no E-999; nothing was done." });
  });
});
