import { READ_PROMPT } from "../agent/read.ts";
import type { Config } from "../config/schema.ts";
import type { Tier } from "../domain.ts";
import { resolveModel } from "../models/catalogue.ts";
import { NO_USAGE, priceOf } from "../models/prices.ts";
import { estimateTokens } from "../models/tokens.ts";
import { TOOLS } from "../tools/index.ts";

/** What is known of a turn before a model is asked; texts are those that would be in front of it. */
export interface TurnPlan {
  readonly question: string;
  /** The passages that were found for it. */
  readonly passages: readonly string[];
  /** Who answers; null when code settles it or calls a person without asking a model. */
  readonly tier: Tier | null;
  /** True when a person is called: a note for staff is written by one small call. */
  readonly escalated: boolean;
  /** True when the local classifier is not sure, so that the small model reads the message. */
  readonly askedToRead: boolean;
}

/** Tokens of a usual answer; short, as the prompt asks for. */
const ANSWER_TOKENS = 180;
const READING_TOKENS = 70;
const SUMMARY_TOKENS = 150;
/** What a passage's marks, the customer's facts and the reading add to a prompt. */
const AROUND_TOKENS = 120;
/** Calls of an answer: most take one, an order or another search takes two. Measured by `npm run bench:cost`: 1.0 to 1.4. */
const CALLS = 1.3;

/**
 * About what a turn would cost on the configured models, in micro-dollars. An estimate: nothing is read from the cache, so that
 * it errs high for a busy shop; what answers really need differs.
 *
 * Throws `config_invalid` when a configured model has no price.
 */
export function estimator(config: Config, system: string, now: number): (plan: TurnPlan) => number {
  const rowOf = (tier: Tier) =>
    resolveModel(tier === 1 ? config.models.tier1 : config.models.tier2, config.models, now).row;
  const rows = { 1: rowOf(1), 2: rowOf(2) } as const;
  const prefix =
    estimateTokens(system) + TOOLS.reduce((sum, tool) => sum + estimateTokens(JSON.stringify(tool.spec)), 0);
  const reading = estimateTokens(READ_PROMPT) + AROUND_TOKENS;
  const price = (tier: Tier, inputTokens: number, outputTokens: number) =>
    priceOf(rows[tier], { ...NO_USAGE, inputTokens: Math.round(inputTokens), outputTokens });
  return ({ question, passages, tier, escalated, askedToRead }) => {
    const asked = estimateTokens(question);
    const shown = passages.reduce((sum, text) => sum + estimateTokens(text), 0);
    let micros = 0;
    if (askedToRead) micros += price(1, reading + asked, READING_TOKENS);
    if (tier !== null) {
      micros += Math.round(CALLS * price(tier, prefix + shown + asked + AROUND_TOKENS, ANSWER_TOKENS));
    }
    if (escalated) micros += price(1, asked + shown + 2 * AROUND_TOKENS, SUMMARY_TOKENS);
    return micros;
  };
}
