import { lockForWork } from "../lock.ts";
import { openSqlite } from "../open.ts";
import { openSqliteKnowledge } from "../sqlite-knowledge.ts";
import type { Storage } from "../storage.ts";
import { sqliteStore } from "./index.ts";
import { sqlitePeople } from "./people.ts";
import { replaySetAside } from "./replay.ts";
import { sqliteReports } from "./reports.ts";
import { sqliteTrace } from "./trace.ts";
import { sqliteWatch } from "./watch.ts";

/** Every port on one SQLite file. */
export function openSqliteStorage(path: string): Storage {
  const opened = openSqlite(path);
  const { connection, db } = opened;
  const store = sqliteStore(opened);
  return {
    place: path,
    queue: null,
    store,
    index: openSqliteKnowledge(opened),
    reports: sqliteReports(db),
    people: sqlitePeople(opened),
    trace: sqliteTrace(db),
    watch: sqliteWatch(connection),
    async replaySetAside(which, now) {
      return replaySetAside(db, which, now);
    },
    // One process works a file, so working it is being alone.
    async lock() {
      return lockForWork(path);
    },
    async close() {
      if (connection.open) await store.close();
    },
  };
}
