import type { IncomingMessage, ServerResponse } from "node:http";
import { File } from "node:buffer";

import { serveAttachment } from "./attachments.ts";
import { ok, type Reply, type Routes } from "./call.ts";
import type { UploadedFile } from "./draft.ts";
import { ApiError } from "./errors.ts";
import type { Fault, Faults } from "./faults.ts";
import type { Limiter } from "./limits.ts";
import { ROUTES } from "./operations.ts";
import { checkAnswer, checkBody, checkQuery, findOperation, type Operation } from "./spec.ts";
import type { Json, World } from "./world.ts";

/** One line of the journal: a REST request and what came of it. */
export interface SeenCall {
  readonly method: string;
  /** Without `/api/v10`. */
  readonly path: string;
  /** Discord's name of the operation; undefined when it has none such. */
  readonly operation: string | undefined;
  readonly query: string;
  readonly body: Json | undefined;
  readonly files: readonly string[];
  readonly at: number;
  /** 0 while under way, and when the connection was cut. */
  status: number;
  /** Discord's code, of a refusal. */
  code?: number;
}

export interface Front {
  readonly world: World;
  readonly limiter: Limiter;
  readonly faults: Faults;
  readonly calls: SeenCall[];
  readonly gatewayRoutes: Routes;
}

const PREFIX = "/api/v10";
const MOST_RECORDED = 20_000;
/** Paths that carry their own secret. */
const OPEN = /^\/(webhooks\/\d+\/[^/]+|interactions\/)/;

/** Answers one HTTP request as Discord would, after faults, limits, token, description and rules, in this order. */
export async function serve(request: IncomingMessage, response: ServerResponse, front: Front): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  if (url.pathname.startsWith("/attachments/")) return sendFile(response, front.world, url);
  const method = request.method ?? "GET";
  const path = url.pathname.replace(PREFIX, "");
  const read = await readBody(request);
  const operation = url.pathname.startsWith(PREFIX) ? findOperation(method, path) : undefined;
  const seen = note(front, method, path, url, operation, read);
  await front.faults.meet(method, path);
  const fault = front.faults.take(method, path);
  if (fault && !fault.afterApplying) return fail(response, fault, seen);
  const reply = handle(front, operation, request, url, path, read, seen);
  if (fault) return fail(response, fault, seen);
  send(response, reply, seen);
}

interface ReadBody {
  readonly body: Json | undefined;
  readonly files: readonly UploadedFile[];
  readonly isBroken: boolean;
}

interface Answer extends Reply {
  readonly headers?: Readonly<Record<string, string>>;
}

function handle(
  front: Front,
  operation: Operation | undefined,
  request: IncomingMessage,
  url: URL,
  path: string,
  { body, files, isBroken }: ReadBody,
  seen: SeenCall,
): Answer {
  const { world } = front;
  const where = `${seen.method} ${path}`;
  let headers: Readonly<Record<string, string>> = {};
  try {
    if (!operation) throw new ApiError(404, 0, "404: Not Found");
    if (!OPEN.test(path) && request.headers.authorization !== `Bot ${world.token}`) {
      throw new ApiError(401, 0, "401: Unauthorized");
    }
    const allowance = front.limiter.take(
      operation.id,
      majorOf(operation),
      isRename(operation, body),
      OPEN.test(path),
    );
    ({ headers } = allowance);
    if (!allowance.isAllowed) return limited(allowance.retryAfterMs, allowance.isGlobal, headers);
    const handler = { ...front.gatewayRoutes, ...ROUTES }[operation.id];
    if (!handler) {
      world.violations.push(`${where}: this server does not play ${operation.id}`);
      throw new ApiError(501, 0, `The test server does not play ${operation.id}`);
    }
    if (isBroken) throw new ApiError(400, 50109, "The request body contains invalid JSON.");
    const query = checkQuery(operation, url.searchParams);
    for (const key of checkBody(operation, body))
      world.violations.push(`${where}: Discord knows no field ${key}`);
    const reply = handler({ world, params: operation.params, query, body: body ?? {}, files });
    checkOwn(world, operation, reply);
    return { ...reply, headers };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    seen.code = error.code;
    // What is not there or not allowed happens to a good client too; a bad form or an unknown route is its own fault.
    if (!operation || error.code === 50035 || error.code === 50109) {
      world.violations.push(`${where}: ${error.message} ${JSON.stringify(error.fields)}`);
    }
    return { ...ok(error.toBody(), error.status), headers };
  }
}

/** This server's own answers are held to the description too; a slip is the server's, and fails the test. */
function checkOwn(world: World, operation: Operation, reply: Reply): void {
  try {
    checkAnswer(operation, reply.status, reply.body);
  } catch (error) {
    const why = error instanceof ApiError ? JSON.stringify(error.fields) : String(error);
    world.violations.push(`the test server's own answer to ${operation.id} is not as described: ${why}`);
  }
}

async function readBody(request: IncomingMessage): Promise<ReadBody> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  if (bytes.length === 0) return { body: undefined, files: [], isBroken: false };
  const type = request.headers["content-type"] ?? "";
  try {
    if (!type.startsWith("multipart/form-data")) {
      return { body: JSON.parse(bytes.toString("utf8")) as Json, files: [], isBroken: false };
    }
    const form = await new Response(bytes, { headers: { "content-type": type } }).formData();
    const files: UploadedFile[] = [];
    for (const [name, value] of form) {
      const index = /^files\[(\d+)\]$/.exec(name)?.[1];
      if (index === undefined || !(value instanceof File)) continue;
      const content = Buffer.from(await value.arrayBuffer());
      files.push({ index: Number(index), filename: value.name, contentType: value.type, bytes: content });
    }
    const payload = form.get("payload_json");
    return { body: typeof payload === "string" ? (JSON.parse(payload) as Json) : {}, files, isBroken: false };
  } catch {
    return { body: undefined, files: [], isBroken: true };
  }
}

function note(
  front: Front,
  method: string,
  path: string,
  url: URL,
  operation: Operation | undefined,
  { body, files }: ReadBody,
): SeenCall {
  const seen: SeenCall = {
    method,
    path,
    operation: operation?.id,
    query: url.search,
    body,
    files: files.map(({ filename }) => filename),
    at: front.world.now(),
    status: 0,
  };
  front.calls.push(seen);
  if (front.calls.length > MOST_RECORDED) front.calls.shift();
  return seen;
}

function majorOf({ params }: Operation): string {
  return params["channel_id"] ?? params["guild_id"] ?? params["webhook_id"] ?? "";
}

function isRename({ id }: Operation, body: Json | undefined): boolean {
  return id === "update_channel" && (body?.["name"] !== undefined || body?.["topic"] !== undefined);
}

function limited(retryAfterMs: number, isGlobal: boolean, headers: Readonly<Record<string, string>>): Answer {
  const seconds = Math.max(0.001, Math.ceil(retryAfterMs) / 1000);
  return {
    status: 429,
    body: { message: "You are being rate limited.", retry_after: seconds, global: isGlobal },
    headers: {
      ...headers,
      "retry-after": String(Math.ceil(seconds)),
      "x-ratelimit-scope": isGlobal ? "global" : "user",
      ...(isGlobal && { "x-ratelimit-global": "true" }),
    },
  };
}

function fail(response: ServerResponse, fault: Fault, seen: SeenCall): void {
  if (fault.cut) return void response.socket?.destroy();
  const status = fault.status ?? 500;
  if (status === 429)
    return send(response, limited((fault.retryAfter ?? 0.1) * 1000, fault.isGlobal ?? false, {}), seen);
  send(
    response,
    ok({ message: fault.message ?? `${status}: Internal Server Error`, code: fault.code ?? 0 }, status),
    seen,
  );
}

function send(response: ServerResponse, { status, body, headers }: Answer, seen: SeenCall): void {
  seen.status = status;
  response.writeHead(status, {
    ...headers,
    ...(body !== undefined && { "content-type": "application/json" }),
  });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function sendFile(response: ServerResponse, world: World, url: URL): void {
  const served = serveAttachment(world, url);
  if (served.kind === "refused") {
    response.writeHead(served.status, { "content-type": "text/plain" }).end(served.text);
  } else {
    response.writeHead(200, { "content-type": served.contentType }).end(served.bytes);
  }
}
