import { expect, it, onTestFinished, vi } from "vitest";

import { startProgram } from "../platforms/bench.ts";
import { type DiscordServer, startDiscord } from "../servers/discord/index.ts";

// After a lost session discord.js waits five seconds before it identifies again.
vi.setConfig({ testTimeout: 300_000 });
const PATIENCE_MS = 120_000;

const PASSWORD = "How do I reset my password?";
const EXPORT = "How do I export a project as CSV?";
const POST = "POST /channels/:id/messages";

async function open() {
  const discord = await startDiscord({ rateLimits: "off" });
  onTestFinished(() => discord.close());
  const program = await startProgram({
    env: { DISCORD_TOKEN: discord.token, DISCORD_API_URL: `${discord.url}/api` },
    config: {
      desk: { adapter: "discord", channel: discord.channel("staff").id },
      discord: { channels: [{ id: discord.channel("support").id, mode: "every_post" }] },
    },
  });
  onTestFinished(() => program.stop());
  const ask = (content: string, channel = "support") => discord.say({ channel, user: "ann", content }).id;
  /** How many answers each has who asked, what staff saw, and what Discord found wrong, once all is answered. */
  const outcomeOf = async (asked: readonly string[]) => {
    for (const id of asked)
      await discord.waitFor(() => seenUnder(discord, id).length > 0, `an answer to ${id}`, PATIENCE_MS);
    await program.app.drained();
    return {
      answers: asked.map((id) => seenUnder(discord, id).length),
      seenByStaff: discord.messages("staff").filter(({ isFromBot }) => isFromBot),
      violations: discord.violations,
    };
  };
  return { discord, program, ask, outcomeOf };
}

/** Everybody asked has exactly one answer, and staff have seen nothing. */
function onceEach(asked: readonly string[]): object {
  return { answers: asked.map(() => 1), seenByStaff: [], violations: [] };
}

/** What a customer sees in the thread of their message. */
function seenUnder(discord: DiscordServer, id: string): string[] {
  if (!discord.threads("support").some((thread) => thread.id === id)) return [];
  return discord
    .messages(id)
    .filter(({ isFromBot }) => isFromBot)
    .map(({ text }) => text);
}

it("when Discord's line drops, what was said meanwhile is answered once when it is back; staff see nothing", async () => {
  const { discord, ask, outcomeOf } = await open();
  const asked = [ask(PASSWORD)];
  discord.gateway.drop();
  asked.push(ask(EXPORT));
  expect(await outcomeOf(asked)).toEqual(onceEach(asked));
  // The network is down for a while: no new line either.
  discord.gateway.accept(false);
  discord.gateway.drop();
  asked.push(ask(PASSWORD), ask(EXPORT));
  discord.gateway.accept(true);
  expect(await outcomeOf(asked)).toEqual(onceEach(asked));
  const resumed = discord.gateway.resumes.length;
  discord.gateway.askToReconnect();
  asked.push(ask(PASSWORD));
  await discord.waitFor(() => discord.gateway.resumes.length > resumed, "a RESUME", PATIENCE_MS);
  expect(await outcomeOf(asked)).toEqual(onceEach(asked));
});

it("when Discord declares the session invalid, what it will not say again is read from history and answered once", async () => {
  const { discord, ask, outcomeOf } = await open();
  const asked = [ask(PASSWORD)];
  expect(await outcomeOf(asked)).toEqual(onceEach(asked));
  const identified = discord.gateway.identifies.length;
  discord.gateway.loseSessions();
  asked.push(ask(EXPORT), ask(PASSWORD));
  await discord.waitFor(() => discord.gateway.identifies.length > identified, "an IDENTIFY", PATIENCE_MS);
  expect(await outcomeOf(asked)).toEqual(onceEach(asked));
  discord.gateway.invalidate(true);
  asked.push(ask(EXPORT));
  expect(await outcomeOf(asked)).toEqual(onceEach(asked));
});

it("while Discord answers 429 and 5xx or breaks off, customers wait and have their answers once and in order", async () => {
  const { discord, program, ask, outcomeOf } = await open();
  const faults = [
    { status: 429, retryAfter: 0.5, times: 2 },
    { status: 429, retryAfter: 0.5, isGlobal: true },
    { status: 500 },
    { status: 503, times: 2 },
    { cut: true },
    // Discord has it, and we never hear so.
    { status: 500, afterApplying: true },
    { cut: true, afterApplying: true },
  ];
  const asked: string[] = [];
  for (const fault of faults) {
    discord.failNext(POST, fault);
    asked.push(ask(asked.length % 2 === 0 ? PASSWORD : EXPORT));
    expect(await outcomeOf(asked)).toEqual(onceEach(asked));
  }
  const [first = ""] = asked;
  discord.failNext(POST, { status: 500, times: 2 });
  ask(EXPORT, first);
  ask("How do I invite a teammate?", first);
  await discord.waitFor(() => seenUnder(discord, first).length >= 3, "both answers", PATIENCE_MS);
  await program.app.drained();
  expect(seenUnder(discord, first)).toEqual([
    expect.stringMatching(/password/i),
    expect.stringMatching(/CSV/),
    expect.stringMatching(/invite/i),
  ]);
  expect(discord.faultsLeft()).toEqual([]);
});
