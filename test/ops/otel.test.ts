import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import type { Span } from "../../src/ops/spans.ts";
import { tracedRoute } from "../../src/ops/traced.ts";
import { ToolFailure } from "../../src/tools/tool.ts";
import { answerFromSources, startClaude } from "../servers/claude.ts";
import { replyTo, says, startDeskhand, temporaryFolder, turnOf } from "../servers/deskhand.ts";

interface Exported {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly scope: string;
  readonly service: unknown;
}

/** A collector as OpenTelemetry's exporters know it: OTLP over HTTP, in JSON. */
async function startCollector() {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      if (request.url === "/v1/traces") bodies.push(body);
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  type Named = { attributes: Exported["attributes"] };
  type Body = {
    resourceSpans: { resource: Named; scopeSpans: { scope: { name: string }; spans: Exported[] }[] }[];
  };
  return {
    url: `http://127.0.0.1:${address.port}`,
    text: () => bodies.join("\n"),
    spans: (): Exported[] =>
      bodies
        .flatMap((body) => (JSON.parse(body) as Body).resourceSpans)
        .flatMap(({ resource, scopeSpans }) =>
          scopeSpans.flatMap(({ scope, spans }) =>
            spans.map((span) => ({ ...span, scope: scope.name, service: valueOf(resource, "service.name") })),
          ),
        ),
  };
}

function valueOf({ attributes }: Pick<Exported, "attributes">, key: string): unknown {
  const [value] = Object.values(attributes.find((one) => one.key === key)?.value ?? {});
  return value;
}

/** Every module that a program loads, by both ways of loading. */
function moduleList(folder: string): { readonly option: string; readonly loaded: () => string[] } {
  const list = join(folder, "modules.txt");
  const hook = join(folder, "hook.mjs");
  writeFileSync(list, "");
  writeFileSync(
    hook,
    `import { registerHooks } from "node:module";
     import { appendFileSync } from "node:fs";
     registerHooks({ load(url, context, next) { appendFileSync(${JSON.stringify(list)}, url + "\\n"); return next(url, context); } });`,
  );
  return { option: `--import=file://${hook}`, loaded: () => readFileSync(list, "utf8").split("\n") };
}

describe("traces", () => {
  it("show a turn from its beginning to its delivery, with the SDK's own span of the call, and nobody's words", async () => {
    const collector = await startCollector();
    const claude = await startClaude();
    onTestFinished(() => claude.close());
    claude.behave(answerFromSources);
    const shop = startDeskhand({
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        ANTHROPIC_API_KEY: "sk-test-of-tracing",
        ANTHROPIC_BASE_URL: claude.url,
        // Customers' words shall stay out of spans even so.
        ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE: "content",
      },
    });
    shop.send(says("m1", "c1", "ann", "How do I reset my password, says Wilhelmina?"));
    await shop.until(replyTo("m1"));
    await shop.until(turnOf("c1"));
    expect(await shop.end()).toBe(0);

    const spans = collector.spans();
    const turn = spans.find(({ name }) => name === "turn");
    if (!turn) throw new Error(`no turn among ${spans.map(({ name }) => name).join()}`);
    expect([valueOf(turn, "deskhand.turn"), turn.service]).toEqual(["turn-1", "deskhand"]);
    const inTurn = spans.filter(({ traceId }) => traceId === turn.traceId);
    const names = new Set(inTurn.filter(({ scope }) => scope === "deskhand").map(({ name }) => name));
    expect([...names].sort()).toEqual(["commit", "delivery", "model", "read", "search", "turn"]);
    const delivery = inTurn.find((span) => valueOf(span, "deskhand.delivery") === "turn-1.1");
    expect(delivery?.parentSpanId).toBe(turn.spanId);
    const model = inTurn.find(({ name }) => name === "model");
    expect(model && valueOf(model, "deskhand.model")).toBe("claude-haiku-5-5");
    const call = inTurn.find(({ scope }) => scope !== "deskhand");
    expect(call?.scope).toMatch(/anthropic/i);
    expect(call?.parentSpanId).toBe(model?.spanId);
    expect(collector.text()).not.toMatch(/Wilhelmina|reset my|sk-test-of-tracing|help\.acme/);
    expect(claude.requests.every(({ headers }) => headers["traceparent"] === undefined)).toBe(true);
  });

  it("do not hold the program up when no collector is there", async () => {
    const shop = startDeskhand({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" } });
    shop.send(says("m1", "c1", "ann", "hello"));
    await shop.until(replyTo("m1"));
    expect(await shop.end()).toBe(0);
  });
});

describe("without the variables", () => {
  const sdk = (url: string) => /@opentelemetry\/(?!api\/)|prom-client/.test(url);

  it("nothing of tracing is loaded, and nothing of metrics without ops.http", async () => {
    const folder = temporaryFolder();
    const modules = moduleList(folder);
    const shop = startDeskhand({ folder, env: { NODE_OPTIONS: modules.option } });
    shop.send(says("m1", "c1", "ann", "How do I reset my password?"));
    await shop.until(replyTo("m1"));
    expect(await shop.end()).toBe(0);
    expect(modules.loaded().some((url) => url.endsWith("/src/turn.ts"))).toBe(true);
    // @opentelemetry/api is what the model's SDK itself imports; it does nothing by itself.
    expect(modules.loaded().filter(sdk)).toEqual([]);
  });

  it("the same list would show them", async () => {
    const folder = temporaryFolder();
    const modules = moduleList(folder);
    const env = { NODE_OPTIONS: modules.option, OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" };
    const shop = startDeskhand({ folder, env });
    shop.send(says("m1", "c1", "ann", "hello"));
    await shop.until(replyTo("m1"));
    expect(await shop.end()).toBe(0);
    const loaded = modules.loaded().filter(sdk).join("\n");
    expect(loaded).toMatch(/@opentelemetry\/sdk-trace\//);
    expect(loaded).toMatch(/@opentelemetry\/exporter-trace-otlp-http\//);
  });
});

describe("a tool", () => {
  it("works within a span of its name, and what it throws passes through", async () => {
    const seen: unknown[] = [];
    const span: Span = (name, facts, work) => {
      seen.push([name, facts]);
      return work(() => undefined);
    };
    const failing = async () => {
      throw new ToolFailure("No order has that number.");
    };
    const spec = { name: "get_order_status", description: "", inputSchema: {} };
    const route = { tier: 1, tools: [{ spec, run: failing }], maxRounds: 1, maxOutputTokens: 1 } as const;
    const [tool] = tracedRoute(route, span).tools;
    await expect(tool?.run({}, undefined as never)).rejects.toThrow("No order has that number.");
    expect(seen).toEqual([["tool", { tool: "get_order_status" }]]);
  });
});
