import { webApi } from "@slack/bolt";

import type { Finding } from "../../src/adapter.ts";
import { DeskhandError, messageOf } from "../../src/errors.ts";
import { SCOPES } from "./scopes.ts";

/**
 * What became of a call that failed, as the outbox understands it: certainly not made (`delivery_unreached`,
 * `delivery_rate_limited`), maybe made (`delivery_failed`), or refused for good with what the operator can do.
 */
export function failureOf(error: unknown): DeskhandError {
  if (error instanceof DeskhandError) return error;
  if (error instanceof webApi.WebAPIRateLimitedError) return tooFast(error.retryAfter, error);
  if (error instanceof webApi.WebAPIPlatformError) return refusal(error);
  if (error instanceof webApi.WebAPIHTTPError) return failureOfStatus(error.statusCode, error);
  const original = error instanceof webApi.WebAPIRequestError ? error.original : error;
  return failureOfConnection(original);
}

/** For what we call without Slack's client. */
export function failureOfStatus(status: number, cause?: unknown, retryAfter?: string | null): DeskhandError {
  const seconds = Number(retryAfter ?? Number.NaN);
  if (status === 429) return tooFast(Number.isFinite(seconds) ? seconds : USUAL_WAIT_SECONDS, cause);
  if (status >= 500 || status === 408) {
    return new DeskhandError("delivery_failed", `Slack answered with HTTP ${status}.`, {
      cause,
      retryable: true,
    });
  }
  const hint = "Is there a proxy in between, or is SLACK_API_URL set to something else than Slack?";
  return new DeskhandError("delivery_refused", `Slack answered with HTTP ${status}. ${hint}`, { cause });
}

/** Slack's own code for a call that it refused; null for any other error. */
export function slackCode(error: unknown): string | null {
  return error instanceof webApi.WebAPIPlatformError ? error.data.error : null;
}

const GONE = new Set(["account_inactive", "invalid_auth", "token_expired", "token_revoked", "not_authed"]);

/** True when Slack says that the token of the call is gone for good; a new installation brings another. */
export function isTokenGone(error: unknown): boolean {
  return GONE.has(slackCode(error) ?? "");
}

/** What a call that failed says about the setup. */
export function problemOf(error: unknown): Finding {
  const { message, retryable } = failureOf(error);
  return { level: "problem", what: message, mayPass: retryable };
}

const USUAL_WAIT_SECONDS = 30;

function tooFast(seconds: number, cause: unknown): DeskhandError {
  return new DeskhandError("delivery_rate_limited", `Slack asks us to wait ${seconds} s.`, {
    cause,
    retryable: true,
    retryAfterMs: Math.max(1, seconds) * 1_000,
  });
}

/** The connection was never made, so Slack cannot have done anything. */
const NEVER_CONNECTED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
  "ENETDOWN",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

function failureOfConnection(error: unknown): DeskhandError {
  const code = connectionCode(error);
  if (code !== null && NEVER_CONNECTED.has(code)) {
    return new DeskhandError("delivery_unreached", `Slack cannot be reached (${code}).`, {
      cause: error,
      retryable: true,
    });
  }
  const what = `Slack did not answer (${code ?? messageOf(error)}).`;
  return new DeskhandError("delivery_failed", what, { cause: error, retryable: true });
}

/** `fetch` hides the reason in the cause, and behind several when a name has several addresses. */
function connectionCode(error: unknown, depth = 0): string | null {
  if (typeof error !== "object" || error === null || depth > 4) return null;
  if ("code" in error && typeof error.code === "string") return error.code;
  const inner = "errors" in error && Array.isArray(error.errors) ? (error.errors[0] as unknown) : undefined;
  return connectionCode(inner ?? ("cause" in error ? error.cause : null), depth + 1);
}

/** Slack's own trouble; it may have done what was asked all the same. */
const PASSING = new Set([
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "team_added_to_org",
  "operation_timeout",
]);

function refusal(error: InstanceType<typeof webApi.WebAPIPlatformError>): DeskhandError {
  const { error: code, response_metadata: meta } = error.data;
  if (code === "ratelimited" || code === "rate_limited") {
    return tooFast(meta?.retryAfter ?? USUAL_WAIT_SECONDS, error);
  }
  // What is no code is a page of somebody in between: whether Slack got the call is not known.
  if (PASSING.has(code) || !/^[\w.]{1,80}$/.test(code)) {
    const what = `Slack had trouble of its own (${code.slice(0, 80)}).`;
    return new DeskhandError("delivery_failed", what, { cause: error, retryable: true });
  }
  return new DeskhandError("delivery_refused", adviceFor(error), { cause: error });
}

/** What a refusal means and what mends it. */
export function adviceFor({ data }: InstanceType<typeof webApi.WebAPIPlatformError>): string {
  const { error: code } = data;
  if (code === "missing_scope") return scopeAdvice("needed" in data ? String(data.needed) : "");
  const known = ADVICE[code];
  if (known !== undefined) return `${known} (Slack: ${code})`;
  const more = data.response_metadata?.messages?.join("; ") ?? "";
  return `Slack refused the call with ${code}${more === "" ? "" : `: ${more}`}.`;
}

function scopeAdvice(needed: string): string {
  const [scope = ""] = needed.split(",");
  const why = scope in SCOPES ? ` (${SCOPES[scope as keyof typeof SCOPES]})` : "";
  const what = needed === "" ? "A scope is missing" : `The scope ${needed}${why} is missing`;
  return `${what}. Add it under OAuth & Permissions, install the app again, and put the new token into SLACK_BOT_TOKEN.`;
}

const NEW_TOKEN = "Copy the bot token again from OAuth & Permissions into SLACK_BOT_TOKEN.";
const BY_ADMIN = "Ask an admin of the workspace to allow it.";

const ADVICE: Readonly<Record<string, string>> = {
  invalid_auth: `Slack does not know the bot token. ${NEW_TOKEN}`,
  not_authed: `No bot token was sent. ${NEW_TOKEN}`,
  token_revoked: `The bot token was revoked. Install the app again. ${NEW_TOKEN}`,
  token_expired: "The bot token has expired. Turn token rotation off for the app, and install it again.",
  account_inactive: `The app was removed from the workspace. Install it again. ${NEW_TOKEN}`,
  not_allowed_token_type: `This is not a bot token (xoxb-…). ${NEW_TOKEN}`,
  channel_not_found:
    "The bot cannot see the channel. Check its id in the configuration; invite the bot to it if it is private.",
  not_in_channel: "The bot is not in the channel. Invite it: type /invite @ and its name there.",
  is_archived: "The channel is archived. Bring it back, or name another in the configuration.",
  restricted_action: `Who may post in this channel is restricted. ${BY_ADMIN}`,
  restricted_action_read_only_channel: `The channel is read-only. ${BY_ADMIN}`,
  restricted_action_thread_only_channel: `Only answers in threads are allowed in this channel. ${BY_ADMIN}`,
  restricted_action_non_threadable_channel: `Threads are not allowed in this channel. ${BY_ADMIN}`,
  restricted_action_thread_locked: "The thread is locked.",
  posting_to_general_channel_denied: `Who may post in the general channel is restricted. ${BY_ADMIN}`,
  access_denied: `The workspace does not let the app do this. ${BY_ADMIN}`,
  no_permission: `The workspace does not let the app do this. ${BY_ADMIN}`,
  team_access_not_granted: `The app was not granted access to this workspace. ${BY_ADMIN}`,
  messages_tab_disabled:
    "Direct messages to the app are off. Turn on App Home > Messages Tab, and allow people to send messages from it.",
  cannot_dm_bot: "The person is a bot, and bots get no messages.",
  user_not_found: "Slack does not know the person any more.",
  user_not_in_channel: "The person has left the channel.",
  user_disabled: "The person's account is closed.",
  message_not_found: "The message is not there any more.",
  thread_not_found: "The thread is not there any more: its first message was deleted.",
  cannot_reply_to_message: "The message cannot be answered in a thread.",
  cant_update_message: "The message is not one of the bot's own, so it cannot be changed.",
  edit_window_closed: "The workspace's settings do not allow messages this old to be changed.",
  file_uploads_except_images_disabled: `Only pictures are allowed in the workspace. ${BY_ADMIN}`,
  file_uploads_disabled: `Files are not allowed in the workspace. ${BY_ADMIN}`,
  storage_limit_reached: "The workspace has no room for more files.",
};
