import { afterAll, beforeAll } from "vitest";

import { postgresStore } from "../../src/store/postgres/index.ts";
import { type OpenedPostgres, openPostgres } from "../../src/store/postgres/open.ts";
import { describeStore } from "../contracts/store.ts";
import { emptyDatabase, type PostgresServer, startPostgres } from "../servers/postgres.ts";

let server: PostgresServer;
let opened: OpenedPostgres;

beforeAll(async () => {
  server = await startPostgres();
  opened = await openPostgres(await server.newDatabase());
});

afterAll(async () => {
  await opened?.pool.end();
  await server?.stop();
});

describeStore("PostgreSQL", async () => {
  await emptyDatabase(opened.pool);
  return postgresStore(opened);
});
