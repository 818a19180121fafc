import { setTimeout as pause } from "node:timers/promises";

import type { Adapter, Host } from "./adapter.ts";
import { DeskhandError } from "./errors.ts";
import type { Log } from "./ops/log.ts";

export interface StartDeps {
  readonly log: Log;
  /** Aborted when the program stops: nothing is started after that. */
  readonly stopping: AbortSignal;
  /** Between two tries: the first time, the second time, ...; the last is repeated. */
  readonly pausesMs?: readonly number[];
}

/** An outage is asked about once a minute; one that lasts for moments costs moments. */
const PAUSES_MS: readonly number[] = [5_000, 10_000, 20_000, 40_000, 60_000];

/**
 * Starts a platform. One that cannot be reached now is tried again until it can, and the others serve meanwhile: a
 * restart in the middle of Slack's outage must not cost Discord's customers theirs. Throws what trying again does not
 * mend: a token, scope, intent or permission. Later such a finding goes to `host.lost`.
 */
export async function startPlatform(platform: Adapter, host: Host, deps: StartDeps): Promise<void> {
  try {
    await platform.start(host);
  } catch (error) {
    if (!mayPass(error)) throw error;
    void startAgain(platform, host, error, deps);
  }
}

/** Throws never. */
async function startAgain(
  platform: Adapter,
  host: Host,
  first: DeskhandError,
  deps: StartDeps,
): Promise<void> {
  const { log, stopping, pausesMs = PAUSES_MS } = deps;
  let error = first;
  for (let tries = 1; !stopping.aborted; tries += 1) {
    const pauseMs = pausesMs[Math.min(tries, pausesMs.length) - 1] ?? 0;
    log.warn(
      { problem: error.message, platform: platform.name, tries, pauseMs },
      "a platform could not be reached; trying again",
    );
    try {
      await pause(pauseMs, undefined, { signal: stopping });
      await platform.start(host);
      log.info({ platform: platform.name }, "a platform can be reached again");
      return;
    } catch (thrown) {
      if (stopping.aborted) return;
      if (!mayPass(thrown)) return host.lost(asLost(thrown));
      error = thrown;
    }
  }
}

function mayPass(error: unknown): error is DeskhandError {
  return error instanceof DeskhandError && error.retryable;
}

function asLost(error: unknown): DeskhandError {
  if (error instanceof DeskhandError) return error;
  return new DeskhandError("platform_unusable", String(error), { cause: error });
}
