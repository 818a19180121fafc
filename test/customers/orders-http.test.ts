import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { openOrders } from "../../src/customers/open-orders.ts";
import type { Orders } from "../../src/customers/orders.ts";

const quiet = new AbortController().signal;

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly at: number;
}
type Answer = (response: ServerResponse, attempt: number) => void;

let server: Server;
let origin: string;
let asked: Asked[];
let warnings: string[];
let answer: Answer;

beforeEach(async () => {
  asked = [];
  warnings = [];
  server = createServer((request, response) => {
    const at = performance.now();
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, headers } = request;
      asked.push({ method, url, headers, body: Buffer.concat(chunks).toString(), at });
      answer(response, asked.length);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

interface Settings {
  readonly url?: string;
  readonly token_env?: string;
  readonly timeout_ms?: number;
  readonly retries?: number;
}

function open(settings: Settings = {}, env: Record<string, string> = {}): Orders {
  const config = {
    kind: "http" as const,
    url: `${origin}/orders`,
    timeout_ms: 5_000,
    retries: 2,
    ...settings,
  };
  return openOrders(config, { baseDir: "/", env, warn: (message) => void warnings.push(message) });
}

function json(value: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return (response) => response.writeHead(status, headers).end(JSON.stringify(value));
}

function filler(bytes: number): string {
  return JSON.stringify({ orders: [], filler: "x".repeat(bytes) });
}

function order(id: string, email: string, more: object = {}): object {
  return { id, customer_email: email, status: "shipped", description: "Mug", ...more };
}

describe("a lookup over HTTP", () => {
  it("posts the normalised e-mail in the body, with the token, and nothing of it in the address", async () => {
    answer = json({
      orders: [order("1", "Ann@X.com", { last_updated: "2026-11-20T10:00:00Z", internal: "x" })],
    });
    const orders = open({ token_env: "SHOP_TOKEN" }, { SHOP_TOKEN: "s3cret\n" });
    expect(await orders.ordersOf(" Ann@X.com ", quiet)).toEqual([
      {
        id: "1",
        kind: "order",
        customerEmail: "ann@x.com",
        status: "shipped",
        description: "Mug",
        lastUpdated: "2026-11-20T10:00:00Z",
        details: {},
      },
    ]);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ method: "POST", url: "/orders", body: '{"email":"ann@x.com"}' });
    expect(asked[0]?.headers).toMatchObject({
      authorization: "Bearer s3cret",
      "content-type": "application/json",
    });
  });

  it("sends no authorization without a token", async () => {
    answer = json({ orders: [] });
    expect(await open().ordersOf("a@x.com", quiet)).toEqual([]);
    expect(asked[0]?.headers.authorization).toBeUndefined();
  });

  it("takes 404 for a customer that the shop does not know", async () => {
    answer = json({ error: "no such customer" }, 404);
    expect(await open().ordersOf("a@x.com", quiet)).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  it("drops other customers' orders and reports it without an e-mail", async () => {
    answer = json({ orders: [order("1", "a@x.com"), order("2", "b@x.com"), order("3", "A@x.com")] });
    const found = await open({ url: `${origin}/orders?key=k3y` }).ordersOf("a@x.com", quiet);
    expect(found.map((entry) => entry.id)).toEqual(["1", "3"]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`${origin}/orders sent 1 of 3 orders`);
    expect(warnings[0]).not.toMatch(/@|k3y/);
  });
});

describe("an endpoint in trouble", () => {
  it.each([500, 502, 503, 429])("is asked again after %i", async (status) => {
    answer = (response, attempt) =>
      attempt === 1 ? json({}, status)(response, 1) : json({ orders: [order("1", "a@x.com")] })(response, 2);
    expect(await open().ordersOf("a@x.com", quiet)).toHaveLength(1);
    expect(asked).toHaveLength(2);
  });

  it("is asked again after a broken connection, also in the middle of the answer", async () => {
    answer = (response, attempt) => {
      if (attempt === 1) {
        response.socket?.destroy();
      } else if (attempt === 2) {
        response.writeHead(200, { "content-length": "100" }).write('{"orders":');
        setTimeout(() => response.socket?.destroy(), 20);
      } else {
        json({ orders: [order("1", "a@x.com")] })(response, attempt);
      }
    };
    expect(await open().ordersOf("a@x.com", quiet)).toHaveLength(1);
    expect(asked).toHaveLength(3);
  });

  it("is unavailable once the attempts are used up, each pause longer than the shortest allowed", async () => {
    answer = json({}, 503);
    await expect(open().ordersOf("a@x.com", quiet)).rejects.toMatchObject({
      code: "orders_unavailable",
      retryable: true,
    });
    const [first, second, third] = asked.map((request) => request.at);
    expect(asked).toHaveLength(3);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThan(95);
    expect((third ?? 0) - (second ?? 0)).toBeGreaterThan(195);
  });

  it("is not asked again when retries is 0", async () => {
    answer = json({}, 503);
    await expect(open({ retries: 0 }).ordersOf("a@x.com", quiet)).rejects.toMatchObject({ retryable: true });
    expect(asked).toHaveLength(1);
  });

  it("is unavailable when nothing listens there", async () => {
    const url = "http://127.0.0.1:9/orders";
    await expect(open({ url, retries: 1 }).ordersOf("a@x.com", quiet)).rejects.toMatchObject({
      code: "orders_unavailable",
      retryable: true,
      message: expect.stringMatching(/could not be reached/) as unknown,
    });
  });

  it("is waited for as long as its Retry-After says", async () => {
    answer = (response, attempt) =>
      attempt === 1 ? json({}, 429, { "retry-after": "1" })(response, 1) : json({ orders: [] })(response, 2);
    await open().ordersOf("a@x.com", quiet);
    expect((asked[1]?.at ?? 0) - (asked[0]?.at ?? 0)).toBeGreaterThan(990);
  });

  it("understands a date in Retry-After", async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    answer = json({}, 503, { "retry-after": date });
    const failure = (await open()
      .ordersOf("a@x.com", quiet)
      .catch((error: unknown) => error)) as {
      retryAfterMs: number;
    };
    expect(failure.retryAfterMs).toBeGreaterThan(3_400_000);
    expect(failure.retryAfterMs).toBeLessThanOrEqual(3_600_000);
  });

  it("is not waited for when it asks for longer than a customer can wait", async () => {
    answer = json({}, 429, { "retry-after": "60" });
    await expect(open().ordersOf("a@x.com", quiet)).rejects.toMatchObject({
      code: "orders_unavailable",
      retryable: true,
      retryAfterMs: 60_000,
    });
    expect(asked).toHaveLength(1);
  });

  it("times out at each attempt, also when the body never ends", async () => {
    answer = (response, attempt) => void (attempt === 2 && response.writeHead(200).write('{"orders":['));
    const failed = open({ timeout_ms: 150, retries: 1 }).ordersOf("a@x.com", quiet);
    await expect(failed).rejects.toMatchObject({
      code: "orders_unavailable",
      retryable: true,
      message: expect.stringContaining("within 150 ms") as unknown,
    });
    expect(asked).toHaveLength(2);
  });
});

describe("an endpoint that breaks its contract", () => {
  it.each([401, 403])(
    "is not asked again after %i, and the operator is told what to check",
    async (status) => {
      answer = json({}, status);
      await expect(open().ordersOf("a@x.com", quiet)).rejects.toMatchObject({
        code: "orders_unavailable",
        retryable: false,
        message: expect.stringContaining("orders.token_env") as unknown,
      });
      expect(asked).toHaveLength(1);
    },
  );

  it("is not followed to another address", async () => {
    answer = (response) => response.writeHead(307, { location: `${origin}/elsewhere` }).end();
    await expect(open().ordersOf("a@x.com", quiet)).rejects.toMatchObject({
      retryable: false,
      message: expect.stringContaining("orders.url") as unknown,
    });
    expect(asked.map((request) => request.url)).toEqual(["/orders"]);
  });

  it.each<[string, unknown, RegExp]>([
    ["a bare list", [order("1", "a@x.com")], /cannot be read/],
    ["no list", { items: [] }, /orders is missing or no list/],
    [
      "an order without its customer",
      { orders: [{ id: "1", status: "x", description: "Mug" }] },
      /orders\.0\.customer_email is missing/,
    ],
    [
      "a status that is no text",
      { orders: [order("1", "a@x.com", { status: 3 })] },
      /orders\.0\.status must be text/,
    ],
  ])("is unavailable when it sends %s", async (_what, value, message) => {
    answer = json(value);
    await expect(open().ordersOf("a@x.com", quiet)).rejects.toMatchObject({
      code: "orders_unavailable",
      retryable: false,
      message: expect.stringMatching(message) as unknown,
    });
    expect(asked).toHaveLength(1);
  });

  it("is unavailable when it sends a page instead of JSON", async () => {
    answer = (response) => response.end("<html>Log in</html>");
    await expect(open().ordersOf("a@x.com", quiet)).rejects.toMatchObject({
      code: "orders_unavailable",
      retryable: false,
    });
  });

  it("takes an answer of just under 1 MB and refuses more, counted after decompression", async () => {
    answer = (response) => response.end(filler(990_000));
    expect(await open().ordersOf("a@x.com", quiet)).toEqual([]);

    const refused = {
      code: "orders_unavailable",
      retryable: false,
      message: expect.stringContaining("1 MB") as unknown,
    };
    answer = (response) => response.end(filler(1_000_000));
    await expect(open().ordersOf("a@x.com", quiet)).rejects.toMatchObject(refused);
    const small = gzipSync(filler(50_000_000));
    expect(small.byteLength).toBeLessThan(100_000);
    answer = (response) => response.writeHead(200, { "content-encoding": "gzip" }).end(small);
    await expect(open().ordersOf("a@x.com", quiet)).rejects.toMatchObject(refused);
  });
});

describe("an abort", () => {
  const reason = new Error("the customer has gone");

  it("before the lookup sends nothing", async () => {
    answer = json({ orders: [] });
    await expect(open().ordersOf("a@x.com", AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(asked).toHaveLength(0);
  });

  it("ends a request under way", async () => {
    const closed = Promise.withResolvers<void>();
    answer = (response) => void response.on("close", () => closed.resolve());
    const lookup = new AbortController();
    const started = performance.now();
    const failed = open({ timeout_ms: 60_000 }).ordersOf("a@x.com", lookup.signal);
    setTimeout(() => lookup.abort(reason), 50);
    await expect(failed).rejects.toBe(reason);
    await closed.promise;
    expect(performance.now() - started).toBeLessThan(30_000);
    expect(asked).toHaveLength(1);
  });

  it("ends a pause between attempts at once, and nothing is asked afterwards", async () => {
    answer = json({}, 503, { "retry-after": "2" });
    const lookup = new AbortController();
    const started = performance.now();
    const failed = open().ordersOf("a@x.com", lookup.signal);
    setTimeout(() => lookup.abort(reason), 200);
    await expect(failed).rejects.toBe(reason);
    expect(performance.now() - started).toBeLessThan(1_500);
    await sleep(2_200);
    expect(asked).toHaveLength(1);
  });
});

describe("the settings", () => {
  it("are refused when the token's variable is not set, by key and variable", () => {
    expect(() => open({ token_env: "SHOP_TOKEN" }, { SHOP_TOKEN: " " })).toThrow(
      expect.objectContaining({
        code: "config_invalid",
        message: expect.stringMatching(
          /^orders\.token_env: the environment variable SHOP_TOKEN is not set/,
        ) as unknown,
      }) as Error,
    );
  });

  it("are refused when the token cannot be a header", () => {
    expect(() => open({ token_env: "T" }, { T: "a\nb" })).toThrow(/orders\.token_env.*T holds characters/);
  });

  it("are refused with a password in the address", () => {
    expect(() => open({ url: "https://me:pw@shop.example/orders" })).toThrow(/^orders\.url: (?!.*pw)/);
  });

  it("warn of a token over plain HTTP, except to this machine", () => {
    open({ token_env: "T" }, { T: "t" });
    expect(warnings).toEqual([]);
    open({ token_env: "T", url: "http://shop.example/orders" }, { T: "t" });
    expect(warnings).toEqual([expect.stringContaining("http://shop.example is not encrypted")]);
  });

  it("of kind none give nobody any orders", async () => {
    const orders = openOrders({ kind: "none" }, { baseDir: "/", env: {}, warn: () => {} });
    expect(await orders.ordersOf("a@x.com", quiet)).toEqual([]);
  });
});
