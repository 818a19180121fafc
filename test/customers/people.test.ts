import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { describe, expect, it, onTestFinished } from "vitest";

import { lockForWork } from "../../src/store/lock.ts";
import { openSqlite } from "../../src/store/open.ts";
import { openSqliteKnowledge } from "../../src/store/sqlite-knowledge.ts";
import { sqliteStore } from "../../src/store/sqlite/index.ts";
import { sqlitePeople } from "../../src/store/sqlite/people.ts";
import { sqliteReports } from "../../src/store/sqlite/reports.ts";
import { describePeople, EMAIL, lived, PLANTED } from "../contracts/people.ts";

describePeople("SQLite", async () => {
  const folder = mkdtempSync(join(tmpdir(), "deskhand-people-"));
  const path = join(folder, "deskhand.db");
  const opened = openSqlite(path);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return {
    ports: {
      store: sqliteStore(opened),
      index: openSqliteKnowledge(opened),
      reports: sqliteReports(opened.db),
    },
    people: sqlitePeople(opened),
    async bytes() {
      const files = [path, `${path}-wal`].filter((file) => existsSync(file));
      return files.map((file) => readFileSync(file, "latin1").toLowerCase()).join("\n");
    },
    async column(query) {
      const state = opened.connection.pragma("integrity_check", { simple: true });
      if (state !== "ok") throw new Error(String(state));
      return opened.connection.prepare(query).pluck().all();
    },
  };
});

describe("deskhand customer", () => {
  const MAIN = join(import.meta.dirname, "..", "..", "src", "cli", "main.ts");
  const run = async (database: string, args: readonly string[], input = "") => {
    const running = promisify(execFile)(process.execPath, [MAIN, "customer", ...args], {
      env: { PATH: process.env["PATH"] ?? "", DATABASE_URL: `file:${database}` },
    });
    running.child.stdin?.end(input);
    return running.then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
  };

  it("prints, asks, refuses beside a running Deskhand, erases", async () => {
    const target = await lived();
    const path = target.databasePath;
    const printed = await run(path, ["export", EMAIL]);
    expect(JSON.parse(printed.stdout)).toMatchObject({ email: EMAIL });
    expect(await run(path, ["erase", EMAIL], "no\n")).toMatchObject({ code: 1 });
    expect(await run(path, ["erase", EMAIL])).toMatchObject({ code: 1 });
    expect(await run(path, ["steal", EMAIL])).toMatchObject({ code: 2 });
    const lock = lockForWork(path);
    const beside = await run(path, ["erase", EMAIL, "--yes"]);
    expect(beside).toMatchObject({ code: 1, stderr: expect.stringContaining("Another Deskhand is running") });
    await lock.release();
    await target.app.stop();
    expect((await run(path, ["erase", EMAIL], "erase\n")).stdout).toContain("Erased: ");
    expect(await run(path, ["export", EMAIL])).toMatchObject({
      code: 1,
      stderr: `Nothing is kept of ${EMAIL}.\n`,
    });
    const bytes = readFileSync(path, "latin1");
    expect(PLANTED.filter((planted) => bytes.toLowerCase().includes(planted.toLowerCase()))).toEqual([]);
    // Eight times a program that starts.
  }, 600_000);
});
