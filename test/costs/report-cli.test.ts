import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import { openSqlite } from "../../src/store/open.ts";
import { inSqlite, MINUTE, newBooks } from "./seed.ts";

const MAIN = join(import.meta.dirname, "..", "..", "src", "cli", "main.ts");

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function deskhand(database: string, ...args: string[]): Promise<Ran> {
  const env = { ...process.env, DATABASE_URL: `file:${database}` };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, "report", ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });
}

async function newDatabase(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "deskhand-report-"));
  onTestFinished(async () => rm(folder, { recursive: true, force: true }));
  return join(folder, "deskhand.db");
}

describe("deskhand report", () => {
  it("prints zeros for a new database", async () => {
    const { code, stdout } = await deskhand(await newDatabase());
    expect(code).toBe(0);
    expect(stdout).toContain("Nothing has come in during this time yet");
    expect(stdout).toMatch(/customer turns +0\n/);
  });

  it("prints the numbers and the gaps as JSON, and nothing else", async () => {
    const database = await newDatabase();
    const books = newBooks(inSqlite(openSqlite(database)));
    const at = Date.now() - 10 * MINUTE;
    const record = { answerable: false };
    await books.turn({ conversation: "c1", at, text: "Do you ship to Norway?", outcome: "answered", record });
    await books.store.close();
    const report = JSON.parse((await deskhand(database, "--json", "--since", "1h")).stdout) as object;
    expect(report).toMatchObject({ volume: { turns: 1 }, resolution: { problems: 1 } });
    const tooShort = JSON.parse((await deskhand(database, "--json", "--since", "5m")).stdout) as object;
    expect(tooShort).toMatchObject({ volume: { turns: 0 } });
    const gaps = JSON.parse((await deskhand(database, "--gaps", "--json")).stdout) as object;
    expect(gaps).toMatchObject([{ question: "Do you ship to Norway?", count: 1 }]);
    expect((await deskhand(database, "--gaps")).stdout).toContain("Do you ship to Norway?");
  });

  it("refuses a period that it does not understand, and says what it does", async () => {
    const { code, stdout, stderr } = await deskhand(await newDatabase(), "--since", "last week");
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain('--since: "last week" was given. Allowed: a number of minutes, hours or days');
  });
});
