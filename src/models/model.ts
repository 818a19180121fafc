/**
 * The model port: what the agent loop needs of a model, in words of its own. Claude and the offline model implement it.
 */
import type { Tier } from "../domain.ts";

export type ModelPurpose = "read" | "answer" | "summary";

export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON Schema with `additionalProperties: false`; sent as a strict schema. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

/** A passage of the knowledge base as the model sees it. `source` is the article's link or `kb:<article id>`. */
export interface SearchResultBlock {
  readonly type: "search_result";
  readonly source: string;
  readonly title: string;
  readonly text: string;
}

export interface TextBlock {
  readonly type: "text";
  readonly text: string;
}

export interface ToolCall {
  readonly type: "tool_call";
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

export interface ToolResult {
  readonly type: "tool_result";
  readonly callId: string;
  readonly isError: boolean;
  readonly content: readonly (TextBlock | SearchResultBlock)[];
}

/** A block that only its own model understands (thinking); replayed unchanged within one tool loop. */
export interface OpaqueBlock {
  readonly type: "opaque";
  readonly model: string;
  readonly value: unknown;
}

export type ModelMessage =
  | { readonly role: "user"; readonly content: readonly (TextBlock | SearchResultBlock | ToolResult)[] }
  | { readonly role: "assistant"; readonly content: readonly (TextBlock | ToolCall | OpaqueBlock)[] };

export interface ModelRequest {
  readonly purpose: ModelPurpose;
  readonly tier: Tier;
  readonly system: string;
  readonly tools: readonly ToolSpec[];
  readonly messages: readonly ModelMessage[];
  readonly maxOutputTokens: number;
  /** Asks for JSON of this schema instead of prose. Never together with search results (the API refuses both). */
  readonly outputSchema?: Readonly<Record<string, unknown>>;
  /** An opaque hash of who is being served, for the provider's abuse handling. Never an e-mail or a name. */
  readonly userRef: string;
}

/** Tokens by kind. `inputTokens` counts only what was neither written to nor read from the cache. */
export interface Usage {
  readonly inputTokens: number;
  readonly cacheWrite5mTokens: number;
  readonly cacheWrite1hTokens: number;
  readonly cacheReadTokens: number;
  readonly outputTokens: number;
}

/** `source` of a search result that a sentence of the answer rests on; only sources that were given are reported. */
export interface ModelCitation {
  readonly source: string;
  readonly title: string;
  readonly citedText: string;
}

interface ReplyBase {
  readonly model: string;
  readonly usage: Usage;
  /** Priced from `usage` by the implementation's own table; 0 for the offline model. */
  readonly costMicros: number;
}

export type ModelReply =
  | (ReplyBase & {
      readonly kind: "answer";
      readonly text: string;
      readonly citations: readonly ModelCitation[];
    })
  | (ReplyBase & {
      readonly kind: "tool_calls";
      /** The whole assistant turn, to be sent back unchanged before the results. */
      readonly turn: ModelMessage & { readonly role: "assistant" };
      readonly calls: readonly ToolCall[];
    })
  /** The model declined. A refused turn may hold half a tool call; nothing of it is run. */
  | (ReplyBase & { readonly kind: "refused"; readonly detail: string })
  /** Ended by the output limit, or inside a tool call. */
  | (ReplyBase & { readonly kind: "truncated"; readonly text: string; readonly insideToolCall: boolean })
  | (ReplyBase & { readonly kind: "context_exceeded" });

export interface Model {
  /** The id that the ledger and the turn report show for this tier. */
  nameFor(tier: Tier): string;
  /** Upper bound in micro-dollars of what `complete` may cost; what is booked is never more. */
  worstCost(request: ModelRequest): number;
  /**
   * One call. Throws `DeskhandError` `model_unreachable` or `model_rate_limited` (retryable), `model_rejected` (our
   * request was wrong) or `model_not_allowed` (key, billing, permission: the operator's problem); an `AbortError`
   * passes through when `signal` fires.
   */
  complete(request: ModelRequest, signal: AbortSignal): Promise<ModelReply>;
}
