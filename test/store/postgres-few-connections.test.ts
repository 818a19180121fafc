import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";

import { openStorage } from "../../src/store/open-storage.ts";
import { openRigOn } from "../faults/rig.ts";
import { type PostgresServer, startPostgres } from "../servers/postgres.ts";

const CONVERSATIONS = 24;
const LONG_MS = 600_000;

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.stop());

it(
  "a process with the fewest connections answers a crowd, each once, and nothing of it fails",
  { timeout: LONG_MS },
  async () => {
    const storage = await openStorage(await server.newDatabase(), { connections: 4 });
    const rig = await openRigOn(storage, mkdtempSync(join(tmpdir(), "deskhand-few-")));
    onTestFinished(() => rig.close());
    const places = Array.from({ length: CONVERSATIONS }, (_, nr) => `c${nr}`);
    // One connection is held for a turn at vectors as well, as while a process works them out.
    const turn = Promise.withResolvers<void>();
    const working = storage.index.inTurn(() => turn.promise);
    await Promise.all(places.map((place) => rig.says(`m-${place}`, place, "How do I reset my password?")));
    await expect
      .poll(() => places.filter((place) => rig.seenIn(place).length > 0).length, { timeout: LONG_MS })
      .toBe(CONVERSATIONS);
    await rig.app.drained();
    turn.resolve();
    expect(await working).toBe("done");
    for (const place of places) expect(rig.seenIn(place)).toEqual([expect.stringMatching(/password/i)]);
    expect(rig.log()).toBe("");
  },
);
