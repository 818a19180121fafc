import { webApi } from "@slack/bolt";

import type { Log } from "../../src/ops/log.ts";
import { boltLogger } from "./bolt-log.ts";

/**
 * The same client, but each of its calls ends when the signal says so, and none is repeated or held back by the client
 * itself: the outbox decides about that. A client has no way to pass a signal to one call, and making one costs a
 * fraction of a millisecond.
 */
export function clientEndedBy(client: webApi.WebClient, signal: AbortSignal, log: Log): webApi.WebClient {
  return new webApi.WebClient(client.token, {
    slackApiUrl: client.slackApiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: true,
    logger: boltLogger(log),
    fetch: (url, init) => fetch(url, { ...init, signal }),
  });
}
