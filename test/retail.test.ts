import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { answerFromSources, callTools, startClaude } from "./servers/claude.ts";
import { says, startDeskhand, temporaryFolder, turnOf } from "./servers/deskhand.ts";

interface Retail {
  readonly users: Readonly<Record<string, { readonly email: string; readonly orders: readonly string[] }>>;
}

const FILE = join(import.meta.dirname, "customers", "data", "retail-sample.json");

/** A shop's own database behind the orders port, and a model that asks for whatever it likes. */
describe("the orders of a retailer", () => {
  const { users } = JSON.parse(readFileSync(FILE, "utf8")) as Retail;
  const customers = Object.entries(users).filter(([, { orders }]) => orders.length > 0);

  it("are shown to whom they belong, whatever the tool's input says", async () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, "deskhand.yaml"),
      [
        "shop: { name: Retail }",
        `orders: { kind: file, path: ${FILE} }`,
        "conversation: { quiet_window_ms: 0 }",
        "reading: { ask_model_below: 0 }",
      ].join("\n"),
    );
    // The model asks for the next customer's orders, by e-mail and by number, then for the customer's own.
    const claude = await startClaude();
    claude.behave((request, n) => {
      const text = JSON.stringify(request["messages"]);
      const at = customers.findIndex(([, { email }]) => text.includes(`verified e-mail: ${email}`));
      const [own, other] = [customers[at]?.[1], customers[(at + 1) % customers.length]?.[1]];
      if (!own || !other || text.includes("tool_result")) return answerFromSources(request, n);
      return callTools([
        { name: "get_order_status", input: { customer_email: other.email } },
        { name: "get_order_status", input: { customer_email: own.email, order_id: other.orders[0] ?? "" } },
        { name: "get_order_status", input: { customer_email: own.email } },
      ]);
    });
    const shop = startDeskhand({
      folder,
      env: { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url },
    });
    for (const [id, { email }] of customers) {
      shop.send({ type: "verify", user: { id, name: id }, email });
      shop.send(says(`m-${id}`, `c-${id}`, id, "where are my orders?"));
    }
    for (const [id] of customers) await shop.until(turnOf(`c-${id}`));
    expect(await shop.end()).toBe(0);
    await claude.close();

    const seen = claude.requests.map(({ body }) => JSON.stringify(body["messages"]));
    for (const [at, [, { email, orders }]] of customers.entries()) {
      const mine = seen.filter(
        (text) => text.includes(`verified e-mail: ${email}`) && text.includes("tool_result"),
      );
      expect(mine.length).toBeGreaterThan(0);
      const foreign = customers.filter((_, other) => other !== at).flatMap(([, user]) => user.orders);
      for (const text of mine) {
        const results = text.slice(text.indexOf("tool_result"));
        for (const order of orders.slice(0, 10)) expect(results).toContain(order);
        // The number that the model itself had put in is repeated to it, and nothing else of another customer.
        const next = customers[(at + 1) % customers.length]?.[1].orders[0] ?? "";
        expect(foreign.filter((order) => order !== next && results.includes(order))).toEqual([]);
        expect(results).toContain("Refused");
      }
    }
  });
});
