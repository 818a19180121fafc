import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { postgresStore } from "../../src/store/postgres/index.ts";
import { type OpenedPostgres, openPostgres } from "../../src/store/postgres/open.ts";
import { newBench, texts } from "../contracts/bench.ts";
import { describeStore } from "../contracts/store.ts";
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

describeStore("PostgreSQL", async () => {
  await emptyDatabase(opened.pool);
  return postgresStore(opened);
});

describe("opening a PostgreSQL database", () => {
  it("migrates it once when several processes start at the same moment", async () => {
    const url = await server.newDatabase();
    const all = await Promise.all([1, 2, 3].map(() => openPostgres(url)));
    for (const { pool } of all) {
      expect((await pool.query("select count(*)::int as n from lanes")).rows).toEqual([{ n: 0 }]);
      await pool.end();
    }
  });

  it("refuses one that a newer Deskhand has used, and changes nothing", async () => {
    const url = await server.newDatabase();
    const { pool } = await openPostgres(url);
    await pool.query(
      "insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', 99999999999999)",
    );
    await pool.end();
    await expect(openPostgres(url)).rejects.toMatchObject({ code: "database_newer" });
  });

  it("says what is wrong without the password", async () => {
    const url = await server.newDatabase();
    const refused = async (given: string) =>
      openPostgres(given).then(
        () => "opened",
        (error: Error) => error.message,
      );
    expect(await refused(url.replace("only-for-tests", "wrong-secret"))).toMatch(
      /^PostgreSQL refused the user/,
    );
    const missing = await refused(`${url}_missing`);
    expect(missing).toMatch(/^There is no database localhost:\d+\/deskhand_\d+_missing/);
    expect(missing).not.toContain("only-for-tests");
    expect(await refused("postgres://u:secret@localhost:1/x")).toMatch(
      /^The database localhost:1\/x cannot be used/,
    );
  });

  it("waits longer for a connection that others use than for a server that does not answer", async () => {
    const url = await server.newDatabase();
    const { pool } = await openPostgres(url, { connections: 1, connectMs: 3_000 });
    const busy = pool.query("select pg_sleep(4)");
    const next = pool.query<{ n: number }>("select 1 as n");
    expect((await next).rows).toEqual([{ n: 1 }]);
    await busy;
    await pool.end();

    const silent = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void silent.close());
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const asked = openPostgres(`postgres://u:secret@127.0.0.1:${port}/x`, {
      connectMs: 1_000,
      waitMs: 600_000,
    });
    await expect(asked).rejects.toMatchObject({ code: "database_unusable" });
  });

  it("loses no message for characters that PostgreSQL does not take", async () => {
    await emptyDatabase(opened.pool);
    const bench = newBench(postgresStore(opened));
    await bench.says("a\0b\uD800c", { by: "a\0nn", place: "c\0" });
    expect(texts(await bench.claim())).toEqual(["a\uFFFDb\uFFFDc"]);
  });
});
