import type {
  ContentBlockParam,
  MessageCreateParamsNonStreaming,
  MessageParam,
  OutputConfig,
  SearchResultBlockParam,
  TextBlockParam,
  ThinkingConfigParam,
  Tool,
  ToolResultBlockParam,
} from "@anthropic-ai/sdk/resources/messages";
import { transformJSONSchema } from "@anthropic-ai/sdk/lib/transform-json-schema";

import type { ResolvedModel } from "./catalogue.ts";
import type {
  ModelMessage,
  ModelRequest,
  SearchResultBlock,
  TextBlock,
  ToolResult,
  ToolSpec,
} from "./model.ts";
import { estimateTokens } from "./tokens.ts";

/**
 * Our request in Claude's words. Pure: the same request gives the same bytes, or the prompt cache would never be hit.
 *
 * Never sets temperature, top_p, top_k or a forced tool (the API refuses them), and never ends on an assistant turn.
 */
export function toParams(request: ModelRequest, model: ResolvedModel): MessageCreateParamsNonStreaming {
  const tools = request.tools.map(toTool).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const thinking = thinkingFor(model);
  const outputConfig = outputConfigFor(request, model);
  return {
    model: model.id,
    max_tokens: request.maxOutputTokens + (model.row.thinking === "adaptive" ? THINKING_ROOM : 0),
    ...(request.system.trim() !== "" && { system: [toSystem(request.system, tools, model)] }),
    ...(tools.length > 0 && { tools }),
    ...(thinking && { thinking }),
    ...(outputConfig && { output_config: outputConfig }),
    metadata: { user_id: request.userRef },
    // The API refuses citations together with a fixed output format, so results then go in without them.
    messages: toMessages(request.messages, model.id, request.outputSchema === undefined),
  };
}

/** Thinking counts towards max_tokens; without room for it an answer may end before its first word. */
const THINKING_ROOM = 2_048;

function thinkingFor(model: ResolvedModel): ThinkingConfigParam | undefined {
  const rule = model.row.thinking;
  if (rule === "none") return undefined;
  return { type: rule === "off" ? "disabled" : rule };
}

/**
 * Effort is low for all but the strong model's answers. It must not change within one tool loop (`between_tools`
 * refuses that), and does not: a loop has one tier and one purpose.
 */
function outputConfigFor(request: ModelRequest, model: ResolvedModel): OutputConfig | undefined {
  const knowsEffort = model.row.thinking !== "none";
  const effort = request.purpose === "answer" && request.tier === 2 ? "medium" : "low";
  if (!knowsEffort && !request.outputSchema) return undefined;
  return {
    ...(knowsEffort && { effort }),
    ...(request.outputSchema && { format: { type: "json_schema", schema: strict(request.outputSchema) } }),
  };
}

function toTool(tool: ToolSpec): Tool {
  return {
    name: tool.name,
    description: tool.description,
    strict: true,
    input_schema: strict(tool.inputSchema) as Tool.InputSchema,
  };
}

/** Moves what a strict schema must not hold (minimum, maxLength, ...) into the description, as the SDK's helpers do. */
function strict(schema: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return transformJSONSchema(schema);
}

/**
 * Marks the end of tools and system for the cache where they are long enough to be cached; a mark costs nothing when
 * they are not. An unknown minimum is taken for the smallest that any model has.
 */
function toSystem(system: string, tools: readonly Tool[], model: ResolvedModel): TextBlockParam {
  const tokens = estimateTokens(system) + (tools.length > 0 ? estimateTokens(JSON.stringify(tools)) : 0);
  const worthwhile = tokens >= (model.row.cache_minimum_tokens ?? SMALLEST_KNOWN_MINIMUM);
  return { ...toText(system), ...(worthwhile && { cache_control: { type: "ephemeral" } }) };
}

const SMALLEST_KNOWN_MINIMUM = 512;

function toMessages(messages: readonly ModelMessage[], modelId: string, cite: boolean): MessageParam[] {
  const mapped: MessageParam[] = [];
  for (const message of messages) {
    const content =
      message.role === "user"
        ? toUserContent(message.content, cite)
        : toAssistantContent(message.content, modelId);
    // What is left empty (another model's thinking, blank text) would be refused.
    if (content.length > 0) mapped.push({ role: message.role, content });
  }
  return mapped;
}

type UserBlock = TextBlock | SearchResultBlock | ToolResult;

/** Tool results go first, in the order of the calls; the API refuses a user turn that has text before them. */
function toUserContent(blocks: readonly UserBlock[], cite: boolean): ContentBlockParam[] {
  const results: ContentBlockParam[] = [];
  const others: ContentBlockParam[] = [];
  for (const block of blocks) {
    if (block.type === "tool_result") results.push(toToolResult(block, cite));
    else others.push(...toPassages([block], cite));
  }
  return [...results, ...others];
}

function toToolResult(result: ToolResult, cite: boolean): ToolResultBlockParam {
  // A failed result may hold text only.
  const content = result.isError
    ? toPassages(result.content.map(asText), cite)
    : toPassages(result.content, cite);
  return {
    type: "tool_result",
    tool_use_id: toToolId(result.callId),
    ...(content.length > 0 && { content }),
    ...(result.isError && { is_error: true }),
  };
}

function asText(block: TextBlock | SearchResultBlock): TextBlock {
  return { type: "text", text: block.text };
}

function toPassages(
  blocks: readonly (TextBlock | SearchResultBlock)[],
  cite: boolean,
): (TextBlockParam | SearchResultBlockParam)[] {
  return blocks
    .filter((block) => block.text.trim() !== "")
    .map((block) => (block.type === "text" ? toText(block.text) : toSearchResult(block, cite)));
}

function toSearchResult(block: SearchResultBlock, cite: boolean): SearchResultBlockParam {
  return {
    type: "search_result",
    source: block.source.toWellFormed(),
    // An empty title would be refused; an article without one is known by its source.
    title: (block.title.trim() || block.source).toWellFormed(),
    content: [toText(block.text)],
    ...(cite && { citations: { enabled: true } }),
  };
}

function toAssistantContent(
  blocks: (ModelMessage & { role: "assistant" })["content"],
  modelId: string,
): ContentBlockParam[] {
  const content: ContentBlockParam[] = [];
  for (const block of blocks) {
    if (block.type === "tool_call") {
      content.push({
        type: "tool_use",
        id: toToolId(block.id),
        name: block.name,
        input: toInput(block.input),
      });
    } else if (block.type === "opaque") {
      // Thinking is signed for the model that thought it; another model's would be refused.
      if (block.model === modelId) content.push(block.value as ContentBlockParam);
    } else if (block.text.trim() !== "") {
      content.push(toText(block.text));
    }
  }
  return content;
}

/** The API takes objects only; what a model wrote instead is sent back as an empty one, its result says why it failed. */
function toInput(input: unknown): unknown {
  return typeof input === "object" && input !== null && !Array.isArray(input) ? input : {};
}

/** A lone surrogate (an emoji cut in half by a platform) is not valid UTF-8 and would be refused. */
function toText(text: string): TextBlockParam {
  return { type: "text", text: text.toWellFormed() };
}

/** Calls of the offline model may be answered by Claude's next round; its ids must pass too. */
function toToolId(id: string): string {
  return id.replace(/[^a-zA-Z0-9_-]/g, "_");
}
