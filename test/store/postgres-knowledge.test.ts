import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";

import { DOCS, readQuestions, UNTOUCHED } from "../../bench/retrieval/corpus.ts";
import { embedPending, startEmbedding } from "../../src/knowledge/dense/embed-pending.ts";
import { ingest } from "../../src/knowledge/ingest.ts";
import { createKnowledge } from "../../src/knowledge/search.ts";
import { openSqlite } from "../../src/store/open.ts";
import { changeKnowledge } from "../../src/store/postgres/knowledge-state.ts";
import { postgresKnowledge } from "../../src/store/postgres/knowledge.ts";
import { type OpenedPostgres, openPostgres } from "../../src/store/postgres/open.ts";
import { openSqliteKnowledge } from "../../src/store/sqlite-knowledge.ts";
import { put } from "../contracts/knowledge-articles.ts";
import { describeKnowledge } from "../contracts/knowledge.ts";
import { standIn } from "../knowledge/dense/stand-in.ts";
import { emptyDatabase, type PostgresServer, startPostgres } from "../servers/postgres.ts";

const HOLD_TURN = fileURLToPath(new URL("../servers/hold-turn.ts", import.meta.url));

let server: PostgresServer;
let opened: OpenedPostgres;

beforeAll(async () => {
  server = await startPostgres();
  // A turn has one connection, and what is done in it another; no step has two.
  opened = await openPostgres(await server.newDatabase(), { connections: 2 });
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
    const slow = await openPostgres(opened.pool.options.connectionString!);
    onTestFinished(async () => slow.pool.end());
    const reader = postgresKnowledge(opened.db);
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const insert = sql`insert into units (article_id, first, last, hash) values ('slow', 0, 0, 'h')`;
    await put(reader, "slow", []);
    const begun = Promise.withResolvers<void>();
    const first = changeKnowledge(slow.db, async (tx) => {
      await tx.execute(insert);
      begun.resolve();
      await held;
    });
    await begun.promise;
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

describe("several processes that work out vectors", () => {
  /** Two of them, each with its own connections and engine, on a knowledge base of so many texts. */
  async function two(texts: number) {
    await emptyDatabase(opened.pool);
    const url = opened.pool.options.connectionString!;
    const [here, there] = [await openPostgres(`${url}?application_name=here`), await openPostgres(url)];
    onTestFinished(async () => {
      await here.pool.end();
      await there.pool.end();
    });
    const stores = [postgresKnowledge(here.db), postgresKnowledge(there.db)] as const;
    for (let nr = 0; nr < texts; nr += 1) await put(stores[0], `a${nr}`, [`text ${nr}`]);
    return { stores, embedders: [standIn(), standIn()] as const };
  }

  it("ask for each text once between them, and none is in trouble because another is at it", async () => {
    const { stores, embedders } = await two(60);
    const troubles: string[] = [];
    const background = stores.map((store, at) =>
      startEmbedding({
        store,
        embedder: embedders[at]!,
        firstMs: 0,
        lookMs: 1,
        onTrouble: (problem) => void troubles.push(problem),
      }),
    );
    await expect.poll(async () => (await stores[0].progress("stand-in")).done, { timeout: 120_000 }).toBe(60);
    for (const one of background) await one.stop();
    const asked = embedders.flatMap((one) => one.asked);
    expect(asked).toHaveLength(60);
    expect(new Set(asked).size).toBe(60);
    expect(troubles).toEqual([]);
  });

  it("an ingest waits for what another is at, and does what that one leaves", async () => {
    const { stores, embedders } = await two(3);
    const waits = Promise.withResolvers<void>();
    const ended = stores[0].inTurn(async () => {
      const [unit] = await stores[0].pending("stand-in", 1);
      await waits.promise;
      await stores[0].saveVectors("stand-in", [{ hash: unit!.hash, bytes: Uint8Array.of(1) }]);
    });
    await waitFor(async () => (await stores[1].inTurn(async () => undefined)) === "elsewhere");
    const seen: number[] = [];
    const [, embedder] = embedders;
    await embedPending({
      store: stores[1],
      embedder,
      askAgainMs: 1,
      onProgress({ done }) {
        seen.push(done);
        // It has been told twice that the turn is somebody else's.
        if (seen.length === 2) waits.resolve();
      },
    });
    expect(await ended).toBe("done");
    expect(seen.slice(0, 2)).toEqual([0, 0]);
    expect(embedder.asked).toHaveLength(2);
    expect(await stores[1].progress("stand-in")).toEqual({ done: 3, total: 3 });
  });

  it("an ingest that waits stops when it is told to", async () => {
    const { stores, embedders } = await two(1);
    const stop = new AbortController();
    await stores[0].inTurn(async () => {
      await embedPending({
        store: stores[1],
        embedder: embedders[1],
        signal: stop.signal,
        askAgainMs: 1_000_000_000,
        onProgress: () => stop.abort(),
      });
    });
    expect(embedders[1].asked).toEqual([]);
  });

  it("take the turn of one whose connection is cut, and of one that is killed", async () => {
    const { stores } = await two(0);
    const [here, there] = stores;
    const during = async () => {
      expect(await there.inTurn(async () => undefined)).toBe("elsewhere");
      await opened.pool.query(
        "select pg_terminate_backend(pid, 60000) from pg_stat_activity where application_name = 'here'",
      );
      expect(await there.inTurn(async () => undefined)).toBe("done");
    };
    expect(await here.inTurn(during), "its work was done all the same").toBe("done");
    // It has other connections, as soon as it has seen which ones are gone.
    await waitFor(async () => (await here.inTurn(async () => undefined).catch(() => "cut")) === "done");

    const child = spawn(process.execPath, [HOLD_TURN, opened.pool.options.connectionString!]);
    onTestFinished(() => void child.kill("SIGKILL"));
    const [said] = (await once(child.stdout, "data")) as [Buffer];
    expect(said.toString()).toBe("held\n");
    expect(await here.inTurn(async () => undefined)).toBe("elsewhere");
    child.kill("SIGKILL");
    await waitFor(async () => (await here.inTurn(async () => undefined)) === "done");
  });
});

async function waitFor(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise(setImmediate);
}
