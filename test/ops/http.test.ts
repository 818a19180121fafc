import { createServer } from "node:net";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import type { App } from "../../src/app.ts";
import { configSchema } from "../../src/config/schema.ts";
import type { ModelHealth } from "../../src/models/choose.ts";
import { openOperations } from "../../src/ops/operations.ts";
import { openSqlite } from "../../src/store/open.ts";
import { sqliteWatch } from "../../src/store/sqlite/watch.ts";
import { action, cardOf, replyTo, says, staff, startDeskhand, temporaryFolder } from "../servers/deskhand.ts";
import { memoryPlatform, noLog, shopConfig } from "../servers/shop.ts";

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}

async function get(port: number, path: string, init?: RequestInit) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
  return { status: response.status, text: await response.text(), type: response.headers.get("content-type") };
}

/** The value of one series, by its whole name with labels. */
function valueOf(page: string, series: string): number | undefined {
  const line = page.split("\n").find((text) => text.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

describe("the pages for operations, of the real program", () => {
  it("count what happened and hold nothing of what customers wrote", async () => {
    const port = await freePort();
    const folder = temporaryFolder();
    const config = join(folder, "deskhand.yaml");
    const articles = join(import.meta.dirname, "..", "..", "examples", "acme", "articles");
    writeFileSync(
      config,
      `shop: { name: Acme }\nknowledge: { sources: ["${articles}"] }\nconversation: { quiet_window_ms: 0 }\nops: { http: { port: ${port} } }\n`,
    );
    const shop = startDeskhand({ folder, config });
    shop.send(says("m1", "c-secret-place", "ann", "How do I reset my password?"));
    await shop.until(replyTo("m1"));
    shop.send(says("m2", "c2", "bob", "I want a human, my name is Wilhelmina"));
    const card = await shop.until(cardOf("c2", "open"));
    shop.send(action("claim", { escalation: card["escalation"] }, "sam"));
    await shop.until(cardOf("c2", "claimed"));
    shop.send(staff(String(card["escalation"]), "sam", "Hello, Sam here."));
    await shop.until((line) => line.type === "reply" && line["by"] === "staff");
    shop.send(says("m1", "c-secret-place", "ann", "How do I reset my password?"));
    await shop.until((line) => line.type === "accepted" && line["duplicate"] === true);

    expect(await get(port, "/healthz")).toMatchObject({ status: 200, text: '{"status":"ok"}\n' });
    const ready = await get(port, "/readyz");
    expect(ready.status).toBe(200);
    expect(JSON.parse(ready.text)).toEqual({
      status: "ready",
      checks: { database: "ok", model: "ok", console: "connected" },
    });
    const { status, text, type } = await get(port, "/metrics");
    expect(status).toBe(200);
    expect(type).toMatch(/^text\/plain; version=0\.0\.4/);
    const series = {
      'deskhand_messages_received_total{adapter="console",result="accepted"}': 3,
      'deskhand_messages_received_total{adapter="console",result="duplicate"}': 1,
      'deskhand_turns_total{outcome="answered",tier="offline"}': 1,
      'deskhand_answers_total{tier="offline"}': 1,
      'deskhand_answers_total{tier="1"}': 0,
      'deskhand_escalations_total{reason="customer_request"}': 1,
      'deskhand_escalations_total{reason="low_confidence"}': 0,
      'deskhand_first_answer_seconds_count{by="ai"}': 1,
      'deskhand_first_answer_seconds_count{by="staff"}': 1,
      deskhand_claim_seconds_count: 1,
      'deskhand_model_calls_total{purpose="answer",tier="1"}': 1,
      deskhand_outbox_retries_total: 0,
      'deskhand_escalations_waiting{status="claimed"}': 1,
      'deskhand_model_state{state="working"}': 1,
      'deskhand_model_state{state="unreachable"}': 0,
      'deskhand_platform_connected{adapter="console"}': 1,
      deskhand_database_up: 1,
      deskhand_budget_day_left_dollars: 50,
    };
    const found = Object.keys(series).map((name) => [name, valueOf(text, name)]);
    expect(Object.fromEntries(found)).toEqual(series);
    expect(text).not.toMatch(/secret-place|ann\b|bob\b|sam\b|Wilhelmina|password|turn-\d|T-1\d\d\d/i);
    expect(await shop.end()).toBe(0);
    await expect(get(port, "/healthz")).rejects.toThrow(/fetch failed/);
  });

  it("are only read: other methods and other paths are refused", async () => {
    const { port } = await openPages();
    expect(await get(port, "/metrics", { method: "POST" })).toMatchObject({ status: 405 });
    expect(await get(port, "/healthz", { method: "HEAD" })).toMatchObject({ status: 200, text: "" });
    expect(await get(port, "/../etc/passwd")).toMatchObject({ status: 404 });
    expect(await get(port, "/healthz?x=1")).toMatchObject({ status: 200 });
  });

  it("are not there unless they are asked for", async () => {
    const config = shopConfig();
    const opened = openSqlite(":memory:");
    const watch = sqliteWatch(opened.connection);
    const operations = await openOperations({ config, watch, log: noLog(), now: Date.now });
    const app = idleApp(() => "working");
    expect(operations.served(app)).toBe(app);
    opened.connection.close();
  });
});

describe("readiness", () => {
  it("is there once the platforms are connected, and gone while one is not", async () => {
    const chat = { ...memoryPlatform("chat"), isConnected: () => connected };
    let connected = true;
    const pages = await openPages({ platforms: [chat], hold: true });
    const whileStarting = await get(pages.port, "/readyz");
    expect(whileStarting.status).toBe(503);
    expect(JSON.parse(whileStarting.text)).toMatchObject({ checks: { chat: "not connected" } });
    expect(await get(pages.port, "/healthz")).toMatchObject({ status: 200 });
    await pages.letGo();
    expect(await get(pages.port, "/readyz")).toMatchObject({ status: 200 });
    connected = false;
    expect(await get(pages.port, "/readyz")).toMatchObject({ status: 503 });
    expect(
      valueOf((await get(pages.port, "/metrics")).text, 'deskhand_platform_connected{adapter="chat"}'),
    ).toBe(0);
  });

  it("ends with the database; the metrics say so and still answer", async () => {
    const pages = await openPages();
    expect(await get(pages.port, "/readyz")).toMatchObject({ status: 200 });
    pages.breakDatabase();
    const ready = await get(pages.port, "/readyz");
    expect(ready.status).toBe(503);
    expect(JSON.parse(ready.text)).toMatchObject({ checks: { database: "does not answer" } });
    const { text, status } = await get(pages.port, "/metrics");
    expect([status, valueOf(text, "deskhand_database_up")]).toEqual([200, 0]);
    expect(valueOf(text, "deskhand_inbox_events")).toBeUndefined();
  });

  it("stays while the model is out of reach, because customers are served without it, and names it", async () => {
    const pages = await openPages({ health: "unreachable" });
    const { status, text } = await get(pages.port, "/readyz");
    expect(status).toBe(200);
    expect((JSON.parse(text) as { checks: { model: string } }).checks.model).toMatch(/breaker open/);
    const page = (await get(pages.port, "/metrics")).text;
    expect(valueOf(page, 'deskhand_model_state{state="unreachable"}')).toBe(1);
    expect(valueOf(page, 'deskhand_model_state{state="working"}')).toBe(0);
  });
});

describe("the address", () => {
  const given = (http: Readonly<Record<string, unknown>>) =>
    configSchema.safeParse({ shop: { name: "Acme" }, ops: { http } });

  it.each(["127.0.0.1", "127.8.8.8", "::1", "localhost", "10.1.2.3", "192.168.0.7", "172.31.0.1", "fd00::1"])(
    "%s is no public one",
    (host) => expect(given({ host }).success).toBe(true),
  );

  it.each(["0.0.0.0", "::", "8.8.8.8", "172.32.0.1", "192.169.0.1", "2001:db8::1", "deskhand.example.com"])(
    "%s is refused unless allow_public says that it is meant",
    (host) => {
      expect(given({ host }).error?.issues[0]).toMatchObject({ path: ["ops", "http", "host"] });
      expect(given({ host, allow_public: true }).success).toBe(true);
    },
  );

  it("that is taken is said so, with what to do", async () => {
    const { port } = await openPages();
    await expect(openPages({ port })).rejects.toThrow(
      /ops\.http cannot listen on 127\.0\.0\.1:\d+ .*Set another/,
    );
  });
});

describe("the Grafana dashboard", () => {
  it("shows only series that there are", async () => {
    const { port } = await openPages();
    const { text } = await get(port, "/metrics");
    const names = new Set(
      [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = "", type]) =>
        type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      ),
    );
    const file = join(import.meta.dirname, "..", "..", "deploy", "grafana", "deskhand.json");
    const dashboard = JSON.parse(readFileSync(file, "utf8")) as {
      panels: { title: string; targets?: { expr: string }[] }[];
    };
    const used = dashboard.panels.flatMap(({ targets = [] }) =>
      targets.flatMap(({ expr }) => expr.match(/\b(?:deskhand|nodejs|process)_\w+/g) ?? []),
    );
    expect(dashboard.panels.length).toBeGreaterThan(10);
    expect(used.length).toBeGreaterThan(15);
    expect(used.filter((name) => !names.has(name))).toEqual([]);
    const shown = new Set(used.map((name) => name.replace(/_(?:bucket|sum|count)$/, "")));
    const own = [...names].filter((name) => name.startsWith("deskhand_"));
    expect(own.filter((name) => !shown.has(name.replace(/_(?:bucket|sum|count)$/, "")))).toEqual([]);
  });
});

function idleApp(health: () => ModelHealth, started: Promise<void> = Promise.resolve()): App {
  return {
    start: () => started,
    drained: async () => undefined,
    stop: async () => undefined,
    lost: new Promise(() => undefined),
    model: { provider: "claude", description: "", health, model: undefined as never },
  };
}

interface PagesOptions {
  readonly platforms?: Parameters<App["start"]>[0];
  readonly health?: ModelHealth;
  /** The platforms are not reached until `letGo`. */
  readonly hold?: boolean;
  readonly port?: number;
}

async function openPages({ platforms = [], health = "working", hold = false, port }: PagesOptions = {}) {
  const listening = port ?? (await freePort());
  const opened = openSqlite(":memory:");
  const config = shopConfig({ ops: { http: { port: listening } } });
  const watch = sqliteWatch(opened.connection);
  const operations = await openOperations({ config, watch, log: noLog(), now: Date.now });
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const app = operations.served(idleApp(() => health, hold ? reached : undefined));
  const starting = app.start(platforms);
  onTestFinished(async () => {
    await app.stop();
    opened.connection.close();
  });
  if (!hold) await starting;
  else await untilListening(listening);
  return {
    port: listening,
    breakDatabase: () => opened.connection.close(),
    async letGo() {
      reach();
      await starting;
    },
  };
}

async function untilListening(port: number): Promise<void> {
  for (;;) {
    const alive = await get(port, "/healthz").catch(() => null);
    if (alive) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
