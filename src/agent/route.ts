import type { Config } from "../config/schema.ts";
import type { Tier } from "../domain.ts";
import { TOOLS } from "../tools/index.ts";
import type { Tool } from "../tools/tool.ts";
import type { BurstReading } from "./read.ts";

/** What a tier may do in one turn. */
export interface Route {
  readonly tier: Tier;
  readonly tools: readonly Tool[];
  readonly maxRounds: number;
  readonly maxOutputTokens: number;
}

/**
 * The routing table. Both tiers have all tools: the small model settles most with one search, and a second tier
 * that could do less would only lengthen the way to a person. The strong model gets more room to write.
 */
export function routeFor(tier: Tier, models: Config["models"]): Route {
  const table: Readonly<Record<Tier, Route>> = {
    1: { tier: 1, tools: TOOLS, maxRounds: models.max_rounds, maxOutputTokens: models.max_output_tokens },
    2: { tier: 2, tools: TOOLS, maxRounds: models.max_rounds, maxOutputTokens: models.max_output_tokens * 2 },
  };
  return table[tier];
}

/** Tier 1 first. What is complex, or a customer who has lost patience once, goes to the strong model at once. */
export function firstTier(reading: BurstReading): Tier {
  return reading.complexity === "complex" || reading.frustrated ? 2 : 1;
}
