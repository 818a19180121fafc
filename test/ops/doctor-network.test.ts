import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { describe, expect, it, onTestFinished } from "vitest";

import { type ClaudeServerOptions, fail, say, startClaude } from "../servers/claude.ts";
import { newPatient, told } from "./patient.ts";

/** Claude's address and key, as the environment gives them. */
async function claude(options: ClaudeServerOptions = {}) {
  const server = await startClaude({ apiKey: "sk-right", reply: () => say("ok"), ...options });
  onTestFinished(async () => server.close());
  return { server, env: { ANTHROPIC_API_KEY: "sk-right", ANTHROPIC_BASE_URL: server.url } };
}

describe("the doctor and the model", () => {
  it("says that it is offline, how to change that, and what a ticket would cost", async () => {
    const areas = await (await newPatient()).examine();
    const [offline] = areas.get("Model") ?? [];
    expect(offline?.level).toBe("ok");
    expect(offline?.fix).toContain("set ANTHROPIC_API_KEY");
    // 2,600 x $0.10 + 220 x $0.50 for a million; 2,600 x $2 + 220 x $10.
    expect(told(areas, "Model").slice(1)).toEqual([
      expect.stringContaining("claude-haiku-5-5 costs about $0.000370 (2,600 tokens in, 220 out"),
      expect.stringContaining("claude-sonnet-5-5 costs about $0.007400 (2,600 tokens in, 220 out"),
    ]);
  });

  it("proves the key and both models with one small call each", async () => {
    const { server, env } = await claude();
    const patient = await newPatient();
    const lines = told(await patient.examine({ env }), "Model");
    expect(lines[0]).toMatch(/^ok: claude-haiku-5-5 \(tier 1\) answers in .*; asking cost \$0\.0000\d\d\.$/);
    expect(lines[1]).toMatch(
      /^ok: claude-sonnet-5-5 \(tier 2\) answers in .*; asking cost \$0\.000\d\d\d\.$/,
    );
    expect(server.requests.map(({ body }) => body["model"])).toEqual([
      "claude-haiku-5-5",
      "claude-sonnet-5-5",
    ]);
    expect(server.violations).toEqual([]);
  });

  it("asks once when both tiers are one model", async () => {
    const { server, env } = await claude();
    const patient = await newPatient("models: { tier2: claude-haiku-5-5 }\n");
    await patient.examine({ env });
    expect(server.requests).toHaveLength(1);
  });

  it("shows what is wrong with the key, and what to do, but not the key", async () => {
    const { env } = await claude();
    const patient = await newPatient();
    const lines = told(await patient.examine({ env: { ...env, ANTHROPIC_API_KEY: "sk-wrong" } }), "Model");
    expect(lines[0]).toMatch(
      /^problem: claude-haiku-5-5 \(tier 1\): Claude refused the API key\. Copy it again/,
    );
    expect(lines[1]).toContain("problem: claude-sonnet-5-5");
    expect(lines.join()).not.toContain("sk-wrong");
  });

  it("takes a rate limit for a warning, since the key works", async () => {
    const { env } = await claude({ reply: () => fail(429, { retryAfterSeconds: 60 }) });
    const lines = told(await (await newPatient()).examine({ env }), "Model");
    expect(lines[0]).toMatch(/^warning: claude-haiku-5-5 \(tier 1\): Claude's rate limit is reached/);
  });

  it("finds that Claude cannot be reached", async () => {
    const env = { ANTHROPIC_API_KEY: "sk-right", ANTHROPIC_BASE_URL: "http://127.0.0.1:1" };
    const lines = told(await (await newPatient()).examine({ env }), "Model");
    expect(lines[0]).toMatch(/^problem: claude-haiku-5-5 \(tier 1\): Claude cannot be reached/);
  });

  it("finds that Claude was asked for without a key, and a model without a price", async () => {
    const keyless = await newPatient("models: { provider: claude }\n");
    expect(told(await keyless.examine(), "Model")[0]).toMatch(/^problem: models\.provider is claude/);
    const unknown = await newPatient("models: { tier1: claude-nano-9 }\n");
    expect(told(await unknown.examine(), "Model")[0]).toContain('"claude-nano-9" is not in the price table');
  });

  it("calls nothing when the offline model was chosen", async () => {
    const { server, env } = await claude();
    await (await newPatient("models: { provider: offline }\n")).examine({ env });
    expect(server.requests).toEqual([]);
  });

  it("finds a budget into which no call fits", async () => {
    const { env } = await claude();
    const patient = await newPatient("budgets: { per_conversation: 0.02 }\n");
    const lines = told(await patient.examine({ env }), "Model").filter((line) => line.includes("budgets"));
    expect(lines).toEqual([
      expect.stringMatching(/^problem: budgets: one call of claude-sonnet-5-5 reserves up to/),
    ]);
  });
});

describe("the doctor and the orders", () => {
  it("counts the orders of a file", async () => {
    const patient = await newPatient("orders: { kind: file, path: orders.json }\n");
    const order = { id: "A-1", customer_email: "ann@shop.example", status: "sent", description: "Cup" };
    const path = await patient.write("orders.json", JSON.stringify([order, { ...order, id: "A-2" }]));
    expect(told(await patient.examine(), "Orders")).toEqual([`ok: ${path} (orders: 2, customers: 1)`]);
    await patient.write("orders.json", "[{}]");
    expect(told(await patient.examine(), "Orders")[0]).toMatch(/^problem: orders\.path: /);
  });

  const order = (email: unknown) => ({
    id: "A-1",
    customer_email: email,
    status: "sent",
    description: "Cup",
  });

  it.each([
    [
      "an empty list",
      () => ({ orders: [] }),
      "ok: URL answers, and has nothing for an address that nobody has.",
    ],
    [
      "everybody's orders",
      () => ({ orders: [order("ann@shop.example")] }),
      "warning: The orders endpoint URL sent 1 of 1",
    ],
    [
      "orders for anybody",
      (email: unknown) => ({ orders: [order(email)] }),
      "problem: The orders claim that",
    ],
    ["no list", () => ({}), "problem: The orders endpoint URL sent orders that cannot be read"],
  ])("asks the endpoint for an address that nobody has: %s", async (_, answer, expected) => {
    const url = await endpoint(answer);
    const patient = await newPatient(`orders: { kind: http, url: "${url}", retries: 0 }\n`);
    const [line] = told(await patient.examine(), "Orders");
    expect(line).toContain(expected.replace("URL", url));
  });

  it("finds an endpoint that is down and a token that is not set", async () => {
    const down = await newPatient('orders: { kind: http, url: "http://127.0.0.1:1/o", retries: 0 }\n');
    expect(told(await down.examine(), "Orders")[0]).toContain(
      "problem: The orders endpoint http://127.0.0.1:1/o could not",
    );
    const bare = await newPatient(
      'orders: { kind: http, url: "https://shop.example/o", token_env: SHOP_TOKEN }\n',
    );
    expect(told(await bare.examine(), "Orders")[0]).toContain(
      "problem: orders.token_env: the environment variable SHOP_TOKEN",
    );
  });
});

async function endpoint(answer: (email: unknown) => unknown): Promise<string> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { email } = JSON.parse(body) as { email?: unknown };
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(answer(email)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`;
}
