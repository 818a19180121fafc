import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";

import { openStorage } from "../../src/store/open-storage.ts";
import { type PostgresServer, startPostgres } from "../servers/postgres.ts";
import { deskhand } from "../servers/run.ts";
import { T0 } from "../servers/shop.ts";
import { openRigOn } from "./rig.ts";

/** A process looks by itself every five seconds, and the commands are programs that start. */
const LONG_MS = 600_000;
const PATIENCE = { timeout: 300_000, interval: 10 };

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.stop());

it(
  "on PostgreSQL another process lists what was set aside, and what it replays is worked by the one that runs",
  { timeout: LONG_MS },
  async () => {
    const url = await server.newDatabase();
    const storage = await openStorage(url);
    const folder = mkdtempSync(join(tmpdir(), "deskhand-poison-"));
    let now = T0;
    let isBroken = true;
    const tries: number[] = [];
    const rig = await openRigOn(storage, folder, {
      now: () => now,
      wrap: (store) => ({
        ...store,
        async loadTurn(work, at) {
          if (isBroken && work.events.some(({ event }) => event.eventId === "poison")) {
            tries.push(now - T0);
            throw new Error("the moon is in the way");
          }
          return store.loadTurn(work, at);
        },
      }),
    });
    onTestFinished(() => rig.close());
    /** Goes on to the next try, not before the last one was written down as failed. */
    const fail = async (pauseMs: number) => {
      const nth = tries.length;
      await expect.poll(() => storage.store.nextWorkAt(), PATIENCE).toBe(now + pauseMs);
      now += pauseMs;
      await expect.poll(() => tries.length, PATIENCE).toBe(nth + 1);
    };
    /** What is said waits a moment for what may have been said before it. */
    const said = async (id: string, place: string, text: string) => {
      await rig.says(id, place, text);
      now += 250;
    };

    await said("poison", "bad", "How do I reset my password?");
    await expect.poll(() => tries.length, PATIENCE).toBe(1);
    await expect.poll(() => storage.store.nextWorkAt(), PATIENCE).toBe(now + 1_000);
    await said("other", "good", "How do I reset my password?");
    await expect.poll(() => rig.seenIn("good").length, PATIENCE).toBe(1);
    await fail(750);
    for (const pauseMs of [4_000, 16_000, 64_000]) await fail(pauseMs);
    await expect.poll(async () => (await storage.store.counts()).setAside, PATIENCE).toBe(1);
    expect(tries).toHaveLength(5);
    await said("next", "bad", "How do I export a project as CSV?");
    await expect.poll(() => rig.seenIn("bad"), PATIENCE).toEqual([expect.stringMatching(/CSV/)]);
    await rig.app.drained();
    expect(rig.seenByStaff().filter((text) => text.includes("the moon is in the way"))).toHaveLength(1);

    const run = (...args: readonly string[]) => deskhand(args, { folder, env: { DATABASE_URL: url } });
    const listed = await run("doctor");
    expect(listed.out).toMatch(/Event 1 .* set aside after .* the moon is in the way/);
    expect(listed.out).toContain("deskhand doctor --replay 1");

    isBroken = false;
    // From here on the commands have a clock of their own, a little behind.
    now = Date.now() + 120_000;
    expect(await run("doctor", "--replay", "7")).toMatchObject({
      code: 1,
      out: "No event with the number 7 is set aside.\n",
    });
    // Two at once: one finds it, and the other nothing.
    const both = await Promise.all([run("doctor", "--replay", "1"), run("doctor", "--replay", "all")]);
    const outs = both.map(({ out }) => out);
    expect(outs.filter((out) => out.startsWith("Event 1 is back in line"))).toHaveLength(1);
    await expect.poll(() => rig.seenIn("bad"), PATIENCE).toHaveLength(2);
    await rig.app.drained();
    expect(rig.seenIn("bad")).toEqual([expect.stringMatching(/CSV/), expect.stringMatching(/password/)]);
    expect(await storage.store.counts()).toMatchObject({ setAside: 0 });
    expect((await run("doctor", "--replay", "all")).out).toBe("No event is set aside.\n");
  },
);
