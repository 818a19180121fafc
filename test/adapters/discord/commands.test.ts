import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createApi } from "../../../adapters/discord/api.ts";
import { COMMAND_LIST, registerCommands } from "../../../adapters/discord/commands.ts";
import { type Bench, memoryOver, openBench } from "./sender-bench.ts";

const PATIENCE = 60_000;

describe("Deskhand's commands on Discord", { timeout: PATIENCE }, () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench({ interactionMs: PATIENCE });
  }, PATIENCE);
  afterEach(() => bench.close(), PATIENCE);

  const register = () =>
    registerCommands({
      application: bench.discord.world.applicationId,
      api: createApi(bench.client),
      memory: memoryOver(bench.memory),
      log: pino({ level: "silent" }),
    });

  it("are registered once and kept at the next start", async () => {
    expect(await register()).toBe("registered");
    expect(await register()).toBe("kept");
    expect(bench.discord.commands().map(({ name }) => name)).toEqual([
      "desk",
      "verify",
      "tickets",
      "unlink",
      "Ask Deskhand",
      "Escalate",
    ]);
    expect(bench.discord.commands()).toHaveLength(COMMAND_LIST.length);
  });

  it("are registered again when somebody changed them, or we forgot", async () => {
    await register();
    const key = "global";
    const [first, ...rest] = bench.discord.world.commands.get(key) ?? [];
    bench.discord.world.commands.set(key, [{ ...first, version: "1" }, ...rest]);
    expect(await register()).toBe("registered");
    bench.memory.clear();
    expect(await register()).toBe("registered");
    expect(await register()).toBe("kept");
  });

  it("can be called with what they take", async () => {
    await register();
    const { discord } = bench;
    const call = (name: string, subcommand?: string, options: Record<string, string | number> = {}) =>
      discord.slash({ user: "sam", channel: "staff", name, ...(subcommand && { subcommand }), options });
    for (const word of ["status", "pause", "resume", "report"]) call("desk", word);
    call("desk", "pause", { minutes: 30 });
    call("desk", "find", { text: "T-9" });
    call("verify");
    call("verify", undefined, { email: "ann@acme.example" });
    call("unlink");
    const asked = discord.say({ channel: "support", user: "ann", content: "Hello?" });
    for (const name of ["Ask Deskhand", "Escalate"])
      discord.contextMenu({ user: "sam", name, message: asked });
    expect(discord.world.interactions.size).toBe(11);
  });
});
