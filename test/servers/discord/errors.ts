/** Discord's own answers to what it refuses: status, `code`, `message`, and for a bad form the field that is wrong. */

export interface FieldErrors {
  readonly [path: string]: { readonly code: string; readonly message: string };
}

const KNOWN = {
  10003: [404, "Unknown Channel"],
  10004: [404, "Unknown Guild"],
  10007: [404, "Unknown Member"],
  10008: [404, "Unknown Message"],
  10011: [404, "Unknown Role"],
  10013: [404, "Unknown User"],
  10014: [400, "Unknown Emoji"],
  10015: [404, "Unknown Webhook"],
  10062: [404, "Unknown interaction"],
  10087: [404, "Unknown tag"],
  30010: [400, "Maximum number of reactions reached (20)"],
  40005: [413, "Request entity too large"],
  40060: [400, "Interaction has already been acknowledged."],
  40066: [403, "Tag names must be unique"],
  40067: [400, "A tag is required to create a forum post in this channel"],
  50001: [403, "Missing Access"],
  50003: [403, "Cannot execute action on a DM channel"],
  50005: [403, "Cannot edit a message authored by another user"],
  50006: [400, "Cannot send an empty message"],
  50007: [403, "Cannot send messages to this user"],
  50008: [400, "Cannot send messages in a non-text channel"],
  50013: [403, "Missing Permissions"],
  50021: [403, "Cannot execute action on a system message"],
  50024: [400, "Cannot execute action on this channel type"],
  50027: [401, "Invalid Webhook Token"],
  50035: [400, "Invalid Form Body"],
  50046: [400, "Invalid Asset"],
  50083: [400, "Thread is archived"],
  160002: [400, "Cannot reply without permission to read message history"],
  160004: [400, "A thread has already been created for this message"],
  160005: [403, "Thread is locked"],
} as const satisfies Record<number, readonly [number, string]>;

export type ErrorCode = keyof typeof KNOWN;

export class ApiError extends Error {
  readonly status: number;
  readonly code: number;
  readonly fields: FieldErrors;

  constructor(status: number, code: number, message: string, fields: FieldErrors = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = fields;
  }

  /** `{code, message, errors}` as Discord writes it: `errors` mirrors the shape of the form. */
  toBody(): Record<string, unknown> {
    const errors: Record<string, unknown> = {};
    for (const [path, error] of Object.entries(this.fields)) {
      let at = errors;
      for (const key of path.split(".").filter(Boolean)) at = (at[key] ??= {}) as Record<string, unknown>;
      at["_errors"] = [...((at["_errors"] as unknown[] | undefined) ?? []), error];
    }
    const hasErrors = Object.keys(errors).length > 0;
    return { message: this.message, code: this.code, ...(hasErrors && { errors }) };
  }
}

export function refuse(code: ErrorCode): never {
  const [status, message] = KNOWN[code];
  throw new ApiError(status, code, message);
}

/** 50035 with the one field that is wrong, its path written with dots: `components.0.components.1.label`. */
export function badForm(path: string, code: string, message: string): never {
  throw new ApiError(400, 50035, "Invalid Form Body", { [path]: { code, message } });
}

export function tooLong(path: string, most: number): never {
  badForm(path, "BASE_TYPE_BAD_LENGTH", `Must be ${most} or fewer in length.`);
}
