export type SpanName = "turn" | "read" | "search" | "model" | "tool" | "commit" | "delivery";

/** What is said of a span. Ids, names from the configuration, counts: never what a person wrote. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

/**
 * Does the work within a span of its name and returns what it returns; what it throws passes through and marks the span.
 * `add` says more about it while it runs.
 */
export type Span = <T>(
  name: SpanName,
  facts: SpanFacts,
  work: (add: (facts: SpanFacts) => void) => Promise<T>,
) => Promise<T>;

/** The spans of a running Deskhand, and where they go. */
export interface Spans {
  readonly span: Span;
  /** True when somebody looks at them: only then a model's SDK makes spans of its own. */
  readonly on: boolean;
  /** Sends what is left. Never throws. */
  stop(): Promise<void>;
}

export const NO_SPANS: Spans = {
  on: false,
  span: (_name, _facts, work) => work(() => undefined),
  stop: async () => undefined,
};
