import { NO_SPANS, type Spans } from "./spans.ts";

/** Traces when the standard variables of OpenTelemetry ask for them; without, nothing of its SDK is even loaded. */
export async function openSpans(env: NodeJS.ProcessEnv): Promise<Spans> {
  const isSet = (name: string) => Boolean(env[name]?.trim());
  const wanted = isSet("OTEL_EXPORTER_OTLP_ENDPOINT") || isSet("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
  if (!wanted || env["OTEL_SDK_DISABLED"] === "true" || env["OTEL_TRACES_EXPORTER"] === "none")
    return NO_SPANS;
  return (await import("./otel.ts")).startOtel(env);
}
