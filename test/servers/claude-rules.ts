import { createHash } from "node:crypto";

/**
 * What the Messages API refuses, as far as it is known (and a little more): the local server is stricter than the real
 * one, so that a request which passes here is not refused there.
 */

/** A request body after parsing; anything may be in it. */
export type Body = Readonly<Record<string, unknown>>;
export interface Block {
  readonly type: string;
  readonly [key: string]: unknown;
}
interface Turn {
  readonly role: string;
  readonly blocks: readonly Block[];
}

/** The API's answer to a request that it does not accept. */
export class Refusal extends Error {
  readonly status: number;
  readonly type: string;
  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

export interface KnownModel {
  readonly context: number;
  readonly cacheMinimum: number;
  readonly thinking: readonly string[];
  readonly effort: boolean;
  readonly forcedTools: boolean;
  readonly prefill: boolean;
}

const OPUS: KnownModel = {
  context: 1_000_000,
  cacheMinimum: 512,
  thinking: ["adaptive"],
  effort: true,
  forcedTools: false,
  prefill: false,
};

export const KNOWN_MODELS: Readonly<Record<string, KnownModel>> = {
  "claude-haiku-5-5": { ...OPUS, thinking: ["adaptive", "disabled"], forcedTools: true },
  "claude-sonnet-5-5": { ...OPUS, thinking: ["adaptive", "between_tools"] },
  "claude-opus-5-5": OPUS,
  "claude-haiku-4-5": {
    context: 200_000,
    cacheMinimum: 4_096,
    thinking: ["enabled", "disabled"],
    effort: false,
    forcedTools: true,
    prefill: true,
  },
};

export interface RuleContext {
  /** Assistant turns that this server paused, as JSON; only they may end a request on a model without prefill. */
  readonly paused: ReadonlySet<string>;
  readonly counting: boolean;
}

/** Throws a `Refusal` for the first rule that is broken. */
export function checkRequest(body: Body, context: RuleContext): void {
  onlyKnownKeys(body);
  const model = checkModel(body);
  if (!context.counting) checkMaxTokens(body["max_tokens"]);
  wellFormed(body, "body");
  checkThinking(body, model);
  checkOutput(body, model);
  checkMetadata(body["metadata"]);
  const names = checkTools(body["tools"]);
  checkToolChoice(body["tool_choice"], names, model);
  checkSystem(body["system"]);
  const turns = checkMessages(body["messages"]);
  checkEnd(turns, model, context.paused);
  checkToolPairs(turns, names.size > 0);
  checkSearchResults(turns, body);
  checkCacheControl(body);
}

const KEYS = new Set(
  (
    "model max_tokens messages system tools tool_choice stop_sequences stream metadata thinking output_config " +
    "cache_control diagnostics service_tier speed inference_geo container"
  ).split(" "),
);

function onlyKnownKeys(body: Body): void {
  for (const key of Object.keys(body)) if (!KEYS.has(key)) invalid(`${key}: Extra inputs are not permitted`);
}

function checkModel(body: Body): KnownModel {
  const model = body["model"];
  if (typeof model !== "string") return invalid("model: Field required");
  const known = KNOWN_MODELS[model];
  if (!known) throw new Refusal(404, "not_found_error", `model: ${model}`);
  return known;
}

function checkMaxTokens(value: unknown): void {
  if (value === undefined) invalid("max_tokens: Field required");
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1) {
    return invalid("max_tokens: must be greater than or equal to 1");
  }
  if (value > 128_000) invalid(`max_tokens: ${value} > 128000, the maximum for this model`);
}

function wellFormed(value: unknown, path: string): void {
  if (typeof value === "string" && !value.isWellFormed()) invalid(`${path}: the text is not valid UTF-8`);
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    wellFormed(key, path);
    wellFormed(inner, `${path}.${key}`);
  }
}

function checkThinking(body: Body, model: KnownModel): void {
  const thinking = body["thinking"];
  if (thinking === undefined) return;
  const type = isObject(thinking) ? thinking["type"] : undefined;
  if (typeof type !== "string" || !model.thinking.includes(type)) {
    const hint =
      model.thinking.includes("between_tools") && type === "disabled" ? " Use between_tools instead." : "";
    invalid(`thinking.type: "${String(type)}" is not supported on this model.${hint}`);
  }
  const effort = isObject(body["output_config"]) ? body["output_config"]["effort"] : undefined;
  const high = effort === "xhigh" || effort === "max";
  if (high && (type === "between_tools" || type === "disabled")) {
    invalid(`thinking.type: "${type}" cannot be used with effort "${effort}"`);
  }
}

function checkOutput(body: Body, model: KnownModel): void {
  const config = body["output_config"];
  if (config === undefined) return;
  if (!isObject(config)) return invalid("output_config: must be an object");
  const { effort, format } = config;
  if (effort !== undefined) {
    if (!model.effort) invalid("output_config.effort: This model does not support the effort parameter.");
    const known: unknown[] = ["low", "medium", "high", "xhigh", "max"];
    if (!known.includes(effort)) invalid("output_config.effort: unknown");
  }
  if (format === undefined) return;
  if (!isObject(format) || format["type"] !== "json_schema")
    return invalid("output_config.format.type: json_schema");
  checkStrictSchema(format["schema"], "output_config.format.schema");
}

function checkMetadata(metadata: unknown): void {
  if (metadata === undefined) return;
  const user = isObject(metadata) ? metadata["user_id"] : undefined;
  if (user === undefined) return;
  if (typeof user !== "string" || user.length > 256)
    return invalid("metadata.user_id: at most 256 characters");
  if (/[@\s]/.test(user)) invalid("metadata.user_id: must be opaque, not a name or an e-mail");
}

function checkTools(tools: unknown): Set<string> {
  const names = new Set<string>();
  if (tools === undefined) return names;
  if (!Array.isArray(tools)) return invalid("tools: must be a list");
  for (const [i, tool] of (tools as unknown[]).entries()) {
    if (!isObject(tool)) return invalid(`tools.${i}: must be an object`);
    const { name, input_schema: schema } = tool;
    if (typeof name !== "string" || !/^[a-zA-Z0-9_-]{1,128}$/.test(name)) {
      return invalid(`tools.${i}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`);
    }
    if (names.has(name)) invalid("tools: Tool names must be unique.");
    names.add(name);
    if (!isObject(schema) || schema["type"] !== "object")
      invalid(`tools.${i}.custom.input_schema.type: object`);
    if (tool["strict"] === true) checkStrictSchema(schema, `tools.${i}.custom.input_schema`);
  }
  return names;
}

const NOT_STRICT = (
  "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength maxItems uniqueItems " +
  "minProperties maxProperties patternProperties not oneOf"
).split(" ");

function checkStrictSchema(schema: unknown, path: string): void {
  if (!isObject(schema)) return invalid(`${path}: must be a JSON schema`);
  for (const key of NOT_STRICT) if (key in schema) invalid(`${path}: property '${key}' is not supported`);
  if (typeof schema["$ref"] === "string" && !schema["$ref"].startsWith("#/$defs/"))
    invalid(`${path}: external $ref`);
  if (schema["type"] === "object" && schema["additionalProperties"] !== false) {
    invalid(`${path}: For 'object' type, 'additionalProperties' must be explicitly set to false`);
  }
  for (const key of ["properties", "$defs"]) {
    if (!isObject(schema[key])) continue;
    for (const [name, inner] of Object.entries(schema[key]))
      checkStrictSchema(inner, `${path}.${key}.${name}`);
  }
  if (schema["items"] !== undefined) checkStrictSchema(schema["items"], `${path}.items`);
  for (const key of ["anyOf", "allOf"]) {
    if (Array.isArray(schema[key]))
      for (const inner of schema[key]) checkStrictSchema(inner, `${path}.${key}`);
  }
}

function checkToolChoice(choice: unknown, names: ReadonlySet<string>, model: KnownModel): void {
  if (choice === undefined) return;
  const type = isObject(choice) ? choice["type"] : undefined;
  if (names.size === 0) invalid("tool_choice: may only be specified while providing tools");
  if ((type === "any" || type === "tool") && !model.forcedTools) {
    invalid(`tool_choice.type: "${type}" is not supported on this model`);
  }
  if (type === "tool" && !names.has(String((choice as Body)["name"])))
    invalid("tool_choice.name: no such tool");
}

function checkSystem(system: unknown): void {
  if (system === undefined || typeof system === "string") return;
  if (!Array.isArray(system)) return invalid("system: must be text or a list of text blocks");
  for (const [i, block] of (system as unknown[]).entries()) {
    if (!isBlock(block) || block.type !== "text") return invalid(`system.${i}: must be a text block`);
    checkText(block, `system.${i}`);
  }
}

function checkMessages(messages: unknown): Turn[] {
  if (!Array.isArray(messages) || messages.length === 0)
    return invalid("messages: at least one message is required");
  const turns: Turn[] = [];
  for (const [i, message] of (messages as unknown[]).entries()) {
    if (!isObject(message)) return invalid(`messages.${i}: must be an object`);
    const { role, content } = message;
    if (role !== "user" && role !== "assistant") return invalid(`messages.${i}.role: user or assistant`);
    if (i === 0 && role !== "user") invalid('messages: first message must use the "user" role');
    const blocks = typeof content === "string" ? [{ type: "text", text: content }] : content;
    if (!Array.isArray(blocks) || blocks.length === 0)
      return invalid(`messages.${i}: must have non-empty content`);
    for (const [j, block] of (blocks as unknown[]).entries())
      checkBlock(block, role, `messages.${i}.content.${j}`);
    // Consecutive turns of one role are combined into one.
    const last = turns.at(-1);
    if (last?.role === role)
      turns[turns.length - 1] = { role, blocks: [...last.blocks, ...(blocks as Block[])] };
    else turns.push({ role, blocks: blocks as Block[] });
  }
  return turns;
}

const USER_BLOCKS = ["text", "search_result", "tool_result", "image", "document"];
const ASSISTANT_BLOCKS = ["text", "tool_use", "thinking", "redacted_thinking"];

function checkBlock(block: unknown, role: string, path: string): void {
  if (!isBlock(block)) return invalid(`${path}.type: Field required`);
  const allowed = role === "user" ? USER_BLOCKS : ASSISTANT_BLOCKS;
  if (!allowed.includes(block.type))
    invalid(`${path}: a "${block.type}" block is not allowed in a ${role} message`);
  if (block.type === "text") checkText(block, path, role === "user");
  if (block.type === "search_result") checkSearchResult(block, path);
  if (block.type === "tool_use") checkToolUse(block, path);
  if (block.type === "tool_result") checkToolResult(block, path);
  if (block.type === "thinking" && block["signature"] !== signatureOf(String(block["thinking"]))) {
    invalid(`${path}: Invalid \`signature\` in \`thinking\` block`);
  }
}

/** Thinking comes back unmodified or not at all; the real signature is a secret, ours is a hash. */
export function signatureOf(thinking: string): string {
  return createHash("sha256").update(`signed:${thinking}`).digest("base64");
}

function checkText(block: Block, path: string, fromUser = false): void {
  const { text, citations } = block;
  if (typeof text !== "string") return invalid(`${path}.text: Field required`);
  if (text === "") invalid("messages: text content blocks must be non-empty");
  if (text.trim() === "") invalid("messages: text content blocks must contain non-whitespace text");
  if (fromUser && Array.isArray(citations) && citations.length > 0) {
    invalid(`${path}.citations: citations are not permitted on text in a user message`);
  }
}

function checkSearchResult(block: Block, path: string): void {
  for (const key of ["source", "title"]) {
    if (typeof block[key] !== "string" || block[key] === "") invalid(`${path}.${key}: Field required`);
  }
  const { content } = block;
  if (!Array.isArray(content) || content.length === 0) return invalid(`${path}.content: must not be empty`);
  for (const inner of content as unknown[]) {
    if (!isBlock(inner) || inner.type !== "text") return invalid(`${path}.content: only text blocks`);
    checkText(inner, path, true);
  }
}

const TOOL_ID = /^[a-zA-Z0-9_-]+$/;

function checkToolUse(block: Block, path: string): void {
  if (typeof block["id"] !== "string" || !TOOL_ID.test(block["id"])) {
    invalid(`${path}.id: String should match pattern '${TOOL_ID.source}'`);
  }
  if (typeof block["name"] !== "string" || !/^[a-zA-Z0-9_-]{1,200}$/.test(block["name"]))
    invalid(`${path}.name`);
  if (!isObject(block["input"])) invalid(`${path}.input: Input should be a valid dictionary`);
}

function checkToolResult(block: Block, path: string): void {
  if (typeof block["tool_use_id"] !== "string") invalid(`${path}.tool_use_id: Field required`);
  const { content } = block;
  if (content === undefined || typeof content === "string") return;
  if (!Array.isArray(content)) return invalid(`${path}.content: text or a list of blocks`);
  for (const inner of content as unknown[]) {
    if (!isBlock(inner) || !["text", "search_result", "image", "document"].includes(inner.type)) {
      return invalid(`${path}.content: block type not allowed`);
    }
    if (block["is_error"] === true && inner.type !== "text") {
      invalid(`${path}: all content must be type "text" if "is_error" is true`);
    }
    checkBlock(inner, "user", path);
  }
}

function checkEnd(turns: readonly Turn[], model: KnownModel, paused: ReadonlySet<string>): void {
  const last = turns.at(-1);
  if (last?.role !== "assistant" || model.prefill) return;
  if (paused.has(JSON.stringify(last.blocks))) return;
  invalid(
    "This model does not support assistant message prefill. The conversation must end with a user message.",
  );
}

function checkToolPairs(turns: readonly Turn[], hasTools: boolean): void {
  const seen = new Set<string>();
  for (const [i, turn] of turns.entries()) {
    const uses = turn.role === "assistant" ? idsOf(turn.blocks, "tool_use", "id") : [];
    for (const id of uses) {
      if (seen.has(id)) invalid("messages: `tool_use` ids must be unique");
      seen.add(id);
    }
    const next = turns[i + 1];
    const results = next ? idsOf(next.blocks, "tool_result", "tool_use_id") : [];
    const missing = uses.filter((id) => !results.includes(id));
    if (missing.length > 0) {
      invalid(
        `messages.${i}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(", ")}`,
      );
    }
    if (turn.role === "user") checkResultsOf(turn, turns[i - 1], i);
    if (!hasTools && (uses.length > 0 || idsOf(turn.blocks, "tool_result", "tool_use_id").length > 0)) {
      invalid("Requests which have `tool_use` or `tool_result` blocks in messages must define tools");
    }
  }
}

function checkResultsOf(turn: Turn, previous: Turn | undefined, i: number): void {
  const results = idsOf(turn.blocks, "tool_result", "tool_use_id");
  const uses = previous ? idsOf(previous.blocks, "tool_use", "id") : [];
  for (const id of results) {
    if (!uses.includes(id)) {
      invalid(`messages.${i}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}`);
    }
  }
  if (new Set(results).size !== results.length)
    invalid(`messages.${i}: each tool_use must have a single result`);
  const firstOther = turn.blocks.findIndex((block) => block.type !== "tool_result");
  const lastResult = turn.blocks.findLastIndex((block) => block.type === "tool_result");
  if (firstOther !== -1 && firstOther < lastResult) {
    invalid(`messages.${i}: \`tool_result\` blocks must come first in the content of a user message`);
  }
}

function idsOf(blocks: readonly Block[], type: string, key: string): string[] {
  return blocks.filter((block) => block.type === type).map((block) => String(block[key]));
}

function checkSearchResults(turns: readonly Turn[], body: Body): void {
  const results = turns.flatMap((turn) => searchResultsIn(turn.blocks));
  const cited = results.filter(
    (block) => isObject(block["citations"]) && block["citations"]["enabled"] === true,
  );
  if (cited.length > 0 && cited.length < results.length) {
    invalid("Citations must be enabled on all or none of the search results in a request");
  }
  if (cited.length > 0 && isObject(body["output_config"]) && body["output_config"]["format"] !== undefined) {
    invalid("output_config.format: citations cannot be combined with structured outputs");
  }
}

/** In the order in which citations number them. */
export function searchResultsIn(blocks: readonly Block[]): Block[] {
  return blocks.flatMap((block) => {
    if (block.type === "search_result") return [block];
    if (block.type === "tool_result" && Array.isArray(block["content"])) {
      return searchResultsIn(block["content"] as Block[]);
    }
    return [];
  });
}

function checkCacheControl(body: Body): void {
  const marks: unknown[] = [];
  collect([body["tools"], body["system"], body["messages"]], marks);
  if (body["cache_control"] !== undefined) marks.push(body["cache_control"]);
  if (marks.length > 4)
    invalid(`A maximum of 4 blocks with cache_control may be provided. Found ${marks.length}.`);
  let shorter = false;
  for (const mark of marks) {
    if (!isObject(mark) || mark["type"] !== "ephemeral") invalid("cache_control.type: ephemeral");
    const ttl = (mark as Body)["ttl"] ?? "5m";
    if (ttl !== "5m" && ttl !== "1h") invalid("cache_control.ttl: 5m or 1h");
    if (ttl === "1h" && shorter) invalid("cache_control: a ttl of 1h must not come after one of 5m");
    shorter ||= ttl === "5m";
  }
}

function collect(value: unknown, marks: unknown[]): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === "cache_control") {
      if (inner !== null) marks.push(inner);
    } else if (key !== "input" && key !== "input_schema") collect(inner, marks);
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isBlock(value: unknown): value is Block {
  return isObject(value) && typeof value["type"] === "string";
}

function invalid(message: string): never {
  throw new Refusal(400, "invalid_request_error", message);
}
