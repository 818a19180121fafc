import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { fromBase, loadConfig } from "../src/config/load.ts";

describe("the configuration", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "deskhand-config-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (text: string, name = "deskhand.yaml") => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const load = (text: string) => loadConfig(write(text), {}, folder).config;
  const refusal = (text: string): string => {
    try {
      load(text);
    } catch (error) {
      expect(error).toMatchObject({ code: "config_invalid" });
      return (error as Error).message;
    }
    throw new Error("it was not refused");
  };

  it("is the one named, then the environment's, then the folder's own, then the sample shop's", () => {
    expect(loadConfig(undefined, {}, folder)).toMatchObject({
      isSample: true,
      config: { agent: { name: "Aria" } },
    });
    write("shop: { name: Here }");
    write("shop: { name: Env }", "env.yaml");
    write("shop: { name: Named }", "named.yaml");
    const env = { DESKHAND_CONFIG: "env.yaml" };
    const names = [
      loadConfig(undefined, {}, folder),
      loadConfig(undefined, env, folder),
      loadConfig("named.yaml", env, folder),
    ];
    expect(names.map(({ config, isSample }) => [config.shop.name, isSample])).toEqual([
      ["Here", false],
      ["Env", false],
      ["Named", false],
    ]);
    expect(names[0]?.baseDir).toBe(folder);
  });

  it("needs no more than the shop's name, also with sections whose keys are all commented out", () => {
    expect(load("shop: { name: Acme }\nbudgets:\n  #per_day: 1\n")).toMatchObject({
      models: { tier1: "claude-haiku-5-5", tier2: "claude-sonnet-5-5", max_rounds: 6 },
      policy: { refund_limit: 200 },
      reading: { frustration_limit: 2 },
      budgets: { per_day: 50 },
      conversation: { resolve_after_hours: 48, reopen_within_hours: 72 },
      orders: { kind: "none" },
    });
  });

  it.each([
    ["", /shop: nothing was given/],
    ["shop: { name: '' }", /shop\.name: "" was given/],
    ["shop: { name: A }\nbudgets: { per_day: -5 }", /budgets\.per_day: -5 was given\. Allowed: .*>0/],
    [
      "shop: { name: A }\nbudgets: { per_day: lots }",
      /budgets\.per_day: "lots" was given\. Allowed: expected number/,
    ],
    [
      "shop: { name: A }\nmodels: { provider: gpt }",
      /models\.provider: "gpt" was given\. Allowed: .*"auto"\|"claude"\|"offline"/,
    ],
    ["shop: { name: A }\nmodels: { max_rounds: 0 }", /models\.max_rounds: 0 was given/],
    ["shop: { name: A }\npolicy: { refund_limt: 5 }", /policy: there is no key "refund_limt" here/],
    ["shop: { name: A }\nextra: 1", /\(the file\): there is no key "extra" here/],
    [
      "shop: { name: A }\ndesk: { hours: { from: 9am } }",
      /desk\.hours\.from: "9am" was given\. Allowed: a time of day such as 09:00/,
    ],
    ["shop: { name: A, link_hosts: ['https://a.example'] }", /shop\.link_hosts\.0: .*a host name such as/],
    ["shop: { name: A }\norders: { kind: http }", /orders\.url: nothing was given/],
    ["shop: [", /is not valid/],
    ["- a\n- b", /\(the file\)/],
  ])("refuses %j with the key, what was given and what is allowed", (text, message) => {
    expect(refusal(text)).toMatch(message);
  });

  it("names every wrong key at once, and the file", () => {
    const message = refusal("shop: { name: 5 }\nlog_level: loud\n");
    expect(message).toContain(join(folder, "deskhand.yaml"));
    expect(message.split("\n").filter((line) => line.startsWith("  - "))).toHaveLength(2);
  });

  it("refuses a file that is not there", () => {
    expect(() => loadConfig("nowhere.yaml", {}, folder)).toThrow(
      /nowhere\.yaml is not valid:\n {2}- cannot be read/,
    );
  });

  it("takes paths from the folder of its file", () => {
    expect(fromBase("/etc/deskhand", "./articles")).toBe("/etc/deskhand/articles");
    expect(fromBase("/etc/deskhand", "/srv/articles")).toBe("/srv/articles");
  });
});
