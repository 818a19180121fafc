import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";

import { backUp } from "../../src/store/backup.ts";
import { openSqlite } from "../../src/store/open.ts";
import { cardOf, replyTo, says, startDeskhand, temporaryFolder, turnOf } from "../servers/deskhand.ts";
import { deskhand } from "../servers/run.ts";

function databaseIn(folder: string): string {
  return join(folder, "data", "deskhand.db");
}

describe("deskhand backup", () => {
  it("copies the database of a running Deskhand; put back, it goes on from there", async () => {
    const shop = startDeskhand();
    shop.send(says("m1", "c1", "ann", "How do I reset my password?"));
    shop.send(says("m2", "c2", "bob", "I want a human"));
    await shop.until(replyTo("m1"));
    await shop.until(turnOf("c2"));
    const copy = join(shop.folder, "copy.db");
    const ran = await deskhand(["backup", copy], { folder: shop.folder });
    expect(ran).toMatchObject({ code: 0, err: "" });
    expect(ran.out).toMatch(/copy\.db: \d+\.\d MB, sound; 2 conversations, 70 articles\.\n$/);
    expect(readdirSync(shop.folder).filter((name) => name.startsWith("copy"))).toEqual(["copy.db"]);
    expect(statSync(copy).mode & 0o777).toBe(0o600);

    // What came after the copy is lost with the database; the rest of a database that died has no place beside the copy.
    shop.send(says("m3", "c3", "cid", "How do I reset my password?"));
    await shop.until(replyTo("m3"));
    await shop.kill();
    for (const end of ["", "-wal", "-shm"]) rmSync(`${databaseIn(shop.folder)}${end}`, { force: true });
    copyFileSync(copy, databaseIn(shop.folder));

    const again = startDeskhand({ folder: shop.folder });
    for (const [id, place, user] of [
      ["m1", "c1", "ann"],
      ["m3", "c3", "cid"],
    ] as const)
      again.send(says(id, place, user, "How do I reset my password?"));
    const known = await again.until((line) => line.type === "accepted" && line["id"] === "m1");
    expect(known).toMatchObject({ duplicate: true });
    await again.until(replyTo("m3"));
    again.send({ type: "action", action: "claim", escalation: "E-2", user: { id: "sam", name: "Sam" } });
    await again.until(cardOf("c2", "claimed"));
    expect(await again.end()).toBe(0);
    expect(again.lines.filter(replyTo("m1"))).toEqual([]);
  });

  it("reads one moment while another process writes without a pause", async () => {
    const folder = temporaryFolder();
    const shop = startDeskhand({ folder });
    shop.send(says("m0", "c0", "u0", "hello"));
    await shop.until(replyTo("m0"));
    for (let n = 1; n <= 60; n += 1)
      shop.send(says(`m${n}`, `c${n}`, `u${n}`, "How do I reset my password?"));
    const copies = [1, 2, 3].map((n) => join(folder, `copy-${n}.db`));
    for (const copy of copies)
      expect((await backUp(databaseIn(folder), copy)).conversations).toBeGreaterThan(0);
    await shop.kill();
    for (const copy of copies) {
      const { connection } = openSqlite(copy);
      // A turn and what it says are one commit: a copy has both or neither.
      const halves = connection
        .prepare(
          "select count(*) as n from turns where outcome = 'answered' and not exists (select 1 from outbox where outbox.id like turns.id || '.%')",
        )
        .get();
      expect(halves).toEqual({ n: 0 });
      connection.close();
    }
  });

  it("goes into a folder beside the database when no file is named", async () => {
    const folder = temporaryFolder();
    openSqliteIn(folder);
    const ran = await deskhand(["backup"], { folder });
    expect(ran.code).toBe(0);
    const files = readdirSync(join(folder, "data", "backups"));
    expect(files).toEqual([expect.stringMatching(/^deskhand-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.db$/)]);
  });

  it("leaves a file that is there alone, unless told to take its place", async () => {
    const folder = temporaryFolder();
    openSqliteIn(folder);
    const copy = join(folder, "copy.db");
    writeFileSync(copy, "precious");
    const refused = await deskhand(["backup", copy], { folder });
    expect(refused).toMatchObject({ code: 1, out: "" });
    expect(refused.err).toMatch(/copy\.db is there already.*--force/);
    expect(statSync(copy).size).toBe("precious".length);
    expect(await deskhand(["backup", copy, "--force"], { folder })).toMatchObject({ code: 0 });
    expect(statSync(copy).size).toBeGreaterThan(10_000);
    const itself = await deskhand(["backup", databaseIn(folder), "--force"], { folder });
    expect(itself.err).toMatch(/is the database itself/);
    expect(itself.code).toBe(1);
  });

  it("keeps no copy of a database that is damaged", async () => {
    const folder = temporaryFolder();
    const path = openSqliteIn(folder);
    scribble(path);
    const copy = join(folder, "copy.db");
    await expect(backUp(path, copy)).rejects.toMatchObject({ code: "database_unusable" });
    expect(existsSync(copy)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith("copy"))).toEqual([]);
  });

  it("says where it looked when there is nothing to copy, and makes nothing", async () => {
    const folder = temporaryFolder();
    const ran = await deskhand(["backup"], { folder });
    expect(ran).toMatchObject({ code: 1, out: "" });
    expect(ran.err).toMatch(/no database at .*deskhand\.db/);
    expect(readdirSync(folder)).toEqual([]);
  });
});

function openSqliteIn(folder: string): string {
  const path = databaseIn(folder);
  mkdirSync(join(folder, "data"), { recursive: true });
  openSqlite(path).connection.close();
  return path;
}

/** An index that no longer says what its table says: SQLite copies it without a word. */
function scribble(path: string): void {
  const connection = new Database(path);
  connection.exec("insert into customers (email, created_at) values ('ann@example.com', 1)");
  connection.unsafeMode(true);
  connection.pragma("writable_schema = on");
  connection.exec(
    "update sqlite_master set rootpage = (select rootpage from sqlite_master where name = 'tickets') where name = 'customers_by_email'",
  );
  connection.close();
}
