import { needScope } from "./api.ts";
import type { Slack } from "./core.ts";
import type { Call } from "./journal.ts";
import { METHODS } from "./methods/index.ts";
import { SlackRefusal, SlackTooFast } from "./refusal.ts";
import type { Json } from "./wire.ts";
import type { Token } from "./world.ts";

export interface Caller {
  readonly slack: Slack;
  readonly token: Token | undefined;
  /** What the request gave as its token; "" for none. */
  readonly given: string;
  readonly newSocketUrl: () => string;
}

/** Runs a method and writes its answer, or its refusal, into the journal's entry. Never throws. */
export function carryOut(call: Call, caller: Caller): void {
  try {
    call.answer = { ok: true, ...run(call, caller) };
  } catch (error) {
    if (error instanceof SlackTooFast) {
      call.status = 429;
      call.spoilt = "rate limit";
      call.retryAfterSeconds = error.retryAfterSeconds;
      call.answer = { ok: false, error: "ratelimited" };
    } else if (error instanceof SlackRefusal) {
      call.answer = { ok: false, error: error.error, ...error.more };
    } else {
      caller.slack.violations.push(`${call.method}: the test server failed: ${String(error)}`);
      call.answer = { ok: false, error: "internal_error" };
    }
  }
}

function run(call: Call, { slack, token, given, newSocketUrl }: Caller): Json {
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
  if (method.token === "none") return runWithoutToken(call, slack);
  checkToken(token, given, method.token);
  const team = slack.world.teams.get(token.teamId);
  if (!team) throw new SlackRefusal("invalid_auth");
  needScope(token, method.scopes ?? []);
  const need = (...anyOf: string[]) => needScope(token, anyOf);
  return method.run(call.args, { slack, team, token, method: call.method, need });
}

/** For the exchange of an OAuth code, which finds its workspace by the code. */
function runWithoutToken(call: Call, slack: Slack): Json {
  const [team] = slack.world.teams.values();
  const method = METHODS.get(call.method);
  if (!team || !method) throw new SlackRefusal("internal_error");
  const token: Token = { value: "", kind: "bot", teamId: "", scopes: new Set(), revoked: false };
  return method.run(call.args, { slack, team, token, method: call.method, need: () => {} });
}

function checkToken(token: Token | undefined, given: string, kind: "bot" | "app"): asserts token is Token {
  if (!given) throw new SlackRefusal("not_authed");
  if (!token) throw new SlackRefusal("invalid_auth");
  if (token.revoked) throw new SlackRefusal(token.kind === "bot" ? "account_inactive" : "token_revoked");
  if (token.kind !== kind) throw new SlackRefusal("not_allowed_token_type");
}
