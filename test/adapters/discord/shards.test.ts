import { describe, expect, it } from "vitest";

import { inWords, shardsOf } from "../../../adapters/discord/shards.ts";
import { shopConfig } from "../../servers/shop.ts";

const given = (text: string, discord: Readonly<Record<string, unknown>> = {}) =>
  shardsOf(shopConfig({ discord }), { DISCORD_SHARDS: text });

describe("the shards of a process", () => {
  it.each([
    ["0/1", [0], 1],
    ["0,1/4", [0, 1], 4],
    [" 2 , 3 / 4 ", [2, 3], 4],
    ["0-3/16", [0, 1, 2, 3], 16],
    ["0-1,5/6", [0, 1, 5], 6],
  ])("are read from %j", (text, ids, total) => {
    expect(given(text)).toEqual({ ids, total });
  });

  it.each(["0", "0/0", "4/4", "/4", "0,,1/4", "3-1/4", "0,0/4", "a/4", "-1/4", "0/4x"])(
    "are refused when %j is given, with what is allowed",
    (text) => {
      expect(() => given(text)).toThrow(/^DISCORD_SHARDS: ".*" was given\. Allowed: .*0,1\/4/);
    },
  );

  it("are the configured ones without the variable, and all when neither says anything", () => {
    const shards = { total: 4, ids: [2] };
    expect(given("", { shards })).toEqual(shards);
    expect(given("0/4", { shards })).toEqual({ ids: [0], total: 4 });
    expect(given("")).toBeNull();
    expect(() => shopConfig({ discord: { shards: { total: 2, ids: [2] } } })).toThrow(/one less than total/);
  });

  it("are named for people", () => {
    expect(inWords({ ids: [0], total: 4 })).toBe("shard 0 of 4");
    expect(inWords({ ids: [0, 1], total: 4 })).toBe("shards 0, 1 of 4");
  });
});
