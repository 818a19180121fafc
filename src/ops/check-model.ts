import type { Finding } from "../adapter.ts";
import { routeFor } from "../agent/route.ts";
import type { Config } from "../config/schema.ts";
import { duration, dollars } from "../costs/report-text.ts";
import type { Tier } from "../domain.ts";
import { DeskhandError, messageOf } from "../errors.ts";
import { resolveModel } from "../models/catalogue.ts";
import { type Claude, createClaude } from "../models/claude.ts";
import { NO_USAGE, priceOf } from "../models/prices.ts";

export interface CheckModelDeps {
  readonly config: Pick<Config, "models" | "budgets">;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
}

/**
 * Who answers. With a key each configured model is asked for one word, which costs well under a cent and stands in no
 * budget; without one nothing is called. Throws `config_invalid` for a model without a price.
 */
export async function checkModel({ config, env, now }: CheckModelDeps): Promise<Finding[]> {
  const { models } = config;
  const prices = ([1, 2] as const).map((tier) => exampleTicket(tier, models, now()));
  const apiKey = env["ANTHROPIC_API_KEY"]?.trim();
  if (models.provider === "offline" || !apiKey) return [...withoutClaude(models, apiKey), ...prices];
  const claude = createClaude({ apiKey, baseURL: env["ANTHROPIC_BASE_URL"], models, now });
  const tiers: readonly Tier[] = models.tier1 === models.tier2 ? [1] : [1, 2];
  const answers: Finding[] = [];
  for (const tier of tiers) answers.push(await ask(claude, tier, now));
  const warnings = claude.warnings.map((what): Finding => ({ level: "warning", what }));
  return [...answers, ...warnings, ...prices, ...reserve(claude, config)];
}

function withoutClaude(models: Config["models"], apiKey: string | undefined): Finding[] {
  if (models.provider === "claude") {
    return [
      {
        level: "problem",
        what: "models.provider is claude, but ANTHROPIC_API_KEY is not set: Deskhand would not start.",
        fix: "Set ANTHROPIC_API_KEY (a key from console.anthropic.com, API keys), or use provider: auto.",
      },
    ];
  }
  const why = apiKey ? "models.provider is offline" : "ANTHROPIC_API_KEY is not set";
  return [
    {
      level: "ok",
      what: `Offline (${why}): quotes the best article, costs nothing, and says what it is.`,
      fix: apiKey
        ? "For Claude, set models.provider to auto."
        : "For Claude, set ANTHROPIC_API_KEY to a key from console.anthropic.com, API keys.",
    },
  ];
}

const LONGEST_MS = 60_000;

async function ask(claude: Claude, tier: Tier, now: () => number): Promise<Finding> {
  const model = claude.nameFor(tier);
  const began = now();
  try {
    const reply = await claude.complete(
      {
        purpose: "read",
        tier,
        system: "",
        tools: [],
        messages: [{ role: "user", content: [{ type: "text", text: "Answer with the word ok." }] }],
        maxOutputTokens: 16,
        userRef: "deskhand-doctor",
      },
      AbortSignal.timeout(LONGEST_MS),
    );
    const took = duration(now() - began);
    return {
      level: "ok",
      what: `${model} (tier ${tier}) answers in ${took}; asking cost ${dollars(reply.costMicros)}.`,
    };
  } catch (error) {
    // A rate limit says that the key works.
    const limited = error instanceof DeskhandError && error.code === "model_rate_limited";
    return { level: limited ? "warning" : "problem", what: `${model} (tier ${tier}): ${messageOf(error)}` };
  }
}

/** A plain question, answered with three passages at hand. */
const EXAMPLE = { input: 2_600, output: 220 };

function exampleTicket(tier: Tier, models: Config["models"], now: number): Finding {
  const { id, row } = resolveModel(tier === 1 ? models.tier1 : models.tier2, models, now);
  const micros = priceOf(row, { ...NO_USAGE, inputTokens: EXAMPLE.input, outputTokens: EXAMPLE.output });
  return {
    level: "ok",
    what:
      `A ticket settled by one call of ${id} costs about ${dollars(micros)} ` +
      `(${EXAMPLE.input.toLocaleString("en")} tokens in, ${EXAMPLE.output} out, nothing cached; prices as of ${row.as_of}).`,
  };
}

/** A first prompt in characters: system, tools, three passages, a question. */
const EXAMPLE_CHARS = 4 * EXAMPLE.input;

/** A call whose worst cost does not fit into the budget is never made, however cheap it would have been. */
function reserve(claude: Claude, { models, budgets }: CheckModelDeps["config"]): Finding[] {
  const least = Math.min(budgets.per_conversation, budgets.per_customer_day, budgets.per_day);
  return ([1, 2] as const).flatMap((tier): Finding[] => {
    const micros = claude.worstCost({
      purpose: "answer",
      tier,
      system: "",
      tools: [],
      messages: [{ role: "user", content: [{ type: "text", text: "x".repeat(EXAMPLE_CHARS) }] }],
      maxOutputTokens: routeFor(tier, models).maxOutputTokens,
      userRef: "deskhand-doctor",
    });
    if (micros <= least * 1_000_000) return [];
    return [
      {
        level: "problem",
        what: `budgets: one call of ${claude.nameFor(tier)} reserves up to ${dollars(micros)}, and the smallest budget is $${least}, so it would never be made.`,
        fix: "Raise the budget, or lower models.max_output_tokens.",
      },
    ];
  });
}
