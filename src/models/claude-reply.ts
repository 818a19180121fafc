import type {
  ContentBlock,
  Message,
  MessageCreateParamsNonStreaming,
  SearchResultBlockParam,
  Usage as ClaudeUsage,
} from "@anthropic-ai/sdk/resources/messages";

import type { ModelCitation, ModelMessage, ModelReply, ToolCall, Usage } from "./model.ts";

/** What the calls behind one reply cost together, and which model wrote it. */
export interface Booked {
  readonly model: string;
  readonly usage: Usage;
  readonly costMicros: number;
}

/**
 * Claude's message in our words, read by the type of each block and decided by `stop_reason` alone.
 *
 * @param content every block of the turn, those before a pause included.
 */
export function toReply(
  message: Message,
  content: readonly ContentBlock[],
  params: MessageCreateParamsNonStreaming,
  booked: Booked,
): ModelReply {
  const insideToolCall = content.some((block) => block.type === "tool_use");
  const text = textOf(content);
  switch (message.stop_reason) {
    case "tool_use":
      if (insideToolCall) return { kind: "tool_calls", ...booked, ...toTurn(content, booked.model) };
      return { kind: "answer", ...booked, text, citations: citationsOf(content, params) };
    case "end_turn":
    case "stop_sequence":
      return { kind: "answer", ...booked, text, citations: citationsOf(content, params) };
    case "refusal":
      // A refused turn may hold half an answer or half a tool call. Neither is passed on.
      return { kind: "refused", ...booked, detail: refusalOf(message) };
    case "model_context_window_exceeded":
      return { kind: "context_exceeded", ...booked };
    case "max_tokens":
    case "pause_turn":
    case null:
      return { kind: "truncated", ...booked, text, insideToolCall };
    default:
      // A stop reason of a later API: whatever it means, the turn did not end in a way that we know to be whole.
      return { kind: "truncated", ...booked, text, insideToolCall };
  }
}

export function usageOf(usage: ClaudeUsage): Usage {
  const written = usage.cache_creation_input_tokens ?? 0;
  const for1h = usage.cache_creation?.ephemeral_1h_input_tokens ?? 0;
  return {
    inputTokens: usage.input_tokens,
    cacheWrite5mTokens: usage.cache_creation?.ephemeral_5m_input_tokens ?? written - for1h,
    cacheWrite1hTokens: for1h,
    cacheReadTokens: usage.cache_read_input_tokens ?? 0,
    outputTokens: usage.output_tokens,
  };
}

/** The API cuts an answer into blocks where a citation begins or ends; together they are the text. */
function textOf(content: readonly ContentBlock[]): string {
  return content.map((block) => (block.type === "text" ? block.text : "")).join("");
}

function toTurn(
  content: readonly ContentBlock[],
  model: string,
): { readonly turn: ModelMessage & { readonly role: "assistant" }; readonly calls: readonly ToolCall[] } {
  const calls: ToolCall[] = [];
  const blocks: (ModelMessage & { role: "assistant" })["content"][number][] = [];
  for (const block of content) {
    if (block.type === "tool_use") {
      const call: ToolCall = { type: "tool_call", id: block.id, name: block.name, input: block.input };
      calls.push(call);
      blocks.push(call);
    } else if (block.type === "text") {
      if (block.text !== "") blocks.push({ type: "text", text: block.text });
    } else {
      blocks.push({ type: "opaque", model, value: block });
    }
  }
  return { turn: { role: "assistant", content: blocks }, calls };
}

/** Only what was in our own request counts as a source: an index or a link that we did not send is dropped. */
function citationsOf(
  content: readonly ContentBlock[],
  params: MessageCreateParamsNonStreaming,
): ModelCitation[] {
  const given = searchResultsOf(params);
  const citations = new Map<string, ModelCitation>();
  for (const block of content) {
    if (block.type !== "text") continue;
    for (const citation of block.citations ?? []) {
      if (citation.type !== "search_result_location") continue;
      const result = given[citation.search_result_index];
      if (!result || result.source !== citation.source) continue;
      const citedText = result.content
        .slice(citation.start_block_index, citation.end_block_index)
        .map((part) => part.text)
        .join("");
      if (citedText === "") continue;
      const key = JSON.stringify([result.source, citedText]);
      if (!citations.has(key)) citations.set(key, { source: result.source, title: result.title, citedText });
    }
  }
  return [...citations.values()];
}

/** In the order in which the API numbers them: across messages, tool results included. */
function searchResultsOf(params: MessageCreateParamsNonStreaming): SearchResultBlockParam[] {
  const results: SearchResultBlockParam[] = [];
  for (const { content } of params.messages) {
    if (typeof content === "string") continue;
    for (const block of content) {
      if (block.type === "search_result") results.push(block);
      if (block.type !== "tool_result" || !Array.isArray(block.content)) continue;
      for (const inner of block.content) if (inner.type === "search_result") results.push(inner);
    }
  }
  return results;
}

function refusalOf(message: Message): string {
  const details = message.stop_details;
  const parts = [details?.category, details?.explanation].filter(
    (part) => part !== null && part !== undefined,
  );
  return parts.length > 0 ? parts.join(": ") : "no reason given";
}
