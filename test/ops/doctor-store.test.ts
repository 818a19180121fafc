import { open as openFile, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { mkdirSync } from "node:fs";

import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";

import { ingest } from "../../src/knowledge/ingest.ts";
import { openSqlite } from "../../src/store/open.ts";
import { openSqliteKnowledge } from "../../src/store/sqlite-knowledge.ts";
import { HOUR, inSqlite, MINUTE, newBooks, SECOND, T0 } from "../costs/seed.ts";
import { newPatient, type Patient, told } from "./patient.ts";

function raw(path: string, ...statements: string[]): void {
  const connection = new Database(path);
  for (const statement of statements) connection.exec(statement);
  connection.close();
}

describe("the doctor and the database", () => {
  it("finds a sound one sound", async () => {
    const patient = await newPatient();
    openSqlite(patient.database).connection.close();
    expect(told(await patient.examine(), "Database")).toEqual([
      expect.stringMatching(/^ok: .*deskhand\.db \(0\.\d MB\) is sound, up to date and writable\.$/),
    ]);
  });

  it("finds one that a newer Deskhand has used", async () => {
    const patient = await newPatient();
    openSqlite(patient.database).connection.close();
    raw(patient.database, "insert into __drizzle_migrations (hash, created_at) values ('x', 99999999999999)");
    const areas = await patient.examine();
    expect(told(areas, "Database")[0]).toMatch(/^problem: .*newer Deskhand/);
    // What is in it is not known, so nothing is said about it.
    expect(areas.has("Knowledge base")).toBe(false);
    expect(areas.has("Model")).toBe(true);
  });

  it("does not migrate one that waits for migrations", async () => {
    const patient = await newPatient();
    openSqlite(patient.database).connection.close();
    const newest = "(select max(created_at) from __drizzle_migrations)";
    raw(patient.database, `delete from __drizzle_migrations where created_at = ${newest}`);
    const ran = () => {
      const connection = new Database(patient.database, { readonly: true });
      try {
        return connection.prepare("select hash from __drizzle_migrations").all();
      } finally {
        connection.close();
      }
    };
    const before = ran();
    const areas = await patient.examine();
    expect(told(areas, "Database")[0]).toMatch(
      /^warning: .*is older than this version \(migrations to run: 1\)/,
    );
    expect(areas.has("Inbox and outbox")).toBe(false);
    expect(before.length).toBeGreaterThan(1);
    expect(ran()).toEqual(before);
  });

  it("finds one that another process holds", async () => {
    const patient = await newPatient();
    const { connection } = openSqlite(patient.database);
    connection.exec("begin immediate");
    const findings = (await patient.examine()).get("Database") ?? [];
    connection.exec("rollback");
    connection.close();
    expect(findings[0]).toMatchObject({
      level: "problem",
      what: expect.stringContaining("is in use by another process") as string,
    });
  });

  it("finds one with a damaged page", async () => {
    const patient = await newPatient();
    openSqlite(patient.database).connection.close();
    const file = await openFile(patient.database, "r+");
    const { size } = await stat(patient.database);
    await file.write(Buffer.alloc(4_096 * 4, 0xff), 0, undefined, Math.floor(size / 4_096 / 2) * 4_096);
    await file.close();
    const before = await readFile(patient.database);
    const areas = await patient.examine();
    expect(told(areas, "Database")[0]).toMatch(/^problem: .*is damaged: /);
    expect((await readFile(patient.database)).equals(before)).toBe(true);
  });

  it("finds a file that is no database, and a path that cannot become one", async () => {
    const patient = await newPatient();
    const text = await patient.write("notes.txt", "not a database at all, just some notes ".repeat(100));
    const [wrong] = told(await patient.examine({ env: { DATABASE_URL: `file:${text}` } }), "Database");
    expect(wrong).toMatch(/^problem: .*is not a Deskhand database/);
    const below = `file:${join(text, "deskhand.db")}`;
    const [never] = told(await patient.examine({ env: { DATABASE_URL: below } }), "Database");
    expect(never).toMatch(/^problem: .*cannot be made \(.*notes\.txt is not a folder\)/);
  });
});

describe("the doctor and the inbox", () => {
  it("lists what was set aside and what could not be delivered, with age and cause", async () => {
    const patient = await newPatient();
    const books = newBooks(inSqlite(openSqlite(patient.database)));
    await books.setAside("c1", T0, "TypeError: x is not a function");
    await books.turn({ conversation: "c2", at: T0 + MINUTE, outcome: "answered", answeredAfter: Infinity });
    const taken = await books.store.takeDelivery(T0 + 2 * MINUTE, MINUTE);
    await books.store.failDelivery(taken?.delivery.id ?? "", "403 missing access", T0);
    await books.store.close();
    const areas = await patient.examine({ now: T0 + 3 * HOUR });
    expect(told(areas, "Inbox and outbox")).toEqual([
      "warning: Event 1 (message from console, 3.0 h ago) was set aside after 0 failed tries: TypeError: x is not a function",
      "warning: Delivery turn-2.1 to console (3.0 h ago) was refused for good: 403 missing access",
    ]);
  });

  it("shows the newest ten of many", async () => {
    const patient = await newPatient();
    const books = newBooks(inSqlite(openSqlite(patient.database)));
    for (let n = 1; n <= 12; n += 1) await books.setAside(`c${n}`, T0 + n * SECOND, `cause ${n}`);
    await books.store.close();
    const lines = told(await patient.examine({ now: T0 + HOUR }), "Inbox and outbox");
    expect(lines).toHaveLength(11);
    expect(lines[0]).toContain("cause 3");
    expect(lines.at(-1)).toBe("warning: There are 2 older events set aside.");
  });
});

describe("the doctor and the knowledge base", () => {
  it("finds that there is none at all", async () => {
    const areas = await (await newPatient()).examine();
    expect(told(areas, "Knowledge base")).toEqual([
      "problem: The knowledge base is empty, so every question goes to a person.",
    ]);
  });

  it("finds a source that was configured and is not there", async () => {
    const patient = await newPatient("knowledge: { sources: [./artikel] }\n");
    const lines = told(await patient.examine(), "Knowledge base");
    expect(lines[0]).toBe(`problem: knowledge.sources: ${join(patient.folder, "artikel")} is not there.`);
  });

  it("counts what it has, and finds what is gone, not read yet or without a link", async () => {
    const patient = await newPatient("knowledge: { sources: [./articles, ./later] }\n");
    await patient.write("articles/one.md", "# One\n\nHow one works.\n");
    await patient.write(
      "articles/two.md",
      "---\nurl: https://help.example/two\n---\n# Two\n\nHow two works.\n",
    );
    await patient.write("later/three.md", "# Three\n\nHow three works.\n");
    const gone = await read(patient, ["articles", "old"]);
    const areas = await patient.examine();
    const lines = told(areas, "Knowledge base");
    expect(lines).toEqual([
      "ok: 3 articles in 3 passages; 0 articles are for staff only.",
      `warning: Articles are still answered from that came from ${gone}, which is no longer there.`,
      `warning: knowledge.sources: nothing has been read from ${join(patient.folder, "later")} yet.`,
      "warning: 2 articles have no link, so answers can only name them.",
    ]);
    expect((areas.get("Knowledge base") ?? []).slice(1).every(({ fix }) => fix)).toBe(true);
  });
});

/** Ingests the sources named, the last of which is a file that is then taken away. */
async function read(patient: Patient, [kept, vanishing]: readonly [string, string]): Promise<string> {
  const { rm } = await import("node:fs/promises");
  const gone = dirname(await patient.write(`${vanishing}/four.md`, "# Four\n\nHow four worked.\n"));
  mkdirSync(dirname(patient.database), { recursive: true });
  const opened = openSqlite(patient.database);
  await ingest({
    sources: [join(patient.folder, kept), gone],
    index: openSqliteKnowledge(opened),
    config: { internal_titles: [], internal_ids: [], customer_ids: [] },
    now: () => T0,
  });
  opened.connection.close();
  await rm(gone, { recursive: true });
  return gone;
}
