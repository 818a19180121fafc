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
  const isSet = (name: string) => Boolean(options.env[name]?.trim());
  const platforms: Adapter[] = [];
  // A token, or what several workspaces need to install the app themselves.
  if (isSet("SLACK_BOT_TOKEN") || isSet("SLACK_CLIENT_ID")) {
    platforms.push((await import("./slack/index.ts")).createSlack(options));
  }
  if (isSet("DISCORD_TOKEN")) platforms.push((await import("./discord/index.ts")).createDiscord(options));
  return platforms;
}
