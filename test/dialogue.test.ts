import { afterAll, beforeAll, describe, expect, it } from "vitest";

import {
  action,
  cardOf,
  type DeskhandProcess,
  replyTo,
  says,
  staff,
  startDeskhand,
  turnOf,
} from "./servers/deskhand.ts";

/** The sample shop, offline, through the program itself: every trigger, the tools it needs, and the desk. */
describe("a customer and staff at the sample shop's console", () => {
  let shop: DeskhandProcess;
  beforeAll(() => {
    shop = startDeskhand();
  });
  afterAll(() => shop.kill());

  it("answers a question from the knowledge base, with the article's link, and opens no ticket", async () => {
    shop.send(says("a1", "plain", "ann", "How do I reset my password?"));
    const reply = await shop.until(replyTo("a1"));
    expect(reply).toMatchObject({ by: "ai", visibility: "private", conversation: "plain" });
    expect(reply["citations"]).toEqual([
      expect.objectContaining({
        id: "account/reset-password",
        url: expect.stringContaining("https://help.acme.example/"),
      }),
    ]);
    expect(reply["text"]).toContain("Offline mode");
    const turn = await shop.until(turnOf("plain"));
    expect(turn).toMatchObject({ intent: "account", outcome: "answered", costMicros: 0 });
    expect(shop.lines.some((line) => line.type === "ticket" && line["conversation"] === "plain")).toBe(false);
  });

  it("opens one ticket when a second turn is needed, and resolves it when the customer says that it works", async () => {
    shop.send(says("b1", "second", "bob", "How do I reset my password?"));
    await shop.until(replyTo("b1"));
    shop.send(says("b2", "second", "bob", "I did that but the reset e-mail still does not arrive"));
    await shop.until(replyTo("b2"));
    const ticket = await shop.until((line) => line.type === "ticket" && line["conversation"] === "second");
    expect(ticket).toMatchObject({ status: "pending", subject: "How do I reset my password?" });
    shop.send(says("b3", "second", "bob", "thanks, that worked"));
    const resolved = await shop.until((line) => line.type === "ticket" && line["status"] === "resolved");
    expect(resolved["ticket"]).toBe(ticket["ticket"]);
  });

  it("calls a person when asked for one: card, ticket, customer told, nothing more from the AI", async () => {
    shop.send(says("c1", "person", "cem", "can I talk to a real person please", "public"));
    expect(await shop.until(replyTo("c1"))).toMatchObject({ by: "system" });
    const card = await shop.until(cardOf("person"));
    expect(card).toMatchObject({ status: "open", reason: "customer_request", customer: "cem" });
    expect(String(card["summary"]).length).toBeGreaterThan(20);
    shop.send(says("c2", "person", "cem", "it is about my invoice", "public"));
    const relay = await shop.until(
      (line) => line.type === "relay" && line["escalation"] === card["escalation"],
    );
    expect(relay).toMatchObject({ from: "cem", text: "it is about my invoice" });
    expect(
      shop.lines.some(
        (line) => line.type === "reply" && line["conversation"] === "person" && line["by"] === "ai",
      ),
    ).toBe(false);
  });

  it.each([
    ["I want a refund of $450", "policy_exception"],
    ["please refund me three hundred dollars", "policy_exception"],
    ["upgrade our workspace to the Business plan please", "policy_exception"],
    ["show me the orders of my colleague jane@example.com", "policy_exception"],
    ["what is the airspeed of an unladen swallow", "low_confidence"],
  ])("hands over %j as %s", async (text, reason) => {
    const id = `d-${text.length}-${reason}`;
    shop.send(says(id, id, "dan", text));
    expect(await shop.until(cardOf(id))).toMatchObject({ reason, status: "open" });
    expect(await shop.until(replyTo(id))).toMatchObject({ by: "system" });
  });

  it("answers what the refund policy is, and hands over only a request beyond it", async () => {
    shop.send(says("e1", "policy", "eve", "what is your refund policy?"));
    expect(await shop.until(replyTo("e1"))).toMatchObject({ by: "ai" });
  });

  it("bears one expression of frustration and calls a person at the second", async () => {
    shop.send(says("f1", "angry", "fay", "this is ridiculous, I can't find my invoice anywhere"));
    expect(await shop.until(replyTo("f1"))).toMatchObject({ by: "ai" });
    shop.send(says("f2", "angry", "fay", "are you kidding me? this is absolutely useless!!!"));
    expect(await shop.until(cardOf("angry"))).toMatchObject({
      reason: "repeated_frustration",
      priority: "high",
    });
  });

  it("tells account data only to the verified customer, and only in private", async () => {
    shop.send(says("g1", "orders", "gus", "where is my order?", "public"));
    const before = await shop.until(replyTo("g1"));
    expect(before["text"]).toMatch(/verif/i);
    shop.send({ type: "verify", user: { id: "gus", name: "gus" }, email: "ann.meyer@example.com" });
    shop.send(says("g2", "orders", "gus", "and now, where is my order ORD-7310?", "public"));
    const after = await shop.until(replyTo("g2"));
    expect(after).toMatchObject({ visibility: "private", recipient: "gus", by: "ai" });
    expect(after["text"]).toContain("ORD-7310");
    shop.send({ type: "verify", user: { id: "hal", name: "hal" }, email: "ben.okafor@example.com" });
    shop.send(says("h1", "orders-2", "hal", "what is the status of order ORD-7310?"));
    const other = await shop.until(replyTo("h1"));
    expect(other["text"]).not.toContain("1Z999AA10123456784");
  });

  it("lets one of two staff claim, relays both ways, keeps notes inside, resolves and takes the rating", async () => {
    shop.send(says("i1", "desk", "ida", "I need a human"));
    const escalation = String((await shop.until(cardOf("desk")))["escalation"]);
    shop.send(action("claim", { escalation }, "sam"));
    shop.send(action("claim", { escalation }, "tom"));
    expect(await shop.until(cardOf("desk", "claimed"))).toMatchObject({
      claimedBy: { id: "sam", name: "sam" },
    });
    const told = await shop.until((line) => line.type === "notice" && line["recipient"] === "tom");
    expect(told["text"]).toContain("sam");
    shop.send(staff(escalation, "sam", "// looks like a VIP"));
    shop.send(staff(escalation, "sam", "Hello Ida, how can I help?"));
    const reply = await shop.until((line) => line.type === "reply" && line["by"] === "staff");
    expect(reply).toMatchObject({ conversation: "desk", text: "Hello Ida, how can I help?", author: "sam" });
    expect(shop.lines.some((line) => line.type === "reply" && String(line["text"]).includes("VIP"))).toBe(
      false,
    );
    shop.send(says("i2", "desk", "ida", "my invoice is wrong"));
    await shop.until((line) => line.type === "relay" && line["text"] === "my invoice is wrong");
    shop.send({ ...action("resolve", { escalation }, "sam"), note: "corrected the invoice" });
    await shop.until(cardOf("desk", "resolved"));
    await shop.until(
      (line) => line.type === "ticket" && line["conversation"] === "desk" && line["status"] === "resolved",
    );
    await shop.until(
      (line) => line.type === "reply" && line["conversation"] === "desk" && line["asksRating"] === true,
    );
    const since = shop.lines.length;
    shop.send({ ...action("rate", { conversation: "desk" }, "ida"), score: 5 });
    await shop.until((line) => line.type === "reply" && line["conversation"] === "desk", since);
  });

  it("wakes the AI when staff hand back", async () => {
    shop.send(says("j1", "back", "jan", "agent please"));
    const escalation = String((await shop.until(cardOf("back")))["escalation"]);
    shop.send(staff(escalation, "sam", "Hi Jan, the bot can answer this one."));
    await shop.until(cardOf("back", "claimed"));
    shop.send(action("hand_back", { escalation }, "sam"));
    await shop.until(cardOf("back", "handed_back"));
    shop.send(says("j2", "back", "jan", "How do I export my data as CSV?"));
    expect(await shop.until(replyTo("j2"))).toMatchObject({ by: "ai" });
  });

  it("never answers two members who talk to each other", async () => {
    shop.send(says("k1", "members", "kim", "How do I reset my password?", "public"));
    await shop.until(replyTo("k1"));
    shop.send(says("k2", "members", "lee", "did you try the link on the sign-in page?", "public"));
    const ignored = await shop.until((line) => turnOf("members")(line) && line["outcome"] === "ignored");
    expect(ignored["detail"]).toContain("another member");
  });

  it("answers a burst as one turn, an edited message as edited, and a deleted one not at all", async () => {
    shop.send(says("l1", "burst", "lou", "hey"));
    shop.send(says("l2", "burst", "lou", "how do I add a sunflower"));
    shop.send({
      type: "edit",
      id: "l2",
      conversation: "burst",
      user: { id: "lou", name: "lou" },
      text: "how do I reset my password?",
    });
    shop.send(says("l3", "burst", "lou", "never mind this one"));
    shop.send({ type: "delete", id: "l3", conversation: "burst", user: { id: "lou", name: "lou" } });
    const reply = await shop.until(replyTo("l2"));
    expect(reply["inReplyTo"]).toEqual(["l1", "l2"]);
    expect(reply["citations"]).toEqual([expect.objectContaining({ id: "account/reset-password" })]);
  });

  it("says when an event was there before, and answers it once", async () => {
    const message = says("m1", "twice", "mia", "How do I reset my password?");
    shop.send(message);
    shop.send(message);
    await shop.until((line) => line.type === "accepted" && line["id"] === "m1" && line["duplicate"] === true);
    await shop.until(turnOf("twice"));
    expect(shop.lines.filter(replyTo("m1"))).toHaveLength(1);
  });

  it("copes with what people really send", async () => {
    shop.send("{ this is not json");
    const error = await shop.until((line) => line.type === "error");
    expect(error["line"]).toEqual(expect.any(Number));
    shop.send(says("n1", "odd-empty", "nia", ""));
    expect(await shop.until(replyTo("n1"))).toMatchObject({ by: "system" });
    shop.send(says("n2", "odd-emoji", "nia", "🙃🙃🙃"));
    expect(await shop.until(replyTo("n2"))).toMatchObject({ by: "system" });
    shop.send(says("n3", "odd-rtl", "nia", "كيف يمكنني إعادة تعيين كلمة المرور؟"));
    await shop.until(turnOf("odd-rtl"));
    shop.send(says("n4", "odd-long", "nia", "How do I reset my password? ".repeat(3_700)));
    await shop.until(turnOf("odd-long"));
    expect(shop.lines.filter((line) => line.type === "error")).toHaveLength(1);
  });

  it("finishes what is under way at the end of input and exits with 0", async () => {
    shop.send(says("z1", "last", "zoe", "How do I reset my password?"));
    expect(await shop.end()).toBe(0);
    expect(shop.lines.filter(replyTo("z1"))).toHaveLength(1);
    expect(shop.errors()).not.toMatch(/"level":(50|60)/);
  });
});
