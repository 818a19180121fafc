import type { CatalogueRow } from "./catalogue.ts";
import type { Usage } from "./model.ts";

export const NO_USAGE: Usage = {
  inputTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  cacheReadTokens: 0,
  outputTokens: 0,
};

/**
 * What one call cost, in whole micro-dollars, rounded up once: the ledger may be a micro-dollar too high, never too low.
 *
 * A dollar per million tokens is a micro-dollar a token, so no conversion happens here.
 */
export function priceOf(row: CatalogueRow, usage: Usage): number {
  const { price } = row;
  const exact =
    usage.inputTokens * price.input +
    usage.cacheWrite5mTokens * price.cache_write_5m +
    usage.cacheWrite1hTokens * price.cache_write_1h +
    usage.cacheReadTokens * price.cache_read +
    usage.outputTokens * price.output;
  return roundedUp(exact * longPromptFactor(row, promptTokens(usage)));
}

/** What a call can cost at most, given upper bounds of its tokens. `cached` is the part that may be written to the cache. */
export function worstPrice(
  row: CatalogueRow,
  bound: { readonly cachedTokens: number; readonly plainTokens: number; readonly outputTokens: number },
): number {
  const dearest = Math.max(row.price.input, row.price.cache_write_5m, row.price.cache_read);
  const exact =
    bound.cachedTokens * dearest +
    bound.plainTokens * row.price.input +
    bound.outputTokens * row.price.output;
  return roundedUp(exact * longPromptFactor(row, bound.cachedTokens + bound.plainTokens));
}

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    cacheWrite5mTokens: a.cacheWrite5mTokens + b.cacheWrite5mTokens,
    cacheWrite1hTokens: a.cacheWrite1hTokens + b.cacheWrite1hTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    outputTokens: a.outputTokens + b.outputTokens,
  };
}

/** The whole prompt, whatever the cache did with it; the long-prompt rule counts it so. */
export function promptTokens(usage: Usage): number {
  return usage.inputTokens + usage.cacheWrite5mTokens + usage.cacheWrite1hTokens + usage.cacheReadTokens;
}

function longPromptFactor(row: CatalogueRow, tokens: number): number {
  return row.long_prompt && tokens > row.long_prompt.above_tokens ? row.long_prompt.factor : 1;
}

/** Prices such as 0.1 have no exact binary form; what is a billionth above a whole number is that number. */
function roundedUp(micros: number): number {
  return Math.ceil(Math.round(micros * 1e6) / 1e6);
}
