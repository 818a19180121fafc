import { describe, expect, it } from "vitest";

import { openSqlite } from "../../src/store/open.ts";
import { sqliteStore } from "../../src/store/sqlite/index.ts";
import { sqliteWatch } from "../../src/store/sqlite/watch.ts";
import { describeWatch } from "../contracts/watch.ts";

describeWatch("SQLite", async () => {
  const opened = openSqlite(":memory:");
  return { store: sqliteStore(opened), watch: sqliteWatch(opened.connection) };
});

describe("what is read beside the work", () => {
  it("goes by an index, however many years are in the database", () => {
    const { connection } = openSqlite(":memory:");
    const asked: string[] = [];
    const prepare = connection.prepare.bind(connection);
    connection.prepare = (sql: string) => {
      asked.push(sql);
      return prepare(sql);
    };
    sqliteWatch(connection);
    expect(asked.length).toBeGreaterThan(5);
    const plans = asked.map((sql) => {
      const holes = (sql.match(/\?/g) ?? []).map(() => 1);
      const steps = prepare(`explain query plan ${sql}`).all(...holes) as { detail: string }[];
      return { sql, scans: steps.map(({ detail }) => detail).filter((detail) => detail.startsWith("SCAN")) };
    });
    // A scan without an index reads whole rows, and there are as many as there ever were events.
    expect(plans.filter(({ scans }) => scans.some((scan) => !/USING .*INDEX/.test(scan)))).toEqual([]);
    connection.close();
  });
});
