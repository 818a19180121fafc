import type { Adapter } from "../src/adapter.ts";
import type { Config } from "../src/config/schema.ts";
import type { Log } from "../src/ops/log.ts";

export interface PlatformOptions {
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly now: () => number;
}

/**
 * The platforms that have credentials, each loaded only when it is used. Empty when there are none: then the console
 * is the platform.
 */
export async function platformsFor(options: PlatformOptions): Promise<readonly Adapter[]> {
  const { env } = options;
  const isSet = (name: string) => Boolean(env[name]?.trim());
  return [...(isSet("DISCORD_TOKEN") ? [(await import("./discord/index.ts")).createDiscord(options)] : [])];
}
