import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { runMigrateStore } from "../../src/cli/migrate-store.ts";
import { createKnowledge } from "../../src/knowledge/search.ts";
import { lockForWork } from "../../src/store/lock.ts";
import { moveStore } from "../../src/store/migrate/index.ts";
import { TABLES } from "../../src/store/migrate/tables.ts";
import { openSqlite } from "../../src/store/open.ts";
import { openStorage } from "../../src/store/open-storage.ts";
import { openPostgres } from "../../src/store/postgres/open.ts";
import { openSqliteStorage } from "../../src/store/sqlite/storage.ts";
import type { Storage } from "../../src/store/storage.ts";
import { says, startTarget } from "../attacks/target.ts";
import { newBench, reply } from "../contracts/bench.ts";
import { EMAIL, lived } from "../contracts/people.ts";
import { type PostgresServer, startPostgres } from "../servers/postgres.ts";
import { customerNamed, MINUTE } from "../servers/shop.ts";

const MAIN = join(import.meta.dirname, "..", "..", "src", "cli", "main.ts");
const UNTIL = join(import.meta.dirname, "..", "servers", "move-until.ts");
/** Programs that start one after the other, on a machine that may be slow. */
const LONG = 600_000;

let server: PostgresServer;
const folder = mkdtempSync(join(tmpdir(), "deskhand-move-"));

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function program(file: string, args: readonly string[], env: Record<string, string> = {}) {
  const running = promisify(execFile)(process.execPath, [file, ...args], {
    env: { PATH: process.env["PATH"] ?? "", DESKHAND_EMBEDDING: "none", ...env },
  });
  return running.then(
    ({ stdout, stderr }) => ({ code: 0 as number | null, stdout, stderr }),
    (error: { code: number | null; stdout: string; stderr: string }) => error,
  );
}

/** A file with a day's traffic: two platforms, staff, tickets, ratings; an event that waits, a delivery under way. */
async function worked(name: string): Promise<string> {
  const path = join(folder, `${name}.db`);
  const first = openSqliteStorage(path);
  const target = await lived({ ports: first });
  for (let at = 0; at < 12; at += 1) {
    const customer = customerNamed(`UMANY${at}`);
    await target.platforms.slack.intake(says("slack", `D-many${at}`, customer, "How do I export a project?"));
  }
  await target.settled();
  await target.app.stop();
  const again = openSqliteStorage(path);
  const { store, index } = again;
  const bench = newBench(store);
  await bench.turn(
    { deliveries: [reply("turn-900.1", { fenced: false, to: { adapter: "slack", key: "D-sending" } })] },
    { adapter: "slack", place: "D-sending", id: "x1", at: Date.now() },
  );
  if (!(await store.takeDelivery(Date.now() + MINUTE, MINUTE)))
    throw new Error("there was no delivery to take");
  await bench.says("How do I reset my\0 password?", {
    adapter: "slack",
    place: "D-late",
    id: "x2",
    at: Date.now(),
  });
  for (const { hash } of await index.pending("m", 20)) {
    await index.saveVectors("m", [{ hash, bytes: Uint8Array.from({ length: 256 }, (_, at) => at) }]);
  }
  await again.close();
  return path;
}

/** What a person would look at to see whether it is the same shop. */
async function seen({ reports, people, trace, watch, index }: Storage, conversations: number) {
  const knowledge = createKnowledge(index);
  const ids = Array.from({ length: conversations }, (_, at) => at + 1);
  return {
    turns: await reports.turnsSince(0),
    calls: await reports.callsSince(0),
    tickets: await reports.ticketsOpenedSince(0),
    escalations: await reports.escalationsSince(0),
    answers: await reports.answersSince(0),
    ratings: await reports.ratingsSince(0),
    feedback: await reports.feedbackSince(0),
    person: await people.exportPerson({ email: EMAIL }),
    stories: await Promise.all(ids.map(async (conversation) => trace.trace({ conversation }))),
    waiting: await watch.waitingNow(Date.now()),
    found: await knowledge.search("how do I reset my password", { limit: 5, audience: "all" }),
    vectors: (await index.vectorsSince("m", { unit: 0, vector: 0 })).vectors
      .map((one) => ({ ...one, bytes: Buffer.from(one.bytes).toString("hex") }))
      .toSorted((a, b) => a.unitId - b.unitId),
    counts: await index.counts(),
  };
}

/** PostgreSQL does not take the NUL that stands in one message. */
function asStored<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll(String.raw`\u0000`, "\u{FFFD}")) as T;
}

describe("deskhand migrate-store", () => {
  it(
    "moves everything, killed and begun again as often as it may be; the program goes on there",
    async () => {
      const path = await worked("traffic");
      const url = await server.newDatabase();
      for (const step of [3, 40]) {
        expect((await program(UNTIL, [path, url, String(step)])).code).toBeNull();
      }
      await expect(openStorage(url)).rejects.toThrow(/The move of .*traffic\.db into .* has not finished/);

      const lock = lockForWork(path);
      const asked = [`file:${path}`, url];
      await expect(runMigrateStore(asked)).rejects.toThrow("Another Deskhand is running on");
      await lock.release();

      const done = await program(MAIN, ["migrate-store", ...asked]);
      expect(done).toMatchObject({ code: 0 });
      expect(done.stderr).toMatch(/^compared messages +\d+ of \d+$/m);
      expect(done.stdout).toMatch(/^ {2}inbox +\d+ {2}[0-9a-f]{16}$/m);
      expect(done.stdout).toContain("1 rows held characters that PostgreSQL does not take");
      expect(done.stdout).not.toContain("only-for-tests");

      const [before, after] = [openSqliteStorage(path), await openStorage(url)];
      onTestFinished(async () => before.close());
      const { conversations } = await before.store.counts();
      expect(conversations).toBeGreaterThan(12);
      const [there, here] = [await seen(before, conversations), await seen(after, conversations)];
      expect(here).toEqual(asStored(there));
      expect(here.waiting).toMatchObject({ events: 1, deliveries: 1 });

      await expect(runMigrateStore(asked)).rejects.toThrow("was moved into");

      // The number after the last one, and what was waiting is done.
      const target = await startTarget({ ports: after });
      onTestFinished(async () => target.close());
      await target.platforms.slack.intake(
        says("slack", "D-new", customerNamed("UNEW"), "How do I add seats?"),
      );
      await target.settled();
      const places = target.platforms.slack.sent.map(({ to }) => to.key);
      expect(places).toEqual(expect.arrayContaining(["D-sending", "D-late", "D-new"]));
      const trace = await after.trace.trace({ place: "D-new" });
      const last = Math.max(...there.turns.map(({ id }) => Number(id.slice(5))));
      expect(Number(trace?.turns[0]?.id.slice(5))).toBeGreaterThan(last);
    },
    LONG,
  );

  it("starts over when the file was worked again after the move had begun", async () => {
    const path = join(folder, "changed.db");
    const source = openSqliteStorage(path);
    const bench = newBench(source.store);
    for (let at = 0; at < 7; at += 1) await bench.turn({}, { place: `c${at}`, id: `first ${at}` });
    const url = await server.newDatabase();
    const to = await openPostgres(url);
    onTestFinished(async () => to.pool.end());
    const options = { source: path, target: "t", now: Date.now, batch: 2 };
    const from = openSqlite(path);
    onTestFinished(() => void from.connection.close());
    const cut = moveStore(from, to, {
      ...options,
      onStep: ({ kind }) => {
        if (kind === "compared") throw new Error("cut");
      },
    });
    await expect(cut).rejects.toThrow("cut");
    await bench.turn({ conversation: { frustration: 3 } }, { place: "c1", id: "later" });
    await source.close();
    const moved = await moveStore(from, to, options);
    const { rows } = await to.pool.query("select frustration from conversations where key = 'c1'");
    expect(rows).toEqual([{ frustration: 3 }]);
    expect(moved.find(({ table }) => table === "inbox")?.rows).toBe(8);
  });

  it("says so when what arrived is not what was sent, and does not call it moved", async () => {
    const path = join(folder, "spoilt.db");
    const source = openSqliteStorage(path);
    await newBench(source.store).turn();
    await source.close();
    const url = await server.newDatabase();
    const to = await openPostgres(url);
    onTestFinished(async () => to.pool.end());
    const from = openSqlite(path);
    onTestFinished(() => void from.connection.close());
    await to.pool.query(
      `create function spoil() returns trigger language plpgsql as $$ begin new.owner_id = 'else'; return new; end $$;
       create trigger spoil before insert on conversations for each row execute function spoil()`,
    );
    const moving = moveStore(from, to, { source: path, target: "t", now: Date.now });
    await expect(moving).rejects.toThrow(/is not what .* holds \(conversations: 1 rows/);
    await expect(openStorage(url)).rejects.toThrow(/has not finished/);
  });

  it("refuses a target that holds other data, or half of another move", async () => {
    const path = join(folder, "plain.db");
    await openSqliteStorage(path).close();
    const url = await server.newDatabase();
    const used = await openStorage(url);
    await newBench(used.store).says("hello");
    await used.close();
    const to = await openPostgres(url);
    onTestFinished(async () => to.pool.end());
    const from = openSqlite(path);
    onTestFinished(() => void from.connection.close());
    const moving = moveStore(from, to, { source: path, target: "t", now: Date.now });
    await expect(moving).rejects.toThrow(
      "t holds data already (inbox, lanes). Name an empty database. Nothing was changed.",
    );
    await to.pool.query("delete from inbox; delete from lanes");
    await to.pool.query("insert into moves values (1, '/other.db', 0, null, '{}')");
    const other = moveStore(from, to, { source: path, target: "t", now: Date.now });
    await expect(other).rejects.toThrow("The move of /other.db into t has not finished.");
  });

  it("knows every table that is kept, on both engines", async () => {
    const { connection } = openSqlite(":memory:");
    const names = connection
      .prepare(
        `select name from sqlite_master where type = 'table' and name not like 'sqlite_%'
         and name not like 'passages\\_%' escape '\\' and name <> '__drizzle_migrations'`,
      )
      .pluck()
      .all() as string[];
    connection.close();
    expect(TABLES.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
    const { pool } = await openPostgres(await server.newDatabase());
    onTestFinished(async () => pool.end());
    const { rows } = await pool.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public'",
    );
    const made = ["knowledge_state", "moves", "passage_words", "spending"];
    expect(
      rows
        .map(({ name }) => name)
        .filter((name) => !made.includes(name))
        .toSorted(),
    ).toEqual(names.toSorted());
  });

  it("says how it is called, and that there is no such file", async () => {
    const none = join(folder, "none.db");
    const anywhere = "postgres://u:only-for-tests@localhost:1/x";
    expect(await runMigrateStore([anywhere, `file:${none}`])).toBe(2);
    expect(await runMigrateStore([`file:${none}`])).toBe(2);
    const missing = runMigrateStore([`file:${none}`, anywhere]);
    await expect(missing).rejects.toThrow(`There is no database at ${none}. Nothing was changed.`);
  });
});
