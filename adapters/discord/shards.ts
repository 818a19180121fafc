import type { Config } from "../../src/config/schema.ts";
import { DeskhandError } from "../../src/errors.ts";

/** The part of Discord's servers that this process listens to. Server and shard belong together by the server's id. */
export interface Shards {
  readonly ids: readonly number[];
  readonly total: number;
}

/**
 * `DISCORD_SHARDS` (such as `0,1/4`, or `0-3/16`), or `discord.shards`, because processes that share a configuration
 * differ in it; null for all of them. Throws `config_invalid`.
 */
export function shardsOf(config: Pick<Config, "discord">, env: NodeJS.ProcessEnv): Shards | null {
  const given = env["DISCORD_SHARDS"]?.trim();
  if (!given) return config.discord.shards ?? null;
  const [, list = "", last = ""] = /^([\d,\s-]+)\/\s*(\d{1,4})$/.exec(given) ?? [];
  const total = Number(last);
  const ids = list.split(",").flatMap(idsIn);
  if (
    total >= 1 &&
    ids.length > 0 &&
    new Set(ids).size === ids.length &&
    ids.every((id) => id >= 0 && id < total)
  ) {
    return { ids, total };
  }
  throw new DeskhandError(
    "config_invalid",
    `DISCORD_SHARDS: "${given}" was given. Allowed: numbers of shards, a slash, and how many there are in all, such as 0,1/4 or 0-3/16; the first is 0.`,
  );
}

/** What this process holds, in words; shard 0 has direct messages. */
export function inWords({ ids, total }: Shards): string {
  return `shard${ids.length === 1 ? "" : "s"} ${ids.join(", ")} of ${total}`;
}

function idsIn(part: string): number[] {
  const [, from = "", to = from] = /^\s*(\d+)\s*(?:-\s*(\d+))?\s*$/.exec(part) ?? [];
  if (from === "") return [-1];
  const [first, end] = [Number(from), Number(to)];
  return end < first || end - first > 10_000
    ? [-1]
    : Array.from({ length: end - first + 1 }, (_, at) => first + at);
}
