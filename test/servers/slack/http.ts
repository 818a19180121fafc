import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

import { isObject } from "./block-types.ts";
import { carryOut } from "./carry-out.ts";
import type { Slack } from "./core.ts";
import type { Fault } from "./faults.ts";
import { receiveUpload, sendFile } from "./file-bytes.ts";
import type { Call } from "./journal.ts";
import { METHODS } from "./methods/index.ts";
import { answerResponseUrl } from "./response-url.ts";

/** Everything the app asks of Slack over HTTP. */
export async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  slack: Slack,
  newSocketUrl: () => string,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const body = await bodyOf(request);
  if (url.pathname.startsWith("/api/")) {
    return serveMethod({ request, response, slack, body, url, newSocketUrl });
  }
  if (url.pathname.startsWith("/upload/v1/")) return receiveUpload(url, request, body, response, slack);
  if (url.pathname.startsWith("/files-pri/")) return sendFile(url, request, response, slack);
  if (url.pathname.startsWith("/actions/")) return answerResponseUrl(url.pathname, body, response, slack);
  slack.violations.push(`${request.method} ${url.pathname}: there is nothing at this address`);
  response.writeHead(404).end();
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly slack: Slack;
  readonly body: Buffer;
  readonly url: URL;
  readonly newSocketUrl: () => string;
}

async function serveMethod({ request, response, slack, body, url, newSocketUrl }: Exchange): Promise<void> {
  const method = url.pathname.slice("/api/".length);
  const fault = slack.faults.take(method);
  if (fault?.delayMs) await wait(fault.delayMs);
  const args = readArgs(request, body, url);
  const given = tokenValue(request, args);
  const token = slack.world.tokens.get(given);
  const call: Call = {
    method,
    args,
    team: token?.teamId ?? null,
    at: slack.world.now(),
    status: 200,
    answer: {},
  };
  if (!fault || fault.slow || fault.afterApplying) carryOut(call, { slack, token, given, newSocketUrl });
  if (fault && !fault.slow) spoil(call, fault);
  slack.journal.calls.push(call);
  slack.journal.changed();
  if (fault?.cut) {
    response.destroy();
    return;
  }
  if (token) response.setHeader("x-oauth-scopes", [...token.scopes].join(","));
  const scopes = METHODS.get(method)?.scopes;
  if (scopes) response.setHeader("x-accepted-oauth-scopes", scopes.join(","));
  if (call.retryAfterSeconds !== undefined) response.setHeader("retry-after", String(call.retryAfterSeconds));
  const text = call.status >= 500 ? "" : JSON.stringify(call.answer);
  response.writeHead(call.status, { "content-type": "application/json; charset=utf-8" }).end(text);
}

function spoil(call: Call, fault: Fault): void {
  if (fault.cut) {
    call.status = 0;
    call.spoilt = fault.afterApplying ? "cut after it was done" : "cut";
    return;
  }
  call.spoilt = fault.afterApplying ? "answer lost" : "refused";
  if (fault.error) {
    call.status = 200;
    call.answer = { ok: false, error: fault.error };
    return;
  }
  call.status = fault.status ?? 500;
  if (call.status === 429) call.retryAfterSeconds = fault.retryAfterSeconds ?? 1;
  call.answer = { ok: false, error: call.status === 429 ? "ratelimited" : "internal_error" };
}

const JSON_ARGS = new Set([
  "blocks",
  "attachments",
  "metadata",
  "view",
  "prompts",
  "files",
  "loading_messages",
]);

/** The arguments of a call, with what is JSON inside a form already read where it can be read. */
function readArgs(request: IncomingMessage, body: Buffer, url: URL): Readonly<Record<string, unknown>> {
  const text = body.toString("utf8");
  if (request.headers["content-type"]?.includes("application/json")) {
    const value = parsed(text);
    return isObject(value) ? value : {};
  }
  const args: Record<string, unknown> = Object.fromEntries([
    ...url.searchParams,
    ...new URLSearchParams(text),
  ]);
  for (const [name, value] of Object.entries(args)) {
    // What cannot be read stays a string: the method refuses it, with the error that Slack has for it.
    if (JSON_ARGS.has(name) && typeof value === "string") args[name] = parsed(value) ?? value;
  }
  return args;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function tokenValue(request: IncomingMessage, args: Readonly<Record<string, unknown>>): string {
  const [scheme, value] = (request.headers.authorization ?? "").split(" ");
  if (scheme?.toLowerCase() === "bearer" && value) return value;
  return typeof args["token"] === "string" ? args["token"] : "";
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
