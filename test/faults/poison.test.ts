import { dirname } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { checkInbox } from "../../src/ops/check-inbox.ts";
import { sqliteReports } from "../../src/store/sqlite/reports.ts";
import { deskhand } from "../servers/run.ts";
import { T0, until } from "../servers/shop.ts";
import { openRig } from "./rig.ts";

it("an event that always fails is retried, set aside with its cause, told to staff, blocks nobody, and can be replayed", async () => {
  let now = T0;
  let isBroken = true;
  const tries: number[] = [];
  const rig = await openRig({
    now: () => now,
    wrap: (store) => ({
      ...store,
      async loadTurn(work, at) {
        if (isBroken && work.events.some(({ event }) => event.eventId === "poison")) {
          tries.push(Math.round((now - T0) / 1_000));
          throw new Error("the moon is in the way");
        }
        return store.loadTurn(work, at);
      },
    }),
  });
  onTestFinished(() => rig.close());

  await rig.says("poison", "bad", "How do I reset my password?");
  await until(() => tries.length === 1);
  await rig.says("other", "good", "How do I reset my password?");
  await until(() => rig.seenIn("good").length === 1);
  let isDone = false;
  const drained = rig.app.drained().then(() => (isDone = true));
  while (!isDone) {
    now += 500;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await drained;
  await rig.says("next", "bad", "How do I export a project as CSV?");
  await rig.app.drained();

  // One second, four, sixteen, sixty-four: five tries.
  expect(tries).toHaveLength(5);
  const pauses = tries.slice(1).map((at, before) => at - (tries[before] ?? 0));
  for (const [at, least] of [1, 4, 16, 64].entries()) expect(pauses[at]).toBeGreaterThanOrEqual(least - 1);
  expect(await rig.store.counts()).toMatchObject({ setAside: 1 });
  expect(rig.seenByStaff().filter((text) => text.includes("the moon is in the way"))).toHaveLength(1);
  expect(rig.seenIn("bad"), "what came after it is answered").toHaveLength(1);
  expect(rig.seenIn("bad")[0]).toMatch(/CSV/);
  const [listed] = await checkInbox(sqliteReports(rig.opened.db), now);
  expect(listed?.what).toMatch(/Event 1 .* set aside after .* the moon is in the way/);
  expect(listed?.fix).toContain("deskhand doctor --replay 1");

  isBroken = false;
  // From here on the command has a clock of its own, a little behind.
  now = Date.now() + 120_000;
  const env = { DATABASE_URL: `file:${rig.path}` };
  const folder = dirname(rig.path);
  const wrong = await deskhand(["doctor", "--replay", "7"], { folder, env });
  expect(wrong).toMatchObject({ code: 1, out: "No event with the number 7 is set aside.\n" });
  expect(await deskhand(["doctor", "--replay", "x"], { folder, env })).toMatchObject({ code: 2 });
  const replayed = await deskhand(["doctor", "--replay", "1"], { folder, env });
  expect(replayed).toMatchObject({ code: 0, out: expect.stringMatching(/^Event 1 is back in line/) });
  await until(() => rig.seenIn("bad").length === 2);
  expect(rig.seenIn("bad")[1]).toMatch(/password/);
  expect(await rig.store.counts()).toMatchObject({ setAside: 0 });
  expect((await deskhand(["doctor", "--replay", "all"], { folder, env })).out).toBe(
    "No event is set aside.\n",
  );
});
