import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { openSqlite } from "../../src/store/open.ts";
import { sqliteStore } from "../../src/store/sqlite/index.ts";
import { eventOf, messageBody, T0 } from "../servers/shop.ts";

it("what waits from before the clock was set back waits no longer after the next start", async () => {
  const folder = mkdtempSync(join(tmpdir(), "deskhand-recover-"));
  const store = sqliteStore(openSqlite(join(folder, "deskhand.db")));
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const early = T0 - 3_600_000;
  for (const id of ["m1", "m2"]) {
    const lane = { lane: "talk:chat:c1", urgent: false, quietMs: 0, now: T0 };
    await store.acceptEvent(eventOf(id, messageBody(id, "hi")), lane);
  }
  const to = { adapter: "chat", key: "c1" };
  const content = { kind: "notice", text: "hi" } as const;
  await store.post({ id: "d1", to, visibility: "public", content, fenced: false }, T0);
  await store.takeDelivery(T0, 1_000);
  await store.retryDelivery("d1", { at: T0 + 500, error: "no", attempted: true, maybeSent: false });

  expect(await store.claimWork("me", early, 1_000)).toBeNull();
  expect(await store.takeDelivery(early, 1_000)).toBeNull();
  await store.recover(early);
  const work = await store.claimWork("me", early, 1_000);
  expect(work?.events.map(({ event }) => event.eventId)).toEqual(["m1", "m2"]);
  expect((await store.takeDelivery(early, 1_000))?.delivery.id).toBe("d1");
});
