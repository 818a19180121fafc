import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { after, answerFromSources, hang, say, startClaude, type ClaudeServer } from "./servers/claude.ts";
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

const SLOW_MS = 2_500;

/** Law 4, and a customer who changes their mind: what happens while the model is writing. */
describe("while the model is writing", () => {
  let claude: ClaudeServer;
  let shop: DeskhandProcess;
  beforeEach(async () => {
    claude = await startClaude({
      reply: () => after(SLOW_MS, say("Set a new one under Forgot password.", { cite: [0] })),
    });
    shop = startDeskhand({ env: { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url } });
  });
  afterEach(async () => {
    await shop.kill();
    await claude.close();
  });

  const modelIsAsked = async (times = 1) => {
    while (claude.requests.length < times) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const aiReplies = () => shop.lines.filter((line) => line.type === "reply" && line["by"] === "ai");

  it("a person who speaks in the customer's thread silences it", async () => {
    shop.send(says("a1", "c1", "ann", "How do I reset my password?"));
    await modelIsAsked();
    shop.send({
      type: "staff",
      conversation: "c1",
      user: { id: "sam", name: "Sam" },
      text: "I'll take this one.",
    });
    expect(await shop.until(turnOf("c1"))).toMatchObject({ outcome: "relayed" });
    shop.send(says("a2", "c1", "ann", "thanks Sam, where do I click?"));
    await shop.until((line) => turnOf("c1")(line) && line["turn"] !== "turn-1");
    expect(aiReplies()).toEqual([]);
  });

  it("a claim on an earlier card silences it, and each question has one reply after the hand back", async () => {
    shop.send(says("b0", "c2", "bob", "human please"));
    const escalation = String((await shop.until(cardOf("c2")))["escalation"]);
    shop.send(action("hand_back", { escalation }, "sam"));
    await shop.until(cardOf("c2", "handed_back"));
    const asked = claude.requests.length;
    shop.send(says("b1", "c2", "bob", "How do I reset my password?"));
    await modelIsAsked(asked + 1);
    shop.send({ type: "action", action: "claim", conversation: "c2", user: { id: "sam", name: "Sam" } });
    expect(await shop.until((line) => turnOf("c2")(line) && line["outcome"] === "relayed")).toBeDefined();
    expect(aiReplies()).toEqual([]);
    shop.send({ type: "action", action: "hand_back", conversation: "c2", user: { id: "sam", name: "Sam" } });
    claude.behave(answerFromSources);
    shop.send(says("b2", "c2", "bob", "How do I export a project as CSV?"));
    await shop.until(replyTo("b2"));
    // Nobody answered b1 meanwhile, so the hand back does; what called the person is not asked again.
    expect(aiReplies().flatMap((line) => line["inReplyTo"])).toEqual(["b1", "b2"]);
  });

  it("a customer who asks for a person gets one, without waiting for the answer", async () => {
    shop.send(says("d1", "c3", "dan", "How do I reset my password?"));
    await modelIsAsked();
    shop.send(says("d2", "c3", "dan", "actually just give me a human"));
    expect(await shop.until(cardOf("c3"))).toMatchObject({ reason: "customer_request" });
    expect(aiReplies()).toEqual([]);
  });

  it("a message that is edited is answered as edited, and one that is deleted not at all", async () => {
    shop.send(says("e1", "c4", "eve", "How do I export a project as CSV?"));
    shop.send(says("f1", "c5", "fay", "How do I reset my password?"));
    await modelIsAsked(2);
    shop.send({ type: "edit", id: "e1", text: "How do I reset my password?" });
    shop.send({ type: "delete", id: "f1" });
    expect(await shop.until(turnOf("c5"))).toMatchObject({ outcome: "noted" });
    expect(await shop.until(replyTo("e1"))).toMatchObject({
      citations: [expect.objectContaining({ id: "account/reset-password" })],
    });
    expect(aiReplies()).toHaveLength(1);
  });

  it("a note among staff silences nobody", async () => {
    shop.send(says("g0", "c6", "gus", "agent please"));
    const escalation = String((await shop.until(cardOf("c6")))["escalation"]);
    shop.send(staff(escalation, "sam", "// he called yesterday too"));
    shop.send(action("hand_back", { escalation }, "sam"));
    await shop.until(cardOf("c6", "handed_back"));
    shop.send(says("g1", "c6", "gus", "How do I reset my password?"));
    expect(await shop.until(replyTo("g1"))).toMatchObject({ by: "ai" });
    expect(JSON.stringify(claude.requests.at(-1)?.body)).not.toContain("he called yesterday");
  });

  it("a stop parks what it was asked, and the next start answers it", async () => {
    claude.behave(() => hang());
    shop.send(says("h1", "c7", "hal", "How do I reset my password?"));
    await modelIsAsked();
    const began = performance.now();
    await shop.kill("SIGTERM");
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(aiReplies()).toEqual([]);
    claude.behave(answerFromSources);
    const next = startDeskhand({
      folder: shop.folder,
      env: { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url },
    });
    expect(await next.until(replyTo("h1"))).toMatchObject({ by: "ai" });
    expect(await next.end()).toBe(0);
  });
});
