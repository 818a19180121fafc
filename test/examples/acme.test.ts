import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

import { configSchema } from "../../src/config/schema.ts";
import { openOrders } from "../../src/customers/open-orders.ts";
import { parseOrders } from "../../src/customers/orders-format.ts";

const shop = join(import.meta.dirname, "..", "..", "examples", "acme");
const yaml = readFileSync(join(shop, "deskhand.yaml"), "utf8");
const readme = readFileSync(join(shop, "README.md"), "utf8");

describe("the sample shop's deskhand.yaml", () => {
  it("is accepted, and holds what the sample shop is", () => {
    const config = configSchema.parse(parse(yaml));
    expect(config.shop.name).toBe("Acme SaaS");
    expect(config.agent.name).toBe("Aria");
    expect(config.policy.refund_limit).toBe(200);
    expect(config.agent.not_authorized_to).toHaveLength(3);
    expect(config.orders).toEqual({ kind: "file", path: "./orders.json" });
  });

  it("mentions each key that there is", () => {
    const mentioned = new Set(
      [...yaml.matchAll(/(?:^|[\s#{,])([a-z0-9_]+):(?=\s|$)/gm)].map((match) => match[1]),
    );
    const keys = keysOf(z.toJSONSchema(configSchema, { io: "input" }));
    expect(keys.length).toBeGreaterThan(60);
    expect(keys.filter((key) => !mentioned.has(key))).toEqual([]);
  });

  it("shows each default as it is", () => {
    const uncommented = yaml.replaceAll(/^( *)#(?=[a-z0-9_]+:)/gm, "$1");
    expect(uncommented).not.toBe(yaml);
    expect(configSchema.parse(parse(uncommented))).toEqual(configSchema.parse(parse(yaml)));
  });

  it("has a prompt of its own that leaves most of the 800 tokens to the fixed rules and the tools", () => {
    const { agent } = configSchema.parse(parse(yaml));
    const { persona, helps_with, not_authorized_to, transfer_when, tone } = agent;
    const text = [persona, ...helps_with, ...not_authorized_to, ...transfer_when, tone].join("\n");
    // English prose has about four characters a token.
    expect(text.length / 4).toBeLessThan(300);
  });
});

interface Article {
  readonly id: string;
  readonly matter: Record<string, string>;
  readonly body: string;
}

function articles(): Article[] {
  const root = join(shop, "articles");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".md"),
  );
  return files.map((file) => {
    const [, matter = "", body = ""] =
      /^---\n([^]*?)\n---\n([^]*)$/.exec(readFileSync(join(root, file), "utf8")) ?? [];
    return { id: file.replace(/\.md$/, ""), matter: parse(matter) as Record<string, string>, body };
  });
}

/** The part of an article that a customer may read: the marked sections of the sample stand at its end. */
function customerPart({ body }: Article): string {
  return body.split(/^## (?:For agents|Internal notes)$/m)[0] ?? "";
}

describe("the sample shop's articles", () => {
  const all = articles();
  const forCustomers = all.filter(({ matter }) => matter["audience"] === "customer");
  const internal = all.filter(({ matter }) => matter["audience"] === "internal");
  const mixed = forCustomers.filter((article) => customerPart(article) !== article.body);

  it("are many, of all three kinds, in folders by topic", () => {
    expect(forCustomers.length).toBeGreaterThanOrEqual(45);
    expect(internal.length).toBeGreaterThanOrEqual(6);
    expect(mixed.length).toBeGreaterThanOrEqual(2);
    expect(forCustomers.length + internal.length).toBe(all.length);
    expect(new Set(all.map(({ id }) => id.split("/")[0])).size).toBeGreaterThanOrEqual(10);
    expect(internal.every(({ id }) => id.startsWith("internal/"))).toBe(true);
  });

  it("each have a title of their own, a date, and a length that can be read in a minute", () => {
    expect(new Set(all.map(({ matter }) => matter["title"])).size).toBe(all.length);
    const undated = all.filter(({ matter }) => !/^2026-\d\d-\d\d$/.test(matter["updated"] ?? ""));
    expect(undated.map(({ id }) => id)).toEqual([]);
    const lengths = all.map(({ id, body }) => ({ id, words: wordsOf(body) }));
    expect(lengths.filter(({ words }) => words < 120 || words > 350)).toEqual([]);
  });

  it("keep what is internal out of what customers read", () => {
    const secrets =
      /ACME-(?:GOODWILL|STAY)|RF-(?:GRACE|2\b)|NP-RETRO|SHIP-FREE|TRIAL-2X|PC-1|INC-3\d+|Keymaster|Ledgerline|Sentinel|7719|44[12]\d\b|\bVIP\b|Whitfield|Nair/;
    const leaks = forCustomers.filter((article) => secrets.test(customerPart(article)));
    expect(leaks.map(({ id }) => id)).toEqual([]);
    const harmless = mixed.filter(
      (article) => !secrets.test(article.body.slice(customerPart(article).length)),
    );
    expect(harmless.map(({ id }) => id)).toEqual([]);
    expect(internal.map(({ body }) => body).join("\n")).toMatch(/ACME-GOODWILL-25/);
  });

  it("link only to hosts that an answer may link to", () => {
    const { shop: settings } = configSchema.parse(parse(yaml));
    const hosts = forCustomers.flatMap((article) =>
      [...customerPart(article).matchAll(/https:\/\/([a-z.-]*[a-z])/g)].map((match) => match[1] ?? ""),
    );
    const allowed = new Set(settings.link_hosts);
    expect(hosts.filter((host) => !allowed.has(host))).toEqual([]);
  });
});

describe("the sample shop's orders", () => {
  it("belong to about 25 invented customers, of many statuses, and can be looked up", async () => {
    const orders = parseOrders(readFileSync(join(shop, "orders.json"), "utf8"), "json");
    const emails = new Set(orders.map((order) => order.customerEmail));
    expect(emails.size).toBe(25);
    expect([...emails].every((email) => email.endsWith("@example.com"))).toBe(true);
    expect(new Set(orders.map((order) => order.status)).size).toBeGreaterThanOrEqual(10);

    const source = openOrders(
      { kind: "file", path: "./orders.json" },
      { baseDir: shop, env: {}, warn: () => {} },
    );
    const signal = new AbortController().signal;
    for (const email of emails) {
      const own = orders.filter((order) => order.customerEmail === email);
      expect(await source.ordersOf(email, signal)).toEqual(own);
    }
  });

  it("mark the customer whose record holds an attack", () => {
    const orders = parseOrders(readFileSync(join(shop, "orders.json"), "utf8"), "json");
    const attacks = orders.filter((order) => /ignore previous instructions/i.test(JSON.stringify(order)));
    expect(attacks.map((order) => order.customerEmail)).toEqual(["test.injection@example.com"]);
    expect(attacks[0]?.details).toHaveProperty("TEST CUSTOMER");
  });
});

describe("the sample shop's README", () => {
  it("names only customers and articles that there are", () => {
    const orders = parseOrders(readFileSync(join(shop, "orders.json"), "utf8"), "json");
    const emails = new Set(orders.map((order) => order.customerEmail));
    const named = [...readme.matchAll(/`([a-z.]+@example\.com)`/g)].map((match) => match[1] ?? "");
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((email) => !emails.has(email))).toEqual([]);
    const count = /(\d+) help articles \((\d+) of them/.exec(readme);
    const all = articles();
    expect(Number(count?.[1])).toBe(all.length);
    expect(Number(count?.[2])).toBe(all.filter(({ matter }) => matter["audience"] === "internal").length);
  });

  it("shows a CSV example that can be read", () => {
    const csv = /```csv\n([^]*?)```/.exec(readme)?.[1] ?? "";
    expect(parseOrders(csv, "csv")).toHaveLength(2);
    const json = /```json\n([^]*?)```/.exec(readme)?.[1] ?? "";
    expect(parseOrders(json, "json")).toHaveLength(1);
  });
});

function wordsOf(body: string): number {
  const text = body.replaceAll(/[|#*`-]+/g, " ").trim();
  return text.split(/\s+/).length;
}

/** The names of all properties in a JSON Schema, its unions and additional properties included. */
function keysOf(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([name, value]) =>
    name === "properties"
      ? [...Object.keys(value as object), ...Object.values(value as object).flatMap(keysOf)]
      : keysOf(value),
  );
}
