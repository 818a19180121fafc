import { context, ROOT_CONTEXT, type SpanContext, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";

import type { SpanFacts, Spans } from "./spans.ts";

/** A delivery leaves seconds after its turn, or hours when its platform is away: then it has a trace of its own. */
const TURNS_REMEMBERED = 1_000;
/** The end of the program does not wait longer for a collector that is not there. */
const LONGEST_FLUSH_MS = 3_000;

/**
 * Spans to an OTLP collector over HTTP. The exporter reads its address and headers from the standard variables by itself.
 * Provider and context manager are OpenTelemetry's globals, because that is where SDKs look for them.
 */
export function startOtel(env: NodeJS.ProcessEnv): Spans {
  const named = { "service.name": env["OTEL_SERVICE_NAME"]?.trim() || "deskhand" };
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes(named)),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  const tracer = provider.getTracer("deskhand");
  const turns = new Map<string, SpanContext>();

  return {
    on: true,
    async span(name, facts, work) {
      const turn = String(facts["turn"] ?? "");
      const parent = name === "delivery" ? turns.get(turn) : undefined;
      const around = parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : context.active();
      const kind = name === "delivery" ? SpanKind.CLIENT : SpanKind.INTERNAL;
      return tracer.startActiveSpan(name, { kind, attributes: attributesOf(facts) }, around, async (span) => {
        if (name === "turn") remember(turn, span.spanContext());
        try {
          return await work((more) => span.setAttributes(attributesOf(more)));
        } catch (error) {
          if (!isAbort(error)) {
            // The message stays here: it may repeat what somebody wrote.
            span.setStatus({ code: SpanStatusCode.ERROR });
            span.setAttribute("error.type", typeOf(error));
          }
          throw error;
        } finally {
          span.end();
        }
      });
    },
    async stop() {
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, LONGEST_FLUSH_MS);
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
      trace.disable();
      context.disable();
    },
  };

  function remember(turn: string, spanContext: SpanContext): void {
    turns.delete(turn);
    turns.set(turn, spanContext);
    const [oldest] = turns.keys();
    if (turns.size > TURNS_REMEMBERED && oldest !== undefined) turns.delete(oldest);
  }
}

function attributesOf(facts: SpanFacts): SpanFacts {
  return Object.fromEntries(Object.entries(facts).map(([key, value]) => [`deskhand.${key}`, value]));
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

function typeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
