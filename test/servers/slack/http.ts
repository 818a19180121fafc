import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

import { needScope, type Args } from "./api.ts";
import { isObject } from "./block-types.ts";
import type { Slack } from "./core.ts";
import type { Fault } from "./faults.ts";
import { receiveUpload, sendFile } from "./file-bytes.ts";
import type { Call } from "./journal.ts";
import { METHODS } from "./methods/index.ts";
import { SlackRefusal, SlackTooFast } from "./refusal.ts";
import { answerResponseUrl } from "./response-url.ts";
import type { Json } from "./wire.ts";
import type { Token } from "./world.ts";

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

async function serveMethod(exchange: Exchange): Promise<void> {
  const { request, response, slack, body, url } = exchange;
  const method = url.pathname.slice("/api/".length);
  const fault = slack.faults.take(method);
  if (fault?.delayMs) await wait(fault.delayMs);
  const args = readArgs(request, body, url);
  const token = slack.world.tokens.get(tokenValue(request, args));
  const call: Call = {
    method,
    args,
    team: token?.teamId ?? null,
    at: slack.world.now(),
    status: 200,
    answer: {},
  };
  if (!fault || fault.slow || fault.afterApplying) perform(exchange, call, token);
  if (token) response.setHeader("x-oauth-scopes", [...token.scopes].join(","));
  const scopes = METHODS.get(method)?.scopes;
  if (scopes) response.setHeader("x-accepted-oauth-scopes", scopes.join(","));
  if (fault && !fault.slow) spoil(call, fault);
  slack.journal.calls.push(call);
  slack.journal.changed();
  if (fault?.cut) {
    response.destroy();
    return;
  }
  if (call.status === 429)
    response.setHeader("retry-after", String(fault?.retryAfterSeconds ?? Number(call.answer["retry"] ?? 1)));
  const text = call.status >= 500 ? "" : JSON.stringify(call.answer);
  response.writeHead(call.status, { "content-type": "application/json; charset=utf-8" }).end(text);
}

/** Carries the call out and writes its answer into the journal's entry. */
function perform(
  { request, slack, body, url, newSocketUrl }: Exchange,
  call: Call,
  token: Token | undefined,
): void {
  try {
    call.answer = {
      ok: true,
      ...run(call, token, slack, newSocketUrl, tokenValue(request, readArgs(request, body, url))),
    };
  } catch (error) {
    if (error instanceof SlackTooFast) {
      call.status = 429;
      call.spoilt = "rate limit";
      call.answer = { ok: false, error: "ratelimited", retry: error.retryAfterSeconds };
    } else if (error instanceof SlackRefusal) {
      call.answer = { ok: false, error: error.error, ...error.more };
    } else {
      slack.violations.push(`${call.method}: the test server failed: ${String(error)}`);
      call.answer = { ok: false, error: "internal_error" };
    }
  }
}

function run(
  call: Call,
  token: Token | undefined,
  slack: Slack,
  newSocketUrl: () => string,
  given: string,
): Json {
  if (call.method === "apps.connections.open") {
    checkToken(token, given, "app");
    needScope(token, ["connections:write"]);
    return { url: newSocketUrl() };
  }
  const method = METHODS.get(call.method);
  if (!method) {
    slack.violations.push(`${call.method}: the test server does not know this method`);
    throw new SlackRefusal("unknown_method", { req_method: call.method });
  }
  if (method.token === "none") {
    const nobody: Token = { value: "", kind: "bot", teamId: "", scopes: new Set(), revoked: false };
    const first = slack.world.teams.values().next().value;
    if (!first) throw new SlackRefusal("internal_error");
    return method.run(call.args, { slack, team: first, token: nobody, method: call.method, need: () => {} });
  }
  checkToken(token, given, method.token);
  const team = slack.world.teams.get(token.teamId);
  if (!team) throw new SlackRefusal("invalid_auth");
  needScope(token, method.scopes ?? []);
  const need = (...anyOf: string[]) => needScope(token, anyOf);
  return method.run(call.args, { slack, team, token, method: call.method, need });
}

function checkToken(token: Token | undefined, given: string, kind: "bot" | "app"): asserts token is Token {
  if (!given) throw new SlackRefusal("not_authed");
  if (!token) throw new SlackRefusal("invalid_auth");
  if (token.revoked) throw new SlackRefusal(token.kind === "bot" ? "account_inactive" : "token_revoked");
  if (token.kind !== kind) throw new SlackRefusal("not_allowed_token_type");
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
function readArgs(request: IncomingMessage, body: Buffer, url: URL): Args {
  const type = request.headers["content-type"] ?? "";
  if (type.includes("application/json")) {
    const value: unknown = body.length > 0 ? JSON.parse(body.toString("utf8")) : {};
    return isObject(value) ? value : {};
  }
  const fields = new URLSearchParams(body.toString("utf8"));
  const args: Record<string, unknown> = Object.fromEntries([...url.searchParams, ...fields]);
  for (const [name, value] of Object.entries(args)) {
    if (!JSON_ARGS.has(name) || typeof value !== "string" || value === "") continue;
    try {
      args[name] = JSON.parse(value) as unknown;
    } catch {
      // The method refuses it, with the error that Slack has for it.
    }
  }
  return args;
}

export function tokenValue(request: IncomingMessage, args: Args): string {
  const [scheme, value] = (request.headers.authorization ?? "").split(" ");
  if (scheme?.toLowerCase() === "bearer" && value) return value;
  return typeof args["token"] === "string" ? args["token"] : "";
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
