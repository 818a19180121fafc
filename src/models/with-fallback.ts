import {
  BrokenCircuitError,
  CircuitState,
  circuitBreaker,
  ConsecutiveBreaker,
  handleWhen,
  IterableBackoff,
} from "cockatiel";

import { DeskhandError } from "../errors.ts";
import type { Model, ModelReply, ModelRequest } from "./model.ts";

/** What the operator is told when the way to the model changes; each state once, not with every message. */
export type ModelState =
  | { readonly state: "working"; readonly at: number }
  /** Customers are answered by the offline model; Claude is asked again at `until`. */
  | { readonly state: "unreachable"; readonly at: number; readonly until: number; readonly reason: string }
  /** Key, billing or permission: stays so until the operator does what `reason` says. */
  | { readonly state: "not_allowed"; readonly at: number; readonly reason: string };

export interface FallbackOptions {
  readonly now: () => number;
  readonly onState: (state: ModelState) => void;
  /** Failures in a row until the circuit opens. */
  readonly failures?: number;
  /** How long it stays open: the first time, the second time in a row, ...; the last is repeated. */
  readonly openForMs?: readonly number[];
}

/**
 * The primary model, with the offline model behind it while the primary cannot be reached. A primary that does not let
 * us in (key, billing, permission) throws `model_not_allowed` until it does: that is the operator's to mend.
 *
 * A circuit breaker keeps an outage from making each customer wait: after a few failures in a row the primary is left
 * alone, then asked by one request at a time until it answers again. The reply names the model that wrote it. What is
 * wrong with the request itself (`model_rejected`) and an abort pass through: the offline model cures neither.
 */
export function withFallback(primary: Model, offline: Model, options: FallbackOptions): Model {
  const { now, onState, failures = FAILURES, openForMs = OPEN_FOR_MS } = options;
  const breaker = circuitBreaker(
    handleWhen((error) => countsAsFailure(error, breaker.state === CircuitState.HalfOpen)),
    { breaker: new ConsecutiveBreaker(failures), halfOpenAfter: new IterableBackoff(openForMs) },
  );
  let told: ModelState["state"] = "working";
  let openings = 0;
  let notAllowed: DeskhandError | undefined;
  const tell = (state: ModelState): void => {
    if (state.state === told) return;
    told = state.state;
    onState(state);
  };
  breaker.onBreak((reason) => {
    const openFor = openForMs[Math.min(openings, openForMs.length - 1)] ?? 0;
    openings += 1;
    const error = "error" in reason ? reason.error : undefined;
    if (error instanceof DeskhandError && error.code === "model_not_allowed") return;
    tell({
      state: "unreachable",
      at: now(),
      until: now() + openFor,
      reason: error instanceof Error ? error.message : "",
    });
  });

  const ask = async (request: ModelRequest, signal: AbortSignal): Promise<ModelReply> => {
    // While one request probes the primary, cockatiel would make the others wait for its outcome. They need not.
    if (breaker.state === CircuitState.HalfOpen) throw new BrokenCircuitError();
    const reply = await breaker.execute(() => primary.complete(request, signal));
    // A slow answer to a call from before the outage says nothing about now.
    if (breaker.state === CircuitState.Closed) {
      openings = 0;
      notAllowed = undefined;
      tell({ state: "working", at: now() });
    }
    return reply;
  };

  return {
    nameFor: (tier) => primary.nameFor(tier),
    worstCost: (request) => primary.worstCost(request),
    async complete(request, signal) {
      try {
        return await ask(request, signal);
      } catch (error) {
        if (isNotAllowed(error)) {
          notAllowed = error;
          tell({ state: "not_allowed", at: now(), reason: error.message });
        }
        // A key or a bill that nobody mends is no outage: until it works again each customer gets a person.
        if (notAllowed && isFallbackCase(error)) throw notAllowed;
        if (!isFallbackCase(error)) throw error;
        return await offline.complete(request, signal);
      }
    },
  };
}

/** Each failure has already been tried twice by the model itself. */
const FAILURES = 3;

/** Short enough that a hiccup costs nobody much, long enough that an hour's outage is asked about a dozen times. */
const OPEN_FOR_MS: readonly number[] = [10_000, 30_000, 60_000, 120_000, 300_000];

function isFallbackCase(error: unknown): boolean {
  if (error instanceof BrokenCircuitError) return true;
  return error instanceof DeskhandError && (error.retryable || isNotAllowed(error));
}

function isNotAllowed(error: unknown): error is DeskhandError {
  return error instanceof DeskhandError && error.code === "model_not_allowed";
}

/**
 * A turn whose deadline passed while the primary was silent is a failure of the primary; a person who took the
 * conversation over is not. A probe that was stopped for either reason has proved nothing, so it must not close the
 * circuit.
 */
function countsAsFailure(error: unknown, probing: boolean): boolean {
  if (error instanceof DeskhandError) return error.retryable || error.code === "model_not_allowed";
  if (!(error instanceof Error)) return false;
  if (error.name === "AbortError") return probing || isTimeout(error.cause);
  return isTimeout(error);
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}
