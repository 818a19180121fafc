/** Every code that Deskhand throws. Callers switch on `code` or `retryable`, never on the message. */
export type ErrorCode =
  | "config_invalid"
  | "database_unusable"
  | "database_newer"
  | "knowledge_source_missing"
  | "orders_unavailable"
  | "model_unreachable"
  | "model_rate_limited"
  | "model_rejected"
  | "model_not_allowed"
  | "delivery_failed"
  | "delivery_rate_limited"
  | "delivery_waits"
  | "delivery_refused"
  | "delivery_unreached"
  | "attachment_unavailable"
  | "platform_unusable"
  | "mail_failed"
  | "protocol_invalid";

/**
 * An error with a decision in it.
 *
 * @param message what happened and what the operator can do about it, in words.
 * @param options `retryable`: the same call may work later; `retryAfterMs`: when the other side said so.
 */
export class DeskhandError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; retryable?: boolean; retryAfterMs?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "DeskhandError";
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/**
 * The message of anything that was thrown. A failed query is told by its cause: its own message holds what was to be
 * written, which may be anybody's words.
 */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  return message.startsWith("Failed query:") && cause !== undefined ? messageOf(cause) : message;
}
