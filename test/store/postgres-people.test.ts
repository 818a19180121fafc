import { afterAll, beforeAll } from "vitest";

import { postgresStore } from "../../src/store/postgres/index.ts";
import { postgresKnowledge } from "../../src/store/postgres/knowledge.ts";
import { type OpenedPostgres, openPostgres } from "../../src/store/postgres/open.ts";
import { postgresPeople } from "../../src/store/postgres/people.ts";
import { postgresReports } from "../../src/store/postgres/reports.ts";
import { postgresTrace } from "../../src/store/postgres/trace.ts";
import { describePeople } from "../contracts/people.ts";
import { describeTrace } from "../contracts/trace.ts";
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

async function stores({ pool, db }: OpenedPostgres) {
  await emptyDatabase(pool);
  return {
    store: postgresStore({ pool, db }),
    index: postgresKnowledge(db),
    reports: postgresReports(db),
    trace: postgresTrace(db),
  };
}

describeTrace("PostgreSQL", async () => stores(opened));

describePeople("PostgreSQL", async () => {
  // The program that runs on it ends its own connections.
  const own = await openPostgres(opened.pool.options.connectionString!);
  return {
    ports: await stores(own),
    people: postgresPeople(own.db),
    bytes: everyRow,
    async column(query) {
      const { rows } = await opened.pool.query<unknown[]>({ text: query, rowMode: "array" });
      return rows.map((row) => row[0]);
    },
  };
});

/** All rows of all tables, whatever schema they are in. */
async function everyRow(): Promise<string> {
  const { rows: tables } = await opened.pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await opened.pool.query<{ row: string }>(`select t::text as row from ${name} t`);
    texts.push(...rows.map(({ row }) => row));
  }
  return texts.join("\n").toLowerCase();
}
