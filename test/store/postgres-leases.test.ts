import { afterAll, beforeAll, expect, it } from "vitest";

import { postgresStore } from "../../src/store/postgres/index.ts";
import { openPostgres } from "../../src/store/postgres/open.ts";
import { type PostgresServer, startPostgres } from "../servers/postgres.ts";
import { eventOf, messageBody, until } from "../servers/shop.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => server?.stop());

it("a lease lasts from when it is written, however long a connection was waited for", async () => {
  const { pool, db } = await openPostgres(await server.newDatabase(), { connections: 1 });
  const store = postgresStore({ pool, db });
  const askedAt = Date.now();
  await store.acceptEvent(eventOf("e1", messageBody("m1", "hello")), {
    lane: "talk:chat:c1",
    urgent: false,
    quietMs: 0,
    now: askedAt - 10,
  });
  const only = await pool.connect();
  const claiming = store.claimWork("a", askedAt, 1_000);
  await until(() => pool.waitingCount === 1 && Date.now() > askedAt + 2_000);
  const freeAt = Date.now();
  only.release();
  expect(await claiming).not.toBeNull();
  const { rows } = await pool.query<{ lease_until: string }>("select lease_until from lanes");
  expect(Number(rows[0]?.lease_until)).toBeGreaterThanOrEqual(freeAt + 900);
  await pool.end();
});
