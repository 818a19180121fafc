import { once } from "node:events";
import { createInterface } from "node:readline";

import Database from "better-sqlite3";
import { expect, it, onTestFinished, vi } from "vitest";

import { answerFromSources, hang, startClaude } from "../servers/claude.ts";

import { consoleWorld } from "./kills/on-console.ts";
import { platformWorld } from "./kills/on-platforms.ts";
import { databaseViolations, isAtRest } from "./kills/database.ts";
import { type Running, run } from "./kills/program.ts";
import { closeShop, openShop } from "./kills/shop.ts";
import { seeded, type Random } from "../servers/random.ts";
import { openRig } from "./rig.ts";

// Programs start and end in it, on a machine that others use as well.
vi.setConfig({ testTimeout: 400_000 });

const LONGEST_STOP_MS = 10_000;

/**
 * Ends it as an operator does, and looks at the time. A machine that needs long for a start (on an idle one it is a
 * second) is given that much more for the end.
 */
async function endInTime(running: Running, startMs: number): Promise<void> {
  const began = performance.now();
  const { code } = await running.kill("SIGTERM");
  expect(code).toBe(0);
  expect(performance.now() - began).toBeLessThan(LONGEST_STOP_MS + startMs);
}

it.each([
  ["Slack and Discord", (random: Random) => platformWorld(random)],
  ["the console", consoleWorld],
])(
  "SIGTERM in the middle of turns ends the program on %s within 10 s with 0; the next start finishes",
  async (_name, open) => {
    const world = await open(seeded(11));
    const started = performance.now();
    const running = world.start(null);
    await running.said(world.readySign);
    const startMs = performance.now() - started;
    for (let at = 0; at < 6; at += 1) await world.act();
    // At work: the first calls are made, or the first answers are out.
    while (await isAtRest(world.books)) await new Promise((resolve) => setTimeout(resolve, 10));
    await endInTime(running, startMs);
    const next = world.start(null);
    while (world.outstanding().length > 0 || !(await isAtRest(world.books)))
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await next.kill("SIGTERM")).code).toBe(0);
    expect([...(await world.violations()), ...(await databaseViolations(world.books))]).toEqual([]);
    await world.close();
  },
);

it("SIGTERM parks a turn whose model does not answer; the next start answers it", async () => {
  const claude = await startClaude({ reply: () => hang() });
  const folder = await openShop({});
  onTestFinished(async () => {
    await claude.close();
    closeShop(folder);
  });
  const start = () =>
    run(
      ["chat", "--json", "--config", "deskhand.yaml"],
      folder,
      { ANTHROPIC_API_KEY: "sk-test", ANTHROPIC_BASE_URL: claude.url },
      null,
    );
  const began = performance.now();
  const running = start();
  await running.said("knowledge base");
  const startMs = performance.now() - began;
  const message = { type: "message", id: "m1", conversation: "c1", channel: "private" };
  const words = { user: { id: "u1", name: "Ann" }, text: "How do I reset my password?" };
  running.child.stdin?.write(`${JSON.stringify({ ...message, ...words })}\n`);
  await vi.waitFor(() => expect(claude.requests).not.toEqual([]), { timeout: 200_000, interval: 10 });
  await endInTime(running, startMs);

  claude.behave(answerFromSources);
  const next = start();
  const lines = next.child.stdout ? createInterface({ input: next.child.stdout }) : [];
  for await (const line of lines) {
    const { type, inReplyTo } = JSON.parse(line) as { readonly type: string; readonly inReplyTo?: unknown };
    if (type !== "reply") continue;
    expect(inReplyTo).toEqual(["m1"]);
    break;
  }
  expect((await next.kill("SIGTERM")).code).toBe(0);
});

it("a stop does not wait for a platform that does not answer; the next start looks whether it arrived", async () => {
  const taken = Promise.withResolvers<void>();
  const rig = await openRig({
    async onSend(_delivery, signal) {
      taken.resolve();
      await once(signal, "abort");
      signal.throwIfAborted();
    },
  });
  onTestFinished(() => rig.close());
  await rig.says("m1", "c", "How do I reset my password?");
  await taken.promise;
  const began = performance.now();
  await rig.app.stop();
  // A platform has 15 seconds for a message, a stop ten for everything.
  expect(performance.now() - began).toBeLessThan(LONGEST_STOP_MS);
  const db = new Database(rig.path, { readonly: true });
  const rows = db.prepare("select state, maybe_sent as maybeSent from outbox").all();
  db.close();
  expect(rows).toEqual([{ state: "pending", maybeSent: 1 }]);
});
