import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { postgresStore } from "../../src/store/postgres/index.ts";
import { type OpenedPostgres, openPostgres } from "../../src/store/postgres/open.ts";
import { newBench, texts } from "../contracts/bench.ts";
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

  it("loses no message for characters that PostgreSQL does not take", async () => {
    await emptyDatabase(opened.pool);
    const bench = newBench(postgresStore(opened));
    await bench.says("a\0b\uD800c", { by: "a\0nn", place: "c\0" });
    expect(texts(await bench.claim())).toEqual(["a\uFFFDb\uFFFDc"]);
  });
});
