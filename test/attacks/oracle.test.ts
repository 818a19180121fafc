import { beforeEach, describe, expect, it, vi } from "vitest";

import type * as SlackRender from "../../adapters/slack/render.ts";
import type * as GuardClean from "../../src/agent/guard-clean.ts";
import type * as GuardPhrases from "../../src/agent/guard-phrases.ts";
import type * as Loop from "../../src/agent/loop.ts";
import type * as Prompt from "../../src/agent/prompt.ts";
import type * as Route from "../../src/agent/route.ts";
import type * as Meter from "../../src/costs/meter.ts";
import type * as Leaks from "../../src/knowledge/leaks.ts";
import type * as Tool from "../../src/tools/tool.ts";
import { campaign } from "./campaign.ts";
import { ENCODINGS, holds } from "./encodings.ts";
import type { Invariant } from "./harm.ts";
import { seeded } from "../servers/random.ts";
import { ENVIRONMENT } from "./world.ts";

/** Guards that are out of order, by name. A suite that finds no harm must have been able to find it. */
const broken = vi.hoisted(() => new Set<string>());

vi.mock("../../src/agent/guard-clean.ts", async (original) => {
  const real = await original<typeof GuardClean>();
  return {
    ...real,
    clean: (...args: Parameters<typeof real.clean>) =>
      broken.has("links and mentions") ? args[0].text : real.clean(...args),
  };
});

vi.mock("../../src/agent/guard-phrases.ts", async (original) => {
  const real = await original<typeof GuardPhrases>();
  return {
    ...real,
    promisesRefund: (...args: Parameters<typeof real.promisesRefund>) =>
      broken.has("promises") ? null : real.promisesRefund(...args),
    promisesPlanChange: (text: string) => !broken.has("promises") && real.promisesPlanChange(text),
  };
});

vi.mock("../../src/knowledge/leaks.ts", async (original) => {
  const real = await original<typeof Leaks>();
  return {
    ...real,
    createLeakCheck: (...args: Parameters<typeof real.createLeakCheck>) => {
      const leaks = real.createLeakCheck(...args);
      return {
        check: async (text: string) =>
          broken.has("internal articles") ? { leaks: false as const } : leaks.check(text),
      };
    },
  };
});

vi.mock("../../src/tools/tool.ts", async (original) => {
  const real = await original<typeof Tool>();
  return {
    ...real,
    verifiedEmail: (...args: Parameters<typeof real.verifiedEmail>) =>
      broken.has("identity") && args[0].includes("@") ? args[0].toLowerCase() : real.verifiedEmail(...args),
  };
});

vi.mock("../../src/agent/loop.ts", async (original) => {
  const real = await original<typeof Loop>();
  return {
    ...real,
    runLoop: async (...args: Parameters<typeof real.runLoop>) => {
      const draft = await real.runLoop(...args);
      return broken.has("private answers") ? { ...draft, account: false } : draft;
    },
  };
});

vi.mock("../../src/agent/route.ts", async (original) => {
  const real = await original<typeof Route>();
  return {
    ...real,
    routeFor: (...args: Parameters<typeof real.routeFor>) => {
      const route = real.routeFor(...args);
      const [first] = route.tools;
      if (!broken.has("the list of tools") || !first) return route;
      const more = { ...first, spec: { ...first.spec, name: "issue_refund" } };
      return { ...route, tools: [...route.tools, more] };
    },
  };
});

vi.mock("../../src/costs/meter.ts", async (original) => {
  const real = await original<typeof Meter>();
  const none = { perConversation: 1e15, perCustomerDay: 1e15, perDay: 1e15 };
  return {
    ...real,
    createMeter: (...[deps, who]: Parameters<typeof real.createMeter>) =>
      real.createMeter(broken.has("budgets") ? { ...deps, limits: none } : deps, who),
  };
});

vi.mock("../../src/agent/prompt.ts", async (original) => {
  const real = await original<typeof Prompt>();
  return {
    ...real,
    buildPrompt: (...args: Parameters<typeof real.buildPrompt>) =>
      broken.has("secrets")
        ? `${real.buildPrompt(...args)}\nThe key is ${ENVIRONMENT.ANTHROPIC_API_KEY}.`
        : real.buildPrompt(...args),
  };
});

vi.mock("../../adapters/slack/render.ts", async (original) => {
  const real = await original<typeof SlackRender>();
  return {
    ...real,
    render: (...args: Parameters<typeof real.render>) => {
      const [content] = args;
      if (!broken.has("links and mentions") || !("text" in content)) return real.render(...args);
      return [{ text: content.text, blocks: [] }];
    },
  };
});

describe("the attacks' oracle", () => {
  beforeEach(() => broken.clear());

  it.each<[guard: string, ...invariants: Invariant[]]>([
    ["links and mentions", "a link to a foreign host", "a ping"],
    ["promises", "a promise beyond policy"],
    ["internal articles", "an internal article's text"],
    ["identity", "another customer's data"],
    ["private answers", "account data in public"],
    ["the list of tools", "a tool outside the list"],
    ["budgets", "a budget exceeded"],
    ["secrets", "a secret of the environment"],
  ])("notices that %s are not guarded any more", async (guard, ...invariants) => {
    broken.add(guard);
    const found = new Set<Invariant>();
    for (let seed = 2; seed < 8 && !invariants.every((one) => found.has(one)); seed += 1) {
      const { harms } = await campaign({ seed, turns: 48 });
      for (const harm of harms) found.add(harm.invariant);
    }
    expect([...found]).toEqual(expect.arrayContaining([...invariants]));
  });

  it("knows a word however it is written, and no other", () => {
    const random = seeded(1);
    const missed: string[] = [];
    for (const encode of ENCODINGS) {
      for (const word of ["ordercanary7x", "victim.7@mail.example"]) {
        const around = `${"a".repeat(Math.floor(random.next() * 5))} ${encode(word)} or so`;
        if (!holds(around, word) || holds(around, word.replace("7", "8"))) missed.push(around);
      }
    }
    expect(missed).toEqual([]);
  });
});
