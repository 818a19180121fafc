import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { DOCS, readQuestions, UNTOUCHED } from "../../bench/retrieval/corpus.ts";
import { ingest } from "../../src/knowledge/ingest.ts";
import { createKnowledge } from "../../src/knowledge/search.ts";
import { openSqlite } from "../../src/store/open.ts";
import { changeKnowledge } from "../../src/store/postgres/knowledge-state.ts";
import { postgresKnowledge } from "../../src/store/postgres/knowledge.ts";
import { type OpenedPostgres, openPostgres } from "../../src/store/postgres/open.ts";
import { openSqliteKnowledge } from "../../src/store/sqlite-knowledge.ts";
import { put } from "../contracts/knowledge-articles.ts";
import { describeKnowledge } from "../contracts/knowledge.ts";
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

describeKnowledge("PostgreSQL", async () => {
  await emptyDatabase(opened.pool);
  return postgresKnowledge(opened.db);
});

function inMemory() {
  const sqlite = openSqlite(":memory:");
  onTestFinished(() => void sqlite.connection.close());
  return openSqliteKnowledge(sqlite);
}

describe("the same knowledge base on both engines", () => {
  it("gives the same articles with the same scores and confidence for every question of the bank", async () => {
    await emptyDatabase(opened.pool);
    const stores = [inMemory(), postgresKnowledge(opened.db)];
    const knowledge = [];
    for (const index of stores) {
      await ingest({ sources: [DOCS], index, config: UNTOUCHED, now: Date.now });
      knowledge.push(createKnowledge(index));
    }
    const questions = readQuestions();
    expect(questions.length).toBeGreaterThan(100);
    for (const { q } of questions) {
      const [bySqlite, byPostgres] = await Promise.all(
        knowledge.map(async (one) => {
          const found = await one.search(q, { limit: 10, audience: "customer" });
          return { ...found, passages: found.passages.map(({ id: _id, ...passage }) => passage) };
        }),
      );
      expect({ q, ...byPostgres }).toEqual({ q, ...bySqlite });
    }
  });
});

describe("several processes on one knowledge base", () => {
  it("see units in their order: nobody's is passed over because another's was written first", async () => {
    await emptyDatabase(opened.pool);
    const slow = opened;
    const reader = postgresKnowledge(opened.db);
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const insert = sql`insert into units (article_id, first, last, hash) values ('slow', 0, 0, 'h')`;
    await put(reader, "slow", []);
    const first = changeKnowledge(slow.db, async (tx) => {
      await tx.execute(insert);
      await held;
    });
    const second = put(reader, "quick", ["text"]);
    await waitFor(async () => {
      const { rows } = await opened.pool.query(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return rows.length > 0;
    });
    // The slow one has its number already; the quick one has not got any.
    expect((await reader.unitIds(null))!.ids).toEqual([]);
    goOn();
    await Promise.all([first, second]);
    const { rows } = await opened.pool.query("select article_id from units order by id");
    expect(rows).toEqual([{ article_id: "slow" }, { article_id: "quick" }]);
  });

  it("count anew when another one has changed it", async () => {
    await emptyDatabase(opened.pool);
    const other = await openPostgres(opened.pool.options.connectionString!);
    onTestFinished(async () => other.pool.end());
    const [here, there] = [postgresKnowledge(opened.db), postgresKnowledge(other.db)];
    const holding = async () => (await here.match(["kettle"], { audience: "all", limit: 9 })).passagesWith[0];
    await put(there, "a", ["a kettle"]);
    expect(await holding()).toBe(1);
    await put(there, "b", ["a kettle"]);
    expect(await holding()).toBe(2);
  });
});

async function waitFor(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise(setImmediate);
}
