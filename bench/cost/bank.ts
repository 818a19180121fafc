import type { LoadedConfig } from "../../src/config/load.ts";
import { configSchema } from "../../src/config/schema.ts";

/** The bank's configuration, of the size that `examples/acme/deskhand.yaml` has. All designs speak with its prompt. */
export function bankConfig(): LoadedConfig {
  const config = configSchema.parse({
    shop: { name: "Rho-Bank" },
    agent: {
      name: "Rho",
      persona: "Rho-Bank is a bank for people and small companies: accounts, cards, loans, transfers.",
      helps_with: [
        "questions about accounts, cards and fees",
        "how transfers, top-ups and payments work",
        "problems with a card or with the app",
        "the customer's own applications and orders",
      ],
      not_authorized_to: [
        "approve refunds over $200",
        "change an account's type without a manager's approval",
        "access other customers' accounts",
      ],
      transfer_when: [
        "a request needs a decision that you are not authorized to make",
        "money may be lost or an account taken over",
        "the articles do not answer the question",
      ],
    },
    conversation: { quiet_window_ms: 0 },
    // Hundreds of customers ask within a minute or two; the benchmark is about prices, not about limits.
    budgets: { per_day: 10_000 },
    desk: { adapter: "bench", channel: "desk" },
  });
  return { config, path: "bench/cost/bank.ts", baseDir: import.meta.dirname, isSample: false };
}
