import { isObject, searchResultsIn, signatureOf, type Block, type Body } from "./claude-rules.ts";

/** What the local Claude is told to do with a request. */
export type Scripted =
  | ({ readonly kind: "turn" } & ScriptedTurn & Timing)
  | ({
      readonly kind: "fail";
      readonly status: number;
      readonly type: string;
      readonly message: string;
      readonly details?: Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>>;
    } & Timing)
  /** Takes the request and never answers. */
  | { readonly kind: "hang"; readonly afterHeaders?: boolean }
  /** Sends the first bytes of the answer's body and then drops the connection. 0: before the headers. */
  | ({ readonly kind: "cut"; readonly atByte: number; readonly turn: ScriptedTurn } & Timing);

interface Timing {
  readonly delayMs?: number;
}

export interface ScriptedTurn {
  readonly content: readonly ScriptedBlock[];
  readonly stop: string;
  readonly stopDetails?: Readonly<Record<string, unknown>>;
  /** Only an adversary's turns may call tools that were not offered or with inputs that a strict schema forbids. */
  readonly unchecked?: boolean;
}

export type ScriptedBlock =
  /** `cite`: indexes into the request's search results; `citations`: exactly these, true or not. */
  | {
      readonly type: "text";
      readonly text: string;
      readonly cite?: readonly number[];
      readonly citations?: readonly unknown[];
    }
  | { readonly type: "thinking"; readonly thinking: string }
  | { readonly type: "tool_use"; readonly name: string; readonly input: unknown; readonly id?: string };

/** Decides the answer to the n-th accepted request, counted from 0. */
export type Behaviour = (request: Body, n: number) => Scripted | Promise<Scripted>;

export interface CalledTool {
  readonly name: string;
  readonly input: unknown;
  readonly id?: string;
}

export function say(
  text: string,
  options: { readonly cite?: readonly number[]; readonly thinking?: string } = {},
): Scripted {
  return {
    kind: "turn",
    content: [
      ...thought(options.thinking),
      { type: "text", text, ...(options.cite && { cite: options.cite }) },
    ],
    stop: "end_turn",
  };
}

/** Several calls in one turn are parallel calls. */
export function callTools(
  calls: readonly CalledTool[],
  options: { readonly text?: string; readonly thinking?: string; readonly unchecked?: boolean } = {},
): Scripted {
  return {
    kind: "turn",
    content: [
      ...thought(options.thinking),
      ...(options.text === undefined ? [] : [{ type: "text" as const, text: options.text }]),
      ...calls.map((call) => ({ type: "tool_use" as const, ...call })),
    ],
    stop: "tool_use",
    ...(options.unchecked && { unchecked: true }),
  };
}

export function refuse(category: string | null = null, content: readonly ScriptedBlock[] = []): Scripted {
  const explanation = category === null ? null : "The request was declined.";
  return { kind: "turn", content, stop: "refusal", stopDetails: { type: "refusal", category, explanation } };
}

/** Ends at `max_tokens`; inside a tool call the input holds what had been written by then. */
export function stopAtLimit(text: string, insideToolCall?: CalledTool): Scripted {
  const content: ScriptedBlock[] = [{ type: "text", text }];
  if (insideToolCall) content.push({ type: "tool_use", ...insideToolCall });
  return { kind: "turn", content, stop: "max_tokens", unchecked: true };
}

export function pause(text: string): Scripted {
  return { kind: "turn", content: [{ type: "text", text }], stop: "pause_turn" };
}

export function exceedContext(): Scripted {
  return { kind: "turn", content: [], stop: "model_context_window_exceeded" };
}

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  409: "conflict_error",
  413: "request_too_large",
  429: "rate_limit_error",
  504: "timeout_error",
  529: "overloaded_error",
};

export function fail(
  status: number,
  options: {
    readonly retryAfterSeconds?: number;
    readonly retryAfterMs?: number;
    readonly errorCode?: string;
    readonly message?: string;
  } = {},
): Scripted {
  return {
    kind: "fail",
    status,
    type: ERROR_TYPES[status] ?? "api_error",
    message: options.message ?? `The local Claude was told to answer ${status}.`,
    ...(options.errorCode !== undefined && { details: { error_code: options.errorCode } }),
    headers: {
      ...(options.retryAfterSeconds !== undefined && { "retry-after": String(options.retryAfterSeconds) }),
      ...(options.retryAfterMs !== undefined && { "retry-after-ms": String(options.retryAfterMs) }),
    },
  };
}

export function hang(options: { readonly afterHeaders?: boolean } = {}): Scripted {
  return { kind: "hang", ...options };
}

export function cut(atByte: number, text = "This answer never arrives whole."): Scripted {
  return { kind: "cut", atByte, turn: { content: [{ type: "text", text }], stop: "end_turn" } };
}

export function after(delayMs: number, scripted: Scripted): Scripted {
  return scripted.kind === "hang" ? scripted : { ...scripted, delayMs };
}

/** One after another; the last one goes on for ever. */
export function inOrder(...steps: readonly (Scripted | Behaviour)[]): Behaviour {
  let next = 0;
  return (request, n) => {
    const step = steps[Math.min(next, steps.length - 1)];
    next += 1;
    if (step === undefined) throw new Error("inOrder() was given no steps");
    return typeof step === "function" ? step(request, n) : step;
  };
}

/**
 * A reasonable assistant: answers from the first search result and cites it, searches once when it was given none,
 * says so when it has nothing, and fills a requested schema with the plainest value that fits.
 */
export const answerFromSources: Behaviour = (request) => {
  const format = isObject(request["output_config"]) ? request["output_config"]["format"] : undefined;
  if (isObject(format)) return say(JSON.stringify(plainest(format["schema"])));
  const turns = request["messages"] as { role: string; content: string | Block[] }[];
  const blocks = turns.flatMap((turn) => (typeof turn.content === "string" ? [] : turn.content));
  const [first] = searchResultsIn(blocks);
  if (first) {
    const text = (first["content"] as { text: string }[]).map((part) => part.text).join("");
    return say(firstSentences(text), { cite: [0] });
  }
  const searched = blocks.some((block) => block.type === "tool_use");
  const tools = (request["tools"] as { name: string }[] | undefined) ?? [];
  if (!searched && tools.some((tool) => tool.name === "search_knowledge_base")) {
    return callTools([{ name: "search_knowledge_base", input: { query: lastWords(turns) } }]);
  }
  return say("I am not sure: I could not find anything about that.");
};

function firstSentences(text: string): string {
  return text.match(/^[\s\S]{1,400}?[.!?](?=\s|$)/)?.[0] ?? text.slice(0, 400);
}

function lastWords(turns: readonly { role: string; content: string | Block[] }[]): string {
  const last = turns.findLast((turn) => turn.role === "user");
  if (!last) return "";
  if (typeof last.content === "string") return last.content;
  return last.content
    .map((block) => (typeof block["text"] === "string" ? block["text"] : ""))
    .join(" ")
    .trim();
}

/** The smallest value of a schema: its first enum entry, "", 0, false, [] or an object of its required properties. */
export function plainest(schema: unknown): unknown {
  if (!isObject(schema)) return null;
  if ("const" in schema) return schema["const"];
  if (Array.isArray(schema["enum"])) return schema["enum"][0] as unknown;
  if (Array.isArray(schema["anyOf"])) return plainest(schema["anyOf"][0]);
  const type = Array.isArray(schema["type"]) ? (schema["type"][0] as unknown) : schema["type"];
  if (type === "string") return "";
  if (type === "number" || type === "integer") return 0;
  if (type === "boolean") return false;
  if (type === "array") return [];
  if (type !== "object") return null;
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const required = Array.isArray(schema["required"]) ? (schema["required"] as string[]) : [];
  return Object.fromEntries(required.map((name) => [name, plainest(properties[name])]));
}

function thought(thinking: string | undefined): ScriptedBlock[] {
  return thinking === undefined ? [] : [{ type: "thinking", thinking }];
}

/** Scripted blocks as the API would send them for this request. */
export function toContent(turn: ScriptedTurn, request: Body, id: (kind: string) => string): Block[] {
  const turns = request["messages"] as { content: string | Block[] }[];
  const results = searchResultsIn(
    turns.flatMap((one) => (typeof one.content === "string" ? [] : one.content)),
  );
  return turn.content.map((block) => {
    if (block.type === "thinking") return { ...block, signature: signatureOf(block.thinking) };
    if (block.type === "tool_use") {
      return {
        type: "tool_use",
        id: block.id ?? id("toolu"),
        name: block.name,
        input: block.input,
        caller: { type: "direct" },
      };
    }
    const citations = block.citations ?? (block.cite?.map((index) => citationOf(results, index)) || null);
    return { type: "text", text: block.text, citations };
  });
}

function citationOf(results: readonly Block[], index: number): unknown {
  const result = results[index];
  if (!result)
    throw new Error(`The behaviour cites search result ${index}, but the request has ${results.length}.`);
  if (!isObject(result["citations"]) || result["citations"]["enabled"] !== true) {
    throw new Error("The behaviour cites a search result whose citations are not enabled.");
  }
  const content = result["content"] as { text: string }[];
  return {
    type: "search_result_location",
    source: result["source"],
    title: result["title"],
    cited_text: content.map((part) => part.text).join(""),
    search_result_index: index,
    start_block_index: 0,
    end_block_index: content.length,
  };
}
