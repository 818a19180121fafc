import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

import { z } from "zod";

import {
  answerFromSources,
  toContent,
  type Behaviour,
  type Scripted,
  type ScriptedTurn,
} from "./claude-behaviour.ts";
import { checkRequest, isObject, KNOWN_MODELS, Refusal, type Block, type Body } from "./claude-rules.ts";
import { toEvents } from "./claude-stream.ts";
import { countOutput, countPrompt, createPromptCache } from "./claude-usage.ts";

export * from "./claude-behaviour.ts";
export { countTokens } from "./claude-usage.ts";

export interface ClaudeServerOptions {
  /** What to answer; without it, `answerFromSources`. */
  readonly reply?: Behaviour;
  /** The only key that is accepted; any when absent. */
  readonly apiKey?: string;
  readonly now?: () => number;
}

export interface SeenRequest {
  readonly body: Body;
  readonly headers: IncomingMessage["headers"];
  readonly at: number;
  /** What it was answered with; 0 while under way and when the connection was dropped. */
  status: number;
}

export interface ClaudeServer {
  readonly url: string;
  /** Every POST to /v1/messages, refused ones included, in order. */
  readonly requests: readonly SeenRequest[];
  /** What a request or a script did that the real API would not have let pass; a good test ends with none. */
  readonly violations: readonly string[];
  /** Input and output tokens by kind over all answers. */
  readonly usages: readonly Readonly<Record<string, unknown>>[];
  behave(reply: Behaviour): void;
  close(): Promise<void>;
}

/**
 * A Messages API on 127.0.0.1 that refuses what the real one refuses, counts what it counts, and does as it is told.
 *
 * It exists so that the real SDK can be driven over a real socket without a network. Not for anything but tests.
 */
export async function startClaude(options: ClaudeServerOptions = {}): Promise<ClaudeServer> {
  const now = options.now ?? Date.now;
  const state: State = {
    options,
    reply: options.reply ?? answerFromSources,
    requests: [],
    violations: [],
    usages: [],
    paused: new Set(),
    cache: createPromptCache(now),
    now,
    accepted: 0,
    ids: 0,
  };
  const server = createServer((request, response) => {
    void serve(request, response, state).catch((error: unknown) => {
      state.violations.push(`script: ${error instanceof Error ? error.message : String(error)}`);
      if (response.headersSent) response.destroy();
      else sendError(response, new Refusal(500, "api_error", String(error)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests: state.requests,
    violations: state.violations,
    usages: state.usages,
    behave(reply) {
      state.reply = reply;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
      });
    },
  };
}

interface State {
  readonly options: ClaudeServerOptions;
  reply: Behaviour;
  readonly requests: SeenRequest[];
  readonly violations: string[];
  readonly usages: Record<string, unknown>[];
  readonly paused: Set<string>;
  readonly cache: ReturnType<typeof createPromptCache>;
  readonly now: () => number;
  accepted: number;
  ids: number;
}

async function serve(request: IncomingMessage, response: ServerResponse, state: State): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const text = await bodyOf(request);
  response.setHeader("request-id", `req_local_${state.requests.length + 1}`);
  const seen: SeenRequest = { body: {}, headers: request.headers, at: state.now(), status: 0 };
  response.once("finish", () => (seen.status = response.statusCode));
  try {
    checkHeaders(request, state.options.apiKey);
    if (request.method === "GET") return sendModel(response, pathname);
    if (request.method !== "POST") throw new Refusal(405, "invalid_request_error", "Method Not Allowed");
    const counting = pathname === "/v1/messages/count_tokens";
    if (!counting && pathname !== "/v1/messages") throw new Refusal(404, "not_found_error", "Not found");
    const body = parse(text);
    Object.assign(seen, { body });
    if (!counting) state.requests.push(seen);
    checkRequest(body, { paused: state.paused, counting });
    const tokens = countPrompt(body);
    if (counting) return sendJson(response, 200, { input_tokens: tokens });
    const { context } = KNOWN_MODELS[String(body["model"])] ?? { context: 0 };
    if (tokens > context) {
      throw new Refusal(
        400,
        "invalid_request_error",
        `prompt is too long: ${tokens} tokens > ${context} maximum`,
      );
    }
    const scripted = await state.reply(body, state.accepted++);
    await perform(scripted, body, response, state);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    state.violations.push(`${error.status} ${error.message}`);
    sendError(response, error);
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function checkHeaders(request: IncomingMessage, apiKey: string | undefined): void {
  const [scheme, token] = (request.headers.authorization ?? "").split(" ");
  if (scheme !== "Bearer" || !token) {
    throw new Refusal(401, "authentication_error", "Authorization: Bearer is required");
  }
  if (apiKey !== undefined && token !== apiKey)
    throw new Refusal(401, "authentication_error", "invalid API key");
  if (!/^\d{4}-\d{2}-\d{2}$/.test(String(request.headers["anthropic-version"] ?? ""))) {
    throw new Refusal(400, "invalid_request_error", "anthropic-version: header is required");
  }
}

function parse(text: string): Body {
  try {
    const body: unknown = JSON.parse(text);
    if (isObject(body)) return body;
  } catch {
    // Told below, as for any other body that is not an object.
  }
  throw new Refusal(400, "invalid_request_error", "The request body is not valid JSON");
}

async function perform(
  scripted: Scripted,
  body: Body,
  response: ServerResponse,
  state: State,
): Promise<void> {
  if (scripted.kind === "hang") {
    if (scripted.afterHeaders) response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
    return;
  }
  if (scripted.delayMs !== undefined) await wait(scripted.delayMs);
  if (response.destroyed) return;
  if (scripted.kind === "fail") {
    for (const [name, value] of Object.entries(scripted.headers ?? {})) response.setHeader(name, value);
    const { type, message, details } = scripted;
    sendJson(response, scripted.status, errorBody(type, message, details));
    return;
  }
  const turn = scripted.kind === "cut" ? scripted.turn : scripted;
  const message = toMessage(turn, body, state);
  const streamed = body["stream"] === true;
  const payload = streamed ? toEvents(message) : JSON.stringify(message);
  const type = streamed ? "text/event-stream" : "application/json";
  if (scripted.kind === "cut") {
    if (scripted.atByte === 0) return void response.socket?.destroy();
    // A length that is never reached, as when a proxy dies in the middle of an answer.
    response.writeHead(200, { "content-type": type, "content-length": Buffer.byteLength(payload) });
    response.write(Buffer.from(payload).subarray(0, scripted.atByte), () => response.socket?.destroy());
    return;
  }
  response.writeHead(200, { "content-type": type });
  response.end(payload);
}

function toMessage(turn: ScriptedTurn, body: Body, state: State): Record<string, unknown> {
  const content = toContent(turn, body, (kind) => `${kind}_${++state.ids}`);
  if (!turn.unchecked) checkCalls(content, body);
  const written = content.reduce((sum, block) => sum + countOutput(block), 0);
  const limit = Number(body["max_tokens"]);
  if (written > limit && !turn.unchecked) {
    throw new Error(`The scripted answer has ${written} tokens, over max_tokens ${limit}.`);
  }
  // An adversary may write as much as it likes; the API stops it where it stops everybody.
  const stop = written > limit ? "max_tokens" : turn.stop;
  const usage = {
    ...state.cache.book(body),
    output_tokens: stop === "max_tokens" ? limit : written,
    output_tokens_details: null,
    server_tool_use: null,
    service_tier: "standard",
    speed: null,
    inference_geo: null,
  };
  state.usages.push(usage);
  if (turn.stop === "pause_turn") state.paused.add(JSON.stringify([...pausedBefore(body), ...content]));
  return {
    id: `msg_${++state.ids}`,
    type: "message",
    role: "assistant",
    model: body["model"],
    content,
    stop_reason: stop,
    stop_sequence: null,
    stop_details: turn.stopDetails ?? null,
    container: null,
    diagnostics: null,
    usage,
  };
}

/** The blocks of the paused turn that this request continues; none when it ends with a user turn. */
function pausedBefore(body: Body): readonly Block[] {
  const last = (body["messages"] as { role: string; content: string | Block[] }[]).at(-1);
  return last?.role === "assistant" && typeof last.content !== "string" ? last.content : [];
}

/** A strict tool's input always fits its schema in the real API, so a script may not pretend otherwise. */
function checkCalls(content: readonly Block[], body: Body): void {
  const tools =
    (body["tools"] as { name: string; strict?: boolean; input_schema: unknown }[] | undefined) ?? [];
  for (const block of content.filter((one) => one.type === "tool_use")) {
    const tool = tools.find((one) => one.name === block["name"]);
    if (!tool)
      throw new Error(`The script calls ${String(block["name"])}, which the request does not offer.`);
    if (tool.strict !== true) continue;
    const parsed = z
      .fromJSONSchema(tool.input_schema as z.core.JSONSchema.JSONSchema)
      .safeParse(block["input"]);
    if (!parsed.success)
      throw new Error(`The script's input of ${tool.name} is not strict: ${parsed.error.message}`);
  }
}

function sendModel(response: ServerResponse, pathname: string): void {
  if (pathname === "/v1/models") {
    const data = Object.keys(KNOWN_MODELS).map(modelInfo);
    return sendJson(response, 200, {
      data,
      has_more: false,
      first_id: data[0]?.id,
      last_id: data.at(-1)?.id,
    });
  }
  const id = decodeURIComponent(pathname.replace("/v1/models/", ""));
  if (!KNOWN_MODELS[id]) throw new Refusal(404, "not_found_error", `model: ${id}`);
  sendJson(response, 200, modelInfo(id));
}

function modelInfo(id: string): { readonly id: string } & Record<string, unknown> {
  return { type: "model", id, display_name: id, created_at: "2026-10-07T00:00:00Z" };
}

function sendError(response: ServerResponse, refusal: Refusal): void {
  sendJson(response, refusal.status, errorBody(refusal.type, refusal.message));
}

function errorBody(type: string, message: string, details?: Readonly<Record<string, unknown>>): unknown {
  return { type: "error", error: { type, message, ...(details && { details }) }, request_id: "req_local" };
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
