import { describe, expect, it } from "vitest";

import type { Delivery, InboundEvent, Person } from "../src/domain.ts";
import { contentsOf } from "./desk/bench.ts";
import { type AppRig, last, openApp, textOf } from "./servers/app.ts";
import { customerNamed, messageBody, staffNamed } from "./servers/shop.ts";

const TRACKING = "1Z999AA10123456784";
const ANN = customerNamed("ann", { trustedEmail: "ann.meyer@example.com" });
const QUESTION = "How do I reset my password?";
const POST = { mode: "every_post", opens: true } as const;
const IN_PUBLIC = { address: { adapter: "chat", key: "post-1" }, visibility: "public" } as const;

/** Ann asks where others read along; what is said of her order is for her alone. */
async function answered(app: AppRig): Promise<Delivery> {
  const body = messageBody("m-ann", "where is my order ORD-7310?", POST);
  await app.send(body, { ...IN_PUBLIC, sender: ANN });
  const answer = last(app.chat);
  expect(answer).toMatchObject({ visibility: "private", recipient: "ann", to: IN_PUBLIC.address });
  expect(textOf(answer.content)).toContain(TRACKING);
  return answer;
}

async function reveals(app: AppRig, answer: string, sender: Person) {
  const address = { adapter: "chat", key: `${sender.id}-alone` };
  await app.send({ kind: "reveal", answer }, { address, sender });
  expect(last(app.chat)).toMatchObject({ to: address, visibility: "private", recipient: sender.id });
  return last(app.chat);
}

const NOT_YOURS = "This answer is for somebody else. Ask your own question, and I'll look it up.";

describe("a private answer", () => {
  it("is shown to the one it is for, as often as they like, and to nobody else", async () => {
    const app = await openApp();
    const answer = await answered(app);
    const shown = await reveals(app, answer.id, ANN);
    expect(shown.content).toEqual(answer.content);
    expect((await reveals(app, answer.id, ANN)).id, "each time anew").not.toBe(shown.id);
    for (const other of [customerNamed("bob"), staffNamed("sam"), customerNamed("Ann")]) {
      expect(textOf((await reveals(app, answer.id, other)).content)).toBe(NOT_YOURS);
    }
    expect((await reveals(app, shown.id, ANN)).content, "a copy can be shown again").toEqual(answer.content);
    expect(textOf((await reveals(app, shown.id, customerNamed("bob"))).content)).toBe(NOT_YOURS);
  });

  it("is not shown on another platform to somebody with the same id", async () => {
    const app = await openApp();
    const answer = await answered(app);
    const address = { adapter: "desk", key: "alone" };
    await app.send({ kind: "reveal", answer: answer.id }, { address, sender: ANN }, app.desk);
    expect(textOf(last(app.desk).content)).toBe(NOT_YOURS);
  });

  it("is not guessed: forged ids show nothing, public answers neither", async () => {
    const app = await openApp();
    const answer = await answered(app);
    await app.send(messageBody("m-bob", QUESTION, POST), {
      sender: customerNamed("bob"),
      address: { adapter: "chat", key: "post-2" },
      visibility: "public",
    });
    const open = last(app.chat);
    const bob = customerNamed("bob");
    for (const id of ["", "x", "%", `${answer.id}'--`, `reveal-1.${answer.id}`, open.id]) {
      expect(textOf((await reveals(app, id, bob)).content)).toBe(NOT_YOURS);
    }
  });

  it("is never shown when it was cancelled because a person took over", async () => {
    const app = await openApp();
    await answered(app);
    const conversation = await app.store.findConversation({ address: IN_PUBLIC.address });
    const conversationId = conversation?.id ?? 0;
    const late = {
      id: "late.1",
      to: IN_PUBLIC.address,
      visibility: "private",
      recipient: "ann",
      content: { kind: "reply", text: "late", by: "ai", citations: [], inReplyTo: [] },
      fenced: true,
    } as const;
    await app.store.commitDesk(null, { conversationId, deliveries: [late] }, app.now());
    await app.store.commitDesk(null, { conversationId, raiseEpoch: true }, app.now());
    await app.app.drained();
    expect(textOf((await reveals(app, "late.1", ANN)).content)).toBe(NOT_YOURS);
    expect(app.chat.sent.some(({ content }) => textOf(content) === "late")).toBe(false);
  });
});

describe("thumbs under an answer", () => {
  const thumbs = async (app: AppRig, answer: string, helpful: boolean, event: Partial<InboundEvent>) =>
    app.send({ kind: "feedback", answer, helpful }, { ...IN_PUBLIC, ...event });

  it("count once a person, and the last one counts; whom it did not help is told what to do next", async () => {
    const app = await openApp();
    const address = { adapter: "chat", key: "bobs" };
    const bob = customerNamed("bob");
    await app.says(QUESTION, { sender: bob, address });
    const answer = last(app.chat);
    expect(answer.content).toMatchObject({ asksFeedback: true });
    const before = app.chat.sent.length;
    await thumbs(app, answer.id, true, { sender: bob, address });
    expect(app.chat.sent, "nothing is said to a thumb up").toHaveLength(before);
    await thumbs(app, answer.id, false, { sender: bob, address });
    expect(last(app.chat)).toMatchObject({
      to: address,
      visibility: "private",
      recipient: "bob",
      content: { kind: "notice" },
    });
    expect(app.thumbs()).toEqual([{ answer: answer.id, user: "bob", helpful: false }]);
    await thumbs(app, answer.id, true, { sender: bob, address });
    await thumbs(app, answer.id, false, { sender: customerNamed("cem"), address });
    expect(app.thumbs()).toEqual([
      { answer: answer.id, user: "bob", helpful: true },
      { answer: answer.id, user: "cem", helpful: false },
    ]);
  });

  it("count under a copy that was shown alone, as thumbs about the answer itself", async () => {
    const app = await openApp();
    const answer = await answered(app);
    const shown = await reveals(app, answer.id, ANN);
    const again = await reveals(app, shown.id, ANN);
    await thumbs(app, shown.id, false, { sender: ANN });
    await thumbs(app, again.id, true, { sender: ANN });
    expect(app.thumbs()).toEqual([{ answer: answer.id, user: "ann", helpful: true }]);
  });

  it("do not count from somebody who cannot have seen it, nor under what is no answer", async () => {
    const app = await openApp();
    const answer = await answered(app);
    const before = app.chat.sent.length;
    await thumbs(app, answer.id, false, { sender: customerNamed("bob") });
    await app.send(
      { kind: "feedback", answer: answer.id, helpful: false },
      { sender: ANN, address: { adapter: "desk", key: "support" } },
      app.desk,
    );
    await thumbs(app, "turn-999.1", false, { sender: ANN });
    expect(app.thumbs()).toEqual([]);
    expect(app.chat.sent).toHaveLength(before);
  });
});

describe("words of staff that become a note (📝)", () => {
  it("leave the customer's thread, stay among staff, and are not taken back twice", async () => {
    const app = await openApp();
    await app.says("I want to talk to a human", { sender: customerNamed("bob") });
    const [called] = contentsOf(app.desk.sent, "card");
    const escalationId = called?.card.escalationId ?? "";
    const thread = { address: { adapter: "desk", key: `thread-${escalationId}` }, sender: staffNamed("sam") };
    await app.send(messageBody("s1", "He is difficult."), thread, app.desk);
    const relayed = last(app.chat);
    expect(relayed.content).toMatchObject({ by: "staff", text: "He is difficult.", author: "sam" });
    const count = app.chat.sent.length;
    await app.send({ kind: "note", messageId: "s1" }, { ...thread, sender: staffNamed("tom") }, app.desk);
    await app.send({ kind: "note", messageId: "s1" }, { ...thread, sender: customerNamed("bob") }, app.desk);
    expect(app.chat.sent, "only who wrote them can").toHaveLength(count);
    await app.send({ kind: "note", messageId: "s1" }, thread, app.desk);
    expect(last(app.chat)).toMatchObject({
      to: relayed.to,
      replaces: `chat-${count}`,
      content: { change: "deleted", changes: relayed.id, text: "" },
    });
    await app.send({ kind: "note", messageId: "s1" }, thread, app.desk);
    expect(app.chat.sent).toHaveLength(count + 1);
    const { id } = (await app.store.findConversation({ address: relayed.to })) ?? { id: 0 };
    expect(await app.store.transcriptOf(id)).toContainEqual(
      expect.objectContaining({ role: "note", text: "He is difficult.", authorId: "sam" }),
    );
    expect((await app.store.transcriptOf(id)).filter(({ role }) => role === "staff")).toEqual([]);
  });
});

describe("somebody who chooses “call a person” in a message's menu", () => {
  const call = (text = QUESTION) => messageBody("call-1", text, { addressed: true, callsPerson: true });

  it("gets one, whatever the words are, and no model is asked", async () => {
    const app = await openApp();
    await app.send(call(), { sender: customerNamed("bob") });
    expect(contentsOf(app.desk.sent, "card")).toMatchObject([
      { card: { reason: "customer_request", customer: "bob", status: "open" } },
    ]);
    expect(contentsOf(app.chat.sent, "reply").map(({ by }) => by)).toEqual(["system"]);
  });

  it("as staff, calls one for the customer and takes nothing over", async () => {
    const app = await openApp();
    await app.says(QUESTION, { sender: customerNamed("bob") });
    await app.send(call("I would like a person to look at this."), { sender: staffNamed("sam") });
    expect(contentsOf(app.desk.sent, "card")).toMatchObject([{ card: { status: "open" } }]);
    const address = { adapter: "chat", key: "c1" };
    expect(await app.store.findConversation({ address })).toMatchObject({
      holder: "waiting",
      ownerId: "bob",
    });
  });

  it("as staff in the card's thread, sends the customer nothing, and is told", async () => {
    const app = await openApp();
    await app.says("I want to talk to a human", { sender: customerNamed("bob") });
    const [called] = contentsOf(app.desk.sent, "card");
    const address = { adapter: "desk", key: `thread-${called?.card.escalationId}` };
    const before = app.chat.sent.length;
    await app.send(
      call("I would like a person to look at this."),
      { address, sender: staffNamed("sam") },
      app.desk,
    );
    expect(app.chat.sent).toHaveLength(before);
    expect(last(app.desk)).toMatchObject({ to: address, recipient: "sam", content: { kind: "notice" } });
    expect(await app.store.openEscalations()).toMatchObject([{ status: "open" }]);
  });
});

describe("a person from staff who asks something", () => {
  it("is answered by the AI, gets a person, and is helped there by another", async () => {
    const app = await openApp();
    const sam = { sender: staffNamed("sam"), address: { adapter: "chat", key: "sam's" } };
    await app.says(QUESTION, sam);
    expect(last(app.chat).content).toMatchObject({ by: "ai" });
    await app.says("I want to talk to a human", sam);
    const [called] = contentsOf(app.desk.sent, "card");
    expect(called?.card).toMatchObject({ customer: "sam", status: "open" });
    const thread = { adapter: "desk", key: `thread-${called?.card.escalationId}` };
    await app.send(messageBody("t1", "Hi Sam"), { address: thread, sender: staffNamed("tom") }, app.desk);
    expect(contentsOf(app.chat.sent, "reply").at(-1)).toMatchObject({ by: "staff", author: "tom" });
    await app.says("thank you Tom", sam);
    expect(contentsOf(app.desk.sent, "relay")).toMatchObject([{ from: "sam", text: "thank you Tom" }]);
  });

  it("is staff in the thread of another: what they write there silences the AI", async () => {
    const app = await openApp();
    await app.says(QUESTION, { sender: customerNamed("bob") });
    await app.says("I'll look into it, one moment", { sender: staffNamed("sam") });
    await app.says(QUESTION, { sender: customerNamed("bob") });
    expect(contentsOf(app.chat.sent, "reply")).toHaveLength(1);
  });
});
