import type { Config, ModelRow } from "../config/schema.ts";
import { DeskhandError } from "../errors.ts";

export interface CatalogueRow extends ModelRow {
  /** The day from which the API no longer answers for this model. */
  readonly retires?: string;
}

export interface ResolvedModel {
  readonly id: string;
  readonly row: CatalogueRow;
  /** A sentence for the operator: the model is about to go, or has gone. */
  readonly warning?: string;
}

/**
 * The row of a model: the operator's own from `models.catalogue` when there is one, otherwise ours.
 *
 * Throws `config_invalid` with the row to write when neither has it: without a price no cost can be reserved.
 */
export function resolveModel(id: string, models: Config["models"], now: number): ResolvedModel {
  const own = models.catalogue[id];
  const row: CatalogueRow | undefined = own ?? CATALOGUE[id];
  if (!row) throw new DeskhandError("config_invalid", unknownModel(id));
  const warning = row.retires === undefined ? undefined : retirement(id, row.retires, now);
  return { id, row, ...(warning !== undefined && { warning }) };
}

function retirement(id: string, retires: string, now: number): string {
  const advice =
    "Set models.tier1 or models.tier2 to a current model, such as claude-haiku-5-5 or claude-sonnet-5-5.";
  if (now >= Date.parse(retires)) {
    return `${id} was retired on ${retires}; Claude answers its requests with an error. ${advice}`;
  }
  return `${id} is deprecated and will be retired on ${retires}. ${advice}`;
}

function unknownModel(id: string): string {
  return (
    `models: "${id}" is not in the price table. Use one of ${Object.keys(CATALOGUE).join(", ")}, ` +
    `or add its row (dollars per million tokens) to deskhand.yaml:\n` +
    `models:\n` +
    `  catalogue:\n` +
    `    ${id}:\n` +
    `      context_tokens: 200000\n` +
    `      cache_minimum_tokens: 1024\n` +
    `      thinking: adaptive   # off, between_tools, adaptive or none\n` +
    `      price: { input: 2, cache_write_5m: 2.5, cache_write_1h: 4, cache_read: 0.2, output: 10 }\n` +
    `      as_of: "2026-11-24"`
  );
}

const price = (
  input: number,
  cache_write_5m: number,
  cache_write_1h: number,
  cache_read: number,
  output: number,
): CatalogueRow["price"] => ({ input, cache_write_5m, cache_write_1h, cache_read, output });

/**
 * Dollars per million tokens: input, cache write for 5 minutes, for 1 hour, cache read, output.
 *
 * Read on 2026-11-22 from platform.claude.com (model overviews and pricing page), which is the source of every price
 * without a remark. Batch, `inference_geo` and `speed` change prices; Deskhand uses none of them. Cache reads are not
 * always a tenth of the input price: see the 5.5 models.
 *
 * Cache minimum: 512 for the 5.5 family and Opus 5 / Fable 5 (OpenRouter's migration guide for Claude 5.5 and two
 * write-ups; the vendor's own table was not at hand). It only decides where a mark is worth setting: a prefix below
 * the true minimum is silently not cached and costs what it would without the mark.
 */
export const CATALOGUE: Readonly<Record<string, CatalogueRow>> = {
  "claude-haiku-5-5": {
    context_tokens: 1_000_000,
    cache_minimum_tokens: 512,
    thinking: "off",
    price: price(0.1, 0.125, 0.2, 0.01, 0.5),
    // Five times each price, output too, for the whole request once input, cache reads and writes exceed 100,000.
    long_prompt: { above_tokens: 100_000, factor: 5 },
    as_of: "2026-11-22",
  },
  "claude-haiku-4-5": {
    context_tokens: 200_000,
    cache_minimum_tokens: 4_096,
    thinking: "none",
    price: price(1, 1.25, 2, 0.1, 5),
    as_of: "2026-11-22",
  },
  "claude-sonnet-5-5": {
    context_tokens: 1_000_000,
    cache_minimum_tokens: 512,
    thinking: "between_tools",
    // Cache reads are $0.10 since 2026-10-07 and were $0.20 before (two price trackers; the overview still says 0.20).
    price: price(2, 2.5, 4, 0.1, 10),
    as_of: "2026-10-07",
  },
  "claude-sonnet-5": {
    context_tokens: 1_000_000,
    cache_minimum_tokens: 1_024,
    thinking: "adaptive",
    price: price(2, 2.5, 4, 0.2, 10),
    as_of: "2026-11-22",
  },
  "claude-sonnet-4-6": {
    context_tokens: 1_000_000,
    cache_minimum_tokens: 1_024,
    thinking: "adaptive",
    price: price(3, 3.75, 6, 0.3, 15),
    as_of: "2026-11-22",
  },
  "claude-sonnet-4-5": {
    context_tokens: 200_000,
    cache_minimum_tokens: 1_024,
    thinking: "none",
    price: price(3, 3.75, 6, 0.3, 15),
    as_of: "2026-11-22",
    // DEPRECATED_MODELS of @anthropic-ai/sdk 1.12.0.
    retires: "2026-11-30",
  },
  "claude-opus-5-5": {
    context_tokens: 1_000_000,
    cache_minimum_tokens: 512,
    thinking: "adaptive",
    price: price(4, 5, 8, 0.2, 20),
    as_of: "2026-11-22",
  },
  "claude-opus-5": {
    context_tokens: 1_000_000,
    cache_minimum_tokens: 512,
    thinking: "adaptive",
    price: price(5, 6.25, 10, 0.5, 25),
    as_of: "2026-11-22",
  },
  "claude-opus-4-8": {
    context_tokens: 1_000_000,
    cache_minimum_tokens: 1_024,
    thinking: "adaptive",
    price: price(5, 6.25, 10, 0.5, 25),
    as_of: "2026-11-22",
  },
  "claude-opus-4-7": {
    context_tokens: 1_000_000,
    cache_minimum_tokens: 2_048,
    thinking: "adaptive",
    price: price(5, 6.25, 10, 0.5, 25),
    as_of: "2026-11-22",
  },
  "claude-opus-4-6": {
    context_tokens: 1_000_000,
    cache_minimum_tokens: 4_096,
    thinking: "adaptive",
    price: price(5, 6.25, 10, 0.5, 25),
    as_of: "2026-11-22",
  },
  "claude-opus-4-5": {
    context_tokens: 200_000,
    cache_minimum_tokens: 4_096,
    thinking: "none",
    price: price(5, 6.25, 10, 0.5, 25),
    as_of: "2026-11-22",
  },
  "claude-fable-5-1": {
    context_tokens: 1_000_000,
    cache_minimum_tokens: null,
    thinking: "adaptive",
    price: price(10, 12.5, 20, 0.25, 50),
    as_of: "2026-11-22",
  },
  "claude-fable-5": {
    context_tokens: 1_000_000,
    cache_minimum_tokens: 512,
    thinking: "adaptive",
    price: price(10, 12.5, 20, 1, 50),
    as_of: "2026-11-22",
  },
};
