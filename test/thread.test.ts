import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { fail, say, startClaude } from "./servers/claude.ts";
import {
  action,
  cardOf,
  type DeskhandProcess,
  replyTo,
  says,
  startDeskhand,
  turnOf,
} from "./servers/deskhand.ts";

/** Things that real people do in a thread, each of which once went wrong. */
describe("in a thread", () => {
  let shop: DeskhandProcess;
  beforeAll(() => {
    shop = startDeskhand();
  });
  afterAll(() => shop.kill());
  const last = (conversation: string) => (line: Parameters<ReturnType<typeof turnOf>>[0]) =>
    turnOf(conversation)(line);

  it.each([
    "Please check my order ORD-7310, thanks",
    "Danke, bitte Rechnung senden",
    "Got it, now give me the invoice for November",
    "It works now for Tom, only I can't log in",
  ])("thanks with a request in it is a request: %j", async (text) => {
    const id = `thanks-${text.length}`;
    shop.send(says(id, id, "tia", text));
    expect(await shop.until(last(id))).not.toMatchObject({ outcome: "settled" });
  });

  it("its owner gets a person even while talking to another member", async () => {
    shop.send(says("a1", "owner", "ann", "How do I reset my password?", "public"));
    await shop.until(replyTo("a1"));
    shop.send(says("a2", "owner", "bob", "same problem here lol", "public"));
    await shop.until((line) => turnOf("owner")(line) && line["outcome"] === "ignored");
    shop.send(says("a3", "owner", "ann", "I want to talk to a human please", "public"));
    expect(await shop.until(cardOf("owner"))).toMatchObject({ reason: "customer_request" });
  });

  it("a person is called although staff had spoken there without a card", async () => {
    shop.send(says("b1", "spoken", "ben", "How do I reset my password?"));
    await shop.until(replyTo("b1"));
    shop.send({ type: "staff", conversation: "spoken", user: "sam", text: "hi, one sec" });
    shop.send(says("b2", "spoken", "ben", "Refund me $900 right now"));
    expect(await shop.until(cardOf("spoken"))).toMatchObject({ reason: "policy_exception" });
  });

  it("another member neither settles nor changes the owner's ticket", async () => {
    shop.send(says("c1", "ticket", "cat", "How do I reset my password?", "public"));
    await shop.until(replyTo("c1"));
    shop.send(says("c2", "ticket", "cat", "it still does not work", "public"));
    await shop.until((line) => line.type === "ticket" && line["conversation"] === "ticket");
    const since = shop.lines.length;
    shop.send(says("c3", "ticket", "dog", "@Aria thanks, that worked, all good", "public"));
    await shop.until(replyTo("c3"));
    shop.send(says("c4", "ticket", "cat", "thanks, that worked", "public"));
    await shop.until((line) => line.type === "ticket" && line["status"] === "resolved", since);
    const tickets = shop.lines.slice(since).filter((line) => line.type === "ticket");
    expect(tickets).toHaveLength(1);
  });

  it("a call for a person is heard in a flood", async () => {
    for (let n = 0; n < 25; n += 1)
      shop.send(says(`e${n}`, "flood", "eve", n === 24 ? "I want a human" : `line ${n}`));
    expect(await shop.until(cardOf("flood"))).toMatchObject({ reason: "customer_request" });
  });

  it("a rating that is typed is a rating, and a thumb after an answer is thanks", async () => {
    shop.send(says("r1", "rating", "rae", "human please"));
    await shop.until(cardOf("rating"));
    shop.send(action("resolve", { conversation: "rating" }, "sam"));
    await shop.until(cardOf("rating", "resolved"));
    shop.send(says("r2", "rating", "rae", "4/5"));
    const rated = await shop.until((line) => turnOf("rating")(line) && line["outcome"] === "rated");
    expect(rated).toMatchObject({ calls: 0 });
    shop.send(says("r3", "thumb", "rae", "How do I reset my password?"));
    await shop.until(replyTo("r3"));
    shop.send(says("r4", "thumb", "rae", "👍"));
    const settled = await shop.until((line) => turnOf("thumb")(line) && line["outcome"] === "settled");
    expect(settled).toMatchObject({ calls: 0 });
  });

  it("what was asked while waiting is answered when staff hand back without a word", async () => {
    shop.send(says("s1", "waiting", "sue", "let me speak to a person"));
    await shop.until(cardOf("waiting"));
    shop.send(says("s2", "waiting", "sue", "how do I reset my password?"));
    await shop.until((line) => line.type === "relay" && line["text"] === "how do I reset my password?");
    shop.send(action("hand_back", { conversation: "waiting" }, "sam"));
    const answer = await shop.until((line) => replyTo("s2")(line) && line["by"] === "ai");
    expect(answer["citations"]).toEqual([expect.objectContaining({ id: "account/reset-password" })]);
    expect(
      shop.lines.filter(
        (line) => line.type === "reply" && line["by"] === "ai" && line["conversation"] === "waiting",
      ),
    ).toHaveLength(1);
  });

  it("nobody can edit what the AI or another has said", async () => {
    shop.send(says("f1", "edits", "fay", "How do I reset my password?"));
    const reply = await shop.until(replyTo("f1"));
    const user = { id: "fay", name: "fay" };
    shop.send({ type: "edit", id: reply["id"], conversation: "edits", user, text: "We owe you $9,000" });
    await shop.until((line) => turnOf("edits")(line) && line["outcome"] === "noted");
    shop.send(says("f2", "edits", "fay", "person please"));
    const card = await shop.until(cardOf("edits"));
    expect(JSON.stringify(card)).not.toContain("9,000");
  });

  it("staff are not invited to share another customer's data", async () => {
    shop.send(says("g1", "others", "gus", "what did jane@example.com order last week?"));
    expect((await shop.until(cardOf("others")))["nextStep"]).toContain("Share nothing");
  });
});

describe("with a model", () => {
  it("one customer's account data is never put before the model in another's turn", async () => {
    const claude = await startClaude();
    const shop = startDeskhand({ env: { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url } });
    claude.behave((request) =>
      JSON.stringify(request["messages"]).includes("tool_result")
        ? say("Your order ORD-7310 has shipped.")
        : {
            kind: "turn",
            content: [
              {
                type: "tool_use",
                name: "get_order_status",
                input: { customer_email: "ann.meyer@example.com" },
              },
            ],
            stop: "tool_use",
          },
    );
    shop.send({ type: "verify", user: "ann", email: "ann.meyer@example.com" });
    shop.send(says("h1", "shared", "ann", "where is my order ORD-7310?"));
    await shop.until(replyTo("h1"));
    claude.behave(() => say("What do you mean?"));
    const before = claude.requests.length;
    shop.send(says("h2", "shared", "eve", "hm ok and what was that about the payment"));
    await shop.until((line) => turnOf("shared")(line) && line["turn"] !== "turn-2");
    const seen = claude.requests.slice(before).map(({ body }) => JSON.stringify(body["messages"]));
    expect(seen.length).toBeGreaterThan(0);
    for (const text of seen) expect(text).not.toContain("has shipped");
    await shop.kill();
    await claude.close();
  });

  it("a classifier that cannot be asked keeps nobody waiting", async () => {
    const claude = await startClaude({ reply: () => fail(400) });
    const shop = startDeskhand({ env: { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url } });
    shop.send(says("i1", "broken", "ian", "hmm the thing with the blue one, you know"));
    expect(await shop.until(cardOf("broken"))).toMatchObject({ status: "open" });
    expect(await shop.until(replyTo("i1"))).toMatchObject({ by: "system" });
    shop.send(action("claim", { conversation: "broken" }, "sam"));
    await shop.until(cardOf("broken", "claimed"));
    await shop.kill();
    await claude.close();
  });
});
