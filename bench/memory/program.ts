/** Deskhand in a process of its own, which tells its parent how much memory it holds when it is asked. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { platformsFor } from "../../adapters/index.ts";
import { createApp } from "../../src/app.ts";
import { loadConfig } from "../../src/config/load.ts";
import { ingest } from "../../src/knowledge/ingest.ts";
import { createLog } from "../../src/ops/log.ts";
import { openSqlite } from "../../src/store/open.ts";
import { openSqliteKnowledge } from "../../src/store/sqlite-knowledge.ts";
import { sqliteReports } from "../../src/store/sqlite/reports.ts";
import { sqliteStore } from "../../src/store/sqlite/index.ts";

const loaded = loadConfig(process.env["DESKHAND_CONFIG"], process.env, process.cwd());
const opened = openSqlite(join(mkdtempSync(join(tmpdir(), "deskhand-memory-")), "deskhand.db"));
const index = openSqliteKnowledge(opened);
const sources = [join(import.meta.dirname, "..", "..", "examples", "acme", "articles")];
await ingest({ sources, index, config: loaded.config.knowledge, now: Date.now });
const log = createLog("error");
const app = createApp({
  loaded,
  env: process.env,
  store: sqliteStore(opened),
  reports: sqliteReports(opened.db),
  index,
  mailer: null,
  log,
  now: Date.now,
});
await app.start(await platformsFor({ config: loaded.config, env: process.env, log, now: Date.now }));

process.on("message", () => {
  // What is only waiting to be collected is not held.
  for (let round = 0; round < 3; round += 1) globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  process.send?.({ heapUsed, rss });
});
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
