import type { AdapterMemory } from "../../src/adapter.ts";
import type { Config } from "../../src/config/schema.ts";
import type { Log } from "../../src/ops/log.ts";
import type { Api } from "./api.ts";
import type { Bot } from "./bot.ts";

/** What everything that goes out to Discord works with. */
export interface Outgoing {
  readonly client: Bot;
  readonly api: Api;
  readonly memory: AdapterMemory;
  readonly config: Pick<Config, "desk" | "discord">;
  readonly now: () => number;
  readonly log: Log;
  /** Message id -> the delivery that it is known to belong to, so that it is not taken for another that says the same. */
  readonly owners: Map<string, string>;
  /** What the log has been told already and need not be told with each delivery. */
  readonly told: Set<string>;
}
