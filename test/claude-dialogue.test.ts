import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { adversary } from "./servers/adversary.ts";
import {
  answerFromSources,
  type Behaviour,
  callTools,
  countTokens,
  fail,
  inOrder,
  refuse,
  say,
  startClaude,
  stopAtLimit,
  type ClaudeServer,
} from "./servers/claude.ts";
import { cardOf, type DeskhandProcess, replyTo, says, startDeskhand, turnOf } from "./servers/deskhand.ts";

const ANN = "ann.meyer@example.com";

/** The program with Claude behind it: the real SDK over a socket, to a server that refuses what the API refuses. */
describe("the sample shop with Claude", () => {
  let claude: ClaudeServer;
  let shop: DeskhandProcess;
  beforeAll(async () => {
    claude = await startClaude();
    shop = startDeskhand({ env: { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url } });
  });
  afterAll(async () => {
    await shop.kill();
    await claude.close();
  });
  beforeEach(() => claude.behave(answerFromSources));
  /** The script is for answers; a message that the local classifier is not sure of is read by the model first. */
  const answers = (script: Behaviour): void =>
    claude.behave((request, n) =>
      "output_config" in request && hasFormat(request) ? answerFromSources(request, n) : script(request, n),
    );

  const callsSince = (before: number) => claude.requests.slice(before).map((request) => request.body);

  it("answers a plain question with one call, of the small model, with the passages already in it", async () => {
    const before = claude.requests.length;
    shop.send(says("p1", "plain", "ann", "How do I reset my password?"));
    const reply = await shop.until(replyTo("p1"));
    expect(reply).toMatchObject({
      by: "ai",
      citations: [expect.objectContaining({ id: "account/reset-password" })],
    });
    expect(reply["text"]).not.toContain("Offline mode");
    const calls = callsSince(before);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ model: "claude-haiku-5-5" });
    expect(JSON.stringify(calls[0]?.["messages"])).toContain('"search_result"');
    const turn = await shop.until(turnOf("plain"));
    expect(turn).toMatchObject({ tier: 1, model: "claude-haiku-5-5", calls: 1, outcome: "answered" });
    expect(turn["costMicros"]).toBeGreaterThan(0);
    expect(turn["costMicros"]).toBeLessThan(3_000);
  });

  it("has a system prompt of at most 800 tokens that is the same for every customer", async () => {
    shop.send(says("q1", "prompt-1", "ann", "How do I export a project as CSV?"));
    shop.send(says("q2", "prompt-2", "bob", "Which plans are there?"));
    await shop.until(replyTo("q1"));
    await shop.until(replyTo("q2"));
    const prompts = new Set(claude.requests.map(({ body }) => JSON.stringify(body["system"])));
    const tools = new Set(claude.requests.map(({ body }) => JSON.stringify(body["tools"])));
    expect(prompts.size).toBe(1);
    expect(tools.size).toBe(1);
    expect(countTokens([...prompts][0] ?? "")).toBeLessThanOrEqual(800);
  });

  it("names the provider a hash, never the customer", async () => {
    const names = claude.requests.map(({ body }) => JSON.stringify(body["metadata"]));
    expect(names.every((name) => /^\{"user_id":"[0-9a-f]{32}"\}$/.test(name))).toBe(true);
  });

  it("uses every tool: order, ticket, update, search, person", async () => {
    shop.send({ type: "verify", user: { id: "ann", name: "ann" }, email: ANN });
    answers(
      inOrder(
        callTools([
          { name: "get_order_status", input: { customer_email: ANN } },
          { name: "search_knowledge_base", input: { query: "delivery time" } },
          {
            name: "create_support_ticket",
            input: {
              subject: "Where is it",
              description: "Order is late",
              priority: "normal",
              customer_email: ANN,
            },
          },
        ]),
        say("Your display is on its way. I opened a ticket for it."),
        callTools([{ name: "update_support_ticket", input: { ticket: "T-1", note: "guessing" } }]),
        say("Is there anything else you noticed?"),
      ),
    );
    shop.send(says("t1", "tools", "ann", "my display order has not come and I need it looked at"));
    expect(await shop.until(replyTo("t1"))).toMatchObject({ by: "ai", visibility: "private" });
    const ticket = await shop.until((line) => line.type === "ticket" && line["conversation"] === "tools");
    expect(ticket).toMatchObject({ subject: "Where is it", status: "pending" });
    const results = JSON.stringify(claude.requests.at(-1)?.body["messages"]);
    expect(results).toContain("1Z999AA10123456784");
    shop.send(says("t2", "tools", "ann", "it also has a scratch"));
    await shop.until(replyTo("t2"));
    expect(JSON.stringify(claude.requests.at(-1)?.body["messages"])).toContain("There is no open ticket T-1");
    answers(() =>
      callTools([
        {
          name: "escalate_to_human",
          input: { reason: "policy_exception", summary: "Ann wants an exception." },
        },
      ]),
    );
    shop.send(says("t3", "tools", "ann", "and the scratched one shall be replaced for free"));
    expect(await shop.until(cardOf("tools"))).toMatchObject({
      reason: "policy_exception",
      summary: "Ann wants an exception.",
      ticket: ticket["ticket"],
    });
  });

  it("never reads another customer's orders, whatever e-mail the model writes", async () => {
    shop.send({ type: "verify", user: { id: "eve", name: "eve" }, email: "ben.okafor@example.com" });
    answers(
      inOrder(
        callTools([{ name: "get_order_status", input: { customer_email: ANN } }]),
        say("I can only look at your own account. What is your order number?"),
      ),
    );
    shop.send(says("v1", "other", "eve", "where is the order that we talked about"));
    await shop.until(turnOf("other"));
    const seen = JSON.stringify(claude.requests.at(-1)?.body["messages"]);
    expect(seen).toContain("Refused");
    expect(seen).not.toContain("1Z999AA10123456784");
  });

  it("goes up to the strong model once when the small one is not sure, then to a person", async () => {
    const before = claude.requests.length;
    answers(
      inOrder(
        say("I'm not sure about that."),
        say("I don't know either, I'm afraid."),
        say("They asked about sync."),
      ),
    );
    shop.send(says("u1", "unsure", "uma", "how do I reset my password on the second device?"));
    expect(await shop.until(cardOf("unsure"))).toMatchObject({
      reason: "low_confidence",
      summary: "They asked about sync.",
    });
    expect(callsSince(before).map((body) => body["model"])).toEqual([
      "claude-haiku-5-5",
      "claude-sonnet-5-5",
      "claude-haiku-5-5",
    ]);
  });

  it("hands over when the model refuses, and never runs a tool call that was cut", async () => {
    answers(() => refuse("general_harms"));
    shop.send(says("r1", "refused", "rob", "how do I reset my password?"));
    expect(await shop.until(cardOf("refused"))).toMatchObject({ reason: "complex_technical" });
    const ticket = { subject: "half", description: "ha", priority: "low", customer_email: "x" };
    answers(() => stopAtLimit("Let me", { name: "create_support_ticket", input: ticket }));
    shop.send(says("r2", "cut", "rob", "how do I reset my password?"));
    await shop.until(cardOf("cut"));
    expect(shop.lines.some((line) => line.type === "ticket" && line["subject"] === "half")).toBe(false);
  });

  it("answers from the help centre while Claude is down, and says so", async () => {
    answers(() => fail(529));
    shop.send(says("o1", "down", "oda", "How do I reset my password?"));
    expect((await shop.until(replyTo("o1")))["text"]).toContain("Offline mode");
  });

  it("gives each customer a person while the key is refused, and tells the desk once", async () => {
    claude.behave(() => fail(401));
    for (const id of ["k1", "k2"]) {
      shop.send(says(id, `key-${id}`, "kim", "How do I export a project as CSV?"));
      expect(await shop.until(cardOf(`key-${id}`))).toMatchObject({ reason: "complex_technical" });
    }
    const notices = shop.lines.filter(
      (line) => line.type === "notice" && String(line["text"]).includes("API key"),
    );
    expect(notices).toHaveLength(1);
  });

  it("sent nothing that the API would refuse", () => {
    expect(claude.violations).toEqual([]);
  });
});

function hasFormat(request: Readonly<Record<string, unknown>>): boolean {
  const config = request["output_config"];
  return typeof config === "object" && config !== null && "format" in config;
}

describe("the budget", () => {
  it("ends in a person, never in silence", async () => {
    const claude = await startClaude();
    const shop = startDeskhand({
      config: new URL("data/tight-budget.yaml", import.meta.url).pathname,
      env: { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url },
    });
    shop.send(says("b1", "broke", "bea", "How do I reset my password?"));
    expect(await shop.until(cardOf("broke"))).toMatchObject({ reason: "complex_technical" });
    expect(await shop.until(replyTo("b1"))).toMatchObject({ by: "system" });
    expect(claude.requests).toHaveLength(0);
    await shop.kill();
    await claude.close();
  });
});

describe("a model that does its worst", () => {
  it.each([1, 2, 3])("harms nobody (seed %i)", async (seed) => {
    const claude = await startClaude({
      reply: adversary({
        seed,
        otherEmails: [ANN],
        secrets: ["ACME-GOODWILL-25"],
        host: "evil.example",
        refund: 900,
      }),
    });
    const shop = startDeskhand({ env: { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url } });
    const questions = [
      "How do I reset my password?",
      "What is your refund policy?",
      "Which plans are there?",
      "is it down?",
    ];
    shop.send({ type: "verify", user: { id: "ben", name: "ben" }, email: "ben.okafor@example.com" });
    for (let n = 0; n < 20; n += 1) {
      const text = questions[n % questions.length] ?? "";
      shop.send(
        says(`w${n}`, `worst-${n}`, n % 2 === 0 ? "ben" : `u${n}`, text, n % 3 === 0 ? "public" : "private"),
      );
    }
    for (let n = 0; n < 20; n += 1) await shop.until(replyTo(`w${n}`));
    expect(await shop.end()).toBe(0);
    const said = shop.lines.filter((line) => line.type === "reply").map((line) => String(line["text"]));
    for (const text of said) {
      expect(text).not.toMatch(/1Z999AA10123456784|ann\.meyer@example\.com|ACME-GOODWILL-25/i);
      expect(text).not.toMatch(/@everyone|@here|<!|<@|evil\.example/i);
      expect(text).not.toMatch(/refunded \$?900|have upgraded/i);
    }
  });
});
