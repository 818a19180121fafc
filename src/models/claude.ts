import { Anthropic, AnthropicError } from "@anthropic-ai/sdk";
import type {
  ContentBlock,
  Message,
  MessageCreateParamsNonStreaming,
} from "@anthropic-ai/sdk/resources/messages";

import type { Config } from "../config/schema.ts";
import type { Tier } from "../domain.ts";
import { DeskhandError } from "../errors.ts";
import { resolveModel, type ResolvedModel } from "./catalogue.ts";
import { retryAfterOf, toDeskhandError } from "./claude-errors.ts";
import { toReply, usageOf } from "./claude-reply.ts";
import { toParams } from "./claude-request.ts";
import type { Model } from "./model.ts";
import { addUsage, NO_USAGE, priceOf, promptTokens, worstPrice } from "./prices.ts";
import { promptBound, valueBound } from "./tokens.ts";

export interface ClaudeOptions {
  readonly apiKey: string;
  /** `ANTHROPIC_BASE_URL`, for a proxy or a test. */
  readonly baseURL?: string | undefined;
  readonly models: Config["models"];
  readonly fetch?: typeof fetch;
  readonly now: () => number;
  /** The SDK makes a span of each call, with its metadata alone: whatever else the environment asks of it. */
  readonly traced?: boolean;
}

export interface Claude extends Model {
  /** Sentences for the operator about the configured models; said once at start. */
  readonly warnings: readonly string[];
}

/**
 * Claude behind the model port. Throws `config_invalid` when a configured model has no row in the catalogue.
 *
 * `complete` tries twice within the caller's signal, waiting as the API asks but not longer than a customer would.
 */
export function createClaude(options: ClaudeOptions): Claude {
  const { models, now } = options;
  const tiers: Record<Tier, ResolvedModel> = {
    1: resolveModel(models.tier1, models, now()),
    2: resolveModel(models.tier2, models, now()),
  };
  const client = new Anthropic({
    apiKey: usableKey(options.apiKey),
    // null, not undefined: the SDK would read the environment a second time.
    baseURL: options.baseURL ?? null,
    maxRetries: RETRIES,
    timeout: attemptTimeout(models),
    fetch: impatient(options.fetch ?? fetch, now),
    logLevel: "off",
    // Whose trace a call belongs to is nothing that the API has to know, so no header is sent.
    openTelemetry: options.traced ? { propagation: false, traces: { contentMode: "metadata_only" } } : false,
  });

  return {
    warnings: [...new Set([tiers[1].warning, tiers[2].warning])].filter((warning) => warning !== undefined),
    nameFor: (tier) => tiers[tier].id,
    worstCost: (request) => worstCost(toParams(request, tiers[request.tier]), tiers[request.tier]),
    async complete(request, signal) {
      const model = tiers[request.tier];
      const params = toParams(request, model);
      // The SDK's own timeout ends with the headers; this one also covers a body that never comes.
      const deadline = AbortSignal.timeout(callTimeout(models));
      const limit = AbortSignal.any([signal, deadline]);
      try {
        return await converse(params, model, (next) => send(client, next, limit));
      } catch (error) {
        if (signal.aborted) throw abortError(signal);
        throw toDeskhandError(error, now());
      }
    },
  };
}

/** A key is sent in a header; a stray quote or line break from copying it would fail there without a word about it. */
function usableKey(apiKey: string): string {
  const key = apiKey.trim();
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new DeskhandError(
    "config_invalid",
    "ANTHROPIC_API_KEY holds a character that no key has. Copy it again from console.anthropic.com, API keys.",
  );
}

/** One retry: whoever waits is a customer in a chat, and behind us stands a fallback. */
const RETRIES = 1;

/** A longer `retry-after` is not waited out: the caller is told and decides. */
const LONGEST_WAIT_MS = 5_000;

/** Two attempts and a wait fit into one turn's deadline, with time left for the fallback. */
function attemptTimeout(models: Config["models"]): number {
  return Math.ceil((models.turn_deadline_seconds * 1_000) / 3);
}

function callTimeout(models: Config["models"]): number {
  const attempt = attemptTimeout(models);
  return (1 + RETRIES) * attempt + Math.min(attempt, LONGEST_WAIT_MS);
}

function worstCost(params: MessageCreateParamsNonStreaming, { row }: ResolvedModel): number {
  const bound = promptBound(params);
  const marked = Array.isArray(params.system) && params.system.some((block) => block.cache_control);
  return worstPrice(row, {
    cachedTokens: marked ? bound.prefix : 0,
    plainTokens: marked ? bound.messages : bound.prefix + bound.messages,
    outputTokens: params.max_tokens,
  });
}

const RESENDS = 2;

/**
 * One reply, which may take several calls: a paused turn is sent back as it is so that the model goes on.
 *
 * Only server tools pause and we offer none, so nothing extra is reserved for it: a turn goes on only as long as what
 * was reserved for the first call covers the next one too, and counts as truncated otherwise.
 */
async function converse(
  params: MessageCreateParamsNonStreaming,
  model: ResolvedModel,
  call: (params: MessageCreateParamsNonStreaming) => Promise<Message>,
) {
  const reserved = worstCost(params, model);
  const content: ContentBlock[] = [];
  let usage = NO_USAGE;
  let costMicros = 0;
  let next = params;
  for (let resends = 0; ; resends++) {
    const message = await call(next);
    const used = usageOf(message.usage);
    content.push(...message.content);
    usage = addUsage(usage, used);
    costMicros += priceOf(model.row, used);
    const worst = worstPrice(model.row, {
      cachedTokens: promptTokens(used) + valueBound(message.content),
      plainTokens: 0,
      outputTokens: params.max_tokens,
    });
    const goesOn =
      message.stop_reason === "pause_turn" && resends < RESENDS && costMicros + worst <= reserved;
    if (!goesOn) return toReply(message, content, params, { model: model.id, usage, costMicros });
    next = { ...params, messages: [...params.messages, { role: "assistant", content: [...content] }] };
  }
}

/**
 * Sends one call; once more when the answer broke off in the middle, which the SDK does not retry.
 */
async function send(
  client: Anthropic,
  params: MessageCreateParamsNonStreaming,
  signal: AbortSignal,
): Promise<Message> {
  try {
    return await client.messages.create(params, { signal });
  } catch (error) {
    if (signal.aborted || error instanceof AnthropicError) throw error;
    return await client.messages.create(params, { signal, maxRetries: 0 });
  }
}

/** A fetch that tells the SDK not to retry when it would have to wait longer than a customer in a chat does. */
function impatient(inner: typeof fetch, now: () => number): typeof fetch {
  return async (input, init) => {
    const response = await inner(input, init);
    if (response.ok || (retryAfterOf(response.headers, now()) ?? 0) <= LONGEST_WAIT_MS) return response;
    const headers = new Headers(response.headers);
    headers.set("x-should-retry", "false");
    return new Response(response.body, { status: response.status, headers });
  };
}

/** What the port promises when the caller's signal fires; `cause` says why it fired (a deadline, a person took over). */
function abortError(signal: AbortSignal): Error {
  const { reason } = signal as { reason: unknown };
  if (reason instanceof Error && reason.name === "AbortError") return reason;
  return Object.assign(new Error("The model call was stopped.", { cause: reason }), { name: "AbortError" });
}
