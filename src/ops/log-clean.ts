import { secretsRemover, withStrings } from "./secrets.ts";

export const REDACTED = "[redacted]";

/** Never in a log, whatever object it hangs on and however deep. */
const SECRET_KEYS =
  /^(?:.*authorization|.*[-_]?api[-_]?key|.*token|.*password|.*secret|cookie|set-cookie|codeHash|smtp_url)$/i;
/** What people wrote, and who they are beyond their account's id. */
const PERSONAL_KEYS =
  /^(?:text|content|question|summary|subject|description|comment|e-?mail|customerName|authorName|displayName|realName|userName|phone|address_line|requestBody|body|attachments|avatarUrl)$/i;

const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu;

/** drizzle ends the message of a failed query with all that was to be written; the cause says what went wrong. */
const QUERY_PARAMS = /(Failed query:[\s\S]*?\nparams: )[\s\S]*$/;

/**
 * Makes of each line of the log one without secrets and without personal data: values under keys that hold such, e-mail addresses and
 * secrets within any text, this process's own secrets among them. A line that is no JSON is cleaned as a text.
 */
export function lineCleaner(env: NodeJS.ProcessEnv): (line: string) => string {
  const remove = secretsRemover(env);
  const clean = (text: string) =>
    remove(text).replace(QUERY_PARAMS, `$1${REDACTED}`).replaceAll(EMAIL, "[e-mail]");
  return (line) => {
    let facts: unknown;
    try {
      facts = JSON.parse(line);
    } catch {
      return clean(line);
    }
    return `${JSON.stringify(withStrings(withoutKeys(facts), clean))}\n`;
  };
}

function withoutKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, isKept(key, inner) ? withoutKeys(inner) : REDACTED]),
  );
}

/** A count of tokens is no token. */
function isKept(key: string, value: unknown): boolean {
  if (typeof value === "number" || typeof value === "boolean" || value === null) return true;
  return !SECRET_KEYS.test(key) && !PERSONAL_KEYS.test(key);
}

/** How far the causes of an error are followed. */
const DEEPEST_CAUSE = 5;

/**
 * What is logged of an error. Its other properties stay away: an SDK hangs the whole request on it, with what a customer
 * wrote and the headers it was sent with.
 */
export function errorFacts(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  const own = error as unknown as Readonly<Record<string, unknown>>;
  const facts = ["code", "status", "statusCode", "method", "retryable", "retryAfterMs"].flatMap((key) =>
    ["string", "number", "boolean"].includes(typeof own[key]) ? [[key, own[key]] as const] : [],
  );
  return {
    type: name,
    message,
    ...Object.fromEntries(facts),
    stack,
    ...(cause !== undefined && depth < DEEPEST_CAUSE && { cause: errorFacts(cause, depth + 1) }),
  };
}
