import { afterAll, beforeAll } from "vitest";

import { postgresStore } from "../../src/store/postgres/index.ts";
import { type OpenedPostgres, openPostgres } from "../../src/store/postgres/open.ts";
import { postgresReports } from "../../src/store/postgres/reports.ts";
import { postgresWatch } from "../../src/store/postgres/watch.ts";
import { describeReports } from "../contracts/reports.ts";
import { describeWatch } from "../contracts/watch.ts";
import { emptyDatabase, type PostgresServer, startPostgres } from "../servers/postgres.ts";

let server: PostgresServer;
let opened: OpenedPostgres;

beforeAll(async () => {
  server = await startPostgres();
  // One connection: a step that held one while it waits for another would wait for ever.
  opened = await openPostgres(await server.newDatabase(), { connections: 1 });
});

afterAll(async () => {
  await opened?.pool.end();
  await server?.stop();
});

async function stores() {
  await emptyDatabase(opened.pool);
  const { db } = opened;
  return { store: postgresStore(opened), reports: postgresReports(db), watch: postgresWatch(db) };
}

describeReports("PostgreSQL", stores);
describeWatch("PostgreSQL", stores);
