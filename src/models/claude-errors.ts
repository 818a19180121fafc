import {
  AnthropicError,
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  APIUserAbortError,
  AuthenticationError,
  ClientClosedRequestError,
  InternalServerError,
  NotFoundError,
  PaymentRequiredError,
  PermissionDeniedError,
  RateLimitError,
  RequestTimeoutError,
} from "@anthropic-ai/sdk";

import { DeskhandError, messageOf } from "../errors.ts";

/** Rate limits that waiting does not lift: somebody has to raise a spend limit. */
const SPEND_LIMITS = new Set(["contract_spend_limit_reached", "enforced_spend_limit_reached"]);

/** Refusals with status 400 that no change of the request would mend. */
const ACCOUNT_PROBLEMS = new Set([
  "organization_on_hold",
  "organization_type_not_supported",
  "cmek_key_disabled",
  "cmek_key_network_blocked",
]);

/** Whatever the SDK threw, as the error of the model port: what happened, whether to try again, what to do about it. */
export function toDeskhandError(error: unknown, now: number): DeskhandError {
  if (error instanceof DeskhandError) return error;
  if (error instanceof AnthropicError && !(error instanceof APIError)) {
    // The SDK refused to send it at all.
    return new DeskhandError("model_rejected", `Claude was not asked: ${error.message}.`, { cause: error });
  }
  if (!(error instanceof APIError)) {
    // A body that was cut short or was not JSON reaches us as a plain error of the runtime.
    return unreachable(`Claude's answer broke off (${messageOf(error)}).`, error);
  }
  // The caller's own abort never gets here, so an abort is the end of the time that we give a call.
  if (error instanceof APIConnectionTimeoutError || error instanceof APIUserAbortError) {
    return unreachable("Claude did not answer in time.", error);
  }
  if (error instanceof APIConnectionError) {
    return unreachable(
      `Claude cannot be reached (${messageOf(error.cause ?? error)}). Check the network.`,
      error,
    );
  }
  if (error instanceof RateLimitError) return rateLimited(error, now);
  if (isOperatorsProblem(error)) return notAllowed(error);
  if (
    error instanceof InternalServerError ||
    error instanceof RequestTimeoutError ||
    error instanceof ClientClosedRequestError
  ) {
    return unreachable(`Claude is in trouble: ${said(error)}. See status.claude.com.`, error);
  }
  return new DeskhandError("model_rejected", `Claude refused our request: ${said(error)}.`, { cause: error });
}

function isOperatorsProblem(error: APIError): boolean {
  return (
    error instanceof AuthenticationError ||
    error instanceof PaymentRequiredError ||
    error instanceof PermissionDeniedError ||
    // A retired model, or an address that is not Claude's: every request would end so, however it is written.
    error instanceof NotFoundError ||
    (error.errorCode !== null && ACCOUNT_PROBLEMS.has(error.errorCode))
  );
}

function notAllowed(error: APIError): DeskhandError {
  return new DeskhandError("model_not_allowed", `${advice(error)} (${said(error)})`, { cause: error });
}

function advice(error: APIError): string {
  if (error instanceof AuthenticationError) {
    return "Claude refused the API key. Copy it again from console.anthropic.com, API keys, into ANTHROPIC_API_KEY.";
  }
  if (error instanceof PaymentRequiredError) {
    return "Claude refused the call for billing reasons. Check credit and payment at console.anthropic.com, Billing.";
  }
  if (error instanceof RateLimitError) {
    return "The account's spend limit is reached. Raise it at console.anthropic.com, Limits.";
  }
  if (error instanceof PermissionDeniedError) {
    return (
      "The API key may not use this model. Allow it for the key's workspace at console.anthropic.com, " +
      "or set models.tier1 and models.tier2 to models that it may use."
    );
  }
  if (error instanceof NotFoundError) {
    return error.type === "not_found_error"
      ? "Claude has no such model: it was retired, or its name is misspelt. " +
          "Set models.tier1 and models.tier2 to current models, such as claude-haiku-5-5 and claude-sonnet-5-5."
      : "There is no Claude at this address. Check ANTHROPIC_BASE_URL.";
  }
  return "Claude refuses this account. Look at console.anthropic.com for what it asks of you.";
}

function rateLimited(error: RateLimitError, now: number): DeskhandError {
  if (error.errorCode !== null && SPEND_LIMITS.has(error.errorCode)) return notAllowed(error);
  const retryAfterMs = retryAfterOf(error.headers, now);
  return new DeskhandError("model_rate_limited", `Claude's rate limit is reached: ${said(error)}.`, {
    cause: error,
    retryable: true,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function unreachable(message: string, cause: unknown): DeskhandError {
  return new DeskhandError("model_unreachable", message, { cause, retryable: true });
}

/** How long the API asks us to wait, from `retry-after-ms` or `retry-after` (seconds or a date); undefined when it does not. */
export function retryAfterOf(headers: Headers | undefined, now: number): number | undefined {
  const ms = Number.parseFloat(headers?.get("retry-after-ms") ?? "");
  if (Number.isFinite(ms)) return Math.max(0, ms);
  const after = headers?.get("retry-after");
  if (!after) return undefined;
  const seconds = Number(after);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1_000);
  const date = Date.parse(after);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** The API's own words and its request id, which its support asks for. Never a header of ours: the key is in one. */
function said(error: APIError): string {
  const words = error.apiMessage ?? error.type ?? "no reason given";
  return `${error.status ?? "no status"} ${words}${error.requestID ? `, request ${error.requestID}` : ""}`;
}
