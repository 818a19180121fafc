import type { Finding } from "../adapter.ts";
import { buildPrompt, PROMPT_LIMIT_TOKENS } from "../agent/prompt.ts";
import type { LoadedConfig } from "../config/load.ts";
import type { Config, DeskHours } from "../config/schema.ts";
import { estimateTokens } from "../models/tokens.ts";

/** Which file is in use, and how long the system prompt is that it makes. Throws `config_invalid` when it is too long. */
export function checkConfig({ config, path, isSample }: LoadedConfig): Finding[] {
  const tokens = estimateTokens(buildPrompt(config, estimateTokens));
  return [
    isSample
      ? {
          level: "warning",
          what: `The sample shop is in use (${path}).`,
          fix: "Copy its folder, make it yours, and name it with --config, DESKHAND_CONFIG, or put deskhand.yaml here.",
        }
      : { level: "ok", what: `${path} for ${config.shop.name}` },
    {
      level: "ok",
      what: `The system prompt has ${tokens} of ${PROMPT_LIMIT_TOKENS} tokens (an estimate that errs high).`,
    },
  ];
}

/** A budget that lies above the one around it can never be reached. */
export function checkBudgets({ budgets }: Config): Finding[] {
  const { per_conversation, per_customer_day, per_day } = budgets;
  const findings: Finding[] = [];
  if (per_conversation > per_customer_day) {
    findings.push({
      level: "warning",
      what: `budgets.per_conversation ($${per_conversation}) is above budgets.per_customer_day ($${per_customer_day}), so it never applies within a day.`,
      fix: "Raise budgets.per_customer_day, or lower budgets.per_conversation.",
    });
  }
  if (per_customer_day > per_day) {
    findings.push({
      level: "warning",
      what: `budgets.per_customer_day ($${per_customer_day}) is above budgets.per_day ($${per_day}): one customer can use up everybody's day.`,
      fix: "Raise budgets.per_day, or lower budgets.per_customer_day.",
    });
  }
  if (findings.length > 0) return findings;
  return [
    {
      level: "ok",
      what: `$${per_conversation} a conversation, $${per_customer_day} a customer and day, $${per_day} a day; then a person is called.`,
    },
  ];
}

/** What the desk's hours come to; hours that end before they begin go over midnight. */
export function checkHours(hours: DeskHours | undefined): Finding {
  if (!hours) return { level: "ok", what: "No business hours: the desk counts as always there." };
  const { timezone, days, from, to } = hours;
  const overnight = from >= to ? " the next day" : "";
  return {
    level: "ok",
    what: `Business hours ${from} to ${to}${overnight} on ${days.join(", ")} (${timezone}).`,
  };
}
