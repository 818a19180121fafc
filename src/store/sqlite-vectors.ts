import { and, asc, between, eq } from "drizzle-orm";

import { unitText } from "../knowledge/dense/units.ts";
import type { StoredVector } from "../knowledge/dense/vector-index.ts";
import type { PendingUnit, VectorMark, VectorStore } from "../knowledge/index-port.ts";
import type { OpenedSqlite } from "./open.ts";
import { passages, units } from "./schema-knowledge.ts";

/** Vectors in SQLite: kept as bytes, joined to units by model and text. */
export function openSqliteVectors({ connection, db }: OpenedSqlite): VectorStore {
  // Beginnings of articles first: with them alone most of what vectors can find is found.
  const nextPending = connection.prepare<[string, number], PendingRow>(
    `select u.hash, u.article_id as articleId, u.first, u.last
     from units u left join embeddings e on e.model = ? and e.hash = u.hash
     where e.seq is null order by u.first > 0, u.id limit ?`,
  );
  const insert = connection.prepare<[string, string, Uint8Array]>(
    "insert into embeddings (model, hash, vector) values (?, ?, ?) on conflict do nothing",
  );
  const counted = connection.prepare<[string], { done: number; total: number }>(
    `select count(e.seq) as done, count(*) as total
     from units u left join embeddings e on e.model = ? and e.hash = u.hash`,
  );
  const changes = connection.prepare<[], { n: number }>("select total_changes() as n");
  const unitState = connection.prepare<[], { n: number; last: number | null }>(
    "select count(*) as n, max(id) as last from units",
  );
  const columns = "u.id as unitId, u.article_id as articleId, u.first, u.last, e.vector as bytes, e.seq";
  const ofNewUnits = connection.prepare<[string, number], VectorRow>(
    `select ${columns} from units u join embeddings e on e.model = ? and e.hash = u.hash where u.id > ?`,
  );
  const newVectors = connection.prepare<[string, number], VectorRow>(
    `select ${columns} from embeddings e join units u on u.hash = e.hash where e.model = ? and e.seq > ?`,
  );
  const newest = connection.prepare<[], { unit: number; vector: number }>(
    `select coalesce((select max(id) from units), 0) as unit,
       coalesce((select max(seq) from embeddings), 0) as vector`,
  );

  function textOf({ articleId, first, last }: PendingRow): string {
    const rows = db
      .select({ title: passages.title, heading: passages.heading, text: passages.text })
      .from(passages)
      .where(and(eq(passages.articleId, articleId), between(passages.position, first, last)))
      .orderBy(asc(passages.position))
      .all();
    return unitText(rows[0]?.title ?? "", rows);
  }

  function pending(model: string, limit: number): PendingUnit[] {
    const texts = new Map<string, string>();
    for (const row of nextPending.all(model, limit)) {
      if (!texts.has(row.hash)) texts.set(row.hash, textOf(row));
    }
    return [...texts].map(([hash, text]) => ({ hash, text }));
  }

  const since = connection.transaction((model: string, mark: VectorMark) => {
    const rows = [
      ...ofNewUnits.all(model, mark.unit),
      ...(mark.unit === 0 ? [] : newVectors.all(model, mark.vector)),
    ];
    return { rows, mark: newest.get()! };
  });

  return {
    // One process works a file; an ingest beside it does at worst the same twice.
    async inTurn(work) {
      await work();
      return "done";
    },
    pending: async (model, limit) => pending(model, limit),
    saveVectors: async (model, vectors) => {
      connection.transaction(() => {
        for (const { hash, bytes } of vectors) insert.run(model, hash, bytes);
      })();
    },
    progress: async (model) => counted.get(model) ?? { done: 0, total: 0 },
    version: async () => `${String(connection.pragma("data_version", { simple: true }))}.${changes.get()?.n}`,
    unitIds: async (known) => {
      const { n = 0, last = null } = unitState.get() ?? {};
      const now = `${n}.${last}`;
      if (now === known) return null;
      const rows = db.select({ id: units.id }).from(units).all();
      return { ids: rows.map((row) => row.id), known: now };
    },
    vectorsSince: async (model, mark) => {
      const { rows, mark: next } = since(model, mark);
      return { vectors: rows.map(({ seq: _seq, ...row }): StoredVector => row), mark: next };
    },
  };
}

interface PendingRow {
  readonly hash: string;
  readonly articleId: string;
  readonly first: number;
  readonly last: number;
}

interface VectorRow extends StoredVector {
  readonly seq: number;
}
