import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import Database from "better-sqlite3";
import { describe, expect, it, onTestFinished } from "vitest";

import { inGroups } from "../../src/store/sqlite/group-commit.ts";
import type { Store } from "../../src/store/store.ts";

describe("commits in groups", () => {
  it("writes what is asked at once with one commit, in order", async () => {
    const { store, commits, seen } = open();
    await Promise.all(Array.from({ length: 50 }, (_, at) => store.finishTimer(timer(at))));
    expect(seen()).toEqual(Array.from({ length: 50 }, (_, at) => `t${at}`));
    expect(commits()).toBe(1);
  });

  it("tells nobody of success before all of it is on disk", async () => {
    const { store, seen } = open();
    const heard: number[] = [];
    await Promise.all(
      [0, 1, 2].map((at) => store.finishTimer(timer(at)).then(() => heard.push(seen().length))),
    );
    expect(heard).toEqual([3, 3, 3]);
  });

  it("undoes alone what fails, and keeps the rest", async () => {
    const { store, seen } = open();
    const results = await Promise.allSettled([
      store.finishTimer(timer(0)),
      store.finishTimer(timer(0)),
      store.finishTimer(timer(1)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(seen()).toEqual(["t0", "t1"]);
  });

  it("tells all of them when the commit fails, and goes on after it", async () => {
    const { store, seen } = open();
    const results = await Promise.allSettled([
      store.finishTimer(timer(0)),
      // Its parent is missing, which SQLite finds at the commit.
      store.voidCall(99),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(seen()).toEqual([]);
    await Promise.all([store.finishTimer(timer(1)), store.finishTimer(timer(2))]);
    expect(seen()).toEqual(["t1", "t2"]);
  });

  it("reads while another process writes, and says which write did not go", async () => {
    const { store, other } = open();
    other.exec("begin immediate");
    const results = await Promise.allSettled([store.counts(), store.finishTimer(timer(0)), store.counts()]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    other.exec("rollback");
  });

  it("finishes what was asked before it is closed", async () => {
    const { store, seen } = open();
    const asked = Promise.all([store.finishTimer(timer(0)), store.finishTimer(timer(1))]);
    await store.close();
    await asked;
    expect(seen()).toEqual(["t0", "t1"]);
  });
});

const timer = (at: number) => ({ key: `t${at}`, kind: "remind", ref: "", dueAt: 0 }) as never;

/** A store of two tables, and a second connection that sees what is committed. */
function open() {
  const folder = mkdtempSync(join(tmpdir(), "deskhand-groups-"));
  const path = join(folder, "groups.db");
  const ran: string[] = [];
  const connection = new Database(path, { timeout: 10, verbose: (sql) => ran.push(String(sql)) });
  const other = new Database(path, { timeout: 10 });
  onTestFinished(() => {
    other.close();
    connection.close();
    rmSync(folder, { recursive: true });
  });
  connection.pragma("journal_mode = WAL");
  connection.pragma("foreign_keys = ON");
  connection.exec(
    "create table done (key text unique); create table child (id references done (key) deferrable initially deferred)",
  );
  const insert = connection.prepare("insert into done values (?)");
  const orphan = connection.prepare("insert into child values (?)");
  const methods = {
    async finishTimer({ key }: { readonly key: string }) {
      connection.transaction(() => insert.run(key)).immediate();
    },
    async voidCall(id: number) {
      orphan.run(String(id));
    },
    async counts() {
      return connection.prepare("select count(*) from done").get();
    },
    async close() {},
  };
  const seen = () => {
    return other
      .prepare("select key from done order by rowid")
      .all()
      .map((row) => (row as { readonly key: string }).key);
  };
  return {
    store: inGroups(methods as unknown as Store, connection),
    other,
    seen,
    commits: () => ran.filter((sql) => /^commit$/i.test(sql)).length,
  };
}
