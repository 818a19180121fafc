import type { Config } from "../config/schema.ts";
import { DeskhandError } from "../errors.ts";
import type { Log } from "../ops/log.ts";
import { createClaude } from "./claude.ts";
import type { Model } from "./model.ts";
import { createOffline, type OfflineDeps } from "./offline.ts";
import { type ModelState, withFallback } from "./with-fallback.ts";

/** How the way to the model is: `unreachable` while the circuit breaker keeps Claude from being asked. */
export const MODEL_STATES = [
  "working",
  "unreachable",
  "not_allowed",
] as const satisfies ModelState["state"][];
export type ModelHealth = (typeof MODEL_STATES)[number];

export interface ChosenModel {
  readonly provider: "claude" | "offline";
  readonly model: Model;
  health(): ModelHealth;
  /** One line for the start screen. */
  readonly description: string;
}

export interface ChooseDeps {
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
  /** The local classifier, for the offline model. */
  readonly read: OfflineDeps["read"];
  readonly now: () => number;
  readonly log: Log;
  /** Told, in words for the people at the desk, when customers are no longer answered by Claude, or are again. */
  readonly onState: (text: string) => Promise<void>;
  /** True when somebody looks at the spans of calls. */
  readonly traced?: boolean;
}

/**
 * Claude with the offline model behind it when there is a key, the offline model alone when there is none.
 *
 * Throws `config_invalid` when Claude was asked for without a key, or a configured model is not known.
 */
export function chooseModel({
  config,
  env,
  read,
  now,
  log,
  onState,
  traced = false,
}: ChooseDeps): ChosenModel {
  const { models, agent } = config;
  const offline = createOffline({ agentName: agent.name, read });
  const apiKey = env["ANTHROPIC_API_KEY"]?.trim();
  if (models.provider === "claude" && !apiKey) {
    throw new DeskhandError(
      "config_invalid",
      "models.provider is claude, but ANTHROPIC_API_KEY is not set. Set it, or use provider: auto.",
    );
  }
  if (models.provider === "offline" || !apiKey) {
    const why = apiKey ? "models.provider is offline" : "no ANTHROPIC_API_KEY";
    return {
      provider: "offline",
      model: offline,
      health: () => "working",
      description: `offline (${why}): quotes the help centre, costs nothing`,
    };
  }
  const claude = createClaude({ apiKey, baseURL: env["ANTHROPIC_BASE_URL"], models, now, traced });
  for (const warning of claude.warnings) log.warn(warning);
  let health: ModelHealth = "working";
  const model = withFallback(claude, offline, {
    now,
    onState: (state) => {
      health = state.state;
      log.warn({ model: state }, "model");
      onState(inWords(state)).catch((error: unknown) =>
        log.error({ err: error }, "the desk could not be told"),
      );
    },
  });
  const description = `${models.tier1}, then ${models.tier2}`;
  return { provider: "claude", model, health: () => health, description };
}

function inWords(state: ModelState): string {
  switch (state.state) {
    case "working":
      return "Claude answers again.";
    case "unreachable":
      return `Claude cannot be reached (${state.reason}). Customers are answered from the help centre until it is back.`;
    case "not_allowed":
      return `Claude does not let us in: ${state.reason} Until then each customer gets a person.`;
  }
}
