import { DelegateBackoff, handleType, retry, type IRetryBackoffContext } from "cockatiel";
import { z } from "zod";

import { DeskhandError, messageOf } from "../errors.ts";
import { endpointOrder } from "./orders-format.ts";
import { describeIssue } from "./orders-row.ts";
import { emailKey, type Order, type Orders } from "./orders.ts";

export interface HttpOrdersDeps {
  readonly url: string;
  /** Sent as a bearer token when given. */
  readonly token?: string;
  /** For one attempt, the reading of the body included. */
  readonly timeoutMs: number;
  /** Further attempts after the first. */
  readonly retries: number;
  /** Told when the endpoint sent another customer's orders. Never with an e-mail in it. */
  readonly warn: (message: string) => void;
}

/** A customer has a handful of orders; more than this is a mistake, or somebody filling our memory. */
const MAX_RESPONSE_BYTES = 1_000_000;
/** A customer is waiting: past this we say that we cannot look it up now rather than wait as the endpoint asks. */
const MAX_WAIT_MS = 10_000;
const FIRST_WAIT_MS = 200;

/**
 * Orders from the shop's own endpoint; `examples/orders-http.md` is the contract.
 *
 * Repeats after network errors, timeouts, 429 and 5xx, as Retry-After says or with growing pauses. Whatever the
 * endpoint answers, only orders that carry the asked e-mail are returned.
 */
export function openOrdersHttp(deps: HttpOrdersDeps): Orders {
  const attempts = retry(handleType(DeskhandError, worthRepeating), {
    maxAttempts: deps.retries,
    backoff: new DelegateBackoff(pauseBefore),
  }).dangerouslyUnref();

  return {
    async ordersOf(verifiedEmail, signal) {
      const email = emailKey(verifiedEmail);
      // Cockatiel sleeps through an abort, so the race is what obeys it.
      const orders = await untilAborted(
        signal,
        attempts.execute(() => attempt(email, deps, signal), signal),
      );
      return onlyOwn(orders, email, deps);
    },
  };
}

async function attempt(email: string, deps: HttpOrdersDeps, signal: AbortSignal): Promise<readonly Order[]> {
  signal.throwIfAborted();
  const limited = AbortSignal.any([signal, AbortSignal.timeout(deps.timeoutMs)]);
  try {
    const response = await fetch(deps.url, {
      method: "POST",
      // In the body, because addresses end up in access logs.
      body: JSON.stringify({ email }),
      headers: headersOf(deps),
      // A redirect would carry the e-mail to a host that the operator did not name.
      redirect: "manual",
      signal: limited,
    });
    if (response.ok) return readOrders(await readText(response, deps), deps);
    await response.body?.cancel();
    if (response.status === 404) return [];
    throw refusal(response, deps);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof DeskhandError) throw error;
    const cause = limited.aborted ? `no complete answer within ${deps.timeoutMs} ms` : networkReason(error);
    throw unavailable(deps, `could not be reached (${cause})`, { cause: error, retryable: true });
  }
}

function headersOf(deps: HttpOrdersDeps): Record<string, string> {
  const headers = { accept: "application/json", "content-type": "application/json" };
  return deps.token === undefined ? headers : { ...headers, authorization: `Bearer ${deps.token}` };
}

function refusal(response: Response, deps: HttpOrdersDeps): DeskhandError {
  const { status } = response;
  if (status === 429 || status >= 500) {
    const retryAfterMs = readRetryAfter(response.headers.get("retry-after"), Date.now());
    return unavailable(deps, `answered ${status}`, {
      retryable: true,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  if (status === 401 || status === 403) {
    return unavailable(deps, `refused the token (${status}); check the variable that orders.token_env names`);
  }
  if (status >= 300 && status < 400) {
    return unavailable(
      deps,
      `redirects (${status}), which is not followed; put its final address into orders.url`,
    );
  }
  return unavailable(deps, `answered ${status}, which its contract in examples/orders-http.md does not know`);
}

/** Seconds or a date, as RFC 9110 has it; undefined when absent or neither. */
function readRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  const until = /^\d+$/.test(value.trim()) ? now + Number(value) * 1_000 : Date.parse(value);
  return Number.isNaN(until) ? undefined : Math.max(0, until - now);
}

async function readText(response: Response, deps: HttpOrdersDeps): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  // Counted after decompression: a small gzip can hold any amount.
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    // Throwing out of the loop cancels the body, so the rest is not fetched.
    if (bytes > MAX_RESPONSE_BYTES) throw unavailable(deps, `sent more than ${MAX_RESPONSE_BYTES / 1e6} MB`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

const answer = z.object({ orders: z.array(endpointOrder, { error: "is missing or no list" }) });

function readOrders(text: string, deps: HttpOrdersDeps): readonly Order[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unavailable(deps, "sent something that is not JSON", { cause: error });
  }
  const parsed = answer.safeParse(value);
  if (parsed.success) return parsed.data.orders;
  const problems = parsed.error.issues.slice(0, 3).map(describeIssue);
  throw unavailable(deps, `sent orders that cannot be read: ${problems.join("; ")}`);
}

function onlyOwn(orders: readonly Order[], email: string, deps: HttpOrdersDeps): readonly Order[] {
  const own = orders.filter((order) => order.customerEmail === email);
  const dropped = orders.length - own.length;
  if (dropped > 0) {
    deps.warn(
      `The orders endpoint ${shown(deps.url)} sent ${dropped} of ${orders.length} orders that do not belong to the ` +
        `e-mail it was asked for. They were dropped. Let it filter by e-mail.`,
    );
  }
  return own;
}

function worthRepeating(error: DeskhandError): boolean {
  return error.retryable && (error.retryAfterMs ?? 0) <= MAX_WAIT_MS;
}

/** What the endpoint asked for, else 200 ms doubling, with up to half of it left to chance. */
function pauseBefore({ attempt, result }: IRetryBackoffContext<unknown>): number {
  const error = "error" in result ? result.error : undefined;
  if (error instanceof DeskhandError && error.retryAfterMs !== undefined) return error.retryAfterMs;
  const longest = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
  return longest * (0.5 + Math.random() / 2);
}

/**
 * The pauses of `work` are unreferenced, so that an abandoned one does not delay the end of the process; the interval
 * keeps the process alive for as long as somebody waits.
 */
async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const alive = setInterval(() => {}, 60_000);
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    clearInterval(alive);
    signal.removeEventListener("abort", onAbort);
  }
}

function unavailable(
  deps: HttpOrdersDeps,
  what: string,
  options: ConstructorParameters<typeof DeskhandError>[2] = {},
): DeskhandError {
  return new DeskhandError("orders_unavailable", `The orders endpoint ${shown(deps.url)} ${what}.`, options);
}

/** Without the query, which may hold a key. */
function shown(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

/** `fetch failed` says nothing; its cause does. */
function networkReason(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
}
